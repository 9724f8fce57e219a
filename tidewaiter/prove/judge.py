"""Takes a folder of spoilt files of one feed through the way in, and says what became of each.

Run as `python -m tidewaiter.prove.judge FOLDER`, it judges one job a line of its input, until that ends.

Belongs here: what must hold of every file, whatever is in it.
Belongs elsewhere: the way in itself (tidewaiter/ingest), which files are judged (endurance.py).
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import open_connection, write_ordered, write_table
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest, keep_feed
from tidewaiter.ingest.reading import ReadRequest, read_landed
from tidewaiter.ingest.registry import find_feed
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy, load_policy
from tidewaiter.settings import SHIPPED_POLICY

STATES = ("accepted", "refused", "repeated", "superseded")


@dataclass(frozen=True)
class Verdict:
    """What became of one file, and what is wrong with that."""

    file: str
    status: str
    rows_n: int
    kept_n: int
    held_n: int
    cause: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Job:
    """A feed whose files of a date are to be judged, and the share of held rows above which a file is refused."""

    landing: str
    feed: str
    on: str
    max_held_share: float


def judge_folder(job: Job, lake: Lake) -> tuple[Verdict, ...]:
    """Read, keep and hold every file of the feed that landed on the date, and judge each, in name order."""
    policy, landing = load_policy(SHIPPED_POLICY), Path(job.landing)
    feed, on = find_feed(job.feed), date.fromisoformat(job.on)
    limits = policy.ingest.model_copy(update={"max_held_share": job.max_held_share})
    with lake.staging() as scratch, open_connection(policy.engine, scratch) as con:
        request = ReadRequest(landing, feed, on, scratch, policy.ingest)
        read_landed(con, request, {})
        _publish_raw(con, lake, feed, on, scratch)
        keep_feed(con, feed, KeepRequest(lake, on, _list_codes(policy), limits))
        return tuple(judge_row(row, landing) for row in _list_ledger(con, feed))


def _list_codes(policy: Policy) -> dict[str, tuple[str, ...]]:
    lists = {name: tuple(codes) for name, codes in load_codes().items()}
    return {**lists, "finding": tuple(policy.findings.codes)}


def _publish_raw(con: duckdb.DuckDBPyConnection, lake: Lake, feed: Feed, on: date, scratch: Path) -> None:
    for table in feed.tables:
        staged = scratch / f"{table}.parquet"
        write_ordered(con, f"raw_{load_contract(table).noun}", "source_file, source_line", staged)
        lake.publish(staged, table, on)
    files = f"raw.{feed.noun}_file"
    write_table(con, f"raw_{feed.noun}_file", load_contract(files), scratch / "file.parquet")
    lake.publish(scratch / "file.parquet", files, on)


def _list_ledger(con: duckdb.DuckDBPyConnection, feed: Feed) -> list[tuple[object, ...]]:
    return con.execute(
        f"select file, status, rows_n, kept_n, held_n, cause, fix from ledger_{feed.noun} order by file"
    ).fetchall()


def judge_row(row: tuple[object, ...], landing: Path) -> Verdict:
    """Return the verdict on a row of the ledger: file, status, rows, kept, held, cause, fix."""
    file, status, rows_n, kept_n, held_n, cause, fix = row
    counts = [int(str(each or 0)) for each in (rows_n, kept_n, held_n)]
    problem = None
    if status not in STATES or not (landing / str(file)).exists():
        problem = f"the ledger has status {status} for a file it calls {file}"
    elif status == "accepted" and counts[0] != counts[1] + counts[2]:
        problem = f"{counts[0]} rows came, {counts[1]} are kept and {counts[2]} held"
    elif status == "refused" and not (cause and fix):
        problem = "it is refused without a cause or a fix"
    rows, kept, held = counts
    return Verdict(str(file), str(status), rows, kept, held, str(cause or ""), problem)


def _serve(folder: Path) -> Iterator[str]:
    """Yield the verdicts on each job as one line of JSON; two lakes take turns."""
    for number, line in enumerate(sys.stdin):
        verdicts = judge_folder(Job(**json.loads(line)), Lake(folder / f"lake-{number % 2}"))
        yield json.dumps([asdict(verdict) for verdict in verdicts])


if __name__ == "__main__":
    for answer in _serve(Path(sys.argv[1])):
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()
