"""The report page of a model: pictures that say what the card says, and nothing from outside.

Belongs here: reliability pictures, the page.
Belongs elsewhere: the figures (test_models_evaluate.py), the gates (test_models_promotion.py).
"""

from html.parser import HTMLParser

import numpy as np
import pytest

from models.measure import measure_reliability
from models.report import EDGE, SIZE, draw_reliability
from models.train import train_model
from tests.unit.labelled_world import AS_OF, make_world
from tidewaiter.policy import FAMILIES


class Reader(HTMLParser):
    """Counts dots and collects what a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.dots_n, self.fetched = 0, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.dots_n += tag == "circle"
        self.fetched += [str(value) for name, value in attrs if name in ("src", "href")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    world = make_world(tmp_path_factory.mktemp("world"))
    model = train_model(world.lake, world.policy, AS_OF, world.models)
    return (world.models / model.version / "report.html").read_text(encoding="utf-8")


def test_the_page_fetches_nothing_and_has_a_picture_of_every_family(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert reader.fetched == []
    assert reader.dots_n >= 10 * (1 + len(FAMILIES))
    for name in ("any", *FAMILIES):
        assert f"{name}: " in page


def test_chances_that_come_true_lie_on_the_diagonal_and_others_below_it() -> None:
    random = np.random.default_rng(3)
    chance = random.random(50_000)
    truth = (random.random(50_000) < chance).astype(np.float64)
    kept = draw_reliability(measure_reliability("any", chance, truth, np.ones(50_000)))
    assert all(abs((dot.x - EDGE) - (SIZE - EDGE - dot.y)) < 4 for dot in kept.dots)
    boasted = draw_reliability(measure_reliability("any", np.sqrt(chance), truth, np.ones(50_000)))
    assert all(SIZE - EDGE - dot.y < dot.x - EDGE for dot in boasted.dots)
