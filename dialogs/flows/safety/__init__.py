"""Somebody is in danger: the right words, and a person at once."""
