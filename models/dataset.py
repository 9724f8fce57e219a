"""Reads what a model learns from: examined shipments, what was found, and their features as they stood that night.

Belongs here: labels joined to features, and the one function that hands rows to LightGBM.
Belongs elsewhere: which class a row teaches (target.py), fitting (fit.py), making labels (tidewaiter/outcomes).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from tidewaiter.errors import ModelMismatchError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake
from tidewaiter.policy import FAMILIES

Matrix = npt.NDArray[np.float32]
KEYS = ("shipment_id", "shipment_on", "stream", "port_code")


@dataclass(frozen=True)
class Examples:
    """Examined shipments with features, ordered by shipment_on and shipment_id.

    Args:
        frame: shipment_id, shipment_on, known_at, source, loss_usd (revenue), is_<family>, inclusion_probability,
            has_stored_chance, stream, port_code and every model input.
        without_partition_n: labelled shipments whose date has no published features.
        without_features_n: labelled shipments that their date's features lack.
    """

    frame: pl.DataFrame
    without_partition_n: int
    without_features_n: int


def feature_matrix(frame: pl.DataFrame, features: Sequence[str]) -> Matrix:
    """Return the features as a C-ordered float32 matrix in the order given; a null is NaN.

    Raises:
        ModelMismatchError: naming the columns that are missing, unexpected or not numbers.
    """
    check_columns(frame.columns, features, "these rows")
    wrong = [name for name in features if not (frame.schema[name].is_numeric() or frame.schema[name] == pl.Boolean)]
    if wrong:
        raise ModelMismatchError(f"{', '.join(wrong)}: not numbers.", fix="compute that date's features again")
    numbers = frame.select(pl.col(name).cast(pl.Float32) for name in features)
    return np.ascontiguousarray(numbers.to_numpy(), dtype=np.float32)


def check_columns(columns: Collection[str], features: Sequence[str], where: str) -> None:
    """Pass when the columns are the features and others of the catalog, which this model does not read.

    Raises:
        ModelMismatchError: naming the missing and the unexpected ones.
    """
    silent = {*KEYS, *load_catalog().columns}
    missing = [name for name in features if name not in columns]
    unexpected = [name for name in columns if name not in features and name not in silent]
    if missing or unexpected:
        raise ModelMismatchError(
            f"{where} and the model differ in features: missing {', '.join(missing) or 'none'}; "
            f"unexpected {', '.join(unexpected) or 'none'}.",
            fix="compute that date's features again, or train a model on today's catalog",
        )


def read_examples(lake: Lake, as_of: date, window_days: int, features: Sequence[str]) -> Examples:
    """Return every shipment of the window whose result is known before `as_of` begins (UTC), with its features.

    Raises:
        ModelMismatchError: when a date's features are not the catalog's.
    """
    labels = read_labels(lake, as_of, window_days)
    parts, without_partition_n = [], 0
    for (on,), rows in labels.group_by("shipment_on", maintain_order=True):
        path = lake.path("feature.shipment", on) if isinstance(on, date) else None
        if path is not None and path.exists():
            parts.append(_join_features(rows, path, features))
        else:
            without_partition_n += rows.height
    joined = pl.concat(parts) if parts else _without_features(labels.clear(), features)
    without_features_n = labels.height - without_partition_n - joined.height
    return Examples(joined.sort("shipment_on", "shipment_id"), without_partition_n, without_features_n)


def read_labels(lake: Lake, as_of: date, window_days: int) -> pl.DataFrame:
    """Return one row an examined shipment, ordered by shipment_on and shipment_id.

    Labels that landed on `as_of` itself are left out, so that a model is the same whether that night has run or not.
    Results that landed on several days are joined: a violation once established stays, its loss is the largest
    stated, and the source is that of the first result. Where several versions of a shipment were examined, its features
    are those of the newest one with a violation, else of the newest.
    """
    paths = lake.through("outcome.label", as_of - timedelta(days=1))
    if not paths:
        return _no_labels()
    began = pl.lit(as_of).cast(pl.Datetime("us"))
    first_on = as_of - timedelta(days=window_days)
    known = (
        pl.scan_parquet(paths, hive_partitioning=False)
        .with_columns(pl.col("known_at").cast(pl.Datetime("us")))
        .filter(pl.col("known_at") < began, pl.col("shipment_on").is_between(first_on, as_of, closed="left"))
    )
    found = pl.col("y") == 1
    return (
        known.sort("known_at", "source", "shipment_id", "family")
        .group_by("shipment_id", maintain_order=True)
        .agg(
            pl.coalesce(pl.col("shipment_on").filter(found).max(), pl.col("shipment_on").max()).alias("shipment_on"),
            pl.col("known_at").max(),
            pl.col("source").first(),
            pl.col("inclusion_probability").drop_nulls().first().cast(pl.Float64),
            pl.col("loss_usd").filter(found, pl.col("family") == "revenue").max().cast(pl.Float64).fill_null(0.0),
            *((found & (pl.col("family") == family)).any().alias(f"is_{family}") for family in FAMILIES),
        )
        .sort("shipment_on", "shipment_id")
        .collect()
    )


def _join_features(rows: pl.DataFrame, path: Path, features: Sequence[str]) -> pl.DataFrame:
    scan = pl.scan_parquet(path, hive_partitioning=False)
    check_columns(scan.collect_schema().names(), features, f"the features of {path.parent.name}")
    wanted = scan.select("shipment_id", "stream", "port_code", *(pl.col(name).cast(pl.Float64) for name in features))
    joined = rows.lazy().join(wanted, on="shipment_id", how="inner").collect()
    return _complete_chances(joined, pq.read_metadata(path).num_rows)


def _complete_chances(rows: pl.DataFrame, shipments_n: int) -> pl.DataFrame:
    """Return a date's rows with a chance for each random exam that no stored queue knows.

    Such exams were drawn by other means than a queue of this lake; their share of the date's shipments stands in. It is
    too small while results are still out, so it overstates a weight, which the policy caps.
    """
    is_unknown_draw = (pl.col("source") == "random") & pl.col("inclusion_probability").is_null()
    drawn_n = rows.filter(pl.col("source") == "random").height
    return rows.with_columns(
        pl.col("inclusion_probability").is_not_null().alias("has_stored_chance"),
        pl.when(is_unknown_draw)
        .then(pl.lit(min(1.0, drawn_n / max(shipments_n, 1))))
        .otherwise("inclusion_probability")
        .alias("inclusion_probability"),
    )


def _without_features(labels: pl.DataFrame, features: Sequence[str]) -> pl.DataFrame:
    return labels.with_columns(
        pl.lit(value=False).alias("has_stored_chance"),
        *(pl.lit(None, pl.String).alias(name) for name in ("stream", "port_code")),
        *(pl.lit(None, pl.Float64).alias(name) for name in features),
    )


def _no_labels() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "shipment_id": pl.String,
            "shipment_on": pl.Date,
            "known_at": pl.Datetime("us"),
            "source": pl.String,
            "inclusion_probability": pl.Float64,
            "loss_usd": pl.Float64,
            **{f"is_{family}": pl.Boolean for family in FAMILIES},
        }
    )
