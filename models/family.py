"""Splits the chance of any violation among the threat families; a family with few findings borrows.

Belongs here: shares by tariff chapter drawn to the overall ones, and trees where a family has findings of its own.
Belongs elsewhere: the chance of any violation (fit.py), what a miss costs (score.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import lightgbm as lgb
import numpy as np
from pydantic import BaseModel, ConfigDict

from models.dataset import Matrix
from models.logistic import chance_of, log_odds_of
from models.tree import Binned, Parameters, Rows, add_trees, read_booster
from tidewaiter.policy import FAMILIES, Policy
from tidewaiter.targeting.contribution import FloatArray

CONTEXT = "hts_chapter"
# Findings' worth of weight that the overall share has within a tariff chapter.
CHAPTER_PRIOR_N = 10.0
RULE_TRUST = 0.5
ROUNDS, LEAVES, LEAST_IN_LEAF = 30, 6, 5
Standing = Literal["own findings", "shares by tariff chapter", "the policy's shares"]


class FamilyShare(BaseModel):
    """One family's share of violations: overall, by tariff chapter, and whether trees refine it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    overall: float
    by_chapter: dict[str, float]
    findings_n: int
    stands_on: Standing


@dataclass(frozen=True)
class FamilyModel:
    """The share of each family, and the text of its trees where there are some."""

    shares: dict[str, FamilyShare]
    texts: dict[str, str]

    @property
    def boosters(self) -> dict[str, lgb.Booster]:
        return {name: read_booster(text) for name, text in self.texts.items()}


def fit_families(
    binned: Binned, rows: Rows, truth: Mapping[str, FloatArray], policy: Policy, parameters: Parameters
) -> FamilyModel:
    """Return the shares learned from the violations among some rows.

    Args:
        rows: places of the violations, ascending.
        truth: for each family, 1 where a row of the whole matrix has such a violation.
    """
    chapters = _read_chapters(binned.matrix[rows], binned.features)
    shares: dict[str, FamilyShare] = {}
    texts: dict[str, str] = {}
    for family in FAMILIES:
        y = truth[family][rows]
        has_own = _has_own(y, policy)
        shares[family] = _count_shares(
            y, chapters, _prior(family, policy), policy.model.learning.family_prior_n, has_own
        )
        if has_own:
            start = _start(family, shares[family], binned.matrix[rows], binned.features, chapters)
            texts[family] = binned.train(rows, y, _shrink(parameters), start=start)
    return FamilyModel(shares, texts)


def split_chances(
    shares: Mapping[str, FamilyShare],
    boosters: Mapping[str, lgb.Booster],
    matrix: Matrix,
    features: Sequence[str],
    threads: int,
) -> dict[str, FloatArray]:
    """Return each family's share of a violation in each row, above 0 and below 1; a row's shares may pass 1 in all."""
    chapters = _read_chapters(matrix, features)
    found = {}
    for family, share in shares.items():
        log_odds = _start(family, share, matrix, features, chapters)
        own = [boosters[family]] if family in boosters else []
        found[family] = chance_of(log_odds + add_trees(own, matrix, threads))
    return found


def _start(
    family: str, share: FamilyShare, matrix: Matrix, features: Sequence[str], chapters: FloatArray
) -> FloatArray:
    """Return the log-odds of the usual share, moved by what rules say of the family, which is believed by half."""
    log_odds = log_odds_of(_look_up(share, chapters), least=1e-3)
    column = f"rule_{family}_weight"
    if column not in features:
        return log_odds
    said = np.nan_to_num(matrix[:, features.index(column)].astype(np.float64))
    return np.asarray(log_odds + RULE_TRUST * said, dtype=np.float64)


def _has_own(y: FloatArray, policy: Policy) -> bool:
    """Return whether there are enough violations of the family, and of the others to tell them from."""
    least = max(policy.model.min_family_positives, 1)
    return policy.model.parts.trees and int(y.sum()) >= least and int((1 - y).sum()) >= least


def _prior(family: str, policy: Policy) -> float:
    return {str(name): share for name, share in policy.model.learning.family_share.items()}[family]


def _count_shares(y: FloatArray, chapters: FloatArray, prior: float, prior_n: float, has_own: bool) -> FamilyShare:
    overall = (float(y.sum()) + prior_n * prior) / (y.size + prior_n)
    by_chapter = {}
    for chapter in np.unique(chapters[np.isfinite(chapters)]).tolist():
        inside = chapters == chapter
        found = float(y[inside].sum()) + CHAPTER_PRIOR_N * overall
        by_chapter[f"{chapter:02.0f}"] = found / (int(inside.sum()) + CHAPTER_PRIOR_N)
    return FamilyShare(
        overall=overall, by_chapter=by_chapter, findings_n=int(y.sum()), stands_on=_name_standing(y, has_own)
    )


def _name_standing(y: FloatArray, has_own: bool) -> Standing:
    if has_own:
        return "own findings"
    return "shares by tariff chapter" if y.any() else "the policy's shares"


def _read_chapters(matrix: Matrix, features: Sequence[str]) -> FloatArray:
    return matrix[:, features.index(CONTEXT)].astype(np.float64)


def _look_up(share: FamilyShare, chapters: FloatArray) -> FloatArray:
    """Return each row's share by its chapter, the overall one where the chapter is null or new."""
    table = np.full(101, share.overall)
    for chapter, figure in share.by_chapter.items():
        table[int(chapter)] = figure
    place = np.where(np.isfinite(chapters) & (chapters >= 0) & (chapters < 100), chapters, 100).astype(np.intp)
    return np.asarray(table[place], dtype=np.float64)


def _shrink(parameters: Parameters) -> Parameters:
    """Return parameters for violations alone, of which there are few."""
    return {
        **parameters,
        "num_iterations": ROUNDS,
        "num_leaves": LEAVES,
        "min_data_in_leaf": LEAST_IN_LEAF,
    }
