"""What the data quality report says, before it is markup: every figure already a word.

Belongs here: the parts of the page.
Belongs elsewhere: filling them (tidewaiter/quality/page.py), layout (templates/report.html.j2).
"""

from dataclasses import dataclass
from typing import Literal

from data_quality.chart import Strip, Trend

# How something stands; the page shows each with a sign and a word, so that colour says nothing alone.
Tone = Literal["good", "warn", "stop", "none"]
SIGNS: dict[Tone, str] = {"good": "✔", "warn": "▲", "stop": "✖", "none": "○"}
TONE_WORDS: dict[Tone, str] = {
    "good": "as expected",
    "warn": "look at it",
    "stop": "stopped the night",
    "none": "not judged",
}


@dataclass(frozen=True)
class Need:
    """Something that a person has to do."""

    tone: Tone
    what: str
    found: str
    expected: str
    do: str
    name: str


@dataclass(frozen=True)
class FeedLine:
    """What arrived for one feed."""

    name: str
    code: str
    tone: Tone
    stands: str
    files: str
    rows: str
    kept: str
    held: str
    refused: str
    usual: str
    trend: Trend


@dataclass(frozen=True)
class FileLine:
    """A file that was refused, repeated or noted."""

    tone: Tone
    name: str
    state: str
    cause: str
    fix: str


@dataclass(frozen=True)
class HeldLine:
    """One rule that held rows."""

    feed: str
    rule: str
    words: str
    rows: str
    share: str
    usual: str
    trend: Trend


@dataclass(frozen=True)
class FillLine:
    """How full one column is."""

    column: str
    table: str
    meaning: str
    tone: Tone
    share: str
    bound: str
    strip: Strip


@dataclass(frozen=True)
class Bar:
    """One code's share before and tonight, as words and as widths of a hundred."""

    code: str
    meaning: str
    before: str
    tonight: str
    change: str
    before_width: float
    tonight_width: float


@dataclass(frozen=True)
class MixLine:
    """How far the mix of one column's codes moved; bars of what moved most."""

    column: str
    meaning: str
    tone: Tone
    verdict: str
    index: str
    moved: str
    trend: Trend
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class SizeLine:
    """How a quantile of a number compares with its usual."""

    column: str
    what: str
    tone: Tone
    tonight: str
    usual: str
    factor: str
    trend: Trend


@dataclass(frozen=True)
class ListLine:
    """How old a list is."""

    name: str
    tone: Tone
    age: str
    limit: str
    rows: str


@dataclass(frozen=True)
class CountLine:
    """How many rules of one kind hold."""

    kind: str
    rules: str
    held: str
    broken: str
    idle: str


@dataclass(frozen=True)
class Page:
    """The whole report of one night."""

    title: str
    night: str
    tone: Tone
    verdict: str
    nights: int
    needs: tuple[Need, ...]
    notes: tuple[Need, ...]
    feeds: tuple[FeedLine, ...]
    files: tuple[FileLine, ...]
    held: tuple[HeldLine, ...]
    fills: tuple[FillLine, ...]
    mixes: tuple[MixLine, ...]
    sizes: tuple[SizeLine, ...]
    lists: tuple[ListLine, ...]
    counts: tuple[CountLine, ...]
    idle: tuple[str, ...]
    stamp: str
