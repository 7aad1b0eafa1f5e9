"""Lint of the pages: lines, fences, whitespace. Tests check that they are true; this, that they are tidy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST = 120


def pages() -> list[Path]:
    """Every page of the project."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def faults(text: str) -> Iterator[tuple[int, str]]:
    """Line numbers and what is untidy there. Tables, pictures and links may be long."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if line != line.rstrip():
            yield number, "whitespace at the end"
        if "\t" in line:
            yield number, "a tab"
        if len(line) > LONGEST and not line.lstrip().startswith(("|", "<img")) and "](" not in line and not fenced:
            yield number, f"longer than {LONGEST} characters"
    if fenced:
        yield number, "a code block that is never closed"
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield number, "the page must end with one line break"


def main() -> int:
    found = [
        f"{page.relative_to(ROOT)}:{line}: {what}" for page in pages() for line, what in faults(page.read_text("utf-8"))
    ]
    print("\n".join(found) or "pages are tidy")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
