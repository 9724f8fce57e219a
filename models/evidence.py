"""The straight part of the hybrid: the record rule, and list, network and rule evidence.

Few labels move it little from the record rule, which its prior says.

Belongs here: reading evidence from the input matrix, the prior, log-odds and what each input adds to them.
Belongs elsewhere: the solver (logistic.py), what trees add (tree.py).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from models.dataset import Matrix
from models.logistic import fit_logistic, log_odds_of
from models.part import is_rule
from tidewaiter.targeting.contribution import FloatArray
from tidewaiter.targeting.record_rule import COLUMNS as RECORD

Vector = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
# The record's log-odds are believed as they stand, give or take a third.
RECORD_MEAN, RECORD_PRECISION = 1.0, 10.0
# A slope on other evidence is believed to be about 0, give or take a half, in log-odds a standard deviation; rules say
# themselves what they add to log-odds, and are believed by half, give or take a third.
EVIDENCE_MEAN, EVIDENCE_PRECISION = 0.0, 4.0
RULE_MEAN, RULE_PRECISION = 0.5, 10.0
FURTHEST = 4.0


class Straight(BaseModel):
    """Coefficients on standardised inputs; `record` is that of the record rule's log-odds, 0 where it is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intercept: float
    record: float
    record_centre: float
    inputs: tuple[str, ...]
    centres: tuple[float, ...]
    scales: tuple[float, ...]
    slopes: tuple[float, ...]


@dataclass(frozen=True)
class Evidence:
    """Where each kind of evidence stands in the input matrix."""

    features: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def record_places(self) -> list[int]:
        return [self.features.index(name) for name in RECORD if name in self.features]

    @cached_property
    def is_rule(self) -> Flags:
        """Which of the named inputs are what rules add to log-odds."""
        return np.array([is_rule(name) for name in self.named], dtype=np.bool_)

    @property
    def places(self) -> list[int]:
        return [self.features.index(name) for name in self.named]


def read_record(matrix: Matrix, evidence: Evidence) -> Vector:
    """Return the log-odds of each row's mean past finding rate; the middle one where no rate is known."""
    places = evidence.record_places
    if not places:
        return np.zeros(len(matrix))
    shares = matrix[:, places].astype(np.float64)
    known = np.isfinite(shares)
    mean = np.where(known, shares, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    log_odds = log_odds_of(mean, least=1e-4)
    log_odds[~known.any(axis=1)] = np.nan
    return np.asarray(log_odds, dtype=np.float64)


def fit_straight(matrix: Matrix, y: FloatArray, weight: FloatArray, evidence: Evidence) -> Straight:
    """Return the coefficients that the labels and the prior make."""
    record, places = read_record(matrix, evidence), evidence.places
    known = np.isfinite(record)
    centre = float(record[known].mean()) if known.any() else 0.0
    bent = _bend(matrix[:, places], evidence.is_rule)
    centres, scales = _standardise(bent, evidence.is_rule)
    columns = [np.ones(len(matrix)), np.where(known, record - centre, 0.0), *_place(bent, centres, scales).T]
    base = float(np.average(y, weights=weight))
    start = float(log_odds_of(np.array([base]), least=1e-4)[0])
    spoken = np.where(evidence.is_rule, RULE_MEAN, EVIDENCE_MEAN)
    precision = np.where(evidence.is_rule, RULE_PRECISION, EVIDENCE_PRECISION)
    mean = np.array([start, RECORD_MEAN if evidence.record_places else 0.0, *spoken])
    found = fit_logistic(
        np.stack(columns, axis=1), y, weight, mean=mean,
        precision=np.array([0.1, RECORD_PRECISION, *precision]),
    )  # fmt: skip
    return Straight(
        intercept=float(found[0]),
        record=float(found[1]) if evidence.record_places else 0.0,
        record_centre=centre,
        inputs=evidence.named,
        centres=tuple(centres.tolist()),
        scales=tuple(scales.tolist()),
        slopes=tuple(found[2:].tolist()),
    )


def read_straight(straight: Straight, matrix: Matrix, evidence: Evidence) -> Vector:
    """Return each row's log-odds by the straight part."""
    record = read_record(matrix, evidence)
    total = straight.intercept + straight.record * np.where(np.isfinite(record), record - straight.record_centre, 0.0)
    if evidence.named:
        placed = _place(
            _bend(matrix[:, evidence.places], evidence.is_rule), np.array(straight.centres), np.array(straight.scales)
        )
        # Not a matrix product: a row must come out alike in any slice of the rows.
        total = total + np.einsum("ij,j->i", placed, np.array(straight.slopes, dtype=np.float32))
    return np.asarray(total, dtype=np.float64)


def share_out(straight: Straight, matrix: Matrix, evidence: Evidence) -> FloatArray:
    """Return rows x features: what each adds to the log-odds, the record's part shared by how far each rate stands out.

    The rows of the result sum to `read_straight` less the intercept.
    """
    added = np.zeros((len(matrix), len(evidence.features)))
    if evidence.named:
        placed = _place(
            _bend(matrix[:, evidence.places], evidence.is_rule), np.array(straight.centres), np.array(straight.scales)
        )
        added[:, evidence.places] = placed * np.array(straight.slopes)
    if straight.record:
        record = read_record(matrix, evidence)
        whole = straight.record * np.where(np.isfinite(record), record - straight.record_centre, 0.0)
        added[:, evidence.record_places] += _split_record(matrix[:, evidence.record_places]) * whole[:, None]
    return np.asarray(added, dtype=np.float64)


def _split_record(shares: Matrix) -> FloatArray:
    """Return each known rate's part of the row's record: its size among them; the parts of a row sum to one."""
    known = np.where(np.isfinite(shares), np.maximum(shares, 1e-6), 0.0).astype(np.float64)
    total = known.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(known, total, out=np.zeros_like(known), where=total > 0), dtype=np.float64)


def _bend(columns: Matrix, is_rule: Flags) -> Matrix:
    """Return the columns on a scale on which a tenfold difference is a step, what rules add as it is; nulls stay."""
    bent = np.sign(columns) * np.log1p(np.abs(columns))
    return np.asarray(np.where(is_rule, columns, bent), dtype=np.float32)


def _standardise(bent: Matrix, is_rule: Flags) -> tuple[Vector, Vector]:
    """Return the mean and deviation of each column; 0 and 1 where a column never varies or is in log-odds already."""
    known = np.isfinite(bent)
    counts = np.maximum(known.sum(axis=0), 1)
    figures = np.where(known, bent, 0.0).astype(np.float64)
    centres = figures.sum(axis=0) / counts
    spread = np.sqrt((np.where(known, figures - centres, 0.0) ** 2).sum(axis=0) / counts)
    return np.where(is_rule, 0.0, centres), np.where((spread > 1e-6) & ~is_rule, spread, 1.0)


def _place(bent: Matrix, centres: Vector, scales: Vector) -> Matrix:
    """Return standardised columns within `FURTHEST`, a null in the middle."""
    placed = np.clip((bent - centres.astype(np.float32)) / scales.astype(np.float32), -FURTHEST, FURTHEST)
    return np.asarray(np.nan_to_num(placed, nan=0.0, copy=False), dtype=np.float32)
