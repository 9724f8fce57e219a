"""Reasons of rules: the figure, the rule's own limit, what is usual, and rules that past exams do not bear out.

Belongs here: reasons of made-up rules over one shipment.
Belongs elsewhere: reasons of facts (test_reasons.py), that rules move the score as told (test_reason_truth.py).
"""

import math
from typing import Any

import polars as pl
import pytest

from tests.unit.test_reasons import ROWS, contribute
from tests.unit.test_rules import make_rule
from tidewaiter.rules.policy import Rule
from tidewaiter.targeting.figure import write_span
from tidewaiter.targeting.reason import Reason, Setting, describe_typical, write_reasons
from tidewaiter.targeting.story import tell_stories

LISTED = "listed_parties_n >= 1"


def tell(expression: str, figures: dict[str, float], added: dict[str, float], **changes: Any) -> list[Reason]:
    """Return the reasons of one shipment that meets a rule with this expression."""
    rule: Rule = make_rule(expression=expression, **changes)
    one = ROWS.head(1)
    one = one.with_columns(pl.lit(value, pl.Float64).alias(name) for name, value in figures.items())
    contributions = contribute(rule_revenue_weight=0.4, **added)
    typical = describe_typical(ROWS.lazy(), sorted({*rule.parsed.columns, *added}))
    setting = Setting(typical, fired={str(one["shipment_id"][0]): [rule]})
    return write_reasons(contributions, one, tell_stories(contributions, one, 5), setting)[0]


def read_rule(expression: str, **figures: float) -> Reason:
    reasons = tell(expression, figures, {})
    return next(each for each in reasons if each["code"] == "rule:heavy")


@pytest.mark.parametrize(
    ("expression", "figures", "said"),
    [
        ("description_words_n <= 1", {"description_words_n": 1}, "1 word; rule: at most 1 word; tonight: median "),
        ("1 < versions_n", {"versions_n": 3}, "3 versions; rule: more than 1 version; tonight: median "),
        ("lines_n between 3 and 50", {"lines_n": 5}, "5 lines; rule: at least 3 lines and at most 50 lines; tonight: "),
        ("vague_words_share >= 0.5 and vague_words_share < 0.9", {"vague_words_share": 0.6},
            "60%; rule: at least 50% and less than 90%; tonight: median "),
        ("lines_n = 5", {"lines_n": 5}, "5 lines; rule: 5 lines; tonight: median "),
        ("listed_price_log_ratio > 0.7", {"listed_price_log_ratio": 0.8},
            "2.23 times; rule: more than 2.01 times; tonight: median "),
        ("is_value_near_limit", {"is_value_near_limit": 1}, "yes; tonight: yes for "),
        ("lines_n > 3 or lines_n < 1", {"lines_n": 5}, "5 lines; tonight: median "),
        ("lines_n in (1, 5)", {"lines_n": 5}, "5 lines; tonight: median "),
        ("lines_n > 3 and not lines_n = 7", {"lines_n": 5}, "5 lines; tonight: median "),
    ],
)  # fmt: skip
def test_a_rule_on_one_fact_stands_beside_its_figure_its_limit_and_the_usual(
    expression: str, figures: dict[str, float], said: str
) -> None:
    assert str(read_rule(expression, **figures)["comparison"]).startswith(said)


def test_a_rule_on_a_price_has_its_limit_beside_the_price_of_its_line() -> None:
    figures = {"price_log_ratio": -2.0, "value_per_kg_usd": 1.9, "price_median_usd_kg": 14.2, "price_history_n": 210.0}
    assert read_rule("price_log_ratio < -1.6 and price_history_n >= 30", **figures)["comparison"] == (
        "0.14 times; rule: less than 0.20 times; USD 1.90/kg; this line and origin: USD 14.20/kg, from 210 shipments"
    )


def test_a_limit_on_one_side_names_that_side_only() -> None:
    assert write_span((-math.inf, 0), (1.0, 0), "words") == "at most 1 word"
    assert write_span((2.0, 1), (math.inf, 0), "USD") == "more than USD 2.00"


def find_doubted(expression: str, added: dict[str, float], **changes: Any) -> Reason:
    figures = {"list_score": 0.95, "listed_parties_n": 1.0, "pieces_n": 3.0}
    reasons = tell(expression, figures, added, **changes)
    assert math.fsum(each["contribution"] for each in reasons) == pytest.approx(-2.0 + 0.4 + sum(added.values()))
    return next(each for each in reasons if each["code"] in added)


def test_facts_that_lower_what_a_rule_raises_say_that_exams_found_less() -> None:
    reason = find_doubted(LISTED, {"list_score": -0.5, "listed_parties_n": -0.3})
    assert reason["text"] == (
        "speaks against: past exams found less than a rule expects: "
        "score 95% against watch lists, countries counted in, 1 party with the name of a listed party"
    )
    assert reason["contribution"] == pytest.approx(-0.8)


@pytest.mark.parametrize(
    ("expression", "added", "changes"),
    [
        (LISTED, {"pieces_n": -0.5}, {}),
        (f"{LISTED} and pieces_n > 2", {"list_score": -0.5}, {}),
        (LISTED, {"list_score": -0.5, "listed_parties_n": 0.1}, {}),
        (LISTED, {"list_score": -0.5}, {"weight": -1.0}),
    ],
)
def test_other_facts_that_lower_the_score_are_not_set_against_a_rule(
    expression: str, added: dict[str, float], changes: dict[str, Any]
) -> None:
    assert "rule" not in find_doubted(expression, added, **changes)["text"]


def test_facts_that_raise_what_a_rule_raises_are_not_set_against_it() -> None:
    assert find_doubted(LISTED, {"list_score": 0.5})["text"].startswith("score 95% against watch lists")
