"""A shop of its own for each story: Telegram lets a bot say only so much a minute to a group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.together.shop import Shop, open_shop
from tests.real.server import NotReady


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    try:
        with open_shop(tmp_path) as shop:
            yield shop
    except NotReady as error:
        pytest.skip(f"amends serve does not run: {str(error)[-300:]}")
