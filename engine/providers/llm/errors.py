"""Why a language model gave no answer.

NoAnswer
├── Refused: a status other than success, perhaps with how long to leave it alone
└── Broken: no connection, a cut one, or a body that is no completion
"""

from __future__ import annotations


class NoAnswer(Exception):
    """It did not answer."""


class ServerRefused(NoAnswer):
    """It answered with `status`; `pause` is the seconds that it asked to be left alone, or 0."""

    def __init__(self, status: int, pause: float = 0.0) -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status
        self.pause = pause


class BadAnswer(NoAnswer):
    """What came is nothing that we asked for; the message says what was the matter, never the server's words."""
