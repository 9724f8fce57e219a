"""One part of the proof of speed in a process of its own: `python -m tidewaiter.command.speed_step PART ...`.

Belongs here: the past and the model a night looks back on, the night itself step by step, the model's predict alone.
Belongs elsewhere: the parts themselves, comparing their figures (tidewaiter/prove/speed).
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from models.promotion import find_champion
from pipelines.night import open_runner
from pipelines.result import StepEvent
from sample_data.dated_list import write_lists
from sample_data.list_scene import ListScene
from sample_data.tariff import DutyChange, write_tariff
from sample_data.watchlist import write_watchlist
from sample_data.word import draw_words
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.errors import ProofError
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.lake import Lake
from tidewaiter.night.run import open_runner as open_stages
from tidewaiter.night.table import list_needed
from tidewaiter.policy import load_policy
from tidewaiter.prove.measure import Measure, Stopwatch, measure, report_measures
from tidewaiter.prove.national_night import NIGHT
from tidewaiter.prove.speed.model import write_model
from tidewaiter.prove.speed.past import Past, list_past_tables, write_past
from tidewaiter.settings import Settings

PREDICT = "LightGBM predict"
PREDICT_ROWS = 250_000
LIST_SEED, LIST_WORDS_N, NAMED_ROWS_N = 11, 160, 2_000


def land_lists(landing: Path) -> None:
    """Write the sample's watch lists and tariff beside the night's files; some of the night's shippers are listed.

    Its ports are left out: the night's rows have others, and would be held.
    """
    first = min(landing.glob("low_value_entry/*/*.csv"))
    filed = pl.read_csv(first, columns=["shipper_name"], n_rows=NAMED_ROWS_N)["shipper_name"].drop_nulls()
    shippers = sorted(name for name in set(filed) if name.isascii())
    words = draw_words(np.random.default_rng(LIST_SEED), LIST_WORDS_N)
    scene = ListScene(LIST_SEED, NIGHT - timedelta(days=1), 2, words, shippers)
    write_watchlist(scene, landing / "watchlist" / "ofac_sdn")
    write_lists(scene, landing)
    write_tariff(scene, landing / "tariff", DutyChange(scene.days, ()))
    shutil.rmtree(landing / "place")


def make_source(settings: Settings) -> list[Measure]:
    """Land the lists of the night, and make those of its tables that a past is made of."""
    land_lists(settings.landing)
    policy, found = load_policy(settings.policy), list[Measure]()
    with measure("tables of the night", found), open_stages(settings, policy) as runner:
        runner.read_landed(FEEDS, NIGHT)
        runner.run_stages(list_needed(each.table for each in list_past_tables(policy)), NIGHT)
    return found


def make_past(settings: Settings, source: str, days: str) -> list[Measure]:
    """Publish the past days and the model that the night looks back on."""
    policy, found, lake = load_policy(settings.policy), list[Measure](), Lake(settings.lake)
    made_from = Lake(replace(settings, home=Path(source)).lake)
    with measure("past", found), lake.staging() as scratch, open_connection(policy.engine, scratch) as con:
        write_past(con, Past(made_from, lake, NIGHT, int(days)), list_past_tables(policy), scratch)
        write_model(con, lake, policy, NIGHT, settings.models)
    return found


def run_night(settings: Settings) -> list[Measure]:
    """Run the night as the command does, past dates aside, and return what each step took."""
    watch = StepWatch()
    with open_runner(settings, watch.take) as runner:
        result = runner.run("nightly", NIGHT)
    if not result.succeeded:
        raise ProofError(f"the night failed: {result.error}", fix="see the error")
    return watch.found


class StepWatch:
    """Measures each step between its start and its end."""

    def __init__(self) -> None:
        self.found: list[Measure] = []
        self._watch = Stopwatch()

    def take(self, event: StepEvent) -> None:
        """Begin with a step's start, note it at its end."""
        if event.state == "start":
            self._watch = Stopwatch()
        elif event.state == "done":
            self.found.append(self._watch.stop(event.step))


def predict_alone(settings: Settings, rows: str) -> list[Measure]:
    """Let every booster of the model score a ready matrix of as many rows as the night has, and do nothing else."""
    policy, found = load_policy(settings.policy), list[Measure]()
    model = find_champion(settings.models, NIGHT)
    if model is None:
        raise ProofError("there is no model to predict with.", fix="run the proof again from its start")
    boosters, features = list(model.fitted.boosters.values()), model.fitted.features
    matrix = np.random.default_rng(1).lognormal(0.0, 1.0, (PREDICT_ROWS, len(features))).astype(np.float32)
    left = int(rows)
    with measure(PREDICT, found):
        while left > 0:
            for booster in boosters:
                booster.predict(matrix[: min(left, PREDICT_ROWS)], num_threads=policy.engine.threads)
            left -= PREDICT_ROWS
    return found


if __name__ == "__main__":
    part, home, landing, folder, *more = sys.argv[1:]
    parts: dict[str, Callable[..., list[Measure]]] = {
        "source": make_source,
        "past": make_past,
        "night": run_night,
        "predict": predict_alone,
    }
    report_measures(parts[part](Settings(Path(home), Path(landing), Path(folder)), *more))
