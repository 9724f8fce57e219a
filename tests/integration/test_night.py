"""One night from landed files to queues: what it leaves behind, and that a second run of it changes nothing.

Belongs here: what holds of a whole undisturbed night through Dagster.
Belongs elsewhere: bad files, kills and other folders (test_withstand.py), several nights (test_backfill.py).
"""

import math
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from data_quality.contract import load_contract
from pipelines.definitions import defs
from pipelines.home import open_instance
from tests.support.home import Built, copy_home, hash_files, list_states, options, read, run_command
from tidewaiter.features.catalog import load_catalog
from tidewaiter.night.table import STAGES
from tidewaiter.policy import load_policy
from tidewaiter.prove.targeting.campaign import one_thread_each
from tidewaiter.settings import PROJECT

QUEUE_COLUMNS = [
    "run_id", "date", "shipment_id", "stream", "port_code", "team", "rank", "selector", "inclusion_probability",
    "score", "p_revenue", "p_contraband", "p_product", "p_forced_labor", "expected_loss_usd",
    "expected_consequence_usd", "reasons", "model_version", "policy_version",
]  # fmt: skip
REASON_FIELDS = ["code", "text", "value", "comparison", "contribution"]
COMMAND_LINE = "from tidewaiter.cli import main; main()"
EVALUATION = dg.DagsterEventType.ASSET_CHECK_EVALUATION
TABLES = ("core.shipment", "score.shipment", "queue.item", "queue.summary", "feature.shipment", "core.landed_file")


@pytest.fixture(scope="module")
def scored(night: Built) -> pl.DataFrame:
    return read(night.settings, "score.shipment", night.on)


@pytest.fixture(scope="module")
def queued(night: Built) -> pl.DataFrame:
    return read(night.settings, "queue.item", night.on)


@pytest.fixture(scope="module")
def events(night: Built) -> list[dg.DagsterEvent]:
    with open_instance(night.settings) as instance:
        entries = instance.all_logs(night.result.run_id)
    return [entry.dagster_event for entry in entries if entry.dagster_event]


def materializations(events: list[dg.DagsterEvent]) -> Iterator[dg.AssetMaterialization]:
    return (each.step_materialization_data.materialization for each in events if each.is_step_materialization)


def nightly_assets() -> set[dg.AssetKey]:
    return set(defs.resolve_job_def("nightly").asset_layer.executable_asset_keys)


def test_the_night_succeeds_without_a_broken_rule(night: Built) -> None:
    assert night.result.error is None
    assert night.result.succeeded

    warned = {(each.table, each.check, each.severity) for each in night.result.failed_checks}
    # The sample spoils some codes on purpose, and names some shipments that never come.
    assert warned >= {("outcome.finding", "findings_matched", "WARN"), ("held.low_value_entry", "codes_known", "WARN")}
    assert {severity for _, _, severity in warned} == {"WARN"}


def test_every_shipment_of_every_stream_is_scored_once(night: Built, scored: pl.DataFrame) -> None:
    shipments = read(night.settings, "core.shipment", night.on)
    assert scored["shipment_id"].to_list() == shipments["shipment_id"].sort().to_list()
    assert set(scored["stream"]) == {"low_value", "ocean", "air", "truck"}
    assert scored.height > 2_000


def test_the_queue_has_the_promised_columns_in_order(queued: pl.DataFrame) -> None:
    assert queued.columns == QUEUE_COLUMNS
    reasons = queued.schema["reasons"]
    assert isinstance(reasons, pl.List)
    assert isinstance(reasons.inner, pl.Struct)
    assert [field.name for field in reasons.inner.fields] == REASON_FIELDS


def test_each_port_examines_what_its_policy_allows_and_no_more(
    night: Built, scored: pl.DataFrame, queued: pl.DataFrame
) -> None:
    queues = load_policy(night.settings.policy).queues
    arrived = dict(scored.group_by("port_code").len().iter_rows())
    chosen = dict(queued.group_by("port_code").len().iter_rows())
    assert chosen == {port: min(n, queues.port(port).capacity) for port, n in arrived.items()}
    assert {(row["port_code"], row["team"]) for row in queued.to_dicts()} == {
        (port, queues.port(port).team) for port in arrived
    }


