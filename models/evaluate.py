"""Judges a way of learning on the newest labels, beside the record rule and chance on the same rows.

Belongs here: the split in time, what is found within capacity, all rows and the random slice apart, reliability.
Belongs elsewhere: the measures themselves (measure.py, estimate.py), the model that is used (train.py).
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from models.card import Bin, Evaluation, Figures, Missed, Reliability, Slice
from models.estimate import estimate_missed
from models.fit import Learned, fit_hybrid, group_ports
from models.measure import bin_scores, chance_figures, measure_ranking, measure_reliability
from models.recipe import Fitted
from models.score import score_rows
from models.weight import weigh_labels
from tidewaiter.errors import TooFewLabelsError
from tidewaiter.policy import FAMILIES, Policy
from tidewaiter.targeting.record_rule import COLUMNS, score_with_record_rule

RANDOM = "random"
ANY = "any"


@dataclass(frozen=True)
class Split:
    """Rows to learn from, all known before `cut_on` begins, and rows filed from then on."""

    cut_on: date
    earlier: pl.DataFrame
    newest: pl.DataFrame


@dataclass(frozen=True)
class Judged:
    """A hybrid that did not learn from the newest labels, what it says of them, and how well it does.

    Args:
        newest: the examined rows.
        scored: what `score_rows` returns for them, in their order.
    """

    fitted: Fitted
    newest: pl.DataFrame
    scored: pl.DataFrame
    evaluation: Evaluation


def evaluate(examples: pl.DataFrame, features: tuple[str, ...], policy: Policy) -> Judged:
    """Return a hybrid that saw only what was known when the newest labels' shipments were filed, and its figures.

    It is one bag and half-crossed, and so a little worse than the model that is used.

    Raises:
        TooFewLabelsError: when nothing, or one result only, was known by then.
    """
    split = split_in_time(examples, policy.model.evaluation_share)
    if split.earlier.is_empty():
        raise TooFewLabelsError(f"no result was known before {split.cut_on}.")
    fitted = fit_hybrid(split.earlier, split.earlier.clear(), features, _make_cheaper(policy)).fitted
    by_model = score_rows(fitted, _inputs(split.newest, features), policy.costs)
    scored = _score_all(split.newest, by_model, policy)
    base_rate = float(_violation(split.earlier).mean())
    evaluation = Evaluation(
        cut_on=split.cut_on,
        learned_from_n=split.earlier.height,
        overall=_measure_slice(scored, base_rate),
        random_slice=_measure_slice(scored.filter(pl.col("source") == RANDOM), base_rate),
    )
    return Judged(fitted, split.newest, by_model, evaluation)


def split_in_time(examples: pl.DataFrame, newest_share: float) -> Split:
    """Return the split at the start of a day, with at least that share of the rows filed on it or later.

    Earlier rows whose result came on that day or later are in neither part: nobody could have learned from them.
    """
    days = examples["shipment_on"].sort()
    cut_on: date = days[int(len(days) * (1 - newest_share))]
    earlier = pl.col("shipment_on") < cut_on, pl.col("known_at") < pl.lit(cut_on).cast(pl.Datetime("us"))
    return Split(cut_on, examples.filter(*earlier), examples.filter(pl.col("shipment_on") >= cut_on))


def measure_all(examples: pl.DataFrame, learned: Learned, policy: Policy) -> tuple[Reliability, ...]:
    """Return the cross-fitted reliability of any violation and of each family."""
    weight = weigh_labels(examples, policy)
    chances = {ANY: learned.chance, **learned.by_family}
    return tuple(measure_reliability(name, chances[name], read_truth(examples, name), weight) for name in chances)


def measure_port_groups(examples: pl.DataFrame, learned: Learned, policy: Policy) -> tuple[Reliability, ...]:
    """Return the cross-fitted reliability of any violation in each port group, by name."""
    weight, truth = weigh_labels(examples, policy), read_truth(examples, ANY)
    groups = group_ports(examples["port_code"], policy.queues)
    return tuple(
        measure_reliability(str(name), learned.chance[rows], truth[rows], weight[rows])
        for name, rows in ((name, groups == name) for name in np.unique(groups))
    )


def estimate_all_missed(examples: pl.DataFrame) -> dict[str, Missed]:
    """Return what the random slice says was missed: of any violation and of each family."""
    drawn = examples.filter(pl.col("source") == RANDOM, pl.col("inclusion_probability") > 0)
    chance = drawn["inclusion_probability"].to_numpy()
    return {name: estimate_missed(read_truth(drawn, name), chance) for name in (ANY, *FAMILIES)}


def read_truth(examples: pl.DataFrame, name: str) -> npt.NDArray[np.float64]:
    """Return 1 where a violation of the family, or of any, was found."""
    found = _any_family() if name == ANY else pl.col(f"is_{name}")
    return examples.select(found.cast(pl.Float64).alias("truth"))["truth"].to_numpy()


def _make_cheaper(policy: Policy) -> Policy:
    learning = policy.model.learning.model_copy(update={"bags": 1, "folds": 2})
    parts = policy.model.parts.model_copy(update={"novelty": False})
    return replace(policy, model=policy.model.model_copy(update={"learning": learning, "parts": parts}))


def _inputs(examples: pl.DataFrame, features: tuple[str, ...]) -> pl.DataFrame:
    return examples.select("shipment_id", "port_code", *features)


def _score_all(newest: pl.DataFrame, by_model: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the newest rows with each ranking's figures, and the truth."""
    by_record = _score_record(newest, policy)
    return newest.select(
        "shipment_id",
        "source",
        by_model["score"].alias("score"),
        by_model["expected_consequence_usd"].alias("consequence"),
        by_record["score"].alias("record"),
        pl.when(pl.col("is_revenue")).then(pl.col("loss_usd")).otherwise(0.0).alias("loss_usd"),
        is_violation=_any_family(),
    ).sort("shipment_id")


def _score_record(newest: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the record rule's score; the same for every row where policy leaves records out."""
    columns = [name for name in COLUMNS if name in newest.columns]
    if not columns:
        return newest.select("shipment_id", score=pl.lit(0.0))
    return score_with_record_rule(newest.select("shipment_id", *columns), policy.costs)


def _measure_slice(scored: pl.DataFrame, base_rate: float) -> Slice:
    truth, loss = scored["is_violation"].to_numpy(), scored["loss_usd"].to_numpy()
    score, record = scored["score"].to_numpy(), scored["record"].to_numpy()
    consequence = scored["consequence"].to_numpy()
    rankings: dict[str, Figures] = {
        "model": measure_ranking(consequence, score, truth, loss),
        "model_by_score": measure_ranking(score, score, truth, loss),
        "record_rule": measure_ranking(record, record, truth, loss),
        "random": chance_figures(base_rate, truth, loss),
    }
    bins: tuple[Bin, ...] = bin_scores(score, truth)
    return Slice(
        rows_n=scored.height,
        violations_n=int(truth.sum()),
        revenue_loss_usd=float(loss.sum()),
        rankings=rankings,
        calibration=bins,
    )


def _any_family() -> pl.Expr:
    return pl.any_horizontal("is_revenue", "is_contraband", "is_product", "is_forced_labor")


def _violation(examples: pl.DataFrame) -> npt.NDArray[np.bool_]:
    return examples.select(_any_family().alias("any"))["any"].to_numpy()
