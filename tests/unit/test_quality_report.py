"""The data quality report: what it says of a night, and that it needs nothing but itself."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from data_quality.advice import CHECKS
from data_quality.contract import load_contract
from data_quality.report import render_report
from data_quality.statistic import Measure
from data_quality.wording import spell, word_rule
from pipelines.definitions import defs
from tests.support.quality import ON, USUAL, expect, night_measures
from tests.unit.made_lake import write_partition
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.lake import Lake
from tidewaiter.quality.naming import name_table
from tidewaiter.quality.night import NightQuality, read_night
from tidewaiter.quality.page import STATES, build_page, list_needs
from tidewaiter.settings import PROJECT
from tidewaiter.view.quality_view import quality_to_json

HOSTILE = '<script>alert("x")</script>&.csv'
POLICY = expect(
    tables={
        "core.shipment": {
            "columns": {
                "origin_country": {"fill": {"warn_below": 0.9}, "drift": {"max_psi": 0.25}},
                "value_usd": {"shift": {"max_factor": 2}},
            }
        }
    },
    feeds={"low_value_entry": {"ask": "the <b>desk</b>"}, "ofac_sdn": {"age_days": 30}},
)
RESULT = {"source": "expectation", "severity": "warning", "passed": False, "evaluated_by": "tidewaiter_bound"}
DRIFTED = {**RESULT, "table_name": "core.shipment", "rule": "drifted_origin_country", "column_name": "origin_country",
           "observed": "0.81", "bound": "a stability index of at most 0.25"}  # fmt: skip
STOPPED = {**RESULT, "table_name": "raw.low_value_entry", "rule": "fewer_rows_than_usual", "severity": "error",
           "observed": "40 rows", "bound": "at least 600 rows"}  # fmt: skip
IDLE = {**RESULT, "table_name": "raw.ocean_ams", "rule": "fewer_rows_than_usual", "passed": None, "note": "no past yet"}
HOLDS = {**RESULT, "table_name": "core.shipment", "source": "contract", "rule": "missing_port_code", "passed": True}
ENTRIES = "raw.low_value_entry"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Forty nights; tonight has another mix, held rows, and a file with a hostile name that was refused."""
    lake = Lake(tmp_path_factory.mktemp("quality"))
    for back in range(1, 41):
        measures = [*night_measures(1000.0 + back % 3), Measure(ENTRIES, "*", "rows_n", "*", 1000.0)]
        write_measures(lake, measures, back)
    tonight = [
        *night_measures(1000, mix={"CN": 0.2, "HK": 0.8}),
        *(Measure(ENTRIES, "*", name, "*", value) for name, value in
          (("rows_n", 640.0), ("files_n", 2.0))),
        *(Measure("held.low_value_entry", "*", name, code, value) for name, code, value in
          (("kept_n", "*", 600.0), ("held_n", "*", 40.0), ("rule_held_n", "unknown_mode_code", 40.0))),
        Measure("core.shipment", "origin_country", "psi", "*", 0.81),
        Measure("raw.ofac_sdn", "*", "rows_n", "*", 100.0), Measure("raw.ofac_sdn", "*", "age_days", "*", 41.0),
    ]  # fmt: skip
    write_measures(lake, tonight, 0)
    refused = {"feed": "low_value_entry", "file": HOSTILE, "status": "refused", "size_bytes": 1, "sha256": "a",
               "cause": "<img src=x>", "fix": "send it again"}  # fmt: skip
    write_partition(lake, "raw.low_value_entry_file", [refused], ON)
    return lake


def write_measures(lake: Lake, measures: list[Measure], back: int) -> None:
    rows = [dict(zip(("table_name", "column_name", "measure", "code", "value"), (*each.key, each.value), strict=True))
            for each in measures]  # fmt: skip
    write_partition(lake, "quality.measure", rows, ON - timedelta(days=back))


def read(lake: Lake, *results: Mapping[str, object]) -> NightQuality:
    write_partition(lake, "quality.result", results, ON)
    return read_night(lake, POLICY, ON)


def render(lake: Lake, *results: Mapping[str, object]) -> str:
    return render_report(build_page(read(lake, *results)))


