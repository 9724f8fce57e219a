"""Fits the hybrid: record, evidence and trees, families, loss, calibration and novelty, from labels and a background.

Belongs here: putting the parts together in their order.
Belongs elsewhere: each part, what rows there are (dataset.py), the night's use (score.py), files (artifact.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from models.calibrate import Calibration, fit_calibration, fit_level
from models.crossfit import (
    Crossed,
    Half,
    Task,
    apply_stack,
    cross_fit,
    fit_half,
    fit_stack,
    fold_by_week,
)
from models.dataset import Matrix, feature_matrix
from models.evidence import Evidence
from models.family import FamilyModel, fit_families
from models.logistic import chance_of, log_odds_of
from models.loss import LossModel, fit_loss
from models.novelty import NoveltyModel, fit_novelty
from models.part import find_evidence
from models.recipe import FAMILY, LOSS, NOVELTY, TREES, Fitted, Recipe
from models.tree import Binned, choose_parameters
from models.weight import soften, weigh_labels
from tidewaiter.errors import TooFewLabelsError
from tidewaiter.policy import FAMILIES, Policy, Queues
from tidewaiter.targeting.contribution import FloatArray


@dataclass(frozen=True)
class Learned:
    """A fitted hybrid, and the cross-fitted chances of the rows it learned from, in their order.

    Args:
        chance: of any violation, by a fit that did not see the row's week.
        by_family: the same by family.
    """

    fitted: Fitted
    chance: FloatArray
    by_family: Mapping[str, FloatArray]


def fit_hybrid(examples: pl.DataFrame, background: pl.DataFrame, features: tuple[str, ...], policy: Policy) -> Learned:
    """Return the hybrid learned from every row.

    Raises:
        TooFewLabelsError: when all rows have the same result.
        PolicyError: when model.yml names a setting that is not tunable.
    """
    task = prepare_task(examples, features, policy)
    crossed = cross_fit(task)
    stack = fit_stack(task, crossed)
    raw = apply_stack(stack, crossed.straight, crossed.trees)
    calibration = _calibrate(task, raw)
    chance = chance_of(calibration.apply(raw, task.groups))
    half = fit_half(task, np.arange(task.y.size), policy.model.learning.bags)
    families = fit_families(task.binned, np.flatnonzero(task.y > 0), task.truth, policy, task.parameters)
    unlabelled = fill_nulls(feature_matrix(background.select(features), features), find_stand_ins(task.matrix))
    by_family = {family: _calibrate_family(task, chance, crossed, family) for family in FAMILIES}
    loss = fit_loss(task.binned, examples, policy.costs, task.parameters, has_trees=policy.model.parts.trees)
    stand_ins = find_stand_ins(task.matrix)
    novelty = None
    if policy.model.parts.novelty:
        novelty = fit_novelty(unlabelled, features, task.parameters)
    recipe = Recipe(
        features=features,
        stand_ins=tuple(None if np.isnan(each) else float(each) for each in stand_ins),
        straight=half.straight,
        stack=stack,
        calibration=calibration,
        level=fit_level(examples["shipment_id"], task.y, task.stands_for) if policy.model.parts.calibration else None,
        port_groups={code: queue.team for code, queue in sorted(policy.queues.ports.items())},
        other_ports_group=policy.queues.default_team,
        shares=families.shares,
        family_calibration={family: each for family, (each, _) in by_family.items()},
        loss=loss.loss,
        novelty=novelty.novelty if novelty else None,
    )
    fitted = Fitted(recipe, _name_texts(half, families, loss, novelty))
    return Learned(fitted, chance, {family: each for family, (_, each) in by_family.items()})


def _name_texts(half: Half, families: FamilyModel, loss: LossModel, novelty: NoveltyModel | None) -> dict[str, str]:
    """Return the texts of every booster by name."""
    texts = {f"{TREES}{bag}": text for bag, text in enumerate(half.texts)}
    texts |= {f"{FAMILY}{family}": text for family, text in families.texts.items()}
    texts |= {LOSS: loss.text} if loss.text else {}
    return texts | ({NOVELTY: novelty.text} if novelty else {})


def prepare_task(examples: pl.DataFrame, features: tuple[str, ...], policy: Policy) -> Task:
    """Return the rows in the shape that fits work on.

    Raises:
        TooFewLabelsError: when all rows have the same result.
    """
    truth: dict[str, FloatArray] = {family: examples[f"is_{family}"].cast(pl.Float64).to_numpy() for family in FAMILIES}
    y = np.maximum.reduce(list(truth.values()))
    if len(np.unique(y)) < 2:
        raise TooFewLabelsError(f"all {examples.height} examined shipments have the same result.")
    parameters = choose_parameters(policy)
    matrix = feature_matrix(examples.select(features), features)
    named = find_evidence(features)
    weight = weigh_labels(examples, policy)
    return Task(
        binned=Binned(matrix, features, parameters, policy.engine.threads),
        y=y,
        truth=truth,
        teach=soften(weight, policy.model.learning.weight_power),
        stands_for=weight,
        groups=group_ports(examples["port_code"], policy.queues),
        fold=fold_by_week(examples["shipment_on"], policy.model.learning.folds),
        evidence=Evidence(features, named),
        parameters=parameters,
        policy=policy,
    )


def group_ports(codes: pl.Series, queues: Queues) -> npt.NDArray[np.str_]:
    """Return the port group of each row: the kind of team that examines there."""
    teams = {code: queue.team for code, queue in queues.ports.items()}
    return name_groups(codes, teams, queues.default_team)


def name_groups(codes: pl.Series, teams: Mapping[str, str], default: str) -> npt.NDArray[np.str_]:
    """Return the team of each port, `default` for ports without one."""
    named = codes.replace_strict(teams, default=default, return_dtype=pl.String)
    return np.asarray(named.to_numpy(), dtype=np.str_)


def find_stand_ins(matrix: Matrix) -> npt.NDArray[np.float32]:
    """Return the median of each column without a null, NaN for the rest.

    LightGBM reads a null as zero where learning saw none. A null that is new to the model counts as the middle of
    what it knows instead: it says neither that a parcel is free nor that its price is suspicious.
    """
    has_null = np.isnan(matrix).any(axis=0)
    stand_ins = np.full(matrix.shape[1], np.nan, dtype=np.float32)
    stand_ins[~has_null] = np.median(matrix[:, ~has_null], axis=0)
    return stand_ins


def fill_nulls(matrix: Matrix, stand_ins: npt.NDArray[np.float32]) -> Matrix:
    """Return the matrix with stand-ins for nulls that are new to the model."""
    return np.where(np.isnan(matrix), stand_ins, matrix)


def _calibrate(task: Task, raw: FloatArray) -> Calibration:
    if not task.policy.model.parts.calibration:
        return Calibration()
    least = task.policy.model.learning.isotonic_positives
    return fit_calibration(raw, task.y, task.stands_for, task.groups, least)


def _calibrate_family(task: Task, chance: FloatArray, crossed: Crossed, family: str) -> tuple[Calibration, FloatArray]:
    """Return the family's calibration, and its cross-fitted chances by it, never above that of any violation."""
    raw = log_odds_of(chance * crossed.shares[family])
    calibration = Calibration()
    if task.policy.model.parts.calibration:
        least = task.policy.model.learning.isotonic_positives
        calibration = fit_calibration(raw, task.truth[family], task.stands_for, task.groups, least)
    return calibration, np.minimum(chance_of(calibration.apply(raw, task.groups)), chance)
