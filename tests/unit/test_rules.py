"""Rules that people write: what the file may say, which rules are in force, hits, weights and scores.

Belongs here: rules over made-up features.
Belongs elsewhere: expressions (test_rule_expression.py), back-tests (test_rule_backtest.py).
"""

import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from tests.unit.labelled_world import make_features
from tests.unit.test_policy import edit
from tidewaiter.errors import ContractError, PolicyError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.policy import load_policy
from tidewaiter.rules.hit import FAMILY_WEIGHTS, HIT_SCHEMA, find_hits, score_rules
from tidewaiter.rules.policy import COUNTED, Rule, Rules, share_weight
from tidewaiter.rules.score import move_score, score_with_rules
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.targeting.record_rule import score_with_record_rule
from tidewaiter.threat import FAMILIES

ON = date(2026, 3, 4)
POLICY = load_policy(SHIPPED_POLICY)
SHIPPED = POLICY.rules
RATES = {"revenue": 0.02, "contraband": 0.002, "product": 0.01, "forced_labor": 0.003}


def make_rule(rule_id: str = "heavy", **changes: Any) -> Rule:
    given = {
        "id": rule_id, "sentence": "it is heavy", "expression": "gross_weight_kg > 10", "family": "revenue",
        "weight": 1.0, "owner": "trade policy", "legal_basis": "19 USC 1499", "source": "practice",
        "valid_from": date(2026, 1, 1), "valid_to": None, "state": "active", **changes,
    }  # fmt: skip
    return Rule.model_validate({name: value for name, value in given.items() if value != "left out"})


def make_rules(*rules: Rule, limit: float = 4.0) -> Rules:
    return Rules.model_validate(
        {"version": 1, "base_rates": RATES, "max_family_weight": limit, "max_weight": 5.0, "rules": rules}
    )


def make_rows(**columns: list[float | None]) -> pl.DataFrame:
    rows_n = max([len(column) for column in columns.values()], default=2)
    rows = make_features(rows_n, 3, prefix="entry:").with_columns(
        *(pl.Series(name, values, pl.Float64) for name, values in columns.items())
    )
    return rows.with_columns(shipment_id=pl.Series([f"entry:{at}" for at in range(rows_n)]))


NEVER = r"rules\.0\.expression: rule price_far_below_its_line: "
HEAVY_ENTRY = "expression: price_log_ratio < -1.6 and price_history_n >= 30"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (HEAVY_ENTRY, "expression: moon_phase > 1", r"rules\.0\.expression: .*below_its_line: moon_phase: the"),
        (HEAVY_ENTRY, "expression: is_air > 1", r"rules\.0\.expression: .*is_air: a comparison takes numbers"),
        (HEAVY_ENTRY, "expression: value_usd between 5 and 1", NEVER + "between 5 and 1 is"),
        (HEAVY_ENTRY, "expression: value_usd / 0 > 1", NEVER + "what is divided by 0"),
        (HEAVY_ENTRY, "expression: value_usd", r"rules\.0\.expression: .*it is a number"),
        ("owner: trade policy", "valid: true\n    owner: trade policy", r"rules\.0\.valid: Extra"),
        ("    owner: trade policy\n", "", r"rules\.0\.owner: Field required"),
        ("family: revenue", "family: weather", r"rules\.0\.family"),
        ("    weight: 1.5\n", "", r"rules\.0: .*price_far_below_its_line: a rule has either a weight or mandatory"),
        ("weight: 1.5", "weight: 99", r"rules\.0\.weight"),
        ("state: active", "state: asleep", r"rules\.0\.state"),
        ("state: active", "state: retired", r"rules\.0: .*a retired rule has a last day"),
        ("id: price_below_its_line", "id: price_far_below_its_line", r"rules: .*versions from 2016-03-10 and from"),
        ("  forced_labor: 0.003\n", "", r"base_rates: .*forced_labor: a family without"),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_with_file_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = edit(tmp_path / "p", "rules.yml", "version: 1", "version: 1")
    file = folder / "rules.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=rf"(?s)rules\.yml: {message}"):
        load_policy(folder)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": False}, "no number"),
        ({"mandatory": "yes", "weight": None}, "valid boolean"),
        ({"valid_from": 0}, "a number is no date"),
        ({"valid_from": 20260101}, "a number is no date"),
        ({"id": "shipment_id"}, "key of every shipment"),
        ({"owner": "     "}, "at least 3 characters"),
        ({"legal_basis": "    "}, "at least 3 characters"),
        ({"sentence": "heavy \x1b[31m goods"}, "should match pattern"),
        ({"ports": [4701]}, "in quotes"),
        ({"ports": "4701"}, "in quotes"),
        ({"ports": []}, "in quotes"),
        ({"ports": ["230"]}, "in quotes"),
        ({"sentence": "heavy\ngoods"}, "should match pattern"),
    ],
)
def test_what_would_pass_as_something_else_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make_rule(**changes)


