"""The plain model: what a chat should hold, worked out with nothing but lists and dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field

from complaints.record import Contact
from dialogs.playbooks.playbook import Playbook
from tests.machine.plain import VALUES, typed

SLOTS = frozenset(VALUES) | {"evidence"}


@dataclass
class Model:
    """What the customer has told, what should be asked now, and what should be on file."""

    playbook: Playbook
    said: list[str] = field(default_factory=list)
    record: dict[str, object] | None = None
    skipped: set[str] = field(default_factory=set)
    pressed: set[str] = field(default_factory=set)
    passed: list[str] = field(default_factory=list)
    undecided: bool = False
    side: str = ""
    misses: int = 0
    person: bool = False
    cases: list[dict[str, object]] = field(default_factory=list)

    def asks(self) -> str:
        """The question that should be pending; empty when there is none."""
        if self.side:
            return self.side
        if self.record is None:
            return ""
        if self.undecided:
            return "which_case"
        order = self.playbook.category(str(self.record["category"])).ask
        return next((s for s in order if s not in self.record and s not in self.skipped), "confirm")

    def tells(self, category: str) -> None:
        self.misses = 0
        story = f"tell {category} and then it went on and on"
        if self.record is None:
            self.undecided = bool(self.cases) and self.side != "story"
            known = self.cases[-1] if self.cases else {}
            who = {slot: known[slot] for slot in ("name", "contact") if slot in known}
            self.record = {"story": story, "category": category, **who}
            self.skipped, self.pressed, self.passed = set(), set(), []
        else:
            self.record["story"] = f"{self.record['story']}\n{story}"
            self.passes_over()
        self.side = ""

    def passes_over(self) -> None:
        """A question that was answered with something else too often is let go."""
        slot = self.asks()
        if slot in SLOTS:
            self.passed.append(slot)
            if self.passed.count(slot) >= (3 if slot in self.required() else 2):
                self.skipped.add(slot)

    def required(self) -> set[str]:
        assert self.record is not None
        return {"contact", *self.playbook.category(str(self.record["category"])).required}

    def answers(self, slot: str, value: str) -> None:
        self.misses = 0
        assert self.record is not None
        self.record[slot] = self.held(slot, value)
        self.skipped.discard(slot)

    def held(self, slot: str, value: str) -> object:
        if slot == "contact":
            return Contact(email=value)
        return (value,) if slot == "wanted" else typed(slot, value)

    def skips(self, often: bool) -> None:
        """A required question is explained first, unless it was put `often` already."""
        self.misses = 0
        slot = self.asks()
        if slot in self.required() and slot not in self.pressed and not often:
            self.pressed.add(slot)
        else:
            self.skipped.add(slot)

    def confirms(self) -> None:
        assert self.record is not None
        self.cases.append(self.record)
        self.forgets()

    def forgets(self) -> None:
        self.record, self.undecided, self.misses, self.side = None, False, 0, ""
