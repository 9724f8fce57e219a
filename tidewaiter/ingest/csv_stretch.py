"""Stretches of a delimited file: parted at the ends of records, read side by side, each in little memory.

A file up to one stretch is read into the raw table itself. Of a larger one each stretch becomes a piece of it.

Belongs here: parting, reading a stretch with DuckDB, the physical line of each row, rows of the wrong width.
Belongs elsewhere: the header and what it must have (delimited.py), the raw table (raw_table.py).
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from os import SEEK_CUR
from pathlib import Path

import duckdb

from data_quality.contract import Contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import LandedFile
from tidewaiter.ingest.raw_table import add_piece, create_raw_table, write_piece

STRETCH_BYTES = 64 << 20
BLOCK = 1 << 20
LINE_OF_ERROR = re.compile(r"(?:CSV Error on Line|Line): (\d+)")
SEND_AGAIN = "send the file again as UTF-8 CSV (RFC 4180)"


@dataclass(frozen=True)
class Layout:
    """What the fields of a file are.

    Attributes:
        names: of each field, promised or not.
        stated: promised columns with the same value in every row.
        prefix: promised columns with text to put before what is filed.
    """

    contract: Contract
    names: tuple[str, ...]
    has_header: bool
    stated: Mapping[str, str] = field(default_factory=dict)
    prefix: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """A part of a file as a file of its own, which starts at a physical line of the whole one."""

    path: Path
    first_line: int
    lines_n: int
    skips_header: bool

    @property
    def skipped_n(self) -> int:
        """Lines at its start that are no rows."""
        return int(self.skips_header)


def load_stretches(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout) -> None:
    """Append a file's rows to the raw table.

    Raises:
        FileRefusedError: text that is not UTF-8, broken quoting.
    """
    if file.path.stat().st_size > STRETCH_BYTES:
        try:
            _load_side_by_side(con, file, layout)
            return
        except FileRefusedError:
            # A quote within a field that is not quoted may have parted the file in the wrong place: read it whole.
            con.execute("delete from raw_piece where file = $file", {"file": file.name})
    _load(con, file, layout, Stretch(file.path, 1, _count_lines(file.path), layout.has_header))


def _load_side_by_side(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout) -> None:
    threads = int(con.execute("select current_setting('threads')").fetchall()[0][0])
    running: list[tuple[Path, Future[int]]] = []
    with ThreadPoolExecutor(threads) as pool:
        for stretch in part_file(file.path, has_header=layout.has_header):
            # No more stretches on disk than can be worked on.
            if len(running) > threads:
                _finish(con, file, layout, *running.pop(0))
            target = stretch.path.with_suffix(".parquet")
            running.append((target, pool.submit(_write_stretch, con.cursor(), file, layout, stretch, target)))
        for target, future in running:
            _finish(con, file, layout, target, future)


def _finish(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, target: Path, rows: Future[int]) -> None:
    add_piece(con, layout.contract.noun, file.name, target, rows.result())


def _write_stretch(
    con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, stretch: Stretch, target: Path
) -> int:
    """Write a stretch as a piece, over a connection of its own with its own temp tables, and return its rows."""
    try:
        create_raw_table(con, layout.contract.table)
        _load(con, file, layout, stretch)
        return write_piece(con, layout.contract.noun, target)
    finally:
        con.close()
        stretch.path.unlink()


def part_file(path: Path, *, has_header: bool) -> Iterator[Stretch]:
    """Yield the stretches of a file, each written beside it; one that has no end of a record in reach is whole.

    A line ends a record when the quotes before it are even in number.
    """
    line = 1
    with path.open("rb") as handle:
        for number in count():
            text = handle.read(STRETCH_BYTES)
            if not text:
                return
            end = _find_end(text) if len(text) == STRETCH_BYTES else len(text)
            target = path.with_name(f"{path.name}.{number}")
            target.write_bytes(memoryview(text)[:end])
            handle.seek(end - len(text), SEEK_CUR)
            if not end:
                with target.open("wb") as rest:
                    shutil.copyfileobj(handle, rest, BLOCK)
            lines = _count_lines(target)
            yield Stretch(target, line, lines, has_header and not number)
            line += lines


def _find_end(text: bytes) -> int:
    """Return where the last line ends that no quote is open at, 0 when there is none."""
    end = text.rfind(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end


def _load(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, stretch: Stretch) -> None:
    try:
        _insert_rows(con, file, layout, stretch)
    except duckdb.InvalidInputException as problem:
        found = LINE_OF_ERROR.search(str(problem))
        line = int(found.group(1)) + stretch.first_line - 1 if found else None
        raise FileRefusedError(file.name, str(problem).strip().splitlines()[0], line=line, fix=SEND_AGAIN) from problem
    _append_rejects(con, file, layout, stretch)
    _number_lines(con, file, layout, stretch)


def _insert_rows(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, stretch: Stretch) -> None:
    """Append the rows, numbered by record; what cannot be one is in reject_errors."""
    contract, columns = layout.contract, [f"c{index}" for index in range(len(layout.names))]
    values: dict[str, object] = {
        "path": str(stretch.path), "skip": stretch.skipped_n, "file": file.name, "sha": file.sha256,
        "columns": dict.fromkeys(columns, "VARCHAR"),
    }  # fmt: skip
    filed = dict(zip(layout.names, columns, strict=True))
    promised = ", ".join(_fill(name, filed.get(name, "null"), layout, values) for name in contract.column_names)
    con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    con.execute(
        f"""
        insert into raw_{contract.noun}
        select {promised}, $file, row_number() over () + $skip, $sha, null, null, {_other(filed, layout, values)}
        from read_csv($path, auto_detect = false, header = false, skip = $skip, delim = ',', quote = '"', escape = '"',
                      columns = $columns, nullstr = '', store_rejects = true, rejects_limit = 0,
                      max_line_size = 20000000, strict_mode = true)
        """,
        values,
    )


def _fill(name: str, filed: str, layout: Layout, values: dict[str, object]) -> str:
    """Return the SQL of a promised column."""
    if name in layout.stated:
        values[f"stated_{name}"] = layout.stated[name]
        return f"$stated_{name}"
    if name in layout.prefix:
        values[f"prefix_{name}"] = layout.prefix[name]
        return f"$prefix_{name} || {filed}"
    return filed


def _other(filed: Mapping[str, str], layout: Layout, values: dict[str, object]) -> str:
    """Return the SQL of the columns that no contract promises, as one JSON object."""
    pairs = []
    for index, (name, column) in enumerate(filed.items()):
        if name not in layout.contract.column_names:
            values[f"u{index}"] = name
            pairs.append(f"$u{index}, {column}")
    return f"json_object({', '.join(pairs)})::varchar" if pairs else "null"


def _append_rejects(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, stretch: Stretch) -> None:
    """Append the lines of the wrong width as rejected rows, numbered by record.

    Raises:
        FileRefusedError: a line is not text, or its quotes do not match.
    """
    broken = con.execute(
        "select min(line_byte_position) from reject_errors where error_type in ('INVALID ENCODING', 'UNQUOTED VALUE')"
    )
    (position,) = broken.fetchall()[0]
    if position is not None:
        line = stretch.first_line + _count_lines(stretch.path, position)
        raise FileRefusedError(
            file.name, "text is not UTF-8 or a quote is never closed", line=line, fix="send the file again as UTF-8 CSV"
        )
    _make_room(con, layout.contract, file)
    nulls = ", ".join(["null"] * len(layout.contract.columns))
    con.execute(
        f"""
        insert into raw_{layout.contract.noun}
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


