"""Incidents as rows: stories that are compared, incidents, their members."""
