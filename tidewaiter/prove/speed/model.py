"""A model for the night to score with, learned from made examples: as many features and trees as a real one.

Belongs here: the made examples.
Belongs elsewhere: learning (models), what a model is worth (tidewaiter/prove/targeting).
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from data_quality.contract import load_contract
from models.train import train_model
from tidewaiter.engine.duckdb import write_table
from tidewaiter.lake import Lake
from tidewaiter.policy import FAMILIES, Policy

EXAMPLES_N = 6_000
EXAMPLE_DAYS = 10
SEED = 20_260_101


def write_model(con: duckdb.DuckDBPyConnection, lake: Lake, policy: Policy, before: date, models: Path) -> str:
    """Publish made features and labels of the days before the night, train on them, and return the model's version."""
    rng = np.random.default_rng(SEED)
    for back in range(EXAMPLE_DAYS, 0, -1):
        day = before - timedelta(days=20 + back)
        features = _make_features(rng, day)
        _publish(con, lake, features, "feature.shipment", day)
        _publish(con, lake, _make_labels(rng, features, day), "outcome.label", day + timedelta(days=9))
    return train_model(lake, policy, before, models).version


def _make_features(rng: np.random.Generator, day: date) -> pl.DataFrame:
    n = EXAMPLES_N // EXAMPLE_DAYS
    keys = {
        "shipment_id": [f"entry:{day:%m%d}{row:06d}" for row in range(n)],
        "stream": ["low_value"] * n,
        "port_code": ["4701"] * n,
    }
    columns = load_contract("feature.shipment").columns
    numbers = {each.name: rng.lognormal(0.0, 1.0, n) for each in columns if each.name not in keys}
    return pl.DataFrame({**keys, **numbers})


def _make_labels(rng: np.random.Generator, features: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return a row a shipment and family: a violation more often where a figure of it is high."""
    n = features.height
    ratio = features["price_log_ratio"].to_numpy()
    chance = np.where(ratio > np.quantile(ratio, 0.85), 0.4, 0.03)
    found = np.where(rng.random(n) < chance, rng.choice(np.array(FAMILIES), n), "none")
    known_at = datetime.combine(day + timedelta(days=8), time(6))
    shipments = features.select("shipment_id").with_columns(
        pl.lit(day).alias("shipment_on"),
        pl.lit(known_at).alias("known_at"),
        pl.Series("found", found),
        pl.Series("source", np.where(rng.random(n) < 0.3, "random", "targeted")),
        pl.Series("stated", rng.lognormal(4.0, 1.0, n)),
        pl.Series("inclusion_probability", rng.uniform(0.01, 1.0, n)),
    )
    rows = shipments.join(pl.DataFrame({"family": FAMILIES}), how="cross")
    is_found = pl.col("found") == pl.col("family")
    return rows.with_columns(is_found.cast(pl.Int32).alias("y"), pl.col("stated").mul(is_found).alias("loss_usd"))


def _publish(con: duckdb.DuckDBPyConnection, lake: Lake, frame: pl.DataFrame, table: str, day: date) -> None:
    con.register("made_rows", frame.to_arrow())
    with lake.staging() as scratch:
        staged = scratch / "made.parquet"
        write_table(con, "made_rows", load_contract(table), staged)
        lake.publish(staged, table, day)
    con.unregister("made_rows")
