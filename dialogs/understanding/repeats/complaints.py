"""Vectors of complaints from the language packs: what complaints are like, where too few were told to know it.

They come along, 0.3 MB, so that a server that was just set up takes no three complaints for an incident merely
because all are complaints.
"""

from __future__ import annotations

from functools import lru_cache
from zipfile import BadZipFile

import numpy as np

from dialogs.understanding.learned import COMPLAINTS
from dialogs.understanding.model.encoder import Floats


def keep(vectors: Floats) -> None:
    """Put these where the program brings them along."""
    np.savez(COMPLAINTS, vectors=vectors.astype(np.float16))


@lru_cache(maxsize=1)
def complaint_vectors() -> Floats | None:
    """One row a complaint; None where they are lacking or cannot be read."""
    try:
        with np.load(COMPLAINTS, allow_pickle=False) as stored:
            return np.asarray(stored["vectors"], dtype=np.float32)
    except (OSError, KeyError, ValueError, EOFError, BadZipFile):
        return None
