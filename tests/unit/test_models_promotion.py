"""Which model scores a date: the log decides, the first model needs no log, and gates hold back what is worse.

Belongs here: champions, challengers, rollback, what training proposes.
Belongs elsewhere: the files of a model (test_models_artifact.py), the commands (tests/integration).
"""

import os
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.artifact import Model, write_model
from models.card import Card
from models.gate import judge_card, list_failed
from models.promotion import (
    LOG_FILE,
    Promotion,
    add_promotion,
    find_champion,
    find_decision,
    find_earlier,
    name_challenger,
    name_champion,
    read_log,
)
from models.propose import propose_model
from models.standing import Waiting, find_standing, find_waiting, say_how
from models.train import train_model
from tests.unit.labelled_world import AS_OF, make_world, small_policy
from tidewaiter.errors import ModelMismatchError, TidewaiterError
from tidewaiter.policy import Policy
from tidewaiter.targeting.record_rule import VERSION as RECORD_RULE

POLICY = small_policy()


def gated() -> Policy:
    return replace(POLICY, model=POLICY.model.model_copy(update={"promotion": "gated_automatic"}))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Model:
    world = make_world(tmp_path_factory.mktemp("world"))
    return train_model(world.lake, world.policy, AS_OF, world.models)


def put(folder: Path, trained: Model, on: date) -> Model:
    """Publish the same model as if trained on another day."""
    return write_model(folder, trained.card.model_copy(update={"as_of": on}), trained.fitted, {})


def line(version: str, on: date) -> Promotion:
    return Promotion(
        action="promote", version=version, replaced=None, effective_on=on, by="A. Person", reason="shadowed for weeks",
        failed_gates=(), policy_version="0" * 12,
    )  # fmt: skip


DAYS = [date(2026, 1, day) for day in (5, 12, 19)]


def test_without_a_log_the_newest_model_trained_by_the_date_scores(trained: Model, tmp_path: Path) -> None:
    versions = [put(tmp_path, trained, on).version for on in DAYS]
    found = [name_champion(tmp_path, DAYS[0] + timedelta(days=days)) for days in (-1, 0, 8, 60)]
    assert found == [None, versions[0], versions[1], versions[2]]


def test_the_log_decides_by_the_date_it_names_and_not_by_the_order_of_its_lines(trained: Model, tmp_path: Path) -> None:
    first, second, third = (put(tmp_path, trained, on).version for on in DAYS)
    assert add_promotion(tmp_path, line(third, DAYS[2]))
    assert add_promotion(tmp_path, line(first, DAYS[0]))
    assert [name_champion(tmp_path, on) for on in (DAYS[0], DAYS[1], DAYS[2])] == [first, first, third]
    assert name_challenger(tmp_path, DAYS[1]) == second
    assert name_challenger(tmp_path, DAYS[2]) is None


def test_promoting_the_champion_again_adds_no_line(trained: Model, tmp_path: Path) -> None:
    version = put(tmp_path, trained, DAYS[0]).version
    assert [add_promotion(tmp_path, line(version, DAYS[0])) for _ in range(2)] == [True, False]
    assert len(read_log(tmp_path)) == 1


def test_a_model_may_not_score_dates_before_it_was_trained(trained: Model, tmp_path: Path) -> None:
    version = put(tmp_path, trained, DAYS[1]).version
    with pytest.raises(ModelMismatchError, match="knows results of after 2026-01-05"):
        add_promotion(tmp_path, line(version, DAYS[0]))
    with pytest.raises(ModelMismatchError, match="there is no model 2026-01-01-00000000"):
        add_promotion(tmp_path, line("2026-01-01-00000000", DAYS[0]))


def test_a_champion_that_does_not_fit_the_catalog_is_not_replaced_by_another(trained: Model, tmp_path: Path) -> None:
    first, second = (put(tmp_path, trained, on) for on in DAYS[:2])
    (tmp_path / second.version / "model.json").write_text("{}")
    with pytest.raises(ModelMismatchError, match="not of one model"):
        find_champion(tmp_path, DAYS[1])
    champion = find_champion(tmp_path, DAYS[0])
    assert champion is not None
    assert champion.version == first.version


