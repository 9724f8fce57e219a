"""Stretches of a delimited file: parted at the ends of records, read side by side, each in little memory.

A small file is read into the raw table itself. Of a large one each stretch becomes a piece of it.

Belongs here: parting, reading a stretch with DuckDB, rows of the wrong width.
Belongs elsewhere: the header (delimited.py), the line of each row (csv_line.py), the raw table (raw_table.py).
"""

import re
import shutil
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from os import SEEK_CUR
from pathlib import Path

import duckdb
import pyarrow as pa

from data_quality.contract import Contract
from tidewaiter.engine.duckdb import open_single
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.csv_line import Reject, count_lines, find_mixed_end, place_rows
from tidewaiter.ingest.feed import LandedFile
from tidewaiter.ingest.raw_table import LARGE_BYTES, add_piece, insert_rows, raw_rows, write_piece

LONGEST_STRETCH = 64 << 20
BLOCK = 1 << 20
LINE_OF_ERROR = re.compile(r"(?:CSV Error on Line|Line): (\d+)")
MIXED_ENDS = "lines end in several ways (CRLF and LF), or a quote stands where none may"
SEND_AGAIN = "send the file again as UTF-8 CSV (RFC 4180)"
WRONG_WIDTH = "wrong_column_count"


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
    delimiter: str = ","
    stated: Mapping[str, str] = field(default_factory=dict)
    prefix: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """A part of a file as a file of its own, which starts at a physical line of the whole one."""

    path: Path
    first_line: int
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
    if file.path.stat().st_size > LARGE_BYTES:
        try:
            _load_side_by_side(con, file, layout)
            return
        except FileRefusedError:
            # A quote within a field that is not quoted may have parted the file in the wrong place: read it whole.
            con.execute("delete from raw_piece where file = $file", {"file": file.name})
    insert_rows(con, layout.contract, _read_rows(con, file, layout, Stretch(file.path, 1, layout.has_header)))


