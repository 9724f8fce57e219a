"""What bad input gets in a whole night: where it shows, and that the rest goes on.

Belongs here: checks, ledger and release of a night with one of everything, a late file, a finding that waits.
Belongs elsewhere: every form of bad rows and files (test_bad_input_rows.py, test_bad_input_files.py).
"""

import gzip
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.result import FailedCheck, RunResult
from tests.support.entry import DAY, ENTRY, FINDING, GOOD_FINDING, entry, landing_file, write_csv
from tests.support.home import hash_files, make_settings, options, read, run_command, run_job
from tidewaiter.ingest.stale import list_stale_dates
from tidewaiter.lake import Lake
from tidewaiter.settings import SHIPPED_POLICY, Settings

BEFORE = DAY - timedelta(days=1)
FOLDER = f"low_value_entry/{DAY}"
FORMULA = "=HYPERLINK(A1)"
GOOD_N = 25
LIMIT = 5_000_000


@dataclass(frozen=True)
class Nights:
    """A past date and a night after it, and what came of each."""

    settings: Settings
    past: RunResult
    night: RunResult

    def failed(self, check: str, result: RunResult | None = None) -> FailedCheck:
        """Return the one check of that name that did not pass."""
        (found,) = [each for each in (result or self.night).failed_checks if each.check == check]
        return found


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder = tmp_path_factory.mktemp("bad_input")
    policy = folder / "policy"
    policy.mkdir()
    limits = (SHIPPED_POLICY / "ingest.yml").read_text(encoding="utf-8").replace("20000000000", str(LIMIT))
    (policy / "ingest.yml").write_text(limits, encoding="utf-8")
    settings = make_settings(folder, folder / "landing", policy)
    land(settings.landing)
    (past,) = run_job(settings, "history", BEFORE)
    (night,) = run_job(settings, "nightly", DAY)
    return Nights(settings, past, night)


def land(landing: Path) -> None:
    write_csv(landing_file(landing, "low_value_entry", "old.csv", BEFORE), ENTRY, [entry(n) for n in range(500, 505)])
    waiting = {**GOOD_FINDING, "shipment_ref": "ZZA00000003"}
    write_csv(landing_file(landing, "exam_finding", "f.csv", BEFORE), FINDING, [waiting])
    write_csv(landing_file(landing, "exam_finding", "f.csv"), FINDING, [])
    good = [
        entry(n, seller_id=f"{'-' if n % 2 else '@'}S{n}", description=FORMULA, marketplace=FORMULA)
        for n in range(GOOD_N)
    ]
    write_csv(landing_file(landing, "low_value_entry", "good.csv"), ENTRY, good)
    share = [entry(100 + n, **({"mode_code": "99"} if n % 3 == 0 else {})) for n in range(30)]
    write_csv(landing_file(landing, "low_value_entry", "share.csv"), ENTRY, share)
    header, row = write_csv(landing / "x", ENTRY, [entry(200, mode_code="99")]).read_text().splitlines()
    (landing / "x").unlink()
    landing_file(landing, "low_value_entry", "more.csv").write_text(f"{header},colour\n{row},blue\n")
    bomb = gzip.compress(f"{header}\n".encode() + b"x" * (10 * LIMIT), 1)
    landing_file(landing, "low_value_entry", "bomb.csv.gz").write_bytes(bomb)
    old = landing_file(landing, "low_value_entry", "old.csv", BEFORE)
    landing_file(landing, "low_value_entry", "again.csv").write_bytes(old.read_bytes())


def test_the_night_goes_on_with_what_is_good(nights: Nights) -> None:
    assert nights.past.succeeded
    assert nights.night.succeeded
    assert read(nights.settings, "core.shipment", DAY).height == GOOD_N
    assert read(nights.settings, "queue.item", DAY).height == GOOD_N


