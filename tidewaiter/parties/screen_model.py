"""How likely a filed name is a listed one: the figures of a pair, judged by a small model that is stored as text.

Belongs here: names to pairs with scores.
Belongs elsewhere: the figures (likeness.py), fitting the model (tidewaiter/prove/parties/fit_screen.py), hits
(screen.py).
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tidewaiter.parties.likeness import compare_names
from tidewaiter.parties.ngram import count_grams, find_nearest, scale_rows, weigh_rarity
from tidewaiter.parties.normalise import sort_words
from tidewaiter.parties.skeleton import skeleton_words
from tidewaiter.policy import Policy
from tidewaiter.settings import PROJECT

MODEL = PROJECT / "tidewaiter" / "parties" / "model" / "model.txt"
# Pairs whose figures are worked out at once: what they hold in memory is some hundred megabytes.
PAIRS_AT_ONCE = 500_000
# Of 200, the trees after which most pairs are given up, and the log-odds that the later ones may add to a pair.
FIRST_TREES, LATER_TREES = 80, 4.0
NO_MATCH = {"name_words": pl.String, "listed_words": pl.String, "score": pl.Float64}


def screen_names(names: pl.Series, listed: pl.Series, policy: Policy, whole: pl.Series | None = None) -> pl.DataFrame:
    """Return name_words, listed_words and score of every pair at `tell_score` or above; 1 for equal words.

    Args:
        names, listed: plain names (normalise.name_words), each once.
        whole: all names on the lists, where `listed` is a part of them: they say which letters are rare.
    """
    if names.is_empty() or listed.is_empty():
        return pl.DataFrame(schema=NO_MATCH)
    left, right = key_names(names), key_names(listed)
    pairs = find_pairs(left, right, policy, None if whole is None else key_names(whole))
    told = [
        score_pairs(left, right, pairs.slice(at, PAIRS_AT_ONCE), policy) for at in range(0, pairs.height, PAIRS_AT_ONCE)
    ]
    return pl.concat([pl.DataFrame(schema=NO_MATCH), *told]).sort("name_words", "listed_words")


def score_pairs(left: pl.DataFrame, right: pl.DataFrame, pairs: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return name_words, listed_words and score of the pairs at `tell_score` or above.

    Args:
        pairs: as find_pairs gives them, in its order: of the names only those that these pairs span are looked at.
    """
    first, last = pairs["left"][0], pairs["left"][-1]
    left, pairs = left.slice(first, last - first + 1), pairs.with_columns(pl.col("left") - first)
    names, listed = left[pairs["left"]], right[pairs["right"]]
    figures = measure_pairs(left, right, pairs, policy)
    asked = may_be_told(figures, policy.screening.tell_score)
    scores = np.zeros(pairs.height)
    scores[asked] = score_figures(figures.filter(pl.Series(asked)))
    scores[(names["name_key"] == listed["name_key"]).to_numpy()] = 1.0
    matched = pl.DataFrame(
        {"name_words": names["name_words"], "listed_words": listed["name_words"], "score": scores}, schema=NO_MATCH
    )
    return matched.filter(pl.col("score") >= policy.screening.tell_score)


def key_names(names: pl.Series) -> pl.DataFrame:
    """Return name_words, name_key (words sorted) and skeleton of each name, in order."""
    keyed = pl.DataFrame({"name_words": names}).with_columns(sort_words(pl.col("name_words")).alias("name_key"))
    return keyed.with_columns(skeleton=skeleton_words(keyed["name_key"]))


def find_pairs(
    left: pl.DataFrame, right: pl.DataFrame, policy: Policy, whole: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return left and right (row numbers) of names that are alike by letters or by consonants, and both cosines.

    A run of letters weighs the more the fewer names of `whole`, `right` unless it is given, have it.
    """
    plain, bones = (
        _find_alike(left[name], right[name], None if whole is None else whole[name], policy)
        for name in ("name_key", "skeleton")
    )
    found = plain.join(bones.rename({"cosine": "bones"}), on=["left", "right"], how="full", coalesce=True)
    found = found.with_columns(pl.col("cosine", "bones").fill_null(0.0))
    enough = pl.max_horizontal("cosine", pl.col("bones") * 0.95) >= policy.screening.least_cosine
    return found.filter(enough).sort("left", "right")


def _find_alike(left: pl.Series, right: pl.Series, whole: pl.Series | None, policy: Policy) -> pl.DataFrame:
    counted = count_grams(right)
    weights = weigh_rarity(counted if whole is None else count_grams(whole))
    rows, asked = scale_rows(counted, weights), scale_rows(count_grams(left), weights)
    least = 0.9 * policy.screening.least_cosine
    return find_nearest(asked, rows, policy.screening.neighbours_n, least, policy.engine.threads)


def measure_pairs(left: pl.DataFrame, right: pl.DataFrame, pairs: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the figures of each pair, in order."""
    common = frozenset(policy.screening.common_words) | frozenset(policy.parties.generic_words)
    figures = compare_names(left, right, pairs, common)
    return figures.with_columns(cosine=pairs["cosine"], bones=pairs["bones"])


def may_be_told(figures: pl.DataFrame, tell_score: float) -> npt.NDArray[np.bool_]:
    """Return which rows may reach `tell_score`: the first trees leave the others too far below for the later ones.

    What the later trees add at most, over all their leaves, is far more than they add to any pair, so this is no
    proof. Of 44,000 pairs that are told, of official and of invented lists, none had gained more than 2.7 log-odds.
    """
    from scipy.special import logit

    first = predict_figures(figures, num_iteration=FIRST_TREES, raw_score=True)
    return np.asarray(first >= logit(tell_score) - LATER_TREES)


def score_figures(figures: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Return what the model makes of each row of figures."""
    return predict_figures(figures)


def predict_figures(figures: pl.DataFrame, **how: Any) -> npt.NDArray[np.float64]:
    """Return what the model, or a part of it, makes of each row of figures."""
    if figures.is_empty():
        return np.zeros(0)
    model = _load_model(MODEL)
    table = np.ascontiguousarray(figures.select(model.feature_name()).to_numpy(), dtype=np.float32)
    return np.asarray(model.predict(table, **how), dtype=np.float64)


@cache
def _load_model(path: Path) -> Any:
    import lightgbm

    return lightgbm.Booster(model_file=str(path))
