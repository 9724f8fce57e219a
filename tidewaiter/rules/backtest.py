"""What a rule would have done on past nights: alerts, work, what exams found, who would be newly burdened.

A night's figures are those that stood before it; findings, whenever they came, only judge.

Belongs here: one rule over the feature partitions of some nights, beside queues and findings.
Belongs elsewhere: rules in force as they were (record.py), printing (tidewaiter/view/rule_page.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from tidewaiter.errors import ContractError, PartitionMissingError
from tidewaiter.lake import Lake
from tidewaiter.rules.hit import list_columns
from tidewaiter.rules.judged import RANDOM, HitRate, rate_drawn, rate_hits, read_judged
from tidewaiter.rules.policy import Rule

KEYS = ["shipment_id", "date"]
PARTIES = ("shipper_id", "seller_id", "consignee_id")


@dataclass(frozen=True)
class Backtest:
    """A rule over some nights.

    Args:
        alerts_by_night: alerts of each night, in order.
        queued_n: alerts that were in a queue anyway, on nights that have queues.
        queue_n: exams of those nights' queues in all.
        findings_own_n: findings of the rule's own family among the alerts.
        random: alerts that the random slice had examined: the rate nobody chose.
        all_random: every exam of the random slice on those nights.
        parties_n: distinct parties behind the alerts, by role.
        new_parties_n: those of them with alerts on nights with queues whom none of these queues has.
        new_n: alerts on nights with queues that were in none: the work that the rule would add.
    """

    rule: Rule
    first_on: date
    last_on: date
    alerts_by_night: dict[date, int]
    shipments_n: int
    queue_nights_n: int
    queued_n: int
    queue_n: int
    new_n: int
    all: HitRate
    findings_own_n: int
    random: HitRate
    all_random: HitRate
    loss_usd: float
    parties_n: dict[str, int]
    new_parties_n: dict[str, int]

    @property
    def alerts_n(self) -> int:
        return sum(self.alerts_by_night.values())


def backtest_rule(lake: Lake, rule: Rule, first: date, last: date) -> Backtest:
    """Return what the rule would have done on the nights from `first` to `last`, whatever its validity and state.

    Raises:
        PartitionMissingError: no night between the two dates has features.
        ContractError: the features of a night lack a column that the rule reads.
    """
    nights = [on for on in lake.dates("feature.shipment") if first <= on <= last]
    if not nights:
        raise PartitionMissingError(
            f"no night from {first} to {last} has features.", fix="name dates between which nights were run"
        )
    alerts, shipments_n = find_alerts(lake, rule, nights)
    queued_nights = [on for on in nights if lake.path("score.shipment", on).exists()]
    queue = _read_queue(lake, queued_nights)
    judged = read_judged(lake).rename({"shipment_on": "date"})
    parties = _join_parties(lake, nights, pl.concat([alerts, queue.select(KEYS)]).unique())
    is_queued = alerts.join(queue, on=KEYS, how="semi")
    on_queue_nights = alerts.filter(pl.col("date").is_in(queued_nights))
    exams = alerts.join(judged, on=KEYS, how="inner")
    behind, burdened, in_queue = (parties.join(rows, on=KEYS, how="semi") for rows in (alerts, on_queue_nights, queue))
    return Backtest(
        rule=rule,
        first_on=nights[0],
        last_on=nights[-1],
        alerts_by_night={on: alerts.filter(date=on).height for on in nights},
        shipments_n=shipments_n,
        queue_nights_n=len(queued_nights),
        queued_n=is_queued.height,
        queue_n=queue.height,
        new_n=on_queue_nights.height - is_queued.height,
        all=rate_hits(exams.height, int(exams["is_found"].sum())),
        findings_own_n=int(exams[f"is_{rule.family}"].sum()),
        random=rate_drawn(exams.filter(source=RANDOM)),
        all_random=rate_drawn(judged.filter(pl.col("date").is_in(nights), source=RANDOM)),
        loss_usd=float(exams["loss_usd"].sum()),
        parties_n={name: behind[name].drop_nulls().n_unique() for name in PARTIES},
        new_parties_n={name: len(set(burdened[name].drop_nulls()) - set(in_queue[name])) for name in PARTIES},
    )


def find_alerts(lake: Lake, rule: Rule, nights: Sequence[date]) -> tuple[pl.DataFrame, int]:
    """Return shipment_id and date of every shipment of these nights that meets the rule, and how many there were."""
    paths = [lake.path("feature.shipment", on) for on in nights]
    shipments_n = sum(_check_columns(path, rule) for path in paths)
    met = (
        pl.scan_parquet(paths, hive_partitioning=True)
        .filter(rule.condition)
        .select("shipment_id", pl.col("date").cast(pl.Date))
    )
    return met.sort(reversed(KEYS)).collect(), shipments_n


def _check_columns(path: Path, rule: Rule) -> int:
    """Return the rows of a night's features, which have what the rule reads."""
    with pq.ParquetFile(path) as file:
        missing = [name for name in list_columns([rule]) if name not in file.schema_arrow.names]
        if missing:
            raise ContractError(
                f"the features of {path.parent.name} lack {', '.join(missing)}.",
                fix="build that date again, or back-test later dates",
            )
        return int(file.metadata.num_rows)


def _read_queue(lake: Lake, nights: Sequence[date]) -> pl.DataFrame:
    """Return shipment_id and date of what these nights queued."""
    paths = [lake.path("score.shipment", on) for on in nights]
    if not paths:
        return pl.DataFrame(schema={"shipment_id": pl.String, "date": pl.Date})
    scored = pl.scan_parquet(paths, hive_partitioning=False, extra_columns="ignore", missing_columns="insert")
    return scored.filter("is_selected").select(KEYS).collect()


def _join_parties(lake: Lake, nights: Sequence[date], wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the parties behind these shipments, with shipment_id and date."""
    paths = lake.among("party.shipment_entity", nights)
    if not paths:
        return wanted.with_columns(pl.lit(None, pl.String).alias(name) for name in PARTIES)
    entities = pl.scan_parquet(paths, hive_partitioning=True).select(
        "shipment_id", pl.col("date").cast(pl.Date), *PARTIES
    )
    return entities.join(wanted.lazy(), on=KEYS, how="semi").collect()
