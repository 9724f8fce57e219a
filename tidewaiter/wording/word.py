"""From a goods text to its words.

Belongs here: which runs of letters are a word, plural and singular, vague terms left out.
Belongs elsewhere: plain text (tidewaiter/parties/normalise.py), what words say (learn.py, judge.py).
"""

import re

import polars as pl

from tidewaiter.parties.normalise import plain_text

# Model numbers, sizes and counts have digits; a single letter is no word.
_WORD = r"\b[a-z]{2,}\b"
_PLURALS = ((r"^(.{2,})ies$", "${1}y"), (r"(ss|sh|ch|x|z)es$", "${1}"), (r"^(.{2,}[^su])s$", "${1}"))


def list_words(texts: pl.Series, vague_terms: tuple[str, ...]) -> pl.DataFrame:
    """Return `text` (place in the series) and `word`, each word of a text once, in order; vague terms are no words."""
    plain = pl.DataFrame({"text": pl.int_range(len(texts), dtype=pl.UInt32, eager=True), "plain": texts})
    plain = plain.with_columns(plain_text(pl.col("plain")).str.replace_all(_any_term(vague_terms), " "))
    found = plain.select("text", pl.col("plain").str.extract_all(_WORD).alias("word"))
    found = found.explode("word", empty_as_null=False, keep_nulls=False)
    known = found.select(pl.col("word").unique().sort()).with_columns(_singular(pl.col("word")).alias("singular"))
    found = found.join(known, on="word").select("text", pl.col("singular").alias("word"))
    return found.unique().sort("text", "word")


def _singular(word: pl.Expr) -> pl.Expr:
    for ending, instead in _PLURALS:
        word = word.str.replace(ending, instead)
    return word


def _any_term(terms: tuple[str, ...]) -> str:
    plain = pl.DataFrame({"term": terms}, schema={"term": pl.String}).select(plain_text(pl.col("term")))["term"]
    longest_first = sorted({term for term in plain if term}, key=lambda term: (-len(term), term))
    # Without terms nothing is replaced: no text has a letter that is none.
    return r"\b(?:" + "|".join(re.escape(term) for term in longest_first) + r")\b" if longest_first else r"[^\s\S]"
