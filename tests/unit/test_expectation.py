"""Bounds of a night: each on both sides of its number, and when none can be set."""

from collections.abc import Sequence
from typing import Any

import duckdb
import pytest

from data_quality.engine import validate
from data_quality.expectation import PAST_DATE, Bound, index_measures, judge_bounds, list_rules, settle_bounds
from data_quality.expectation_policy import Accepted, FeedExpectations, TableExpectations
from data_quality.expected import expect_of_keeping, expect_of_landing, expect_of_table, measure_drift
from data_quality.outcome import CheckOutcome
from data_quality.past import Past
from data_quality.statistic import Measure, measure_table
from tests.support.quality import ON, TABLE, expect, make_past, night_measures, wanted
from tidewaiter.ingest.registry import find_feed
from tidewaiter.quality.observe import observe_landing

ROWS = TableExpectations.model_validate(
    {"rows": {"min": 400, "max": 2000, "min_share_of_usual": 0.6, "max_share_of_usual": 1.5}}
)
LANDING = FeedExpectations.model_validate(
    {"rows": {"min_share_of_usual": 0.6}, "refused_files": 1, "age_days": 30, "held_share": {"max": 0.05}}
)


def judge(bounds: Sequence[Bound], measures: Sequence[Measure], **options: Any) -> dict[str, CheckOutcome]:
    values = index_measures(measures)
    found = judge_bounds(settle_bounds(bounds, values), values, on=ON, **options)
    return {outcome.rule: outcome for outcome in found}


def judge_rows(rows: float, nights: int = 21, usual: float = 1000) -> dict[str, CheckOutcome]:
    measure = Measure(TABLE, "*", "rows_n", "*", rows)
    return judge(list(expect_of_table(TABLE, ROWS, make_past(nights, rows=usual))), [measure])


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        (399, {"too_few_rows", "fewer_rows_than_usual"}),
        (400, {"fewer_rows_than_usual"}),
        (599, {"fewer_rows_than_usual"}),
        (600, set()),
        (1500, set()),
        (1501, {"more_rows_than_usual"}),
        (2000, {"more_rows_than_usual"}),
        (2001, {"more_rows_than_usual", "too_many_rows"}),
    ],
)
def test_a_number_of_rows_is_judged_on_both_sides_of_each_bound(rows: int, broken: set[str]) -> None:
    assert {rule for rule, outcome in judge_rows(rows).items() if not outcome.passed} == broken


def test_a_minimum_is_fatal_and_a_maximum_warns() -> None:
    severities = {rule: outcome.severity for rule, outcome in judge_rows(1000).items()}
    assert severities == {
        "too_few_rows": "error", "fewer_rows_than_usual": "error",
        "too_many_rows": "warning", "more_rows_than_usual": "warning",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        (599, {"fewer_rows_than_usual", "rather_few_rows"}),
        (600, {"rather_few_rows"}),
        (799, {"rather_few_rows"}),
        (800, set()),
    ],
)
def test_a_quiet_night_warns_before_a_lost_feed_stops_it(rows: int, broken: set[str]) -> None:
    volume = {"rows": {"min_share_of_usual": 0.6, "warn_share_of_usual": 0.8}}
    bounds = expect_of_table(TABLE, TableExpectations.model_validate(volume), make_past(21, rows=1000))
    outcomes = judge(list(bounds), [Measure(TABLE, "*", "rows_n", "*", rows)])
    assert {rule for rule, outcome in outcomes.items() if not outcome.passed} == broken
    assert outcomes["rather_few_rows"].severity == "warning"
    assert not outcomes["rather_few_rows"].blocks


def test_a_bound_says_its_number_and_of_what_it_is() -> None:
    outcome = judge_rows(599)["fewer_rows_than_usual"]
    assert outcome.observed == "599 rows"
    assert outcome.bound == "at least 600 rows: 60% of the usual 1,000 (median of 3 Fridays)"
    assert outcome.blocks


def test_usual_is_the_median_of_the_same_weekday() -> None:
    busy = [(day, Measure(TABLE, "*", "rows_n", "*", 10_000.0)) for day in (ON.replace(day=14), ON.replace(day=15))]
    fridays = [(ON.replace(day=day), Measure(TABLE, "*", "rows_n", "*", rows)) for day, rows in
               ((13, 900.0), (6, 1000.0))]  # fmt: skip
    older = [(ON.replace(month=10, day=30), Measure(TABLE, "*", "rows_n", "*", 5000.0))]
    usual = Past(make_past(0).usual, ON, [*busy, *fridays, *older]).typical_rows(TABLE)
    assert (usual.value, usual.nights_n, usual.why_not) == (1000, 3, None)


