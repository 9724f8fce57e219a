"""What a night would make of a file, found out in a scratch lake: nothing lands and no table changes.

Belongs here: judging a file alone, and beside everything else that landed for its feed and date.
Belongs elsewhere: landing it (replay.py), what is said about it (tidewaiter/command).
"""

import filecmp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import scan_parquet, write_ordered, write_table
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest, keep_feed
from tidewaiter.ingest.landed import list_files, name_file
from tidewaiter.ingest.reading import FileRecord, ReadRequest, read_landed, seen_files
from tidewaiter.ingest.superseded import SUFFIX, write_marker
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy

# Sorts after every other name of the date: of two equal rows the earlier file's is the one that counts.
LAST = "~"
CONFLICT = "conflicting_duplicate"


@dataclass(frozen=True)
class Bench:
    """A connection and an empty scratch folder to try files of one feed and date on."""

    con: duckdb.DuckDBPyConnection
    scratch: Path
    policy: Policy
    feed: Feed
    on: date


@dataclass(frozen=True)
class Alone:
    """A file judged by itself: what the reader said, its rows kept and held, and the rules that hold them."""

    record: FileRecord
    kept_n: int
    held_n: int
    rules: Mapping[str, int]


@dataclass(frozen=True)
class Beside:
    """A file judged with everything else of its feed and date.

    Attributes:
        status, cause, fix: what the ledger would say of it.
        repeats_n: its kept rows that are equal to rows of other files.
        displaced_n: rows of other files that are kept now and would be held as conflicting with it.
        refused: other files that would be refused because of those.
    """

    status: str
    kept_n: int
    held_n: int
    cause: str | None
    fix: str | None
    rules: Mapping[str, int]
    repeats_n: int
    displaced_n: int
    refused: tuple[str, ...]


def gather_codes(policy: Policy) -> Mapping[str, tuple[str, ...]]:
    """Return every code list by name, the policy's finding codes among them."""
    return {**{name: tuple(codes) for name, codes in load_codes().items()}, "finding": tuple(policy.findings.codes)}


def judge_alone(bench: Bench, path: Path, target: str) -> Alone:
    """Read and split one file by itself; its kept rows are left in the tables `<target>_<noun>`.

    Links to rows of other files are not looked at, and however many rows are held, the file is not refused for it.
    """
    landing = bench.scratch / f"{target}_landing"
    name = _link(landing, bench, path, path.name)
    feed = replace(bench.feed, links=())
    (record,) = _keep(bench, landing, feed, {}, max_held_share=1.0)
    for table in feed.tables:
        noun = load_contract(table).noun
        bench.con.execute(f"create or replace temp table {target}_{noun} as from kept_{noun}")
    (ledger,) = _read_ledger(bench)
    return Alone(record, ledger["kept_n"] or 0, ledger["held_n"] or 0, _count_rules(bench, name))


def judge_beside(bench: Bench, landing: Path, path: Path, *, superseded: str | None, published: Lake) -> Beside:
    """Read and split a file with all that landed for its feed and date; one with its bytes is taken for it.

    Args:
        superseded: SHA-256 of a landed file that it replaces.
        published: the lake whose held rows say which rows are kept now.
    """
    scratch, place = bench.scratch / "beside_landing", f"{LAST}/{path.name}"
    for each in list_files(landing, bench.feed, bench.on):
        landed = each.relative_to(_folder(landing, bench)).as_posix()
        _link(scratch, bench, each, landed)
        place = landed if filecmp.cmp(each, path, shallow=False) else place
    name = _link(scratch, bench, path, place)
    if superseded and not (_folder(scratch, bench) / (place + SUFFIX)).exists():
        write_marker(_folder(scratch, bench) / place, superseded, "replaced")
    seen = seen_files(published, bench.feed, bench.on)
    _keep(bench, scratch, bench.feed, seen, max_held_share=bench.policy.ingest.max_held_share)
    return _describe(bench, name, published)


def covers(bench: Bench, new: str, old: str) -> bool:
    """Return whether every row that was kept of `old` is among those kept of `new`; targets of judge_alone."""
    return not any(_count_common(bench, table, f"from {old}", "except all", new) for table in bench.feed.tables)


def count_unkeyed_repeats(bench: Bench, new: str, old: str) -> int:
    """Return how many rows of tables without a key are in both; a night could not tell them from further rows."""
    tables = [table for table in bench.feed.tables if not load_contract(table).key]
    return sum(_count_common(bench, table, f"from {old}", "intersect all", new) for table in tables)


