"""One scored night, by a model and by the record rule.

Belongs here: the three frames against their contracts, run identity, what scored and why, reasons that add up.
Belongs elsewhere: publishing them (the assets' tests).
"""

import math
from pathlib import Path

import polars as pl
import pytest

from data_quality.contract import load_contract
from models.explain import explain_with_model
from models.train import train_model
from tests.unit.labelled_world import AS_OF, World, make_features, make_world, put, put_night
from tidewaiter.errors import ContractError, ModelMismatchError, PartitionMissingError
from tidewaiter.targeting.night import ScoredNight, score_night

COUNTS = ("mandatory_n", "targeted_n", "novelty_n", "random_n")
TYPES = {
    "varchar": pl.String,
    "date": pl.Date,
    "double": pl.Float64,
    "integer": pl.Int32,
    "bigint": pl.Int64,
    "boolean": pl.Boolean,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = make_world(tmp_path_factory.mktemp("world"))
    train_model(world.lake, world.policy, AS_OF, world.models)
    return world


@pytest.fixture(scope="module")
def night(world: World) -> ScoredNight:
    return score_night(world.lake, world.policy, world.models, world.tonight)


@pytest.fixture(scope="module")
def by_record(world: World) -> ScoredNight:
    return score_night(world.lake, world.policy, world.models / "none", world.tonight)


@pytest.fixture(params=["night", "by_record"])
def either(request: pytest.FixtureRequest) -> ScoredNight:
    night: ScoredNight = request.getfixturevalue(request.param)
    return night


def frames(night: ScoredNight) -> dict[str, pl.DataFrame]:
    return {
        "score.shipment": night.score_shipment,
        "score.rule_hit": night.score_rule_hit,
        "score.fairness": night.score_fairness,
        "queue.group": night.queue_group,
        "queue.item": night.queue_item,
        "queue.summary": night.queue_summary,
        "score.shadow": night.score_shadow,
    }


def test_each_frame_has_its_contracts_columns_types_and_order(either: ScoredNight) -> None:
    for table, frame in frames(either).items():
        contract = load_contract(table)
        assert tuple(frame.columns) == contract.column_names
        assert frame.select(contract.key).equals(frame.select(contract.key).sort(contract.key))
        for column in contract.columns:
            assert frame.schema[column.name] == TYPES.get(column.sql_type, pl.List)
            assert not (column.required and frame[column.name].null_count()), column.name


def test_every_shipment_is_scored_once(world: World, either: ScoredNight) -> None:
    shipments = pl.read_parquet(world.lake.path("core.shipment", world.tonight))["shipment_id"]
    assert either.score_shipment["shipment_id"].to_list() == sorted(shipments)


def test_the_queue_is_what_the_scores_say_is_chosen(either: ScoredNight) -> None:
    chosen = either.score_shipment.filter("is_selected")
    assert sorted(either.queue_item["shipment_id"]) == chosen["shipment_id"].to_list()
    assert either.queue_summary.select(pl.col(COUNTS).sum()).sum_horizontal()[0] == chosen.height


def test_reasons_add_up_to_the_explained_log_odds(world: World, night: ScoredNight) -> None:
    assert night.model is not None
    features = pl.read_parquet(world.lake.path("feature.shipment", world.tonight))
    rows = night.queue_item.select("shipment_id").join(features, on="shipment_id", maintain_order="left")
    explained = explain_with_model(night.model, rows, world.policy.costs).explained.tolist()
    told = [math.fsum(each["contribution"] for each in reasons) for reasons in night.queue_item["reasons"].to_list()]
    assert told == pytest.approx(explained, abs=1e-6)


def test_reasons_without_a_model_add_up_to_the_log_odds_of_the_score(by_record: ScoredNight) -> None:
    told = [
        math.fsum(each["contribution"] for each in reasons) for reasons in by_record.queue_item["reasons"].to_list()
    ]
    scores = [min(max(score, 1e-4), 1 - 1e-4) for score in by_record.queue_item["score"].to_list()]
    assert told == pytest.approx([math.log(score / (1 - score)) for score in scores], abs=1e-9)


def test_as_many_reasons_as_the_policy_asks_for_then_the_rest_and_the_start(world: World, night: ScoredNight) -> None:
    for reasons in night.queue_item["reasons"].to_list():
        codes = [each["code"] for each in reasons]
        assert codes[-2:] == ["rest", "base"]
        assert sum(not code.startswith("rule:") for code in codes) == world.policy.model.reasons_per_item + 2
        added = [each["contribution"] for each in reasons[:-2] if not each["text"].startswith("must be")]
        assert added == sorted(added, key=lambda each: (each < 0, -abs(each)))


def test_every_active_rule_that_fired_is_a_reason_of_a_chosen_shipment(either: ScoredNight) -> None:
    hits = either.score_rule_hit.filter(state="active").group_by("shipment_id").agg("rule_id").rows()
    fired = {shipment_id: sorted(rules) for shipment_id, rules in hits}
    for shipment_id, reasons in either.queue_item.select("shipment_id", "reasons").iter_rows():
        named = sorted(each["code"].removeprefix("rule:") for each in reasons if each["code"].startswith("rule:"))
        assert named == fired.get(shipment_id, [])


def test_mandatory_rules_come_first_in_a_queue(either: ScoredNight) -> None:
    must = set(either.score_shipment.filter("is_mandatory")["shipment_id"])
    for _, queue in either.queue_item.sort("rank").group_by("port_code"):
        flags = [shipment_id in must for shipment_id in queue["shipment_id"]]
        assert flags == sorted(flags, reverse=True)


def test_the_night_says_what_scored_it(night: ScoredNight, by_record: ScoredNight) -> None:
    assert night.model is not None
    assert night.why.startswith(f"Scored by model {night.model.version}, learned from 720 examined shipments")
    assert set(night.queue_summary["scored_by"]) == {"model"}
    assert by_record.why == (
        "Scored by the record rule and the rules in force: no model was trained on or before 2026-01-14."
    )
    assert set(by_record.queue_summary["scored_by"]) == {"record_rule"}
    assert set(by_record.score_shipment["model_version"]) == {"record_rule"}
    assert by_record.score_shipment["p_revenue"].null_count() == by_record.score_shipment.height


def test_the_run_is_named_by_model_policy_and_features(
    world: World, night: ScoredNight, by_record: ScoredNight
) -> None:
    again = score_night(world.lake, world.policy, world.models, world.tonight)
    assert again.run_id == night.run_id
    assert night.run_id.startswith("night-2026-01-14-")
    assert len(night.run_id) == len("night-2026-01-14-") + 12
    assert night.run_id != by_record.run_id


def test_the_same_night_twice_gives_the_same_frames(world: World, night: ScoredNight) -> None:
    again = score_night(world.lake, world.policy, world.models, world.tonight)
    for table, frame in frames(again).items():
        assert frame.equals(frames(night)[table]), table


def test_a_model_of_a_later_day_is_not_used(world: World) -> None:
    features = make_features(20, 33)
    before = AS_OF.replace(day=13)
    put_night(world.lake, before, features)
    assert score_night(world.lake, world.policy, world.models, before).scored_by == "record_rule"


@pytest.mark.parametrize("models", ["models", "none"])
def test_a_night_without_shipments_has_empty_frames(world: World, tmp_path: Path, models: str) -> None:
    lake = make_world(tmp_path, rows_n=2).lake
    empty = make_features(2, 1).clear()
    put_night(lake, AS_OF, empty)
    night = score_night(lake, world.policy, world.models.parent / models, AS_OF)
    assert night.score_shipment.is_empty()
    assert night.queue_item.is_empty()
    assert night.queue_summary["shipments_n"].sum() == 0


def test_a_shipment_without_features_stops_the_night(tmp_path: Path) -> None:
    world = make_world(tmp_path, rows_n=5)
    features = pl.read_parquet(world.lake.path("feature.shipment", AS_OF))
    put(world.lake, "feature.shipment", AS_OF, features.tail(-2))
    with pytest.raises(ContractError, match="2 shipments have no features"):
        score_night(world.lake, world.policy, world.models, AS_OF)


def test_features_that_the_model_does_not_know_stop_the_night(world: World, tmp_path: Path) -> None:
    lake = make_world(tmp_path, rows_n=5).lake
    features = pl.read_parquet(lake.path("feature.shipment", AS_OF))
    put(lake, "feature.shipment", AS_OF, features.with_columns(moon_phase=pl.lit(1.0)))
    with pytest.raises(ModelMismatchError, match="unexpected moon_phase"):
        score_night(lake, world.policy, world.models, AS_OF)


def test_a_night_without_features_is_missing(world: World) -> None:
    with pytest.raises(PartitionMissingError, match=r"feature\.shipment has no partition"):
        score_night(world.lake, world.policy, world.models, AS_OF.replace(year=2030))
