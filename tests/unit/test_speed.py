"""The proof of speed: the past it makes, the stages it adds up, what it says of a disk that is too small."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from data_quality.contract import load_contract
from pipelines.definitions import build_definitions
from tidewaiter.engine.duckdb import open_connection, write_table
from tidewaiter.errors import ProofError
from tidewaiter.lake import Lake
from tidewaiter.night.table import STAGES
from tidewaiter.policy import load_policy
from tidewaiter.prove.measure import Measure
from tidewaiter.prove.national_night import NightSize
from tidewaiter.prove.speed.night import OTHER, Request, SpeedRun, check_room, name_stage
from tidewaiter.prove.speed.past import SQL, Past, PastTable, list_past_tables, write_past
from tidewaiter.settings import SHIPPED_POLICY, load_settings

NIGHT = date(2026, 11, 20)
ENTITIES_N = 1_000
SIZE = NightSize(1_000, 100)


@pytest.fixture
def con(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection(load_policy(SHIPPED_POLICY).engine, tmp_path) as opened:
        yield opened


def publish_entities(con: duckdb.DuckDBPyConnection, lake: Lake, scratch: Path) -> None:
    con.execute(
        """
        create temp table made as
        select 'shipper' as entity_kind, md5_number_lower('shipper|S' || range) as entity_key,
            'S' || range as entity_id,
            $on::date as counted_on, 1 as shipments_n, 2 as value_usd, 3 as gross_weight_kg, 0 as uncounted
        from range($n)
        """,
        {"on": NIGHT, "n": ENTITIES_N},
    )
    contract = load_contract("party.entity_day")
    for name in set(contract.column_names) - set(con.table("made").columns):
        con.execute(f"alter table made add column {name} integer default 0")
    write_table(con, "made", contract, scratch / "part.parquet")
    lake.publish(scratch / "part.parquet", "party.entity_day", NIGHT)


def test_a_past_day_has_as_many_entities_as_tonight_and_six_in_ten_are_tonights(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source, target = Lake(tmp_path / "source"), Lake(tmp_path / "target")
    publish_entities(con, source, tmp_path)
    write_past(con, Past(source, target, NIGHT, 3), (PastTable("party.entity_day"),), tmp_path)
    assert target.dates("party.entity_day") == [NIGHT - timedelta(days=back) for back in (3, 2, 1)]
    day = pl.read_parquet(target.existing("party.entity_day", NIGHT - timedelta(days=2)), hive_partitioning=False)
    known = day.filter(pl.col("entity_id").str.contains("~").not_()).height
    assert (day.height, day["counted_on"].unique().to_list()) == (ENTITIES_N, [NIGHT - timedelta(days=2)])
    assert 0.55 * ENTITIES_N < known < 0.65 * ENTITIES_N


def test_a_past_day_has_as_many_edges_as_tonight_and_parties_of_their_own_key(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    source, target = Lake(tmp_path / "source"), Lake(tmp_path / "target")
    con.execute(
        """
        create temp table edge as
        select true as is_sender, 'phone' as identifier_kind, range::ubigint as identifier_key,
            'P' || range as party_id, md5_number_lower('P' || range) as party_key, 1 as shipments_n
        from range($n)
        """,
        {"n": ENTITIES_N},
    )
    write_table(con, "edge", load_contract("party.edge_day"), tmp_path / "part.parquet")
    source.publish(tmp_path / "part.parquet", "party.edge_day", NIGHT)
    write_past(con, Past(source, target, NIGHT, 3), (PastTable("party.edge_day", 2),), tmp_path)
    assert target.dates("party.edge_day") == [NIGHT - timedelta(days=back) for back in (2, 1)]
    day = con.read_parquet(str(target.existing("party.edge_day", NIGHT - timedelta(days=1)))).create_view("day")
    counted = (
        "count(*), count(distinct identifier_key), count(*) filter (where party_key <> md5_number_lower(party_id))"
    )
    assert day.aggregate(counted).fetchall() == [(ENTITIES_N, ENTITIES_N, 0)]
    assert 0.55 * ENTITIES_N < len(day.filter("party_id not like '%~%'")) < 0.65 * ENTITIES_N


def test_nine_in_ten_names_were_screened_before_each_on_one_day(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    source, target = Lake(tmp_path / "source"), Lake(tmp_path / "target")
    con.execute(
        "create temp table name as select 'n' || range as name_words, 'e' as edition, 'r' as rules from range($n)",
        {"n": ENTITIES_N},
    )
    write_table(con, "name", load_contract("party.screened"), tmp_path / "part.parquet")
    source.publish(tmp_path / "part.parquet", "party.screened", NIGHT)
    write_past(con, Past(source, target, NIGHT, 3), (PastTable("party.screened"),), tmp_path)
    paths = [target.existing("party.screened", NIGHT - timedelta(days=back)) for back in (1, 2, 3)]
    days = [pl.read_parquet(path, hive_partitioning=False)["name_words"] for path in paths]
    assert all(day.len() > ENTITIES_N / 5 for day in days)
    assert pl.concat(days).is_unique().all()
    assert 0.85 * ENTITIES_N < sum(day.len() for day in days) < 0.95 * ENTITIES_N


def test_a_night_is_timed_over_every_table_that_it_looks_back_on_by_the_day() -> None:
    tables = {each.table for each in list_past_tables(load_policy(SHIPPED_POLICY))}
    assert all((SQL / f"{load_contract(table).noun}.sql").exists() for table in tables)
    daily = {table for stage in STAGES for table in stage.outputs if table.endswith("_day")}
    assert daily <= tables


def test_every_step_of_a_night_has_its_stage() -> None:
    job = build_definitions(load_settings()).resolve_job_def("nightly")
    steps = [node.definition.name for node in job.graph.nodes_in_topological_order]
    stages = {name_stage(step) for step in steps}
    wanted = {"read", "lists", "core, held", "parties", "features", "score, select, reasons", "release", OTHER}
    assert stages == wanted
    others = [step for step in steps if name_stage(step) == OTHER]
    assert len(others) < len(steps) / 4


def test_the_night_is_the_sum_of_its_stages_with_the_largest_peak() -> None:
    steps = (Measure("read_a", 1.0, 2.0, 50), Measure("core", 3.0, 4.0, 90), Measure("read_b", 5.0, 6.0, 10))
    run = SpeedRun(SIZE, 90, 1_000, (Measure("floor", 1.0, 1.0, 1), Measure("predict", 1.0, 2.0, 1)), steps)
    assert run.stages == (Measure("read", 6.0, 8.0, 50), Measure("core, held", 3.0, 4.0, 90))
    assert run.whole == Measure("the night", 9.0, 12.0, 90)
    assert run.floor == Measure("floor", 2.0, 3.0, 1)


def test_a_disk_that_is_too_small_is_told_before_anything_is_made(tmp_path: Path) -> None:
    huge = Request(NightSize(10**12, 100), 90, tmp_path / "none", SHIPPED_POLICY)
    with pytest.raises(ProofError, match=r"this night and its past need .* GB\. Fix: name a folder on a larger disk"):
        check_room(huge)
    assert not huge.folder.exists()
