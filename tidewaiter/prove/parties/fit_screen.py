"""Fits the screening model to invented names, altered and honest, and writes it with its card.

    python -m tidewaiter.prove.parties.fit_screen

The names are invented (made_name.py), and so are the alterations: none is of the package that the proof measures with.

Belongs here: the examples and the fit.
Belongs elsewhere: the model in use (tidewaiter/parties/screen_model.py), measuring it (altered_name.py).
"""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tidewaiter.parties.normalise import name_words
from tidewaiter.parties.screen_model import MODEL, find_pairs, key_names, measure_pairs
from tidewaiter.policy import Policy, load_policy
from tidewaiter.prove.parties.made_name import alter, make_name
from tidewaiter.settings import SHIPPED_POLICY

SEED, LISTED, ALTERED, HONEST, TREES = 3, 14_000, 32_000, 50_000, 200
PERSON_SHARE, MIXED_SHARE = 0.6, 0.25
# An honest name taken for a listed one costs an officer's time; there are many more of them.
HONEST_WEIGHT = 2.0
SETTINGS: dict[str, Any] = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.08, "min_data_in_leaf": 60, "feature_fraction": 0.8,
    "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5, "seed": 1, "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1, "verbose": -1,
}  # fmt: skip


def make_names(rng: np.random.Generator, policy: Policy, count: int) -> list[str]:
    """Return invented names of persons and firms."""
    common = policy.screening.common_words
    return [make_name(rng, common, is_person=bool(rng.random() < PERSON_SHARE)) for _ in range(count)]


def mix_words(rng: np.random.Generator, listed: list[str], honest: list[str]) -> list[str]:
    """Return the honest names, a share of them put together anew from two or three words of listed names."""
    words = [word for name in listed for word in name.split(" ")]
    for at in range(len(honest)):
        if rng.random() < MIXED_SHARE:
            honest[at] = " ".join(words[int(rng.integers(len(words)))] for _ in range(int(rng.integers(2, 4))))
    return honest


def plain_names(names: list[str], policy: Policy) -> pl.Series:
    """Return the names as plain text, an empty one where nothing is left."""
    return pl.DataFrame({"name": names}).select(name_words(pl.col("name"), policy.words).fill_null("-"))["name"]


def make_examples(policy: Policy) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """Return figures of pairs, whether each is of one name, and its weight."""
    rng = np.random.default_rng(SEED)
    names = make_names(rng, policy, LISTED)
    origin = rng.integers(0, LISTED, ALTERED)
    altered = plain_names([alter(rng, names[at]) for at in origin], policy)
    honest = plain_names(mix_words(rng, names, make_names(rng, policy, HONEST)), policy)
    listed = key_names(plain_names(names, policy))
    parts = []
    for filed, source in ((altered, pl.Series(origin)), (honest, pl.Series(np.full(HONEST, -1)))):
        left = key_names(filed)
        pairs = find_pairs(left, listed, policy)
        is_one = source.gather(pairs["left"]) == pairs["right"].cast(pl.Int64)
        weight = 1.0 if filed is altered else HONEST_WEIGHT
        parts.append(measure_pairs(left, listed, pairs, policy).with_columns(is_one=is_one, weight=pl.lit(weight)))
    every = pl.concat(parts)
    return every.drop("is_one", "weight"), every["is_one"], every["weight"]


def main(target: Path = MODEL) -> None:
    """Write the model as text."""
    import lightgbm

    figures, is_one, weight = make_examples(load_policy(SHIPPED_POLICY))
    table = np.ascontiguousarray(figures.to_numpy(), dtype=np.float32)
    data = lightgbm.Dataset(
        table, is_one.cast(pl.Float32).to_numpy(), weight=weight.to_numpy(), feature_name=figures.columns
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    lightgbm.train(SETTINGS, data, TREES).save_model(str(target))


if __name__ == "__main__":
    main()
