"""From what landed to the raw, core, reference and outcome tables of a date: the order of ingest's functions.

Belongs here: reading and publishing raw rows, splitting them, mapping them, for a night.
Belongs elsewhere: each step (tidewaiter/ingest, tidewaiter/outcomes), checks on rows (assets/landing.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
import pyarrow as pa

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import count_rows, write_table
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest, keep_feed
from tidewaiter.ingest.mapping import CORE_TABLES, map_core
from tidewaiter.ingest.raw_table import scan_raw, stage_raw
from tidewaiter.ingest.reading import FileRecord, ReadRequest, read_landed, seen_files
from tidewaiter.ingest.reference import list_tables, map_reference
from tidewaiter.ingest.registry import SHIPMENT_FEEDS, find_feed
from tidewaiter.ingest.snapshot import ListState, read_snapshot, read_state, require_usable
from tidewaiter.ingest.version import LookBack
from tidewaiter.night.context import Night
from tidewaiter.night.stage import Made, name_relations
from tidewaiter.outcomes.match import OUTCOME_TABLES, OutcomeRequest, derive_outcomes

FINDING_FEED = find_feed("exam_finding")


def read_feed(night: Night, feed: Feed) -> tuple[FileRecord, ...]:
    """Stage the rows that the feed's files of the date have, and return what became of each file."""
    request = ReadRequest(night.settings.landing, feed, night.on, night.scratch, night.policy.ingest)
    if feed.is_snapshot:
        return read_snapshot(night.con, request, _ask_keeping(night))
    return read_landed(night.con, request, seen_files(night.lake, feed, night.on))


def publish_rows(night: Night, feed: Feed) -> dict[str, int]:
    """Publish the feed's raw tables and return the rows of each."""
    rows: dict[str, int] = {}
    for table in feed.tables:
        published = night.lake.publish(stage_raw(night.con, table, night.scratch), table, night.on)
        scan_raw(night.con, table, published)
        rows[table] = count_rows(night.con, f"raw_{load_contract(table).noun}")
    return rows


def publish_files(night: Night, feed: Feed) -> None:
    """Publish what became of each of the feed's files."""
    table = f"raw.{feed.noun}_file"
    staged = night.scratch / f"{table}.parquet"
    write_table(night.con, f"raw_{feed.noun}_file", load_contract(table), staged)
    night.lake.publish(staged, table, night.on)


def register_code_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make `code_<list>(code, meaning)` for every code list."""
    for name, table in _list_code_tables().items():
        con.register(f"code_{name}", table)


@cache
def _list_code_tables() -> dict[str, pa.Table]:
    return {
        name: pa.table(
            {"code": pa.array(list(codes), pa.string()), "meaning": pa.array(list(codes.values()), pa.string())}
        )
        for name, codes in load_codes().items()
    }


def split_feeds(night: Night, feeds: Sequence[Feed]) -> None:
    """Split the raw rows of feeds into kept and held."""
    for feed in feeds:
        keep_feed(night.con, feed, _ask_keeping(night))


def name_held_tables(feeds: Sequence[Feed]) -> dict[str, str]:
    """Return the relations behind the feeds' held tables and the counts of their files."""
    held = {f"held.{feed.noun}": f"held_{feed.noun}" for feed in feeds}
    return held | {f"held.{feed.noun}_file": f"ledger_{feed.noun}" for feed in feeds}


def split_shipments(night: Night) -> None:
    """Split the raw rows of every shipment feed; the night has the dated codes of its date."""
    register_code_tables(night.con)
    split_feeds(night, SHIPMENT_FEEDS)


def map_shipments(night: Night) -> Made:
    """Map the kept rows of every shipment feed to the core tables."""
    days = night.policy.history.version_window_days
    map_core(night.con, SHIPMENT_FEEDS, LookBack(night.lake, night.on, days), night.scratch)
    return Made(name_relations(CORE_TABLES))


def make_core(night: Night) -> Made:
    """Make the core tables of every shipment feed, and the held rows of each."""
    night = night.with_dated_codes()
    split_shipments(night)
    return Made({**name_held_tables(SHIPMENT_FEEDS), **map_shipments(night).relations})


@dataclass(frozen=True)
class MadeLists(Made):
    """The tables of one kind of list, and which copy of each list is in use."""

    states: tuple[ListState, ...]


def make_lists(night: Night, feeds: Sequence[Feed]) -> MadeLists:
    """Make the reference tables that the lists fill together, and the held rows of each.

    Raises:
        ListError: a list that landed has no copy that can be used.
    """
    states = tuple(read_state(night.lake, feed, night.on) for feed in feeds)
    require_usable(states)
    register_code_tables(night.con)
    split_feeds(night, feeds)
    tables = list_tables(feeds)
    for table in tables:
        map_reference(night.con, table, [feed for feed in feeds if table in feed.core_tables], night.on)
    return MadeLists({**name_held_tables(feeds), **name_relations(tables)}, states)


def make_outcomes(night: Night) -> Made:
    """Match the findings of the date to shipments, and derive labels and records."""
    register_code_tables(night.con)
    split_feeds(night, [FINDING_FEED])
    derive_outcomes(night.con, OutcomeRequest(night.lake, night.on, night.policy))
    return Made({**name_held_tables([FINDING_FEED]), **name_relations(OUTCOME_TABLES)})


def _ask_keeping(night: Night) -> KeepRequest:
    return KeepRequest(night.lake, night.on, night.codes, night.policy.ingest)
