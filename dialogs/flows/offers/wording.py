"""How an offer reads: its lines one by one, with sums and days, and until when it stands."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from complaints.case import Case
from complaints.offers.offer import Line, Offer
from complaints.record import Money
from dialogs.flows.quiet_hours import zone_of
from dialogs.flows.scene import Scene
from dialogs.flows.wording import listed, show_day, show_deadline, show_money

_CENT = Decimal("0.01")


def facts(scene: Scene, case: Case, offer: Offer) -> dict[str, str]:
    """What a text about an offer may say."""
    return {
        "reference": case.reference,
        "lines": lines(scene, offer),
        "until": show_deadline(scene, offer.valid_until),
    }


def lines(scene: Scene, offer: Offer) -> str:
    """The lines, each on one of its own."""
    return "\n".join(scene.text("offer.item", what=what(scene, line)) for line in offer.lines)


def what(scene: Scene, line: Line) -> str:
    """One line: what, how much, of what, by which way, by when."""
    parts = [scene.text(f"offer.kind.{line.kind}"), sum_of(line.money), line.item, line.means]
    if line.due and not line.is_done:
        day = show_day(scene, line.due.astimezone(ZoneInfo(zone_of(scene))).date())
        parts.append(scene.text("offer.by", day=day))
    return listed(scene.words, [part for part in parts if part])


def sum_of(money: Money | None) -> str:
    """An amount to the last unit: no sum that binds is rounded."""
    if money is None:
        return ""
    return show_money(money) if money.amount == money.amount.quantize(_CENT) else f"{money.amount} {money.currency}"
