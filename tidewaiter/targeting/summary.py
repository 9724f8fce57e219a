"""Says how each queue was filled: how many for which reason, with what chance, what was left out and why.

Belongs here: a row and a few sentences a queue.
Belongs elsewhere: filling it (selection.py), the wording of figures (figure.py).
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from tidewaiter.targeting.figure import write_money, write_percent
from tidewaiter.targeting.policy import Sharing
from tidewaiter.targeting.slot import MANDATORY, NOVELTY, TARGETED

COUNTS = (
    "shipments_n", "mandatory_n", "targeted_n", "novelty_n", "random_n", "mandatory_left_n", "party_left_n",
    "trusted_left_n",
)  # fmt: skip
Row = dict[str, Any]


def summarise_queues(chosen: pl.DataFrame, plan: pl.DataFrame, sharing: Sharing, on: date, run_id: str) -> pl.DataFrame:
    """Return a row a queue, by port: counts by reason, chances, the least targeted consequence, all of it in words.

    Args:
        chosen: every shipment with port_code, kind, is_random, chance, passed_over and expected_consequence_usd.
        plan: every queue with team, capacity, and tonight's and the mean number of random exams.
    """
    left = pl.col("kind").is_null()
    counted = chosen.group_by("port_code").agg(
        pl.len().alias("shipments_n"),
        *((pl.col("kind") == kind).sum().alias(f"{kind}_n") for kind in (MANDATORY, TARGETED, NOVELTY)),
        pl.col("is_random").sum().alias("random_n"),
        *(
            (pl.col("passed_over") == code).sum().alias(name)
            for code, name in (
                ("mandatory_full", "mandatory_left_n"), ("party_share", "party_left_n"),
                ("trusted_trader", "trusted_left_n"),
            )
        ),
        left_n=left.sum(),
        random_probability=pl.col("chance").filter(left).fill_null(0.0).mean(),
        least_chance=pl.col("chance").filter(left).fill_null(0.0).min(),
        most_chance=pl.col("chance").filter(left).max(),
        threshold_usd=pl.col("expected_consequence_usd").filter(pl.col("kind") == TARGETED).min(),
    )  # fmt: skip
    # Where every shipment is chosen, none is outside; an exam that is left over would have taken any.
    spare = (pl.col("capacity") > 0).cast(pl.Float64)
    summary = (
        plan.join(counted, on="port_code", how="left", validate="1:1")
        .with_columns(
            pl.col(name).fill_null(0).cast(pl.Int64 if name == "shipments_n" else pl.Int32) for name in COUNTS
        )
        .with_columns(pl.col("random_probability").fill_null(spare))
        .with_columns(pl.lit(run_id).alias("run_id"), pl.lit(on).alias("date"))
        .sort("port_code", "team")
    )
    sentences = [explain_queue(row, sharing) for row in summary.to_dicts()]
    return summary.with_columns(pl.Series("explanation", sentences, pl.String))


def explain_queue(row: Row, sharing: Sharing) -> str:
    """Return how one queue was filled and what was left out, in a few sentences."""
    shipments_n, capacity = row["shipments_n"], row["capacity"]
    start = f"{_count(shipments_n, 'shipment')} for {_count(capacity, 'exam')}"
    if shipments_n <= capacity or capacity == 0:
        return f"{start}: {'nothing is' if 0 in (capacity, shipments_n) else 'every shipment is'} chosen."
    parts = list(_list_parts(row))
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return " ".join([f"{start}: {listed}.", *_tell_lot(row), *_list_left_out(row, sharing)])


def _tell_lot(row: Row) -> Iterator[str]:
    """Yield how a random share that is no whole number of exams was rounded."""
    if row["random_mean"] != row["random_slots"]:
        tonight = row["random_slots"] or "none"
        yield f"{row['random_mean']:g} a night are drawn at random on average; the lot says {tonight} tonight."


def _list_parts(row: Row) -> Iterator[str]:
    if row["mandatory_n"]:
        yield f"{row['mandatory_n']:,} that a mandatory rule names"
    if row["targeted_n"]:
        least = write_money(float(row["threshold_usd"]))
        yield f"the {row['targeted_n']:,} with the highest expected consequence ({least} or more)"
    if row["novelty_n"]:
        yield f"{row['novelty_n']:,} most unlike anything seen before"
    if row["random_n"]:
        is_first = row["left_n"] == row["shipments_n"]
        others = "all" if is_first else f"the other {row['left_n']:,}"
        yield f"{row['random_n']:,} drawn at random from {others}, each with a chance of {_write_chances(row)}"


def _list_left_out(row: Row, sharing: Sharing) -> Iterator[str]:
    slots = row["targeted_slots"]
    if left_n := row["mandatory_left_n"]:
        yield (
            f"{_count(left_n, 'shipment')} that mandatory rules name {_are(left_n)} left out: such rules take at most "
            f"{write_percent(sharing.mandatory_share)} of the exams that are "
            "neither random nor for the unlike anything seen."
        )
    if left_n := row["party_left_n"]:
        yield (
            f"{_count(left_n, 'shipment')} with more at stake {_are(left_n)} left out because the shipper, seller or "
            f"consignee has its share already: at most {sharing.count_party(slots)} of the "
            f"{_count(slots, 'exam')} that are not random."
        )
    if left_n := row["trusted_left_n"]:
        yield (
            f"{_count(left_n, 'shipment')} of trusted traders with more at stake {_are(left_n)} left out, because "
            f"theirs counts for {write_percent(sharing.trusted_factor)}."
        )


def _write_chances(row: Row) -> str:
    least, most = (_odds(float(row[name])) for name in ("least_chance", "most_chance"))
    return most if least == most else f"{least} to {most}, by stream"


def _odds(chance: float) -> str:
    """Return a chance as a percentage, or as one in so many when it is under one in a hundred."""
    return write_percent(chance) if 100 * chance >= 1 or chance == 0 else f"1 in {1 / chance:,.0f}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
