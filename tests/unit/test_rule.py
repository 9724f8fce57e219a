"""Rules that hold rows, in words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_quality.codes import load_codes
from data_quality.contract import load_contract
from data_quality.hold import build_predicates
from tidewaiter.ingest.exam_finding import FEED as FINDINGS
from tidewaiter.ingest.low_value_entry import FEED as ENTRIES
from tidewaiter.ingest.ocean_ams import FEED as BILLS
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.settings import PROJECT
from tidewaiter.view.rule import ASK, READER_RULES, explain_rule

INGEST = PROJECT / "tidewaiter" / "ingest"
GIVEN = re.compile(r"""["']reject_rule["']\]?\s*[=:]\s*["']([a-z_]+)["']|WRONG_WIDTH = ["']([a-z_]+)["']""")


def each_rule() -> Iterator[tuple[str, str]]:
    codes = {**{name: tuple(codes) for name, codes in load_codes().items()}, "finding": ("X",)}
    for feed in FEEDS:
        for table in feed.tables:
            for rule in build_predicates(load_contract(table), codes, as_read=True).broken:
                yield table, rule


def test_every_rule_that_can_hold_a_row_is_explained_from_its_contract() -> None:
    feeds = {table: feed for feed in FEEDS for table in feed.tables}
    rules = list(each_rule())
    assert len(rules) > 500
    for table, rule in rules:
        meaning = explain_rule(feeds[table], rule, table)
        assert "no contract" not in meaning.sentence, (table, rule)
        assert meaning.columns, (table, rule)
        assert set(meaning.columns) <= set(load_contract(table).column_names)
        assert all(load_contract(table).column(name).description in meaning.sentence for name in meaning.columns)


def test_every_rule_that_a_reader_gives_is_explained() -> None:
    found = {name for path in INGEST.glob("*.py") for name in list_given(path)}
    assert {"wrong_column_count", "amendment_without_bill"} <= found
    assert found == set(READER_RULES)


def list_given(path: Path) -> set[str]:
    return {first or second for first, second in GIVEN.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("malformed_port_code",
         "port_code (planned port of entry, Schedule D) has to match ^[0-9]{4}$, for example 4701"),
        ("unknown_mode_code",
         "mode_code (mode of transport) has to be one of 10, 11, 20, 21, 30, 31, 40, 41, 50, 60"),
        ("unknown_record_status", "has to be one of new, amended, cancelled"),
        ("out_of_range_line_number", "has to be at least 1 and at most 999"),
        ("missing_house_bill", "is required and is empty"),
        ("too_long_description", "has to have at most 500 characters"),
        ("unprintable_description", "has control characters, or marks that turn the direction of text"),
        ("unreadable_filed_at", "has to be a time, such as 2026-11-19T14:03:00Z"),
        ("unreadable_line_number", "has to be a whole number"),
        ("unreadable_value_usd", "has to be a number"),
        ("unreadable_screened", "has to be true or false"),
        ("missing_hts10", "no row may have hts10 is null and entry_type <> '321'; entry_type ("),
        ("conflicting_duplicate", "the same entry_number, line_number, filed_at and other content"),
    ],
)  # fmt: skip
def test_a_rule_says_which_column_must_be_what(rule: str, sentence: str) -> None:
    assert sentence in explain_rule(ENTRIES, rule).sentence


def test_a_code_that_may_be_right_can_be_added_and_everything_else_is_asked_for() -> None:
    assert "data_quality/codes/mode.csv" in explain_rule(ENTRIES, "unknown_mode_code").advice
    assert "policy/findings.yml" in explain_rule(FINDINGS, "unknown_finding_code").advice
    assert explain_rule(ENTRIES, "malformed_port_code").advice == ASK
    assert "later filed_at" in explain_rule(ENTRIES, "conflicting_duplicate").advice


def test_a_pair_of_columns_an_orphan_and_a_forgotten_rule_are_explained() -> None:
    assert (
        "known_at (when the result could first be used) has to be at or after"
        in explain_rule(FINDINGS, "known_before_examined").sentence
    )
    orphan = explain_rule(BILLS, "orphan_ocean_ams_container")
    assert orphan.sentence == "no kept row of raw.ocean_ams_header has its identifier"
    assert "no contract of this version" in explain_rule(ENTRIES, "malformed_colour").sentence
