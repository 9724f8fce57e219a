"""Leaving out a part of ours in the proof: which policy file changes, and what the part is said to bring.

Belongs here: changes of policy files, differences by seed.
Belongs elsewhere: runs of the proof (tests/integration/test_targeting_proof.py).
"""

from pathlib import Path

import polars as pl
import pytest

from tidewaiter.policy import load_policy
from tidewaiter.prove.targeting.ablation import compare_parts
from tidewaiter.prove.targeting.chooser.ours import ABLATIONS, find_changes
from tidewaiter.prove.targeting.chooser.registry import make_chooser
from tidewaiter.prove.targeting.home import write_policy
from tidewaiter.prove.targeting.summary import judge_bar, summarise


@pytest.mark.parametrize("name", ABLATIONS)
def test_each_ablation_is_the_shipped_policy_less_one_part(name: str, tmp_path: Path) -> None:
    folder = {which: tmp_path / which for which in ("ours", name)}
    for which, path in folder.items():
        write_policy(path, {"4701": 4}, is_random=False, changes=find_changes(which))
    shipped, without = (load_policy(path) for path in folder.values())
    assert make_chooser(name).name == name
    off = [part for part, on in without.model.parts.model_dump().items() if not on]
    part = ABLATIONS[name]
    assert off == ([part] if part != "random_slice" else [])
    assert (without.queues.random_share == 0.0) == (part == "random_slice")
    assert without.queues.ports == shipped.queues.ports
    assert without.model.learning == shipped.model.learning


def make_total(recalls: dict[str, list[float]]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"seed": seed, "policy": name, "recall": value, "revenue_recall": 0.5, "new_recall": None,
             "calibration_error": 0.1, "new_caught_share": 1.0}
            for name, values in recalls.items() for seed, value in enumerate(values)
        ],
        schema_overrides={"new_recall": pl.Float64},
    )  # fmt: skip


def test_a_part_brings_the_difference_in_the_same_worlds() -> None:
    total = make_total({"ours": [0.3, 0.4], "ours-without_trees": [0.2, 0.1], "ours-without_rules": [0.3, 0.42]})
    found = {(each.part, each.measure): each for each in compare_parts(total, total["policy"].unique().to_list())}
    trees, rules = found["trees", "recall"], found["rules", "recall"]
    assert [trees.mean, trees.left, trees.width] == pytest.approx([0.2, 50.0, 50.0])
    assert [rules.mean, rules.left] == pytest.approx([-0.01, 47.5])
    assert (trees.gained_n, rules.gained_n) == (2, 0)
    assert found["trees", "new_recall"].mean is None
    assert compare_parts(total, ["ours"]) == []


def test_ours_without_a_part_is_no_baseline() -> None:
    total = make_total({"ours": [0.3], "ours-without_trees": [0.9]}).with_columns(
        estimate_coverage=pl.lit(0.95), estimate_weeks_n=pl.lit(4), **{name: pl.lit(0.0) for name in (
            "precision", "precision_of_oracle", "recall_of_oracle", "revenue_recall_of_oracle",
            "new_first_caught_days", "false_hold_share", "false_hold_spread_origin", "false_hold_spread_size",
        )},
    )  # fmt: skip
    bars = judge_bar(total, summarise(total, ["ours", "ours-without_trees"]))
    assert {each.holds for each in bars if "baseline" in each.asked} == {None}
