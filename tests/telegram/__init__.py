"""A Telegram Bot API server for tests, over real HTTP. See docs/telegram-test-server.md."""
