"""What is measured of a run: found within capacity, beside an oracle, by week, scheme, origin and size of sender.

Belongs here: figures from rows of shipments with choice and truth.
Belongs elsewhere: noting the rows (judge.py), estimates without the truth (estimate.py).
"""

import numpy as np
import polars as pl

from tidewaiter.prove.targeting.calibration import bin_rows, find_error

NIGHT = ("on", "port_code")
# Groups of fewer honest shipments say nothing of a share.
LEAST_HONEST = 200
SIZES = ("large", "medium", "small")
RATES = ("precision", "recall", "revenue_recall")


def add_oracle(rows: pl.DataFrame, capacities: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with what an oracle finds that sees the truth, within the same capacity of the same night.

    For violations it takes any, for revenue the largest losses; it does not change what arrives.
    """
    there = pl.col("is_there")
    loss = pl.when(there).then("loss_usd").otherwise(-1.0)
    hit = pl.when(there).then(pl.col("is_violation").cast(pl.Int8)).otherwise(-1)
    rank = [
        by.rank("ordinal", descending=True).over(NIGHT).alias(name) for by, name in ((hit, "_hit"), (loss, "_loss"))
    ]
    slot = pl.col("capacity").fill_null(0)
    return (
        rows.join(capacities, on="port_code", how="left", maintain_order="left")
        .with_columns(rank)
        .with_columns(
            is_slot=there & (pl.col("_hit") <= slot),
            is_oracle_hit=there & pl.col("is_violation") & (pl.col("_hit") <= slot),
            oracle_loss_usd=pl.when(there & (pl.col("_loss") <= slot)).then("loss_usd").otherwise(0.0),
        )
        .drop("_hit", "_loss", "capacity")
    )


def _counts() -> list[pl.Expr]:
    chosen, wrong, new = pl.col("is_selected"), pl.col("is_violation"), pl.col("is_new")
    return [
        pl.len().cast(pl.Int64).alias("shipments_n"),
        chosen.sum().cast(pl.Int64).alias("exams_n"),
        wrong.sum().cast(pl.Int64).alias("violations_n"),
        (chosen & wrong).sum().cast(pl.Int64).alias("hits_n"),
        pl.col("loss_usd").sum().alias("loss_usd"),
        pl.col("loss_usd").filter(chosen).sum().alias("loss_found_usd"),
        pl.col("is_slot").sum().cast(pl.Int64).alias("slots_n"),
        pl.col("is_oracle_hit").sum().cast(pl.Int64).alias("oracle_hits_n"),
        pl.col("oracle_loss_usd").sum().alias("oracle_loss_usd"),
        new.sum().cast(pl.Int64).alias("new_violations_n"),
        (new & chosen).sum().cast(pl.Int64).alias("new_hits_n"),
        (~wrong).sum().cast(pl.Int64).alias("honest_n"),
        (chosen & ~wrong).sum().cast(pl.Int64).alias("false_holds_n"),
    ]


def _share(part: str, whole: str) -> pl.Expr:
    """Null where there is nothing to have a share of."""
    return pl.col(part) / pl.when(pl.col(whole) > 0).then(pl.col(whole))


def _rate(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.with_columns(
        precision=_share("hits_n", "exams_n"),
        recall=_share("hits_n", "violations_n"),
        revenue_recall=_share("loss_found_usd", "loss_usd"),
        oracle_precision=_share("oracle_hits_n", "slots_n"),
        oracle_recall=_share("oracle_hits_n", "violations_n"),
        oracle_revenue_recall=_share("oracle_loss_usd", "loss_usd"),
        new_recall=_share("new_hits_n", "new_violations_n"),
        false_hold_share=_share("false_holds_n", "honest_n"),
    ).with_columns(_share(name, f"oracle_{name}").alias(f"{name}_of_oracle") for name in RATES)


def measure_weeks(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a row a week, with the week's calibration error where the policy states chances."""
    weeks = _rate(rows.group_by("week").agg(_counts()))
    errors = [(week[0], find_error(part)) for week, part in rows.partition_by("week", as_dict=True).items()]
    frame = pl.DataFrame(errors, schema={"week": weeks.schema["week"], "calibration_error": pl.Float64}, orient="row")
    return weeks.join(frame, on="week", how="left")


def measure_total(rows: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """Return the one row of the whole run.

    Args:
        weeks: with the estimates of each week.
    """
    groups = measure_groups(rows, rows["on"].n_unique())
    spreads = {kind: _find_spread(groups, kind) for kind in ("origin", "size")}
    return _rate(rows.select(_counts())).with_columns(
        calibration_error=pl.lit(find_error(rows), pl.Float64),
        estimate_coverage=pl.lit(weeks["is_covered"].cast(pl.Float64).mean(), pl.Float64),
        estimate_weeks_n=pl.lit(weeks["is_covered"].drop_nulls().len(), pl.Int64),
        estimate_width=pl.lit((weeks["estimate_high"] - weeks["estimate_low"]).mean(), pl.Float64),
        **{f"false_hold_spread_{kind}": pl.lit(spread, pl.Float64) for kind, spread in spreads.items()},
    )


def _find_spread(groups: pl.DataFrame, kind: str) -> float | None:
    """Return how far the highest false-hold share of the groups is above the lowest; None for fewer than two."""
    shares = groups.filter(pl.col("kind") == kind)["false_hold_share"].drop_nulls().to_list()
    return max(shares) - min(shares) if len(shares) > 1 else None


def measure_schemes(rows: pl.DataFrame, known: frozenset[str]) -> pl.DataFrame:
    """Return a row a scheme: what came, what was chosen, and how long until an exam first said so.

    `first_caught_days` counts from the scheme's first shipment to the day of the first exam that found it out.
    """
    wrong = rows.filter("is_violation")
    caught = pl.col("is_selected") & pl.col("is_found").fill_null(value=False)
    return (
        wrong.group_by("scheme")
        .agg(
            pl.len().cast(pl.Int64).alias("violations_n"),
            pl.col("is_selected").sum().cast(pl.Int64).alias("hits_n"),
            pl.col("loss_usd").sum(),
            pl.col("loss_usd").filter("is_selected").sum().alias("loss_found_usd"),
            pl.col("on").min().alias("first_on"),
            pl.col("on").filter(caught).min().alias("first_caught_on"),
        )
        .with_columns(
            is_new=~pl.col("scheme").is_in(list(known)),
            recall=_share("hits_n", "violations_n"),
            first_caught_days=(pl.col("first_caught_on") - pl.col("first_on")).dt.total_days(),
        )
        .sort("scheme")
    )


def measure_groups(rows: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return the share of honest shipments that were held, by origin and by size of the true sender.

    A large sender has a shipment a day or more, a medium one a week or more. Groups with too few are left out.
    """
    sent = pl.len().over("sender") / days
    size = pl.when(pl.col("sender").is_not_null()).then(
        pl.when(sent >= 1).then(pl.lit("large")).when(sent >= 1 / 7).then(pl.lit("medium")).otherwise(pl.lit("small"))
    )
    honest = rows.with_columns(size=size, origin=pl.col("origin_country")).filter(~pl.col("is_violation"))
    parts = [
        honest.drop_nulls(kind)
        .group_by(pl.lit(kind).alias("kind"), pl.col(kind).alias("name"))
        .agg(
            pl.len().cast(pl.Int64).alias("honest_n"), pl.col("is_selected").sum().cast(pl.Int64).alias("false_holds_n")
        )
        for kind in ("origin", "size")
    ]
    return (
        pl.concat(parts)
        .filter(pl.col("honest_n") >= LEAST_HONEST)
        .with_columns(false_hold_share=_share("false_holds_n", "honest_n"))
        .sort("kind", "name")
    )


def bin_chances(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the reliability of stated chances: what was said and what was true, in tenths of the shipments."""
    bins = bin_rows(rows)
    schema = {"bin": pl.Int64, "shipments_n": pl.Int64, "mean_chance": pl.Float64, "violation_share": pl.Float64}
    return pl.DataFrame([(int(at), *bin_) for at, bin_ in enumerate(bins, start=1)], schema=schema, orient="row")


def mean_and_deviation(values: pl.Series) -> tuple[float | None, float | None]:
    """Return mean and standard deviation over seeds; None where no seed has a figure, or fewer than two."""
    found = values.drop_nulls().cast(pl.Float64).to_numpy()
    mean = float(np.mean(found)) if len(found) else None
    return mean, float(np.std(found, ddof=1)) if len(found) > 1 else None