def _number_lines(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, stretch: Stretch) -> None:
    """Turn the numbers of records into those of physical lines: fields may run over several, and a stretch starts
    where the one before it ends. Blank lines between records are not seen."""
    noun, values = layout.contract.noun, {"file": file.name, "before": stretch.first_line - 1}
    ((records,),) = con.execute(
        f"select count(*) from raw_{noun} where source_file = $file", {"file": file.name}
    ).fetchall()
    if records + stretch.skipped_n == stretch.lines_n:
        con.execute(
            f"update raw_{noun} set source_line = source_line + $before where source_file = $file and $before > 0", values
        )
        return
    text = f"concat({', '.join((*layout.contract.column_names, 'raw_text', 'other_columns'))})"
    con.execute(
        f"""
        update raw_{noun} as row set source_line = $before + row.source_line + earlier.lines_n
        from (
            select rowid as row_id, coalesce(sum(further_n) over (order by source_line rows between unbounded preceding
                and 1 preceding), 0) as lines_n
            from (select rowid, source_line, {text} as text,
                    case when contains(text, chr(10)) then length(text) - length(replace(text, chr(10), '')) else 0 end
                        as further_n
                from raw_{noun} where source_file = $file)
        ) as earlier
        where row.rowid = earlier.row_id and ($before > 0 or earlier.lines_n > 0)
        """,
        values,
    )


def _count_lines(path: Path, end: int | None = None) -> int:
    """Return how many lines a file has, or has ended before a byte."""
    found, at, last = 0, 0, b"\n"
    with path.open("rb") as handle:
        while block := handle.read(BLOCK if end is None else min(BLOCK, end - at)):
            found, at, last = found + block.count(b"\n"), at + len(block), block[-1:]
    return found + (end is None and last != b"\n")
