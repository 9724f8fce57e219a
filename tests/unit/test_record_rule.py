"""The record rule: a mean of past finding rates, and what each of them adds.

Belongs here: its score and contributions.
Belongs elsewhere: nights that run on it (test_night.py).
"""

import polars as pl
import pytest

from tidewaiter.errors import ContractError
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.targeting.record_rule import COLUMNS, NOTHING_KNOWN, explain_record_rule, score_with_record_rule

COSTS = load_policy(SHIPPED_POLICY).costs
ROWS = pl.DataFrame(
    [
        ("a", 0.3, 0.1, None, None, 0.2, 0.4),
        ("b", 0.06, None, None, None, None, None),
        ("c", None, None, None, None, None, None),
        ("d", 0.5, 0.5, 0.5, 0.5, 0.5, 0.5),
    ],
    schema=["shipment_id", *COLUMNS],
    orient="row",
)


def test_the_score_is_the_mean_of_the_records_there_are() -> None:
    scored = score_with_record_rule(ROWS, COSTS)
    assert scored["score"].to_list() == pytest.approx([0.25, 0.06, 0.25, 0.5])
    assert scored["expected_consequence_usd"].to_list() == pytest.approx([500, 120, 500, 1000])


def test_no_chance_of_a_family_is_invented() -> None:
    scored = score_with_record_rule(ROWS, COSTS)
    silent = scored.select("p_revenue", "p_contraband", "p_product", "p_forced_labor", "expected_loss_usd")
    assert silent.null_count().row(0) == (4,) * 5


def test_where_nothing_is_known_of_anyone_the_score_is_zero() -> None:
    assert score_with_record_rule(ROWS.filter(shipment_id="c"), COSTS)["score"].to_list() == [0.0]


def test_contributions_are_each_records_part_and_sum_to_the_score() -> None:
    score = score_with_record_rule(ROWS, COSTS)["score"]
    found = explain_record_rule(ROWS, score)
    assert found.added[0].tolist() == pytest.approx([0.075, 0.025, 0, 0, 0.05, 0.1])
    assert (found.added.sum(axis=1) + found.base).tolist() == pytest.approx(score.to_list())


def test_a_shipment_of_nobody_says_so() -> None:
    found = explain_record_rule(ROWS, score_with_record_rule(ROWS, COSTS)["score"])
    assert found.base_texts == [None, None, NOTHING_KNOWN, None]


def test_the_order_of_the_rows_changes_no_score() -> None:
    turned = score_with_record_rule(ROWS.reverse(), COSTS).reverse()
    assert turned.equals(score_with_record_rule(ROWS, COSTS))


def test_a_missing_record_column_is_named() -> None:
    with pytest.raises(ContractError, match="lane_finding_share"):
        score_with_record_rule(ROWS.drop("lane_finding_share"), COSTS)
