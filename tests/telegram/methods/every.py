"""All methods that are built, by the Bot API's names."""

from __future__ import annotations

from tests.telegram.methods import changing, rooms, sending, settings
from tests.telegram.methods.call import Act

METHODS: dict[str, Act] = sending.METHODS | changing.METHODS | rooms.METHODS | settings.METHODS
