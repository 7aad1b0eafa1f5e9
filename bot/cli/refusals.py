"""How a command says that Amends refuses: in plain words and with exit code 1, not with a traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import typer

from bot.refusal import Refusal

_Result = TypeVar("_Result")


def or_explain(act: Callable[[], _Result]) -> _Result:
    """Do it; where Amends refuses, say why."""
    try:
        return act()
    except Refusal as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
