"""Fits a small logistic regression whose coefficients are drawn towards a prior; few labels leave the prior standing.

Belongs here: the solver, and log-odds.
Belongs elsewhere: what is regressed on (evidence.py, stack.py, calibrate.py).
"""

import numpy as np

from tidewaiter.targeting.contribution import FloatArray

STEPS = 50
CLOSE = 1e-7
# Products in a piece of work that one thread does alone.
PIECE = 200_000
# Beyond this a chance is 0 or 1 for every purpose, and exp would lose digits.
MOST_LOG_ODDS = 30.0


def chance_of(log_odds: FloatArray) -> FloatArray:
    """Return the chances of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -MOST_LOG_ODDS, MOST_LOG_ODDS))), dtype=np.float64)


def log_odds_of(chance: FloatArray, least: float = 1e-6) -> FloatArray:
    """Return the log-odds of chances, which are kept at least `least` from 0 and 1."""
    kept = np.clip(chance, least, 1.0 - least)
    return np.asarray(np.log(kept / (1.0 - kept)), dtype=np.float64)


def fit_logistic(
    x: FloatArray,
    y: FloatArray,
    weight: FloatArray,
    *,
    mean: FloatArray,
    precision: FloatArray,
    offset: FloatArray | None = None,
) -> FloatArray:
    """Return the most likely coefficients under independent normal priors, by Newton's method with halved steps.

    Args:
        x: rows x coefficients; a column of ones where an intercept is wanted.
        y: 0 or 1.
        weight: how many rows each row stands for.
        mean: of each coefficient's prior.
        precision: one over the variance of each prior; 0 where there is none.
        offset: log-odds that are added to every row's.
    """
    start = np.zeros(x.shape[0]) if offset is None else offset
    found: FloatArray = mean.astype(np.float64)
    cost = _cost(x, y, weight, found, mean, precision, start)
    for _ in range(STEPS):
        chance = chance_of(x @ found + start)
        slope = x.T @ (weight * (chance - y)) + precision * (found - mean)
        curve = _sum_products(x, weight * chance * (1.0 - chance)) + np.diag(precision + CLOSE)
        step: FloatArray = np.asarray(np.linalg.solve(curve, slope), dtype=np.float64)
        found, cost, moved = _descend(x, y, weight, found, step, cost, mean, precision, start)
        if moved < CLOSE:
            break
    return found


def _descend(
    x: FloatArray,
    y: FloatArray,
    weight: FloatArray,
    found: FloatArray,
    step: FloatArray,
    cost: float,
    mean: FloatArray,
    precision: FloatArray,
    start: FloatArray,
) -> tuple[FloatArray, float, float]:
    """Return the coefficients after the longest of the halved steps that costs no more, and how far it went."""
    for halving in range(30):
        part = step * 0.5**halving
        tried = found - part
        tried_cost = _cost(x, y, weight, tried, mean, precision, start)
        if tried_cost <= cost:
            return tried, tried_cost, float(np.abs(part).max())
    return found, cost, 0.0


def _sum_products(x: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the weighted products of the columns, piece by piece.

    Pieces are small enough for one thread: several of them would wait for each other, and add up in another order.
    """
    columns_n = x.shape[1]
    piece = max(1, PIECE // columns_n**2)
    total = np.zeros((columns_n, columns_n))
    for start in range(0, len(x), piece):
        part = x[start : start + piece]
        total += (part * weight[start : start + piece, None]).T @ part
    return total


def _cost(
    x: FloatArray,
    y: FloatArray,
    weight: FloatArray,
    found: FloatArray,
    mean: FloatArray,
    precision: FloatArray,
    start: FloatArray,
) -> float:
    log_odds = x @ found + start
    surprise = np.logaddexp(0.0, log_odds) - y * log_odds
    return float(weight @ surprise + 0.5 * precision @ (found - mean) ** 2)
