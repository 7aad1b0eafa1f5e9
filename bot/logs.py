"""Logs: one line of JSON (or for people) per happening, never a customer's words.

An exception's own message may quote what a customer wrote, so of exceptions only the type and the places
are logged.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.types import Processor, WrappedLogger

Line = MutableMapping[str, Any]

_DEEPEST = 12
"""How many places of an exception are logged, the innermost ones."""


def configure_logs(level: str, form: str) -> None:
    """Send everything, our own and the libraries', to standard error. `form` is `json` or `console`."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_words,
    ]
    least = getattr(logging, level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(shared, form))
    logging.basicConfig(handlers=[handler], level=max(least, logging.INFO), force=True)
    for name in ("httpx", "httpcore", "alembic", "uvicorn.error"):
        logging.getLogger(name).setLevel(max(least, logging.WARNING))


def _formatter(shared: list[Processor], form: str) -> logging.Formatter:
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if form == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


def without_words(_logger: WrappedLogger, _method: str, line: Line) -> Line:
    """Replace an exception by its type and the places it went through."""
    found = line.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
        line["error"] = type(error).__name__
        line["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    line.pop("exception", None)
    line.pop("exc_text", None)
    return line
