"""`amends nlu label`: a language model proposes what texts say, a person confirms, and training learns it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.learning.labelled_corrections import NotKept, add
from bot.logs import configure_logs
from bot.opening import load
from bot.refusal import Refusal
from bot.settings import Settings
from bot.wiring import providers
from bot.wiring.language_model import language_model_before
from bot.wiring.local_provider import folder_of
from dialogs.playbooks.playbook import Playbook
from dialogs.understanding.reading import Reading, Utterance

_HOW = "Enter keeps the first; a number another; or type a label; s leaves the text out; q ends."
_OTHER = "none"
Ask = Callable[[str], str]
"""Shows a prompt and gives the line that was typed; raises `EOFError` at the end of the input."""


class NoTexts(Refusal):
    """A file without texts to label."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text, the labels that fit it, likeliest first, and whether the language model was heard."""

    text: str
    language: str
    labels: tuple[str, ...]
    dangers: tuple[str, ...]
    heard: bool


def label(settings: Settings, file: Path, ask: Ask = input) -> str:
    """Go through the texts of a file, one a line; returns what became of them. Raises `Refusal`."""
    configure_logs("error", settings.log_format)
    playbook = load(settings.playbook)
    texts = _texts(file, playbook)
    typer.echo(f"{_HOW}\n")
    kept, folder = 0, folder_of(settings, playbook)
    for number, one in enumerate(_proposals(settings, playbook, texts), 1):
        chosen = _chosen(one, f"{number}/{len(texts)}", labels_of(playbook), ask)
        if chosen is None:
            break
        if not chosen:
            continue
        try:
            add(folder / f"corrections.{one.language}.yml", chosen, one.text)
            kept += 1
        except NotKept as error:
            typer.echo(f"  {error}")
    return f"{kept} of {len(texts)} kept in {folder}. Learn from them: amends nlu train"


def labels_of(playbook: Playbook) -> tuple[str, ...]:
    """The labels that the local model knows, in the order of the playbook."""
    return tuple(dict.fromkeys(label for said in playbook.examples.values() for label in said.intents))


def _texts(file: Path, playbook: Playbook) -> list[str]:
    """The texts of a file that are not learnt already, each once."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NoTexts(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from None
    known = {text for said in playbook.examples.values() for texts in said.intents.values() for text in texts}
    texts = dict.fromkeys(" ".join(line.split()) for line in lines)
    if found := [text for text in texts if text and text not in known]:
        return found
    raise NoTexts(f"{file} holds no text that is not learnt already; write one a line")


def _proposals(settings: Settings, playbook: Playbook, texts: Sequence[str]) -> Iterator[Proposal]:
    """A proposal a text; as many are asked for at once as may be."""
    local = providers.understanding(settings.model_copy(update={"understanding": "local"}), playbook)
    model, known = language_model_before(settings, playbook, local), labels_of(playbook)
    now, zone, most = datetime.now(UTC), playbook.file.timezone, settings.llm_at_once
    try:
        for first in range(0, len(texts), most):
            said = [Utterance(text, now, zone) for text in texts[first : first + most]]
            for ours, better in model.both(said):
                language = ours.language if ours.language in playbook.languages else playbook.languages[0]
                labels = dict.fromkeys((*_labels(better or ours, known), *_labels(ours, known)))
                yield Proposal(ours.text, language, tuple(labels), (better or ours).kinds, better is not None)
    finally:
        model.close()


def _labels(reading: Reading, known: Sequence[str]) -> list[str]:
    """The labels that a reading comes to."""
    intent = reading.intent()
    categories = [one.name for one in (reading.category, reading.second) if one] if intent == "complain" else []
    names = [*(f"complain/{name}" for name in categories), intent]
    return [name for name in names if name in known]


def _chosen(one: Proposal, place: str, known: Sequence[str], ask: Ask) -> str | None:
    """The label that a person gives a text; empty to leave it out, None to end."""
    offered = one.labels or (_OTHER,)
    typer.echo(f"{place}  {one.text}")
    if one.dangers:
        typer.echo(f"  danger: {', '.join(one.dangers)}")
    typer.echo("  " + "  ".join(f"{at}) {name}" for at, name in enumerate(offered, 1)))
    if not one.heard:
        typer.echo("  (the language model was not heard; this is the local reading)")
    while True:
        try:
            typed = ask("> ").strip()
        except EOFError:
            return None
        if typed in ("s", "q"):
            return "" if typed == "s" else None
        if typed.isdecimal() and 1 <= int(typed or 1) <= len(offered):
            return offered[int(typed) - 1]
        if not typed or typed in known:
            return typed or offered[0]
        typer.echo(f"  there is no label {typed}; known are {', '.join(known)}")
