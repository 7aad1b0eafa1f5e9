"""The API for other programs, and what operators ask: health and metrics."""
