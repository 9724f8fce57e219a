"""Chooses what each port examines tonight: by rule, by cost, by strangeness and at random, each with a known chance.

Belongs here: every port's choice put together, every shipment's inclusion probability, places in the queue.
Belongs elsewhere: how many exams are random tonight (lot.py), exams one by one (slot.py), the random slice
    (random_slice.py), the summary in words (summary.py), capacities and shares (policy/queues.yml,
    policy/selection.yml), scores, reasons (reason.py).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from tidewaiter.errors import ContractError
from tidewaiter.policy import Queues
from tidewaiter.targeting.lot import draw_shipments, plan_queues
from tidewaiter.targeting.policy import Sharing
from tidewaiter.targeting.random_slice import NOTHING_DRAWN, Stratum, share_random
from tidewaiter.targeting.slot import TARGETED, Candidate, Filled, fill_slots
from tidewaiter.targeting.summary import summarise_queues

RANDOM = "random"
PARTY_COLUMNS = ("shipper_id", "seller_id", "consignee_id")
MARKS = ("is_mandatory", "is_trusted")
# Rows of a port whose parties are looked up at once: this many, and four for each exam.
HEAD_ROWS = 256
Parties = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Selection:
    """Every scored shipment with its team and chance, and one summary row a queue.

    Args:
        scored: ordered by shipment_id; `rank` and `selector` are null where the shipment is not chosen.
        summary: ordered by port_code; ports with a queue of their own are there even when nothing arrived.
    """

    scored: pl.DataFrame
    summary: pl.DataFrame


def select_items(
    scored: pl.DataFrame,
    queues: Queues,
    sharing: Sharing,
    on: date,
    run_id: str,
    parties: pl.DataFrame | None = None,
) -> Selection:
    """Return the night's choice, which does not depend on the order of the rows.

    Per port the exams that are not random are given out one by one (slot.py): to mandatory rules, to the largest
    expected consequence, some to the largest novelty; equal ones go by shipment_id. The others, and those that nobody
    is left for, are drawn from the rest by stream. A larger capacity takes no exam from anyone. Places count mandatory
    shipments first, then all chosen by expected consequence.

    Args:
        scored: a row a shipment with shipment_id, port_code and expected_consequence_usd, where there are such with
            stream, novelty, is_mandatory and is_trusted, beside what else is kept.
        parties: shipment_id, shipper_id, seller_id, consignee_id; without it no party has a share.

    Raises:
        ContractError: when a port or a consequence is missing or not a number.
    """
    _check_scored(scored)
    marked = scored.with_columns(
        *(pl.lit(value=False).alias(name) for name in MARKS if name not in scored.columns),
        *([] if "stream" in scored.columns else [pl.lit("all").alias("stream")]),
    )
    plan = plan_queues(marked["port_code"], queues, on)
    ordered = _order(marked, sharing).join(plan, on="port_code", how="left", validate="m:1")
    filled = _fill_ports(ordered, sharing, parties)
    chosen = _join_chosen(ordered, filled)
    drawn = _draw_random(chosen.with_columns(draw_shipments(chosen["shipment_id"], on, queues.random_salt)), on, queues)
    dated = _place(drawn).with_columns(pl.lit(run_id).alias("run_id"), pl.lit(on).alias("date"))
    columns = [
        "run_id", "date", *scored.columns, *(name for name in MARKS if name not in scored.columns), "team",
        "is_selected", "selector", "inclusion_probability", "rank", "passed_over",
    ]  # fmt: skip
    summary = summarise_queues(dated, plan, sharing, on, run_id)
    return Selection(dated.select(columns).sort("shipment_id"), summary)


def _check_scored(scored: pl.DataFrame) -> None:
    consequence = scored["expected_consequence_usd"].cast(pl.Float64)
    if scored["port_code"].null_count() or not consequence.is_finite().fill_null(value=False).all():
        raise ContractError("a shipment has no port or no expected consequence.", fix="score the date again")


def _order(scored: pl.DataFrame, sharing: Sharing) -> pl.DataFrame:
    """Return the rows by port, costliest first as queues are filled: a trusted trader's cost counts for a part."""
    factor = pl.when("is_trusted").then(sharing.trusted_factor).otherwise(1.0)
    return scored.with_columns(worth=pl.col("expected_consequence_usd") * factor, factor=factor).sort(
        "port_code", "worth", "shipment_id", descending=[False, True, False]
    )


