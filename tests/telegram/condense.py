"""Makes `tests/telegram/api/` from the published Bot API: names, kinds and constants, without its prose.

python -m tests.telegram.condense bot-api.json

The published form is one JSON file with `version`, `methods` and `types`, each with described `fields`. Only this needs
it; tests read what is in the repository.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "api"
CONSTANT = re.compile(r"(?:always|must be) [\"“*]?(\w+)[\"”*]?$")
TELLING = ("type", "status", "source")
"""Fields whose constant tells one type from another."""
ONE_OF = re.compile(r'Reaction emoji\. Currently, it can be one of (?:"[^"]+",? ?)+')
NEWER = {"can_manage_video_chats": {"can_send_welcome_messages": "Boolean"}}
"""Beside which field stands one younger than the published form, which a library we serve insists on."""


def condensed(published: Mapping[str, Any]) -> dict[str, Any]:
    """What goes into each file."""
    return {
        "version": published["version"].removeprefix("Bot API "),
        "methods": {
            name: {"returns": found["returns"], **_fields(found)} for name, found in _each(published, "methods")
        },
        "types": {name: _type(found) for name, found in _each(published, "types")},
    }


def _each(published: Mapping[str, Any], what: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return sorted(published[what].items())


def _type(found: Mapping[str, Any]) -> dict[str, Any]:
    return {"one_of": found["subtypes"]} if found.get("subtypes") else _fields(found)


def _fields(found: Mapping[str, Any]) -> dict[str, Any]:
    fields = found.get("fields", ())
    needs = {field["name"]: _kind(field) for field in fields if field["required"]}
    takes = {field["name"]: _kind(field) for field in fields if not field["required"]}
    for beside, newer in NEWER.items():
        takes |= newer if beside in needs or beside in takes else {}
    return ({"needs": needs} if needs else {}) | ({"takes": takes} if takes else {})


def _kind(field: Mapping[str, Any]) -> str | list[str]:
    """`A | B` for what it may be, `= word` for a constant, a list for the only words it may be."""
    if found := ONE_OF.search(field["description"]):
        return re.findall(r'"([^"]+)"', found[0])
    constant = CONSTANT.search(field["description"]) if field["name"] in TELLING else None
    return f"= {constant[1]}" if constant else " | ".join(field["types"])


def main() -> None:
    HERE.mkdir(exist_ok=True)
    for name, held in condensed(json.loads(Path(sys.argv[1]).read_text("utf-8"))).items():
        (HERE / f"{name}.json").write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
