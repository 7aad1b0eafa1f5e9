"""Accounts of the staff, how they prove who they are, and what the group on Telegram shows."""
