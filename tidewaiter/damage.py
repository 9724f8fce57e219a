"""Published partitions that cannot be read: cut short, or with other columns than the contract of this version.

Belongs here: finding them once something has failed, and what mends them.
Belongs elsewhere: publishing (lake.py), dates that are readable but no longer as they would be made (ingest/stale.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data_quality.contract import load_contracts
from tidewaiter.lake import Lake

# What an engine says of a file, in its own words; an error of ours has its cause and its fix already.
OF_ENGINE = re.compile(r"(duckdb|polars|pyarrow)\.|\.parquet\b|\b(Binder|Catalog|IO|Invalid Input|Conversion) Error:")
TOLD_N = 3


@dataclass(frozen=True)
class Damage:
    """A partition that cannot be read, and why."""

    table: str
    on: date
    cause: str


def find_damage(lake: Lake) -> list[Damage]:
    """Return the damaged partitions of every table that has a contract, by table and date."""
    found = []
    for table, contract in sorted(load_contracts().items()):
        for on in lake.dates(table):
            cause = _look_at(lake.path(table, on), contract.column_names)
            if cause is not None:
                found.append(Damage(table, on, cause))
    return found


def explain_failure(error: str, lake: Lake) -> str:
    """Return what an engine said of a failure, with what is damaged in the lake and the command that makes it anew."""
    damaged = find_damage(lake) if OF_ENGINE.search(error) else []
    if not damaged:
        return error
    told = "; ".join(f"{each.table} of {each.on} {each.cause}" for each in damaged[:TOLD_N])
    more = f"; and {len(damaged) - TOLD_N} more" if len(damaged) > TOLD_N else ""
    first, last = min(each.on for each in damaged), max(each.on for each in damaged)
    return f"{error}\n  damaged: {told}{more}\n  fix: tidewaiter backfill --from {first} --to {last}, then run again"


def _look_at(path: Path, columns: Sequence[str]) -> str | None:
    try:
        named = pq.read_schema(path).names
    except (OSError, pa.ArrowInvalid):
        return f"is no whole Parquet file ({path})"
    missing = [name for name in columns if name not in named]
    return f"lacks {', '.join(missing)}: another version made it" if missing else None
