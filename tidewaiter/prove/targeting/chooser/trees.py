"""Boosted trees: LightGBM on the fields as filed, one model of "violation or not", no features, no exploration.

Learned anew each week from every finding known by then; what is ranked is the chance. SETTINGS has what can be tuned:
`--policies boosted_trees-medium` runs with another one; ADR 0015 says what was tried.

Belongs here: this policy.
Belongs elsewhere: fields as numbers (field.py), the project's own model (models).
"""

from datetime import date
from typing import Any

import lightgbm as lgb
import numpy as np
import polars as pl

from tidewaiter.prove.targeting.chooser.field import CODES, COLUMNS, DERIVED, NUMBERS, Coding, learn_coding, read_fields
from tidewaiter.prove.targeting.choosing import Desk, choose_highest

SETTINGS: dict[str, dict[str, Any]] = {
    "small": {"num_leaves": 7, "learning_rate": 0.05, "min_data_in_leaf": 20, "rounds": 100},
    "medium": {"num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 20, "rounds": 150},
    "plain": {"num_leaves": 31, "learning_rate": 0.1, "min_data_in_leaf": 20, "rounds": 100},
}
USUAL = "small"
# Fewer hits teach nothing; until then the choice is random.
LEAST_HITS = 10


class BoostedTrees:
    """The likeliest violations first."""

    name = "boosted_trees"
    says = "LightGBM on raw fields, plain settings, no exploration"
    tables: tuple[str, ...] = ("core.shipment",)

    def __init__(self, setting: str = USUAL) -> None:
        self.setting = SETTINGS[setting]
        if setting != USUAL:
            self.name = f"{BoostedTrees.name}-{setting}"
        self._fitted: tuple[Coding, lgb.Booster] | None = None

    def learn(self, desk: Desk, as_of: date) -> None:
        """Fit on every finding known before the date."""
        rows = self._read_examples(desk, as_of)
        hits = rows["is_violation"].to_numpy().astype(np.float64)
        if hits.sum() < LEAST_HITS:
            return
        coding = learn_coding(rows)
        settings = {key: value for key, value in self.setting.items() if key != "rounds"}
        names = [*NUMBERS, *DERIVED, *CODES]
        data = lgb.Dataset(coding.encode(rows), hits, feature_name=names, categorical_feature=list(CODES))
        fixed = {"objective": "binary", "verbosity": -1, "num_threads": 1, "seed": 1, "deterministic": True}
        self._fitted = coding, lgb.train({**fixed, **settings}, data, num_boost_round=self.setting["rounds"])

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Take the likeliest of each port; before anything is learned, draw at random."""
        shipments = desk.read("core.shipment", on, COLUMNS)
        rows = shipments.select("shipment_id", "port_code")
        if self._fitted is None:
            return choose_highest(desk, on, rows.with_columns(score=pl.lit(0.0)), random_share=1.0)
        coding, booster = self._fitted
        chance = np.asarray(booster.predict(coding.encode(read_fields(shipments)), num_threads=1), dtype=np.float64)
        return choose_highest(desk, on, rows.with_columns(score=pl.Series(chance), chance=pl.Series(chance)))

    def _read_examples(self, desk: Desk, as_of: date) -> pl.DataFrame:
        """Return the fields of every examined shipment whose result is known before the date, with the result."""
        parts = []
        known = desk.findings.filter(pl.col("known_on") < as_of)
        for day, found in known.partition_by("shipment_on", as_dict=True).items():
            fields = read_fields(desk.read("core.shipment", day[0], COLUMNS))
            parts.append(fields.join(found.select("shipment_id", "is_violation"), on="shipment_id"))
        return pl.concat(parts).sort("shipment_id") if parts else pl.DataFrame(schema={"is_violation": pl.Boolean})
