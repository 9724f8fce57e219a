"""Exams and what becomes known of them: the truth, with some guilty shipments cleared, days later.

Belongs here: examining the shipments that were chosen, findings that wait for their day, and who learns of a catch.
Belongs elsewhere: choosing shipments (make.py, or whoever drives the world), how adversaries adapt.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from sample_data.layout import FINDING_COLUMNS
from sample_data.word import Flags, Floats, Ints
from sample_data.world.adversary import CODE, CODES
from sample_data.world.parameter import Exams
from sample_data.world.stream import draw_index

KINDS = ("document", "nonintrusive", "tailgate", "intensive", "laboratory")
SELECTED_BY = ("targeted", "mandatory", "novelty", "random", "field")
_SEIZED = tuple(CODE[name] for name in (
    "NARCOTICS", "PRECURSOR", "PILL_PRESS", "WEAPON", "MISMANIFESTED", "IPR_COUNTERFEIT", "PROHIBITED",
))  # fmt: skip
_KINDS_BY_REF = {
    "entry": (0.3, 0.38, 0.0, 0.28, 0.04), "ocean_bill": (0.0, 0.55, 0.25, 0.2, 0.0),
    "air_waybill": (0.2, 0.5, 0.0, 0.3, 0.0), "truck_shipment": (0.0, 0.5, 0.3, 0.2, 0.0),
}  # fmt: skip
_UNITS = {"entry": "ECOM", "ocean_bill": "SEA", "air_waybill": "AIR", "truck_shipment": "LAND"}
_FINDING_TYPES = dict.fromkeys(FINDING_COLUMNS, pl.String)


@dataclass
class ExamDesk:
    """Findings under way, by the date on which they land, and catches that somebody has still to learn of."""

    figures: Exams
    waiting: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={"lands_on": pl.Date, **_FINDING_TYPES}))
    caught: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"on": pl.Date, "process": pl.Int64, "front": pl.Int64})
    )

    def examine(self, rng: np.random.Generator, on: date, chosen: pl.DataFrame) -> None:
        """The chosen shipments, with their truth beside them, are examined on the day after the night of `on`.

        Args:
            chosen: columns of the day's truth, and exam_kind and selected_by.
        """
        n = chosen.height
        if n == 0:
            return
        kind = self._choose_kinds(rng, chosen)
        code = chosen["code"].to_numpy()
        found = np.where((code > 0) & self._misses(rng, kind), 0, code)
        low, high = self.figures.delay_days
        delay = np.clip(np.round(rng.gamma(2.0, self.figures.delay_mean / 2.0, n)), low, high).astype(np.int64)
        never = rng.random(n) < self.figures.never_arrived_share
        rows = _write_findings(rng, on, chosen, (kind, np.where(never, -1, found), delay))
        self.waiting = pl.concat([self.waiting, rows])
        guilty = (found > 0) & ~never & (chosen["process"] > 0).to_numpy()
        # Goods that are stopped do not arrive, so who sent them knows at the exam; a laboratory's word comes later.
        waits = np.where(kind == KINDS.index("laboratory"), delay, 1)
        caught = chosen.select(_add_days(on, waits).alias("on"), "process", "front").filter(pl.Series(guilty))
        self.caught = pl.concat([self.caught, caught])

    def _choose_kinds(self, rng: np.random.Generator, chosen: pl.DataFrame) -> Ints:
        """The kind that was asked for, or one that is usual for the kind of shipment."""
        kind = np.zeros(chosen.height, dtype=np.int64)
        for ref, shares in _KINDS_BY_REF.items():
            at = np.flatnonzero((chosen["ref_kind"] == ref).to_numpy())
            kind[at] = draw_index(rng, np.array(shares), len(at))
        known = {name: i for i, name in enumerate(KINDS)}
        given = chosen["exam_kind"].replace_strict(known, return_dtype=pl.Int64)
        asked: Ints = given.fill_null(-1).to_numpy()
        return np.where(asked >= 0, asked, kind)

    def _misses(self, rng: np.random.Generator, kind: Ints) -> Flags:
        """Which exams would clear a guilty shipment."""
        low, high = self.figures.false_clear
        easy = np.isin(kind, [KINDS.index(name) for name in self.figures.easy])
        middle = np.where(kind == KINDS.index("document"), high, (low + high) / 2)
        share: Floats = np.where(easy, low, middle)
        missed: Flags = rng.random(len(kind)) < share
        return missed

    def land(self, on: date) -> pl.DataFrame:
        """The findings whose day has come, in the feed's columns; they wait no longer."""
        due = self.waiting.filter(pl.col("lands_on") <= on)
        self.waiting = self.waiting.filter(pl.col("lands_on") > on)
        place = pl.int_range(1, pl.len() + 1).cast(pl.String)
        number = pl.concat_str(pl.lit(f"F{on:%Y%m%d}-"), place.str.zfill(4))
        return due.sort("known_at", "shipment_ref").with_columns(finding_id=number).select(FINDING_COLUMNS)

    def tell(self, on: date) -> dict[int, Ints]:
        """Which fronts of which process learn by this date that they were caught."""
        due = self.caught.filter(pl.col("on") <= on)
        self.caught = self.caught.filter(pl.col("on") > on)
        parts = due.unique().sort("process", "front").partition_by("process", as_dict=True, maintain_order=True)
        return {int(key[0]): rows["front"].to_numpy() for key, rows in parts.items()}


