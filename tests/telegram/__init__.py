"""A Telegram Bot API server for tests, over real HTTP. See docs/telegram-test-server.md."""

from tests.telegram.server import TelegramServer

__all__ = ["TelegramServer"]
