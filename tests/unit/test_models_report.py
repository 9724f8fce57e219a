"""The report page of a model: it says what the card says, why the model is in force or not, and fetches nothing.

Belongs here: reliability pictures, the page, its standing, what changed.
Belongs elsewhere: the figures (test_models_evaluate.py, test_models_fairness.py), the gates (test_models_promotion.py).
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from models.artifact import Model
from models.measure import measure_reliability
from models.promotion import Promotion, add_promotion, read_log
from models.propose import propose_model
from models.report import EDGE, SIZE, draw_reliability, read_content, write_model_report
from models.standing import find_standing
from models.train import train_model
from tests.unit.labelled_world import AS_OF, World, make_world
from tidewaiter.command.models import report_model
from tidewaiter.errors import ArgumentError, ModelMismatchError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.policy import FAMILIES
from tidewaiter.settings import SHIPPED_POLICY, Settings


class Reader(HTMLParser):
    """Counts dots and collects what a page would fetch, and the tags that are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.dots_n, self.fetched, self.texts = 0, list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.dots_n += tag == "circle"
        self.fetched += [str(value) for name, value in attrs if name == "src" or (name == "href" and value[:1] != "#")]  # type: ignore[index]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@dataclass(frozen=True)
class Trained:
    """A world, its first model, and a second one trained a day before it took the first one's place."""

    world: World
    first: Model
    second: Model


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    world = make_world(tmp_path_factory.mktemp("world"))
    earlier = AS_OF - timedelta(days=1)
    first = train_model(world.lake, world.policy, earlier, world.models)
    propose_model(world.models, first, world.policy, earlier)
    manual = replace(world.policy, model=world.policy.model.model_copy(update={"promotion": "manual"}))
    second = train_model(world.lake, world.policy, AS_OF, world.models)
    propose_model(world.models, second, manual, AS_OF)
    return Trained(world, first, second)


def read_page(trained: Trained, model: Model) -> str:
    path = write_model_report(trained.world.models, model.version, trained.world.policy.model.gates)
    return path.read_text(encoding="utf-8")


def test_the_page_fetches_nothing_and_has_a_picture_of_every_family(trained: Trained) -> None:
    page, reader = read_page(trained, trained.second), Reader()
    reader.feed(page)
    assert reader.fetched == []
    assert "<script" not in page
    assert reader.dots_n >= 10 * (1 + len(FAMILIES))
    text = " ".join(reader.texts)
    for name in ("any", *FAMILIES):
        assert name.replace("_", " ") in text


def test_the_page_says_what_the_model_looks_at_and_who_is_chosen_for_nothing(trained: Trained) -> None:
    page, card = read_page(trained, trained.second), trained.second.card
    assert card.fairness is not None
    for group in card.fairness.groups:
        assert f">{group.name}</th>" in page
    for each in card.importance:
        assert load_catalog().topics[each.topic] in page


def test_the_first_model_is_in_force_and_has_no_rival(trained: Trained) -> None:
    content = read_content(trained.world.models, trained.first.version, trained.world.policy.model.gates)
    assert "the first model: no other could score" in content.standing.sentence
    assert content.standing.rival is None
    assert content.rows == ()
    assert "nothing to compare it with" in read_page(trained, trained.first)


def test_a_challenger_says_whom_it_challenges_and_what_changed(trained: Trained) -> None:
    content = read_content(trained.world.models, trained.second.version, trained.world.policy.model.gates)
    assert content.standing.sentence.startswith(f"Not in force, a challenger of {trained.first.version}: ")
    assert content.standing.rival == trained.first.version
    rows = {row.what: row for row in content.rows}
    learned = rows["examined shipments it learned from"]
    assert learned.now == f"{trained.second.card.labels.shipments_n:,}"
    assert learned.before == f"{trained.first.card.labels.shipments_n:,}"
    assert rows["inputs"].is_same


def test_a_page_follows_a_promotion_and_the_model_stays_as_it_is(trained: Trained) -> None:
    models, card = trained.world.models, trained.second.card
    before = {each.name: each.read_bytes() for each in (models / card.version).iterdir()}
    add_promotion(models, Promotion(
        action="promote", version=card.version, replaced=trained.first.version, effective_on=AS_OF + timedelta(days=9),
        by="A. <Person>", reason="it finds more", failed_gates=("capacity",), policy_version=card.policy_version,
    ))  # fmt: skip
    page = read_page(trained, trained.second)
    assert "by A. &lt;Person&gt;: it finds more. It took effect although it did not pass capacity." in page
    assert {each.name: each.read_bytes() for each in (models / card.version).iterdir()} == before
    assert "takes its place" in read_page(trained, trained.first)


def promote(models: Path, model: Model, day: int, replaced: str | None = None) -> None:
    """Let a model score from so many days after the newest one on."""
    add_promotion(models, Promotion(
        action="promote", version=model.version, replaced=replaced, effective_on=AS_OF + timedelta(days=day),
        by="A. Person", reason="it finds more", failed_gates=(), policy_version=model.card.policy_version,
    ))  # fmt: skip