def test_a_damaged_line_of_the_log_stops_and_is_named(tmp_path: Path) -> None:
    (tmp_path / LOG_FILE).write_text("{}\n")
    with pytest.raises(TidewaiterError, match=r"promotions\.jsonl line 1 cannot be read"):
        name_champion(tmp_path, DAYS[0])


def test_a_line_of_the_log_that_is_no_text_stops_and_is_named(tmp_path: Path) -> None:
    (tmp_path / LOG_FILE).write_bytes(b"\xff\xfe\n")
    with pytest.raises(TidewaiterError, match=r"promotions\.jsonl line 1 cannot be read"):
        name_champion(tmp_path, DAYS[0])


def test_a_line_that_the_disk_has_no_room_for_leaves_the_log_as_it_was(
    trained: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_promotion(tmp_path, line(RECORD_RULE, DAYS[0]))
    before = (tmp_path / LOG_FILE).read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, text: write(handle, text[:20]))
    with pytest.raises(TidewaiterError, match=r"promotions\.jsonl has no room for a line more"):
        add_promotion(tmp_path, line(put(tmp_path, trained, DAYS[1]).version, DAYS[1]))
    assert (tmp_path / LOG_FILE).read_bytes() == before


def test_the_version_before_the_champion_is_found(trained: Model, tmp_path: Path) -> None:
    first, second, _ = (put(tmp_path, trained, on).version for on in DAYS)
    add_promotion(tmp_path, line(first, DAYS[0]))
    with pytest.raises(TidewaiterError, match=r"nothing that scored before.* promote VERSION.* promote record_rule"):
        find_earlier(tmp_path, DAYS[0])
    add_promotion(tmp_path, line(second, DAYS[1]))
    assert find_earlier(tmp_path, DAYS[2]).version == first


def roll_back(folder: Path, on: date) -> str:
    """Roll back from a date on and return what scores then."""
    earlier = find_earlier(folder, on).version
    assert add_promotion(folder, line(earlier, on).model_copy(update={"action": "rollback"}))
    return earlier


def test_each_rollback_goes_back_one_further_and_never_to_what_was_rolled_back(trained: Model, tmp_path: Path) -> None:
    first, second, third = (put(tmp_path, trained, on).version for on in DAYS)
    for version, on in zip((first, second, third), DAYS, strict=True):
        add_promotion(tmp_path, line(version, on))
    assert [roll_back(tmp_path, DAYS[2] + timedelta(days=days)) for days in (3, 5)] == [second, first]
    with pytest.raises(TidewaiterError, match="nothing that scored before"):
        find_earlier(tmp_path, DAYS[2] + timedelta(days=9))
    add_promotion(tmp_path, line(third, DAYS[2] + timedelta(days=9)))
    assert find_earlier(tmp_path, DAYS[2] + timedelta(days=9)).version == first


def test_a_rollback_to_a_version_whose_folder_is_gone_is_refused_by_its_name(trained: Model, tmp_path: Path) -> None:
    first, second, _ = (put(tmp_path, trained, on).version for on in DAYS)
    add_promotion(tmp_path, line(first, DAYS[0]))
    add_promotion(tmp_path, line(second, DAYS[1]))
    shutil.rmtree(tmp_path / first)
    with pytest.raises(TidewaiterError, match=f"{first}, which scored before, is no longer in the models folder"):
        find_earlier(tmp_path, DAYS[2])