def test_a_rule_may_not_count_by_what_a_text_says_of_its_heading_alone() -> None:
    alone = "text_heading_log_ratio < -2 and vague_words_share < 0.5"
    with pytest.raises(ValidationError, match="not enough for a rule that counts"):
        make_rule(expression=alone)
    assert make_rule(expression=alone, state="shadow").parsed.columns
    assert make_rule(expression=f"{alone} and duty_at_stake_usd > 20").parsed.columns


def test_versions_of_a_rule_may_follow_each_other() -> None:
    first = make_rule(valid_to=date(2026, 2, 28))
    rules = make_rules(make_rule(valid_from=date(2026, 3, 1), weight=2.0), first)
    assert [rule.weight for rule in rules.in_force(date(2026, 2, 28))] == [1.0]
    assert [rule.weight for rule in rules.in_force(date(2026, 3, 1))] == [2.0]
    assert [rule.valid_from for rule in rules.versions("heavy")] == [date(2026, 1, 1), date(2026, 3, 1)]


@pytest.mark.parametrize(("state", "is_watched"), [("draft", False), ("shadow", True), ("active", True)])
def test_active_and_shadow_rules_are_watched(state: str, is_watched: bool) -> None:
    rules = make_rules(make_rule(state=state))
    hits = find_hits(make_rows(gross_weight_kg=[11.0, 9.0]), rules, ON)
    assert hits["state"].to_list() == ([state] if is_watched else [])


def test_a_shadow_rule_changes_no_weight_and_nothing_is_mandatory_by_it() -> None:
    rules = make_rules(make_rule(state="shadow"), make_rule("other", state="shadow", weight=None, mandatory=True))
    weights = score_rules(make_rows(gross_weight_kg=[11.0]), rules, ON)
    assert weights.row(0)[1:] == (0.0, 0.0, 0.0, 0.0, 0.0, 0, False)


def test_a_hit_says_which_rule_in_which_family_with_what_weight() -> None:
    rules = make_rules(make_rule(), make_rule("must", family="contraband", weight=None, mandatory=True))
    hits = find_hits(make_rows(gross_weight_kg=[9.0, 11.0, None]), rules, ON)
    assert hits.schema == HIT_SCHEMA
    assert hits.rows() == [
        ("entry:1", "heavy", "revenue", 1.0, False, "active"),
        ("entry:1", "must", "contraband", None, True, "active"),
    ]


def test_a_rule_of_some_ports_is_met_in_them_alone() -> None:
    rows = make_rows(gross_weight_kg=[11.0, 11.0]).with_columns(port_code=pl.Series(["4701", "2704"]))
    hits = find_hits(rows, make_rules(make_rule(ports=("2704",))), ON)
    assert hits["shipment_id"].to_list() == ["entry:1"]


def test_weights_add_up_by_family_within_the_limit() -> None:
    rules = make_rules(
        make_rule(weight=3.0), make_rule("b", weight=2.5), make_rule("c", family="product", weight=-0.5), limit=4.0
    )
    weights = score_rules(make_rows(gross_weight_kg=[11.0, 9.0]), rules, ON)
    assert weights["rule_revenue_weight"].to_list() == [4.0, 0.0]
    assert weights["rule_product_weight"].to_list() == [-0.5, 0.0]
    assert weights["rule_weight"].to_list() == [3.5, 0.0]
    both = make_rules(make_rule(weight=4.0), make_rule("b", family="product", weight=4.0))
    assert score_rules(make_rows(gross_weight_kg=[11.0]), both, ON)["rule_weight"].to_list() == [5.0]
    assert weights["rules_fired_n"].to_list() == [3, 0]
    assert share_weight({"heavy": 3.0, "b": 1.0}) == {"heavy": 0.75, "b": 0.25}
    assert share_weight({"heavy": 3.0, "b": -3.0}) == {"heavy": 0.5, "b": 0.5}


def test_a_rule_whose_feature_is_gone_stops_the_night() -> None:
    with pytest.raises(ContractError, match="gross_weight_kg, which the features lack"):
        find_hits(make_rows().drop("gross_weight_kg"), make_rules(make_rule()), ON)


def test_scores_by_rules_have_the_columns_of_the_record_rule() -> None:
    rows = make_features(50, 7)
    by_rules = score_with_rules(rows, SHIPPED, POLICY.costs, ON)
    by_record = score_with_record_rule(rows, POLICY.costs)
    assert by_rules.schema == by_record.schema
    assert by_rules["shipment_id"].equals(by_record["shipment_id"])
    assert by_rules["score"].is_between(0, 1).all()
    assert by_rules["expected_consequence_usd"].is_finite().all()


