"""Lots, from hashes that are salted with a secret: who is drawn, and how a share of few exams is rounded.

A share of a queue's exams is seldom a whole number. A lot for each port and night rounds it up as often as its fraction
says, so that over the nights a queue of two gives random exams the same share as a queue of forty.

Belongs here: lots, how many exams of each queue are random tonight.
Belongs elsewhere: whom the exams go to (slot.py, random_slice.py, selection.py), shares (policy/queues.yml).
"""

import hashlib
import math
from datetime import date

import duckdb
import polars as pl

from tidewaiter.errors import ContractError
from tidewaiter.policy import Queues

# Hexadecimal digits of a hash that a float holds exactly.
LOT_DIGITS = 13
# A share of so many exams is a decimal fraction in the file; beyond this many digits it is an accident of binary.
DIGITS = 9
PLAN = {
    "port_code": pl.String, "team": pl.String, "capacity": pl.Int32, "targeted_slots": pl.Int32,
    "random_slots": pl.Int32, "random_mean": pl.Float64, "novelty_lot": pl.Float64,
}  # fmt: skip


def plan_queues(ports: pl.Series, queues: Queues, on: date) -> pl.DataFrame:
    """Return one row a port, those of the policy included: team, capacity, and how it is shared out tonight.

    `random_slots` are tonight's random exams, `random_mean` those of the mean night; `novelty_lot` is the lot by which
    the share of the unlike anything seen is rounded.
    """
    rows = []
    for code in sorted({*ports.unique().to_list(), *queues.ports}):
        queue = queues.port(code)
        mean = find_random_mean(queue.capacity, queues)
        random_slots = round_by_lot(mean, draw_lot(queues.random_salt, on, code, "random"))
        lot = draw_lot(queues.random_salt, on, code, "novelty")
        rows.append((code, queue.team, queue.capacity, queue.capacity - random_slots, random_slots, mean, lot))
    return pl.DataFrame(rows, schema=PLAN, orient="row")


def find_random_mean(capacity: int, queues: Queues) -> float:
    """Return how many of a queue's exams are drawn at random in the mean night.

    The minimum leaves one targeted exam, so that a larger capacity never has fewer of them.
    """
    least = min(queues.random_minimum, capacity - 1) if capacity >= 2 else 0
    return max(round(capacity * queues.random_share, DIGITS), float(least))


def round_by_lot(mean: float, lot: float) -> int:
    """Return the whole number below or above, so that over all lots the mean is kept; it never falls as the mean grows.

    Args:
        lot: drawn evenly from 0 to below 1.
    """
    whole = math.floor(mean)
    return whole + int(lot < mean - whole)


def draw_lot(salt: str, on: date, port: str, purpose: str) -> float:
    """Return a port's lot of the date, evenly from 0 to below 1."""
    digest = hashlib.sha256(f"{salt}|{on.isoformat()}|{port}|{purpose}".encode()).hexdigest()
    return float(int(digest[:LOT_DIGITS], 16) / 16**LOT_DIGITS)


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
