"""The command line: help, exit codes, and output that programs can read.

Belongs here: each command's arguments and what it prints about a night that is there.
Belongs elsewhere: what nights do (test_night.py, test_withstand.py), the layout of tables (tests/unit/test_view.py).
"""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from data_quality.contract import load_contract
from tests.support.home import Built, options, read, run_command
from tidewaiter import __version__
from tidewaiter.cli import app
from tidewaiter.command.doctor import PACKAGES
from tidewaiter.settings import PROJECT

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
PORT = "4701"


def run_process(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from tidewaiter.cli import main; main()", *words]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)


def test_the_commands_are_the_promised_ones() -> None:
    promised = {"nightly", "train", "backfill", "queue", "explain", "doctor", "ui"}
    assert promised <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    said = run_command(command, "--help")
    assert said.code == 0
    described = [line for line in said.out.splitlines() if "--" in line]
    assert described
    assert "Usage:" in said.out
    assert said.err == ""


def test_the_program_runs_as_a_process_of_its_own() -> None:
    said = run_process("--version")
    assert (said.returncode, said.stdout, said.stderr) == (0, f"tidewaiter {__version__}\n", "")
    wrong = run_process("nightly")
    assert wrong.returncode == 2
    assert "--date" in wrong.stderr
    lost = run_process("nightly", "--date", "2026-11-20", "--landing", "no/such/folder")
    assert lost.returncode == 2
    assert lost.stderr.startswith("error: landing folder ")
    assert "Traceback" not in lost.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("nightly",),
        ("nightly", "--date", "20-11-2026"),
        ("nightly", "--date", "2026-11-31"),
        ("nightly", "--date", "2026-11-20", "--speed", "9"),
        ("tonight",),
        ("backfill", "--from", "2026-11-20", "--to", "2026-11-19"),
        ("backfill", "--from", "2026-11-20"),
        ("train",),
        ("queue", "--date", "2026-11-20", "--format", "xml"),
        ("explain", "--date", "2026-11-20"),
        ("ui", "--port", "99999"),
    ],
)
def test_wrong_use_ends_with_two_and_says_what_is_wrong(words: tuple[str, ...], tmp_path: Path) -> None:
    said = run_command(*words, *(() if words == ("tonight",) else ("--home", tmp_path / "home")))
    assert said.code == 2
    assert "Usage:" in said.err
    assert "Error" in said.err
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("words", [("nightly", "--date"), ("train", "--as-of")])
@pytest.mark.parametrize("day", ["2015-12-31", "2999-01-01"])
def test_a_date_that_no_night_can_have_is_wrong_use(words: tuple[str, str], day: str, tmp_path: Path) -> None:
    said = run_command(*words, day, "--home", tmp_path / "home", "--landing", tmp_path)
    assert said.code == 2
    assert f"error: {day} is before 2016-01-01 or has not begun" in said.err
    assert "fix: name another date" in said.err


def test_a_landing_folder_that_is_not_there_is_wrong_use_with_a_fix(tmp_path: Path) -> None:
    said = run_command("nightly", "--date", "2026-11-20", "--landing", tmp_path / "gone", "--home", tmp_path / "home")
    assert said.code == 2
    assert f"error: landing folder {tmp_path / 'gone'} does not exist" in said.err
    assert "fix: name another with --landing" in said.err


@pytest.mark.parametrize("command", ["nightly", "queue"])
def test_a_policy_folder_that_is_not_there_is_wrong_use_with_a_fix(command: str, tmp_path: Path) -> None:
    folders = ("--home", tmp_path / "home", "--policy", tmp_path / "gone")
    said = run_command(command, "--date", "2026-11-20", *folders, *(("--landing", tmp_path) * (command == "nightly")))
    assert said.code == 2
    assert "error: gone: folder: it does not exist" in said.err
    assert "fix: name another with --policy" in said.err


def test_the_queue_as_a_table_heads_each_port_and_names_what_scored_it(night: Built) -> None:
    said = run_command("queue", "--date", night.on.isoformat(), "--port", PORT, "--home", night.settings.home)
    assert said.code == 0, said.err
    first, second = said.out.splitlines()[:2]
    assert first.startswith(f"{PORT} ")
    assert "scored by the record rule" in second
    assert sum(line.lstrip().split(" ")[0].isdigit() for line in said.out.splitlines()[2:]) >= 40


