"""Who would be chosen, and who for nothing, by origin, size of shipper and mode, on nights that were not learned from.

Belongs here: groups of shipments, which share of each would be chosen, intervals, and all that in a sentence.
Belongs elsewhere: what the queues really did (tidewaiter/targeting/fairness.py), the split in time (evaluate.py).
"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from models.background import sample_rows
from models.calibrate import count_worth
from models.card import Estimate, Fairness, Group
from models.evaluate import ANY, Judged, read_truth
from models.measure import estimate_share, estimate_weighted
from models.score import score_rows
from models.weight import weigh_labels
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.targeting.figure import write_percent

KINDS = {"origin": "origin of the goods", "shipper": "size of the shipper", "mode": "mode of transport"}
UNKNOWN, OTHERS, ALL = "not known", "all others", "all"
# Nights and shipments that stand for all that came while the newest labels were filed.
MOST_NIGHTS, SAMPLE_ROWS = 7, 6_000
# Shipments of 28 days and tonight from which a shipper is large; origins that are named.
LARGE, MOST_ORIGINS = 10, 8
# What clear exams of a group are worth, drawn at random, from which its false alarms are compared with those of others.
LEAST_WORTH = 20
# Shipments of a group in the sample from which the share of it that would be chosen is told.
LEAST_SHIPMENTS = 50
# What the codes of a mode of transport begin with.
MODES = {"1": "vessel", "2": "rail", "3": "truck", "4": "air", "5": "mail", "6": "passenger"}
SIZE = ("shipper_first_seen_days", "shipper_shipments_28d_n", "shipper_shipments_today_n")


def measure_fairness(lake: Lake, judged: Judged, policy: Policy) -> Fairness | None:
    """Return what share of each group would be chosen on the held-back nights; None where none of them is published.

    Chosen is who ranks as high as the exams of those nights reach, by expected consequence: the share of all shipments
    that were examined, and no more than the gates look at. A false alarm is a clear shipment that would be chosen;
    clear exams stand for clear shipments by one over their chance.
    """
    days = [on for on in judged.newest["shipment_on"].unique().sort() if lake.path("feature.shipment", on).exists()]
    if not days:
        return None
    arrived = {on: pq.read_metadata(lake.path("feature.shipment", on)).num_rows for on in days}
    arrived_n = sum(arrived.values())
    share = min(policy.model.gates.capacity_share, judged.newest.height / max(arrived_n, 1))
    inputs = judged.fitted.features
    nights = [days[place] for place in np.unique(np.linspace(0, len(days) - 1, MOST_NIGHTS).astype(int))]
    part = SAMPLE_ROWS / max(sum(arrived[on] for on in nights), 1)
    seen = pl.concat(_read_night(lake, on, round(arrived[on] * part), inputs) for on in nights)
    worth = score_rows(judged.fitted, seen.select("shipment_id", "port_code", *inputs), policy.costs)
    least = float(np.quantile(worth["expected_consequence_usd"].to_numpy(), 1 - share))
    shipments = seen.select(*KINDS, is_chosen=worth["expected_consequence_usd"] >= least)
    exams = _group_exams(lake, judged).with_columns(
        is_chosen=judged.scored["expected_consequence_usd"] >= least,
        is_found=pl.Series(read_truth(judged.newest, ANY) > 0),
        weight=pl.Series(weigh_labels(judged.newest, policy)),
    )
    groups = tuple(_measure_groups(*_name_origins(shipments, exams)))
    whole = _measure(ALL, ALL, shipments, exams)
    return Fairness(
        first_on=days[0],
        last_on=days[-1],
        chosen_share=share,
        whole=whole,
        groups=groups,
        sentence=say_fairness(whole, groups),
    )


def say_fairness(whole: Group, groups: tuple[Group, ...]) -> str:
    """Return in words who would be chosen for nothing more often than others, and whether that may be chance."""
    if whole.false_alarm is None:
        return "No clear exam of those nights says who would be chosen for nothing."
    told = [f"Of shipments without a violation {write_percent(whole.false_alarm.value)} would be chosen."]
    for kind, words in KINDS.items():
        members = [each for each in groups if each.kind == kind]
        told += [f"By {words}: {_say_chosen(members)}; {_say_alarms(members)}."]
    return " ".join(told)


def _say_chosen(groups: list[Group]) -> str:
    """Return the groups of one kind of which most and fewest shipments would be chosen."""
    large = [each for each in groups if each.shipments_n >= LEAST_SHIPMENTS]
    if len(large) < 2:
        return "too few shipments to tell groups apart"
    order = sorted(large, key=lambda each: (-each.chosen.value, each.name))
    most, fewest = (
        f"{each.name} ({write_percent(each.chosen.value)} of {each.shipments_n:,})" for each in (order[0], order[-1])
    )
    return f"chosen most {most}, least {fewest}"


def _say_alarms(groups: list[Group]) -> str:
    """Return the groups of one kind with most and fewest false alarms, and whether their intervals are apart."""
    known = [each for each in groups if each.clear_worth_n >= LEAST_WORTH and each.false_alarm]
    if len(known) < 2:
        return "too few clear exams to tell who is chosen for nothing"
    order = sorted(known, key=lambda each: (-_alarm(each).value, each.name))
    most, fewest = order[0], order[-1]
    verdict = "more than chance makes" if _is_apart(most, fewest) else "which may be chance"
    told = f"for nothing most {_say_group(most)}, least {_say_group(fewest)}, {verdict}"
    few = [each for each in groups if each not in known and each.false_alarm and _is_apart(each, most)]
    more = ", ".join(_say_group(each) for each in sorted(few, key=lambda each: (-_alarm(each).value, each.name)))
    return f"{told}; far more, by few exams: {more}" if few else told


def _is_apart(more: Group, less: Group) -> bool:
    """Return whether the whole interval of one group's false alarms is above that of another's."""
    return (_alarm(more).low or 0.0) > (_alarm(less).high or 0.0)


def _say_group(group: Group) -> str:
    return f"{group.name} ({write_percent(_alarm(group).value)}, from {group.clear_n:,} clear exams)"


def _alarm(group: Group) -> Estimate:
    if group.false_alarm is None:
        raise ValueError(f"{group.name} has no clear exam")
    return group.false_alarm


def _read_night(lake: Lake, on: date, rows_n: int, inputs: tuple[str, ...]) -> pl.DataFrame:
    """Return a sample of a night's shipments with their inputs and groups."""
    columns = list(dict.fromkeys((*inputs, *SIZE)))
    rows = sample_rows(lake.path("feature.shipment", on), rows_n, columns)
    return rows.hstack(_read_groups(rows, lake, on))