def _load_side_by_side(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout) -> None:
    ((threads,),) = con.execute("select current_setting('threads')::integer").fetchall()
    # So many that every thread has one, even of a file that is not that large.
    longest = min(LONGEST_STRETCH, file.path.stat().st_size // threads + 1)
    running: deque[tuple[Path, Future[int]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for stretch in part_file(file.path, longest, has_header=layout.has_header):
            # No more stretches on disk than can be worked on.
            if len(running) > threads:
                _finish(con, file, layout, *running.popleft())
            target = stretch.path.with_name(stretch.path.name + ".parquet")
            running.append((target, pool.submit(_write_stretch, file, layout, stretch, target)))
        while running:
            _finish(con, file, layout, *running.popleft())


def _finish(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, target: Path, rows: Future[int]) -> None:
    add_piece(con, layout.contract.noun, file.name, target, rows.result())


def _write_stretch(file: LandedFile, layout: Layout, stretch: Stretch, target: Path) -> int:
    """Write a stretch as a piece and return its rows."""
    # An engine of its own with one thread: several threads on each of several stretches get in each other's way.
    with open_single(stretch.path.parent) as con:
        rows = _read_rows(con, file, layout, stretch)
    stretch.path.unlink()
    write_piece(rows, target)
    return len(rows)


def part_file(path: Path, longest: int, *, has_header: bool) -> Iterator[Stretch]:
    """Yield the stretches of a file, each written beside it; one that has no end of a record in reach is whole.

    A line ends a record when the quotes before it are even in number.
    """
    line = 1
    with path.open("rb") as handle:
        for number in count():
            text = handle.read(longest)
            if not text:
                return
            end = _find_end(text) if len(text) == longest else len(text)
            target = path.with_name(f"{path.name}.{number}")
            target.write_bytes(memoryview(text)[:end])
            handle.seek(end - len(text), SEEK_CUR)
            if not end:
                with target.open("wb") as rest:
                    shutil.copyfileobj(handle, rest, BLOCK)
            yield Stretch(target, line, has_header and not number)
            line += text.count(b"\n", 0, end)


def _find_end(text: bytes) -> int:
    """Return where the last line ends that no quote is open at, 0 when there is none."""
    end = text.rfind(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end


def _name_cause(problem: duckdb.Error, stretch: Stretch) -> tuple[str, int | None]:
    """Return what is wrong with a file in words of the file, where DuckDB's are about itself, and its line if known."""
    said = str(problem).strip().splitlines()[0]
    if "state machine" in said:
        odd = find_mixed_end(stretch.path)
        return MIXED_ENDS, None if odd is None else odd + stretch.first_line
    found = LINE_OF_ERROR.search(str(problem))
    return said, int(found.group(1)) + stretch.first_line - 1 if found else None


def _read_rows(con: duckdb.DuckDBPyConnection, file: LandedFile, layout: Layout, stretch: Stretch) -> pa.Table:
    """Return the rows of a stretch in the columns of the raw table, those of the wrong width last."""
    try:
        filed = _parse(con, layout, stretch)
    except duckdb.InvalidInputException as problem:
        cause, line = _name_cause(problem, stretch)
        raise FileRefusedError(file.name, cause, line=line, fix=SEND_AGAIN) from problem
    rejects = _read_rejects(con, file, stretch)
    places = place_rows(stretch.path, stretch.first_line, stretch.skipped_n, filed.num_rows, rejects)
    rows = raw_rows(layout.contract, file, {name: filed[name] for name in filed.column_names}, places.good)
    text = {"raw_text": pa.array([each.text for each in rejects], pa.string())}
    text["reject_rule"] = pa.array([WRONG_WIDTH] * len(rejects), pa.string())
    held = raw_rows(layout.contract, file, text, places.rejected)
    return pa.concat_tables([rows, held])


def _parse(con: duckdb.DuckDBPyConnection, layout: Layout, stretch: Stretch) -> pa.Table:
    """Return the promised columns of the rows as text, and the others; what cannot be a row is in reject_errors."""
    columns = [f"c{index}" for index in range(len(layout.names))]
    values: dict[str, object] = {
        "path": str(stretch.path), "skip": stretch.skipped_n, "delim": layout.delimiter,
        "columns": dict.fromkeys(columns, "VARCHAR"),
    }  # fmt: skip
    filed = dict(zip(layout.names, columns, strict=True))
    known = [name for name in layout.contract.column_names if name in filed or name in layout.stated]
    chosen = [f"{_fill(name, filed.get(name, 'null'), layout, values)} as {name}" for name in known]
    chosen.append(f"{_other(filed, layout, values)} as other_columns")
    con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
    return con.execute(
        f"""
        select {", ".join(chosen)}
        from read_csv($path, auto_detect = false, header = false, skip = $skip, delim = $delim, quote = '"',
                      escape = '"', columns = $columns, nullstr = '', store_rejects = true, rejects_limit = 0,
                      max_line_size = 20000000, strict_mode = true)
        """,
        values,
    ).to_arrow_table()


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
    return f"json_object({', '.join(pairs)})::varchar" if pairs else "null::varchar"


def _read_rejects(con: duckdb.DuckDBPyConnection, file: LandedFile, stretch: Stretch) -> list[Reject]:
    """Return the lines of the wrong width, in order.

    Raises:
        FileRefusedError: a line is not text, or its quotes do not match.
    """
    found = con.execute(
        """
        select line_byte_position, min(line), any_value(csv_line order by column_idx),
            bool_or(error_type in ('INVALID ENCODING', 'UNQUOTED VALUE'))
        from reject_errors group by line_byte_position order by line_byte_position
        """
    ).fetchall()
    for position, _, _, is_broken in found:
        if is_broken:
            line = stretch.first_line + count_lines(stretch.path, position)
            raise FileRefusedError(
                file.name, "text is not UTF-8 or a quote is never closed", line=line,
                fix="send the file again as UTF-8 CSV",
            )  # fmt: skip
    return [Reject(position, line, text.strip("\r\n")) for position, line, text, _ in found]
