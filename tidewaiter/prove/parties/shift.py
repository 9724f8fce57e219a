"""How soon a threefold rise of shipments is found, at one false alarm for every hundred entities in 30 days.

The counts are made: usual shipments a night lognormal around two and at least half a shipment, more spread than chance,
three tenths as many on the last two days of a week. Thirty of a hundred entities rise on a night between the 46th and
the 76th. Half of the others set the threshold, the other half say how often it gives a false alarm.

Belongs here: made counts through the project's own sums, the row about them.
Belongs elsewhere: the sums (tidewaiter/parties/change.py).
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import open_connection, scan_parquet
from tidewaiter.parties.change import STATE, advance_state, set_clock
from tidewaiter.policy import Policy
from tidewaiter.prove.parties.row import Asked, Row

FIRST = date(2026, 1, 5)
NIGHTS, JUDGED_NIGHTS = 90, 30
FALSE_SHARE = 0.01
RISE = 3
WITHIN = (7, 14, 30)
ENTITIES, ASKED_WITHIN, LEAST_FOUND = 20_000, 14, 0.80
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Shift:
    """Share of the risen found within so many nights, share of the others that alarm, processor time of the sums."""

    found: dict[int, float]
    false_share: float
    threshold: float
    cpu_s: float


def measure_rise(asked: Asked) -> Row:
    """Return the row: share of threefold rises found in time."""
    entities_n = asked.size(ENTITIES)
    shift = measure_shift(asked.policy, entities_n)
    found = shift.found[ASKED_WITHIN]
    others = ", ".join(f"{shift.found[nights]:.2f} by day {nights}" for nights in WITHIN if nights != ASKED_WITHIN)
    return Row(
        name=f"a threefold rise, {FALSE_SHARE:.0%} false alarms",
        asked=f"{LEAST_FOUND:.2f} found by day {ASKED_WITHIN}",
        found=f"{found:.3f} found by day {ASKED_WITHIN}",
        is_met=found >= LEAST_FOUND,
        cpu_s=shift.cpu_s,
        remark=f"{others}; {entities_n:,} made entities over {NIGHTS} nights; alarms of those that did not rise "
        f"{shift.false_share:.2%} in {JUDGED_NIGHTS} nights",
        figures={"found": found, "false_share": shift.false_share},
    )


@dataclass(frozen=True)
class _World:
    rate: Figures
    dispersion: Figures
    starts: NDArray[np.int64]

    def count(self, draw: np.random.Generator, night: int) -> Figures:
        week = 0.3 if (FIRST + timedelta(days=night)).weekday() > 4 else 1.28
        mean = self.rate * np.where(night >= self.starts, RISE, 1) * week
        return draw.poisson(mean * draw.gamma(1 / self.dispersion, self.dispersion)).astype(np.float64)


def measure_shift(policy: Policy, entities_n: int, seed: int = 1) -> Shift:
    """Return what the project's sums find of made counts of so many entities over ninety nights."""
    draw = np.random.default_rng(seed)
    rate = np.maximum(np.exp(draw.normal(np.log(2), 1, entities_n)), 0.5)
    starts = np.where(draw.random(entities_n) < 0.3, draw.integers(46, 77, entities_n), NIGHTS + 1)
    world = _World(rate, draw.gamma(2, 0.1, entities_n) + 0.02, starts)
    with TemporaryDirectory() as folder, open_connection(policy.engine, Path(folder)) as con:
        score, cpu_s = _run_nights(con, policy, world, draw)
    risen = starts < NIGHTS
    quiet, half = score[NIGHTS - JUDGED_NIGHTS :].max(axis=0), draw.random(entities_n) < 0.5
    threshold = float(np.quantile(quiet[~risen & half], 1 - FALSE_SHARE))
    found = {nights: _share_found(score, starts, threshold, nights) for nights in WITHIN}
    return Shift(found, float((quiet[~risen & ~half] > threshold).mean()), threshold, cpu_s)


def _run_nights(
    con: duckdb.DuckDBPyConnection, policy: Policy, world: _World, draw: np.random.Generator
) -> tuple[Figures, float]:
    """Return the sum of each entity (columns) after each night (rows), nought until it has been watched long enough."""
    scan_parquet(con, "nothing_before", [], load_contract(STATE))
    con.execute("create temp table change_before as from nothing_before")
    score, cpu_s = np.zeros((NIGHTS, len(world.rate))), 0.0
    for night in range(NIGHTS):
        level = world.count(draw, night)
        seen = np.flatnonzero(level)
        con.register("counted", pl.DataFrame({"entity": seen, "level": level[seen]}).to_arrow())
        began = time.process_time()
        set_clock(con, FIRST + timedelta(days=night), policy.change)
        con.execute("""
            create or replace temp table change_level as
            select 'shipper' as entity_kind, entity::ubigint as entity_key, entity::varchar as entity_id,
                'volume' as series, level from counted
        """)
        advance_state(con)
        con.execute("create or replace temp table change_before as from change_next")
        cpu_s += time.process_time() - began
        state = con.execute("select entity_key, up, nights_n from change_next").fetchnumpy()
        watched = np.asarray(state["nights_n"]) >= policy.change.warm_up_nights
        score[night, np.asarray(state["entity_key"], dtype=np.int64)[watched]] = np.asarray(state["up"])[watched]
    return score, cpu_s


def _share_found(score: Figures, starts: NDArray[np.int64], threshold: float, nights: int) -> float:
    """Return the share of the risen whose sum passes the threshold within so many nights, of those with as many."""
    told = np.flatnonzero(starts + nights <= NIGHTS)
    return float(np.mean([score[starts[each] : starts[each] + nights, each].max() > threshold for each in told]))