@pytest.fixture
def bare(trained: Trained, tmp_path: Path) -> Path:
    """A models folder with both versions, of which nothing was promoted."""
    for each in (trained.first, trained.second):
        shutil.copytree(trained.world.models / each.version, tmp_path / each.version)
    return tmp_path


@pytest.mark.parametrize("damage", [shutil.rmtree, lambda folder: (folder / "card.json").write_text("{}")])
def test_a_model_whose_rival_cannot_be_read_has_a_page_that_says_so(
    trained: Trained, bare: Path, damage: Callable[[Path], object]
) -> None:
    promote(bare, trained.first, 0)
    promote(bare, trained.second, 1, replaced=trained.first.version)
    damage(bare / trained.first.version)
    page = write_model_report(bare, trained.second.version, trained.world.policy.model.gates).read_text("utf-8")
    assert f"It is held against no other model: {trained.first.version}/card.json cannot be read" in page
    assert "There is nothing to compare it with." in page


def test_a_challenger_of_a_model_that_is_gone_has_a_page_that_says_so(trained: Trained, bare: Path) -> None:
    promote(bare, trained.first, 0)
    shutil.rmtree(bare / trained.first.version)
    content = read_content(bare, trained.second.version, trained.world.policy.model.gates)
    assert f"a challenger of {trained.first.version}" in content.standing.sentence
    assert content.standing.sentence.endswith(f"{trained.first.version}/card.json cannot be read: it is missing.")
    assert (content.standing.rival, content.rows) == (None, ())


def test_who_takes_the_place_of_a_model_is_told_by_date_and_not_by_the_order_of_the_log(
    trained: Trained, bare: Path
) -> None:
    promote(bare, trained.second, 28)
    promote(bare, trained.first, 0)
    gates = trained.world.policy.model.gates
    sentence = read_content(bare, trained.first.version, gates).standing.sentence
    assert sentence.endswith(f"From {AS_OF + timedelta(days=28)} on {trained.second.version} takes its place.")
    assert "takes its place" not in read_content(bare, trained.second.version, gates).standing.sentence


def test_the_page_names_the_record_rule_that_takes_the_place_of_a_model(trained: Trained, bare: Path) -> None:
    promote(bare, trained.first, 0)
    rule = trained.first.card.model_copy(update={"version": "record_rule"})
    promote(bare, replace(trained.first, card=rule), 2, replaced=trained.first.version)
    gates = trained.world.policy.model.gates
    sentence = read_content(bare, trained.first.version, gates).standing.sentence
    assert sentence.endswith(f"From {AS_OF + timedelta(days=2)} on the record rule takes its place.")


def test_the_command_prints_where_the_page_lies(trained: Trained, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(trained.world.models.parent, trained.world.models.parent, SHIPPED_POLICY)
    report_model(settings, None, against=None, html=None, opens=False)
    said = capsys.readouterr().out.strip()
    path = Path(said.removeprefix("report: "))
    assert path == (trained.world.models / f"{trained.second.version}.html").resolve()
    assert path.exists()


def test_the_command_knows_no_model_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelMismatchError, match="no model was trained"):
        report_model(Settings(tmp_path, tmp_path, SHIPPED_POLICY), None, against=None, html=None, opens=False)


def test_chances_that_come_true_lie_on_the_diagonal_and_others_below_it() -> None:
    random = np.random.default_rng(3)
    chance = random.random(50_000)
    truth = (random.random(50_000) < chance).astype(np.float64)
    kept = draw_reliability(measure_reliability("any", chance, truth, np.ones(50_000)))
    assert all(abs((dot.x - EDGE) - (SIZE - EDGE - dot.y)) < 4 for dot in kept.dots)
    boasted = draw_reliability(measure_reliability("any", np.sqrt(chance), truth, np.ones(50_000)))
    assert all(SIZE - EDGE - dot.y < dot.x - EDGE for dot in boasted.dots)


def test_a_dot_of_one_row_says_row(trained: Trained) -> None:
    reliability = trained.first.card.reliability[0]
    one, many = (reliability.bins[0].model_copy(update={"rows_n": rows_n}) for rows_n in (1, 1200))
    dots = draw_reliability(reliability.model_copy(update={"bins": (one, many)})).dots
    assert [dot.words.split(":")[0] for dot in dots] == ["1 row", "1,200 rows"]


def test_a_reason_that_ends_with_a_stop_has_one(trained: Trained, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(trained.world.models, models)
    first = trained.first.card
    made = read_log(models)[-1].model_copy(
        update={"version": first.version, "reason": "It held.", "effective_on": AS_OF + timedelta(days=9)}
    )
    add_promotion(models, made.model_copy(update={"version": "record_rule", "effective_on": AS_OF + timedelta(days=8)}))
    add_promotion(models, made)
    sentence = find_standing(models, first, ()).sentence
    assert "It held." in sentence
    assert ".." not in sentence


def test_a_page_is_not_written_over_a_folder(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    settings = Settings(trained.world.models.parent, trained.world.models.parent, SHIPPED_POLICY)
    with pytest.raises(ArgumentError, match="pages is a folder"):
        report_model(settings, None, against=None, html=tmp_path / "pages", opens=False)
    assert [each.name for each in tmp_path.iterdir()] == ["pages"]
