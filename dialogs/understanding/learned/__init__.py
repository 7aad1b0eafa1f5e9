"""Heads and a tagger that have learned from the examples in `languages/`, so that nobody has to wait for it.

`make learn` renews them; each file bears the digest of what it was learned from, and is of use for nothing else. What
lacks here, as after a change of an example, is learned at the first start and kept in the data folder.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
HEADS, TAGGER, REPEATS, COMPLAINTS = (
    _HERE / name for name in ("heads.npz", "tagger.npz", "repeats.npz", "complaints.npz")
)