def _group_exams(lake: Lake, judged: Judged) -> pl.DataFrame:
    """Return the groups of the newest examined shipments, in their order, which is by date."""
    parts = []
    for (on,), rows in judged.newest.group_by("shipment_on", maintain_order=True):
        if not isinstance(on, date):
            raise TypeError(f"{on!r} is no date")
        path = lake.path("feature.shipment", on)
        features = pl.scan_parquet(path, hive_partitioning=False).select("shipment_id", *SIZE)
        wanted = rows.lazy().select("shipment_id").join(features, on="shipment_id", how="left", maintain_order="left")
        parts.append(_read_groups(wanted.collect(), lake, on))
    return pl.concat(parts)


def _read_groups(rows: pl.DataFrame, lake: Lake, on: date) -> pl.DataFrame:
    """Return origin, size of shipper and mode of rows of a date, in their order."""
    joined = _read_shipments(rows, lake, on)
    sent = pl.col("shipper_shipments_28d_n") + pl.col("shipper_shipments_today_n")
    size = (
        pl.when(pl.col("shipper_first_seen_days") == 0).then(pl.lit("new"))
        .when(sent < LARGE).then(pl.lit("small")).when(sent >= LARGE).then(pl.lit("large")).otherwise(pl.lit(UNKNOWN))
    )  # fmt: skip
    code = pl.col("mode_code")
    named = code.str.head(1).replace_strict(MODES, default=pl.format("code {}", code), return_dtype=pl.String)
    by = pl.when(code.is_null()).then(pl.lit(UNKNOWN)).otherwise(named)
    return joined.select(pl.col("origin").fill_null(UNKNOWN), size.alias("shipper"), by.alias("mode"))


def _read_shipments(rows: pl.DataFrame, lake: Lake, on: date) -> pl.DataFrame:
    """Return the rows with origin and mode; both unknown where a lake has features of a date and no shipments."""
    path = lake.path("core.shipment", on)
    if not path.exists():
        return rows.with_columns(origin=pl.lit(None, pl.String), mode_code=pl.lit(None, pl.String))
    core = pl.scan_parquet(path, hive_partitioning=False)
    told = core.select("shipment_id", "mode_code", origin="origin_country")
    return rows.lazy().join(told, on="shipment_id", how="left", maintain_order="left").collect()


def _name_origins(shipments: pl.DataFrame, exams: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return both frames with the rarer origins under one name."""
    counted = shipments["origin"].value_counts(name="n").sort("n", "origin", descending=[True, False])
    named = counted["origin"].head(MOST_ORIGINS).to_list()
    short = pl.when(pl.col("origin").is_in(named)).then("origin").otherwise(pl.lit(OTHERS))
    return shipments.with_columns(origin=short), exams.with_columns(origin=short)


def _measure_groups(shipments: pl.DataFrame, exams: pl.DataFrame) -> Iterator[Group]:
    """Yield each group, those with most shipments first."""
    for kind in KINDS:
        counted = shipments[kind].value_counts(name="n").sort("n", kind, descending=[True, False])
        for name in counted[kind]:
            yield _measure(kind, name, shipments.filter(pl.col(kind) == name), exams.filter(pl.col(kind) == name))


def _measure(kind: str, name: str, shipments: pl.DataFrame, exams: pl.DataFrame) -> Group:
    chosen_n = int(shipments["is_chosen"].sum())
    clear = exams.filter(~pl.col("is_found"))
    return Group(
        kind=kind,
        name=name,
        shipments_n=shipments.height,
        chosen=estimate_share(chosen_n, shipments.height),
        exams_n=exams.height,
        clear_n=clear.height,
        clear_worth_n=count_worth(clear["weight"].to_numpy()),
        violation=_weigh(exams, "is_found"),
        false_alarm=_weigh(clear, "is_chosen"),
    )


def _weigh(exams: pl.DataFrame, column: str) -> Estimate | None:
    if exams.is_empty():
        return None
    return estimate_weighted(exams[column].cast(pl.Float64).to_numpy(), exams["weight"].to_numpy())
