"""Makes the sample's landing folder: `python -m sample_data.make --out DIR`.

Belongs here: the order of making, the marker file, and putting the finished folder in place in one step.
Belongs elsewhere: what is in the files (the other modules).
"""

import argparse
import json
import os
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sample_data.ams import write_ams
from sample_data.bill import draw_bills, draw_containers
from sample_data.dated_list import write_lists
from sample_data.entry import draw_entries
from sample_data.entry_file import mark_flaws, write_entries
from sample_data.finding import draw_findings, list_shipments, write_findings
from sample_data.line import draw_lines
from sample_data.tariff import DutyChange, write_tariff
from sample_data.trade import make_world
from sample_data.trip import draw_trips, write_trips
from sample_data.watchlist import write_watchlist
from sample_data.waybill import draw_waybills, write_waybills
from sample_data.x12 import write_x12

# Raised by one whenever the same seed would give other bytes.
GENERATOR_VERSION = 3
MARKER = "SAMPLE.json"
DEFAULT_SEED = 7
DEFAULT_DAYS = 40
DEFAULT_LAST_DAY = date(2026, 11, 20)


def write_landing(
    out: Path, *, seed: int = DEFAULT_SEED, days: int = DEFAULT_DAYS, last_day: date = DEFAULT_LAST_DAY
) -> None:
    """`out` is the landing folder of this seed, complete; nothing is done where it already is.

    The folder is made beside `out` as `<out>.partial` and renamed when finished, so no half of it is ever visible.

    Raises:
        FileExistsError: `out` has files in it that this generator did not write.
        ValueError: fewer than one day is asked for.
    """
    if days < 1:
        raise ValueError(f"days is {days}: ask for at least 1")
    marker = _make_marker(seed, days, last_day)
    if _read_marker(out) == marker:
        return
    _refuse_strangers(out)
    partial = out.with_name(f"{out.name}.partial")
    _remove(partial)
    partial.mkdir(parents=True)
    _write_feeds(partial, seed, days, last_day)
    _set_times(partial)
    (partial / MARKER).write_text(marker, encoding="utf-8")
    _swap(partial, out)


def _write_feeds(folder: Path, seed: int, days: int, last_day: date) -> None:
    world = make_world(seed, days, last_day)
    lines = mark_flaws(world, draw_lines(world, draw_entries(world)))
    bills = draw_bills(world)
    containers = draw_containers(world, bills)
    waybills, trips = draw_waybills(world), draw_trips(world)
    write_entries(world, lines, folder / "low_value_entry")
    write_ams(world, bills, containers, folder / "ocean_ams")
    write_x12(world, bills, containers, folder / "ocean_x12_309")
    write_waybills(world, waybills, folder / "air_waybill")
    write_trips(world, trips, folder / "truck_manifest")
    findings = draw_findings(world, list_shipments(lines, bills, waybills, trips))
    write_findings(world, findings, folder / "exam_finding")
    write_watchlist(world.scene, folder / "watchlist" / "ofac_sdn")
    write_lists(world.scene, folder)
    write_tariff(world.scene, folder / "tariff", DutyChange(days, ()))


def _set_times(folder: Path) -> None:
    """Gives every file the time at which it would have landed: half an hour after the date of its folder has ended."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            day = date.fromisoformat(path.parent.name)
            landed_at = datetime(day.year, day.month, day.day, 0, 30, tzinfo=UTC) + timedelta(days=1)
            os.utime(path, (landed_at.timestamp(), landed_at.timestamp()))


def _make_marker(seed: int, days: int, last_day: date) -> str:
    facts = {"generator_version": GENERATOR_VERSION, "seed": seed, "days": days, "last_day": last_day.isoformat()}
    return json.dumps(facts, indent=2) + "\n"


def _read_marker(out: Path) -> str | None:
    path = out / MARKER
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _refuse_strangers(out: Path) -> None:
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise FileExistsError(
            f"{out} has files but no {MARKER}, so it is not a sample folder: name another folder or empty this one"
        )


def _swap(partial: Path, out: Path) -> None:
    """Puts the finished folder in place; an earlier sample is moved aside first and then removed."""
    old = out.with_name(f"{out.name}.old")
    _remove(old)
    if out.exists():
        out.replace(old)
    partial.replace(out)
    _remove(old)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def main() -> None:
    """Makes the folder that the command line names."""
    parser = argparse.ArgumentParser(description="Make the sample landing folder.")
    parser.add_argument("--out", type=Path, required=True, help="the landing folder to make")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another seed is another made-up trade")
    parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="number of business dates")
    parser.add_argument("--last-day", type=date.fromisoformat, default=DEFAULT_LAST_DAY, help="YYYY-MM-DD")
    wanted = parser.parse_args()
    write_landing(wanted.out, seed=wanted.seed, days=wanted.days, last_day=wanted.last_day)
    sys.stdout.write(f"sample landing folder: {wanted.out}\n")


if __name__ == "__main__":
    main()
