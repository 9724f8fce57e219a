"""Reasons tell the truth: when a fact that a reason names changes, the score changes.

Belongs here: named facts and rules of chosen rows, changed one at a time.
Belongs elsewhere: that reasons add up (test_night.py), their wording (test_reasons.py).
"""

from typing import Any

import polars as pl
import pytest

from models.artifact import Model
from models.score import score_with_model
from models.train import train_model
from tests.unit.labelled_world import AS_OF, World, make_world
from tidewaiter.features.catalog import load_catalog
from tidewaiter.rules.hit import WEIGHT_COLUMNS, score_rules
from tidewaiter.rules.policy import Rule
from tidewaiter.targeting import record_rule
from tidewaiter.targeting.night import ScoredNight, score_night
from tidewaiter.targeting.without_model import score_without_model

QUANTILES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
# A fact that adds less than this to the log-odds is said to add nearly nothing, and need not show in the score.
NEARLY_NOTHING = 0.02


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = make_world(tmp_path_factory.mktemp("truth"))
    train_model(world.lake, world.policy, AS_OF, world.models)
    return world


@pytest.fixture(scope="module")
def features(world: World) -> pl.DataFrame:
    return pl.read_parquet(world.lake.path("feature.shipment", world.tonight))


@pytest.fixture(scope="module")
def night(world: World) -> ScoredNight:
    return score_night(world.lake, world.policy, world.models, world.tonight)


def list_named(night: ScoredNight) -> list[tuple[str, dict[str, Any]]]:
    """Return shipment and reason for every reason that names a catalogued fact or a rule and adds something."""
    known = set(load_catalog().columns)
    return [
        (shipment_id, reason)
        for shipment_id, reasons in night.queue_item.select("shipment_id", "reasons").iter_rows()
        for reason in reasons
        if (reason["code"] in known or reason["code"].startswith("rule:"))
        and abs(reason["contribution"]) >= NEARLY_NOTHING
    ]


def vary(row: pl.DataFrame, column: str, features: pl.DataFrame) -> pl.DataFrame:
    """Return the row once for each of some figures that the column has tonight, and once without it."""
    figures = [features[column].quantile(share) for share in QUANTILES]
    return pl.concat(row.with_columns(pl.lit(figure, pl.Float64).alias(column)) for figure in (*figures, None))


def score(model: Model, rows: pl.DataFrame, world: World) -> pl.Series:
    wanted = rows.select("shipment_id", "port_code", *model.fitted.features)
    return score_with_model(model, wanted, world.policy.costs)["score"]


def moves_score(model: Model, row: pl.DataFrame, column: str, features: pl.DataFrame, world: World) -> bool:
    scores = score(model, pl.concat([row, vary(row, column, features)]), world)
    return float((scores - scores[0]).abs().max()) >= 1e-9


def list_topic(column: str) -> list[str]:
    told = load_catalog().feature(column)
    every = load_catalog().features
    return [each.column for each in every if (each.topic, each.entity) == (told.topic, told.entity)]


def test_changing_a_fact_that_a_models_reason_names_changes_its_score(
    world: World, night: ScoredNight, features: pl.DataFrame
) -> None:
    model, silent = night.model, []
    assert model is not None
    facts = [(each, reason["code"]) for each, reason in list_named(night) if not reason["code"].startswith("rule:")]
    for shipment_id, column in facts:
        row = features.filter(shipment_id=shipment_id)
        if not moves_score(model, row, column, features, world):
            silent.append(column)
            others = [each for each in list_topic(column) if each in model.fitted.features]
            assert any(moves_score(model, row, each, features, world) for each in others), (shipment_id, column)
    # TreeSHAP may credit a fact through branches that the row itself does not take: rarely.
    assert len(silent) <= 0.01 * len(facts), silent
    assert len({column for _, column in facts}) > 10


def test_changing_a_record_changes_the_score_of_a_night_without_a_model(world: World, features: pl.DataFrame) -> None:
    night = score_night(world.lake, world.policy, world.models / "none", world.tonight)
    named = [(each, reason) for each, reason in list_named(night) if reason["code"] in record_rule.COLUMNS]
    assert {reason["code"] for _, reason in named} == set(record_rule.COLUMNS)
    for shipment_id, reason in named:
        row = features.filter(shipment_id=shipment_id)
        other = row.with_columns((pl.col(reason["code"]) / 2 + 0.001).alias(reason["code"]))
        scores = score_without_model(pl.concat([row, other]), world.policy.costs)["score"]
        assert scores[0] != scores[1], reason


def break_rule(row: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Return the row without the figures that the rule reads: of which too little is known does not meet it."""
    return row.with_columns(pl.lit(None, pl.Float64).alias(name) for name in rule.parsed.columns)


def test_a_rule_that_is_a_reason_is_met_by_the_figures_that_it_names_and_by_no_others(
    world: World, features: pl.DataFrame
) -> None:
    night = score_night(world.lake, world.policy, world.models / "none", world.tonight)
    rules = {rule.id: rule for rule in world.policy.rules.in_force(world.tonight)}
    told = [(each, reason) for each, reason in list_named(night) if reason["code"].startswith("rule:")]
    for shipment_id, reason in told[:60]:
        rule = rules[reason["code"].removeprefix("rule:")]
        row = features.filter(shipment_id=shipment_id)
        assert row.select(rule.condition).item() is True
        assert break_rule(row, rule).select(rule.condition).item() is False


def test_a_shipment_that_no_longer_meets_a_rule_loses_its_weight(world: World, features: pl.DataFrame) -> None:
    rules, on = world.policy.rules, world.tonight
    rule = next(each for each in rules.in_force(on) if each.id == "value_just_under_the_limit")
    silent = [pl.lit(None, pl.Float64).alias(name) for name in rules.columns]
    row = features.head(1).with_columns(silent).with_columns(is_value_near_limit=pl.lit(1.0))
    both = pl.concat([row, row.with_columns(is_value_near_limit=pl.lit(0.0))]).drop(WEIGHT_COLUMNS[:5])
    weighed = both.hstack(score_rules(both, rules, on).drop("shipment_id"))
    scores = score_without_model(weighed, world.policy.costs)["score"]
    gone = weighed["rule_revenue_weight"][0] - weighed["rule_revenue_weight"][1]
    assert rule.weight is not None
    assert gone == pytest.approx(rule.weight)
    assert scores[0] > scores[1]


def test_a_rule_over_several_figures_stands_beside_the_shipments_own(night: ScoredNight, world: World) -> None:
    columns = {f"rule:{each.id}": each.parsed.columns for each in world.policy.rules.rules}
    told = [reason for _, reason in list_named(night) if len(columns.get(reason["code"], ())) > 1]
    several = [reason for reason in told if ";" in (reason["value"] or "")]
    assert several
    catalog = load_catalog()
    for reason in several:
        is_special = any(catalog.feature(column).comparison for column in columns[reason["code"]])
        assert is_special or reason["comparison"] == reason["value"]
        assert is_special or "median" not in reason["comparison"]
