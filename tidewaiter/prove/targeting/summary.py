"""All runs as one table a policy: mean and standard deviation over seeds, and the bar that ours has to pass.

Belongs here: what is compared, the bar.
Belongs elsewhere: the figures of a run (measure.py), printing (tidewaiter/command), the page (page.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tidewaiter.prove.targeting.measure import mean_and_deviation

OURS, RECORD_RULE = "ours", "record_rule"
# What is shown of a policy: column of `total`, and how a person calls it.
MEASURES = {
    "precision": "precision",
    "precision_of_oracle": "of the oracle's",
    "recall": "recall",
    "recall_of_oracle": "of the oracle's",
    "revenue_recall": "revenue recall",
    "revenue_recall_of_oracle": "of the oracle's",
    "new_recall": "recall of new schemes",
    "new_first_caught_days": "days until a new scheme is first caught",
    "new_caught_share": "new schemes caught",
    "calibration_error": "calibration error",
    "estimate_coverage": "interval covers the truth",
    "false_hold_share": "honest shipments held",
    "false_hold_spread_origin": "spread over origins",
    "false_hold_spread_size": "spread over sizes of sender",
}
LOWEST_COVERAGE, HIGHEST_COVERAGE = 0.90, 0.98


@dataclass(frozen=True)
class Bar:
    """One thing that is asked of ours, whether it holds, and the figures; None where the runs cannot say."""

    asked: str
    holds: bool | None
    found: str


def add_discovery(total: pl.DataFrame, schemes: pl.DataFrame) -> pl.DataFrame:
    """Return the totals with how many new schemes a run caught, and after how many days those that it caught."""
    new = schemes.filter("is_new").group_by("seed", "policy").agg(
        new_caught_share=pl.col("first_caught_days").is_not_null().mean(),
        new_first_caught_days=pl.col("first_caught_days").mean(),
    )  # fmt: skip
    return total.join(new, on=["seed", "policy"], how="left", maintain_order="left")


def summarise(total: pl.DataFrame, policies: Sequence[str]) -> pl.DataFrame:
    """Return a row a policy and measure: mean, deviation (over seeds) and how many seeds have the figure."""
    rows = []
    for policy in policies:
        own = total.filter(pl.col("policy") == policy)
        for name in MEASURES:
            mean, deviation = mean_and_deviation(own[name])
            rows.append((policy, name, mean, deviation, own[name].drop_nulls().len()))
    schema = {
        "policy": pl.String, "measure": pl.String, "mean": pl.Float64, "deviation": pl.Float64, "seeds_n": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def judge_bar(total: pl.DataFrame, summary: pl.DataFrame) -> list[Bar]:
    """Return what is asked of ours and whether it holds; nothing where ours did not run."""
    found = {(policy, name): (mean, spread) for policy, name, mean, spread, _ in summary.iter_rows()}
    # Ours without one of its parts is no baseline.
    others = [each for each in summary["policy"].unique(maintain_order=True) if not each.startswith(OURS)]
    if (OURS, "recall") not in found:
        return []
    bars = [_compare(found, others, name) for name in ("revenue_recall", "recall")]
    if RECORD_RULE in others:
        bars += [_compare_spread(found, "revenue_recall"), _compare_spread(found, "recall", _say_chance(total))]
    bars.append(_judge_schemes(total.filter(pl.col("policy") == OURS)["new_caught_share"]))
    coverage, _ = found[OURS, "estimate_coverage"]
    inside = None if coverage is None else LOWEST_COVERAGE <= coverage <= HIGHEST_COVERAGE
    asked = f"a nominal 95 % interval covers the truth in {LOWEST_COVERAGE:.0%} to {HIGHEST_COVERAGE:.0%} of weeks"
    weeks = total.filter(pl.col("policy") == OURS)["estimate_weeks_n"].sum()
    return [*bars, Bar(asked, inside, "not known" if coverage is None else f"{coverage:.1%} of {weeks:,} weeks")]


Found = dict[tuple[str, str], tuple[float | None, float | None]]


def _compare(found: Found, others: Sequence[str], name: str) -> Bar:
    own = found[OURS, name][0]
    best = max(((found[policy, name][0] or 0.0, policy) for policy in others), default=None)
    asked = f"mean {MEASURES[name]} is above every baseline's"
    if own is None or best is None:
        return Bar(asked, None, "not known")
    return Bar(asked, own > best[0], f"{own:.3f}; the best baseline is {best[1]} with {best[0]:.3f}")


def _compare_spread(found: Found, name: str, beside: str = "") -> Bar:
    own, rule = found[OURS, name][1], found[RECORD_RULE, name][1]
    asked = f"the deviation of {MEASURES[name]} over seeds is no larger than the record rule's"
    if own is None or rule is None:
        return Bar(asked, None, "one seed has no deviation")
    return Bar(asked, own <= rule, f"{own:.4f} against {rule:.4f}{beside}")


def _say_chance(total: pl.DataFrame) -> str:
    """Return what deviations of recall would be if worlds were alike and each violation found or not by chance."""
    own, rule = (_chance_deviation(total.filter(pl.col("policy") == policy)) for policy in (OURS, RECORD_RULE))
    return f"; of so few violations {own:.4f} against {rule:.4f} would be chance alone"


def _chance_deviation(runs: pl.DataFrame) -> float:
    """Return the binomial deviation of recall, as the root of its mean square over runs."""
    recall = pl.col("recall")
    return float(runs.select((recall * (1 - recall) / pl.col("violations_n")).mean().sqrt()).item() or 0.0)


def _judge_schemes(caught: pl.Series) -> Bar:
    """Return whether every new scheme was caught in every seed; not judged while in some seed none had begun.

    Args:
        caught: the share of new schemes caught, by seed; null where none began while it was measured.
    """
    begun = caught.drop_nulls()
    fewer = bool((begun < 1.0).any())
    holds = None if not fewer and begun.len() < caught.len() else not fewer
    none = caught.null_count()
    words = f"{(begun == 1.0).sum()} of {begun.len()} seeds" + (f"; in {none} more none had begun" if none else "")
    return Bar("both new schemes are caught in every seed", holds, words)
