"""Watches the model that scores: does tonight look like what it learned from, and do its chances come true.

Belongs here: tonight against the model's reference, recent results against what was foretold of them.
Belongs elsewhere: the index itself (models/drift.py), raising it as a check (assets/scoring.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from models.artifact import Model, read_reference
from models.background import sample_rows
from models.drift import Reference, measure_drift, pick_drifted
from models.standing import Waiting, find_waiting
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy

HIT_DAYS = 60
LEAST_EXAMS = 30
# Results further than this from what was foretold are not chance (one night in about 370 would be).
FAR_DEVIATIONS = 3.0


@dataclass(frozen=True)
class Hits:
    """Exams of shipments that this model queued: how many, how many findings it foretold, how many there were."""

    exams_n: int
    foretold_n: float
    found_n: int
    spread: float

    @property
    def is_off(self) -> bool:
        """Whether there are exams enough, and the findings are further from the foretold than chance takes them."""
        return self.exams_n >= LEAST_EXAMS and abs(self.found_n - self.foretold_n) > FAR_DEVIATIONS * self.spread


@dataclass(frozen=True)
class Watched:
    """What has drifted, largest first; the hits; why a challenger has no scores. Nothing without a model.

    Attributes:
        young: figures that were not compared: they looked back further than the record reached when the model was
            made, so they grow with the record.
        waiting: the challenger.
        is_overdue: it passes its gates and has waited for longer than policy says.
    """

    drifted: dict[str, float]
    hits: Hits | None
    note: str | None
    young: tuple[str, ...] = ()
    waiting: Waiting | None = None
    is_overdue: bool = False

    @property
    def is_well(self) -> bool:
        return not (self.drifted or (self.hits and self.hits.is_off) or self.note or self.is_overdue)


def watch_model(
    lake: Lake,
    policy: Policy,
    models_dir: Path,
    model: Model | None,
    features: Path,
    scored: pl.DataFrame,
    on: date,
    note: str | None,
) -> Watched:
    """Return what a person should know of the model behind a night."""
    waiting = find_waiting(models_dir, on, policy.model.gates)
    is_overdue = waiting is not None and waiting.is_overdue(on, policy.model.challenger_days)
    if model is None:
        return Watched({}, None, note, waiting=waiting, is_overdue=is_overdue)
    limits = policy.model.drift
    reference = read_reference(models_dir / model.version)
    drifted, young = dict[str, float](), list_young(model.fitted.features, reference, limits.reference_days)
    if min(reference.rows_n, scored.height) >= limits.least_rows:
        sample = sample_rows(features, limits.sample_rows, model.fitted.features)
        tonight = sample.join(scored.drop("port_code"), on="shipment_id", how="left").drop(young)
        drifted = pick_drifted(reference, measure_drift(reference, tonight), limits.stability_index)
    return Watched(drifted, count_hits(lake, model.version, on), note, young, waiting, is_overdue)


def list_young(features: Sequence[str], reference: Reference, reference_days: int) -> tuple[str, ...]:
    """Return the inputs whose window was longer than the record on the first day that the reference is of."""
    if reference.days_known is None:
        return ()
    then, catalog = max(reference.days_known - reference_days, 0), load_catalog()
    return tuple(name for name in features if catalog.feature(name).window_days > then)


def count_hits(lake: Lake, version: str, on: date) -> Hits:
    """Return the results known before a date of shipments that this model queued in the last weeks."""
    queued, labels = lake.window("queue.item", on, HIT_DAYS), lake.window("outcome.label", on, HIT_DAYS)
    if not queued or not labels:
        return Hits(0, 0.0, 0, 0.0)
    items = (
        pl.scan_parquet(queued, hive_partitioning=False)
        .filter(pl.col("model_version") == version)
        .select("shipment_id", shipment_on="date", chance="score")
    )
    results = (
        pl.scan_parquet(labels, hive_partitioning=False)
        .group_by("shipment_id", "shipment_on")
        .agg(found=pl.col("y").max())
    )
    known = items.join(results, on=["shipment_id", "shipment_on"], how="inner").sort("shipment_on", "shipment_id")
    rows = known.collect()
    chance = rows["chance"]
    return Hits(
        exams_n=rows.height,
        foretold_n=float(chance.sum()),
        found_n=int(rows["found"].sum()),
        spread=float((chance * (1 - chance)).sum()) ** 0.5,
    )
