"""The published benchmark on an invented release: what is read, what is refused, what leaks, and how ties count."""

import json
import random
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.support.home import run_command
from tidewaiter.errors import ArgumentError, ProofError
from tidewaiter.prove.published.lookup import find_seen, measure_leak, score_by_key
from tidewaiter.prove.published.opponent import fit_logistic
from tidewaiter.prove.published.proof import CHANCE, LEAK_WARNING, LOOKUP, prove_published
from tidewaiter.prove.published.ranking import measure, precision_at
from tidewaiter.prove.published.release import (
    AMOUNTS,
    CATEGORIES,
    COLUMNS,
    TEST,
    TRAIN,
    VARIABLE,
    Release,
    find_folder,
    read_release,
)

# Of the key, beside number and mass, which alone tell the keys of the invented release apart.
FIXED = ("Country of Departure", "Country of Origin", "Tax Type")
DAY = "Date"
STARTS = {"train": date(2020, 1, 1), "valid": date(2021, 1, 1), "test": date(2021, 4, 1)}
ROWS = {"train": 500, "valid": 100, "test": 100}


def make_row(rng: random.Random, key: int, day: date) -> dict[str, object]:
    """A declaration whose label is that of its key; fraud is one key in four."""
    shared = {
        "HS6 Code": f"{key:06d}",
        "Tax Rate": "8.0",
        "Net Mass": str(10 + key),
        "Item Price": rng.randint(1, 99),
    } | dict.fromkeys(FIXED, "A")
    return {name: rng.choice("AB") for name in CATEGORIES} | shared | {DAY: day, "Fraud": int(key % 4 == 0)}


def write_release(folder: Path, keys: dict[str, range]) -> Path:
    rng = random.Random(4)
    for part, start in STARTS.items():
        days = [start + timedelta(days=n % 80) for n in range(ROWS[part])]
        rows = [make_row(rng, rng.choice(keys[part]), day) for day in days]
        pl.DataFrame(rows).select(COLUMNS).write_csv(folder / f"df_syn_{part}_eng.csv")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_release(tmp_path, {"train": range(60), "valid": range(80), "test": range(80)})


def spoil(folder: Path, part: str, change: pl.Expr | None = None, drop: str = "") -> None:
    file = folder / f"df_syn_{part}_eng.csv"
    rows = pl.read_csv(file, infer_schema=False)
    rows.with_columns([change] if change is not None else []).drop(drop or []).write_csv(file)


def test_the_three_parts_are_read_with_types_and_leading_zeros(folder: Path) -> None:
    release = read_release(folder)
    assert {name: release.part(name).height for name in ROWS} == ROWS
    assert release.rows.schema["Fraud"] == pl.Boolean
    assert all(release.rows.schema[name] == pl.Float64 for name in AMOUNTS)
    assert release.rows["HS6 Code"].str.len_chars().unique().to_list() == [6]


def test_a_tariff_number_that_lost_its_zeros_is_the_same_number(folder: Path) -> None:
    before = read_release(folder).rows["HS6 Code"]
    spoil(folder, "train", pl.col("HS6 Code").str.strip_chars_start("0"))
    assert read_release(folder).rows["HS6 Code"].to_list() == before.to_list()


@pytest.mark.parametrize(
    ("part", "change", "drop", "told"),
    [
        ("valid", None, "Net Mass", "df_syn_valid_eng.csv is not a part of the release: it lacks the column Net Mass"),
        ("test", pl.lit("2").alias("Fraud"), "", "row 1 has no Fraud that can be read"),
        ("test", pl.lit("0").alias("Fraud"), "", "every row has the same Fraud"),
        ("train", pl.lit("heavy").alias("Net Mass"), "", "row 1 has no Net Mass that can be read"),
        ("train", pl.lit("2021-02-30").alias("Date"), "", "row 1 has no Date that can be read"),
        ("train", pl.lit("2021-05-30").alias("Date"), "", "its last date is not before those of the part after train"),
    ],
)
def test_another_layout_is_refused_by_file_and_cause(
    folder: Path, part: str, change: pl.Expr | None, drop: str, told: str
) -> None:
    spoil(folder, part, change, drop)
    with pytest.raises(ProofError, match=told) as caught:
        read_release(folder)
    assert "Seondong/Customs-Declaration-Datasets" in caught.value.fix


def test_a_file_of_no_rows_no_bytes_or_no_text_is_refused(folder: Path) -> None:
    file = folder / "df_syn_test_eng.csv"
    for content in (",".join(COLUMNS).encode() + b"\n", b"", b"\xff\xfe\x00\x01", b"PK\x03\x04"):
        file.write_bytes(content)
        with pytest.raises(ProofError, match=r"df_syn_test_eng\.csv is not a part of the release"):
            read_release(folder)
    file.unlink()
    with pytest.raises(ProofError, match=r"df_syn_test_eng\.csv is missing"):
        read_release(folder)


