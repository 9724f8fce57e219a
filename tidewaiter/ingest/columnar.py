"""JSON Lines and Parquet files whose keys or columns are the promised ones.

Belongs here: reading either into a raw table as text, with unknown columns set apart.
Belongs elsewhere: delimited files (delimited.py), nested JSON documents (their feed's module).
"""

import re

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data_quality.contract import Contract, load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import LandedFile, Note
from tidewaiter.ingest.raw_table import append_query

LINE_OF_ERROR = re.compile(r"in line (\d+)")
LONGEST_LINE = 16_000_000


def read_json_lines(con: duckdb.DuckDBPyConnection, table: str, file: LandedFile) -> tuple[Note, ...]:
    """Append a JSON Lines file's objects to the raw table and return warnings.

    Raises:
        FileRefusedError: not JSON, a line past 16 MB, or a required key in no object.
    """
    contract = load_contract(table)
    _refuse_mark(file)
    try:
        keys = _list_keys(con, file)
        if keys is None:
            return ("the file is empty",)
        _check_columns(file, contract, keys)
        names = [*contract.column_names, *_unknown(contract, keys)]
        source = "read_json($path, format = 'newline_delimited', columns = $columns, maximum_object_size = $longest)"
        bound = {"columns": dict.fromkeys(names, "VARCHAR"), "longest": LONGEST_LINE}
        _load_rows(con, contract, file, source, keys, bound)
    except duckdb.InvalidInputException as problem:
        # DuckDB's own words quote the line, which may hold names; it counts lines from 2.
        found = LINE_OF_ERROR.search(str(problem))
        raise FileRefusedError(
            file.name,
            "a line is not a JSON object that can be read, or is longer than 16 MB",
            line=int(found.group(1)) - 1 if found else None,
            fix="send the file again as JSON Lines, one object a line",
        ) from problem
    return _notes(contract, keys)


def _refuse_mark(file: LandedFile) -> None:
    with file.path.open("rb") as handle:
        start = handle.read(3)
    if start == b"\xef\xbb\xbf" or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefusedError(
            file.name, "the file begins with a byte order mark, which JSON does not have", line=1,
            fix="send the file again as UTF-8 without a byte order mark",
        )  # fmt: skip


def read_parquet(con: duckdb.DuckDBPyConnection, table: str, file: LandedFile) -> tuple[Note, ...]:
    """Append a Parquet file's rows, as text, to the raw table and return warnings.

    Raises:
        FileRefusedError: not Parquet, or a required column is missing.
    """
    contract = load_contract(table)
    try:
        names = list(pq.read_schema(file.path).names)
    except (pa.ArrowException, OSError) as problem:
        raise _not_parquet(file) from problem
    _check_columns(file, contract, names)
    try:
        _load_rows(con, contract, file, "read_parquet($path, hive_partitioning = false)", names, {})
    except duckdb.Error as problem:
        raise _not_parquet(file) from problem
    return _notes(contract, names)


def _not_parquet(file: LandedFile) -> FileRefusedError:
    return FileRefusedError(
        file.name, "not readable as Parquet: damaged, or another format", fix="write the file again"
    )


def _list_keys(con: duckdb.DuckDBPyConnection, file: LandedFile) -> list[str] | None:
    """Return every key that some object has, None when there is no object."""
    rows = con.execute(
        """
        select count(*), count(*) filter (where json_type(json) <> 'OBJECT'),
            list_sort(list_distinct(flatten(list(json_keys(json)))))
        from read_ndjson_objects($path, maximum_object_size = $longest)
        """,
        {"path": str(file.path), "longest": LONGEST_LINE},
    ).fetchall()
    total, others, keys = rows[0]
    if others:
        raise FileRefusedError(file.name, f"{others} lines are JSON but not objects", fix="one JSON object a line")
    return list(keys) if total else None


def _check_columns(file: LandedFile, contract: Contract, names: list[str]) -> None:
    odd = [name for name in names if not name.strip() or "\0" in name]
    lowered = [name.lower() for name in names]
    alike = sorted({name for name in names if lowered.count(name.lower()) > 1})
    if odd or alike:
        what = f"columns that differ in case only ({', '.join(alike)})" if alike else "a column without a name"
        raise FileRefusedError(file.name, what, fix="give each column a name of its own")
    missing = [name for name in contract.required_names if name not in names]
    if missing:
        raise FileRefusedError(
            file.name, f"required column {', '.join(missing)} is in no row", fix="send the file again with that column"
        )


def _load_rows(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    file: LandedFile,
    source: str,
    names: list[str],
    bound: dict[str, object],
) -> None:
    values: dict[str, object] = {**bound, "path": str(file.path), "file": file.name, "sha": file.sha256}
    promised = [f"{name}::varchar" if name in names else "null::varchar" for name in contract.column_names]
    query = f"""
        select {", ".join(promised)}, $file, row_number() over (), $sha, null::varchar, null::varchar,
            {_other(contract, names, values)}
        from {source}
    """
    append_query(con, contract, file, query, values)


def _other(contract: Contract, names: list[str], values: dict[str, object]) -> str:
    pairs = []
    for index, name in enumerate(_unknown(contract, names)):
        values[f"u{index}"] = name
        pairs.append(f"$u{index}, {quote(name)}::varchar")
    return f"json_object({', '.join(pairs)})::varchar" if pairs else "null::varchar"


def quote(name: str) -> str:
    """Return a column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _unknown(contract: Contract, names: list[str]) -> list[str]:
    return [name for name in names if name not in contract.column_names]


def _notes(contract: Contract, names: list[str]) -> tuple[Note, ...]:
    return tuple(f"unknown column {name} is kept in the raw layer only" for name in _unknown(contract, names))