def test_ranks_follow_expected_consequence_and_what_is_costlier_and_left_out_says_why(
    scored: pl.DataFrame, queued: pl.DataFrame
) -> None:
    for (port,), rows in queued.group_by("port_code"):
        assert rows["rank"].to_list() == list(range(1, rows.height + 1))
        assert rows.filter(pl.col("selector") != "mandatory")["expected_consequence_usd"].is_sorted(descending=True)
        targeted = rows.filter(pl.col("selector") == "targeted")["expected_consequence_usd"]
        left = scored.filter(pl.col("port_code") == port, ~pl.col("is_selected"), pl.col("passed_over").is_null())
        assert left.is_empty() or targeted.to_list()[-1] >= max(left["expected_consequence_usd"])


def test_a_port_with_more_than_it_can_examine_draws_some_at_random_with_their_chance(
    night: Built, scored: pl.DataFrame, queued: pl.DataFrame
) -> None:
    queues = load_policy(night.settings.policy).queues
    for (port,), rows in scored.group_by("port_code"):
        drawn = queued.filter(pl.col("port_code") == port, pl.col("selector") == "random")
        capacity = queues.port(str(port)).capacity
        if rows.height > capacity:
            # A share that is no whole number of exams is rounded by lot.
            assert drawn.height >= int(queues.random_share * capacity)
            assert (drawn["inclusion_probability"] < 1.0).all()
            assert rows["inclusion_probability"].sum() == pytest.approx(capacity)
    assert queued["inclusion_probability"].is_between(0, 1, closed="right").all()
    assert scored["inclusion_probability"].null_count() == 0


def test_every_queued_row_says_why_in_words_and_the_reasons_sum_to_its_log_odds(queued: pl.DataFrame) -> None:
    for row in queued.to_dicts():
        named = [each for each in row["reasons"] if each["code"] not in ("rest", "base")]
        assert row["reasons"], row["shipment_id"]
        assert all(len(each["text"].split()) > 1 and each["value"] for each in named)
        assert all(each["comparison"] for each in named if not each["code"].startswith("rule:"))
        score = min(max(row["score"], 1e-4), 1 - 1e-4)
        told = math.fsum(each["contribution"] for each in row["reasons"])
        assert told == pytest.approx(math.log(score / (1 - score)), abs=1e-9)


def test_a_night_without_a_model_says_so_and_invents_no_probability(
    night: Built, scored: pl.DataFrame, queued: pl.DataFrame
) -> None:
    assert night.result.notes["explanation"].startswith("Scored by the record rule")
    assert set(scored["model_version"]) == {"record_rule"}
    for family in ("revenue", "contraband", "product", "forced_labor"):
        assert queued[f"p_{family}"].null_count() == queued.height
    assert not list(night.settings.home.glob("models/*"))


def test_the_release_holds_the_night_and_opens_for_reading_only(night: Built, queued: pl.DataFrame) -> None:
    (file,) = (night.settings.releases / night.on.isoformat()).glob("*.duckdb")
    assert stat.S_IMODE(file.stat().st_mode) == 0o444
    with duckdb.connect(str(file), read_only=True) as con:
        rows = con.execute("select shipment_id from mart.queue order by shipment_id").fetchall()
        shipments_n = con.execute("select count(*) from mart.shipment").fetchall()[0][0]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute("create table mart.more (a integer)")
    assert [shipment_id for (shipment_id,) in rows] == queued["shipment_id"].sort().to_list()
    assert shipments_n == read(night.settings, "core.shipment", night.on).height


def test_every_row_of_every_landed_file_is_kept_or_held(night: Built) -> None:
    files = read(night.settings, "core.landed_file", night.on)
    landed = {
        path.relative_to(night.settings.landing).as_posix() for path in night.settings.landing.rglob(f"*{night.on}/*")
    }
    assert landed <= set(files["file"])
    assert set(files["status"]) == {"accepted"}
    assert files.filter(pl.col("kept_n") + pl.col("held_n") != pl.col("rows_n")).is_empty()
    for feed in ("low_value_entry", "air_waybill", "truck_manifest"):
        held = read(night.settings, f"held.{feed}", night.on)
        assert held.height == files.filter(pl.col("feed") == feed)["held_n"].sum() > 0
        assert held["broken_rules"].list.len().min() == 1


