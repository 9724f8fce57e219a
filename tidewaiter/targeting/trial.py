"""What a challenger would have chosen on the nights that it scored in shadow, beside the champion's queues.

Both are held against each other where results can tell: among the targeted exams, and in the random slice, which
neither of them chose.

Belongs here: one challenger's nights in shadow, beside queues and results.
Belongs elsewhere: scoring in shadow (shadow.py), figures of training (models/evaluate.py), printing
(tidewaiter/view/trial_page.py).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from tidewaiter.errors import PartitionMissingError
from tidewaiter.lake import Lake
from tidewaiter.rules.judged import RANDOM, HitRate, rate_drawn, rate_hits, read_judged
from tidewaiter.targeting.slot import MANDATORY, NOVELTY, TARGETED

KEYS = ["shipment_id", "date"]
TOP_SHARE = 0.1


@dataclass(frozen=True)
class Trial:
    """A challenger's nights in shadow.

    Attributes:
        champions: what scored these nights, by date.
        targeted_n: targeted exams of these nights' queues.
        both_n: those of them that the challenger has among as many of its dearest shipments of the port, mandatory
            ones and the unlike anything seen apart.
        both, champion_only: exams of the two kinds that have a result.
        both_usd, champion_only_usd: the loss that they found.
        random: exams of the random slice that have a result.
        top_n: a tenth of these exams, at least one.
        champion_top_n, challenger_top_n: findings among that many to which each gave the highest cost, night by night
            on its own scale.
    """

    version: str
    champions: tuple[str, ...]
    nights: tuple[date, ...]
    targeted_n: int
    both_n: int
    both: HitRate
    both_usd: float
    champion_only: HitRate
    champion_only_usd: float
    random: HitRate
    top_n: int
    champion_top_n: int
    challenger_top_n: int


def try_challenger(lake: Lake, version: str, first: date, last: date) -> Trial:
    """Return what the challenger would have chosen on the nights from `first` to `last`.

    Raises:
        PartitionMissingError: it scored none of them in shadow.
    """
    nights = [
        on for on in lake.dates("score.shadow")
        if first <= on <= last and lake.path("score.shipment", on).exists() and _is_in_shadow(lake, on, version)
    ]  # fmt: skip
    if not nights:
        raise PartitionMissingError(
            f"{version} scored no night from {first} to {last} in shadow.",
            fix="a night that is run while it challenges is scored by it; `tidewaiter models list` says who challenges",
        )
    rows = pl.concat([_compare_night(lake, on, version) for on in nights])
    judged = read_judged(lake).rename({"shipment_on": "date"})
    known = rows.join(judged, on=KEYS, how="inner", validate="1:1")
    targeted, drawn = rows.filter(selector=TARGETED), known.filter(selector=RANDOM)
    agreed = known.filter(selector=TARGETED, is_theirs=True)
    alone = known.filter(selector=TARGETED, is_theirs=False)
    top_n = max(1, round(TOP_SHARE * drawn.height)) if drawn.height else 0
    return Trial(
        version=version,
        champions=tuple(rows.unique("model_version", maintain_order=True)["model_version"]),
        nights=tuple(nights),
        targeted_n=targeted.height,
        both_n=int(targeted["is_theirs"].sum()),
        both=_rate(agreed),
        both_usd=float(agreed["loss_usd"].sum()),
        champion_only=_rate(alone),
        champion_only_usd=float(alone["loss_usd"].sum()),
        random=rate_drawn(drawn),
        top_n=top_n,
        champion_top_n=_count_top(drawn, "champion_share", top_n),
        challenger_top_n=_count_top(drawn, "challenger_share", top_n),
    )


def _is_in_shadow(lake: Lake, on: date, version: str) -> bool:
    found = pl.scan_parquet(lake.path("score.shadow", on), hive_partitioning=False).select("model_version").head(1)
    return version in found.collect()["model_version"]


def _compare_night(lake: Lake, on: date, version: str) -> pl.DataFrame:
    """Return the night's targeted and random exams, and whether the challenger would have targeted them.

    `champion_share` and `challenger_share` are the places that each gives a shipment among all of the night, over
    their number, so that nights can be put together.
    """
    shadow = pl.scan_parquet(lake.path("score.shadow", on), hive_partitioning=False).filter(model_version=version)
    theirs = shadow.select("shipment_id", theirs_usd="expected_consequence_usd")
    ours = pl.scan_parquet(lake.path("score.shipment", on), hive_partitioning=False).select(
        *KEYS, "port_code", "selector", "model_version", "expected_consequence_usd"
    )
    is_free = ~pl.col("selector").is_in([MANDATORY, NOVELTY]).fill_null(value=False)
    slots = (pl.col("selector") == TARGETED).sum().over("port_code")
    share = pl.int_range(1, pl.len() + 1) / pl.len()
    return (
        ours.join(theirs, on="shipment_id", how="inner", validate="1:1")
        .sort(["expected_consequence_usd", "shipment_id"], descending=[True, False])
        .with_columns(champion_share=share)
        .sort(["theirs_usd", "shipment_id"], descending=[True, False])
        .with_columns(
            challenger_share=share,
            is_theirs=is_free & (is_free.cast(pl.Int64).cum_sum().over("port_code") <= slots),
        )
        .filter(pl.col("selector").is_in([TARGETED, RANDOM]))
        .sort("shipment_id")
        .collect()
    )


def _rate(exams: pl.DataFrame) -> HitRate:
    return rate_hits(exams.height, int(exams["is_found"].sum()))


def _count_top(drawn: pl.DataFrame, place: str, top_n: int) -> int:
    return int(drawn.sort(place, "date", "shipment_id").head(top_n)["is_found"].sum())
