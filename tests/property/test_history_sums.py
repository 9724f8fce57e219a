"""Whatever is filed in whatever order, sums over dates count each shipment once: as the version that stands."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from data_quality.contract import load_contract
from tests.support.work import Bench, open_bench
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.ingest.version import COUNTED, SQL, LookBack, judge_versions
from tidewaiter.parties.history import SQL as PARTY_SQL
from tidewaiter.parties.history import sum_days

FIRST = date(2026, 11, 1)
LAST_PLACE = 4
MOMENT = datetime(2026, 10, 31)
TABLES = ("core.shipment", "core.shipment_version", "party.shipment_entity", "party.entity_day", "party.price_day")
Sums = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Filing:
    """A filing as it lands: which shipment, on which day, filed when, by whom, and what it says."""

    shipment: int
    place: int
    hour: int
    status: str
    filer: str
    value_usd: int


FILINGS = st.lists(
    st.builds(
        Filing,
        st.integers(0, 1),
        st.integers(0, LAST_PLACE),
        st.integers(0, 3),
        st.sampled_from(["new", "amended", "amended", "cancelled"]),
        st.sampled_from(["AAA", "BBB"]),
        st.integers(1, 9),
    ),
    min_size=4,
    max_size=14,
    unique_by=lambda filing: (filing.shipment, filing.place, filing.hour),
)


def file_day(bench: Bench, filings: list[Filing]) -> None:
    """Leave the day's versions, shipments and sums published."""
    _make_filed(bench, filings)
    judge_versions(bench.con, LookBack(bench.lake, bench.on, 30))
    bench.con.execute(f"create table core_shipment as {read_sql(SQL / 'shipment.sql')}")
    bench.con.execute("create table party_alias (spelling_id varchar, party_id varchar, is_placeholder boolean)")
    scan_parquet(bench.con, "core_shipment_party", [], load_contract("core.shipment_party"))
    entities = read_sql(PARTY_SQL / "shipment_entity.sql")
    bench.con.execute(f"create table party_shipment_entity as {entities}")
    sum_days(bench.con, bench.lake, bench.on)
    for table in TABLES:
        bench.publish(table, table.replace(".", "_"))


def _make_filed(bench: Bench, filings: list[Filing]) -> None:
    """Make `filed_shipment` as the mapping of a feed gives it."""
    contract = load_contract("core.shipment")
    columns = {each.name: each.sql_type for each in contract.columns if each.name not in COUNTED}
    columns |= {"record_status": "varchar", "version_key": "varchar"}
    bench.con.execute(f"create table filed_shipment ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    for line, filing in enumerate(filings):
        row = {
            "shipment_id": name_shipment(filing), "record_status": filing.status, "stream": "low_value",
            "filed_at": MOMENT + timedelta(hours=filing.hour), "estimated_arrival_at": MOMENT, "port_code": "4701",
            "mode_code": "40", "lines_n": 1, "containers_n": 0, "filer_code": filing.filer, "hts10": "6109100012",
            "origin_country": "CN", "value_usd": filing.value_usd, "gross_weight_kg": 1,
            "source_file": f"low_value_entry/{bench.on}/a.csv", "source_line": line + 2, "version_key": str(line),
        }  # fmt: skip
        names, marks = ", ".join(row), ", ".join(f"${name}" for name in row)
        bench.con.execute(f"insert into filed_shipment ({names}) values ({marks})", row)


def name_shipment(filing: Filing) -> str:
    return f"entry:{filing.shipment:011d}"


def stand(filings: Iterable[Filing], place: int) -> list[Filing]:
    """Return what stands at the end of a day: of each shipment the newest filed, of equals the first landed."""
    newest: dict[int, Filing] = {}
    for filing in sorted(filings, key=lambda each: (each.hour, -each.place)):
        if filing.place <= place:
            newest[filing.shipment] = filing
    return [filing for filing in newest.values() if filing.status != "cancelled"]


def count_brute(filings: list[Filing], place: int, first: int, last: int) -> Sums:
    """Return shipments and value by filer, of what stands at the end of a day and landed on the days asked for."""
    found: Sums = {}
    for filing in stand(filings, place):
        if first <= filing.place <= last:
            count, value = found.get(filing.filer, (0, 0))
            found[filing.filer] = (count + 1, value + filing.value_usd)
    return found


def count_summed(partitions: dict[int, pl.DataFrame], place: int, first: int, last: int) -> Sums:
    """Return the same of the sums published up to a day."""
    parts = pl.concat([frame for on, frame in partitions.items() if on <= place])
    days = pl.col("counted_on").is_between(FIRST + timedelta(days=first), FIRST + timedelta(days=last))
    sums = parts.filter(days).group_by("entity_id").agg(pl.col("shipments_n", "value_usd").sum())
    return {row[0]: (row[1], int(row[2])) for row in sums.rows() if row[1] or row[2]}


@given(FILINGS)
@settings(max_examples=20, deadline=None)
def test_sums_over_any_days_count_the_shipments_that_stand_and_no_later_date_moves_them(filings: list[Filing]) -> None:
    partitions: dict[int, pl.DataFrame] = {}
    with tempfile.TemporaryDirectory() as folder:
        for place in range(LAST_PLACE + 1):
            with open_bench(Path(folder), FIRST + timedelta(days=place)) as bench:
                file_day(bench, [filing for filing in filings if filing.place == place])
                frame = pl.read_parquet(bench.lake.existing("party.entity_day", bench.on), hive_partitioning=False)
            partitions[place] = frame.filter(pl.col("entity_kind") == "filer")
            shipments = pl.read_parquet(bench.lake.existing("core.shipment", bench.on), hive_partitioning=False)
            standing = [filing for filing in stand(filings, place) if filing.place == place]
            assert shipments["shipment_id"].to_list() == sorted(name_shipment(each) for each in standing)
    for place in range(LAST_PLACE + 1):
        for first in range(place + 1):
            for last in range(first, place + 1):
                expected = count_brute(filings, place, first, last)
                assert count_summed(partitions, place, first, last) == expected
