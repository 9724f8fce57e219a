"""Trains a model on every result known before a date, and writes it with its card.

Belongs here: the order of the steps, when there is too little to learn from, what goes on the card.
Belongs elsewhere: each step (dataset.py, fit.py, evaluate.py, artifact.py), who promotes a model.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import lightgbm as lgb
import numpy as np
import polars as pl

from models.artifact import REFERENCE_FILE, Model, write_json, write_model
from models.background import join_nights, read_background, read_nights
from models.calibrate import count_worth
from models.card import (
    INTENDED_USE,
    LIMITS,
    Card,
    CardFeature,
    Evaluation,
    Fairness,
    FamilyStanding,
    Importance,
    LabelCount,
    Labels,
    fingerprint_feature,
)
from models.dataset import Examples, read_examples
from models.drift import Reference, cut_nights, describe
from models.evaluate import Judged, estimate_all_missed, evaluate, measure_all, measure_port_groups
from models.fairness import measure_fairness
from models.fit import Learned, fit_hybrid
from models.importance import measure_importance
from models.level import set_level
from models.loss import priced_findings
from models.part import choose_inputs
from models.recipe import Fitted
from models.score import score_rows
from models.tree import choose_parameters
from models.weight import weigh_labels
from tidewaiter.errors import TooFewLabelsError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake
from tidewaiter.parties.history import count_days_known
from tidewaiter.policy import FAMILIES, ModelPolicy, Policy

SCORES = ("score", "expected_consequence_usd")
LIBRARIES = {"lightgbm": lgb.__version__, "numpy": np.__version__, "polars": pl.__version__}


def train_model(lake: Lake, policy: Policy, as_of: date, models_dir: Path, *, for_people: bool = True) -> Model:
    """Publish and return the model that the results known before `as_of` make; the same inputs, the same bytes.

    Args:
        for_people: whether the card says what only people read: fairness and importance. Scores are the same without.

    Raises:
        TooFewLabelsError: saying how many there are and how many the policy asks for.
        ModelMismatchError: when a date's features are not the catalog's.
    """
    features = choose_inputs(policy.model.parts)
    examples = read_examples(lake, as_of, policy.model.label_window_days, features)
    check_enough(examples, policy.model, as_of)
    learning = policy.model.learning
    background = read_background(lake, as_of, learning.background_days, learning.background_rows, features)
    judged, note = _evaluate(examples.frame, features, policy)
    learned = fit_hybrid(examples.frame, background, features, policy)
    extras = Extras(
        judged.evaluation if judged else None,
        note,
        measure_fairness(lake, judged, policy) if judged and for_people else None,
        measure_importance(learned.fitted, background) if for_people else (),
    )
    card = _fill_card(examples, learned, policy, as_of, extras)
    reference = _describe_usual(lake, as_of, learned, policy)
    return write_model(models_dir, card, learned.fitted, {REFERENCE_FILE: write_json(reference)})


def _describe_usual(lake: Lake, as_of: date, learned: Learned, policy: Policy) -> Reference:
    """Return how inputs and scores are spread over the shipments of the last days before training."""
    limits, features = policy.model.drift, learned.fitted.features
    nights = read_nights(lake, as_of, limits.reference_days, limits.sample_rows, features)
    usual = join_nights(nights, features)
    scored = score_rows(set_level(learned.fitted, usual), usual, policy.costs)
    large = cut_nights([each.height for each in nights], limits.least_rows)
    return describe(usual.hstack(scored.select(SCORES)), (*features, *SCORES), count_days_known(lake, as_of), large)


def check_enough(examples: Examples, policy: ModelPolicy, as_of: date) -> None:
    """Pass when there are as many examined shipments and violations as the policy asks for."""
    shipments_n, violations_n = examples.frame.height, _count_violations(examples.frame)
    if shipments_n >= max(policy.min_labels, 1) and violations_n >= policy.min_positives:
        return
    unusable_n = examples.without_partition_n + examples.without_features_n
    raise TooFewLabelsError(
        f"{shipments_n} examined shipments with {violations_n} violations are known before {as_of} "
        f"({unusable_n} more have no features); a model needs {policy.min_labels} and {policy.min_positives}.",
        fix="wait for more findings; until then the record rule ranks the queues",
    )


def _evaluate(examples: pl.DataFrame, features: tuple[str, ...], policy: Policy) -> tuple[Judged | None, str]:
    try:
        judged = evaluate(examples, features, policy)
    except TooFewLabelsError as problem:
        return None, f"not evaluated: {problem.cause}"
    overall, drawn = judged.evaluation.overall, judged.evaluation.random_slice
    return judged, (
        f"{overall.rows_n} newest examined shipments with {overall.violations_n} violations, "
        f"{drawn.rows_n} with {drawn.violations_n} in the random slice; targeted rows flatter every ranking, "
        "and with few violations the intervals say more than the figures"
    )


@dataclass(frozen=True)
class Extras:
    """What a card says of a model beside what it is: figures on held-back nights, and what it looks at."""

    evaluation: Evaluation | None
    note: str
    fairness: Fairness | None
    importance: tuple[Importance, ...]


def _fill_card(examples: Examples, learned: Learned, policy: Policy, as_of: date, extras: Extras) -> Card:
    fitted = learned.fitted
    return Card(
        version="",
        as_of=as_of,
        parts=policy.model.parts,
        families=_describe_families(fitted),
        features=_describe_features(examples.frame, fitted),
        revenue_loss_ratio=fitted.recipe.loss.ratio,
        labels=_describe_labels(examples, policy),
        evaluation=extras.evaluation,
        evaluation_note=extras.note,
        fairness=extras.fairness,
        importance=extras.importance,
        reliability=measure_all(examples.frame, learned, policy),
        reliability_by_port_group=measure_port_groups(examples.frame, learned, policy),
        missed=estimate_all_missed(examples.frame),
        policy_version=policy.version,
        parameters=dict(sorted(choose_parameters(policy).items())),
        libraries=LIBRARIES,
        intended_use=INTENDED_USE,
        limits=LIMITS,
        files={},
    )


def _describe_families(fitted: Fitted) -> tuple[FamilyStanding, ...]:
    return tuple(
        FamilyStanding(family=family, findings_n=share.findings_n, stands_on=share.stands_on, usual_share=share.overall)
        for family, share in fitted.recipe.shares.items()
    )


def _describe_features(examples: pl.DataFrame, fitted: Fitted) -> tuple[CardFeature, ...]:
    catalog = load_catalog()
    null_n = examples.select(pl.col(fitted.features).fill_nan(None)).null_count().row(0)
    return tuple(
        CardFeature(
            column=name,
            unit=catalog.feature(name).unit,
            fingerprint=fingerprint_feature(name),
            null_n=nulls,
            stand_in=None if np.isnan(stand_in) else float(stand_in),
        )
        for name, nulls, stand_in in zip(fitted.features, null_n, fitted.stand_ins, strict=True)
    )


def _describe_labels(examples: Examples, policy: Policy) -> Labels:
    frame = examples.frame
    by_source = [
        LabelCount(
            source=str(source),
            shipments_n=rows.height,
            violations_n=_count_violations(rows),
            by_family={family: int(rows[f"is_{family}"].sum()) for family in FAMILIES},
        )
        for (source,), rows in frame.sort("source").group_by("source", maintain_order=True)
    ]
    return Labels(
        shipments_n=frame.height,
        violations_n=_count_violations(frame),
        first_on=frame["shipment_on"][0],
        last_on=frame["shipment_on"][-1],
        window_days=policy.model.label_window_days,
        without_partition_n=examples.without_partition_n,
        without_features_n=examples.without_features_n,
        priced_revenue_n=priced_findings(frame).height,
        without_stored_chance_n=int((~frame["has_stored_chance"]).sum()),
        worth_n=count_worth(weigh_labels(frame, policy)),
        by_source=tuple(by_source),
    )


def _count_violations(examples: pl.DataFrame) -> int:
    return int(examples.select(pl.any_horizontal(f"is_{family}" for family in FAMILIES).sum()).item())
