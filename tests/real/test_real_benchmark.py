"""What the Korean customs release must show: the published rows, the leak, and little beyond it."""

from pathlib import Path

import pytest

from tidewaiter.prove.published.lookup import find_seen, measure_leak, score_by_key
from tidewaiter.prove.published.proof import LOOKUP, PublishedRun, prove_published
from tidewaiter.prove.published.ranking import measure
from tidewaiter.prove.published.release import LABEL, TEST, TRAIN, Release, read_release


@pytest.fixture(scope="module")
def release(real_data: Path) -> Release:
    return read_release(real_data / "customs_benchmark")


@pytest.fixture(scope="module")
def run(release: Release) -> PublishedRun:
    return prove_published(release, 0, lambda _: None)


def test_the_parts_have_the_published_rows(run: PublishedRun) -> None:
    assert {name: rows_n for name, (rows_n, _) in run.parts.items()} == {"train": 37_385, "valid": 8_134, "test": 8_481}
    assert [round(share, 3) for _, share in run.parts.values()] == [0.217, 0.209, 0.216]


def test_a_look_up_without_a_model_finds_nearly_all_that_limits_allow(release: Release) -> None:
    leak = measure_leak(release)
    assert (leak.test_rows_n, leak.test_rows_n - leak.seen_rows_n) == (8_481, 1_558)
    assert (round(leak.one_label_share, 3), round(leak.chance_share, 2)) == (0.965, 0.33)
    known, asked = release.part(TRAIN), release.part(TEST)
    found = measure(score_by_key(known, asked), asked[LABEL].to_numpy())
    assert min(found.auc or 0, found.p5 or 0, found.p10 or 0) > 0.97
    assert int(find_seen(known, asked).sum()) == leak.seen_rows_n


def test_the_baselines_come_near_the_published_figures_and_fall_on_unseen_keys(run: PublishedRun) -> None:
    found = {each.name: each for each in run.rankings}
    lightgbm = found["LightGBM, shipped settings"]
    assert lightgbm.full.p5 == pytest.approx(0.762, abs=0.06)
    assert lightgbm.full.auc == pytest.approx(0.7426, abs=0.05)
    assert found["XGBoost-like, depth 4"].full.auc == pytest.approx(0.7033, abs=0.05)
    assert all((each.unseen.auc or 0) < 0.62 for each in run.rankings)
    assert all((each.unseen.p5 or 0) < 0.45 for each in run.rankings)
    assert max(run.rankings, key=lambda each: each.full.p5 or 0).name == LOOKUP
