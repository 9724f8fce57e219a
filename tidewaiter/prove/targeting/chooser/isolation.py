"""Isolation forest: the shipments least like the others of the last weeks, by their fields as filed; no labels.

Fitted anew each week on a sample of the four weeks before. Codes enter as how rare they are. SETTINGS has
what can be tuned: `--policies isolation_forest-large` runs with another one; ADR 0015 says what was tried.

Belongs here: this policy.
Belongs elsewhere: the forest (scikit-learn), fields (field.py).
"""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from tidewaiter.errors import ProofError
from tidewaiter.prove.targeting.chooser.field import CODES, COLUMNS, DERIVED, NUMBERS, Matrix, read_fields
from tidewaiter.prove.targeting.choosing import Desk, choose_highest

WEEKS, SAMPLE_ROWS = 4, 8_000
SETTINGS: dict[str, dict[str, Any]] = {
    "paper": {"n_estimators": 100, "max_samples": 256},
    "large": {"n_estimators": 100, "max_samples": 1024},
}
USUAL = "paper"


class IsolationForest:
    """The oddest first."""

    name = "isolation_forest"
    says = "isolation forest on raw fields, no labels"
    tables: tuple[str, ...] = ("core.shipment",)

    def __init__(self, setting: str = USUAL) -> None:
        self.setting = SETTINGS[setting]
        if setting != USUAL:
            self.name = f"{IsolationForest.name}-{setting}"
        self._forest: Any = None
        self._rarity: dict[str, dict[str, float]] = {}

    def learn(self, desk: Desk, as_of: date) -> None:
        """Fit on a sample of the weeks before the date."""
        days = [as_of - timedelta(days=back) for back in range(7 * WEEKS, 0, -1)]
        paths = desk.lake.among("core.shipment", days)
        rows = read_fields(pl.concat([pl.read_parquet(path, columns=COLUMNS) for path in paths]))
        self._rarity = {name: _count_rarity(rows[name]) for name in CODES}
        sample = rows.sort("shipment_id").sample(min(rows.height, SAMPLE_ROWS), seed=desk.seed)
        self._forest = find_forest()(**self.setting, random_state=desk.seed, n_jobs=1).fit(self._encode(sample))

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Take the oddest of each port; before anything is learned, draw at random."""
        shipments = desk.read("core.shipment", on, COLUMNS)
        rows = shipments.select("shipment_id", "port_code")
        if self._forest is None:
            return choose_highest(desk, on, rows.with_columns(score=pl.lit(0.0)), random_share=1.0)
        oddness = -np.asarray(self._forest.score_samples(self._encode(read_fields(shipments))), dtype=np.float64)
        return choose_highest(desk, on, rows.with_columns(score=pl.Series(oddness)))

    def _encode(self, fields: pl.DataFrame) -> Matrix:
        """Return logarithms of amounts, and of how rare each code is; -1 where nothing is filed."""
        amounts = [pl.col(name).clip(0).log1p() for name in (*NUMBERS, *DERIVED)]
        rare = [pl.col(name).replace_strict(self._rarity[name], default=0.0, return_dtype=pl.Float64) for name in CODES]
        return fields.select(*amounts, *rare).fill_nan(None).fill_null(-1.0).to_numpy().astype(np.float32)


def _count_rarity(codes: pl.Series) -> dict[str, float]:
    """Return the logarithm of each code's share."""
    counted = codes.drop_nulls().value_counts()
    share = (pl.col("count") / max(len(codes), 1)).log()
    return dict(counted.select(codes.name, share).iter_rows())


def find_forest() -> Any:
    """Return the class of forests.

    Raises:
        ProofError: scikit-learn is not installed.
    """
    try:
        from sklearn.ensemble import IsolationForest as Forest
    except ImportError as missing:
        raise ProofError(
            "the policy isolation_forest needs scikit-learn, which is not installed.",
            fix="install it (`pip install '.[prove]'`), or name other policies with --policies",
        ) from missing
    return Forest
