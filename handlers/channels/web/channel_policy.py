"""Reaching: the customer's page as a channel that we write to of our own accord. Light, for every process needs it."""

from __future__ import annotations

from datetime import timedelta

from dialogs.flows.reach import Reach

WEB = "web"
PAGE = Reach(window=timedelta(days=14))
"""A page shows what we write when it is opened again in the same browser, which keeps its chat for a time: Safari for a
week after the last visit, others for longer. After two weeks without a word nobody can be expected to come by.
"""
