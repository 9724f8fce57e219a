"""A challenger's nights in shadow beside the champion's queues: counts by hand on a small lake.

Belongs here: which exams both would have targeted, findings, the random slice, the page and the command.
Belongs elsewhere: scoring in shadow (test_night.py), who challenges (test_models_promotion.py).
"""

import io
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from tests.unit.labelled_world import put
from tidewaiter.command.shadow import show_shadow
from tidewaiter.errors import ModelMismatchError, PartitionMissingError
from tidewaiter.lake import Lake
from tidewaiter.settings import SHIPPED_POLICY, Settings
from tidewaiter.targeting.trial import Trial, try_challenger
from tidewaiter.view.trial_page import describe_trial, print_trial

OLD, NEW = "2026-01-01-aaaaaaaa", "2026-01-05-bbbbbbbb"
FIRST = date(2026, 1, 5)
NIGHTS = [FIRST, FIRST + timedelta(days=1)]
# A port of eight: the champion targets 1 and 2 beside a mandatory 0 and a novel 3, and 6 is drawn; another port of two.
PORTS = ["4701"] * 8 + ["2704"] * 2
SELECTORS = ["mandatory", "targeted", "targeted", "novelty", None, None, "random", None, "targeted", None]
OURS = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 2.0, 1.0]
# The challenger would have 4 in the place of 2, and 9 in that of 8; 0 and 3 take no place of its own.
THEIRS = [9.5, 5.0, 4.0, 9.0, 8.0, 1.0, 3.5, 0.0, 1.0, 2.0]
FOUND = {0: True, 1: True, 2: False, 6: True, 8: False}


def put_night(lake: Lake, on: date) -> None:
    ids = [f"entry:{on:%d}{place}" for place in range(10)]
    scored = {
        "shipment_id": ids, "date": [on] * 10, "port_code": PORTS, "selector": SELECTORS, "model_version": [OLD] * 10,
        "expected_consequence_usd": OURS,
    }  # fmt: skip
    put(lake, "score.shipment", on, pl.DataFrame(scored))
    shadow = {"shipment_id": ids, "model_version": [NEW] * 10, "expected_consequence_usd": THEIRS}
    put(lake, "score.shadow", on, pl.DataFrame(shadow))
    rows = [
        {
            "shipment_id": ids[place], "shipment_on": on, "known_at": datetime(2026, 1, 12),
            "source": "random" if SELECTORS[place] == "random" else "targeted", "family": "revenue", "y": int(found),
            "loss_usd": 100.0, "inclusion_probability": 0.2,
        }
        for place, found in FOUND.items()
    ]  # fmt: skip
    put(lake, "outcome.label", on + timedelta(days=7), pl.DataFrame(rows))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    for on in NIGHTS:
        put_night(lake, on)
    return lake


def tell(found: Trial) -> dict[str, str]:
    return dict(describe_trial(found))


def test_both_target_what_is_dearest_to_both_beside_mandatory_and_novel_ones(lake: Lake) -> None:
    found = try_challenger(lake, NEW, FIRST, NIGHTS[-1])
    assert (found.nights, found.champions) == (tuple(NIGHTS), (OLD,))
    assert (found.targeted_n, found.both_n) == (6, 2)
    assert tell(found)["targeted exams"] == "6; the challenger would have targeted 2 of them (33%)"


def test_findings_are_told_of_those_of_both_and_of_the_champion_alone(lake: Lake) -> None:
    found = try_challenger(lake, NEW, FIRST, NIGHTS[-1])
    assert (found.both.exams_n, found.both.findings_n, found.both_usd) == (2, 2, 200.0)
    assert (found.champion_only.exams_n, found.champion_only.findings_n, found.champion_only_usd) == (4, 0, 0.0)
    assert tell(found)["by the champion alone"].startswith("0 of 4 exams with a result (0%, 0% to ")


def test_a_challenger_that_ranks_alike_would_have_targeted_the_same(lake: Lake) -> None:
    for on in NIGHTS:
        rows = pl.read_parquet(lake.path("score.shadow", on))
        put(lake, "score.shadow", on, rows.with_columns(expected_consequence_usd=pl.Series(OURS)))
    found = try_challenger(lake, NEW, FIRST, NIGHTS[-1])
    assert (found.both_n, found.champion_only.exams_n) == (6, 0)


