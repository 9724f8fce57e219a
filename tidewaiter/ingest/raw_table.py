"""The raw tables that readers fill: every promised column as text, plus where each row came from.

Few rows stay in the temp table `raw_<noun>`; many go to Parquet pieces in the staging folder as they are read, so that
a large file takes no more memory than a small one. Once every file is read, `raw_<noun>` is a view over one staged
file with all of them.

Belongs here: making these tables, appending rows that a reader made in Python, pieces, staging.
Belongs elsewhere: reading delimited files (delimited.py), deciding which rows are kept (data_quality/hold.py).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from data_quality.contract import Contract, load_contract
from tidewaiter.engine.duckdb import drop_relation, is_table, quote_text
from tidewaiter.engine.parquet import join_parquet
from tidewaiter.ingest.feed import PROVENANCE, LandedFile

Row = Mapping[str, str | None]
# A temp table with more rows than these becomes a piece.
MOST_WAITING_ROWS = 100_000
PIECE_GROUP_ROWS = 245_760
# Of columns with more different values than these there is no dictionary: making one costs more than it saves.
LARGEST_DICTIONARY = 4_096


def raw_columns(contract: Contract) -> tuple[str, ...]:
    """Return the columns of a raw table in order: as promised, then provenance."""
    return contract.column_names + tuple(name for name, _ in PROVENANCE)


def create_raw_table(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Make the empty temp table `raw_<noun>`."""
    contract = load_contract(table)
    columns = [f"{name} VARCHAR" for name in contract.column_names]
    columns += [f"{name} {kind}" for name, kind in PROVENANCE]
    drop_relation(con, f"raw_{contract.noun}")
    con.execute(f"create temp table raw_{contract.noun} ({', '.join(columns)})")
    con.execute("create temp table if not exists raw_piece (noun varchar, file varchar, path varchar, rows_n bigint)")
    con.execute("delete from raw_piece where noun = $noun", {"noun": contract.noun})


def append_rows(con: duckdb.DuckDBPyConnection, table: str, file: LandedFile, rows: Iterable[tuple[int, Row]]) -> None:
    """Append (line, row) pairs to `raw_<noun>`; a row maps promised columns to text, absent ones are null.

    Args:
        rows: a row may also hold `reject_rule`, for what no rule of the contract can say, `raw_text` and
            `other_columns`.
    """
    contract = load_contract(table)
    lines, values = _transpose((*contract.column_names, "reject_rule", "raw_text", "other_columns"), rows)
    arrays: list[pa.Array] = [pa.array(column, pa.string()) for column in values]
    size = len(lines)
    where = [[file.name] * size, lines, [file.sha256] * size]
    kinds = (pa.string(), pa.int64(), pa.string())
    arrays[-3:-3] = [pa.array(column, kind) for column, kind in zip(where, kinds, strict=True)]
    con.register("incoming_rows", pa.table(arrays, names=list(raw_columns(contract))))
    con.execute(f"insert into raw_{contract.noun} select * from incoming_rows")
    con.unregister("incoming_rows")


def _transpose(columns: tuple[str, ...], rows: Iterable[tuple[int, Row]]) -> tuple[list[int], list[list[str | None]]]:
    lines: list[int] = []
    values: list[list[str | None]] = [[] for _ in columns]
    for line, row in rows:
        lines.append(line)
        for column, cells in zip(columns, values, strict=True):
            cells.append(row.get(column))
    return lines, values


def write_piece(con: duckdb.DuckDBPyConnection, noun: str, target: Path) -> int:
    """Write the rows that wait in `raw_<noun>`, in their order, as a Parquet file and return how many they are."""
    (written,) = con.execute(
        f"copy raw_{noun} to {quote_text(str(target))} (format parquet, compression zstd, write_bloom_filter false, "
        f"dictionary_size_limit {LARGEST_DICTIONARY}, row_group_size {PIECE_GROUP_ROWS})"
    ).fetchall()
    return int(written[0])


def add_piece(con: duckdb.DuckDBPyConnection, noun: str, file: str, path: Path, rows_n: int) -> None:
    """Let a written file count as rows of the raw table, after all that are there."""
    con.execute("insert into raw_piece values ($noun, $file, $path, $n)",
                {"noun": noun, "file": file, "path": str(path), "n": rows_n})  # fmt: skip


def count_read(con: duckdb.DuckDBPyConnection, table: str, file: str) -> int:
    """Return how many rows of a landed file are in the raw table, its pieces counted."""
    noun = load_contract(table).noun
    found = con.execute(
        f"""
        select (select count(*) from raw_{noun} where source_file = $file)
            + (select coalesce(sum(rows_n), 0) from raw_piece where noun = $noun and file = $file)
        """,
        {"file": file, "noun": noun},
    ).fetchall()
    return int(found[0][0])


def forget_rows(con: duckdb.DuckDBPyConnection, table: str, file: str) -> None:
    """Take the rows of a landed file out of the raw table."""
    noun = load_contract(table).noun
    con.execute(f"delete from raw_{noun} where source_file = $file", {"file": file})
    gone = con.execute("delete from raw_piece where noun = $noun and file = $file returning path",
                       {"noun": noun, "file": file}).fetchall()  # fmt: skip
    for (path,) in gone:
        Path(path).unlink()


def set_aside(con: duckdb.DuckDBPyConnection, table: str, folder: Path, *, least: int = MOST_WAITING_ROWS) -> None:
    """Move the rows that wait in `raw_<noun>` to a piece when there are at least so many."""
    noun = load_contract(table).noun
    ((waiting, pieces),) = con.execute(
        f"select (select count(*) from raw_{noun}), (select count(*) from raw_piece where noun = $noun)", {"noun": noun}
    ).fetchall()
    if waiting < least:
        return
    path = folder / f"{noun}-{pieces}.waiting.parquet"
    # Pieces of several files have the name of none: these files are read and accepted.
    add_piece(con, noun, "", path, write_piece(con, noun, path))
    con.execute(f"truncate raw_{noun}")


def stage_raw(con: duckdb.DuckDBPyConnection, table: str, folder: Path) -> Path:
    """Return one Parquet file in the folder with all rows of the raw table; `raw_<noun>` is then a view over it."""
    noun, target = load_contract(table).noun, folder / f"{table}.parquet"
    if is_table(con, f"raw_{noun}"):
        set_aside(con, table, folder, least=0)
        rows = con.execute("select path from raw_piece where noun = $noun order by rowid", {"noun": noun}).fetchall()
        join_parquet([Path(path) for (path,) in rows], target)
        con.execute("delete from raw_piece where noun = $noun", {"noun": noun})
        scan_raw(con, table, target)
    return target


def scan_raw(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> None:
    """Make `raw_<noun>` a view over a file of its rows, and `numbered_<noun>` one that also has `raw_row`, from 0."""
    contract = load_contract(table)
    drop_relation(con, f"raw_{contract.noun}")
    drop_relation(con, f"numbered_{contract.noun}")
    columns = ", ".join(raw_columns(contract))
    rows = con.read_parquet(str(path), file_row_number=True, hive_partitioning=False)
    rows.select(f"{columns}, file_row_number as raw_row").create_view(f"numbered_{contract.noun}")
    con.execute(f"create temp view raw_{contract.noun} as select * exclude (raw_row) from numbered_{contract.noun}")
