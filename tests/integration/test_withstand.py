"""What a night withstands: files that are missing, empty, wrong or in another order, and other homes and policies.

Belongs here: each hurt landing folder or wrong setting, and the correct night or the one clear error it ends in.
Belongs elsewhere: kills (test_interrupted.py), each reader's own refusals (tests/unit).
"""

import csv
import gzip
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.night import open_runner
from tests.support.entry import DAY, ENTRY, GOOD_FINDING, entry, landing_file, write_csv
from tests.support.home import (
    Built,
    Said,
    copy_home,
    hash_files,
    list_states,
    make_settings,
    options,
    read,
    run_command,
    run_job,
)
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.settings import Settings

ENTRIES = f"low_value_entry/{DAY}"
GOOD_N = 37
BROKEN = {"mode_code": "99", "value_usd": "-5", "origin_country": "QQ"}


@dataclass(frozen=True)
class Hurt:
    """A night of which half the files cannot be used, and what its command said."""

    settings: Settings
    said: Said


@pytest.fixture(scope="module")
def hurt(tmp_path_factory: pytest.TempPathFactory) -> Hurt:
    """No manifests and no list landed; of the entries one file is good, and of the findings none."""
    folder = tmp_path_factory.mktemp("hurt")
    settings = make_settings(folder, folder / "landing")
    write_bad_landing(settings.landing)
    return Hurt(settings, run_command("nightly", "--date", DAY.isoformat(), *options(settings)))


def write_bad_landing(landing: Path) -> None:
    rows = [entry(number, shipper_name=f"Maker {number % 5}") for number in range(GOOD_N)]
    broken = [entry(GOOD_N + place, **{column: value}) for place, (column, value) in enumerate(BROKEN.items())]
    write_csv(landing_file(landing, FEED.folder, "a_good.csv"), ENTRY, [*rows, *broken])
    landing_file(landing, FEED.folder, "b_empty.csv").touch()
    write_csv(landing_file(landing, FEED.folder, "c_header_only.csv"), ENTRY, [])
    landing_file(landing, FEED.folder, "d_wrong.csv").write_text("number;code;text\n1;2;3\n", encoding="utf-8")
    cut = gzip.compress(b"entry_number,line_number\n" * 500, mtime=0)[:-20]
    landing_file(landing, FEED.folder, "e_cut.csv.gz").write_bytes(cut)
    header = ",".join(name for name in GOOD_FINDING if name != "known_at")
    landing_file(landing, "exam_finding", "findings.csv").write_text(f"{header}\n", encoding="utf-8")


def test_a_night_with_refused_files_goes_on_with_the_others_and_fails_in_the_end(hurt: Hurt) -> None:
    assert hurt.said.code == 1
    assert read(hurt.settings, "score.shipment", DAY).height == GOOD_N
    queued = read(hurt.settings, "queue.item", DAY)
    assert queued.height == GOOD_N
    assert (hurt.settings.releases / DAY.isoformat() / f"tidewaiter_{DAY}.duckdb").is_file()


@pytest.mark.parametrize(
    ("file", "cause", "fix"),
    [
        (f"{ENTRIES}/d_wrong.csv", "the delimiter looks like ';'", "separated by commas"),
        (f"{ENTRIES}/e_cut.csv.gz", "damaged or cut short", "ask for the file again"),
        (f"exam_finding/{DAY}/findings.csv", "required column known_at is missing", "with the columns of the contract"),
    ],
)
def test_each_refused_file_is_named_with_cause_and_fix(hurt: Hurt, file: str, cause: str, fix: str) -> None:
    lines = [line for line in hurt.said.err.splitlines() if file in line]
    assert len(lines) == 1, hurt.said.err
    assert cause in lines[0]
    assert fix in lines[0].partition("Fix: ")[2]
    assert "Traceback" not in hurt.said.err


def test_the_ledger_says_what_became_of_every_file(hurt: Hurt) -> None:
    files = {row["file"].rpartition("/")[2]: row for row in read(hurt.settings, "core.landed_file", DAY).to_dicts()}
    assert {name: row["status"] for name, row in files.items()} == {
        "a_good.csv": "accepted", "b_empty.csv": "accepted", "c_header_only.csv": "accepted", "d_wrong.csv": "refused",
        "e_cut.csv.gz": "refused", "findings.csv": "refused",
    }  # fmt: skip
    good = files["a_good.csv"]
    assert (good["rows_n"], good["kept_n"], good["held_n"]) == (GOOD_N + len(BROKEN), GOOD_N, len(BROKEN))
    assert files["b_empty.csv"]["notes"] == "the file is empty"
    assert [files[name]["rows_n"] for name in ("b_empty.csv", "c_header_only.csv")] == [0, 0]


def test_a_row_with_a_bad_value_is_held_with_its_rule_and_its_line(hurt: Hurt) -> None:
    held = read(hurt.settings, "held.low_value_entry", DAY).sort("source_line")
    assert held["source_line"].to_list() == [GOOD_N + 2 + place for place in range(len(BROKEN))]
    assert [len(rules) for rules in held["broken_rules"]] == [1, 1, 1]
    for rules, column in zip(held["broken_rules"], BROKEN, strict=True):
        assert column in rules[0] or rules[0].startswith("unknown_")
    assert set(read(hurt.settings, "raw.low_value_entry_file", DAY)["status"]) == {"accepted", "refused"}


