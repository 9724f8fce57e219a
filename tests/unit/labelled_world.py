"""A small made-up world with a known truth: feature, shipment and label partitions to learn from.

Belongs here: seeded frames built from the feature catalog, and the lake they are published in.
Belongs elsewhere: what the tests say about them.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.lake import Lake
from tidewaiter.policy import FAMILIES, Policy, load_policy
from tidewaiter.settings import SHIPPED_POLICY

FIRST = date(2026, 1, 1)
DAYS = 12
AS_OF = FIRST + timedelta(days=DAYS + 1)
PORTS = ("2704", "4701", "9999")
ORIGINS = ("CN", "CN", "VN", "DE", None)
MARKETPLACES = ("big", "big", "big", "small", "other", None, None)
# How many there are of each, so that a busy party is over its share of a queue.
PARTIES = {"shipper": 11, "seller": 17, "consignee": 29, "filer": 3}
FEATURES = load_catalog().model_inputs
NULL_SHARES = {
    "price_log_ratio": 0.2,
    "listed_price_log_ratio": 0.7,
    "seller_finding_share": 0.4,
    "account_age_days": 0.5,
}


@dataclass(frozen=True)
class World:
    """A lake with `DAYS` dates of examined shipments, and one date more that nobody has examined."""

    lake: Lake
    policy: Policy
    models: Path

    @property
    def tonight(self) -> date:
        return AS_OF


def small_policy(**model: Any) -> Policy:
    """Return the shipped policy with thresholds and a booster that suit a few hundred rows."""
    policy = load_policy(SHIPPED_POLICY)
    lightgbm = {**policy.model.lightgbm, "num_iterations": 40, "min_data_in_leaf": 5, "feature_fraction": 0.7}
    learning = policy.model.learning.model_copy(update={"isotonic_positives": 10_000})
    enough = {"min_labels": 200, "min_positives": 20, "min_family_positives": 10}
    changes = {**enough, "lightgbm": lightgbm, "learning": learning, **model}
    return replace(policy, model=policy.model.model_copy(update=changes))


def make_features(rows_n: int, seed: int, prefix: str = "entry:T") -> pl.DataFrame:
    """Return shipment_id, stream, port_code and every catalogued column as a double, nulls where a feed has none."""
    random = np.random.default_rng(seed)
    columns = {feature.column: _draw(feature, rows_n, random) for feature in load_catalog().features}
    frame = pl.DataFrame(columns).fill_nan(None)
    return frame.select(
        pl.Series("shipment_id", [f"{prefix}{seed:03d}{place:06d}" for place in range(rows_n)]),
        pl.Series("stream", np.where(random.random(rows_n) < 0.8, "low_value", "ocean")),
        pl.Series("port_code", random.choice(PORTS, rows_n)),
        pl.all(),
    )


def make_labels(features: pl.DataFrame, on: date, seed: int) -> pl.DataFrame:
    """Return four label rows a shipment: cheap ones are undervalued, new shippers smuggle, chapter 64 is fake."""
    random = np.random.default_rng(seed + 1000)
    chances = features.select(
        revenue=pl.when(pl.col("price_log_ratio") < -1.0).then(0.85).otherwise(0.02),
        contraband=pl.when(pl.col("shipper_first_seen_days") == 0).then(0.6).otherwise(0.01),
        product=pl.when(pl.col("hts_chapter") == 64).then(0.7).otherwise(0.01),
        forced_labor=pl.lit(0.004),
    )
    ids, values = features["shipment_id"], features["value_usd"].fill_null(0.0).to_numpy()
    source = pl.Series(np.where(random.random(len(ids)) < 0.3, "random", "targeted"))
    known_at = [datetime.combine(on, datetime.min.time()) + timedelta(hours=30)] * len(ids)
    parts = []
    for family in FAMILIES:
        y = (random.random(len(ids)) < chances[family].to_numpy()).astype(np.int32)
        loss = (values * 0.3 * y if family == "revenue" else values * 0.0).round(2)
        parts.append(pl.DataFrame({
            "shipment_id": ids, "shipment_on": [on] * len(ids), "family": [family] * len(ids), "y": y,
            "source": source, "known_at": known_at, "loss_usd": loss, "inclusion_probability": [0.5] * len(ids),
        }).with_columns(pl.col("loss_usd").cast(pl.Decimal(18, 2))))  # fmt: skip
    return pl.concat(parts).sort("shipment_id", "family")


NO_SIGNALS = pl.DataFrame(schema=dict.fromkeys(("shipment_id", "signal_code", "sentence"), pl.String))


def make_world(root: Path, *, rows_n: int = 60, policy: Policy | None = None) -> World:
    """Publish the world under a folder and return it."""
    lake = Lake(root / "lake")
    for place in range(DAYS):
        on = FIRST + timedelta(days=place)
        features = make_features(rows_n, place)
        put_shipments(lake, on, features)
        put(lake, "outcome.label", on + timedelta(days=1), make_labels(features, on, place))
    tonight = make_features(rows_n * 4, 500)
    put_night(lake, AS_OF, tonight)
    return World(lake, policy or small_policy(), root / "models")


def put_night(lake: Lake, on: date, features: pl.DataFrame) -> None:
    """Publish what a night is scored from: features, shipments, no signals, and a few parties behind all of them."""
    put_shipments(lake, on, features)
    put(lake, "core.compliance_signal", on, NO_SIGNALS)
    numbers = pl.int_range(pl.len())
    named = {f"{role}_id": pl.format(f"{role}-{{}}", numbers % many) for role, many in PARTIES.items()}
    put(lake, "party.shipment_entity", on, features.select("shipment_id", **named))


def put_shipments(lake: Lake, on: date, features: pl.DataFrame) -> None:
    """Publish features and shipments of a date."""
    put(lake, "feature.shipment", on, features)
    origins = pl.Series([ORIGINS[place % len(ORIGINS)] for place in range(features.height)], dtype=pl.String)
    shops = pl.Series([MARKETPLACES[place % len(MARKETPLACES)] for place in range(features.height)], dtype=pl.String)
    mode = pl.when(pl.col("is_mail") == 1).then(pl.lit("50")).when(pl.col("is_air") == 1).then(pl.lit("40"))
    shipments = features.select(
        "shipment_id", "stream", "port_code", origin_country=origins, marketplace=shops,
        mode_code=mode.when(pl.col("is_vessel") == 1).then(pl.lit("11")).otherwise(pl.lit("60")),
    )  # fmt: skip
    put(lake, "core.shipment", on, shipments)


def put(lake: Lake, table: str, on: date, frame: pl.DataFrame) -> None:
    """Write a frame as the date's partition."""
    path = lake.path(table, on)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path)


def _draw(feature: Feature, rows_n: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
    drawn: npt.NDArray[np.float64]
    if feature.unit == "yes/no":
        drawn = (random.random(rows_n) < 0.2).astype(np.float64)
    elif feature.unit == "share":
        drawn = random.beta(2, 20, rows_n)
    elif feature.unit == "log ratio":
        drawn = random.normal(0, 1, rows_n)
    elif feature.unit == "heading":
        drawn = random.choice([4202.0, 6109.0, 8517.0], rows_n)
    elif feature.unit == "chapter":
        drawn = random.choice([42.0, 61.0, 64.0, 85.0, 95.0], rows_n)
    elif feature.unit in ("USD", "USD/kg", "kg"):
        drawn = random.lognormal(3, 1, rows_n).round(2)
    else:
        drawn = random.integers(0, 12, rows_n).astype(np.float64)
    null_share = NULL_SHARES.get(feature.column, 0.0)
    return np.where(random.random(rows_n) < null_share, np.nan, drawn)