def test_the_record_rule_takes_the_place_of_a_model_that_is_gone_until_one_is_promoted(
    trained: Model, tmp_path: Path
) -> None:
    first, second = (put(tmp_path, trained, on).version for on in DAYS[:2])
    add_promotion(tmp_path, line(first, DAYS[0]))
    shutil.rmtree(tmp_path / first)
    with pytest.raises(TidewaiterError, match=r"it is missing.* Fix: .*models promote record_rule"):
        find_champion(tmp_path, DAYS[0])
    assert add_promotion(tmp_path, line(RECORD_RULE, DAYS[0]).model_copy(update={"replaced": first}))
    assert not add_promotion(tmp_path, line(RECORD_RULE, DAYS[1]))
    assert find_champion(tmp_path, DAYS[1]) is None
    assert name_champion(tmp_path, DAYS[1]) == RECORD_RULE
    decision = find_decision(tmp_path, DAYS[1])
    assert decision is not None
    assert decision.effective_on == DAYS[0]
    assert name_challenger(tmp_path, DAYS[1]) == second
    assert name_challenger(tmp_path, DAYS[0]) is None
    add_promotion(tmp_path, line(second, DAYS[2]))
    assert [name_champion(tmp_path, on) for on in DAYS] == [RECORD_RULE, RECORD_RULE, second]
    assert roll_back(tmp_path, DAYS[2]) == RECORD_RULE


def test_the_model_that_the_record_rule_has_replaced_challenges_no_night(trained: Model, tmp_path: Path) -> None:
    first = put(tmp_path, trained, DAYS[0]).version
    add_promotion(tmp_path, line(first, DAYS[0]))
    add_promotion(tmp_path, line(RECORD_RULE, DAYS[1]).model_copy(update={"replaced": first}))
    assert name_challenger(tmp_path, DAYS[2]) is None


def test_a_trained_model_takes_the_place_of_the_record_rule_as_of_any_other(trained: Model, tmp_path: Path) -> None:
    add_promotion(tmp_path, line(RECORD_RULE, DAYS[0]))
    second, third = (put(tmp_path, trained, on) for on in DAYS[1:])
    said = propose_model(tmp_path, second, POLICY, DAYS[1])
    asked = f"policy asks for a person: {say_how(second.version)}"
    assert said == f"model {second.version} is a challenger of record_rule: {asked}"
    propose_model(tmp_path, third, gated(), DAYS[2])
    assert [name_champion(tmp_path, on) for on in DAYS[1:]] == [RECORD_RULE, third.version]
    assert read_log(tmp_path)[-1].replaced == RECORD_RULE


def test_the_first_model_takes_effect_whatever_the_policy_says(trained: Model, tmp_path: Path) -> None:
    first = put(tmp_path, trained, DAYS[0])
    assert "is ready for nights from 2026-01-05 on" in propose_model(tmp_path, first, POLICY, DAYS[0])
    assert [each.reason for each in read_log(tmp_path)] == ["the first model: no other could score"]


def test_under_the_shipped_policy_a_later_model_waits_for_a_person(trained: Model, tmp_path: Path) -> None:
    first, second = (put(tmp_path, trained, on) for on in DAYS[:2])
    propose_model(tmp_path, first, POLICY, DAYS[0])
    said = propose_model(tmp_path, second, POLICY, DAYS[1])
    asked = f"policy asks for a person: {say_how(second.version)}"
    assert said == f"model {second.version} is a challenger of {first.version}: {asked}"
    assert name_champion(tmp_path, DAYS[2]) == first.version
    assert name_challenger(tmp_path, DAYS[2]) == second.version


def test_under_gated_policy_a_model_that_passes_takes_effect_and_the_log_says_why(
    trained: Model, tmp_path: Path
) -> None:
    assert list_failed(judge_card(trained.card, POLICY.model.gates)) == ()
    first, second = (put(tmp_path, trained, on) for on in DAYS[:2])
    for model, on in ((first, DAYS[0]), (second, DAYS[1]), (second, DAYS[1])):
        propose_model(tmp_path, model, gated(), on)
    assert [each.version for each in read_log(tmp_path)] == [first.version, second.version]
    assert read_log(tmp_path)[1].reason.startswith("policy lets a model that passes its gates")
    assert name_champion(tmp_path, DAYS[1]) == second.version


