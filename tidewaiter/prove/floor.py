"""The floor: DuckDB reading the landed CSV files as text and writing Parquet, as anyone would write it.

Belongs here: the plain statement for each table, run by `python -m tidewaiter.prove.floor LANDING TARGET POLICY`.
Belongs elsewhere: the way in that is compared with it (tidewaiter/ingest).
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tidewaiter.engine.duckdb import open_connection, quote_text
from tidewaiter.policy import load_policy
from tidewaiter.prove.measure import Measure, measure, report_measures

STEP = "floor"


def run_floor(landing: Path, target: Path, policy: Path) -> list[Measure]:
    """Write a Parquet file for each table, with DuckDB's own defaults, and return what that took."""
    found: list[Measure] = []
    with open_connection(load_policy(policy).engine, target) as con, measure(STEP, found):
        for table, paths in _list_tables(landing):
            con.execute(
                "copy (select * from read_csv($paths, all_varchar = true, ignore_errors = true)) "
                f"to {quote_text(str(target / f'{table}.parquet'))}",
                {"paths": [str(path) for path in paths]},
            )
    return found


def _list_tables(landing: Path) -> Iterator[tuple[str, list[Path]]]:
    yield "entries", sorted(landing.glob("low_value_entry/*/*.csv"))
    for path in sorted(landing.glob("ocean_ams/*/*.csv")):
        yield path.stem, [path]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[2]) as folder:
        report_measures(run_floor(Path(sys.argv[1]), Path(folder), Path(sys.argv[3])))