def test_the_ledger_says_what_became_of_each_file_and_every_row_is_counted(nights: Nights) -> None:
    files = read(nights.settings, "core.landed_file", DAY).filter(pl.col("feed") == "low_value_entry")
    assert dict(files.select(pl.col("file").str.split("/").list.last(), "status").iter_rows()) == {
        "again.csv": "repeated", "bomb.csv.gz": "refused", "good.csv": "accepted", "more.csv": "accepted",
        "share.csv": "refused",
    }  # fmt: skip
    accepted = files.filter(pl.col("status") == "accepted")
    assert accepted.select(pl.col("kept_n") + pl.col("held_n") == pl.col("rows_n")).to_series().all()
    assert accepted["held_n"].sum() == read(nights.settings, "held.low_value_entry", DAY).height == 1


def test_a_refused_file_fails_its_check_with_cause_and_fix(nights: Nights) -> None:
    check = nights.failed("files_accepted")
    assert (check.table, check.severity) == ("raw.low_value_entry", "ERROR")
    assert check.found == {
        f"{FOLDER}/bomb.csv.gz": "expands past 5,000,000 bytes."
        " Fix: split the file, or raise max_unpacked_bytes in policy/ingest.yml"
    }


def test_too_many_held_rows_fail_their_check_with_the_rules(nights: Nights) -> None:
    check = nights.failed("held_share")
    assert (check.table, check.severity) == ("held.low_value_entry", "ERROR")
    assert check.found == {f"{FOLDER}/share.csv": "10 of 30 rows break their contract, most often unknown_mode_code"}


def test_an_unknown_column_is_a_warning_and_stays_in_the_raw_layer(nights: Nights) -> None:
    check = nights.failed("columns_known")
    assert check.severity == "WARN"
    assert check.found == {f"{FOLDER}/more.csv": "unknown column colour is kept in the raw layer only"}
    raw = read(nights.settings, "raw.low_value_entry", DAY)
    assert raw.filter(pl.col("source_file").str.ends_with("more.csv"))["other_columns"].to_list() == [
        '{"colour":"blue"}'
    ]


def test_a_feed_without_rows_that_usually_has_some_is_a_warning(nights: Nights) -> None:
    check = nights.failed("rows_arrived")
    assert (check.table, check.severity) == ("raw.exam_finding", "WARN")
    assert check.found == {"exam_finding": f"no rows for {DAY}; 1 in the seven days before"}
    assert not [each for each in nights.past.failed_checks if each.check == "rows_arrived"]


def test_a_finding_for_a_shipment_never_seen_is_counted_and_matches_when_it_arrives(nights: Nights) -> None:
    check = nights.failed("findings_matched", nights.past)
    assert check.severity == "WARN"
    assert (check.found["findings"], check.found["without_a_shipment"]) == ("1", "1")
    first, then = (read(nights.settings, "outcome.finding", on).to_dicts() for on in (BEFORE, DAY))
    assert [each["shipment_id"] for each in first] == [None]
    assert [(each["finding_id"], each["shipment_id"]) for each in then] == [("F1", "entry:ZZA00000003")]


def test_a_formula_is_released_as_it_was_filed(nights: Nights) -> None:
    assert set(read(nights.settings, "core.shipment_line", DAY)["description"]) == {FORMULA}
    (release,) = (nights.settings.releases / DAY.isoformat()).glob("*.duckdb")
    with duckdb.connect(str(release), read_only=True) as con:
        assert con.execute("select distinct marketplace from mart.shipment").fetchall() == [(FORMULA,)]


def test_a_late_file_makes_its_date_stale_and_moves_no_release(nights: Nights) -> None:
    settings = nights.settings
    assert list_stale_dates(Lake(settings.lake), settings.landing, DAY, 7) == []
    released = hash_files(settings.releases)
    write_csv(landing_file(settings.landing, "low_value_entry", "late.csv", BEFORE), ENTRY, [entry(600)])
    assert list_stale_dates(Lake(settings.lake), settings.landing, DAY, 7) == [BEFORE]
    said = run_command("nightly", "--date", DAY.isoformat(), *options(settings))
    assert f"{BEFORE} history done" in said.err
    assert read(settings, "core.shipment", BEFORE).height == 6
    assert list_stale_dates(Lake(settings.lake), settings.landing, DAY, 7) == []
    after = hash_files(settings.releases)
    databases = [name for name in released if name.endswith(".duckdb") and "latest" not in name]
    assert databases
    assert all(after[name] == released[name] for name in databases)
