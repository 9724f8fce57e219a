"""Makes the sample's landing folder: `python -m sample_data.make --out DIR`.

Belongs here: how large the sample is, the order of making, the marker file, putting the finished folder in place.
Belongs elsewhere: the world it is a part of (sample_data/world), what is wrong with it on purpose (flaw.py).
"""

import argparse
import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sample_data.flaw import spoil_day
from sample_data.folder import open_partial, put_in_place, read_marker
from sample_data.world.landing import write_landing_files
from sample_data.world.lists import write_world_lists
from sample_data.world.setting import DEFAULT
from sample_data.world.simulation import World

# Raised by one whenever the same seed would give other bytes.
GENERATOR_VERSION = 4
MARKER = "SAMPLE.json"
DEFAULT_SEED = 7
DEFAULT_DAYS = 21
DEFAULT_LAST_DAY = date(2026, 11, 20)
SCALE = 0.0005
EXAM_SHARE = 0.08
# One exam in two is drawn at random; in the others a guilty shipment is that much likelier than an innocent one, as if
# somebody had experience: three weeks have to be enough to learn from.
GUILT_WEIGHT = 6.0
# More bills than their share of a national night, so that every feed has enough to look at, some of every scheme, and
# early results.
PARAMETERS = replace(
    DEFAULT,
    volumes=replace(DEFAULT.volumes, bills=300_000),
    exams=replace(DEFAULT.exams, delay_mean=4.0),
    origin_launderer=replace(DEFAULT.origin_launderer, change_day=6, lag_days=3.0),
    sibling_slider=replace(DEFAULT.sibling_slider, first_day=8, first_day_spread=0),
    account_borrower=replace(DEFAULT.account_borrower, first_day=11, first_day_spread=0),
)


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
    if read_marker(out / MARKER) == marker:
        return
    _refuse_strangers(out)
    partial = open_partial(out)
    _write_feeds(partial, seed, days, last_day)
    (partial / MARKER).write_text(marker, encoding="utf-8")
    put_in_place(partial, out)


def _write_feeds(folder: Path, seed: int, days: int, last_day: date) -> None:
    """Lists, and each day with its flaws; some of what stands is examined."""
    first = last_day - timedelta(days=days - 1)
    world = World(seed, SCALE, first, PARAMETERS)
    write_world_lists(world, days, folder)
    for place in range(days):
        on = first + timedelta(days=place)
        day, lost = spoil_day(world.open_day(on), world.streams.open("flaws", place), place, days)
        write_landing_files(day, folder)
        world.examine(on, _draw_exams(world, place, lost))


def _draw_exams(world: World, place: int, lost: list[str]) -> pl.DataFrame:
    """Half of the day's exams at random, half with an eye for the guilty; none of what nobody can read."""
    standing = world.today.filter("is_standing", ~pl.col("shipment_id").is_in(lost))
    rng = world.streams.open("sample exams", place)
    n = round(standing.height * EXAM_SHARE / 2)
    weight = np.where(standing["code"].to_numpy() > 0, GUILT_WEIGHT, 1.0)
    fair = rng.choice(standing.height, size=n, replace=False)
    weight[fair] = 0.0
    sharp = rng.choice(standing.height, size=n, replace=False, p=weight / weight.sum())
    chosen = standing.select("shipment_id")[np.concatenate([fair, sharp])]
    return chosen.with_columns(selected_by=pl.Series(np.repeat(["random", "targeted"], n)))


def _make_marker(seed: int, days: int, last_day: date) -> str:
    facts = {"generator_version": GENERATOR_VERSION, "seed": seed, "days": days, "last_day": last_day.isoformat()}
    return json.dumps(facts, indent=2) + "\n"


def _refuse_strangers(out: Path) -> None:
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        raise FileExistsError(
            f"{out} has files but no {MARKER}, so it is not a sample folder: name another folder or empty this one"
        )


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
