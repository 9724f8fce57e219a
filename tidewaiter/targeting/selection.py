"""Chooses what each port examines tonight: the costliest to miss, and a random slice with known chances.

Belongs here: slots a queue, the draw, every shipment's inclusion probability, places in the queue.
Belongs elsewhere: capacities (policy/queues.yml), scores (models, record_rule.py), reasons (reason.py).
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import polars as pl

from tidewaiter.errors import ContractError
from tidewaiter.policy import Queues
from tidewaiter.targeting.figure import write_money, write_percent

TARGETED = "targeted"
RANDOM = "random"


@dataclass(frozen=True)
class Selection:
    """Every scored shipment with its team and chance, and one summary row a queue.

    Args:
        scored: ordered by shipment_id; `rank` and `selector` are null where the shipment is not chosen.
        summary: ordered by port_code; ports with a queue of their own are there even when nothing arrived.
    """

    scored: pl.DataFrame
    summary: pl.DataFrame


def select_items(scored: pl.DataFrame, queues: Queues, on: date, run_id: str) -> Selection:
    """Return the night's choice, which does not depend on the order of the rows.

    Per port: the slots that are not random go to the largest expected consequence, then the lowest shipment_id. The
    random slots are drawn from the rest, each with the same chance. Ranks count all chosen by expected consequence.

    Args:
        scored: a row a shipment with shipment_id, port_code and expected_consequence_usd, beside what else is kept.

    Raises:
        ContractError: when a port or a consequence is missing or not a number.
    """
    _check_scored(scored)
    plan = plan_queues(scored, queues)
    ordered = (
        scored.join(plan, on="port_code", how="left", validate="m:1")
        .sort("port_code", "expected_consequence_usd", "shipment_id", descending=[False, True, False])
        .with_columns(is_targeted=pl.int_range(pl.len()).over("port_code") < pl.col("targeted_slots"))
    )
    chosen = _mark_chosen(ordered.with_columns(draw_shipments(ordered["shipment_id"], on, queues.random_salt)))
    dated = chosen.with_columns(pl.lit(run_id).alias("run_id"), pl.lit(on).alias("date"))
    columns = ["run_id", "date", *scored.columns, "team", "is_selected", "selector", "inclusion_probability", "rank"]
    return Selection(dated.select(columns).sort("shipment_id"), _summarise(dated, plan, on, run_id))


def plan_queues(scored: pl.DataFrame, queues: Queues) -> pl.DataFrame:
    """Return one row a port: team, capacity, targeted_slots, random_slots."""
    codes = sorted({*scored["port_code"].unique().to_list(), *queues.ports})
    rows = []
    for code in codes:
        queue = queues.port(code)
        random_slots = count_random_slots(queue.capacity, queues)
        rows.append((code, queue.team, queue.capacity, queue.capacity - random_slots, random_slots))
    schema = {
        "port_code": pl.String,
        "team": pl.String,
        "capacity": pl.Int32,
        "targeted_slots": pl.Int32,
        "random_slots": pl.Int32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def count_random_slots(capacity: int, queues: Queues) -> int:
    """Return how many of a queue's exams are drawn at random.

    The minimum leaves one targeted exam, so that a larger capacity never has fewer of them.
    """
    by_share = round(capacity * queues.random_share)
    least = min(queues.random_minimum, capacity - 1) if capacity >= 2 else 0
    return max(by_share, least)


def draw_shipments(shipment_ids: pl.Series, on: date, salt: str) -> pl.Series:
    """Return the shipments' lots for the date, `draw`: the first 60 bits of SHA-256 over `salt|date|shipment_id`."""
    with duckdb.connect(config={"python_enable_replacements": False}) as con:
        con.register("scored", shipment_ids.alias("shipment_id").to_frame().to_arrow())
        lots = con.execute(
            "select shipment_id, ('0x' || sha256($lot || '|' || shipment_id)[1:15])::ubigint as draw from scored",
            {"lot": f"{salt}|{on.isoformat()}"},
        ).pl()
    if not lots["shipment_id"].equals(shipment_ids):
        raise ContractError("the lots came back in another order than the shipments.")
    return lots["draw"]


