"""The readers: how many there are, and what they read with."""

from __future__ import annotations

from bot.settings import Settings


def look_at_readers(settings: Settings) -> str:
    """How many read customers' words, and with which model."""
    return f"{_how_many(settings.readers)}; {_with_what(settings)}"


def _how_many(working: int) -> str:
    if not working:
        return "none: the server reads by itself, and nothing ends a reading that takes too long"
    return f"{working} at work and one spare"


def _with_what(settings: Settings) -> str:
    if settings.understanding == "rules":
        return "no model: AMENDS_UNDERSTANDING is rules"
    model = _model(settings)
    before = {"rasa": "Rasa's model, and should it fail ", "llm": "a language model, and before it "}
    return before.get(settings.understanding, "") + model


def _model(settings: Settings) -> str:
    """The local model in use, or what becomes of there being none."""
    from bot.opening import load
    from bot.wiring.local_provider import usable, usable_heads, usable_tagger
    from dialogs.understanding.model.encoder import find_encoder

    encoder = find_encoder()
    model = usable(settings, load(settings.playbook), encoder)
    whole = model and usable_heads(settings, encoder) and (not encoder or usable_tagger(settings, encoder))
    if model and whole:
        return f"model {model.about.version}, of {model.about.trained_at[:10]}"
    lacking = "heads or tagger are lacking" if model else "no model yet"
    if settings.train_at_start == "on":
        return f"{lacking}: serve trains before it takes a message"
    return f"{lacking}, so less is heard; train: amends nlu train"
