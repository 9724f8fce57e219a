"""Data quality through whole nights: what stops one, what warns, what is kept of it, and what its page gives away.

Belongs here: nights with too little, too much and planted data.
Belongs elsewhere: single bounds (tests/unit/test_expectation.py), the page alone (tests/unit/test_quality_report.py).
"""

import json
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.support.entry import ENTRY, entry, landing_file, write_csv
from tests.support.home import Said, copy_home, hash_files, make_settings, options, read, run_command, run_job
from tidewaiter.settings import SHIPPED_POLICY, Settings

ON = date(2026, 11, 20)
FRIDAYS = [ON - timedelta(weeks=back) for back in (3, 2, 1)]
USUAL_N = 40
PLANTED = {
    "consignee_name": "Zebulon Plantedname", "consignee_address": "77 Planted Lane", "consignee_phone": "555-0177-9911",
    "consignee_email": "zeb@planted.example", "shipper_name": "Plantedshipper", "description": "gift for Plantedkin",
}  # fmt: skip
# No dated list lands in these nights, and without a tariff no duty is known: a warning each.
WITHOUT_LISTS = ("lists_landed", "duty_known")
LISTS_LACKING_N = 8
SMALL = {
    "min_nights: 4": "min_nights: 3",
    "drift_min_nights: 7": "drift_min_nights: 3",
    "min_rows: 500": "min_rows: 20",
    "min_share_of_usual: 0.4": "min_share_of_usual: 0.6",
}


@dataclass(frozen=True)
class Night:
    """A night and what its command said."""

    settings: Settings
    said: Said


def land(landing: Path, on: date, rows_n: int, **changes: str) -> None:
    first = on.toordinal() % 1000 * 1000
    rows = [entry(first + each, filed_at=f"{on}T01:00:00Z", **changes) for each in range(rows_n)]
    write_csv(landing_file(landing, "low_value_entry", "a.csv", on), ENTRY, rows)


