"""`python docs/rooms.py`: the tree of packages with a sentence each, written into docs/rooms.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "rooms.md"
ROOMS = ("bot", "handlers", "staff", "engine", "storage", "dialogs", "complaints")
BEGIN, END = "<!-- tree -->", "<!-- /tree -->"


def tree() -> str:
    """Every package below its room: its modules counted, and the first sentence of what it says of itself."""
    return "\n".join(("| package | modules | what it is |", "|---|---|---|", *_rows()))


def _rows() -> Iterator[str]:
    for room in ROOMS:
        for opening in sorted((ROOT / room).rglob("__init__.py")):
            folder = opening.parent
            if "versions" in folder.parts or not (said := ast.get_docstring(ast.parse(opening.read_text("utf-8")))):
                continue
            depth = len(folder.relative_to(ROOT).parts) - 1
            name = f"{'&nbsp;' * 4 * depth}`{folder.name}/`"
            yield f"| {name} | {len(list(folder.glob('*.py'))) - 1 or ''} | {said.splitlines()[0]} |"


def page() -> str:
    """The page with its tree as it is now."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{tree()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