REFUSED = {**RESULT, "source": "check", "severity": "error", "rule": "files_accepted", "observed": "a.csv: it is empty"}


@pytest.mark.parametrize(
    ("table", "what", "do", "not_do"),
    [
        (ENTRIES, "E-commerce entries: a file was refused", "`tidewaiter replay` takes the corrected file", "own date"),
        ("raw.ofac_cons", "OFAC consolidated list: a file was refused", "in a folder of its own date", "replay"),
        ("raw.adcvd", "Anti-dumping and countervailing orders: a file was", "in a folder of its own date", "replay"),
    ],
)
def test_a_refused_file_has_the_one_advice_that_fits_its_feed(
    lake: Lake, table: str, what: str, do: str, not_do: str
) -> None:
    [need] = [each for each in list_needs(read(lake, {**REFUSED, "table_name": table})) if "refused" in each.what]
    assert need.what.startswith(what)
    assert do in need.do
    assert not_do not in need.do


def test_feeds_and_lists_have_their_titles_on_the_page(lake: Lake) -> None:
    page = build_page(read(lake))
    assert [line.name for line in page.lists if line.name.startswith("OFAC")] == [
        "OFAC sanctions list", "OFAC consolidated list"
    ]  # fmt: skip
    assert len({feed.title for feed in FEEDS}) == len(FEEDS)
    assert name_table("raw.ofac_alt") == "OFAC sanctions list (ofac alt)"
    assert name_table("held.hts10") == "Tariff texts (HTS-10)"


def test_every_check_has_words_and_an_advice() -> None:
    checks = {key.name for key in defs.resolve_asset_graph().asset_check_keys}
    own = checks - {"contract", "contract_warnings", "expectations"}
    assert {rule for rule in own if word_rule(rule, []) == spell(rule)} == set()
    operations = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert {rule for rule in checks if f"| `{rule}` |" not in operations} == set()
    assert own - CHECKS.keys() == set()


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    VOID = ("meta", "line", "rect", "circle", "polyline", "br")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.text).split())


def test_the_page_is_whole_and_asks_for_nothing_outside_itself(lake: Lake) -> None:
    page = Reader(render(lake, DRIFTED, HOLDS))
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object", "image", "use"} & set(page.tags)
    assert not [each for each in page.attributes if each[1] in ("src", "style", "srcset") or each[1].startswith("on")]
    assert all(value.startswith("#") for _, name, value in page.attributes if name.endswith("href"))
    anchors = {value for _, name, value in page.attributes if name == "id"}
    assert {value[1:] for _, name, value in page.attributes if name == "href"} <= anchors
    assert "url(" not in render(lake, HOLDS)
    assert "@import" not in render(lake, HOLDS)


def test_the_page_can_be_read_without_eyes_and_without_colour(lake: Lake) -> None:
    page = Reader(render(lake, DRIFTED, HOLDS))
    assert ("html", "lang", "en") in page.attributes
    assert page.tags.count("title") >= 1
    assert page.tags.count("h1") == 1
    drawn = [index for index, (tag, name, _) in enumerate(page.attributes) if (tag, name) == ("svg", "role")]
    assert drawn
    labels = [value for tag, name, value in page.attributes if (tag, name) == ("svg", "aria-label")]
    assert len(labels) == len(drawn)
    assert all(labels)
    for words in ("look at it", "as expected", "not judged"):
        assert words in page.said


def test_what_comes_from_outside_is_text_and_never_markup(lake: Lake) -> None:
    text = render(lake, {**STOPPED, "observed": "<svg onload=x>"})
    page = Reader(text)
    assert HOSTILE in page.said
    assert "<img src=x>" in page.said
    assert "the <b>desk</b>" in page.said
    assert not {"script", "img", "b"} & set(page.tags)
    assert "<script" not in text
    assert "<svg onload" not in text