def test_dagster_records_the_run_and_each_table_with_its_rows(night: Built, events: list[dg.DagsterEvent]) -> None:
    with open_instance(night.settings) as instance:
        run = instance.get_run_by_id(night.result.run_id)
    assert run is not None
    assert (run.job_name, run.status) == ("nightly", dg.DagsterRunStatus.SUCCESS)
    assert run.tags["dagster/partition"] == night.on.isoformat()
    found = {each.asset_key: each for each in materializations(events)}
    assert set(found) == nightly_assets()
    assert {each.partition for each in found.values()} == {night.on.isoformat()}
    for table in TABLES:
        counted = found[dg.AssetKey(table.split("."))].metadata["dagster/row_count"].value
        assert counted == read(night.settings, table, night.on).height


def test_every_check_of_the_night_has_a_result(events: list[dg.DagsterEvent]) -> None:
    wanted = {key for key in defs.resolve_asset_graph().asset_check_keys if key.asset_key in nightly_assets()}
    found = [each.asset_check_evaluation_data for each in events if each.event_type == EVALUATION]
    assert {each.asset_check_key for each in found} == wanted
    assert len(found) == len(wanted)
    contracts = [each for each in found if each.check_name == "contract"]
    assert all(each.metadata["rules"].value for each in contracts)


def test_a_preview_shows_rows_but_no_personal_column_and_no_name(night: Built, events: list[dg.DagsterEvent]) -> None:
    previews = {
        ".".join(each.asset_key.path): str(each.metadata["preview"].value)
        for each in materializations(events)
        if "preview" in each.metadata
    }
    assert previews["core.shipment"].count("\n") > 2
    for table in ("core.shipment_party", "party.alias", "reference.watchlist_entry", "held.air_waybill"):
        header = [name.strip() for name in previews[table].split("\n")[0].strip("|").split("|")]
        assert header
        assert not set(header) & set(load_contract(table).personal_names)
    names = set(read(night.settings, "core.shipment_party", night.on)["name"].drop_nulls())
    text = "\n".join(previews.values())
    assert not [name for name in names if len(name) > 8 and name in text]


def test_the_entity_families_catalogue_is_beside_its_table(events: list[dg.DagsterEvent]) -> None:
    families = load_catalog().families
    found = {each.asset_key.path[-1]: each.metadata for each in materializations(events) if "catalog" in each.metadata}
    assert set(found) == set(families)
    assert all(each.column in str(found[each.family]["catalog"].value) for each in load_catalog().features)


def test_the_same_night_again_writes_the_same_bytes_and_no_release(night: Built, tmp_path: Path) -> None:
    again = copy_home(night.settings, tmp_path)
    released = list_states(again.releases)
    said = run_command("nightly", "--date", night.on.isoformat(), *options(again))
    assert said.code == 0, said.err
    assert hash_files(again.lake) == hash_files(night.settings.lake)
    assert list_states(again.releases) == released


def test_a_machine_with_one_processor_writes_the_same_bytes(night: Built, tmp_path: Path) -> None:
    other = copy_home(night.settings, tmp_path)
    command = [sys.executable, "-c", COMMAND_LINE, "nightly", "--date", night.on.isoformat(), *options(other)]
    with one_thread_each():
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    assert hash_files(other.lake) == hash_files(night.settings.lake)


def test_every_table_of_the_night_stands_in_the_order_of_its_key(night: Built) -> None:
    made = [table for stage in STAGES for table in stage.outputs]
    lost = [table for table in made if not is_in_order(read(night.settings, table, night.on), load_contract(table).key)]
    assert not lost


def is_in_order(rows: pl.DataFrame, key: Sequence[str]) -> bool:
    return not key or rows.select(key).equals(rows.select(key).sort(key, nulls_last=True))