def test_a_date_on_which_nothing_landed_ends_in_empty_queues(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, tmp_path / "landing")
    settings.landing.mkdir()
    said = run_command("nightly", "--date", DAY.isoformat(), *options(settings))
    assert said.code == 0, said.err
    assert read(settings, "queue.item", DAY).is_empty()
    assert read(settings, "queue.summary", DAY)["shipments_n"].sum() == 0


def test_a_feed_that_used_to_land_and_is_missing_is_a_warning(past: Built, night: Built, tmp_path: Path) -> None:
    settings = copy_landing(past, tmp_path)
    shutil.rmtree(settings.landing / "ocean_x12_309" / night.on.isoformat())
    (result,) = run_job(settings, "history", night.on)
    assert result.succeeded
    warned = {each.table: each.found for each in result.failed_checks if each.check == "rows_arrived"}
    assert list(warned) == ["raw.ocean_x12_309"]
    assert warned["raw.ocean_x12_309"]["ocean_x12_309"].startswith(f"no rows for {night.on}; ")
    there, all_of_them = (read(each, "core.shipment", night.on)["shipment_id"] for each in (settings, night.settings))
    assert set(there) < set(all_of_them)


def copy_landing(built: Built, folder: Path) -> Settings:
    """Return settings of a copy of the home with a copy of its landing folder."""
    landing = folder / "landing"
    shutil.copytree(built.settings.landing, landing)
    return replace(copy_home(built.settings, folder), landing=landing)


def shuffle_file(path: Path) -> None:
    """Leave the file with the same rows in another order."""
    draw = random.Random(path.name)
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        frame.sample(fraction=1.0, shuffle=True, seed=5).write_parquet(path)
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
        draw.shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([header, *rows])


def test_the_order_of_rows_in_landed_files_changes_nothing_but_their_line_numbers(
    past: Built, night: Built, tmp_path: Path
) -> None:
    settings = copy_landing(past, tmp_path)
    for path in sorted(settings.landing.rglob(f"{night.on}/*")):
        shuffle_file(path)
    (result,) = run_job(settings, "nightly", night.on)
    assert result.error is None
    for table in ("core.shipment", "core.shipment_version", "held.low_value_entry", "raw.low_value_entry"):
        assert read(settings, table, night.on).rows() != read(night.settings, table, night.on).rows()
        assert content(settings, table, night.on) == content(night.settings, table, night.on), table
    shuffled, undisturbed = (hash_derived(each, night.on) for each in (settings, night.settings))
    assert shuffled == undisturbed


def content(settings: Settings, table: str, on: date) -> list[str]:
    """Return the rows as text, in order, without where they came from."""
    frame = read(settings, table, on).select(pl.exclude("source_file", "source_line", "source_sha256"))
    return sorted(repr(row) for row in frame.rows())


def hash_derived(settings: Settings, on: date) -> dict[str, str]:
    """Return the bytes of what is made of shipments, none of which says which line of a file it came from."""
    layers = ("core/shipment_line", "core/shipment_party", "core/shipment_equipment", "party", "feature", "outcome",
              "score", "queue")  # fmt: skip
    files = hash_files(settings.lake)
    return {name: sha for name, sha in files.items() if name.startswith(layers) and f"date={on}" in name}


def test_a_home_is_not_touched_by_what_runs_in_another(night: Built, hurt: Hurt, tmp_path: Path) -> None:
    before = list_states(night.settings.home)
    settings = make_settings(tmp_path, hurt.settings.landing)
    (result,) = run_job(settings, "history", DAY)
    assert result.succeeded
    assert list_states(night.settings.home) == before
    other = str(night.settings.home).encode()
    assert not [path for path in settings.home.rglob("*") if path.is_file() and other in path.read_bytes()]


def test_a_second_command_in_the_same_home_says_so_and_ends(hurt: Hurt) -> None:
    before = list_states(hurt.settings.lake)
    with open_runner(hurt.settings, lambda _: None):
        said = run_command("nightly", "--date", DAY.isoformat(), *options(hurt.settings))
    assert said.code == 1
    assert f"error: another command is running a night in {hurt.settings.home}" in said.err
    assert "fix: wait for it, or use another --home" in said.err
    assert list_states(hurt.settings.lake) == before


Spoil = Callable[[str], str]


@pytest.mark.parametrize(
    ("file", "spoil", "key"),
    [
        ("queues.yml", lambda text: text + "default_capacty: 12\n", "default_capacty"),
        ("queues.yml", lambda text: text.replace("random_share: 0.10", "random_share: 1.10"), "random_share"),
        ("model.yml", lambda text: text.replace("min_labels", "least_labels"), "least_labels"),
        ("capacities.yml", lambda text: text, "file"),
    ],
)
def test_a_policy_folder_with_a_mistake_is_an_error_that_names_file_and_key(
    hurt: Hurt, tmp_path: Path, file: str, spoil: Spoil, key: str
) -> None:
    shipped = hurt.settings.policy / file
    (tmp_path / file).write_text(spoil(shipped.read_text(encoding="utf-8") if shipped.exists() else ""))
    settings = replace(hurt.settings, policy=tmp_path)
    said = run_command("nightly", "--date", DAY.isoformat(), *options(settings))
    assert said.code == 1
    assert f"error: {file}: {key}: " in said.err
    assert "fix: " in said.err
