"""Fits the weights of tidewaiter/parties/pair.py to invented firms and persons; run it to see where they come from.

    python -m tidewaiter.prove.parties.fit_pair

Belongs here: the fit, which prints the weights to be copied.
Belongs elsewhere: the weights in use (tidewaiter/parties/pair.py), measuring with them (company.py, person.py).
"""

import sys

import numpy as np
import polars as pl

from tidewaiter.parties.candidate import list_pairs, read_pairs, share_blocks
from tidewaiter.parties.crosswalk import read_changes
from tidewaiter.parties.pair import Floats, compare_pairs
from tidewaiter.parties.resolve import split_known
from tidewaiter.policy import Policy, load_policy
from tidewaiter.prove.parties.made_party import make_firms, make_persons
from tidewaiter.prove.parties.resolved import open_spellings
from tidewaiter.settings import SHIPPED_POLICY

SEED, STEPS, RIDGE = 7, 60, 1.0


def list_examples(policy: Policy) -> tuple[dict[str, Floats], Floats]:
    """Return comparisons of the pairs that the resolver looks at, and whether both sides are truly one party."""
    rng = np.random.default_rng(SEED)
    persons = make_persons(rng, 8000, 4).with_columns(pl.col("party") + 10_000_000)
    made = pl.concat([make_firms(rng, 6000, 5), persons])
    with open_spellings(made, policy) as con:
        split_known(con, read_changes(con))
        share_blocks(con, policy.parties)
        pairs = pl.concat(read_pairs(con, list_pairs(con, policy.parties, policy.engine.threads)))
    pairs = pairs.filter(pl.col("left_name_key") != pl.col("right_name_key"))
    party = (
        made["party"].gather(pairs["spelling_id"].cast(pl.UInt32)),
        made["party"].gather(pairs["other_spelling_id"].cast(pl.UInt32)),
    )
    return compare_pairs(pairs, policy.parties), (party[0] == party[1]).to_numpy().astype(float)


def fit(features: dict[str, Floats], truth: Floats) -> dict[str, float]:
    """Return logistic weights by Newton's method, held back a little so that no comparison decides alone."""
    table = np.column_stack([*features.values(), np.ones(len(truth))])
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (likely - truth) + RIDGE * weights
        curve = (table.T * (likely * (1 - likely))) @ table + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return dict(zip([*features, "constant"], weights.round(3).tolist(), strict=True))


def main() -> None:
    """Print the weights."""
    features, truth = list_examples(load_policy(SHIPPED_POLICY))
    sys.stdout.write(f"# {len(truth)} pairs, {int(truth.sum())} of one party\n")
    for name, weight in fit(features, truth).items():
        sys.stdout.write(f'    "{name}": {weight},\n')


if __name__ == "__main__":
    main()
