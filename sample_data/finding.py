"""Examinations of earlier shipments and what they established, landing once they are known.

Belongs here: which shipments are examined, by what selection, with what error and delay.
Belongs elsewhere: the truth that an examination meets (scheme.py, bill.py).
"""

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sample_data.layout import FINDING_COLUMNS
from sample_data.scheme import CONTRABAND_CODES
from sample_data.trade import World
from sample_data.word import Flags, Floats, Ints, pick

EXAMS_A_DAY = 120
SHORTEST_WAIT_DAYS, LONGEST_WAIT_DAYS = 2, 10
# In order of drawing: the random exams first, so that they are a fair sample of what is not yet examined.
_SELECTIONS = (("random", 0.3), ("targeted", 0.6), ("field", 0.1))
# How much more often a guilty shipment is chosen than an innocent one, so that one targeted exam in five finds it.
_GUILT_WEIGHTS = {"targeted": 6.0, "random": 0.0, "field": 2.0}
_FALSE_CLEAR_SHARE = 0.1
_SEIZED_CODES = (*CONTRABAND_CODES, "IPR_COUNTERFEIT", "PROHIBITED")
_LABORATORY_CODES = ("UNSAFE_PRODUCT", "FDA_REFUSED", "PRECURSOR")
_EXAMS_BY_KIND = {
    "entry": (("document", 0.3), ("nonintrusive", 0.38), ("intensive", 0.28), ("laboratory", 0.04)),
    "ocean_bill": (("nonintrusive", 0.55), ("tailgate", 0.25), ("intensive", 0.2)),
    "air_waybill": (("document", 0.2), ("nonintrusive", 0.5), ("intensive", 0.3)),
    "truck_shipment": (("nonintrusive", 0.5), ("tailgate", 0.3), ("intensive", 0.2)),
}
_UNITS = {"entry": "ECOM", "ocean_bill": "SEA", "air_waybill": "AIR", "truck_shipment": "LAND"}
_HIDDEN_FROM_DOCUMENTS = (*CONTRABAND_CODES, "IPR_COUNTERFEIT")


def list_shipments(
    lines: pl.DataFrame, bills: pl.DataFrame, waybills: pl.DataFrame, trips: pl.DataFrame
) -> pl.DataFrame:
    """One row a shipment that can be examined: its reference, time, port, hidden truth and loss, in order of day.

    What is spoilt is left out, since the pipeline never sees it whole.
    """
    entries = (
        lines.filter(pl.col("flaw").is_null().all().over("entry"))
        .group_by("entry", maintain_order=True)
        .agg(
            pl.first("day", "entry_number", "filed_at", "port_code", "truth", "is_vague", "is_cancelled", "born"),
            pl.sum("loss_usd"),
        )
        .select(
            "day", "filed_at", "port_code", "truth", "is_cancelled", "loss_usd",
            looks_odd=pl.col("is_vague") | (pl.col("born") > 0),
            shipment_ref="entry_number",
            ref_kind=pl.lit("entry"),
        )
    )  # fmt: skip
    at_sea = bills.select(
        "day", "filed_at", "truth", "loss_usd",
        port_code="unlading_code",
        is_cancelled=pl.lit(False),
        looks_odd=pl.col("text").is_in(["GENERAL CARGO", "FAK", "CONSOLIDATED CARGO"]),
        shipment_ref=pl.coalesce("house_bill", "master_bill"),
        ref_kind=pl.lit("ocean_bill"),
    )  # fmt: skip
    others = [_list_by_air(waybills), _list_by_road(trips)]
    return pl.concat([entries, *(each.select(entries.columns) for each in (at_sea, *others))]).sort(
        "day", "filed_at", "shipment_ref"
    )


def _list_by_air(waybills: pl.DataFrame) -> pl.DataFrame:
    """House air waybills; an examiner writes both numbers for half of them and the house alone for the others."""
    both = pl.format("{}/{}", "master_awb", "house_awb")
    return waybills.filter(pl.col("flaw").is_null()).with_columns(
        looks_odd=pl.col("is_vague") | (pl.col("born") > 0),
        shipment_ref=pl.when(pl.col("waybill") % 2 == 0).then(both).otherwise("house_awb"),
        ref_kind=pl.lit("air_waybill"),
    )


def _list_by_road(trips: pl.DataFrame) -> pl.DataFrame:
    """Truck shipments, known by their control numbers."""
    return trips.filter(~pl.col("is_spoilt")).with_columns(
        looks_odd=pl.col("is_vague") | (pl.col("born") > 0),
        shipment_ref="control_number",
        ref_kind=pl.lit("truck_shipment"),
    )


def draw_findings(world: World, shipments: pl.DataFrame) -> pl.DataFrame:
    """One row a finding with `landing` (the day of its file), in order of landing and number; no shipment twice."""
    rng = world.make_rng(7)
    picks, landing, selected_by = _draw_exams(rng, world, shipments)
    rows = shipments[picks].with_columns(
        landing=pl.Series(landing, dtype=pl.Int64), selected_by=pl.Series(selected_by, dtype=pl.String)
    )
    rows = _add_results(rng, _add_times(rng, world, rows))
    rows = _add_strangers(rows)
    place = pl.int_range(1, pl.len() + 1).over("landing").cast(pl.String).str.zfill(4)
    return rows.with_columns(
        finding_id=pl.format(
            "F{}-{}", (pl.lit(world.first_day) + pl.duration(days="landing")).dt.strftime("%Y%m%d"), place
        ),
        officer_unit=pl.format("{}-{}", "port_code", pl.col("ref_kind").replace_strict(_UNITS)),
    )


