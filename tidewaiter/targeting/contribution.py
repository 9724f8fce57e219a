"""What each fact adds to the explained figure of a shipment, whatever did the scoring.

Belongs here: the shape that scorers hand to the writer of reasons.
Belongs elsewhere: computing contributions (models/explain.py, record_rule.py), sentences (reason.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Contributions:
    """One row a shipment; `base` plus the row of `added` is `explained`.

    Args:
        facts: feature columns, the columns of `added`.
        added: rows x facts.
        base_texts: the sentence of each row's starting point, None where it starts at nothing.
    """

    shipment_ids: Sequence[str]
    facts: tuple[str, ...]
    added: FloatArray
    base: FloatArray
    explained: FloatArray
    base_texts: Sequence[str | None]
