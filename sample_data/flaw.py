"""Flaws planted in the sample on purpose, so that held rows, open findings and missing tables have something to show.

Belongs here: which rows are spoilt, how, and what is left out or added.
Belongs elsewhere: the rows as they would be without (sample_data/world).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from sample_data.world.day import Day

Change = tuple[str, Callable[[], pl.Expr]]
ENTRY_SHARE, WAYBILL_SHARE = 0.004, 0.02
UNREADABLE_TIME = "2026-31-11T25:00Z"
# Each breaks one rule of its contract.
ENTRY_FLAWS: Mapping[str, Change] = {
    "no_hts10": ("hts10", lambda: pl.lit(None, dtype=pl.String)),
    "bad_mode": ("mode_code", lambda: pl.lit("99")),
    "negative_weight": ("gross_weight_kg", lambda: pl.concat_str(pl.lit("-"), "gross_weight_kg")),
    "long_text": ("description", lambda: pl.col("description").repeat_by(60).list.join("; ")),
    "unknown_country": ("origin_country", lambda: pl.lit("QQ")),
    "bad_number": ("entry_number", lambda: pl.concat_str(pl.col("entry_number").str.slice(0, 10), pl.lit("X"))),
    "unreadable_time": ("filed_at", lambda: pl.lit(UNREADABLE_TIME)),
    "no_shipper": ("shipper_name", lambda: pl.lit(None, dtype=pl.String)),
    "negative_value": ("value_usd", lambda: pl.concat_str(pl.lit("-"), "value_usd")),
    "zero_quantity": ("quantity", lambda: pl.lit("0")),
    "bad_port": ("port_code", lambda: pl.lit("47O1")),
}
# The last is kept and noted only.
WAYBILL_FLAWS: Mapping[str, Change] = {
    "unknown_airport": ("arrival_airport", lambda: pl.lit("YYZ")),
    "no_pieces": ("pieces", lambda: pl.lit("0")),
    "bad_master": ("master_awb", lambda: pl.col("master_awb").str.slice(0, 11)),
    "no_text": ("description", lambda: pl.lit(None, dtype=pl.String)),
    "unknown_currency": ("currency", lambda: pl.lit("EURO")),
    "wrong_check_digit": ("master_awb", lambda: pl.concat_str(pl.col("master_awb").str.slice(0, 11), pl.lit("8"))),
}
_ENTRIES, _WAYBILLS, _MARKS = "raw.low_value_entry", "raw.air_waybill", "raw.ocean_ams_marksnumbers"
_FINDINGS = "raw.exam_finding"
_PORT, _NO_PORT = '"usPortOfArrival":"2304"', '"usPortOfArrival":"23O4"'
_TRIPS_EVERY_DAYS = 4


def spoil_day(day: Day, rng: np.random.Generator, place: int, days: int) -> tuple[Day, list[str]]:
    """The day with its flaws, and the shipments that nobody can examine because of them.

    Args:
        place: which day of the sample it is, from 0.
    """
    tables, documents = dict(day.tables), dict(day.documents)
    tables[_ENTRIES], lost = _spoil_entries(tables[_ENTRIES], rng, place)
    tables[_WAYBILLS], grounded = _spoil_waybills(tables[_WAYBILLS], rng, place)
    if place == days // 2:
        tables.pop(_MARKS)
    for ref, kind, turn in (("ZZ998765430", "entry", 2), ("ZQFW999999999", "ocean_bill", days - 1)):
        if place == turn:
            tables[_FINDINGS] = _name_stranger(tables[_FINDINGS], ref, kind)
    stuck: list[str] = []
    if place % _TRIPS_EVERY_DAYS == _TRIPS_EVERY_DAYS - 1:
        documents, stuck = _spoil_trip(documents)
    return replace(day, tables=tables, documents=documents), [*lost, *grounded, *stuck]


def _spoil_entries(rows: pl.DataFrame, rng: np.random.Generator, place: int) -> tuple[pl.DataFrame, list[str]]:
    """A row in some hundreds in turn in each way; versions of one entry stay whole, and so do times in file b."""
    number = pl.col("entry_number")
    amended = rows.filter(pl.col("record_status") != "new")["entry_number"]
    is_plain = ~rows["entry_number"].is_in(amended.implode())
    flaw = _mark(is_plain.to_numpy() & (rng.random(rows.height) < ENTRY_SHARE), list(ENTRY_FLAWS), place)
    writes_b = rows["filer_code"].str.slice(2, 1).is_in(["1", "4", "6", "9"])
    flaw = pl.select(
        pl.when((flaw == "unreadable_time") & writes_b).then(pl.lit("bad_mode")).otherwise(flaw)
    ).to_series()
    lost = rows.filter(flaw.is_not_null()).select(pl.concat_str(pl.lit("entry:"), number.str.replace_all("-", "")))
    return _apply(rows, flaw, ENTRY_FLAWS), lost.to_series().to_list()


def _spoil_waybills(rows: pl.DataFrame, rng: np.random.Generator, place: int) -> tuple[pl.DataFrame, list[str]]:
    again = rows.filter(pl.col("status") != "new")["house_awb"]
    is_plain = ~rows["house_awb"].is_in(again.implode())
    flaw = _mark(is_plain.to_numpy() & (rng.random(rows.height) < WAYBILL_SHARE), list(WAYBILL_FLAWS), place)
    key = pl.concat_str(pl.lit("air:"), "master_awb", pl.lit("/"), "house_awb")
    return _apply(rows, flaw, WAYBILL_FLAWS), rows.filter(flaw.is_not_null()).select(key).to_series().to_list()


def _mark(is_bad: np.ndarray[tuple[int], np.dtype[np.bool_]], ways: list[str], place: int) -> pl.Series:
    """The way in which each row goes wrong, by turns that begin anew each day; missing for rows that do not."""
    turn = (np.cumsum(is_bad) + place) % len(ways)
    return pl.select(pl.when(pl.Series(is_bad)).then(pl.Series(ways).gather(turn))).to_series()


def _apply(rows: pl.DataFrame, flaw: pl.Series, ways: Mapping[str, Change]) -> pl.DataFrame:
    # One after the other: two of them may change the same column.
    for name, (column, make) in ways.items():
        is_spoilt = flaw.eq_missing(pl.Series([name]))
        rows = rows.with_columns(pl.when(is_spoilt).then(make()).otherwise(column).alias(column))
    return rows


def _name_stranger(findings: pl.DataFrame, ref: str, kind: str) -> pl.DataFrame:
    """The last finding names a shipment that no file has."""
    is_it = pl.int_range(pl.len()) == pl.len() - 1
    return findings.with_columns(
        shipment_ref=pl.when(is_it).then(pl.lit(ref)).otherwise("shipment_ref"),
        ref_kind=pl.when(is_it).then(pl.lit(kind)).otherwise("ref_kind"),
    )


def _spoil_trip(documents: dict[tuple[str, str], str]) -> tuple[dict[tuple[str, str], str], list[str]]:
    """The shortest trip of the first file has a port that cannot be read: everything on it is held."""
    key = min(each for each in documents if each[0] == "truck_manifest")
    trips = documents[key].splitlines(keepends=True)
    spoilt = min((at for at, trip in enumerate(trips) if _PORT in trip), key=lambda at: (len(trips[at]), at))
    stuck = [part.split('"')[0] for part in trips[spoilt].split('"shipmentControlNumber":"')[1:]]
    trips[spoilt] = trips[spoilt].replace(_PORT, _NO_PORT)
    return {**documents, key: "".join(trips)}, [f"truck:{number}" for number in stuck]
