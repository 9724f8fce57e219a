"""Spoils the cells of a file and leaves its form whole, so that it is read and its rows are judged.

Belongs here: hard values, missing and strange columns in CSV, JSON and Parquet.
Belongs elsewhere: spoiling bytes whatever they mean (mutation.py).
"""

import csv
import io
import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import polars as pl

from tidewaiter.prove.mutation import HARD_VALUES

SHARE_OF_CELLS = 0.02
HARD_TEXTS = tuple(value.decode("utf-8", errors="replace") for value in HARD_VALUES)
HARD_THINGS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 10**30, "", " ", [], {}, [1, [2, [3]]], {"a": {"b": None}}, *HARD_TEXTS
)  # fmt: skip
KINDS: tuple[Any, ...] = (
    pl.Binary,
    pl.Int64,
    pl.Float64,
    pl.Boolean,
    pl.Date,
    pl.Datetime,
    pl.Categorical,
    pl.List(pl.String),
)


def spoil_csv(random: Random, good: bytes) -> bytes:
    """Replace some cells, and now and then a column's name."""
    rows = list(csv.reader(io.StringIO(good.decode("utf-8", errors="replace"), newline="")))
    for row in rows[int(random.random() < 0.9) :]:
        for at in range(len(row)):
            if random.random() < SHARE_OF_CELLS:
                row[at] = random.choice(HARD_TEXTS)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=random.choice(("\n", "\r\n"))).writerows(rows)
    return text.getvalue().encode("utf-8", errors="replace")


def spoil_json_lines(random: Random, good: bytes) -> bytes:
    """Replace some values of each line, lose some keys, add some."""
    lines = [json.loads(line) for line in good.splitlines() if line.strip()]
    return b"".join(json.dumps(_spoil_value(random, line), default=str).encode() + b"\n" for line in lines)


def spoil_json(random: Random, good: bytes) -> bytes:
    """Replace some values of a document at any depth."""
    return json.dumps(_spoil_value(random, json.loads(good))).encode()


def _spoil_value(random: Random, value: Any) -> Any:
    if random.random() < SHARE_OF_CELLS:
        return random.choice(HARD_THINGS)
    if isinstance(value, dict):
        found = {key: _spoil_value(random, each) for key, each in value.items() if random.random() > SHARE_OF_CELLS / 4}
        return {**found, "strange": 1} if random.random() < SHARE_OF_CELLS else found
    if isinstance(value, list):
        return [_spoil_value(random, each) for each in value]
    return value


def spoil_parquet(random: Random, good: bytes) -> bytes:
    """Replace some cells, change the type of some columns, lose, add and rename some."""
    frame = pl.read_parquet(good)
    for name in frame.columns:
        luck = random.random()
        if luck < 0.15 and frame.schema[name] == pl.String:
            cells = [random.choice(HARD_TEXTS) if random.random() < 0.1 else cell for cell in frame[name]]
            frame = frame.with_columns(pl.Series(name, cells, dtype=pl.String))
        elif luck < 0.16:
            frame = _recast(frame, name, random.choice(KINDS))
        elif luck < 0.165:
            frame = frame.drop(name)
        elif luck < 0.17:
            frame = frame.rename(
                {name: random.choice(("strange", name.upper(), name + " ", 'a"b', "日本"))}, strict=False
            )
    target = io.BytesIO()
    frame.write_parquet(target, compression=random.choice(("zstd", "snappy", "uncompressed", "gzip")))
    return target.getvalue()


def _recast(frame: pl.DataFrame, name: str, kind: Any) -> pl.DataFrame:
    """Return the frame with one column of another type, its values where that has them and null elsewhere."""
    if kind == pl.List(pl.String):
        return frame.with_columns(pl.concat_list(pl.col(name).cast(pl.String)).alias(name))
    text = frame[name].cast(pl.String)
    if kind in (pl.Date, pl.Datetime, pl.Boolean):
        return frame.with_columns(pl.Series(name, [None] * frame.height, dtype=kind))
    return frame.with_columns(text.cast(kind, strict=False).alias(name))


CELL_SPOILERS: Mapping[str, Callable[[Random, bytes], bytes]] = {
    "csv": spoil_csv,
    "jsonl": spoil_json_lines,
    "ndjson": spoil_json_lines,
    "json": spoil_json,
    "parquet": spoil_parquet,
}


def spoil_cells(random: Random, name: str, good: bytes) -> tuple[str, bytes] | None:
    """Return how a file's cells were spoilt, and its bytes; None for a format whose cells are not known here."""
    ending = name.lower().rsplit(".", 1)[-1]
    if ending not in CELL_SPOILERS:
        return None
    return CELL_SPOILERS[ending].__name__, CELL_SPOILERS[ending](random, good)