@pytest.fixture(scope="module")
def fridays(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with three Fridays of history, under a policy for which that is past enough."""
    folder = tmp_path_factory.mktemp("fridays")
    policy = folder / "policy"
    policy.mkdir()
    text = (SHIPPED_POLICY / "expectations.yml").read_text(encoding="utf-8")
    for old, new in SMALL.items():
        assert old in text
        text = text.replace(old, new)
    (policy / "expectations.yml").write_text(text, encoding="utf-8")
    settings = make_settings(folder, folder / "landing", policy)
    for day in FRIDAYS:
        land(settings.landing, day, USUAL_N)
    assert [each.error for each in run_job(settings, "history", *FRIDAYS)] == [None] * len(FRIDAYS)
    return settings


def run_night(fridays: Settings, folder: Path, rows_n: int, **changes: str) -> Night:
    shutil.copytree(fridays.landing, folder / "landing")
    settings = replace(copy_home(fridays, folder), landing=folder / "landing")
    land(settings.landing, ON, rows_n, **changes)
    return Night(settings, run_command("nightly", "--date", ON.isoformat(), *options(settings)))


@pytest.fixture(scope="module")
def half(fridays: Settings, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return run_night(fridays, tmp_path_factory.mktemp("half"), USUAL_N // 2)


@pytest.fixture(scope="module")
def doubled(fridays: Settings, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Twice the rows, all of another origin, with personal data that must not show anywhere."""
    return run_night(fridays, tmp_path_factory.mktemp("doubled"), 2 * USUAL_N, origin_country="TR", **PLANTED)


def report(night: Night) -> str:
    return (night.settings.quality / ON.isoformat() / "report.html").read_text(encoding="utf-8")


def broken(night: Night) -> dict[str, str]:
    results = read(night.settings, "quality.result", ON).filter(
        pl.col("passed").not_(), pl.col("rule").is_in(WITHOUT_LISTS).not_()
    )
    return {f"{row['table_name']} {row['rule']}": row["severity"] for row in results.to_dicts()}


def test_a_night_with_half_of_the_usual_rows_stops_with_a_sentence_that_says_so(half: Night) -> None:
    assert half.said.code == 1
    assert (
        "raw.low_value_entry is not published: far fewer rows than usual: 20 rows, expected is at least 24 rows: "
        "60% of the usual 40 (median of 3 Fridays). Fix: ask whoever sends the feed; land what is missing, or accept"
    ) in half.said.err
    assert "Traceback" not in half.said.err


def test_a_night_that_stops_publishes_nothing_downstream_and_says_what_landed(half: Night) -> None:
    published = {
        path.parts[-4] + "." + path.parts[-3] for path in half.settings.lake.glob(f"*/*/date={ON}/part.parquet")
    }
    assert (
        not {"raw.low_value_entry", "core.shipment", "feature.shipment", "queue.item", "core.landed_file"} & published
    )
    assert not half.settings.releases.exists()
    assert read(half.settings, "raw.low_value_entry_file", ON)["rows_n"].to_list() == [USUAL_N // 2]


def test_a_night_that_stops_has_a_page_that_says_why(half: Night) -> None:
    page = report(half)
    assert "The night was stopped: E-commerce entries: far fewer rows than usual." in page
    assert "50% of 40" in page


def test_a_night_that_a_person_accepts_goes_on_and_says_who_accepted_it(half: Night, tmp_path: Path) -> None:
    settings = copy_home(half.settings, tmp_path)
    policy = tmp_path / "policy"
    text = (half.settings.policy / "expectations.yml").read_text(encoding="utf-8")
    accepted = "".join(
        f"\n  - {{date: {ON}, table: {table}, rule: fewer_rows_than_usual, reason: a holiday, by: J}}"
        for table in ("raw.low_value_entry", "core.shipment")
    )
    policy.mkdir()
    (policy / "expectations.yml").write_text(text.replace("accepted: []", f"accepted: {accepted}"), encoding="utf-8")
    settings = replace(settings, policy=policy)
    said = run_command("nightly", "--date", ON.isoformat(), *options(settings))
    assert said.code == 0, said.err
    results = read(settings, "quality.result", ON).filter(pl.col("rule") == "fewer_rows_than_usual")
    notes = dict(results.filter(pl.col("passed").not_()).select("table_name", "note").iter_rows())
    assert notes == dict.fromkeys(("raw.low_value_entry", "core.shipment"), "accepted by J: a holiday")


def test_a_date_of_too_little_that_is_built_as_history_holds_up_no_later_night(half: Night, tmp_path: Path) -> None:
    settings = copy_home(half.settings, tmp_path)
    (result,) = run_job(settings, "history", ON)
    assert result.succeeded
    warned = {(each.table, each.severity) for each in result.failed_checks if each.check == "expectations"}
    assert ("raw.low_value_entry", "WARN") in warned


def test_a_night_with_twice_the_rows_goes_on_with_a_warning(doubled: Night) -> None:
    assert doubled.said.code == 0, doubled.said.err
    assert read(doubled.settings, "score.shipment", ON).height == 2 * USUAL_N
    found = broken(doubled)
    assert found == dict.fromkeys(
        ("raw.low_value_entry more_rows_than_usual", "core.shipment more_rows_than_usual",
         "core.shipment drifted_origin_country"), "warning",
    )  # fmt: skip
    assert "expected is at most 72 rows: 180% of the usual 40 (median of 3 Fridays)" in doubled.said.err


def test_great_expectations_evaluates_what_it_has_an_expectation_for(doubled: Night) -> None:
    results = read(doubled.settings, "quality.result", ON).filter(source="expectation", table_name="core.shipment")
    by = dict(results.filter(pl.col("passed").is_not_null()).select("rule", "evaluated_by").iter_rows())
    assert by["more_rows_than_usual"] == "expect_table_row_count_to_be_between"
    assert by["emptier_than_wanted_description"] == "expect_column_proportion_of_non_null_values_to_be_between"
    assert by["shifted_value_usd_50"] == "expect_column_quantile_values_to_be_between"
    assert by["drifted_origin_country"] == "tidewaiter_bound"


def test_no_personal_value_and_no_goods_text_is_in_what_is_kept_of_the_checks(doubled: Night) -> None:
    page = report(doubled)
    kept = [read(doubled.settings, table, ON).write_csv() for table in ("quality.result", "quality.measure")]
    said = doubled.said.err + doubled.said.out
    for text in (page, *kept, said):
        assert not [value for value in (*PLANTED.values(), "Plantedkin", "planted") if value in text]


def test_the_release_has_results_and_figures(doubled: Night) -> None:
    (file,) = (doubled.settings.releases / ON.isoformat()).glob("*.duckdb")
    with duckdb.connect(str(file), read_only=True) as con:
        results = con.execute("select count(*) from mart.quality_result where not passed").fetchall()
        rows = con.execute(
            "select value from mart.quality_measure where table_name = 'core.shipment' and measure = 'rows_n'"
        ).fetchall()
    assert (results, rows) == ([(3 + LISTS_LACKING_N,)], [(2 * USUAL_N,)])


def test_the_command_says_what_the_page_says(doubled: Night, tmp_path: Path) -> None:
    home, page = ("--home", doubled.settings.home, "--policy", doubled.settings.policy), tmp_path / "page.html"
    said = run_command("quality", *home, "--html", page)
    assert said.code == 0, said.err
    assert "Data quality, Friday 20 November 2026" in said.out
    assert f"{3 + LISTS_LACKING_N} things need a person to look" in said.out
    assert page.read_text(encoding="utf-8") == report(doubled)
    found = json.loads(run_command("quality", "--date", ON.isoformat(), *home, "--json").out)
    assert {each["rule"] for each in found["results"] if each["passed"] is False} == {
        "more_rows_than_usual", "drifted_origin_country", *WITHOUT_LISTS,
    }  # fmt: skip
    assert (doubled.settings.quality / "latest").resolve().name == ON.isoformat()


def test_the_same_night_again_leaves_the_same_results_and_the_same_page(doubled: Night, tmp_path: Path) -> None:
    again = copy_home(doubled.settings, tmp_path)
    said = run_command("nightly", "--date", ON.isoformat(), *options(again))
    assert said.code == 0, said.err
    assert hash_files(again.lake) == hash_files(doubled.settings.lake)
    assert hash_files(again.quality) == hash_files(doubled.settings.quality)
