"""The plain model: what a chat should hold, worked out with nothing but lists and dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from complaints.record import Contact
from dialogs.playbooks.playbook import Playbook
from tests.machine.plain import typed

MOST = 2
"""How often one question is put."""


@dataclass
class Model:
    """What the customer has told, what should be asked now, and what should be on file."""

    playbook: Playbook
    said: list[str] = field(default_factory=list)
    record: dict[str, object] | None = None
    skipped: set[str] = field(default_factory=set)
    put: Counter[str] = field(default_factory=Counter)
    undecided: bool = False
    side: str = ""
    misses: int = 0
    person: bool = False
    cases: list[dict[str, object]] = field(default_factory=list)

    def may_be_asked(self, name: str) -> bool:
        """Whether this question may be pending; the empty name stands for none.

        Which fact is worth a question is the playbook's; here it only has to be missing, wanted, and not asked for
        more than twice.
        """
        if self.side or self.record is None:
            return name == self.side
        if self.undecided:
            return name == "which_case"
        return name == "confirm" or (name in self.missing() and self.put[name] <= MOST)

    def missing(self) -> set[str]:
        """What the category asks for, was not told, and was not left out."""
        assert self.record is not None
        wanted = self.playbook.category(str(self.record["category"])).ask
        return {slot for slot in wanted if slot not in self.record and slot not in self.skipped}

    def hears(self, slots: Sequence[str]) -> None:
        """The bot asks for these."""
        self.put.update(slots)

    def tells(self, category: str) -> None:
        self.misses = 0
        story = f"tell {category} and then it went on and on"
        if self.record is None:
            self.undecided = bool(self.cases) and self.side != "story"
            known = self.cases[-1] if self.cases else {}
            who = {slot: known[slot] for slot in ("name", "contact") if slot in known}
            self.record = {"story": story, "category": category, **who}
            self.skipped, self.put = set(), Counter()
        elif story not in self.record["story"].splitlines():
            self.record["story"] = f"{self.record['story']}\n{story}"
        self.side = ""

    def answers(self, slot: str, value: str) -> None:
        self.misses = 0
        assert self.record is not None
        self.record[slot] = self.held(slot, value)
        self.skipped.discard(slot)

    def held(self, slot: str, value: str) -> object:
        if slot == "contact":
            return Contact(email=value)
        return (value,) if slot == "wanted" else typed(slot, value)

    def skips(self, slots: Sequence[str]) -> None:
        """The first "skip" is accepted, for all that was asked in one breath."""
        self.misses = 0
        self.skipped.update(slots)

    def confirms(self) -> None:
        assert self.record is not None
        self.cases.append(self.record)
        self.forgets()

    def forgets(self) -> None:
        self.record, self.undecided, self.misses, self.side = None, False, 0, ""
