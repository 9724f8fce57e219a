"""How many altered listed names are found, how many honest names are told, and what a large night of names costs.

Belongs here: the two rows about screening.
Belongs elsewhere: screening (tidewaiter/parties/screen_model.py), names to measure with (listed_name.py).
"""

import importlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec

import numpy as np
import polars as pl

from tidewaiter.parties.normalise import name_words, sort_words
from tidewaiter.parties.screen_model import screen_names
from tidewaiter.policy import Policy
from tidewaiter.prove.parties.listed_name import invent_honest, read_lists
from tidewaiter.prove.parties.made_name import alter
from tidewaiter.prove.parties.noise import SHIPPING
from tidewaiter.prove.parties.row import Asked, Row, count_cpu
from tidewaiter.prove.parties.stand_in import invent_listed

PACKAGE = "ssb"
ALTERED_OF, HONEST, LISTED, NAMES = 2_000, 40_000, 29_000, 192_000
LEAST_RECALL, MOST_ALERTED, MOST_CPU_S = 0.97, 0.012, 60.0
SEED = 5


def key_frame(names: Sequence[str], policy: Policy) -> pl.DataFrame:
    """Return name, name_words and name_key of the names that say something."""
    frame = pl.DataFrame({"name": list(names)}).with_columns(
        name_words(pl.col("name"), policy.words).alias("name_words")
    )
    return frame.with_columns(sort_words(pl.col("name_words")).alias("name_key")).drop_nulls("name_words")


def find_listed(asked: Asked) -> pl.DataFrame:
    """Return the listed names, each name_words once."""
    names = read_lists(asked.lists) if asked.lists else invent_listed(asked.policy, asked.size(LISTED))
    return key_frame(names, asked.policy).unique("name_words", keep="first", maintain_order=True)


def measure_altered(asked: Asked) -> Row:
    """Return the row: of altered listed names the share that is told, of honest names the share that is told."""
    policy, listed = asked.policy, find_listed(asked)
    rows = list(_alter_names(listed, asked.size(ALTERED_OF)))
    altered = pl.DataFrame(rows, ["name", "true_key"], orient="row")
    filed = altered.join(key_frame(altered["name"].unique().sort().to_list(), policy), on="name", how="left")
    honest = key_frame(invent_honest(policy, listed["name_key"], asked.size(HONEST)), policy)
    with count_cpu() as spent:
        found = screen_names(filed["name_words"].drop_nulls().unique().sort(), listed["name_words"], policy)
        told = screen_names(honest["name_words"].unique().sort(), listed["name_words"], policy)
    keys = listed.select(pl.col("name_words").alias("listed_words"), pl.col("name_key").alias("true_key"))
    right = found.join(keys, on="listed_words").select("name_words", "true_key").unique()
    recall = filed.join(right, on=["name_words", "true_key"], how="semi").height / filed.height
    alerted = honest["name_words"].is_in(told["name_words"].implode()).mean()
    share = float(alerted) if isinstance(alerted, float) else 0.0
    return Row(
        name="screening, altered listed names",
        asked=f"recall {LEAST_RECALL:.2f} at <= {MOST_ALERTED:.1%} of honest names",
        found=f"recall {recall:.4f} at {share:.2%} of honest names",
        is_met=recall >= LEAST_RECALL and share <= MOST_ALERTED,
        cpu_s=spent.cpu_s,
        remark=f"{filed.height:,} alterations of {_name_lists(asked, listed)}; {_name_alterations()}; "
        f"{honest.height:,} invented honest names",
        figures={"recall": recall, "alerted_share": share},
    )


def _name_lists(asked: Asked, listed: pl.DataFrame) -> str:
    return f"{listed.height:,} {'names of the official lists' if asked.lists else 'invented listed names'}"


def _name_alterations() -> str:
    if find_spec(PACKAGE):
        return "perturbations of sanctions-screening-benchmark and of shipping"
    return (
        "own perturbations (the package is not installed), which the model has seen the like of, and those of shipping"
    )


def _alter_names(listed: pl.DataFrame, count: int) -> Iterator[tuple[str, str]]:
    """Yield altered names with the key of the true one: one of each kind of the package, and of shipping."""
    rng = np.random.default_rng(SEED)
    pool = listed.filter(pl.col("name_words").str.contains(" ")).select("name", "name_key")
    chosen = pool[np.sort(rng.choice(pool.height, min(count, pool.height), replace=False))]
    package = importlib.import_module(f"{PACKAGE}.perturb") if find_spec(PACKAGE) else None
    for at, (name, key) in enumerate(chosen.iter_rows()):
        if package is None:
            yield from ((alter(rng, name), key) for _ in range(10))
        else:
            yield from ((each.text, key) for each in package.apply_all(name, str(at), seed=0, max_per_class=1))
        yield from ((change(rng, name), key) for change in SHIPPING)


def measure_cost(asked: Asked) -> Row:
    """Return the row: processor seconds of a night's names against the lists, normalising included."""
    policy, listed = asked.policy, find_listed(asked)
    names = listed["name"].to_list()
    names += invent_listed(policy, max(asked.size(LISTED) - len(names), 0))
    honest = invent_honest(policy, listed["name_key"], asked.size(NAMES))
    with count_cpu() as spent:
        left, right = (key_frame(each, policy)["name_words"].unique().sort() for each in (honest, names))
        screen_names(left, right, policy)
    return Row(
        name="names against listed names",
        asked=f"{NAMES:,} x {LISTED:,} in {MOST_CPU_S:.0f} CPU-s",
        found=f"{left.len():,} x {right.len():,} in {spent.cpu_s:.1f} CPU-s",
        is_met=spent.cpu_s <= MOST_CPU_S if asked.scale >= 1 else None,
        cpu_s=spent.cpu_s,
        remark="distinct names, after normalising" if asked.scale >= 1 else f"measured at {asked.scale:g} of the size",
        figures={"names_n": left.len(), "listed_n": right.len()},
    )