@pytest.mark.parametrize(
    ("nights", "usual", "why"),
    [(20, 1000, "2 Fridays in the past, 3 are needed"), (21, 99, "usually 99 rows, 100 are needed")],
)
def test_with_too_little_past_what_is_relative_is_not_judged_and_says_so(nights: int, usual: float, why: str) -> None:
    outcomes = judge_rows(1, nights, usual)
    assert outcomes["fewer_rows_than_usual"].note == why
    assert outcomes["fewer_rows_than_usual"].is_judged is False
    assert outcomes["fewer_rows_than_usual"].passed
    assert outcomes["too_few_rows"].blocks, "an absolute bound needs no past"


@pytest.mark.parametrize(
    ("refused", "age", "held", "broken"),
    [(1, 30, 0.05, set()), (2, 31, 0.051, {"too_many_refused_files", "snapshot_too_old", "too_many_held"})],
)
def test_files_age_and_held_rows_are_judged_on_both_sides(
    refused: float, age: float, held: float, broken: set[str]
) -> None:
    bounds = [*expect_of_landing("hts", LANDING, make_past(0), is_snapshot=True), *expect_of_keeping("hts", LANDING)]
    measures = [Measure("raw.hts", "*", "refused_files_n", "*", refused), Measure("raw.hts", "*", "age_days", "*", age),
                Measure("held.hts", "*", "held_share", "*", held)]  # fmt: skip
    outcomes = judge(bounds, measures)
    assert {rule for rule, outcome in outcomes.items() if not outcome.passed} == broken
    assert not any(outcome.blocks for outcome in outcomes.values())


@pytest.mark.parametrize(("tables_n", "is_judged"), [(10, True), (11, False)])
def test_rows_of_many_tables_are_of_few_shipments_and_not_judged(tables_n: int, is_judged: bool) -> None:
    past = make_past(21, table="raw.ocean_ams", rows=1000)
    bounds = expect_of_landing("ocean_ams", LANDING, past, is_snapshot=False, tables_n=tables_n)
    outcome = judge(list(bounds), [Measure("raw.ocean_ams", "*", "rows_n", "*", 500)])["fewer_rows_than_usual"]
    assert (outcome.is_judged, outcome.blocks) == (is_judged, is_judged)
    assert is_judged or outcome.note == "usually 1,000 rows, 1,100 are needed"


@pytest.mark.parametrize(
    ("noun", "why_not"), [("ocean_ams", "usually 1,000 rows, 1,100 are needed"), ("low_value_entry", None)]
)
def test_what_landed_of_a_feed_is_judged_by_how_many_tables_it_has(noun: str, why_not: str | None) -> None:
    policy = expect(every_feed={"rows": {"min_share_of_usual": 0.6}})
    past = make_past(21, table=f"raw.{noun}", rows=1000)
    (bound,) = observe_landing(find_feed(noun), [], ON, policy, lambda: past).bounds
    assert (bound.rule, bound.why_not) == ("fewer_rows_than_usual", why_not)


def test_a_list_that_never_landed_has_no_age_to_judge() -> None:
    bounds = list(expect_of_landing("hts", LANDING, make_past(0), is_snapshot=True))
    outcome = judge(bounds, [])["snapshot_too_old"]
    assert (outcome.is_judged, outcome.note) == (False, "there is nothing to measure tonight")


