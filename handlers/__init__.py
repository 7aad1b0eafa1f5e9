"""The edges: channels, the desk, the staff on Telegram, the API, webhooks, and HTTP below them all."""
