"""The family `text`: how much the goods text says, and whether it fits the declared tariff heading.

Belongs here: length, vague terms and entropy of the description, which texts are judged, on distinct texts.
Belongs elsewhere: the vague terms (policy/words.yml), what words say of headings (tidewaiter/wording).
"""

import re

import polars as pl

from tidewaiter.parties.policy import Words
from tidewaiter.policy import Policy
from tidewaiter.wording.judge import judge_texts, weigh_words
from tidewaiter.wording.policy import FIGURES
from tidewaiter.wording.word import list_words

# What is said of a text that is not judged all the same: how much it says.
SAID = ("text_bits",)
# What is read of core.shipment.
COLUMNS = ("shipment_id", "description", "hts10")


def compute(shipment: pl.DataFrame, known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return shipment_id and the family's features, one row a shipment of core.shipment.

    Args:
        known: party.word_heading of the date.
    """
    stated = shipment.select("shipment_id", "description", pl.col("hts10").str.slice(0, 4).alias("heading"))
    stated = stated.with_columns(pl.when(pl.col("heading").str.len_chars() == 4).then("heading"))
    texts = stated.select("description").drop_nulls().unique().sort("description")
    measured = _measure(texts, policy.words).join(_entropy(texts), on="description", how="left")
    fitted = _fit(stated.drop("shipment_id").drop_nulls("description").unique(), measured, known, policy)
    found = stated.join(measured, on="description", how="left", maintain_order="left")
    found = found.join(fitted, on=["description", "heading"], how="left", nulls_equal=True, maintain_order="left")
    return found.drop("description", "heading")


def _fit(stated: pl.DataFrame, measured: pl.DataFrame, known: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return description, heading and what the text's words say of it; null where the text is not judged."""
    rules, spoken = policy.text, weigh_words(known, policy.text)
    stated = stated.sort("description", "heading")
    place = pl.int_range(pl.len(), dtype=pl.UInt32)
    texts = stated.select(pl.col("description").unique(maintain_order=True)).with_columns(text=place)
    said = list_words(texts["description"], policy.words.vague_terms)
    stated = stated.join(texts, on="description", maintain_order="left").with_columns(pair=place)
    counted = said.group_by("text").len("words_n")
    pairs = stated.select("text", "pair").join(said, on="text").select(pl.col("pair").alias("text"), "word")
    judged = judge_texts(pairs, stated["heading"], spoken, rules).rename({"text": "pair"})
    fitted = stated.join(judged, on="pair", how="left").join(counted, on="text", how="left")
    fitted = fitted.join(measured.select("description", "vague_words_share"), on="description", how="left")
    # While nothing is known of any word, no share of a text's words is known either.
    share = pl.col("known_n").fill_null(0) / pl.col("words_n") if len(spoken.words) else pl.lit(None, pl.Float64)
    fitted = fitted.with_columns(share.alias("text_known_share"))
    is_judged = (
        (pl.col("text_known_share") >= rules.least_known_share)
        & (pl.col("vague_words_share") < rules.most_vague_share)
        & (pl.col("text_bits") >= rules.least_bits)
    )
    figures = [pl.when(is_judged).then(pl.col(name)).alias(name) for name in FIGURES if name not in SAID]
    return fitted.select("description", "heading", "text_known_share", *SAID, *figures)


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
