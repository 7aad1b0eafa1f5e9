"""Tests: named after what they promise. `tests/real/` holds the real parts that they run against."""
