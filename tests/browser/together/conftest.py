"""One shop for all the stories; each begins with nobody at work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.together.shop import Shop, open_shop
from tests.real.server import NotReady


@pytest.fixture(scope="session")
def open_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    try:
        with open_shop(tmp_path_factory.mktemp("together")) as shop:
            yield shop
    except NotReady as error:
        pytest.skip(f"amends serve does not run: {str(error)[-300:]}")


@pytest.fixture
def shop(open_for_all: Shop) -> Iterator[Shop]:
    yield open_for_all
    open_for_all.sends_everybody_home()
