"""Flows: pure functions from a conversation and an event to a conversation and effects.

A folder for each capability; the modules beside them are the core, and `step.py` is where a turn begins.
"""
