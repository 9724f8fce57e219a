"""The family `text`: how much the goods text says.

Belongs here: length, vague terms and entropy of the description, on distinct texts.
Belongs elsewhere: the vague terms (policy/words.yml).
"""

import re

import polars as pl

from tidewaiter.parties.policy import Words


def compute(shipment: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return shipment_id and the family's features, one row a shipment of core.shipment."""
    texts = shipment.select("description").drop_nulls().unique().sort("description")
    measured = _measure(texts, words).join(_entropy(texts), on="description", how="left")
    return (
        shipment.select("shipment_id", "description").join(measured, on="description", how="left").drop("description")
    )


def _measure(texts: pl.DataFrame, words: Words) -> pl.DataFrame:
    text = pl.col("description").str.to_lowercase()
    length = text.str.len_chars()
    words_n = text.str.count_matches(r"[\p{L}\p{N}]+")
    vague_n = text.str.extract_all(_any_of(words.vague_terms)).list.join(" ").str.count_matches(r"[\p{L}\p{N}]+")
    return texts.select(
        "description",
        description_length_n=length,
        description_words_n=words_n,
        vague_words_share=pl.when(words_n > 0).then(vague_n / words_n),
        description_digit_share=text.str.count_matches(r"\p{N}") / length,
    )


def _any_of(terms: tuple[str, ...]) -> str:
    longest_first = sorted(terms, key=lambda term: (-len(term), term))
    return r"\b(?:" + "|".join(re.escape(term) for term in longest_first) + r")\b"


def _entropy(texts: pl.DataFrame) -> pl.DataFrame:
    """Shannon entropy of the characters of each text, in bits a character."""
    counted = (
        texts.select("description", letter=pl.col("description").str.to_lowercase().str.split(""))
        .explode("letter", empty_as_null=True)
        .group_by("description", "letter")
        .len()
        .sort("description", "letter")
        .with_columns(share=pl.col("len") / pl.col("len").sum().over("description"))
    )
    return counted.group_by("description", maintain_order=True).agg(
        description_entropy_bits=-(pl.col("share") * pl.col("share").log(2)).sum()
    )