@dataclass(frozen=True)
class _Port:
    """The shipments of one port in the orders in which they are asked, and how many exams are not random tonight.

    Args:
        random_n: tonight's random exams.
        random_mean: those of the mean night.
    """

    slots: int
    random_n: int
    random_mean: float
    novelty_lot: float
    costliest: pl.DataFrame
    mandatory: pl.DataFrame
    strangest: pl.DataFrame | None

    @property
    def orders(self) -> list[pl.DataFrame]:
        return [self.costliest, self.mandatory, *([] if self.strangest is None else [self.strangest])]

    @property
    def head(self) -> int:
        """Rows of each order that exams are expected to come from."""
        return HEAD_ROWS + 4 * self.slots


@dataclass(frozen=True)
class _Given:
    """Who has a port's exams that are not random, and whose exam hangs on the lot: it is targeted or drawn."""

    filled: Filled
    hanging_id: str | None


def _fill_ports(ordered: pl.DataFrame, sharing: Sharing, parties: pl.DataFrame | None) -> list[_Given]:
    """Return who has the exams of each port that are not random."""
    ports = [_see_port(rows) for _, rows in ordered.group_by("port_code", maintain_order=True)]
    near: Parties = {}
    if parties is not None and ports:
        asked = pl.concat([rows.head(port.head).select("shipment_id") for port in ports for rows in port.orders])
        # One look through the parties of the night, rather than one a port.
        near = _name_parties(parties.join(asked.unique(), on="shipment_id", how="semi"))
    return [_fill_port(port, sharing, near, parties) for port in ports]


def _see_port(rows: pl.DataFrame) -> _Port:
    strangest = None
    if "novelty" in rows.columns and rows["novelty"].null_count() < rows.height:
        strange = (pl.col("novelty").fill_nan(None) * pl.col("factor")).fill_null(-1.0)
        strangest = rows.sort(strange, pl.col("shipment_id"), descending=[True, False])
    slots, random_n, mean, lot = rows.select("targeted_slots", "random_slots", "random_mean", "novelty_lot").row(0)
    return _Port(slots, random_n, mean, lot, rows, rows.filter("is_mandatory"), strangest)


def _fill_port(port: _Port, sharing: Sharing, near: Parties, parties: pl.DataFrame | None) -> _Given:
    costliest, mandatory, *strangest = (_list_candidates(rows, port.head, near, parties) for rows in port.orders)
    strange = strangest[0] if strangest else None
    filled = fill_slots(port.slots, sharing, mandatory, costliest, strange, port.novelty_lot)
    return _Given(filled, _name_hanging(port, filled))


def _name_hanging(port: _Port, filled: Filled) -> str | None:
    """Return whose exam the lot has just given away, or would have: none where the mean is a whole number."""
    if port.random_n == port.random_mean:
        return None
    if port.random_n > port.random_mean:
        return filled.next_id
    return list(filled.chosen)[-1] if len(filled.chosen) == port.slots > 0 else None


def _list_candidates(rows: pl.DataFrame, head: int, near: Parties, parties: pl.DataFrame | None) -> Iterator[Candidate]:
    """Yield the rows as candidates; the parties of those that are hardly ever asked are looked up when they are."""
    for shipment_id in rows["shipment_id"].head(head):
        yield Candidate(shipment_id, near.get(shipment_id, ()))
    rest = rows.slice(head).select("shipment_id")
    far = {} if parties is None or rest.is_empty() else _name_parties(parties.join(rest, on="shipment_id", how="semi"))
    for shipment_id in rest["shipment_id"]:
        yield Candidate(shipment_id, far.get(shipment_id, ()))


def _name_parties(parties: pl.DataFrame) -> Parties:
    """Return shipment -> the parties on whom an exam of it counts, each with its role."""
    return {
        shipment_id: tuple(
            f"{role}={party}" for role, party in zip(PARTY_COLUMNS, ids, strict=True) if party is not None
        )
        for shipment_id, *ids in parties.select("shipment_id", *PARTY_COLUMNS).iter_rows()
    }