COLUMNS = wanted(
    origin_country={
        "fill": {"min": 0.5, "warn_below": 0.75},
        "distinct": {"min": 2, "max": 3},
        "drift": {"max_psi": 0.1, "max_moved_share": 0.15},
    },
    value_usd={"shift": {"quantiles": [0.5, 0.75], "max_factor": 2}, "zeros": {"max": 0.25}},
    filed_at={"ahead": {"max_days": 1}},
)
GOOD = [("CN", 10, "2026-11-20"), ("CN", 20, "2026-11-21 23:00:00"), ("HK", 9, "2026-11-20"), ("HK", 0, "2026-11-20")]
# Against six in ten from CN before: a psi of 0.0405 and a tenth moved.
CASES: list[tuple[list[tuple[Any, Any, Any]], set[str]]] = [
    (GOOD, set()),
    ([*GOOD[:2], (None, 9, None), (None, 9, None)], {"emptier_than_wanted", "too_few_values", "drifted", "mix_moved"}),
    ([("CN", 9, None), ("HK", 9, None), *[(None, 9, None)] * 3], {"too_empty", "emptier_than_wanted"}),
    ([(code, 9, None) for code in ("CN", "HK", "VN", "MX")], {"too_many_values", "drifted", "mix_moved"}),
    ([(code, 21, None) for code, *_ in GOOD], {"shifted_50"}),
    ([(code, 4, None) for code, *_ in GOOD], {"shifted_50", "shifted_75"}),
    ([("CN", 10, None), ("CN", 10, None), ("HK", 0, None), ("HK", 0, None)], {"too_many_zeros", "shifted_50"}),
    ([*GOOD[:3], ("HK", 0, "2026-11-22")], {"too_far_ahead"}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "broken"), CASES)
@pytest.mark.parametrize("by_great_expectations", [True, False])
def test_columns_are_judged_alike_by_great_expectations_and_by_their_figures(
    rows: list[tuple[Any, Any, Any]], broken: set[str], by_great_expectations: bool
) -> None:
    past = make_past(6)
    with duckdb.connect() as con:
        con.execute("create table t (origin_country varchar, value_usd decimal(18,2), filed_at timestamp)")
        con.executemany("insert into t values (?, ?, ?)", rows)
        measures = measure_table(con, "t", TABLE, COLUMNS, ON)
        measures += tuple(measure_drift(TABLE, COLUMNS, index_measures(measures), past))
        bounds = settle_bounds(expect_of_table(TABLE, COLUMNS, past), index_measures(measures))
        said = validate(con, "t", list_rules(bounds), codes={}) if by_great_expectations else ()
    outcomes = judge(bounds, measures, evaluated=said)
    failed = {rule.replace(f"_{outcome.column}", "") for rule, outcome in outcomes.items() if not outcome.passed}
    assert failed == broken
    assert [outcome.error for outcome in outcomes.values()] == [None] * len(bounds)
    ran = {outcome.rule for outcome in outcomes.values() if outcome.expectation.startswith("expect_")}
    assert ran == ({rule.name for rule in list_rules(bounds)} if by_great_expectations else set())


def test_a_mix_and_a_size_need_nights_to_be_compared_with() -> None:
    bounds = {bound.rule: bound.why_not for bound in expect_of_table(TABLE, COLUMNS, make_past(4))}
    needed = "4 nights in the past, 5 are needed"
    assert bounds["drifted_origin_country"] == bounds["shifted_value_usd_50"] == needed
    tonight = index_measures(night_measures(1000))
    assert list(measure_drift(TABLE, COLUMNS, tonight, make_past(4))) == []
    assert len(list(measure_drift(TABLE, COLUMNS, tonight, make_past(5)))) == 2


def test_a_minimum_that_a_person_accepted_for_the_night_warns_with_the_reason() -> None:
    agreed = Accepted(date=ON, table=TABLE, rule="fewer_rows_than_usual", reason="a holiday", by="the duty officer")
    bounds = list(expect_of_table(TABLE, ROWS, make_past(21)))
    measure = Measure(TABLE, "*", "rows_n", "*", 500.0)
    [mine] = [each for each in judge(bounds, [measure], accepted=[agreed]).values() if not each.passed]
    assert (mine.severity, mine.blocks, mine.note) == ("warning", False, "accepted by the duty officer: a holiday")
    other = agreed.model_copy(update={"date": ON.replace(day=13)})
    assert judge(bounds, [measure], accepted=[other])["fewer_rows_than_usual"].blocks


def test_a_past_date_that_is_built_again_is_what_it_is() -> None:
    bounds = list(expect_of_table(TABLE, ROWS, make_past(21)))
    outcomes = judge(bounds, [Measure(TABLE, "*", "rows_n", "*", 1.0)], is_rebuild=True)
    assert not any(outcome.blocks for outcome in outcomes.values())
    assert outcomes["too_few_rows"].note == PAST_DATE
    assert not outcomes["too_few_rows"].passed
