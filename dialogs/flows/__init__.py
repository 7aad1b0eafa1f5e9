"""Flows: pure functions from a conversation and an event to a conversation and effects."""
