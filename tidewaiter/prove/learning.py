"""What learning and scoring cost: training on many labels, and scoring a national night beside LightGBM's own predict.

The rows are drawn from the feature catalog's units, with planted causes, so that trees grow as they do on real labels.

Belongs here: made rows, the measured steps, the ratio to the floor.
Belongs elsewhere: printing (tidewaiter/command/prove_learning.py), whether targeting is any good (prove targeting).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from models.fit import fit_hybrid
from models.part import choose_inputs
from models.recipe import Fitted
from models.score import build_input, score_rows
from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.policy import FAMILIES, Policy
from tidewaiter.prove.measure import Measure, measure

TRAIN, SCORE, FLOOR = "train", "score", "LightGBM predict"
DAYS, LAST = 90, date(2026, 11, 20)
SLICE = 250_000
BACKGROUND = 6_000


@dataclass(frozen=True)
class LearningRun:
    """What each step took, and the sums that show that the same inputs give the same bytes."""

    labels_n: int
    rows_n: int
    inputs_n: int
    trees_n: int
    measures: tuple[Measure, ...]
    scores_sha256: str

    @property
    def ratio(self) -> float:
        """Processor seconds of scoring over those of LightGBM's own predict on a ready matrix."""
        spent = {each.step: each.cpu_s for each in self.measures}
        return spent[SCORE] / max(spent[FLOOR], 1e-9)


def prove_learning(policy: Policy, labels_n: int, rows_n: int, seed: int = 1) -> LearningRun:
    """Train on made labels and score a made night, slice by slice as the night does."""
    measures: list[Measure] = []
    examples = make_examples(labels_n, seed, policy)
    features = choose_inputs(policy.model.parts)
    with measure(TRAIN, measures):
        fitted = fit_hybrid(examples, make_rows(BACKGROUND, seed + 1), features, policy).fitted
    del examples
    night = [make_rows(min(SLICE, rows_n), seed + 2)]
    digest = hashlib.sha256()
    with measure(SCORE, measures):
        for size in _slice_sizes(rows_n):
            scored = score_rows(fitted, night[0].head(size), policy.costs, threads=policy.engine.threads)
            digest.update(np.ascontiguousarray(scored.drop("shipment_id").to_numpy()).tobytes())
    matrix = build_input(fitted, night[0])
    with measure(FLOOR, measures):
        for size in _slice_sizes(rows_n):
            _predict_only(fitted, matrix[:size], policy.engine.threads)
    trees_n = sum(each.num_trees() for each in fitted.boosters.values())
    return LearningRun(labels_n, rows_n, len(features), trees_n, tuple(measures), digest.hexdigest())


def make_rows(rows_n: int, seed: int) -> pl.DataFrame:
    """Return shipment_id, port_code and every model input, each drawn by its unit."""
    random = np.random.default_rng(seed)
    catalog = load_catalog()
    columns = {name: _draw(catalog.feature(name), rows_n, random) for name in catalog.model_inputs}
    frame = pl.DataFrame(columns).fill_nan(None)
    ids = pl.select(shipment_id=pl.format("entry:M{}", pl.int_range(rows_n)))
    ports = pl.Series("port_code", random.choice(["4701", "2720", "2704", "2304"], rows_n))
    return ids.hstack([ports]).hstack(frame)


def make_examples(rows_n: int, seed: int, policy: Policy) -> pl.DataFrame:
    """Return labelled rows over ninety days: cheap goods, new shippers and one tariff chapter carry violations."""
    random = np.random.default_rng(seed)
    rows = make_rows(rows_n, seed + 10)
    causes = {
        "revenue": rows["price_log_ratio"].fill_null(0.0).to_numpy() < -1.4,
        "contraband": rows["shipper_first_seen_days"].fill_null(9.0).to_numpy() < 1,
        "product": rows["hts_chapter"].to_numpy() == 64,
        "forced_labor": rows["hts_chapter"].to_numpy() == 61,
    }
    odds = {"revenue": 0.15, "contraband": 0.04, "product": 0.1, "forced_labor": 0.01}
    truth = {family: random.random(rows_n) < np.where(causes[family], odds[family], 0.004) for family in FAMILIES}
    loss = rows["value_usd"].fill_null(0.0).to_numpy() * random.uniform(0.1, 0.6, rows_n) * truth["revenue"]
    days = [LAST - timedelta(days=DAYS - 1 - place * DAYS // rows_n) for place in range(rows_n)]
    is_random = random.random(rows_n) < policy.queues.random_share
    return rows.with_columns(
        pl.Series("shipment_on", days),
        pl.Series("inclusion_probability", np.where(is_random, 0.01, 1.0)),
        pl.Series("loss_usd", loss.round(2)),
        *(pl.Series(f"is_{family}", found) for family, found in truth.items()),
    )


def _predict_only(fitted: Fitted, matrix: npt.NDArray[np.float32], threads: int) -> None:
    """Run every booster of the model on a ready matrix, and nothing else."""
    for booster in fitted.boosters.values():
        booster.predict(matrix, raw_score=True, num_threads=threads)


def _slice_sizes(rows_n: int) -> Iterator[int]:
    for start in range(0, rows_n, SLICE):
        yield min(SLICE, rows_n - start)


def _draw(feature: Feature, rows_n: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    drawn: npt.NDArray[np.float64]
    if feature.unit == "yes/no":
        drawn = (random.random(rows_n) < 0.2).astype(np.float64)
    elif feature.unit in ("share", "rate"):
        drawn = random.beta(2, 20, rows_n)
    elif feature.unit in ("log ratio", "deviations"):
        drawn = random.normal(0, 1, rows_n)
    elif feature.unit == "chapter":
        drawn = random.choice([42.0, 61.0, 64.0, 85.0, 95.0], rows_n)
    else:
        drawn = random.lognormal(2, 1, rows_n).round(2)
    return np.where(random.random(rows_n) < 0.1, np.nan, drawn)
