"""Labelled texts from a CSV file with the columns `text` and `label`, and what can be wrong with one."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

OUT_OF_SCOPE = "oos"
"""The label of texts that belong to none of the others; it is never learnt."""


class UnusableFile(ValueError):
    """A file that holds no labelled texts; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text and its label."""

    text: str
    label: str

    @property
    def in_scope(self) -> bool:
        return self.label != OUT_OF_SCOPE


def read_labelled(file: Path) -> tuple[Labelled, ...]:
    """Every row of a file in UTF-8, a byte order mark or none. Rows without text are left out."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found = tuple(_rows(file, lines))
    except OSError as error:
        raise UnusableFile(f"{file} cannot be read: {error.strerror}. Give the path of a CSV file.") from None
    except UnicodeDecodeError:
        raise UnusableFile(f"{file} is not UTF-8. Save it as CSV UTF-8.") from None
    except csv.Error as error:
        raise UnusableFile(f"{file} is no CSV file: {error}. Put quotes around texts that hold quotes.") from None
    if not found:
        raise UnusableFile(f"{file} holds no texts. Write a header `text,label` and one message a row.")
    return found


def _rows(file: Path, lines: Iterator[str]) -> Iterator[Labelled]:
    reader = csv.reader(lines)
    header = [name.strip().lower() for name in next(reader, [])]
    if "text" not in header or "label" not in header:
        named = ", ".join(header[:6]) or "nothing"
        raise UnusableFile(f"{file} has no columns text and label, but {named}. Begin it with the line `text,label`.")
    text, label = header.index("text"), header.index("label")
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(text, label) or not row[label].strip():
            raise UnusableFile(f"{file}:{reader.line_num}: a row without a label. Write `text,label`, or remove it.")
        if row[text].strip():
            yield Labelled(row[text], row[label].strip())


def fewer(rows: Sequence[Labelled], most: int) -> tuple[Labelled, ...]:
    """At most so many rows, the labels with the most giving up the most; in their first order."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        by_label[row.label].append(at)
    left, kept = most, set[int]()
    for labels_left, places in zip(range(len(by_label), 0, -1), sorted(by_label.values(), key=len), strict=True):
        take = min(len(places), left // labels_left)
        kept.update(places[at * len(places) // take] for at in range(take))
        left -= take
    return tuple(row for at, row in enumerate(rows) if at in kept)
