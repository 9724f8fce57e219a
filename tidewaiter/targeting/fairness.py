"""Who is held for nothing: exams that found nothing, by origin, by size of shipper and of marketplace.

Groups are of goods and firms. None stands for a person, and none is read by a model or a rule.

Belongs here: the groups of a night, and counts over the nights of a window.
Belongs elsewhere: choosing who is examined (selection.py), what a model may read (tidewaiter/features/catalog.yml).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from models.measure import estimate_share, find_wilson
from tidewaiter.lake import Lake
from tidewaiter.rules.judged import RANDOM, read_judged, weigh_drawn

FAIRNESS = "score.fairness"
GROUP = "queue.group"
UNKNOWN = "unknown"
KINDS = ("origin", "shipper_size", "marketplace_size")
KEYS = ["group_kind", "group_code"]
SIZES = ((1, "1"), (9, "2 to 9"), (99, "10 to 99"))
LARGEST = "100 and more"
LARGE_SHARE = 0.5


@dataclass(frozen=True)
class Fairness:
    """One night's tables: the groups of what was chosen, and counts by group over the window."""

    groups: pl.DataFrame
    table: pl.DataFrame


def measure_fairness(lake: Lake, features: Path, scored: pl.DataFrame, on: date, window_days: int) -> Fairness:
    """Return exams, those that found nothing, and arrivals by group, over the `window_days` days up to the date.

    An exam counts when its result landed before the date and its night kept its groups. Held for nothing is an
    exam that was not drawn at random and found nothing; the random slice says how common findings are in the group.

    Args:
        scored: shipment_id and is_selected of every shipment of the night.
    """
    wide = group_shipments(lake.existing("core.shipment", on), features)
    tonight = _count(wide).rename({"shipments_n": "shipments_today_n"})
    first = on - timedelta(days=window_days)
    past = [lake.path(FAIRNESS, each) for each in lake.dates(FAIRNESS) if first <= each < on]
    earlier = [pl.read_parquet(path, columns=[*KEYS, "shipments_today_n"], hive_partitioning=False) for path in past]
    arrived = pl.concat([tonight, *earlier]).group_by(KEYS).agg(pl.col("shipments_today_n").sum().alias("shipments_n"))
    exams = _count_exams(lake, on, first)
    counted = (
        arrived.join(tonight, on=KEYS, how="left", validate="1:1")
        .join(exams, on=KEYS, how="left", validate="1:1")
        .with_columns(pl.col("shipments_today_n", *EXAM_COUNTS).fill_null(0).cast(pl.Int64), first_on=pl.lit(first))
        .sort(KEYS)
    )
    chosen = wide.join(scored.filter("is_selected").select("shipment_id"), on="shipment_id", how="semi")
    return Fairness(_melt(chosen).sort("shipment_id", "group_kind"), _rate(counted))


def group_shipments(core: Path, features: Path) -> pl.DataFrame:
    """Return shipment_id and the group of each kind of every shipment."""
    shipments = pl.scan_parquet(core, hive_partitioning=False).select("shipment_id", "origin_country", "marketplace")
    counts = pl.scan_parquet(features, hive_partitioning=False).select(
        "shipment_id",
        shipper_n=pl.col("shipper_shipments_28d_n") + pl.col("shipper_shipments_today_n"),
    )
    rows = shipments.join(counts, on="shipment_id", how="left").collect()
    large = list_large(rows["marketplace"])
    return rows.select(
        "shipment_id",
        pl.col("origin_country").fill_null(UNKNOWN).alias("origin"),
        _name_size(pl.col("shipper_n")).alias("shipper_size"),
        pl.when(pl.col("marketplace").is_null())
        .then(pl.lit("none"))
        .when(pl.col("marketplace").is_in(large))
        .then(pl.lit("large"))
        .otherwise(pl.lit("small"))
        .alias("marketplace_size"),
    )


def list_large(marketplaces: pl.Series) -> list[str]:
    """Return the marketplaces that together first make up half of what marketplaces sold; equal ones by name."""
    counts = marketplaces.drop_nulls().value_counts(name="n").sort("n", marketplaces.name, descending=[True, False])
    before = counts["n"].cum_sum() - counts["n"]
    return counts.filter(before < LARGE_SHARE * float(counts["n"].sum()))[marketplaces.name].to_list()


