"""The challenger's opinion of a night: scored beside the champion, shown to nobody's queue.

Belongs here: scoring with the challenger, its places in each port.
Belongs elsewhere: who is champion and who challenges (models/promotion.py), the queues (selection.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from models.artifact import load_model
from models.level import level_model
from models.promotion import name_challenger
from models.score import SLICE_ROWS, score_with_model
from tidewaiter.errors import TidewaiterError
from tidewaiter.policy import Policy

SCHEMA = {
    "run_id": pl.String, "date": pl.Date, "shipment_id": pl.String, "model_version": pl.String, "score": pl.Float64,
    "expected_consequence_usd": pl.Float64, "port_place": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Shadow:
    """The challenger's scores, no rows where none challenges; `note` says why a challenger has no scores."""

    frame: pl.DataFrame
    note: str | None


def score_challenger(models_dir: Path, features: Path, policy: Policy, on: date, run_id: str) -> Shadow:
    """Return the night's shipments by the challenger.

    A challenger that cannot be read is noted and left out: it decides nothing, so it may not stop the night.
    """
    nothing = pl.DataFrame(schema=SCHEMA)
    version = name_challenger(models_dir, on)
    if version is None:
        return Shadow(nothing, None)
    try:
        model = level_model(load_model(models_dir / version), features, threads=policy.engine.threads)
    except TidewaiterError as problem:
        return Shadow(nothing, f"challenger {version} has no scores: {problem.cause}")
    columns = ["shipment_id", "port_code", *model.fitted.features]
    parts = [
        part.select("port_code").hstack(score_with_model(model, part, policy.costs, threads=policy.engine.threads))
        for part in read_slices(features, columns)
    ]
    ordered = pl.concat(parts).sort(
        "port_code", "expected_consequence_usd", "shipment_id", descending=[False, True, False]
    )
    placed = ordered.with_columns(
        pl.lit(run_id).alias("run_id"),
        pl.lit(on).alias("date"),
        pl.lit(version).alias("model_version"),
        port_place=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("port_code"),
    )
    return Shadow(placed.select(*SCHEMA), None)


def read_slices(path: Path, columns: list[str]) -> Iterator[pl.DataFrame]:
    """Yield the file's rows in slices, at least one, so that a night's matrix is never in memory whole."""
    with pq.ParquetFile(path) as file:
        yield pl.DataFrame(pl.from_arrow(file.schema_arrow.empty_table().select(columns)))
        for batch in file.iter_batches(batch_size=SLICE_ROWS, columns=columns):
            yield pl.DataFrame(pl.from_arrow(batch)).select(columns)
