"""Renders a model's report: one page that needs nothing but itself, with reliability pictures.

Belongs here: the pictures as numbers, the template's environment.
Belongs elsewhere: the figures (card.py, evaluate.py), layout (templates).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.card import Card, Reliability
from models.gate import Gate

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE = "report.html.j2"
SIZE, EDGE = 220, 28


@dataclass(frozen=True)
class Dot:
    """One group of rows: where its foretold and found chances stand, the interval of what was found, its words."""

    x: float
    y: float
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class Picture:
    """Foretold against found, in a box of SIZE by SIZE whose sides go from nought to `top`."""

    reliability: Reliability
    dots: tuple[Dot, ...]
    top: float
    words: str


def render_model_report(card: Card, gates: tuple[Gate, ...]) -> str:
    """Return the page as HTML; every text in it is escaped."""
    pictures = [draw_reliability(each) for each in card.reliability]
    groups = [draw_reliability(each) for each in card.reliability_by_port_group]
    page = _environment().get_template(TEMPLATE)
    return page.render(card=card, gates=gates, pictures=pictures, groups=groups, size=SIZE, edge=EDGE)


def draw_reliability(reliability: Reliability) -> Picture:
    """Return the picture of one family or port group."""
    highs = [max(each.mean_score, each.found.high or 0.0) for each in reliability.bins]
    top = min(1.0, max([*highs, 0.01]))
    dots = tuple(
        Dot(
            x=_across(each.mean_score / top),
            y=_down(each.found.value / top),
            low=_down((each.found.low or 0.0) / top),
            high=_down((each.found.high or 0.0) / top),
            words=f"{each.rows_n:,} rows: {each.mean_score:.2%} foretold, {each.found.value:.2%} found",
        )
        for each in reliability.bins
    )
    words = (
        f"{reliability.name}: {reliability.foretold:.2%} foretold, {reliability.found.value:.2%} found, "
        f"mean gap {reliability.calibration_error:.2%} over {len(dots)} groups"
    )
    return Picture(reliability, dots, top, words)


def _across(share: float) -> float:
    return round(EDGE + min(share, 1.0) * (SIZE - 2 * EDGE), 1)


def _down(share: float) -> float:
    return round(SIZE - EDGE - min(share, 1.0) * (SIZE - 2 * EDGE), 1)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
