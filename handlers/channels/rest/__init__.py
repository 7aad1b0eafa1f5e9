"""Rasa's REST channel: messages in, answers out, and a callback for what the bot says first."""
