"""Where to stop believing: the score below which a text is taken to belong to no label at all."""

from __future__ import annotations

import numpy as np

from dialogs.understanding.model.encoder import Floats

_DRIFT = 0.6
"""Texts to come are less like the examples than these are like each other. Aiming at 5 % refused 7.7 % of
CLINC150's validation set and 5.0 % of BANKING77's folds; aiming at 3 %, 5.2 % and 3 %."""

_COST = 3.0
"""How many texts out of scope must be caught for one in scope that is refused: most of what comes is in scope."""


def least_score(in_scope: Floats, out_of_scope: Floats, reject: float) -> float:
    """The threshold, from the best scores of texts the model did not learn from.

    At most `reject` of the texts in scope are to be refused. Where texts out of scope are known, fewer are,
    if fewer do.
    """
    highest = float(np.quantile(in_scope, reject * _DRIFT))
    if not len(out_of_scope) or not reject:
        return highest
    tried = np.unique(np.append(in_scope[in_scope <= highest], highest))
    refused = np.searchsorted(np.sort(in_scope), tried) / len(in_scope)
    caught = np.searchsorted(np.sort(out_of_scope), tried) / len(out_of_scope)
    return float(tried[np.argmax(caught - _COST * refused)])