def _name_size(count: pl.Expr) -> pl.Expr:
    named: pl.Expr = pl.lit(LARGEST)
    for most, name in reversed(SIZES):
        named = pl.when(count <= most).then(pl.lit(name)).otherwise(named)
    return pl.when(count.is_null()).then(pl.lit(UNKNOWN)).otherwise(named)


def _count(wide: pl.DataFrame) -> pl.DataFrame:
    parts = [
        wide.group_by(pl.col(kind).alias("group_code")).agg(pl.len().cast(pl.Int64).alias("shipments_n"))
        .select(pl.lit(kind).alias("group_kind"), "group_code", "shipments_n")
        for kind in KINDS
    ]  # fmt: skip
    return pl.concat(parts)


def _melt(wide: pl.DataFrame) -> pl.DataFrame:
    return wide.unpivot(KINDS, index="shipment_id", variable_name="group_kind", value_name="group_code")


EXAM_COUNTS = ("exams_n", "cleared_n", "random_exams_n", "random_findings_n")


def _count_exams(lake: Lake, on: date, first: date) -> pl.DataFrame:
    """Return exams of the window by group, of shipments that were queued; drawn ones also by what they stand for."""
    nights = [each for each in lake.dates(GROUP) if first <= each < on]
    judged = _weigh_random(read_judged(lake, before=on).rename({"shipment_on": "date"}))
    is_random, is_clear = pl.col("source") == RANDOM, ~pl.col("is_found")
    counts = [
        (~is_random).sum().alias("exams_n"),
        (~is_random & is_clear).sum().alias("cleared_n"),
        is_random.sum().alias("random_exams_n"),
        (is_random & ~is_clear).sum().alias("random_findings_n"),
        pl.col("stands_for").sum().alias("drawn_weight"),
        (pl.col("stands_for") ** 2).sum().alias("drawn_square"),
        pl.col("stands_for").filter(~is_clear).sum().alias("found_weight"),
    ]
    groups = pl.DataFrame(schema={"shipment_id": pl.String, **dict.fromkeys(KEYS, pl.String), "date": pl.Date})
    if nights:
        kept = pl.scan_parquet(lake.among(GROUP, nights), hive_partitioning=True)
        groups = kept.with_columns(pl.col("date").cast(pl.Date)).select(groups.columns).collect()
    return groups.join(judged, on=["shipment_id", "date"], how="inner").group_by(KEYS).agg(counts)


def _weigh_random(judged: pl.DataFrame) -> pl.DataFrame:
    """Return the exams with `stands_for`: shipments that a drawn one stands for, 0 for exams that were not drawn."""
    is_random = judged["source"] == RANDOM
    drawn = judged.filter(is_random).with_columns(
        stands_for=weigh_drawn(judged.filter(is_random)["inclusion_probability"])
    )
    return pl.concat([drawn, judged.filter(~is_random).with_columns(stands_for=pl.lit(0.0))])


def _rate(counted: pl.DataFrame) -> pl.DataFrame:
    """Return the counts with both shares and their 95 % intervals, empty where nothing is counted."""
    # Before any result is known, no exam that found nothing is not none that will.
    known = bool(counted["exams_n"].sum())
    held = [
        _estimate(part_n, of_n if known else 0)
        for part_n, of_n in counted.select("cleared_n", "shipments_n").iter_rows()
    ]
    found = [
        _estimate_drawn(*row) for row in counted.select("found_weight", "drawn_weight", "drawn_square").iter_rows()
    ]
    names = ("share", "low", "high")
    columns = [
        pl.Series(f"{prefix}_{name}", [row[place] for row in rows], pl.Float64)
        for prefix, rows in (("false_hold", held), ("finding", found))
        for place, name in enumerate(names)
    ]
    return counted.with_columns(columns)


def _estimate(part_n: int, of_n: int) -> tuple[float | None, float | None, float | None]:
    if not of_n:
        return None, None, None
    found = estimate_share(part_n, of_n)
    return found.value, found.low, found.high


def _estimate_drawn(
    found_weight: float | None, weight: float | None, square: float | None
) -> tuple[float | None, float | None, float | None]:
    """Return a weighted share with the interval of as many exams as the weights are worth (Kish)."""
    if not weight or not square:
        return None, None, None
    share = (found_weight or 0.0) / weight
    low, high = find_wilson(share, weight**2 / square)
    return share, low, high
