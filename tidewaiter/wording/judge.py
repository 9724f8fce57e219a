"""What a text's words say of its tariff heading.

Each word pulls towards the headings it has been declared under: by the log of how much likelier a heading is with the
word than without. Pulls add up (naive Bayes), less than in full because words come together. Where nothing pulls, a
heading has its usual share, so only headings that some word has met are worked out.

Belongs here: pulls of words, shares of headings given a text, the figures of a text and its declared heading.
Belongs elsewhere: what words have met (learn.py), texts that are not judged (tidewaiter/features/text.py).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tidewaiter.wording.learn import EVERY
from tidewaiter.wording.policy import FIGURES, Text

# Texts whose figures are worked out at once: of more of them each takes longer, as they no longer fit a cache.
ROWS_AT_ONCE = 1_000
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Matrix = Any


@dataclass(frozen=True)
class Spoken:
    """What words say of headings.

    Attributes:
        words: the words that say something, in order; rows of `pull`.
        bits: how much each of them says.
        headings: in order; columns of `pull`, places of `usual`.
        pull: how far a word draws to a heading, in log units; only where it draws to it.
        usual: share of texts declared under each heading.
    """

    words: pl.Series
    bits: Floats
    headings: pl.Series
    pull: Matrix
    usual: Floats


def weigh_words(known: pl.DataFrame, policy: Text) -> Spoken:
    """Return what the rows of party.word_heading say; no words where there is neither a past nor a tariff."""
    from scipy.sparse import csr_matrix

    weight = pl.col("senders_n") + policy.tariff_weight * pl.col("tariff_share")
    weighed = known.select("word", "heading", weight.alias("weight")).sort("word", "heading")
    every = weighed.filter(pl.col("word") == EVERY)
    usual = every["weight"].to_numpy() + policy.heading_weight
    usual = usual / usual.sum() if len(usual) else usual
    said = weighed.filter((pl.col("word") != EVERY) & (pl.col("weight") > 0))
    said = said.join(every.select("heading", column=pl.int_range(pl.len())), on="heading", maintain_order="left")
    words = said["word"].unique().sort()
    row = said["word"].rank("dense").to_numpy().astype(np.int64) - 1
    column, times = said["column"].to_numpy(), said["weight"].to_numpy()
    pull = np.log1p(times / (usual[column] * policy.smoothing))
    bits = _tell_bits(row, times, pull, usual[column], policy.smoothing, len(words))
    telling = bits >= policy.least_word_bits
    keep = telling[row]
    place = np.cumsum(telling) - 1
    shape = (int(telling.sum()), len(usual))
    drawn = csr_matrix((pull[keep] * policy.evidence_share, (place[row[keep]], column[keep])), shape=shape)
    return Spoken(words.filter(pl.Series(telling)), bits[telling], every["heading"], drawn, usual)


def _tell_bits(row: Ints, times: Floats, pull: Floats, usual: Floats, smoothing: float, words_n: int) -> Floats:
    """Return how much each word says: the divergence of the headings with the word from the usual ones, in bits."""
    total = np.bincount(row, times, words_n)
    share = (times + smoothing * usual) / (total[row] + smoothing)
    rest = np.log(smoothing / (total + smoothing))
    bits: Floats = (np.bincount(row, share * pull, words_n) + rest) / np.log(2)
    return bits


def judge_texts(said: pl.DataFrame, declared: pl.Series, spoken: Spoken, policy: Text) -> pl.DataFrame:
    """Return `text`, `known_n` (words that say something) and FIGURES of each text with such a word, in order.

    Figures of the heading are null where it is not known of any tariff or entry.

    Args:
        said: `text` (place in `declared`) and `word`, each word of a text once.
        declared: four digits, one for each text.
    """
    from scipy.sparse import csr_matrix

    known = _number(spoken.words, "word").with_columns(pl.Series("bits", spoken.bits))
    met = said.join(known, on="word").sort("text", "bits", "at", descending=[False, True, False])
    counted = met.group_by("text", maintain_order=True).agg(pl.len().alias("known_n"))
    met = met.group_by("text", maintain_order=True).head(policy.most_words_n)
    headings = declared.gather(counted["text"]).to_frame("heading")
    at = headings.join(_number(spoken.headings, "heading"), on="heading", how="left", maintain_order="left")["at"]
    used = counted["known_n"].clip(upper_bound=policy.most_words_n)
    ends = np.concatenate([[0], np.cumsum(used.to_numpy())])
    shape = (counted.height, len(spoken.words))
    texts = csr_matrix((np.ones(met.height), met["at"].to_numpy(), ends), shape=shape)
    places = at.fill_null(-1).to_numpy()
    parts = [
        _judge_some(texts[first : first + ROWS_AT_ONCE], places[first : first + ROWS_AT_ONCE], spoken)
        for first in range(0, counted.height, ROWS_AT_ONCE)
    ]
    figures = pl.concat([pl.DataFrame(schema=dict.fromkeys(FIGURES, pl.Float64)), *parts])
    return counted.hstack(figures)


def _number(names: pl.Series, column: str) -> pl.DataFrame:
    return pl.DataFrame({column: names, "at": pl.int_range(len(names), eager=True)})


@dataclass(frozen=True)
class _Drawn:
    """Headings that the words of some texts draw to: `row` the text, `column` the heading, a text's together.

    Attributes:
        first: where each text's begin; every text has some.
        draw: log of how much the words raise the heading.
        usual: share of the heading without words.
        share: share of the heading with them.
        rest: of each text, by how much a heading is multiplied that no word draws to.
    """

    row: Ints
    first: Ints
    column: Ints
    draw: Floats
    usual: Floats
    share: Floats
    rest: Floats

    def total(self, figures: Floats) -> Floats:
        """Return the sum of the figures of each text."""
        return np.add.reduceat(figures, self.first)


def _draw(texts: Matrix, spoken: Spoken) -> _Drawn:
    drawn = texts @ spoken.pull
    row, first = np.repeat(np.arange(texts.shape[0]), np.diff(drawn.indptr)), drawn.indptr[:-1]
    usual = spoken.usual[drawn.indices]
    # The strongest draw is taken off before the exponential, which it would overflow.
    top = np.maximum.reduceat(drawn.data, first)
    raised = usual * np.exp(drawn.data - top[row])
    others = np.maximum(1 - np.add.reduceat(usual, first), 0) * np.exp(-top)
    total = np.add.reduceat(raised, first) + others
    column = drawn.indices.astype(np.int64)
    return _Drawn(row, first, column, drawn.data, usual, raised / total[row], np.exp(-top) / total)


def _judge_some(texts: Matrix, declared: Ints, spoken: Spoken) -> pl.DataFrame:
    """Return FIGURES of some texts, `declared` being the places of their headings, -1 where it is not known."""
    drawn = _draw(texts, spoken)
    is_known = declared >= 0
    own = np.where(is_known, spoken.usual[declared], 1)
    is_own = drawn.column == declared[drawn.row]
    share = drawn.total(drawn.share * is_own)
    share = np.where(share > 0, share, own * drawn.rest)
    best = np.maximum.reduceat(drawn.share, drawn.first)
    figures = {
        "text_heading_log_ratio": np.log(share / own),
        "text_chapter_log_ratio": _raise_chapter(drawn, declared, spoken),
        "text_other_log_ratio": np.log(np.maximum(best, share) / share),
        "text_better_headings_n": drawn.total(np.where(is_own, 0.0, drawn.share > share[drawn.row])),
    }
    known = {
        name: pl.Series(name, np.where(is_known, values, np.nan)).fill_nan(None) for name, values in figures.items()
    }
    return pl.DataFrame({**known, **_say(drawn, best, spoken)}).select(FIGURES)


def _raise_chapter(drawn: _Drawn, declared: Ints, spoken: Spoken) -> Floats:
    """Return the log of how much a text raises the chapter of its heading."""
    chapter = spoken.headings.str.slice(0, 2).cast(pl.Int64).to_numpy()
    usual = np.bincount(chapter, spoken.usual)[chapter][declared]
    is_own = chapter[drawn.column] == chapter[declared][drawn.row]
    others = np.maximum(usual - drawn.total(drawn.usual * is_own), 0)
    raised: Floats = np.log((drawn.total(drawn.share * is_own) + others * drawn.rest) / usual)
    return raised


def _say(drawn: _Drawn, best: Floats, spoken: Spoken) -> dict[str, Floats]:
    """Return what a text says whatever is declared: the doubt it leaves, what it tells, its likeliest heading.

    The doubt is the entropy of the headings' shares, what it tells their divergence from the usual ones, in bits.
    """
    plain = spoken.usual * np.log(spoken.usual)
    left, left_plain = 1 - drawn.total(drawn.usual), plain.sum() - drawn.total(plain[drawn.column])
    doubt = drawn.total(-drawn.share * np.log(drawn.share))
    doubt -= drawn.rest * (left_plain + np.log(drawn.rest) * np.maximum(left, 0))
    told = drawn.total(drawn.share * drawn.draw) + np.log(drawn.rest)
    # Of headings that are as likely, the first.
    likely = np.minimum.reduceat(np.where(drawn.share == best[drawn.row], drawn.column, len(spoken.usual)), drawn.first)
    return {
        "text_doubt_bits": np.maximum(doubt, 0) / np.log(2),
        "text_bits": np.maximum(told, 0) / np.log(2),
        "text_likely_heading": spoken.headings.cast(pl.Float64).to_numpy()[likely],
    }