def test_the_folder_is_the_one_named_or_the_one_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    (tmp_path / "customs_benchmark").mkdir()
    assert find_folder(None) == tmp_path / "customs_benchmark"
    assert find_folder(tmp_path) == tmp_path
    with pytest.raises(ArgumentError, match="absent is not a folder"):
        find_folder(tmp_path / "absent")
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ArgumentError, match="no folder with the release is named"):
        find_folder(None)


def test_rows_that_score_alike_count_in_expectation() -> None:
    score = np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
    truth = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 1], dtype=bool)
    assert precision_at(score, truth, 0.1) == 1.0
    assert precision_at(score, truth, 0.3) == pytest.approx((1 + 2 * 0.25) / 3)
    for order in (slice(None), slice(None, None, -1)):
        assert precision_at(score[order], truth[order], 0.3) == pytest.approx(0.5)
    assert measure(np.zeros(0), np.zeros(0, dtype=bool)) == measure(np.zeros(0), np.zeros(0, dtype=bool))
    assert precision_at(np.zeros(0), np.zeros(0, dtype=bool), 0.05) is None


def test_a_key_of_one_label_is_a_leak_and_labels_at_random_are_none(folder: Path) -> None:
    release = read_release(folder)
    leak = measure_leak(release)
    assert leak.one_label_share == 1.0
    assert leak.chance_share < 0.1
    assert 0 < leak.seen_rows_n < leak.test_rows_n
    shuffled = Release(release.rows.with_columns(pl.col("Fraud").shuffle(seed=1)))
    assert measure_leak(shuffled).one_label_share < 0.1


def test_the_look_up_knows_seen_keys_and_says_the_share_of_all_for_others(folder: Path) -> None:
    release = read_release(folder)
    known, asked = release.part(TRAIN), release.part(TEST)
    score, seen, truth = score_by_key(known, asked), find_seen(known, asked), asked["Fraud"].to_numpy()
    assert score[seen & truth].min() > score[seen & ~truth].max()
    assert set(score[~seen].round(12)) == {round(float(known["Fraud"].mean()), 12)}  # type: ignore[arg-type]


def test_the_logistic_regression_finds_the_weights_it_was_made_from() -> None:
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(20_000), rng.normal(size=(20_000, 2))])
    truth = rng.random(20_000) < 1 / (1 + np.exp(-(design @ np.array([-1.0, 2.0, 0.0]))))
    assert fit_logistic(design, truth) == pytest.approx([-1.0, 2.0, 0.0], abs=0.1)


def test_a_column_that_says_the_label_does_not_stop_the_regression() -> None:
    label = np.arange(400) % 2 == 0
    weights = fit_logistic(np.column_stack([np.ones(400), label * 2.0 - 1.0]), label)
    assert weights[1] > 2


def test_the_proof_sets_the_look_up_above_all_and_gives_the_same_figures_again(folder: Path) -> None:
    release = read_release(folder)
    run = prove_published(release, 2, lambda _: None)
    full = {each.name: each.full for each in run.rankings}
    assert full[LOOKUP].p5 == 1.0
    assert full[CHANCE].p5 == pytest.approx(run.parts["test"][1])
    assert all(len(each.seeds) == 2 for each in run.rankings)
    assert {each.unseen.rows_n for each in run.rankings} == {run.leak.test_rows_n - run.leak.seen_rows_n}
    assert prove_published(release, 2, lambda _: None) == run


def test_the_command_prints_the_warning_beside_the_figures(folder: Path) -> None:
    said = run_command("prove", "published", "--data", str(folder), "--seeds", "2")
    assert said.code == 0
    words = " ".join(said.out.split())
    assert LEAK_WARNING in words
    assert "not checked in its source" in words
    document = json.loads(run_command("prove", "published", "--data", str(folder), "--seeds", "2", "--json").out)
    assert document["warning"] == LEAK_WARNING
    assert [each["value"] for each in document["published"] if not each["is_checked"]] == [0.762, 0.604]


def test_the_command_ends_with_two_for_a_folder_that_is_none_and_with_one_for_another_folder(tmp_path: Path) -> None:
    lost = run_command("prove", "published", "--data", str(tmp_path / "absent"))
    assert lost.code == 2
    assert "fix: name the folder of the release with --data" in lost.err
    said = run_command("prove", "published", "--data", str(tmp_path))
    assert said.code == 1
    assert "df_syn_train_eng.csv is missing. fix: put the three files" in " ".join(said.err.split())