def _count_common(bench: Bench, table: str, first: str, operation: str, second: str) -> int:
    contract = load_contract(table)
    columns = ", ".join(f'"{name}"' for name in contract.column_names)
    left, right = f"select {columns} {first}_{contract.noun}", f"select {columns} from {second}_{contract.noun}"
    return int(bench.con.execute(f"select count(*) from ({left} {operation} {right})").fetchall()[0][0])


def _folder(landing: Path, bench: Bench) -> Path:
    return landing / bench.feed.folder / bench.on.isoformat()


def _link(landing: Path, bench: Bench, path: Path, place: str) -> str:
    """Link a file into a scratch landing folder and return its name there; one that is there already stays."""
    target = _folder(landing, bench) / place
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.is_symlink():
        target.symlink_to(path.resolve())
    return name_file(landing, target)


def _keep(
    bench: Bench, landing: Path, feed: Feed, seen: dict[str, str], *, max_held_share: float
) -> Sequence[FileRecord]:
    """Read what a scratch landing folder holds and split it, as a night would."""
    unpacked = bench.scratch / f"unpacked_{landing.name}"
    unpacked.mkdir()
    limits = bench.policy.ingest.model_copy(update={"max_held_share": max_held_share})
    lake = Lake(bench.scratch / f"lake_{landing.name}")
    records = read_landed(bench.con, ReadRequest(landing, feed, bench.on, unpacked, limits), seen)
    for table in feed.tables:
        staged = bench.scratch / "staged.parquet"
        write_ordered(bench.con, f"raw_{load_contract(table).noun}", "source_file, source_line", staged)
        lake.publish(staged, table, bench.on)
    files = load_contract(f"raw.{feed.noun}_file")
    write_table(bench.con, files.table.replace(".", "_"), files, bench.scratch / "staged.parquet")
    lake.publish(bench.scratch / "staged.parquet", files.table, bench.on)
    bench.con.execute(f"drop table if exists held_{feed.noun}")
    keep_feed(bench.con, feed, KeepRequest(lake, bench.on, gather_codes(bench.policy), limits))
    return records


def _read_ledger(bench: Bench) -> list[dict[str, Any]]:
    return bench.con.sql(f"from ledger_{bench.feed.noun} order by file").pl().to_dicts()


def _count_rules(bench: Bench, name: str) -> dict[str, int]:
    rows = bench.con.execute(
        f"""
        select rule, count(*) as rows_n
        from (select unnest(broken_rules) as rule from held_{bench.feed.noun} where source_file = $name)
        group by rule order by rows_n desc, rule
        """,
        {"name": name},
    ).fetchall()
    return dict(rows)


def _describe(bench: Bench, name: str, published: Lake) -> Beside:
    ledger = {row["file"]: row for row in _read_ledger(bench)}
    own = ledger[name]
    counted = " union all ".join(
        f"select source_file from kept_{load_contract(table).noun}" for table in bench.feed.tables
    )
    found = bench.con.execute(f"select count(*) from ({counted}) where source_file = $name", {"name": name}).fetchall()
    before = _read_published(bench, published)
    return Beside(
        status=own["status"],
        kept_n=own["kept_n"] or 0,
        held_n=own["held_n"] or 0,
        cause=own["cause"],
        fix=own["fix"],
        rules=_count_rules(bench, name),
        repeats_n=(own["kept_n"] or 0) - found[0][0],
        displaced_n=_count_displaced(bench, name, published),
        refused=tuple(
            file for file, row in ledger.items()
            if file != name and row["status"] == "refused" and before.get(file, "refused") != "refused"
        ),
    )  # fmt: skip


def _read_published(bench: Bench, published: Lake) -> Mapping[str, str]:
    """Return file -> status as the date's last run left it."""
    path = published.path(f"held.{bench.feed.noun}_file", bench.on)
    return dict(bench.con.read_parquet(str(path)).select("file, status").fetchall()) if path.exists() else {}


def _count_displaced(bench: Bench, name: str, published: Lake) -> int:
    contract = load_contract(f"held.{bench.feed.noun}")
    path = published.path(contract.table, bench.on)
    scan_parquet(bench.con, "published_held", [path] if path.exists() else [], contract)
    query = f"""
        select count(*) from held_{bench.feed.noun}
        anti join published_held using (source_file, source_line, record)
        where source_file <> $name and list_contains(broken_rules, $rule)
    """
    return int(bench.con.execute(query, {"name": name, "rule": CONFLICT}).fetchall()[0][0])