def test_the_random_slice_judges_the_order_of_both(lake: Lake) -> None:
    drawn = [f"entry:{20 + place}" for place in range(20)]
    dear = [float(place) for place in range(20)]
    scored = {
        "shipment_id": drawn, "date": [FIRST] * 20, "port_code": ["4701"] * 20, "selector": ["random"] * 20,
        "model_version": [OLD] * 20, "expected_consequence_usd": dear,
    }  # fmt: skip
    put(lake, "score.shipment", FIRST, pl.DataFrame(scored))
    shadow = {"shipment_id": drawn, "model_version": [NEW] * 20, "expected_consequence_usd": dear[::-1]}
    put(lake, "score.shadow", FIRST, pl.DataFrame(shadow))
    label = {
        "shipment_on": FIRST, "known_at": datetime(2026, 1, 12), "source": "random", "family": "revenue",
        "loss_usd": 0.0, "inclusion_probability": 0.1,
    }  # fmt: skip
    rows = [{"shipment_id": each, "y": int(place < 2), **label} for place, each in enumerate(drawn)]
    put(lake, "outcome.label", FIRST + timedelta(days=7), pl.DataFrame(rows))
    found = try_challenger(lake, NEW, FIRST, FIRST)
    assert (found.random.exams_n, found.random.findings_n, found.top_n) == (20, 2, 2)
    assert (found.challenger_top_n, found.champion_top_n) == (2, 0)
    assert tell(found)["its dearest 2"] == "2 found by the challenger's order, 0 by the champion's"


def test_without_results_the_overlap_is_told_and_no_rate(lake: Lake) -> None:
    for on in lake.dates("outcome.label"):
        lake.path("outcome.label", on).unlink()
    found = try_challenger(lake, NEW, FIRST, NIGHTS[-1])
    assert (found.both_n, found.both.rate, found.top_n) == (2, None, 0)
    assert tell(found)["found by both"] == "no result yet"
    assert "its dearest" not in " ".join(tell(found))


def test_nights_of_another_challenger_are_not_counted(lake: Lake) -> None:
    rows = pl.read_parquet(lake.path("score.shadow", NIGHTS[1]))
    put(lake, "score.shadow", NIGHTS[1], rows.with_columns(model_version=pl.lit("2026-01-06-cccccccc")))
    assert try_challenger(lake, NEW, FIRST, NIGHTS[-1]).nights == (FIRST,)
    with pytest.raises(PartitionMissingError, match="scored no night from 2026-01-06 to 2026-01-06 in shadow"):
        try_challenger(lake, NEW, NIGHTS[1], NIGHTS[1])


def test_an_empty_night_in_shadow_is_none(lake: Lake) -> None:
    rows = pl.read_parquet(lake.path("score.shadow", FIRST))
    put(lake, "score.shadow", FIRST, rows.clear())
    assert try_challenger(lake, NEW, FIRST, NIGHTS[-1]).nights == (NIGHTS[1],)


def test_the_page_names_both_models(lake: Lake) -> None:
    console = Console(file=io.StringIO(), width=200)
    found = try_challenger(lake, NEW, FIRST, NIGHTS[-1])
    print_trial(replace(found, targeted_n=0, both_n=0), console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"{NEW}, beside {OLD}" in said
    assert "targeted exams" in said


def test_the_command_prints_json_of_a_version_that_is_there(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    home = lake.root.parent
    settings = Settings(home, home, SHIPPED_POLICY)
    with pytest.raises(ModelMismatchError, match="no model challenges"):
        show_shadow(settings, None, None, None, as_json=True)
    with pytest.raises(ModelMismatchError, match="there is no model"):
        show_shadow(settings, NEW, None, None, as_json=True)
    (home / "models" / NEW).mkdir(parents=True)
    show_shadow(settings, NEW, None, None, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["both_n"], said["nights"]) == (2, [on.isoformat() for on in NIGHTS])
    assert said["both"]["rate"]["value"] == 1.0
