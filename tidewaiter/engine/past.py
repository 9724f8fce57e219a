"""Past partitions kept in an open database, for runs of night after night in one process.

A night looks back on hundreds of partitions, and opening each costs more than its rows do where nights are small. Here
each is read once: views over several partitions are over one table of the database, to which the newest are added.

Belongs here: which partitions are kept, views over them.
Belongs elsewhere: views over files (duckdb.py), which partitions are looked back on (the callers).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

SCHEMA = "memory.main"
# When a row's partition is from; no contract has a column of that name.
ON = "partition_on"


@dataclass
class KeptPast:
    """Partitions in tables of an open in-memory database, by table: each date's file as it was when it was read."""

    base: duckdb.DuckDBPyConnection
    files: dict[str, dict[date, tuple[int, int]]] = field(default_factory=dict)

    def view(self, con: duckdb.DuckDBPyConnection, name: str, paths: Sequence[Path], *, is_dated: bool) -> None:
        """Make `name` a view over the partitions of one table, each row with its `date` where that is asked for."""
        table = f"past_{paths[0].parents[2].name}_{paths[0].parents[1].name}"
        asked = {_read_date(path): path for path in paths}
        known = self.files.setdefault(table, {})
        for on, path in asked.items():
            self._keep(table, known, on, path)
        first, last = min(asked), max(asked)
        within = {on for on in known if first <= on <= last}
        days = f"between date '{first}' and date '{last}'"
        if within != set(asked):
            listed = ", ".join(f"date '{on}'" for on in asked)
            days = f"in ({listed})"
        columns = f"* rename ({ON} as date)" if is_dated else f"* exclude ({ON})"
        con.execute(f"create or replace temp view {name} as select {columns} from {SCHEMA}.{table} where {ON} {days}")

    def _keep(self, table: str, known: dict[date, tuple[int, int]], on: date, path: Path) -> None:
        """Read the partition, unless the file that is there has been read."""
        said = path.stat()
        file = (said.st_ino, said.st_mtime_ns)
        if known.get(on) == file:
            return
        rows = self.base.read_parquet(str(path), hive_partitioning=False)
        # A column that says the date is the partition's own.
        kept = ", ".join(f'"{each}"' for each in rows.columns if each != "date")
        rows.create_view("incoming_partition", replace=True)
        query = f"select {kept}, date '{on}' as {ON} from incoming_partition"
        if not known:
            self.base.execute(f"create or replace table {SCHEMA}.{table} as {query}")
        else:
            if on in known:
                self.base.execute(f"delete from {SCHEMA}.{table} where {ON} = date '{on}'")
            self.base.execute(f"insert into {SCHEMA}.{table} by name {query}")
        known[on] = file


_IN_USE: ContextVar[KeptPast | None] = ContextVar("past_in_use", default=None)


@contextmanager
def use_past(past: KeptPast | None) -> Iterator[None]:
    """Let views over several partitions be over what is kept, for as long as this is open."""
    token = _IN_USE.set(past)
    try:
        yield
    finally:
        _IN_USE.reset(token)


def past_in_use() -> KeptPast | None:
    """Return the past that views are to be over, if there is any."""
    return _IN_USE.get()


def _read_date(path: Path) -> date:
    return date.fromisoformat(path.parent.name.removeprefix("date="))
