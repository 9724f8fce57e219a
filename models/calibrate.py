"""Brings stated chances in line with results that the model did not learn from, all shipments being meant.

Belongs here: the straight line of few labels, the free bend of many, shifts of port groups.
Belongs elsewhere: cross-fitted results (fit.py), weights (weight.py), measuring what is left (measure.py).
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import BaseModel, ConfigDict

from models.logistic import chance_of, fit_logistic, log_odds_of
from tidewaiter.targeting.contribution import FloatArray

Groups = npt.NDArray[np.str_]
# What is believed of a correction beforehand, as one over its variance in log-odds: an intercept of about 0 give or
# take 1, a slope of 1 give or take 0.13, a port group within 0.4 of the rest. The slope is learned already, from every
# label, where the parts are stacked; weighted labels are mostly early ones, when records were short and told little.
INTERCEPT_PRECISION, SLOPE_PRECISION, GROUP_PRECISION = 1.0, 60.0, 6.0
LEAST_SLOPE = 0.05
FURTHEST_LEVEL = 3.0
# Shipments drawn at random by whose weight the share of a kind of document is drawn towards that of all.
PRIOR_SHIPMENTS = 200.0
# Findings in a step of the bend; smaller steps follow chance.
FINDINGS_A_STEP = 10
# Findings' worth of weight by which each step is drawn towards the line.
DRAWN_BY = 5.0


class Calibration(BaseModel):
    """Log-odds in, log-odds out: a bend where there is one, else a line; then shifts of port group and night."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intercept: float = 0.0
    slope: float = 1.0
    bend_from: tuple[float, ...] = ()
    bend_to: tuple[float, ...] = ()
    groups: dict[str, float] = {}
    shift: float = 0.0

    def apply(self, log_odds: FloatArray, groups: Groups) -> FloatArray:
        """Return the calibrated log-odds; a group that was not learned from has no shift."""
        line = self.intercept + self.slope * log_odds
        if self.bend_from:
            line = line + np.interp(line, self.bend_from, np.array(self.bend_to) - np.array(self.bend_from))
        return np.asarray(line + look_up(self.groups, groups) + self.shift, dtype=np.float64)


