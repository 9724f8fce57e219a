"""Writes the days of entries as files: amendments, habits of filers, spoilt rows, then CSV, JSON Lines or Parquet.

Belongs here: how entries look when they are filed, honestly wrong or not.
Belongs elsewhere: what the entries say (entry.py, line.py), the order of columns (layout.py).
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sample_data.layout import ENTRY_COLUMNS
from sample_data.trade import World

_BAD_SHARE = 0.003
_UNREADABLE_TIME = "2026-31-11T25:00Z"
_UNREADABLE = "unreadable_time"
# What each kind of spoilt row looks like; one rule of the contract is broken by each.
_FLAWS: dict[str, tuple[str, Callable[[], pl.Expr]]] = {
    "no_hts10": ("hts10", lambda: pl.lit(None, dtype=pl.String)),
    "bad_mode": ("mode_code", lambda: pl.lit("99")),
    "negative_weight": ("gross_weight_kg", lambda: -pl.col("gross_weight_kg")),
    "long_text": ("description", lambda: pl.col("description").repeat_by(60).list.join("; ")),
    "bad_number": ("entry_number", lambda: pl.col("entry_number").str.slice(0, 10) + "X"),
    "unknown_country": ("origin_country", lambda: pl.lit("QQ")),
    "no_shipper": ("shipper_name", lambda: pl.lit(None, dtype=pl.String)),
    "negative_value": ("value_usd", lambda: -pl.col("value_usd")),
    "zero_quantity": ("quantity", lambda: pl.lit(0, dtype=pl.Int64)),
    "bad_port": ("port_code", lambda: pl.lit("47O1")),
}


def mark_flaws(world: World, lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with `flaw`: null, or the way in which the filed row will be spoilt; the ways take turns."""
    rng = world.make_rng(3)
    may_be_bad = ~(lines["is_amended"] | lines["is_cancelled"]).to_numpy()
    is_bad = may_be_bad & (rng.random(lines.height) < _BAD_SHARE)
    turn = np.cumsum(is_bad) % (len(_FLAWS) + 1)
    names = [*_FLAWS, _UNREADABLE]
    flaw = pl.Series([names[turn[i]] if is_bad[i] else None for i in range(len(turn))], dtype=pl.String)
    # A Parquet column of times cannot hold an unreadable one, so the filers of file b are spared it.
    return lines.with_columns(
        flaw=pl.when((flaw == _UNREADABLE) & pl.col("sends_file_b")).then(pl.lit("bad_mode")).otherwise(flaw)
    )


def write_entries(world: World, lines: pl.DataFrame, folder: Path) -> None:
    """Writes each day's file a (CSV) and file b (JSON Lines on odd days of the month, Parquet on even ones)."""
    for today, rows in lines.partition_by("day", maintain_order=True, as_dict=True).items():
        day = world.first_day + timedelta(days=int(today[0]))
        target = folder / day.isoformat()
        target.mkdir(parents=True)
        for sends_b in (False, True):
            _write_file(_file_rows(rows.filter(pl.col("sends_file_b") == sends_b)), day, sends_b, target)


def _write_file(rows: pl.DataFrame, day: date, sends_b: bool, target: Path) -> None:
    if not sends_b:
        _write_as_text(rows).write_csv(target / "entries_a.csv")
    elif day.day % 2 == 1:
        _write_as_text(rows).write_ndjson(target / "entries_b.jsonl")
    else:
        rows.select(ENTRY_COLUMNS).write_parquet(target / "entries_b.parquet")


def _write_as_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows in the promised columns, with times as ISO 8601 text and the unreadable ones unreadable."""
    times = pl.col("filed_at", "estimated_arrival_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    is_unreadable = pl.col("flaw").eq_missing(pl.lit(_UNREADABLE))
    rows = rows.with_columns(times).with_columns(
        filed_at=pl.when(is_unreadable).then(pl.lit(_UNREADABLE_TIME)).otherwise("filed_at"),
        account_opened_on=pl.col("account_opened_on").dt.strftime("%Y-%m-%d"),
    )
    return rows.select(ENTRY_COLUMNS)


def _file_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The day's rows as filed, in order of filing: first versions, then amendments and cancellations of some."""
    first = rows.with_columns(record_status=pl.lit("new"))
    filed = pl.concat([first, _amend(rows), _cancel(rows)]).sort("filed_at", "entry_number", "line_number")
    return _spoil(_apply_habits(filed))


def _amend(rows: pl.DataFrame) -> pl.DataFrame:
    """Later versions: every line again, with a corrected value, a later arrival or another port, by turns."""
    turn = pl.col("entry") % 3
    return rows.filter("is_amended").with_columns(
        record_status=pl.lit("amended"),
        filed_at="later_at",
        value_usd=pl.when(turn == 0).then((pl.col("value_usd") * 1.15).round(2)).otherwise("value_usd"),
        estimated_arrival_at=pl.col("estimated_arrival_at")
        + pl.when(turn == 1).then(timedelta(days=1)).otherwise(timedelta(0)),
        port_code=pl.when((turn == 2) & pl.col("mode_code").is_in(["40", "41"]))
        .then(pl.lit("3901"))
        .otherwise("port_code"),
    )


def _cancel(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter("is_cancelled").with_columns(record_status=pl.lit("cancelled"), filed_at="later_at")


def _apply_habits(rows: pl.DataFrame) -> pl.DataFrame:
    """Some filers write dots into tariff numbers, some write dashes into entry numbers."""
    dotted = pl.format(
        "{}.{}.{}", pl.col("hts10").str.slice(0, 4), pl.col("hts10").str.slice(4, 2), pl.col("hts10").str.slice(6, 4)
    )
    number = pl.col("entry_number")
    dashed = pl.format("{}-{}-{}", number.str.slice(0, 3), number.str.slice(3, 7), number.str.slice(10, 1))
    return rows.with_columns(
        hts10=pl.when("writes_dots").then(dotted).otherwise("hts10"),
        entry_number=pl.when("writes_dashes").then(dashed).otherwise("entry_number"),
    )


def _spoil(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        pl.when(pl.col("flaw").eq_missing(pl.lit(name))).then(make()).otherwise(column).alias(column)
        for name, (column, make) in _FLAWS.items()
    )