def test_the_queue_as_csv_and_as_json_hold_every_row(night: Built) -> None:
    words = ("queue", "--date", night.on.isoformat(), "--home", night.settings.home, "--format")
    table = list(csv.DictReader(io.StringIO(run_command(*words, "csv").out, newline="")))
    rows = json.loads(run_command(*words, "json").out)
    queued = read(night.settings, "queue.item", night.on).sort("port_code", "team", "rank")
    assert [row["shipment_id"] for row in table] == queued["shipment_id"].to_list()
    assert [row["shipment_id"] for row in rows] == queued["shipment_id"].to_list()
    assert list(rows[0]) == list(table[0])
    assert [row["reasons"] for row in rows] == queued["reasons"].to_list()
    assert all(row["reasons"] for row in table)


def test_a_port_without_a_queue_and_a_date_without_a_night_fail_with_a_fix(night: Built) -> None:
    home = ("--home", night.settings.home)
    said = run_command("queue", "--date", night.on.isoformat(), "--port", "0000", *home)
    assert said.code == 1
    assert "error: port 0000 has no queue" in said.err
    assert PORT in said.err
    said = run_command("queue", "--date", "2020-01-01", *home)
    assert said.code == 1
    assert "fix: run `tidewaiter nightly --date 2020-01-01` first" in said.err


def test_an_explanation_holds_the_score_its_reasons_and_its_source(
    night: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = read(night.settings, "queue.item", night.on).row(0, named=True)
    words = ("explain", row["shipment_id"], "--date", night.on.isoformat(), "--home", night.settings.home)
    said = run_command(*words, "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["shipment_id"] == row["shipment_id"]
    assert found["scores"]["score"] == row["score"]
    assert found["reasons"] == row["reasons"]
    source = night.settings.landing / found["source"]["file"]
    assert source.is_file()
    # So wide that no reason goes over two lines.
    monkeypatch.setenv("COLUMNS", "800")
    page = run_command(*words)
    assert page.code == 0
    assert row["reasons"][0]["text"] in page.out


def test_an_explanation_shows_no_name_unless_it_is_asked_for(night: Built) -> None:
    shipment = read(night.settings, "queue.item", night.on).filter(stream="low_value")["shipment_id"][0]
    parties = read(night.settings, "core.shipment_party", night.on).filter(shipment_id=shipment, role="consignee")
    name = parties["name"][0]
    words = ("explain", shipment, "--date", night.on.isoformat(), "--home", night.settings.home, "--json")
    assert "name" in load_contract("core.shipment_party").personal_names
    assert name not in run_command(*words).out
    assert name in run_command(*words, "--show-personal").out


def test_an_unknown_shipment_is_answered_with_the_closest(night: Built) -> None:
    shipment = read(night.settings, "core.shipment", night.on)["shipment_id"][0]
    said = run_command("explain", f"{shipment}9", "--date", night.on.isoformat(), "--home", night.settings.home)
    assert said.code == 1
    assert shipment in said.err.partition("fix: ")[2]


def test_the_doctor_looks_at_everything_a_night_needs(night: Built) -> None:
    said = run_command("doctor", "--json", *options(night.settings))
    findings = {each["check"]: each for each in json.loads(said.out)}
    assert {"python", "home", "landing", "policy", "contracts", "feature catalog", *PACKAGES} <= set(findings)
    assert said.code == (0 if all(each["passed"] or each["is_warning"] for each in findings.values()) else 1)
    assert findings["random salt"]["is_warning"]
    assert f"{night.on}" in findings["landing"]["found"]


def test_the_doctor_fails_with_a_fix_where_nothing_landed_and_a_policy_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "costs.yml").write_text("violation_usd: -1\n", encoding="utf-8")
    folders = ("--home", tmp_path / "home", "--landing", tmp_path / "none", "--policy", tmp_path / "policy")
    said = run_command("doctor", "--json", *folders)
    failed = {each["check"]: each for each in json.loads(said.out) if not each["passed"]}
    assert said.code == 1
    assert {"landing", "policy"} <= set(failed)
    assert "costs.yml: violation_usd" in failed["policy"]["found"]
    assert all(each["fix"] for each in failed.values())
    assert run_command("doctor", *folders).code == 1