def _join_chosen(ordered: pl.DataFrame, given: list[_Given]) -> pl.DataFrame:
    """Return the rows with `kind`, why they have an exam that is not random, and two marks.

    `is_kept_out`, by a party's share; `is_hanging`, where the lot of the port decides.
    """
    kinds = [(shipment_id, kind) for port in given for shipment_id, kind in port.filled.chosen.items()]
    marks = {
        "is_kept_out": [each for port in given for each in port.filled.kept_out],
        "is_hanging": [port.hanging_id for port in given if port.hanging_id is not None],
    }
    named = pl.DataFrame(kinds, schema={"shipment_id": pl.String, "kind": pl.String}, orient="row")
    joined = ordered.join(named, on="shipment_id", how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(
        pl.col("shipment_id").is_in(pl.Series(ids, dtype=pl.String).implode()).alias(name)
        for name, ids in marks.items()
    )


def _draw_random(chosen: pl.DataFrame, on: date, queues: Queues) -> pl.DataFrame:
    """Return the rows with `is_random`, `chance`, that of each without another exam, and `hanging_chance`.

    Chances are of the night, the lot included that says how many exams are random.
    """
    is_left = pl.col("kind").is_null()
    strata = chosen.group_by("port_code", "stream").agg(
        arrived_n=pl.len(), left_n=is_left.sum(), filled_n=(~is_left).sum(), hanging_n=pl.col("is_hanging").sum(),
        capacity=pl.col("capacity").first(), random_slots=pl.col("random_slots").first(),
        random_mean=pl.col("random_mean").first(),
    )  # fmt: skip
    rows = []
    for (code,), part in strata.sort("port_code", "stream").group_by("port_code", maintain_order=True):
        rows += [(code, *each) for each in _draw_port(part, on, str(code), queues.random_salt)]
    schema = {
        "port_code": pl.String, "stream": pl.String, "drawn_n": pl.UInt32, "chance": pl.Float64,
        "hanging_chance": pl.Float64,
    }  # fmt: skip
    shares = pl.DataFrame(rows, schema=schema, orient="row")
    lot = pl.when(is_left).then(pl.col("draw")).rank("ordinal").over("port_code", "stream")
    return chosen.join(
        shares, on=["port_code", "stream"], how="left", validate="m:1", maintain_order="left"
    ).with_columns(is_random=(is_left & (lot <= pl.col("drawn_n"))).fill_null(value=False))


def _draw_port(strata: pl.DataFrame, on: date, port: str, salt: str) -> Iterator[tuple[str, int, float, float]]:
    """Yield each stream's random exams tonight, the chance of those left, and that of the one that hangs on the lot."""
    mean, random_n = float(strata["random_mean"][0]), int(strata["random_slots"][0])
    up = mean - math.floor(mean)
    hanging_n, is_up = int(strata["hanging_n"].sum()), random_n > mean
    slots = int(strata["capacity"][0]) - int(strata["filled_n"].sum())
    # With one random exam more, the shipment that hangs on the lot is among those left.
    more_slots, less_slots = (slots, slots - hanging_n) if is_up else (slots + hanging_n, slots)
    parts = {
        more: [
            Stratum(stream, arrived_n, left_n + (int(more) - int(is_up)) * hangs)
            for stream, arrived_n, left_n, hangs in strata.select(
                "stream", "arrived_n", "left_n", "hanging_n"
            ).iter_rows()
        ]
        for more in (True, False)
    }
    more, less = (
        share_random(max(n, 0), parts[each], on, port, salt) for n, each in ((more_slots, True), (less_slots, False))
    )
    for stream in strata["stream"]:
        of_more, of_less = more.get(stream, NOTHING_DRAWN), less.get(stream, NOTHING_DRAWN)
        drawn_n = (of_more if is_up else of_less).drawn_n
        chance = up * of_more.chance + (1 - up) * of_less.chance
        yield stream, drawn_n, min(chance, 1.0), min(up * of_more.chance + 1 - up, 1.0)


def _place(drawn: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with selector, chance, place, and why a costly one has no place."""
    is_given = pl.col("kind").is_not_null()
    is_selected = is_given | pl.col("is_random")
    least, least_usd = (
        pl.col(name).filter(pl.col("kind") == TARGETED).min().over("port_code")
        for name in ("worth", "expected_consequence_usd")
    )
    placed = drawn.with_columns(
        is_selected=is_selected,
        selector=pl.when("is_random").then(pl.lit(RANDOM)).otherwise(pl.col("kind")),
        inclusion_probability=pl.when("is_hanging").then("hanging_chance").when(is_given).then(1.0)
        .otherwise(pl.col("chance").fill_null(0.0)),
        passed_over=pl.when(is_selected).then(None)
        .when("is_mandatory").then(pl.lit("mandatory_full"))
        .when(pl.col("is_kept_out") & (pl.col("worth") > least)).then(pl.lit("party_share"))
        .when(pl.col("is_trusted") & (pl.col("expected_consequence_usd") > least_usd)).then(pl.lit("trusted_trader")),
    ).sort(
        "port_code", "is_mandatory", "expected_consequence_usd", "shipment_id", descending=[False, True, True, False]
    )  # fmt: skip
    return placed.with_columns(
        rank=pl.when("is_selected").then(pl.col("is_selected").cum_sum().over("port_code")).cast(pl.Int32)
    )
