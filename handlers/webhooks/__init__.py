"""Webhooks: other systems hear what becomes of cases, in the form of Standard Webhooks, signed."""
