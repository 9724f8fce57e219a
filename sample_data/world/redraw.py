"""Worlds of other figures: whatever is our own guess is drawn anew around it, so that a proof need not rest on it.

Belongs here: which figures are drawn anew, and how far from the shipped ones.
Belongs elsewhere: the shipped figures with their reasons (parameter.py, the adversaries), what a world does with them.
"""

from dataclasses import Field, fields, replace
from typing import Any

from sample_data.world.parameter import OWN
from sample_data.world.setting import DEFAULT, Parameters
from sample_data.world.stream import Streams

FACTOR = 2.0
# How much arrives, and when: they are the size and the calendar of a proof, not a guess about trade.
KEPT_PARTS = ("volumes", "seasons")
KEPT = ("growth", "consignee_growth", "filer_growth", "first_day", "first_day_spread", "change_day", "spoilt_share")
# Moved together with another figure of their part, so that they stay above or below it.
MOVES_WITH = {"mistake_high": "mistake_low", "lowest": "highest", "floor": "first_share"}


def redraw_parameters(seed: int, shipped: Parameters = DEFAULT) -> Parameters:
    """Return figures of another world, the same for the same seed.

    A number without a public source is multiplied by a factor between a half and two, drawn evenly on a logarithmic
    scale; of a share the odds are, and of a multiple between 1 and 2 what it has above 1. Counts stay at least 1, and
    what is 0 stays 0. Sourced figures, lists and names stay as they are.
    """
    streams = Streams(seed)
    parts = (each.name for each in fields(shipped) if each.name not in KEPT_PARTS)
    return replace(shipped, **{part: _redraw_part(streams, part, getattr(shipped, part)) for part in parts})


def _redraw_part(streams: Streams, part: str, figures: Any) -> Any:
    guessed = (each for each in fields(figures) if _is_guess(each, getattr(figures, each.name)))
    return replace(
        figures, **{each.name: _move(getattr(figures, each.name), _draw(streams, part, each)) for each in guessed}
    )


def _is_guess(told: "Field[Any]", value: object) -> bool:
    return isinstance(value, int | float) and told.name not in KEPT and told.metadata["source"] == OWN


def _draw(streams: Streams, part: str, told: "Field[Any]") -> float:
    """Return the factor of a figure; every figure has a stream of its own, so that a new one moves no other."""
    rng = streams.open(f"figures/{part}/{MOVES_WITH.get(told.name, told.name)}")
    return float(FACTOR ** rng.uniform(-1.0, 1.0))


def _move(value: float, factor: float) -> float:
    if value == 0:
        return value
    if isinstance(value, int):
        return max(1, round(value * factor))
    if value < 1.0:
        odds = value / (1.0 - value) * factor
        return odds / (1.0 + odds)
    return 1.0 + (value - 1.0) * factor if value < 2.0 else value * factor
