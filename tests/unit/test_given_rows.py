"""Rows that are given and not read, and feeds of which nothing landed: both end as if files had been read.

Belongs here: given rows beside read ones, what keeping leaves of a silent feed.
Belongs elsewhere: readers (their tests), whole nights (tests/integration).
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data_quality.contract import load_contract
from data_quality.twin import drop_repeats
from tests.support.entry import DAY, ENTRY, FINDING, GOOD_FINDING, entry, landing_file, write_csv
from tests.support.stub_world import frame_rows
from tests.support.work import Bench, open_bench
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.errors import ContractError
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest, keep_feed, split_feed
from tidewaiter.ingest.raw_table import scan_raw
from tidewaiter.ingest.registry import DATED_FEEDS, find_feed
from tidewaiter.night.context import Night
from tidewaiter.night.given import give_rows
from tidewaiter.settings import SHIPPED_POLICY, Settings

# Where a row came from differs, and may.
PLACE = ["source_file", "source_sha256"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_bench(tmp_path) as opened:
        yield opened


def open_night(bench: Bench) -> Night:
    settings = Settings(bench.lake.root.parent, bench.landing, SHIPPED_POLICY)
    return Night(settings, bench.policy, bench.lake, bench.on, bench.con, bench.scratch)


def read_raw(bench: Bench, table: str) -> pl.DataFrame:
    return pl.read_parquet(bench.lake.existing(table, bench.on), hive_partitioning=False).drop(PLACE)


@pytest.mark.parametrize(
    ("feed", "table", "rows"),
    [
        ("low_value_entry", ENTRY, [entry(1), entry(2, hts10="", value_usd="ten"), entry(1, value_usd="7")]),
        ("exam_finding", FINDING, [dict(GOOD_FINDING), {**GOOD_FINDING, "finding_id": "F2", "loss_usd": ""}]),
    ],
)
def test_given_rows_are_the_raw_rows_that_reading_gives(
    bench: Bench, feed: str, table: str, rows: list[dict[str, str]]
) -> None:
    found = find_feed(feed)
    write_csv(landing_file(bench.landing, found.folder, "a.csv"), table, rows)
    bench.read(found)
    read = read_raw(bench, table)
    filed = [{name: text or None for name, text in row.items()} for row in rows]
    give_rows(open_night(bench), found, {table: frame_rows(table, filed)})  # type: ignore[arg-type]
    assert_frame_equal(read_raw(bench, table), read)


def test_rows_of_a_column_that_is_not_promised_or_no_text_are_refused(bench: Bench) -> None:
    rows = frame_rows(ENTRY, [entry(1)]).with_columns(value_usd=pl.lit(1.5), scheme=pl.lit("x"))
    with pytest.raises(ContractError, match="value_usd, scheme is not promised, or not text"):
        give_rows(open_night(bench), find_feed("low_value_entry"), {ENTRY: rows})


@pytest.mark.parametrize("feed", DATED_FEEDS, ids=lambda feed: feed.noun)
def test_a_feed_of_which_nothing_landed_leaves_the_tables_that_keeping_would(bench: Bench, feed: Feed) -> None:
    give_rows(open_night(bench), feed, {})
    request = KeepRequest(bench.lake, DAY, bench.codes, bench.policy.ingest)
    keep_feed(bench.con, feed, request)
    silent = describe_kept(bench.con, feed)
    for table in feed.tables:
        scan_raw(bench.con, table, bench.lake.existing(table, DAY))
    files = load_contract(f"raw.{feed.noun}_file")
    scan_parquet(bench.con, "read_file", [bench.lake.existing(files.table, DAY)], files)
    split_feed(bench.con, feed, request)
    for table in feed.tables:
        drop_repeats(bench.con, load_contract(table))
    assert silent == describe_kept(bench.con, feed)


def describe_kept(con: duckdb.DuckDBPyConnection, feed: Feed) -> dict[str, list[tuple[str, str]]]:
    names = [f"kept_{load_contract(table).noun}" for table in feed.tables]
    names += [f"held_{feed.noun}", f"ledger_{feed.noun}", f"judged_file_{feed.noun}"]
    found = {name: con.sql(f"select * from {name}") for name in names}
    return {name: [*zip(rows.columns, map(str, rows.types), strict=True)] for name, rows in found.items()}
