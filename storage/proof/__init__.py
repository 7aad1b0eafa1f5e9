"""Proof that the database holds what was written: seals on rows, books that count them, and one head over all."""
