"""Somebody else's world drives the product from outside: files land, commands run, the queue is read, findings land.

Nothing but the command line, the landing folder and the published release is used: no table of the lake, and no
function of a night.

Belongs here: several days, one after the other, as another program would run them.
Belongs elsewhere: one night in depth (test_night.py), training in depth (test_training.py).
"""

import json
import shutil
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from sample_data.world.make import LANDING, TRUTH
from tests.integration.test_training import write_policy
from tests.support.home import Said, run_command
from tidewaiter.settings import Settings

START = date(2026, 3, 2)
# The second day has no files at all and no night.
DAYS = tuple(START + timedelta(days=number) for number in (0, 2, 3))
LISTS = ("tariff", "watchlist", "place")
REF_KINDS = {"entry": "entry", "ocean": "ocean_bill", "air": "air_waybill", "truck": "truck_shipment"}


@dataclass
class Driver:
    """What an outside program has: a world's files, a landing folder, and what it has examined so far."""

    world: Path
    settings: Settings
    queues: dict[date, pl.DataFrame] = field(default_factory=dict)
    taught: Said = field(default=Said(0, "", ""))

    def land(self, on: date) -> None:
        """Let the world's files of the date land: lists on the first day only, of findings none of the world's own."""
        for folder in sorted((self.world / LANDING).rglob(on.isoformat())):
            feed = folder.relative_to(self.world / LANDING).parent
            if feed.name != "exam_finding" and (on == START or feed.parts[0] not in LISTS):
                shutil.copytree(folder, self.settings.landing / feed / on.isoformat())

    def land_findings(self, on: date, examined: date) -> None:
        """Let the results of a queue's exams land, with every third one a violation."""
        queue = self.queues[examined].with_row_index("place")
        kind, number = (pl.col("shipment_id").str.splitn(":", 2).struct.field(f"field_{part}") for part in (0, 1))
        is_hit = pl.col("place") % 3 == 0
        findings = queue.select(
            finding_id=pl.format("F-{}-{}", pl.lit(examined.isoformat()), "place"),
            shipment_ref=number,
            ref_kind=kind.replace_strict(REF_KINDS),
            exam_kind=pl.lit("document"),
            selected_by=pl.col("selector"),
            examined_at=pl.lit(f"{examined + timedelta(days=1)}T09:00:00Z"),
            known_at=pl.lit(f"{on}T12:00:00Z"),
            finding_code=pl.when(is_hit).then(pl.lit("UNDERVALUED")).otherwise(pl.lit("NO_DISCREPANCY")),
            loss_usd=pl.when(is_hit).then(pl.lit("40.00")),
        )
        folder = self.settings.landing / "exam_finding" / on.isoformat()
        folder.mkdir(parents=True)
        findings.write_csv(folder / "results.csv")

    def run(self, command: str, *words: str) -> Said:
        settings = self.settings
        folders = ("--landing", settings.landing, "--home", settings.home, "--policy", settings.policy)
        return run_command(command, *words, *folders, "--json")

    def run_night(self, on: date) -> None:
        said = self.run("nightly", "--date", on.isoformat())
        assert said.code == 0, said.out + said.err
        self.queues[on] = self.read("select shipment_id, selector, model_version from mart.queue order by all", on)

    def read(self, query: str, on: date) -> pl.DataFrame:
        """Ask the release of the date."""
        (path,) = (self.settings.releases / on.isoformat()).glob("*.duckdb")
        with duckdb.connect(str(path), read_only=True) as con:
            return con.execute(query).pl()


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """A home after three nights: each queue's results land for the next night; a model is taught before the last."""
    folder = tmp_path_factory.mktemp("driven")
    words = ("--seed", "5", "--days", "4", "--scale", "0.00005", "--start", START.isoformat(), "--exam-share", "0")
    made = run_command("world", "make", "--out", folder / "world", *words)
    assert made.code == 0, made.err
    settings = Settings(folder / "new" / "home", folder / "landing", write_policy(folder / "policy"))
    driver = Driver(folder / "world", settings)
    for number, on in enumerate(DAYS):
        driver.land(on)
        if number:
            driver.land_findings(on, DAYS[number - 1])
        if on == DAYS[-1]:
            driver.taught = driver.run("train", "--as-of", on.isoformat())
        driver.run_night(on)
    return driver


def test_every_queue_names_shipments_of_its_day(driven: Driver) -> None:
    for on, queue in driven.queues.items():
        truth = pl.read_parquet(driven.world / TRUTH / on.isoformat() / "*.parquet")
        assert 0 < queue.height < truth.height
        assert set(queue["shipment_id"]) <= set(truth["shipment_id"])


def test_lists_of_the_first_day_stay_in_force(driven: Driver) -> None:
    landed = {path.name for path in (driven.settings.landing / "tariff" / "hts").iterdir()}
    assert landed == {START.isoformat()}
    known = driven.read("select count(*) filter (where is_duty_known) as known_n from mart.line_duty", DAYS[-1])
    assert known["known_n"].item() > 0


def test_findings_that_land_teach_a_model(driven: Driver) -> None:
    assert driven.taught.code == 0, driven.taught.err
    version = json.loads(driven.taught.out)["notes"]["model_version"]
    card = json.loads(run_command("models", "show", version, "--home", driven.settings.home, "--json").out)
    examined = driven.queues[START].height
    assert card["labels"]["shipments_n"] == examined, "what lands with the last night is not known before it"
    assert card["labels"]["violations_n"] == -(-examined // 3)


def test_the_model_scores_the_next_night_where_it_passes_its_gates(driven: Driver) -> None:
    version = json.loads(driven.taught.out)["notes"]["model_version"]
    words = ("--date", DAYS[-1].isoformat(), "--home", driven.settings.home)
    shown = json.loads(run_command("models", "list", *words, "--json").out)
    is_champion = {"version": version, "part": "champion"} in shown["models"]
    used = set(driven.queues[DAYS[-1]]["model_version"])
    assert (used == {version}) == is_champion
    assert is_champion == (used != set(driven.queues[START]["model_version"]))
