"""The page about the test server shows what works."""

from __future__ import annotations

import re
from inspect import getmembers, isfunction
from pathlib import Path
from typing import Any

from tests.telegram.users import User

PAGE = Path(__file__).parents[2] / "docs" / "telegram-test-server.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


async def test_the_example_of_a_bot_and_a_person_runs() -> None:
    known: dict[str, Any] = {}
    exec(EXAMPLES[0], known)
    await known["example"]()


def test_the_example_of_a_process_runs() -> None:
    exec(EXAMPLES[1], {})


def test_everything_a_person_can_do_is_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    assert not [name for name, _ in getmembers(User, isfunction) if not name.startswith("_") and name not in page]
