"""The record rule: a mean of past finding rates.

Belongs here: its score.
Belongs elsewhere: what each record adds (test_without_model.py), nights without a model (test_night.py).
"""

import polars as pl
import pytest

from tidewaiter.errors import ContractError
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.targeting.record_rule import COLUMNS, score_with_record_rule

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


def test_the_order_of_the_rows_changes_no_score() -> None:
    turned = score_with_record_rule(ROWS.reverse(), COSTS).reverse()
    assert turned.equals(score_with_record_rule(ROWS, COSTS))


def test_a_missing_record_column_is_named() -> None:
    with pytest.raises(ContractError, match="lane_finding_share"):
        score_with_record_rule(ROWS.drop("lane_finding_share"), COSTS)
