"""Incidents: what several customers complain of at once, and what each of them hears about it."""