def test_the_same_night_is_the_same_page(lake: Lake) -> None:
    assert render(lake, DRIFTED, STOPPED, HOLDS) == render(lake, HOLDS, STOPPED, DRIFTED)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        ([HOLDS], "The data arrived as usual. Nothing needs a person."),
        ([HOLDS, IDLE], "The data arrived as usual. Nothing needs a person."),
        ([HOLDS, DRIFTED], "The data was used; one thing needs a person to look."),
        ([DRIFTED, STOPPED], "The night was stopped: E-commerce entries: far fewer rows than usual."),
    ],
)
def test_the_first_sentence_says_how_the_night_stands(
    lake: Lake, results: list[Mapping[str, object]], verdict: str
) -> None:
    assert verdict in Reader(render(lake, *results)).said


def test_what_stopped_the_night_comes_first_with_what_to_do(lake: Lake) -> None:
    first, second = build_page(read(lake, DRIFTED, STOPPED)).needs
    assert (first.what, first.found, first.expected) == (
        "E-commerce entries: far fewer rows than usual", "40 rows", "at least 600 rows",
    )  # fmt: skip
    assert first.do.startswith("Ask the <b>desk</b> whether files are missing.")
    assert second.what == "Shipments: origin country has another mix of codes than on the nights before"


def test_feeds_are_compared_with_their_usual_and_rules_are_in_words(lake: Lake) -> None:
    page = build_page(read(lake, HOLDS))
    entries = next(feed for feed in page.feeds if feed.code == "low_value_entry")
    assert (entries.rows, entries.kept, entries.held, entries.refused) == ("640", "600", "40", "1")
    assert entries.usual == "64% of 1,000"
    assert entries.trend.words == "Over 30 nights from 640 rows to 1,000 rows, usually 1,000 rows; tonight 640 rows"
    [held] = page.held
    assert (held.words, held.rows, held.share) == ("mode code is not in its list of codes", "40", "6.25%")


def test_a_mix_shows_what_moved_before_and_tonight(lake: Lake) -> None:
    [mix] = build_page(read(lake, DRIFTED)).mixes
    assert (mix.tone, mix.verdict, mix.index) == ("warn", "much", "0.81")
    assert [(bar.code, bar.before, bar.tonight, bar.change) for bar in mix.bars] == [
        ("CN", "60.0%", "20.0%", "-40.0 points"), ("HK", "40.0%", "80.0%", "+40.0 points"),
    ]  # fmt: skip
    assert (mix.bars[0].before_width, mix.bars[0].tonight_width) == (75.0, 25.0)


def test_lists_say_how_old_they_are(lake: Lake) -> None:
    late = {**RESULT, "table_name": "raw.ofac_sdn", "rule": "snapshot_too_old"}
    [sanctions] = [line for line in build_page(read(lake, late)).lists if line.name == "OFAC sanctions list"]
    assert (sanctions.tone, sanctions.age, sanctions.limit) == ("warn", "41 days old", "30 days")


def test_a_night_that_nothing_is_published_of_still_has_a_page(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_measures(lake, [Measure(ENTRIES, "*", "rows_n", "*", 40.0)], 0)
    said = Reader(render(lake, STOPPED, IDLE)).said
    assert "No table was published" in said
    assert "No row was held." in said
    assert "no past yet" in said


def test_the_json_form_has_what_failed_and_every_figure(lake: Lake) -> None:
    night = read(lake, DRIFTED, HOLDS, IDLE)
    found = json.loads(quality_to_json(night, build_page(night)))
    assert [(each["rule"], each["passed"]) for each in found["results"]] == [
        ("drifted_origin_country", False), ("fewer_rows_than_usual", None),
    ]  # fmt: skip
    assert len(found["measures"]) == len(night.values)
    assert found["stopped"] is False


def test_the_usual_window_does_not_shorten_the_lines(lake: Lake) -> None:
    short = POLICY.model_copy(update={"usual": USUAL.model_copy(update={"window_days": 7})})
    read(lake, HOLDS)
    night = read_night(lake, short, ON)
    assert len(night.series(ENTRIES, "rows_n")) == 30
    assert replace(night, files=()).past.typical_rows(ENTRIES).nights_n == 1


def test_the_page_has_words_for_every_status_of_a_file() -> None:
    status = next(column for column in load_contract("raw.ofac_sdn_file").columns if column.name == "status")
    (known,) = [rule.arguments["value_set"] for rule in status.rules if "value_set" in rule.arguments]
    assert set(STATES) == set(known)