def _check_scored(scored: pl.DataFrame) -> None:
    consequence = scored["expected_consequence_usd"].cast(pl.Float64)
    if scored["port_code"].null_count() or not consequence.is_finite().fill_null(value=False).all():
        raise ContractError("a shipment has no port or no expected consequence.", fix="score the date again")


def _mark_chosen(ordered: pl.DataFrame) -> pl.DataFrame:
    """Draw among the rest of each port; rows come in the order of the queue and stay in it."""
    lot = pl.when(~pl.col("is_targeted")).then(pl.col("draw")).rank("ordinal").over("port_code")
    rest_n = (~pl.col("is_targeted")).sum().over("port_code")
    chance = pl.min_horizontal(1.0, pl.col("random_slots") / rest_n)
    is_selected = pl.col("is_targeted") | pl.col("is_random")
    selector = pl.when("is_targeted").then(pl.lit(TARGETED)).when("is_random").then(pl.lit(RANDOM))
    return (
        ordered.with_columns(is_random=(lot <= pl.col("random_slots")).fill_null(value=False))
        .with_columns(
            is_selected=is_selected,
            selector=selector,
            inclusion_probability=pl.when("is_targeted").then(1.0).otherwise(chance),
        )
        .with_columns(rank=pl.when("is_selected").then(pl.col("is_selected").cum_sum().over("port_code")).cast(pl.Int32))
    )  # fmt: skip


def _summarise(chosen: pl.DataFrame, plan: pl.DataFrame, on: date, run_id: str) -> pl.DataFrame:
    counted = chosen.group_by("port_code").agg(
        shipments_n=pl.len().cast(pl.Int64),
        targeted_n=pl.col("is_targeted").sum().cast(pl.Int32),
        random_n=pl.col("is_random").sum().cast(pl.Int32),
        threshold_usd=pl.col("expected_consequence_usd").filter("is_targeted").min(),
    )
    counts = pl.col("shipments_n", "targeted_n", "random_n").fill_null(0)
    rest_n = pl.col("shipments_n") - pl.col("targeted_n")
    # Where every shipment is targeted, none is outside; an exam that is left over would have taken any.
    spare = (pl.col("capacity") > 0).cast(pl.Float64)
    chance = pl.min_horizontal(1.0, pl.col("random_slots") / rest_n)
    summary = (
        plan.join(counted, on="port_code", how="left", validate="1:1")
        .with_columns(counts)
        .with_columns(random_probability=pl.when(rest_n > 0).then(chance).otherwise(spare))
        .with_columns(pl.lit(run_id).alias("run_id"), pl.lit(on).alias("date"))
        .sort("port_code", "team")
    )
    sentences = [_explain_queue(row) for row in summary.to_dicts()]
    return summary.with_columns(pl.Series("explanation", sentences, pl.String))


def _explain_queue(row: dict[str, int | float | str | None]) -> str:
    """Return how one queue was filled, in one sentence."""
    shipments_n, capacity = int(row["shipments_n"] or 0), int(row["capacity"] or 0)
    targeted_n, random_n = int(row["targeted_n"] or 0), int(row["random_n"] or 0)
    start = f"{_count(shipments_n, 'shipment')} for {_count(capacity, 'exam')}"
    if shipments_n <= capacity or capacity == 0:
        return f"{start}: {'nothing is' if 0 in (capacity, shipments_n) else 'every shipment is'} chosen."
    parts = []
    if targeted_n:
        least = write_money(float(row["threshold_usd"] or 0.0))
        parts.append(f"the {targeted_n:,} with the highest expected consequence ({least} or more)")
    if random_n:
        rest_n = shipments_n - targeted_n
        others = f"the other {rest_n:,}" if targeted_n else "all"
        parts.append(f"{random_n:,} drawn at random from {others}, each with a chance of {_odds(random_n, rest_n)}")
    return f"{start}: {' and '.join(parts)}."


def _odds(chosen_n: int, of_n: int) -> str:
    """Return a chance as a percentage, or as one in so many when it is under one in a hundred."""
    return write_percent(chosen_n / of_n) if 100 * chosen_n >= of_n else f"1 in {of_n / chosen_n:,.0f}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
