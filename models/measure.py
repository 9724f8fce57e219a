"""Measures of a ranking: what is found within capacity, ordering, and how well chances are kept.

Belongs here: the formulas, over plain arrays, in rows of a fixed order.
Belongs elsewhere: which rows and which rankings (evaluate.py).
"""

import math

import numpy as np
import numpy.typing as npt
import polars as pl

from models.calibrate import count_worth
from models.card import AtCapacity, Bin, Estimate, Figures, Reliability
from tidewaiter.policy import CAPACITY_SHARES
from tidewaiter.targeting.contribution import FloatArray

Truth = npt.NDArray[np.bool_]
BINS = 10
Z95 = 1.959964
# A chance of 0 or 1 that is wrong would weigh without limit in the log loss.
LEAST_CHANCE = 1e-6


def measure_ranking(order_by: FloatArray, chance: FloatArray, truth: Truth, loss: FloatArray) -> Figures:
    """Return the figures of a ranking; rows that rank alike keep the order given.

    Args:
        order_by: what the rows are ranked by, the largest first.
        chance: the stated chance of a violation.
        loss: revenue lost, USD.
    """
    ranked = np.argsort(-order_by, kind="stable")
    bins = bin_scores(chance, truth)
    gaps = [each.rows_n * abs(each.mean_score - each.found.value) for each in bins]
    return Figures(
        auc=area_under_curve(order_by, truth),
        log_loss=log_loss(chance, truth),
        calibration_error=math.fsum(gaps) / truth.size if truth.size else None,
        at_capacity=tuple(_measure_top(ranked, share, truth, loss) for share in CAPACITY_SHARES if truth.size),
    )


def chance_figures(base_rate: float, truth: Truth, loss: FloatArray) -> Figures:
    """Return what drawing at random is expected to find; every row has the base rate as its chance."""
    n, found_n = truth.size, int(truth.sum())
    lost = bool(loss.sum() > 0)
    tops = [(share, math.ceil(n * share)) for share in CAPACITY_SHARES if n]
    return Figures(
        auc=0.5 if 0 < found_n < n else None,
        log_loss=log_loss(np.full(n, base_rate), truth),
        calibration_error=abs(base_rate - found_n / n) if n else None,
        at_capacity=tuple(
            AtCapacity(
                share=share,
                examined_n=top_n,
                found_n=found_n * top_n / n,
                precision=Estimate(value=found_n / n, low=None, high=None, of_n=top_n),
                recall=Estimate(value=top_n / n, low=None, high=None, of_n=found_n) if found_n else None,
                revenue_recall=top_n / n if lost else None,
            )
            for share, top_n in tops
        ),
    )


def estimate_share(hits_n: int, of_n: int) -> Estimate:
    """Return a share with its 95 % Wilson score interval; `of_n` is above zero."""
    share = hits_n / of_n
    low, high = find_wilson(share, of_n)
    return Estimate(value=share, low=low, high=high, of_n=of_n)


def find_wilson(share: float, of_n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share seen in so many rows (Wilson, 1927)."""
    z2 = Z95**2
    middle = (share + z2 / (2 * of_n)) / (1 + z2 / of_n)
    half = Z95 * math.sqrt(max(share * (1 - share), 0.0) / of_n + z2 / (4 * of_n**2)) / (1 + z2 / of_n)
    return max(0.0, middle - half), min(1.0, middle + half)


def area_under_curve(order_by: FloatArray, truth: Truth) -> float | None:
    """Return the chance that a violation ranks above a clear row, ties counting half; None without both."""
    hits_n = int(truth.sum())
    if hits_n in (0, truth.size):
        return None
    rank_sum = float(pl.Series(order_by).rank("average").to_numpy()[truth].sum())
    return (rank_sum - hits_n * (hits_n + 1) / 2) / (hits_n * (truth.size - hits_n))


def log_loss(chance: FloatArray, truth: Truth) -> float | None:
    """Return the mean negative log-likelihood of any violation; None without rows."""
    if not truth.size:
        return None
    kept = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return float(-np.log(np.where(truth, kept, 1 - kept)).mean())


def bin_scores(chance: FloatArray, truth: Truth) -> tuple[Bin, ...]:
    """Return up to ten bins of about equally many rows, the lowest chances first."""
    order = np.argsort(chance, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if part.size]
    return tuple(
        Bin(
            rows_n=part.size,
            mean_score=float(chance[part].mean()),
            found=estimate_share(int(truth[part].sum()), part.size),
        )
        for part in parts
    )


def measure_reliability(name: str, chance: FloatArray, truth: FloatArray, weight: FloatArray) -> Reliability:
    """Return foretold against found, each row counting for what it stands for; the interval counts what it is worth."""
    order = np.argsort(chance, kind="stable")
    mass = np.cumsum(weight[order])
    cuts = np.searchsorted(mass, mass[-1] * np.arange(1, BINS) / BINS)
    parts = [part for part in np.split(order, cuts) if part.size]
    bins = tuple(
        Bin(
            rows_n=part.size,
            mean_score=float(np.average(chance[part], weights=weight[part])),
            found=estimate_weighted(truth[part], weight[part]),
        )
        for part in parts
    )
    shares = [float(weight[part].sum()) / float(mass[-1]) for part in parts]
    gaps = [share * abs(each.mean_score - each.found.value) for share, each in zip(shares, bins, strict=True)]
    return Reliability(
        name=name,
        findings_n=int(truth.sum()),
        foretold=float(np.average(chance, weights=weight)),
        found=estimate_weighted(truth, weight),
        calibration_error=math.fsum(gaps),
        bins=bins,
    )


def estimate_weighted(truth: FloatArray, weight: FloatArray) -> Estimate:
    """Return a weighted share with the Wilson interval of as many rows as the weights are worth."""
    worth, share = count_worth(weight), float(np.average(truth, weights=weight))
    low, high = find_wilson(share, worth)
    return Estimate(value=share, low=low, high=high, of_n=truth.size)


def _measure_top(ranked: npt.NDArray[np.intp], share: float, truth: Truth, loss: FloatArray) -> AtCapacity:
    top = ranked[: math.ceil(truth.size * share)]
    found_n, all_n = int(truth[top].sum()), int(truth.sum())
    all_loss = float(loss.sum())
    return AtCapacity(
        share=share,
        examined_n=top.size,
        found_n=found_n,
        precision=estimate_share(found_n, top.size),
        recall=estimate_share(found_n, all_n) if all_n else None,
        revenue_recall=float(loss[top].sum()) / all_loss if all_loss > 0 else None,
    )