def test_the_newest_challenger_waits_since_the_first_model_that_nobody_promoted(trained: Model, tmp_path: Path) -> None:
    first, second, third = (put(tmp_path, trained, on) for on in DAYS)
    gates = POLICY.model.gates
    assert find_waiting(tmp_path, DAYS[2], gates) is None
    add_promotion(tmp_path, line(first.version, DAYS[0]))
    assert find_waiting(tmp_path, DAYS[0], gates) is None
    assert find_waiting(tmp_path, DAYS[1], gates) == Waiting(second.version, (), DAYS[1])
    assert find_waiting(tmp_path, DAYS[2], gates) == Waiting(third.version, (), DAYS[1])
    add_promotion(tmp_path, line(second.version, DAYS[2]))
    assert find_waiting(tmp_path, DAYS[2], gates) == Waiting(third.version, (), DAYS[2])


def test_a_challenger_is_overdue_only_if_its_gates_let_it_score() -> None:
    on = DAYS[0] + timedelta(days=15)
    waiting = Waiting("v", (), DAYS[0])
    assert waiting.is_overdue(on, 14)
    assert not waiting.is_overdue(on, 15)
    assert str(waiting) == f"v passes its gates; newer models wait since {DAYS[0]}: {say_how('v')}"
    failed = replace(waiting, failed=("capacity",))
    assert not failed.is_overdue(on, 14)
    assert str(failed) == "v does not pass capacity"


def test_a_challenger_whose_card_is_damaged_is_not_said_to_wait(trained: Model, tmp_path: Path) -> None:
    first, second = (put(tmp_path, trained, on) for on in DAYS[:2])
    add_promotion(tmp_path, line(first.version, DAYS[0]))
    (tmp_path / second.version / "card.json").write_text("{", encoding="utf-8")
    assert find_waiting(tmp_path, DAYS[1], POLICY.model.gates) is None


def spoil(card: Card) -> Card:
    """Return the card of a model that foretells three times as many violations as there are."""
    any_violation = card.reliability[0].model_copy(update={"foretold": 3 * card.reliability[0].foretold})
    return card.model_copy(update={"reliability": (any_violation, *card.reliability[1:])})


def test_a_model_that_fails_a_gate_stays_a_challenger(trained: Model, tmp_path: Path) -> None:
    first, second = (put(tmp_path, trained, on) for on in DAYS[:2])
    propose_model(tmp_path, first, gated(), DAYS[0])
    said = propose_model(tmp_path, replace(second, card=spoil(second.card)), gated(), DAYS[1])
    assert said.endswith("it did not pass calibration")
    assert name_champion(tmp_path, DAYS[2]) == first.version


def test_a_ranking_below_the_record_rule_fails_its_gate(trained: Model) -> None:
    evaluation = trained.card.evaluation
    assert evaluation is not None
    rankings = evaluation.overall.rankings
    swapped = {**rankings, "model": rankings["record_rule"], "record_rule": rankings["model_by_score"]}
    worse = evaluation.overall.model_copy(update={"rankings": swapped})
    changed = evaluation.model_copy(update={"random_slice": worse, "overall": worse})
    card = trained.card.model_copy(update={"evaluation": changed})
    assert "capacity" in list_failed(judge_card(card, POLICY.model.gates))


def test_a_reworded_feature_fails_its_gate(trained: Model) -> None:
    other = trained.card.features[0].model_copy(update={"fingerprint": "0" * 12})
    card = trained.card.model_copy(update={"features": (other, *trained.card.features[1:])})
    assert list_failed(judge_card(card, POLICY.model.gates)) == ("features",)


def test_a_second_model_of_the_champions_date_is_not_called_a_challenger(trained: Model, tmp_path: Path) -> None:
    first = put(tmp_path, trained, DAYS[0])
    propose_model(tmp_path, first, POLICY, DAYS[0])
    second = write_model(tmp_path, first.card.model_copy(update={"policy_version": "1" * 12}), trained.fitted, {})
    assert name_challenger(tmp_path, DAYS[0] + timedelta(days=1)) is None
    assert propose_model(tmp_path, second, POLICY, DAYS[0]) == (
        f"model {second.version} does not take the place of {first.version}, and no night is scored by it in shadow, "
        f"because another model is of its date: policy asks for a person: {say_how(second.version)}"
    )
    sentence = find_standing(tmp_path, second.card, judge_card(second.card, POLICY.model.gates)).sentence
    assert f"nor scored in shadow, because another is of its date, beside {first.version}" in sentence
