"""What the checks found, kept a part a step and gathered: whole, repeatable, and without what people wrote."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from assets.quality import STEPS as KNOWN_STEPS
from data_quality.contract import load_contract
from data_quality.outcome import CheckOutcome
from data_quality.statistic import Measure
from pipelines.definitions import defs
from tests.support.home import hash_files
from tests.support.quality import ON, USUAL, night_measures
from tests.support.work import Bench
from tidewaiter.errors import PartitionMissingError
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.quality.night import read_night
from tidewaiter.quality.store import (
    CONTRACT,
    EXPECTATION,
    LONGEST,
    RESULT,
    Row,
    Step,
    cut_text,
    gather_steps,
    keep_step,
    list_parts,
    read_past,
    result_row,
)
from tidewaiter.settings import SHIPPED_POLICY

STEPS = {"core", "a_step", "other"}
BROKEN = CheckOutcome("unknown_mode_code", "mode_code", "expect_column_values_to_be_in_set", "error", False, 9, 1,
                      "Ann Planted", None, "core.shipment")  # fmt: skip


def keep(bench: Bench, name: str, rows: list[Row], measures: list[Measure], on: date = ON) -> None:
    keep_step(Step(bench.lake, on, name), bench.scratch, rows, measures)


def gather(bench: Bench) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    gather_steps(bench.con, bench.lake, ON, STEPS)
    return bench.rows("from quality_result"), bench.rows("from quality_measure")


def test_gathering_brings_every_part_together_in_key_order(bench: Bench) -> None:
    keep(bench, "core", [result_row(BROKEN, "x", CONTRACT)], [Measure("core.shipment", "*", "rows_n", "*", 9.0)])
    keep(bench, "a_step", [], [Measure("raw.hts", "*", "rows_n", "*", 1.0)])
    results, measures = gather(bench)
    assert [row[:3] for row in results] == [("core.shipment", "contract", "unknown_mode_code")]
    assert [row[0] for row in measures] == ["core.shipment", "raw.hts"]


def test_a_step_that_runs_again_replaces_what_it_found_and_nothing_else(bench: Bench) -> None:
    keep(bench, "core", [result_row(BROKEN, "x", CONTRACT)], night_measures(5))
    keep(bench, "other", [], [Measure("raw.hts", "*", "rows_n", "*", 1.0)])
    keep(bench, "core", [], [Measure("core.shipment", "*", "rows_n", "*", 7.0)])
    results, measures = gather(bench)
    assert results == []
    assert [row[-1] for row in measures] == [7.0, 1.0]


def test_a_step_that_has_another_name_now_leaves_nothing_behind(bench: Bench) -> None:
    row = result_row(BROKEN, "x", CONTRACT)
    keep(bench, "core_as_it_was_called", [row], night_measures(5))
    keep(bench, "core_as_it_was_called", [row], night_measures(5), ON - timedelta(days=1))
    keep(bench, "core", [row], night_measures(5))
    results, measures = gather(bench)
    assert (len(results), len(measures)) == (1, len(night_measures(5)))
    assert [part.stem for part in list_parts(bench.lake, RESULT, ON)] == ["core"]
    assert [part.stem for part in list_parts(bench.lake, RESULT, ON - timedelta(days=1))] == ["core_as_it_was_called"]


def test_the_steps_whose_findings_are_gathered_are_those_that_there_are() -> None:
    jobs = {node.name for job in defs.resolve_all_job_defs() for node in job.nodes}
    assert jobs - {"quality", "quality__report", "mart__release"} == KNOWN_STEPS


def test_the_same_findings_are_the_same_bytes(bench: Bench) -> None:
    measures, row = night_measures(5), result_row(BROKEN, "x", CONTRACT)
    keep(bench, "core", [row], measures)
    first = hash_files(bench.lake.root / "quality")
    keep(bench, "core", [row], measures[::-1])
    assert hash_files(bench.lake.root / "quality") == first


def test_a_step_looks_back_on_its_own_earlier_dates_only(bench: Bench) -> None:
    for back in range(5):
        keep(bench, "core", [], night_measures(100.0 + back), ON - timedelta(days=back))
    keep(bench, "other", [], night_measures(1.0), ON - timedelta(days=1))
    past = read_past(Step(bench.lake, ON, "core"), USUAL)
    assert sorted(past.series("core.shipment", "*", "rows_n").values()) == [101, 102, 103, 104]


@pytest.mark.parametrize(
    ("column", "kept"), [("mode_code", None), ("description", None), ("pieces_n", "Ann Planted"), (None, "Ann Planted")]
)
def test_a_value_that_broke_a_rule_is_kept_only_where_it_is_no_text(column: str | None, kept: str | None) -> None:
    names = load_contract("quality.result").column_names
    outcome = CheckOutcome("rule", column, "expect", "error", False, observed="Ann Planted", table="core.shipment")
    assert dict(zip(names, result_row(outcome, "x", CONTRACT), strict=True))["observed"] == kept


def test_an_error_is_kept_up_to_the_first_quoted_value() -> None:
    outcome = CheckOutcome("rule", "description", "expect", "error", False, error="could not convert 'Ann Planted'")
    assert "Ann" not in str(result_row(outcome, "core.shipment", EXPECTATION))


def test_a_text_that_is_cut_ends_after_a_whole_word_and_says_so() -> None:
    words = " ".join(["rate"] * 100)
    assert cut_text(words[:LONGEST]) == words[:LONGEST]
    assert cut_text(words) == " ".join(["rate"] * 79) + " …"
    assert len(cut_text("x" * 1000)) == LONGEST
    assert cut_text("x" * 1000).endswith("x …")


def test_a_rule_without_a_verdict_neither_passed_nor_failed() -> None:
    outcome = CheckOutcome("rule", None, "expect", "error", True, note="too little past", is_judged=False)
    names = load_contract("quality.result").column_names
    row = dict(zip(names, result_row(outcome, "raw.ocean_ams", EXPECTATION), strict=True))
    assert (row["passed"], row["note"]) == (None, "too little past")


def test_a_night_of_which_nothing_is_known_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PartitionMissingError, match="nothing is known about the data of 2026-11-20"):
        read_night(Lake(tmp_path), load_policy(SHIPPED_POLICY).expectations, ON)


def test_a_night_whose_parts_are_gone_is_read_from_its_tables(bench: Bench) -> None:
    keep(bench, "core", [result_row(BROKEN, "x", CONTRACT)], night_measures(5))
    gather_steps(bench.con, bench.lake, ON, STEPS)
    for table in ("quality.result", "quality.measure"):
        bench.publish(table, table.replace(".", "_"))
        bench.lake.publish(bench.lake.path(table, bench.on), table, ON)
    policy = load_policy(SHIPPED_POLICY).expectations
    by_parts = read_night(bench.lake, policy, ON)
    for part in bench.lake.root.glob("quality/step_*/*/*.parquet"):
        part.unlink()
    assert read_night(bench.lake, policy, ON).results == by_parts.results
    assert pl.read_parquet(bench.lake.path("quality.measure", ON)).height == len(by_parts.values)