def check_exams(asked: pl.DataFrame) -> None:
    """Return where every exam is of a kind and selected in a way that a finding can have.

    Raises:
        ValueError: one is not; a missing kind is none to refuse.
    """
    for column, known in (("exam_kind", KINDS), ("selected_by", SELECTED_BY)):
        odd = sorted(set(asked[column].drop_nulls()) - set(known))
        if odd:
            raise ValueError(f"{column} {odd[0]}: know {', '.join(known)}")


def _add_days(on: date, days: Ints) -> pl.Series:
    """The dates so many days after `on`."""
    return pl.Series((days + (on - date(1970, 1, 1)).days).astype(np.int32)).cast(pl.Date)


def _write_findings(
    rng: np.random.Generator, on: date, chosen: pl.DataFrame, results: tuple[Ints, Ints, Ints]
) -> pl.DataFrame:
    """The findings in the feed's columns, with the date on which each lands; known on that date, examined before."""
    kind, found, delay = results
    n = chosen.height
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(days=1)
    examined = rng.integers(6 * 3_600, 20 * 3_600, n)
    known = np.maximum((delay - 1) * 86_400 + rng.integers(0, 86_400, n), examined + 3_600)
    day = pl.lit(midnight).dt.replace_time_zone(None)
    names = pl.Series([*CODES, "NEVER_ARRIVED"])
    is_right = found == chosen["code"].to_numpy()
    loss = np.where(is_right & (found > 0), chosen["loss_usd"].to_numpy(), 0.0)
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    rows = chosen.with_columns(
        lands_on=_add_days(on, delay),
        finding_id=pl.lit(""),
        exam_kind=pl.Series(KINDS).gather(kind),
        examined_at=(day + pl.duration(seconds=pl.lit(pl.Series(examined)))).dt.strftime(stamp),
        known_at=(day + pl.duration(seconds=pl.lit(pl.Series(known)))).dt.strftime(stamp),
        finding_code=names.gather(np.where(found < 0, len(CODES), found)),
        loss_usd=pl.Series(np.round(loss, 2)).cast(pl.String),
        seized=pl.when(pl.Series(np.isin(found, _SEIZED))).then(pl.lit("true")).otherwise(pl.lit("false")),
        officer_unit=pl.concat_str("port_code", pl.lit("-"), pl.col("ref_kind").replace_strict(_UNITS)),
    )
    return rows.select("lands_on", *FINDING_COLUMNS)
