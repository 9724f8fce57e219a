"""Nights without a model: the record moved by rules, and what each of them adds.

Belongs here: scores and contributions of single rows.
Belongs elsewhere: the record rule (test_record_rule.py), rules (test_rules.py).
"""

import math

import numpy as np
import polars as pl
import pytest

from tidewaiter.policy import load_policy
from tidewaiter.rules.hit import FAMILY_WEIGHTS
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.targeting import record_rule
from tidewaiter.targeting.without_model import explain_without_model, score_without_model

COSTS = load_policy(SHIPPED_POLICY).costs
USUAL = 0.03
ROWS = pl.DataFrame(
    [
        ("a", 0.3, 0.1, None, None, 0.2, 0.4, 1.0, 0.0, 0.5, 0.0, 1.5),
        ("b", 0.06, None, None, None, None, None, 0.0, 0.0, 0.0, 0.0, 0.0),
        ("c", None, None, None, None, None, None, 0.0, 2.0, 0.0, 0.0, 2.0),
        ("d", 0.03, 0.03, 0.03, 0.03, 0.03, 0.03, 0.0, 0.0, 0.0, 0.0, 0.0),
        ("e", 0.05, 0.01, None, None, None, None, -1.0, 0.0, 0.0, 0.0, -1.0),
    ],
    schema=["shipment_id", *record_rule.COLUMNS, *FAMILY_WEIGHTS, "rule_weight"],
    orient="row",
)


def log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def test_rules_multiply_the_odds_of_the_record() -> None:
    record = record_rule.score_with_record_rule(ROWS, COSTS)["score"]
    score = score_without_model(ROWS, COSTS)["score"]
    assert log_odds(score[0]) == pytest.approx(log_odds(record[0]) + 1.5)
    assert log_odds(score[2]) == pytest.approx(log_odds(record[2]) + 2.0)
    assert log_odds(score[4]) == pytest.approx(log_odds(record[4]) - 1.0)


def test_without_a_rule_the_score_is_the_records() -> None:
    record = record_rule.score_with_record_rule(ROWS, COSTS)
    scored = score_without_model(ROWS, COSTS)
    assert scored["score"][1] == record["score"][1]
    assert scored.columns == record.columns
    assert scored["expected_consequence_usd"].to_list() == pytest.approx((scored["score"] * 2000).to_list())


def test_what_each_adds_sums_to_the_log_odds_of_the_score() -> None:
    score = score_without_model(ROWS, COSTS)["score"]
    found = explain_without_model(ROWS, score, USUAL)
    total = found.base + found.added.sum(axis=1)
    assert total.tolist() == pytest.approx([log_odds(each) for each in score], abs=1e-9)
    assert np.allclose(total, found.explained)


def test_a_rate_above_the_usual_one_raises_and_one_below_lowers() -> None:
    found = explain_without_model(ROWS, score_without_model(ROWS, COSTS)["score"], USUAL)
    assert found.added[0, :2].min() > 0
    assert found.added[4, 0] * (0.05 - USUAL) >= 0
    assert found.added[4, 1] * (0.01 - USUAL) > 0
    assert found.added[3].tolist() == [0.0] * len(found.facts)


def test_rules_add_their_weight() -> None:
    found = explain_without_model(ROWS, score_without_model(ROWS, COSTS)["score"], USUAL)
    assert found.added[0, -4:].tolist() == [1.0, 0.0, 0.5, 0.0]


def test_a_shipment_of_nobody_says_so() -> None:
    found = explain_without_model(ROWS, score_without_model(ROWS, COSTS)["score"], USUAL)
    assert found.base_texts[2] == record_rule.NOTHING_KNOWN
    assert found.base_texts[0] == found.base_texts[3] != record_rule.NOTHING_KNOWN
