"""Hold rules: every rule has a row that breaks it, no row is lost, and Great Expectations says the same."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_quality.contract import load_contract
from data_quality.hold import LONGEST_TEXT, build_predicates
from data_quality.suites import evaluate_table
from tests.support.entry import (
    ENTRY,
    FINDING,
    GOOD_ENTRY,
    GOOD_FINDING,
    entry,
    landing_file,
    write_csv,
    write_json_lines,
)
from tests.support.waybill import GOOD_WAYBILL, WAYBILL
from tests.support.work import Bench, open_bench
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.ingest.registry import find_feed

GOOD = {ENTRY: GOOD_ENTRY, FINDING: GOOD_FINDING, WAYBILL: GOOD_WAYBILL}
# What breaks each kind of rule, whatever the column.
BREAKERS = {
    "missing": "",
    "unreadable": "not a value",
    "too_long": "x" * (LONGEST_TEXT + 1),
    "unprintable": "a\u202eb",
    "unknown": "??",
    "malformed": "?",
    "out_of_range": "-1",
}
SPECIAL = {
    "filer_not_in_entry_number": {"filer_code": "ZZB"},
    "missing_hts10": {"hts10": ""},
    "out_of_range_line_number": {"line_number": "1000"},
    "malformed_house_awb": {"house_awb": "H/1"},
    "known_before_examined": {"known_at": "2026-11-01T00:00:00Z"},
    "loss_without_violation": {"finding_code": "NO_DISCREPANCY", "loss_usd": "12.50"},
}


def breaking_row(table: str, rule: str) -> dict[str, str]:
    good = GOOD[table]
    if rule in SPECIAL:
        return {**good, **SPECIAL[rule]}
    kind = next(kind for kind in BREAKERS if rule.startswith(kind + "_"))
    return {**good, rule.removeprefix(kind + "_"): BREAKERS[kind]}


def rules_of(table: str) -> list[str]:
    codes = {"finding": ("UNDERVALUED",)}
    lists = {
        rule.code_list: ("x",) for column in load_contract(table).columns for rule in column.rules if rule.code_list
    }
    return sorted(build_predicates(load_contract(table), {**lists, **codes}, as_read=True).broken)


IN_FORCE = {"schedule_d": (GOOD_ENTRY["port_code"],)}
CASES = [(table, rule) for table in GOOD for rule in rules_of(table)]


def keep_rows(bench: Bench, table: str, rows: list[dict[str, str]]) -> list[list[str]]:
    feed = find_feed(load_contract(table).noun)
    name = "a.csv" if table == FINDING else "a.jsonl"
    path = landing_file(bench.landing, feed.folder, name)
    if table == FINDING:
        write_csv(path, table, rows)
    else:
        write_json_lines(path, rows)
    bench.read(feed)
    replace(bench, dated_codes=IN_FORCE).keep(feed)
    return [rules for (rules,) in bench.rows(f"select broken_rules from held_{feed.noun}")]


@pytest.mark.parametrize(("table", "rule"), CASES)
def test_every_rule_has_a_row_that_breaks_it(bench: Bench, table: str, rule: str) -> None:
    assert any(rule in rules for rules in keep_rows(bench, table, [breaking_row(table, rule)]))


@pytest.mark.parametrize("table", GOOD)
def test_a_good_row_is_kept(bench: Bench, table: str) -> None:
    assert keep_rows(bench, table, [dict(GOOD[table])]) == []


def test_great_expectations_finds_nothing_more_in_kept_rows(bench: Bench) -> None:
    rows = [breaking_row(ENTRY, rule) for rule in rules_of(ENTRY)]
    numbered = [{"entry_number": f"ZZA{n:08d}", **{k: v for k, v in row.items() if k != "entry_number"}}
                for n, row in enumerate(rows)]  # fmt: skip
    held = keep_rows(bench, ENTRY, [*numbered, *(entry(n) for n in range(500, 1500))])
    assert len(held) >= 100
    beside, codes = ("source_file", "source_line", "source_sha256", "landed_on"), {**bench.codes, **IN_FORCE}
    outcomes = evaluate_table(bench.con, "kept_low_value_entry", load_contract(ENTRY), codes, beside=beside)
    assert [outcome.rule for outcome in outcomes if not outcome.passed] == []


cell = st.one_of(st.sampled_from(sorted(set(GOOD_ENTRY.values()))), st.text(max_size=12), st.just(""))
rows = st.lists(
    st.dictionaries(st.sampled_from(sorted(GOOD_ENTRY)), cell, max_size=4).map(
        lambda changes: {**GOOD_ENTRY, **changes}
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(rows)
def test_kept_and_held_make_all_rows(given_rows: list[dict[str, str]]) -> None:
    with TemporaryDirectory() as folder, open_bench(Path(folder)) as bench:
        write_json_lines(landing_file(bench.landing, FEED.folder, "a.jsonl"), given_rows)
        (record,) = bench.read(FEED)
        bench.keep(FEED)
        assert record.status == "accepted"
        ((total, kept, held),) = bench.rows("select rows_n, kept_n, held_n from ledger_low_value_entry")
        assert total == kept + held == len(given_rows)
        assert bench.rows("select count(*) from held_low_value_entry") == [(held,)]
