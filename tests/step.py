"""The step as the application composes it: with all that the bot can do."""

from __future__ import annotations

from functools import partial

from dialogs.flows import step as flows
from dialogs.flows.capabilities import CAPABILITIES

step = partial(flows.step, capabilities=CAPABILITIES)
