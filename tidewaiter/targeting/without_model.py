"""Scores of a night without a model: the record rule, moved by the rules that people write.

Belongs here: how rules move the record's score, and what each record and family of rules adds.
Belongs elsewhere: the record rule on its own (record_rule.py), weighing rules (tidewaiter/rules).
"""

import numpy as np
import polars as pl

from tidewaiter.policy import Costs
from tidewaiter.rules.hit import FAMILY_WEIGHTS
from tidewaiter.rules.score import NEAREST, move_score
from tidewaiter.targeting import record_rule
from tidewaiter.targeting.contribution import Contributions, FloatArray

COLUMNS = (*record_rule.COLUMNS, *FAMILY_WEIGHTS, "rule_weight")
STARTING_POINT = "starting point: how common findings are while nothing is known"


def score_without_model(features: pl.DataFrame, costs: Costs) -> pl.DataFrame:
    """Return what `score_with_record_rule` returns, its odds multiplied by e to the weight of the rules that fired.

    Raises:
        ContractError: when a finding share is missing as a column.
    """
    weight = features["rule_weight"].cast(pl.Float64).fill_null(0.0)
    scored = record_rule.score_with_record_rule(features, costs).with_columns(weight.alias("weight"))
    moved = scored.with_columns(move_score(pl.col("score"), pl.col("weight")).alias("score"))
    return moved.with_columns(expected_consequence_usd=pl.col("score") * costs.record_rule_usd).drop("weight")


def explain_without_model(features: pl.DataFrame, score: pl.Series, usual_rate: float) -> Contributions:
    """Return what each record and family of rules adds to the log-odds of the score, from those of the usual rate.

    The record's part is shared by how far each rate is from the usual one, so that the parts of a row sum to it.

    Args:
        features: the rows to explain.
        score: their scores, in the same order.
        usual_rate: the finding rate while no exam is known (policy/history.yml).
    """
    weights = _share_out(features)
    explained = _log_odds(score.to_numpy().astype(np.float64))
    record = explained - weights.sum(axis=1)
    shares = record_rule.read_shares(features).to_numpy().astype(np.float64)
    known = np.isfinite(shares)
    distance = np.where(known, shares - usual_rate, 0.0) / np.maximum(known.sum(axis=1), 1)[:, None]
    is_known = known.any(axis=1)
    start = float(_log_odds(np.array([usual_rate]))[0])
    added = distance * np.where(is_known, _slope(record - start, distance.sum(axis=1), usual_rate), 0.0)[:, None]
    return Contributions(
        shipment_ids=features["shipment_id"].to_list(),
        facts=(*record_rule.COLUMNS, *FAMILY_WEIGHTS),
        added=np.hstack([added, weights]),
        base=explained - added.sum(axis=1) - weights.sum(axis=1),
        explained=explained,
        base_texts=[STARTING_POINT if each else record_rule.NOTHING_KNOWN for each in is_known.tolist()],
    )


def _share_out(features: pl.DataFrame) -> FloatArray:
    """Return what each family of rules adds; they add up to the weight of all, which has a limit of its own."""
    known = features.select(pl.col(name).cast(pl.Float64).fill_null(0.0) for name in (*FAMILY_WEIGHTS, "rule_weight"))
    by_family, whole = known.select(FAMILY_WEIGHTS).to_numpy(), known["rule_weight"].to_numpy()
    total = by_family.sum(axis=1)
    is_moved = np.abs(total) > 1e-12
    share = np.where(is_moved, whole / np.where(is_moved, total, 1.0), 1.0)
    return np.asarray(by_family * share[:, None], dtype=np.float64)


def _slope(rise: FloatArray, run: FloatArray, usual_rate: float) -> FloatArray:
    """Return log-odds a unit of rate between the usual rate and the row's; the curve's own where they are the same."""
    is_apart = np.abs(run) > 1e-12
    own = 1.0 / (usual_rate * (1.0 - usual_rate)) if 0 < usual_rate < 1 else 1.0
    return np.where(is_apart, rise / np.where(is_apart, run, 1.0), own)


def _log_odds(chance: FloatArray) -> FloatArray:
    inside = np.clip(chance, NEAREST, 1 - NEAREST)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)