def test_a_weight_multiplies_the_odds_of_its_family_alone() -> None:
    rules = make_rules(make_rule(family="product", weight=math.log(2)))
    scored = score_with_rules(make_rows(gross_weight_kg=[11.0, 9.0], value_usd=[0.0, 0.0]), rules, POLICY.costs, ON)
    costs = {str(family): usd for family, usd in POLICY.costs.family_usd.items()}
    plain = sum(RATES[family] * costs[family] for family in costs)
    doubled = (2 * 0.01 / 0.99) / (1 + 2 * 0.01 / 0.99)
    assert scored["expected_consequence_usd"][1] == pytest.approx(plain)
    assert scored["expected_consequence_usd"][0] == pytest.approx(plain + (doubled - 0.01) * costs["product"])
    assert scored["score"][1] == pytest.approx(1 - math.prod(1 - RATES[family] for family in FAMILIES))


def test_a_score_without_a_weight_stays_and_moves_with_one() -> None:
    rows = pl.DataFrame({"score": [0.0, 0.03, 0.03, 1.0], "weight": [0.0, 0.0, math.log(2), -1.0]})
    moved = rows.select(moved=move_score(pl.col("score"), pl.col("weight")))["moved"].to_list()
    assert moved[:2] == [0.0, 0.03]
    assert moved[2] == pytest.approx((0.06 / 0.97) / (1 + 0.06 / 0.97))
    assert 0.99 < moved[3] < 1


def test_an_empty_night_has_no_hits_and_no_scores() -> None:
    rows = make_features(3, 1).clear()
    assert find_hits(rows, SHIPPED, ON).is_empty()
    assert score_with_rules(rows, SHIPPED, POLICY.costs, ON).is_empty()


def test_without_rules_every_shipment_has_the_base_rates() -> None:
    assert score_rules(make_rows(), make_rules(), ON)["rule_weight"].to_list() == [0.0, 0.0]


def test_the_order_of_rows_and_of_rules_changes_no_hit() -> None:
    rows = make_features(200, 11)
    turned = SHIPPED.model_copy(update={"rules": SHIPPED.rules[::-1]})
    assert find_hits(rows.reverse(), turned, ON).equals(find_hits(rows, SHIPPED, ON))


def test_every_shipped_rule_has_a_case_that_meets_it_and_one_that_does_not() -> None:
    rows = pl.concat([make_features(3000, seed, prefix=f"entry:{seed}") for seed in range(5)])
    some = rows.with_columns(
        pl.col("^text_.*_log_ratio$") * 4,
        vague_words_share=pl.col("vague_words_share") * 5,
        price_history_n=pl.col("price_history_n") * 9,
        consignee_shipments_28d_n=pl.col("consignee_shipments_28d_n") * 3,
        consignee_value_today_usd=pl.col("consignee_value_today_usd") * 30,
        tariff_line_first_seen_days=pl.col("tariff_line_first_seen_days") * 20,
        hts_chapter=pl.Series([float(at % 97) for at in range(rows.height)]),
    )
    hits = find_hits(some, SHIPPED, ON)
    met = dict(hits["rule_id"].value_counts().rows())
    for rule in SHIPPED.in_force(ON):
        assert 0 < met.get(rule.id, 0) < rows.height, rule.id


def test_a_split_order_is_not_said_to_be_of_parts_that_nobody_looked_at() -> None:
    (rule,) = SHIPPED.versions("order_split_under_the_limit")
    assert "each" not in rule.sentence.split()


@pytest.mark.parametrize(
    ("shipments_n", "together_usd", "value_usd", "is_met"),
    [
        (3.0, 1_000.0, 300.0, True),
        (3.0, 1_800.0, 200.0, True),
        (3.0, 1_801.0, 200.0, False),  # the others are above the limit on average
        (5.0, 71_288.0, 184.0, False),
        (3.0, 900.0, 0.0, False),  # nothing is known of its value
        (3.0, 900.0, None, False),
        (3.0, 0.0, 300.0, False),
        (3.0, 800.0, 300.0, False),
        (2.0, 1_000.0, 300.0, False),
        (3.0, 1_700.0, 801.0, False),
    ],
)
def test_an_order_is_split_only_where_its_parts_can_all_be_under_the_limit(
    shipments_n: float, together_usd: float, value_usd: float | None, is_met: bool
) -> None:
    (rule,) = SHIPPED.versions("order_split_under_the_limit")
    rows = make_rows(
        consignee_shipments_today_n=[shipments_n], consignee_value_today_usd=[together_usd], value_usd=[value_usd]
    )
    assert find_hits(rows, make_rules(rule), ON).height == is_met


def test_the_shipped_rules_are_about_twenty_five_or_more_with_public_sources_and_owners() -> None:
    assert len(SHIPPED.in_force(ON, COUNTED)) >= 25
    assert {rule.family for rule in SHIPPED.rules} == set(FAMILIES)
    for rule in SHIPPED.rules:
        assert set(rule.parsed.columns) <= set(load_catalog().columns)
        assert re.search(r"\d", rule.legal_basis), rule.id


def test_weight_columns_are_named_after_the_families() -> None:
    assert [f"rule_{family}_weight" for family in FAMILIES] == list(FAMILY_WEIGHTS)
