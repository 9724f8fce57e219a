"""Small charts as numbers: where lines, dots and bars of an SVG go. The template draws them.

Belongs here: scaling dates and values into a box, and the sentence that says the same without eyes.
Belongs elsewhere: markup and colours (templates), what is charted (tidewaiter/quality).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

WIDTH, HEIGHT, EDGE = 180, 40, 4
STEPS = 5


@dataclass(frozen=True)
class Trend:
    """A line over nights, broken where a night has no figure; positions are in a box of WIDTH by HEIGHT."""

    lines: tuple[str, ...]
    last: tuple[float, float] | None
    usual_y: float | None
    words: str


@dataclass(frozen=True)
class Cell:
    """One night of a strip: its place, its step from 0 (empty) to STEPS (full), -1 without a figure, and its words."""

    x: float
    step: int
    words: str


@dataclass(frozen=True)
class Strip:
    """How full a column was, night by night."""

    cells: tuple[Cell, ...]
    cell_width: float
    words: str


def draw_trend(
    values: Mapping[date, float], on: date, nights: int, show: Callable[[float], str], least_top: float = 0.0
) -> Trend:
    """Return the line of the nights up to `on`, on a scale from nought.

    Args:
        least_top: how far the scale goes at least, so that what does not matter looks small.
    """
    days = [on - timedelta(days=back) for back in range(nights - 1, -1, -1)]
    found = [values[day] for day in days if day in values]
    top = max([*found, least_top]) or 1.0
    places = [(_x(at, nights), _y(values[day] / top)) if day in values else None for at, day in enumerate(days)]
    before = [values[day] for day in days[:-1] if day in values]
    usual = median(before) if before else None
    return Trend(
        lines=tuple(" ".join(f"{x:g},{y:g}" for x, y in run) for run in _runs(places)),
        last=places[-1],
        usual_y=None if usual is None else _y(usual / top),
        words=_say_trend(found, usual, values.get(on), show),
    )


def draw_strip(values: Mapping[date, float], on: date, nights: int) -> Strip:
    """Return a cell a night up to `on`, shaded by a share."""
    days = [on - timedelta(days=back) for back in range(nights - 1, -1, -1)]
    width = WIDTH / nights
    cells = [Cell(round(at * width, 2), _step(values.get(day)), _say_night(day, values.get(day)))
             for at, day in enumerate(days)]  # fmt: skip
    found = [values[day] for day in days if day in values]
    words = f"lowest {min(found):.1%}, highest {max(found):.1%} over {len(found)} nights" if found else "no nights yet"
    return Strip(tuple(cells), round(width - 1, 2), words)


def _runs(places: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Return the stretches of at least two nights in a row that have a figure."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if len(run) > 1]


def _x(at: int, nights: int) -> float:
    return round(EDGE + at / max(nights - 1, 1) * (WIDTH - 2 * EDGE), 1)


def _y(share: float) -> float:
    return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)


def _step(share: float | None) -> int:
    """Full is a step of its own: the difference between nearly all and all is the one that matters."""
    if share is None:
        return -1
    return STEPS if share >= 1 else int(share * STEPS)


def _say_night(day: date, share: float | None) -> str:
    return f"{day.day} {day:%b}: " + ("no figure" if share is None else f"{share:.1%} filled")


def _say_trend(found: Sequence[float], usual: float | None, tonight: float | None, show: Callable[[float], str]) -> str:
    if not found:
        return "no nights yet"
    middle = "" if usual is None else f", usually {show(usual)}"
    last = "no figure" if tonight is None else show(tonight)
    return f"Over {len(found)} nights from {show(min(found))} to {show(max(found))}{middle}; tonight {last}"
