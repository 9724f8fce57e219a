"""Comma-separated files: header check, then rows as text through DuckDB's reader.

Belongs here: reading any RFC 4180 file into a raw table, with rows of the wrong width set apart.
Belongs elsewhere: what the columns mean (contracts), unpacking (landed.py).
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from data_quality.contract import Contract, load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import LandedFile, Note

LONGEST_HEADER = 1 << 20
DELIMITERS = {",": "commas", "\t": "tabs"}
BLANK = b" \t\r\n,\xef\xbb\xbf"
LINE_OF_ERROR = re.compile(r"(?:CSV Error on Line|Line): (\d+)")


def read_delimited(
    con: duckdb.DuckDBPyConnection,
    table: str,
    file: LandedFile,
    *,
    rename: Mapping[str, str] | None = None,
    header: tuple[str, ...] | None = None,
    needed: tuple[str, ...] | None = None,
    delimiter: str = ",",
) -> tuple[Note, ...]:
    """Append a CSV file's rows to the raw table and return warnings.

    Args:
        rename: header name to promised name, for files that spell a column otherwise.
        header: the column names of a file that has no header line.
        needed: columns that must be in the header; the contract's required ones when not given.
        delimiter: what stands between two fields.

    Raises:
        FileRefusedError: no such column, wrong delimiter, not UTF-8, broken quoting.
    """
    contract = load_contract(table)
    filed = header or read_header(file, delimiter)
    if not filed:
        return ("the file is empty",)
    names = [(rename or {}).get(name, name) for name in filed]
    _check_header(file, names, contract.required_names if needed is None else needed, delimiter)
    try:
        _load_rows(con, contract, file, names, delimiter, has_header=header is None)
    except duckdb.InvalidInputException as problem:
        raise FileRefusedError(
            file.name, _first_line(problem), line=_line_of(problem), fix="send the file again as UTF-8 CSV (RFC 4180)"
        ) from problem
    unknown = [name for name in names if name not in contract.column_names]
    return tuple(f"unknown column {name} is kept in the raw layer only" for name in unknown)


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


def _load_rows(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    file: LandedFile,
    names: list[str],
    delimiter: str,
    *,
    has_header: bool,
) -> None:
    positions = {name: f"c{index}" for index, name in enumerate(names)}
    promised = [positions.get(name, "null") for name in contract.column_names]
    unknown = [name for name in names if name not in contract.column_names]
    parameters: dict[str, object] = {
        "path": str(file.path), "skip": int(has_header), "file": file.name, "sha": file.sha256, "delim": delimiter,
        "columns": dict.fromkeys(positions.values(), "VARCHAR"),
    }  # fmt: skip
    pairs = []
    for index, name in enumerate(unknown):
        parameters[f"u{index}"] = name
        pairs.append(f"$u{index}, {positions[name]}")
    other = f"json_object({', '.join(pairs)})::varchar" if pairs else "null"
    con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    con.execute(
        f"""
        insert into raw_{contract.noun}
        select {", ".join(promised)}, $file, row_number() over () + $skip, $sha, null, null, {other}
        from read_csv($path, auto_detect = false, header = false, skip = $skip, delim = $delim, quote = '"',
                      escape = '"', columns = $columns, nullstr = '', store_rejects = true, rejects_limit = 0,
                      max_line_size = 20000000, strict_mode = true)
        """,
        parameters,
    )
    _append_rejects(con, contract, file)


def _append_rejects(con: duckdb.DuckDBPyConnection, contract: Contract, file: LandedFile) -> None:
    broken = con.execute(
        "select min(line) from reject_errors where error_type in ('INVALID ENCODING', 'UNQUOTED VALUE')"
    )
    (line,) = broken.fetchall()[0]
    if line is not None:
        raise FileRefusedError(
            file.name, "text is not UTF-8 or a quote is never closed", line=line, fix="send the file again as UTF-8 CSV"
        )
    _make_room(con, contract, file)
    nulls = ", ".join(["null"] * len(contract.columns))
    con.execute(
        f"""
        insert into raw_{contract.noun}
        select {nulls}, $file, line, $sha, 'wrong_column_count', any_value(csv_line order by column_idx), null
        from reject_errors group by line order by line
        """,
        {"file": file.name, "sha": file.sha256},
    )


def _make_room(con: duckdb.DuckDBPyConnection, contract: Contract, file: LandedFile) -> None:
    """Move the numbers of good rows on by the rejected ones before them: a reject at line L is the j-th, so that
    good rows counted from L - (j - 1) on stand j lines further down."""
    con.execute(
        f"""
        update raw_{contract.noun} as good set source_line = good.source_line + moved.shift
        from (
            with reject as (
                select row_number() over (order by line) as nth, line - nth + 1 as from_line
                from (select distinct line from reject_errors)
            ), step as (select from_line, max(nth) as shift from reject group by from_line)
            select raw.rowid as row_id, step.shift
            from raw_{contract.noun} as raw asof join step on raw.source_line >= step.from_line
            where raw.source_file = $file
        ) as moved
        where good.rowid = moved.row_id
        """,
        {"file": file.name},
    )


def _line_of(problem: duckdb.Error) -> int | None:
    found = LINE_OF_ERROR.search(str(problem))
    return int(found.group(1)) if found else None


def _first_line(problem: duckdb.Error) -> str:
    return str(problem).strip().splitlines()[0]
