"""How many violations a policy itself would say had arrived, from its exams and their chances of being chosen.

Belongs here: Horvitz-Thompson by week, its interval, whether the truth is in it.
Belongs elsewhere: who is chosen with which chance (tidewaiter/targeting/selection.py).
"""

import polars as pl

from models.measure import find_wilson
from tidewaiter.targeting.selection import RANDOM

# A week of which fewer exams have a result is too young.
LEAST_KNOWN_SHARE = 0.9
SCHEMA = {
    "week": pl.Int32, "estimate": pl.Float64, "estimate_low": pl.Float64, "estimate_high": pl.Float64,
    "estimate_truth": pl.Float64, "is_covered": pl.Boolean,
}  # fmt: skip


def estimate_rates(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a row a week in which some exams were drawn at random: the estimated share of violations, and the truth.

    Only shipments that could have been chosen are spoken of. The truth is that of the world; exams that miss a
    violation make the estimate too low by as much.
    """
    found = [
        (week[0], *row)
        for week, part in sorted(rows.partition_by("week", as_dict=True).items())
        if (row := estimate_week(part)) is not None
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row").with_columns(pl.col("week").cast(rows.schema["week"]))


def estimate_week(rows: pl.DataFrame) -> tuple[float, float, float, float, bool] | None:
    """Return estimate, its 95 % interval, the truth, and whether it is inside; None where nothing was drawn.

    What was aimed at counts as it is, results that are still out as the others; of the rest the random exams speak by
    the inverse of their chances, with a Wilson interval for as many exams as their weights are worth (Kish).
    """
    reached = rows.filter(pl.col("inclusion_probability") > 0)
    chosen = reached.filter("is_selected")
    known = chosen.drop_nulls("is_found")
    is_drawn = pl.col("selector") == RANDOM
    drawn = known.filter(is_drawn)
    if not drawn.height or known.height < LEAST_KNOWN_SHARE * chosen.height:
        return None
    aimed, aimed_n = known.filter(~is_drawn), chosen.filter(~is_drawn).height
    rest_n = reached.height - aimed_n
    weights = 1 / drawn["inclusion_probability"]
    whole = float(weights.sum())
    share = float((weights * drawn["is_found"].cast(pl.Float64)).sum()) / whole
    worth = whole**2 / float((weights**2).sum())
    low, high = find_wilson(share, worth)
    hits_n = int(aimed["is_found"].sum()) * aimed_n / max(aimed.height, 1)
    of_all = [(hits_n + rest_n * part) / reached.height for part in (share, low, high)]
    truth = float(reached["is_violation"].cast(pl.Float64).mean())  # type: ignore[arg-type]
    return of_all[0], of_all[1], of_all[2], truth, of_all[1] <= truth <= of_all[2]
