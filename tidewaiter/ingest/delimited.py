"""Comma-separated files: header check, then rows as text through DuckDB's reader.

Belongs here: reading any RFC 4180 file into a raw table, large ones stretch by stretch, several at a time.
Belongs elsewhere: one stretch (csv_stretch.py), what the columns mean (contracts), unpacking (landed.py).
"""

import csv
from collections.abc import Mapping
from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.csv_stretch import Layout, load_stretches
from tidewaiter.ingest.feed import LandedFile, Note

NAMELESS = "without a name (the header ends in a separator, or has two in a row)"
LONGEST_HEADER = 1 << 20
DELIMITERS = {",": "commas", "\t": "tabs"}
BLANK = b" \t\r\n,\xef\xbb\xbf"


def read_delimited(
    con: duckdb.DuckDBPyConnection,
    table: str,
    file: LandedFile,
    *,
    rename: Mapping[str, str] | None = None,
    header: tuple[str, ...] | None = None,
    needed: tuple[str, ...] | None = None,
    delimiter: str = ",",
    stated: Mapping[str, str] | None = None,
    prefix: Mapping[str, str] | None = None,
) -> tuple[Note, ...]:
    """Append a CSV file's rows to the raw table and return warnings.

    Args:
        rename: header name to promised name, for files that spell a column otherwise.
        header: the column names of a file that has no header line.
        needed: columns that must be in the header; the contract's required ones when not given.
        delimiter: what stands between two fields.
        stated: promised columns that no header has, with the value of every row.
        prefix: promised columns with text to put before what is filed.

    Raises:
        FileRefusedError: no such column, wrong delimiter, not UTF-8, broken quoting.
    """
    contract = load_contract(table)
    filed = header or read_header(file, delimiter)
    if not filed:
        return ("the file is empty",)
    names = [(rename or {}).get(name, name) for name in filed]
    _check_header(file, names, contract.required_names if needed is None else needed, delimiter)
    layout = Layout(contract, tuple(names), header is None, delimiter, stated or {}, prefix or {})
    load_stretches(con, file, layout)
    unknown = [name for name in names if name not in contract.column_names]
    return tuple(f"unknown column {name or NAMELESS} is kept in the raw layer only" for name in unknown)


def read_header(file: LandedFile, delimiter: str = ",") -> tuple[str, ...]:
    """Return the names on the first line, empty when the file is.

    Raises:
        FileRefusedError: the first line cannot be read, or is blank though the file is not.
    """
    try:
        first = next(csv.reader([_first_text(file.path)], strict=True, delimiter=delimiter), [])
    except (UnicodeDecodeError, csv.Error) as problem:
        raise FileRefusedError(
            file.name, f"the header cannot be read: {problem}", line=1, fix="send the file again as UTF-8 CSV"
        ) from problem
    if not any(name.strip() for name in first):
        if _has_text(file.path):
            raise FileRefusedError(
                file.name, "the header is blank", line=1, fix="send the file again with the column names on line 1"
            )
        return ()
    return tuple(name.strip() for name in first)


def _has_text(path: Path) -> bool:
    with path.open("rb") as handle:
        return any(line.strip(BLANK) for line in handle)


def _first_text(path: Path) -> str:
    with path.open("rb") as handle:
        return handle.readline(LONGEST_HEADER).decode("utf-8-sig").rstrip("\r\n")


def _check_header(file: LandedFile, names: list[str], needed: tuple[str, ...], delimiter: str) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        looks = _guess_delimiter(file.path)
        hint = f"; the delimiter looks like {looks!r}, not {delimiter!r}" if looks not in (delimiter, "") else ""
        raise FileRefusedError(
            file.name, f"required column {', '.join(missing)} is missing from the header{hint}", line=1,
            fix=f"send the file again with the columns of the contract, separated by {DELIMITERS[delimiter]}",
        )  # fmt: skip
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise FileRefusedError(
            file.name, f"column {', '.join(repeated)} appears twice in the header", line=1, fix="name each column once"
        )


def _guess_delimiter(path: Path) -> str:
    first = _first_text(path)
    counts = {mark: first.count(mark) for mark in (",", ";", "\t", "|")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] else ""
