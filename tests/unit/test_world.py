"""The simulated world keeps its promises: same bytes, real layouts, delayed exams, adversaries that learn.

Belongs here: what every world must satisfy, at a scale that takes seconds.
Belongs elsewhere: its figures against their sources (test_world_figures.py), the command (test_world_command.py).
"""

import hashlib
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from data_quality.contract import load_contract
from sample_data.world import TRUTH_SCHEMA, Day, World, write_day
from tests.support.work import open_bench
from tidewaiter.ingest.registry import FEEDS, find_feed
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.prove.judge import Job, judge_folder
from tidewaiter.settings import SHIPPED_POLICY

START = date(2026, 3, 2)
SCALE = 0.0002


def run(days: int, *, seed: int = 3, every: int = 25) -> list[Day]:
    """The first days of a world of which one shipment in so many is examined each night."""
    world, opened = World(seed, SCALE, START), []
    for place in range(days):
        on = START + timedelta(days=place)
        opened.append(world.open_day(on))
        world.examine(on, opened[-1].truth.gather_every(every).select("shipment_id"))
    return opened


@pytest.fixture(scope="module")
def days() -> list[Day]:
    return run(30)


@pytest.fixture(scope="module")
def landing(days: list[Day], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    for day in days[-4:]:
        write_day(day, folder / "landing", folder / "truth")
    return folder / "landing"


def hash_files(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_and_exams_write_the_same_bytes(landing: Path, tmp_path: Path) -> None:
    for day in run(30)[-4:]:
        write_day(day, tmp_path / "landing", tmp_path / "truth")
    assert hash_files(tmp_path) == hash_files(landing.parent)


def test_another_seed_is_another_world(days: list[Day]) -> None:
    other = run(1, seed=4)[0]
    mine, theirs = (set(day.tables["raw.low_value_entry"]["shipper_name"]) for day in (days[0], other))
    assert len(mine & theirs) < 0.2 * len(mine)


def test_exams_move_what_adversaries_do_and_not_honest_trade() -> None:
    examined, left = World(3, SCALE, START), World(3, SCALE, START)
    first = examined.open_day(START)
    examined.examine(START, first.truth.select("shipment_id"))
    assert first.tables["raw.low_value_entry"].equals(left.open_day(START).tables["raw.low_value_entry"])
    honest = pl.col("scheme").is_in(["honest", "honest_mistake"])
    second = []
    for world in (examined, left):
        later = [world.open_day(START + timedelta(days=place)).truth for place in range(1, 6)]
        honest_rows = later[-1].filter(honest).select("port_code", "finding_code", "loss_usd", pl.col("^.*_key$"))
        second.append(honest_rows.sort(pl.all()))
    assert second[0].equals(second[1])


def test_tables_have_the_columns_that_the_contracts_promise(days: list[Day]) -> None:
    for name, rows in days[-1].tables.items():
        promised = [c for c in load_contract(name).column_names if c not in ("source_file", "source_line")]
        assert set(rows.columns) <= set(promised)
        assert set(rows.schema.values()) == {pl.String}


@pytest.mark.parametrize("noun", [feed.noun for feed in FEEDS])
def test_the_way_in_keeps_every_row(noun: str, landing: Path, tmp_path: Path) -> None:
    feed = find_feed(noun)
    dates = sorted(path.name for path in (landing / feed.folder).glob("*"))
    for on in dates:
        job = Job(str(landing), noun, on, load_policy(SHIPPED_POLICY).ingest.max_held_share)
        for verdict in judge_folder(job, Lake(tmp_path / on)):
            assert (verdict.status, verdict.problem, verdict.held_n) == ("accepted", None, 0)
            assert verdict.kept_n > 0


def test_truth_is_not_in_what_lands(days: list[Day]) -> None:
    secret = set(TRUTH_SCHEMA) - {"shipment_ref", "ref_kind", "port_code", "finding_code", "loss_usd"}
    for rows in days[-1].tables.values():
        assert not secret & set(rows.columns)
    assert set(days[-1].tables["raw.exam_finding"]["selected_by"]) == {"targeted"}


def test_findings_land_within_the_delay_and_are_known_by_then(days: list[Day]) -> None:
    filed = pl.concat(day.truth.select("shipment_ref", filed_on=pl.lit(day.on)) for day in days)
    landed = pl.concat(day.tables["raw.exam_finding"].with_columns(landed_on=pl.lit(day.on)) for day in days).join(
        filed, on="shipment_ref", how="left"
    )
    wait = (pl.col("landed_on") - pl.col("filed_on")).dt.total_days()
    low, high = (landed.select(wait.alias("days"))["days"].quantile(q) for q in (0.0, 1.0))
    assert low == 2
    assert high is not None
    assert 10 < high <= 21
    known = landed.select(
        (pl.col("known_at").str.slice(0, 10) <= pl.col("landed_on").cast(pl.String)).all().alias("in_time"),
        (pl.col("examined_at") <= pl.col("known_at")).all().alias("in_order"),
    )
    assert known.row(0) == (True, True)


def test_exams_clear_some_of_the_guilty_and_accuse_no_innocent() -> None:
    opened = run(40, every=3)
    truth = pl.concat(day.truth for day in opened)
    found = pl.concat(day.tables["raw.exam_finding"] for day in opened)
    both = found.join(truth.select("shipment_ref", true_code="finding_code"), on="shipment_ref")
    both = both.filter(pl.col("finding_code") != "NEVER_ARRIVED")
    guilty = both.filter(pl.col("true_code") != "NO_DISCREPANCY")
    cleared = guilty.filter(pl.col("finding_code") == "NO_DISCREPANCY").height / guilty.height
    assert 0.03 < cleared < 0.2
    assert both.filter(pl.col("true_code") == "NO_DISCREPANCY", pl.col("finding_code") != "NO_DISCREPANCY").is_empty()


def test_a_shipment_of_another_day_cannot_be_examined() -> None:
    world = World(3, SCALE, START)
    world.open_day(START)
    with pytest.raises(ValueError, match="name no shipment of 2026-03-02, the first entry:NONE"):
        world.examine(START, pl.DataFrame({"shipment_id": ["entry:NONE"]}))
    with pytest.raises(ValueError, match="is due"):
        world.open_day(START)
    with pytest.raises(ValueError, match="not the day opened last"):
        world.examine(START + timedelta(days=1), pl.DataFrame({"shipment_id": []}, schema={"shipment_id": pl.String}))


@pytest.mark.parametrize(("column", "value"), [("exam_kind", "glance"), ("selected_by", "whim")])
def test_an_exam_of_no_known_kind_is_refused(column: str, value: str) -> None:
    world = World(3, SCALE, START)
    exams = world.open_day(START).truth.select("shipment_id", pl.lit(value).alias(column)).head(2)
    with pytest.raises(ValueError, match=f"{column} {value}: know"):
        world.examine(START, exams)


def test_no_exams_are_no_findings() -> None:
    world = World(3, SCALE, START)
    world.examine(START, world.open_day(START).truth.select("shipment_id").head(0))
    assert world.open_day(START + timedelta(days=1)).tables["raw.exam_finding"].is_empty()


@pytest.mark.parametrize("scale", [0.0, 1.5])
def test_a_scale_without_a_meaning_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="at most 1"):
        World(3, scale, START)


def test_the_way_in_finds_the_shipments_that_the_truth_knows(days: list[Day], landing: Path) -> None:
    on = days[-1].on
    feeds = [
        find_feed(noun) for noun in ("low_value_entry", "ocean_ams", "ocean_x12_309", "air_waybill", "truck_manifest")
    ]
    with open_bench(landing.parent, on) as bench:
        bench.register_codes()
        for feed in feeds:
            bench.read(feed)
            bench.keep(feed)
        bench.map(*feeds)
        known = {str(row[0]) for row in bench.rows("select shipment_id from core_shipment")}
    standing = days[-1].truth.filter("is_standing")
    assert known == set(standing["shipment_id"])
    assert set(standing["ref_kind"]) == {"entry", "ocean_bill", "air_waybill", "truck_shipment"}