def _draw_exams(rng: np.random.Generator, world: World, shipments: pl.DataFrame) -> tuple[Ints, list[int], list[str]]:
    """For each landing day: which shipments of two to ten days before were examined, and how they were selected."""
    day = shipments["day"].to_numpy()
    guilty = (shipments["truth"] != "NO_DISCREPANCY").to_numpy()
    odd = shipments["looks_odd"].to_numpy()
    is_free = np.ones(len(day), dtype=np.bool_)
    picks, landings, selections = [], [], []
    for today in range(SHORTEST_WAIT_DAYS, world.days):
        in_reach = (day <= today - SHORTEST_WAIT_DAYS) & (day >= today - LONGEST_WAIT_DAYS)
        for name, share in _SELECTIONS:
            weight = _weigh(name, guilty, odd) * (is_free & in_reach)
            chosen = rng.choice(len(day), size=round(EXAMS_A_DAY * share), replace=False, p=weight / weight.sum())
            is_free[chosen] = False
            picks.append(chosen)
            landings += [today] * len(chosen)
            selections += [name] * len(chosen)
    return np.concatenate(picks) if picks else np.zeros(0, dtype=np.int64), landings, selections


def _weigh(selection: str, guilty: Flags, odd: Flags) -> Floats:
    """Targeting looks for odd shipments and, by experience that the sample does not show, finds guilty ones."""
    oddity = 0.0 if selection == "random" else 0.6
    weight: Floats = 1.0 + _GUILT_WEIGHTS[selection] * guilty.astype(np.float64) + oddity * odd
    return weight


def _add_times(rng: np.random.Generator, world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Known on the landing day or the day before, examined between filing and then."""
    midnight = pl.lit(world.first_day).cast(pl.Datetime("us", "UTC")) + pl.duration(days=pl.col("landing") - 1)
    wait = pl.duration(seconds=pl.lit(pl.Series(rng.integers(0, 47 * 3600, rows.height))))
    share = pl.Series(rng.uniform(0.15, 0.98, rows.height))
    rows = rows.with_columns(known_at=midnight + wait)
    return rows.with_columns(
        examined_at=(pl.col("filed_at") + (pl.col("known_at") - pl.col("filed_at")) * share).dt.truncate("1s")
    )


def _add_results(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """What the exam says: the truth, except that one guilty shipment in ten is cleared and some never arrive."""
    chance = rng.random((2, rows.height))
    is_missed = chance[0] < _FALSE_CLEAR_SHARE
    codes = [
        "CANCELLED"
        if is_cancelled
        else "NEVER_ARRIVED"
        if chance[1, i] < 0.006
        else "NO_DISCREPANCY"
        if is_missed[i]
        else truth
        for i, (truth, is_cancelled) in enumerate(rows.select("truth", "is_cancelled").iter_rows())
    ]
    exams = {
        kind: pick(rng, [name for name, _ in shares], rows.height, [share for _, share in shares])
        for kind, shares in _EXAMS_BY_KIND.items()
    }
    exam = [_choose_exam(exams[kind][i], codes[i]) for i, kind in enumerate(rows["ref_kind"])]
    rows = rows.with_columns(finding_code=pl.Series(codes, dtype=pl.String), exam_kind=pl.Series(exam, dtype=pl.String))
    return rows.with_columns(
        loss_usd=pl.when(pl.col("finding_code") == pl.col("truth")).then("loss_usd").otherwise(0.0),
        seized=pl.col("finding_code").is_in(_SEIZED_CODES),
    )


def _choose_exam(exam: str, code: str) -> str:
    if code in _LABORATORY_CODES:
        return "laboratory"
    return "intensive" if code in _HIDDEN_FROM_DOCUMENTS and exam == "document" else exam


def _add_strangers(rows: pl.DataFrame) -> pl.DataFrame:
    """Two findings refer to a shipment that no file has: an entry of a filer unknown here, and a lost bill."""
    place = pl.int_range(pl.len())
    is_entry, is_bill = place == pl.len() // 3, place == pl.len() - 1
    return rows.with_columns(
        shipment_ref=pl.when(is_entry)
        .then(pl.lit("ZZ998765430"))
        .when(is_bill)
        .then(pl.lit("ZQFW999999999"))
        .otherwise("shipment_ref"),
        ref_kind=pl.when(is_entry).then(pl.lit("entry")).when(is_bill).then(pl.lit("ocean_bill")).otherwise("ref_kind"),
    )


def write_findings(world: World, findings: pl.DataFrame, folder: Path) -> None:
    """Writes findings_<date>.csv for each day on which findings land; none can land in the first two days."""
    times = pl.col("examined_at", "known_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    for today, part in findings.partition_by("landing", maintain_order=True, as_dict=True).items():
        day = world.first_day + timedelta(days=int(today[0]))
        target = folder / day.isoformat()
        target.mkdir(parents=True)
        part.with_columns(times).select(FINDING_COLUMNS).write_csv(target / f"findings_{day.isoformat()}.csv")