class Level(BaseModel):
    """The share of violations among all shipments that the weighted labels say, and how many findings that is worth.

    Attributes:
        kinds: the same share by kind of document, each drawn to the whole where it has few labels; together they are
            the whole in the labels' own mix of kinds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    share: float
    findings_n: float
    kinds: dict[str, float] = {}

    def expect(self, shipment_ids: pl.Series) -> float:
        """Return the share among shipments of these kinds; a kind without labels counts as the whole."""
        shares = read_kinds(shipment_ids).replace_strict(self.kinds, default=self.share, return_dtype=pl.Float64)
        return float(shares.to_numpy().mean())


def read_kinds(shipment_ids: pl.Series) -> pl.Series:
    """Return the kind of document that each shipment is of: what its identifier begins with."""
    return shipment_ids.str.split(":").list.first()


def fit_level(shipment_ids: pl.Series, y: FloatArray, weight: FloatArray) -> Level:
    """Return the level that weighted labels say.

    Args:
        y: 1 where any violation was found.
        weight: shipments that each row stands for.
    """
    share = float(np.average(y, weights=weight))
    rows = pl.DataFrame({"kind": read_kinds(shipment_ids), "y": y, "weight": weight})
    drawn, mix = dict[str, float](), dict[str, float]()
    for (kind,), own in rows.group_by("kind", maintain_order=True):
        worth = count_worth(own["weight"].to_numpy())
        found = float(np.average(own["y"].to_numpy(), weights=own["weight"].to_numpy()))
        drawn[str(kind)] = (found * worth + share * PRIOR_SHIPMENTS) / (worth + PRIOR_SHIPMENTS)
        mix[str(kind)] = float(own["weight"].sum()) / float(weight.sum())
    together = sum(drawn[kind] * mix[kind] for kind in drawn)
    kinds = {kind: min(drawn[kind] * share / together, 1.0) if together else share for kind in sorted(drawn)}
    return Level(share=share, findings_n=count_worth(weight * y), kinds=kinds)


def fit_calibration(
    log_odds: FloatArray, y: FloatArray, weight: FloatArray, groups: Groups, isotonic_positives: int
) -> Calibration:
    """Return the calibration of cross-fitted log-odds.

    Args:
        weight: how many shipments each row stands for; rows count as many as the weights are worth.
    """
    worth = weigh_worth(weight)
    line = fit_logistic(
        np.stack([np.ones(len(y)), log_odds], axis=1), y, worth,
        mean=np.array([0.0, 1.0]), precision=np.array([INTERCEPT_PRECISION, SLOPE_PRECISION]),
    )  # fmt: skip
    intercept, slope = float(line[0]), max(float(line[1]), LEAST_SLOPE)
    straight = Calibration(intercept=intercept, slope=slope)
    if count_worth(worth * y) >= isotonic_positives:
        straight = _bend(straight, log_odds, y, worth, groups)
    left = straight.apply(log_odds, groups)
    return straight.model_copy(update={"groups": _shift_groups(left, y, worth, groups)})


def weigh_worth(weight: FloatArray) -> FloatArray:
    """Return the weights scaled to sum to the number of rows they are worth (Kish's effective sample size)."""
    total = float(weight.sum())
    return weight * (total / float((weight**2).sum())) if total > 0 else weight


def find_level(log_odds: FloatArray, wanted: float) -> float:
    """Return what has to be added to log-odds for their mean chance to be the wanted one, by halving."""
    low, high = -FURTHEST_LEVEL, FURTHEST_LEVEL
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance_of(log_odds + middle).mean() < wanted else (low, middle)
    return (low + high) / 2


def count_worth(weight: FloatArray) -> float:
    """Return how many equally weighted rows the weighted ones are worth (Kish); rows of weight 0 are worth nothing."""
    total = float((weight**2).sum())
    return float(weight.sum()) ** 2 / total if total else 0.0


def look_up(figures: Mapping[str, float], names: Groups) -> FloatArray:
    """Return the figure of each name, 0 where there is none."""
    found = np.zeros(len(names))
    # There are few names and millions of rows: comparing each is a tenth of the time that sorting them takes.
    for name, figure in figures.items():
        found[names == name] = figure
    return found


def _bend(line: Calibration, log_odds: FloatArray, y: FloatArray, weight: FloatArray, groups: Groups) -> Calibration:
    """Return the line with a bend: the mean result of neighbouring rows, never falling, joined by straight pieces."""
    at = line.apply(log_odds, groups)
    order = np.argsort(at, kind="stable")
    steps_n = max(2, int(count_worth(weight * y) / FINDINGS_A_STEP))
    edges = np.linspace(0, 1, steps_n + 1)[1:-1]
    found = np.cumsum(weight[order] * y[order])
    cuts = np.searchsorted(found, edges * found[-1])
    parts = [part for part in np.split(order, cuts) if part.size]
    mass = np.array([weight[part].sum() for part in parts])
    middle = np.array([np.average(at[part], weights=weight[part]) for part in parts])
    foretold = np.array([np.average(chance_of(at[part]), weights=weight[part]) for part in parts])
    rate = np.array([np.average(y[part], weights=weight[part]) for part in parts])
    drawn = foretold * (rate * mass + DRAWN_BY) / (foretold * mass + DRAWN_BY)
    rising = join_falling(drawn, mass)
    return line.model_copy(
        update={"bend_from": tuple(middle.tolist()), "bend_to": tuple((log_odds_of(rising)).tolist())}
    )


def join_falling(rate: FloatArray, mass: FloatArray) -> FloatArray:
    """Return the closest figures that never fall, each counting for its mass."""
    from scipy.optimize import isotonic_regression

    return np.asarray(isotonic_regression(rate, weights=mass).x, dtype=np.float64)


def _shift_groups(log_odds: FloatArray, y: FloatArray, weight: FloatArray, groups: Groups) -> dict[str, float]:
    """Return each group's shift, in the order of their names."""
    shifts = {}
    for name in np.unique(groups):
        rows = groups == name
        found = fit_logistic(
            np.ones((int(rows.sum()), 1)), y[rows], weight[rows],
            mean=np.zeros(1), precision=np.array([GROUP_PRECISION]), offset=log_odds[rows],
        )  # fmt: skip
        shifts[str(name)] = float(found[0])
    return shifts
