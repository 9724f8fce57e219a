"""The commands that say which model scores and change it: every act is in the log, and what scores is always named.

Belongs here: `models list`, `promote` and `rollback` by their settings, and what a night then says.
Belongs elsewhere: the log itself (test_models_promotion.py), pages (test_models_report.py).
"""

import json
import shutil
from datetime import timedelta

import polars as pl
import pytest

from models.artifact import Model, write_model
from models.promotion import name_champion, read_log
from models.propose import propose_model
from models.train import train_model
from tests.unit.labelled_world import AS_OF, World, put
from tidewaiter.command.models import Act, promote_model, roll_back, show_models
from tidewaiter.errors import ArgumentError, ModelMismatchError, TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.settings import SHIPPED_POLICY, Settings
from tidewaiter.targeting.night import score_night
from tidewaiter.targeting.record_rule import VERSION as RECORD_RULE

EARLIER = AS_OF - timedelta(days=1)


@pytest.fixture(scope="module")
def trained(world: World) -> Model:
    return train_model(world.lake, world.policy, EARLIER, world.models)


@pytest.fixture
def settings(world: World, trained: Model, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose first model took effect."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(world.models / trained.version, home / "models" / trained.version)
    propose_model(home / "models", trained, world.policy, EARLIER)
    return Settings(home, home, SHIPPED_POLICY)


def by_record_rule(settings: Settings) -> None:
    promote_model(settings, RECORD_RULE, Act("the catalog has changed", "A. Person", AS_OF, force=False))


def test_a_night_whose_model_is_gone_runs_on_the_record_rule_once_a_person_says_so(
    world: World, trained: Model, settings: Settings
) -> None:
    shutil.rmtree(settings.models / trained.version)
    with pytest.raises(TidewaiterError, match="models promote record_rule"):
        score_night(world.lake, world.policy, settings.models, AS_OF)
    by_record_rule(settings)
    night = score_night(world.lake, world.policy, settings.models, AS_OF)
    assert (night.scored_by, night.score_shadow.height) == ("record_rule", 0)
    assert set(night.score_shipment["model_version"]) == {RECORD_RULE}
    assert night.why == (
        "Scored by the record rule and the rules in force, put in the place of a model for nights from 2026-01-14 on: "
        "the catalog has changed."
    )


def test_the_list_names_the_record_rule_as_what_scores(
    trained: Model, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    by_record_rule(settings)
    assert capsys.readouterr().out == f"record_rule scores from 2026-01-14 on, in place of {trained.version}\n"
    show_models(settings, None, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        trained.version,
        "record_rule  champion",
        f"2026-01-13: promote {trained.version}, by training: the first model: no other could score",
        "2026-01-14: promote record_rule, by A. Person: the catalog has changed",
    ]
    show_models(settings, EARLIER, as_json=True)
    assert json.loads(capsys.readouterr().out)["models"] == [{"version": trained.version, "part": "champion"}]


def test_the_list_says_when_the_folder_of_what_should_score_is_gone(
    trained: Model, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(settings.models / trained.version)
    show_models(settings, None, as_json=False)
    assert f"{trained.version}  champion, but its folder is missing" in capsys.readouterr().out


def test_the_record_rule_is_promoted_from_a_date_only(settings: Settings) -> None:
    with pytest.raises(ArgumentError, match="--from"):
        promote_model(settings, RECORD_RULE, Act("the catalog has changed", "A. Person", None, force=False))
    assert len(read_log(settings.models)) == 1


def test_the_record_rule_can_be_put_in_force_before_any_model_is_trained(settings: Settings) -> None:
    shutil.rmtree(settings.models)
    by_record_rule(settings)
    (made,) = read_log(settings.models)
    assert (made.version, made.replaced, made.failed_gates) == (RECORD_RULE, None, ())


def test_a_rollback_takes_the_record_rule_away_again(world: World, trained: Model, settings: Settings) -> None:
    by_record_rule(settings)
    roll_back(settings, Act("the model is whole again", "A. Person", AS_OF, force=True))
    assert [each.version for each in read_log(settings.models)] == [trained.version, RECORD_RULE, trained.version]
    assert score_night(world.lake, world.policy, settings.models, AS_OF).model is not None


def put_later(settings: Settings, trained: Model) -> str:
    """Publish the same model as if trained on the day after, and return its version."""
    later = trained.card.model_copy(update={"as_of": AS_OF})
    return write_model(settings.models, later, trained.fitted, {}).version


def test_a_damaged_model_is_not_promoted_even_by_force(trained: Model, settings: Settings) -> None:
    later = put_later(settings, trained)
    with (settings.models / later / "trees_0.txt").open("a") as trees:
        trees.write("x")
    with pytest.raises(ModelMismatchError, match=r"trees_0\.txt and card\.json are not of one model"):
        promote_model(settings, later, Act("it is newer", "A. Person", AS_OF, force=True))
    assert len(read_log(settings.models)) == 1


def test_no_rollback_to_a_damaged_model(trained: Model, settings: Settings) -> None:
    by_record_rule(settings)
    (settings.models / trained.version / "model.json").write_text("{}")
    with pytest.raises(ModelMismatchError, match=r"model\.json and card\.json are not of one model"):
        roll_back(settings, Act("the model is whole again", "A. Person", AS_OF, force=True))
    assert len(read_log(settings.models)) == 2


def test_a_promotion_says_until_when_where_another_takes_effect_later(
    trained: Model, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    later, on = put_later(settings, trained), AS_OF + timedelta(days=7)
    promote_model(settings, RECORD_RULE, Act("the catalog changes then", "A. Person", on, force=False))
    capsys.readouterr()
    for _ in range(2):
        promote_model(settings, later, Act("it is newer", "A. Person", None, force=True))
    first, second = capsys.readouterr().out.splitlines()
    until = "until record_rule takes its place on 2026-01-21, as promoted before"
    assert first == f"{later} scores from 2026-01-14 on, in place of {trained.version}, {until}"
    assert second == f"{later} scores from 2026-01-14 on already, {until}; nothing was added"


def test_a_promotion_begins_with_the_first_night_that_has_no_queue(trained: Model, settings: Settings) -> None:
    later, last = put_later(settings, trained), AS_OF + timedelta(days=4)
    for on in (AS_OF - timedelta(days=9), AS_OF, last):
        put(Lake(settings.lake), "queue.summary", on, pl.DataFrame({"port_code": ["4701"]}))
    promote_model(settings, later, Act("it is newer", "A. Person", None, force=True))
    assert read_log(settings.models)[-1].effective_on == last + timedelta(days=1)
    assert name_champion(settings.models, last) == trained.version


def test_a_model_of_after_the_last_queue_begins_with_its_own_date(trained: Model, settings: Settings) -> None:
    put(Lake(settings.lake), "queue.summary", AS_OF - timedelta(days=3), pl.DataFrame({"port_code": ["4701"]}))
    promote_model(settings, put_later(settings, trained), Act("it is newer", "A. Person", None, force=True))
    assert read_log(settings.models)[-1].effective_on == AS_OF


@pytest.mark.parametrize("end", ["\n", "\r", "\u2028", "\x85"])
def test_a_reason_of_several_lines_is_one_line_of_the_log_and_of_the_list(
    settings: Settings, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    promote_model(settings, RECORD_RULE, Act(f"gone{end}2026-01-15: promote", "A. Person", AS_OF, force=False))
    assert len(read_log(settings.models)) == 2
    capsys.readouterr()
    show_models(settings, None, as_json=False)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "2026-01-14: promote record_rule, by A. Person: gone 2026-01-15: promote"
    )
