"""Renders a model's report: one page that needs nothing but itself, in the style of the data quality page.

Belongs here: what the page says, pictures as numbers, where it lies.
Belongs elsewhere: the figures (card.py), whether it is in force (standing.py), two models beside each other
(compare.py), layout (templates).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from data_quality.page import SIGNS
from data_quality.report import digest_style, read_style
from models.artifact import read_card
from models.card import Card, Estimate, Group, Reliability
from models.compare import Row, compare_cards
from models.fairness import KINDS
from models.gate import Gate, judge_card
from models.standing import Standing, find_standing
from tidewaiter.features.catalog import load_catalog
from tidewaiter.policy import Gates
from tidewaiter.quality.report import write_page

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE, STYLE = "model.html.j2", "model.css"
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


@dataclass(frozen=True)
class Content:
    """What the page says."""

    card: Card
    gates: tuple[Gate, ...]
    standing: Standing
    rows: tuple[Row, ...]


def find_report(models_dir: Path, version: str) -> Path:
    """Return where the report of a version is or will be: beside its folder, which never changes."""
    return models_dir / f"{version}.html"


def write_model_report(models_dir: Path, version: str, gates: Gates, against: str | None = None) -> Path:
    """Leave the report of a version in its place, as it stands now, and return where.

    Args:
        against: the version that it is held against; the one whose place it took or would take where none is given.

    Raises:
        TidewaiterError: when a card is missing or damaged.
    """
    path = find_report(models_dir, version)
    write_page(path, render_model_report(read_content(models_dir, version, gates, against)))
    return path


def read_content(models_dir: Path, version: str, gates: Gates, against: str | None = None) -> Content:
    """Return what the page of a version says.

    Raises:
        TidewaiterError: when a card is missing or damaged.
    """
    card = read_card(models_dir / version)
    judged = judge_card(card, gates)
    standing = find_standing(models_dir, card, judged)
    rival = against or standing.rival
    rows = compare_cards(read_card(models_dir / rival), card) if rival else ()
    return Content(card, judged, Standing(standing.tone, standing.sentence, rival), rows)


def render_model_report(content: Content) -> str:
    """Return the page as HTML; every text in it is escaped."""
    style = f"{read_style()}{_read_own_style()}"
    card = content.card
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            content=content,
            card=card,
            style=style,
            style_digest=digest_style(style),
            signs=SIGNS,
            pictures=[draw_reliability(each) for each in card.reliability],
            port_groups=[draw_reliability(each) for each in card.reliability_by_port_group],
            kinds=KINDS,
            groups=_list_groups(card),
            most_alarm=_find_most(card),
            topics=load_catalog().topics,
            size=SIZE,
            edge=EDGE,
        )
    )


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
            words=f"{_count_rows(each.rows_n)}: {each.mean_score:.2%} foretold, {each.found.value:.2%} found",
        )
        for each in reliability.bins
    )
    words = (
        f"{reliability.name}: {reliability.foretold:.2%} foretold, {reliability.found.value:.2%} found, "
        f"mean gap {reliability.calibration_error:.2%} over {len(dots)} groups"
    )
    return Picture(reliability, dots, top, words)


def _count_rows(rows_n: int) -> str:
    return "1 row" if rows_n == 1 else f"{rows_n:,} rows"


def _across(share: float) -> float:
    return round(EDGE + min(share, 1.0) * (SIZE - 2 * EDGE), 1)


def _down(share: float) -> float:
    return round(SIZE - EDGE - min(share, 1.0) * (SIZE - 2 * EDGE), 1)


def _list_groups(card: Card) -> dict[str, Sequence[Group]]:
    if card.fairness is None:
        return {}
    return {kind: list(each) for kind, each in groupby(card.fairness.groups, key=lambda group: group.kind)}


def _find_most(card: Card) -> float:
    """Return the largest share of the fairness table, for the length of its bars."""
    groups = card.fairness.groups if card.fairness else ()
    shares = [each.high or each.value for group in groups for each in (group.chosen, group.false_alarm) if each]
    return max([0.01, *shares])


def _percent(share: float) -> str:
    if share in (0, 1):
        return f"{share:.0%}"
    return f"{share:.2%}" if share < 0.1 else f"{share:.1%}"


def _interval(share: Estimate | None) -> str:
    """Return an interval in words; nothing where there is none."""
    if share is None or share.low is None or share.high is None:
        return ""
    return f"{_percent(share.low)} to {_percent(share.high)}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["percent"] = _percent
    environment.filters["interval"] = _interval
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment


@cache
def _read_own_style() -> str:
    return (TEMPLATES / STYLE).read_text(encoding="utf-8")
