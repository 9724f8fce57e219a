"""Worlds whose guessed figures are drawn anew.

Belongs here: which figures move, how far, and that such worlds open.
Belongs elsewhere: the shipped figures and their sources (test_world_figures.py), the proof (test_targeting_proof.py).
"""

from collections.abc import Iterator
from dataclasses import Field, asdict, fields
from datetime import date, timedelta
from typing import Any

import pytest

from sample_data.world.parameter import OWN
from sample_data.world.redraw import FACTOR, KEPT, KEPT_PARTS, redraw_parameters
from sample_data.world.setting import DEFAULT, Parameters
from tidewaiter.command.prove_targeting import make_world

START = date(2026, 3, 30)
SEEDS = range(1, 31)


def list_figures(figures: Parameters) -> Iterator[tuple[str, "Field[Any]", Any]]:
    for part in fields(figures):
        for each in fields(getattr(figures, part.name)):
            yield part.name, each, getattr(getattr(figures, part.name), each.name)


def weigh(value: float, shipped: float) -> float:
    """What a factor is of: the odds of a share, what a multiple below 2 has above 1, any other number itself."""
    if shipped < 1:
        return value / (1 - value)
    return value - 1 if shipped < 2 else value


def test_the_same_seed_has_the_same_figures_and_another_has_others() -> None:
    assert redraw_parameters(3) == redraw_parameters(3)
    assert redraw_parameters(3) != redraw_parameters(4)


def test_every_guess_moves_and_what_has_a_source_stays() -> None:
    drawn = [list(list_figures(redraw_parameters(seed))) for seed in SEEDS]
    for place, (part, told, shipped) in enumerate(list_figures(DEFAULT)):
        is_guess = isinstance(shipped, int | float) and shipped and told.metadata["source"] == OWN
        moves = is_guess and part not in KEPT_PARTS and told.name not in KEPT
        assert (len({figures[place][2] for figures in drawn}) > 1) == bool(moves), (part, told.name)


def test_no_figure_moves_by_more_than_the_factor() -> None:
    for seed in SEEDS:
        for (part, told, shipped), (*_, drawn) in zip(
            list_figures(DEFAULT), list_figures(redraw_parameters(seed)), strict=True
        ):
            if isinstance(shipped, float) and shipped:
                moved = weigh(drawn, shipped) / weigh(shipped, shipped)
                assert 1 / FACTOR - 1e-9 <= moved <= FACTOR + 1e-9, (part, told.name)
            if isinstance(shipped, int) and shipped:
                assert max(1, round(shipped / FACTOR)) <= drawn <= shipped * FACTOR, (part, told.name)


def test_figures_that_bound_each_other_stay_in_order() -> None:
    for seed in SEEDS:
        drawn = redraw_parameters(seed)
        assert drawn.noise.mistake_low < drawn.noise.mistake_high
        assert drawn.parcel_splitter.lowest < drawn.parcel_splitter.highest
        assert drawn.price_shaver.floor < drawn.price_shaver.first_share


def test_a_world_of_other_volumes_keeps_them() -> None:
    shipped = asdict(DEFAULT)
    drawn = asdict(redraw_parameters(1))
    assert [drawn[part] == shipped[part] for part in KEPT_PARTS] == [True] * len(KEPT_PARTS)


@pytest.mark.parametrize("has_ocean", [True, False])
def test_such_worlds_open_and_differ_from_the_shipped_one(has_ocean: bool) -> None:
    shipped = make_world(5, 0.0002, START, has_ocean=has_ocean, is_redrawn=False)
    drawn = make_world(5, 0.0002, START, has_ocean=has_ocean, is_redrawn=True)
    for place in range(3):
        on = START + timedelta(days=place)
        first, second = shipped.open_day(on), drawn.open_day(on)
        assert 0.01 < second.truth["is_violation"].cast(float).to_numpy().mean() < 0.12
        assert not first.truth.equals(second.truth)
        assert ("raw.ocean_ams_header" in second.tables) == has_ocean
