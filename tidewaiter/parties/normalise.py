"""Keys by which two spellings of a name or an address are the same.

Belongs here: text to key, on distinct values in Polars.
Belongs elsewhere: which keys make one party (resolve.py).
"""

import polars as pl

from tidewaiter.policy import Words


def name_key(name: pl.Expr, words: Words) -> pl.Expr:
    """Return names in lower case without accents, punctuation and legal forms, words sorted; null when none is left."""
    tokens = _plain(name).str.split(" ")
    kept = tokens.list.set_difference(list(words.legal_forms)).list.sort().list.join(" ").str.strip_chars()
    return pl.when(kept == "").then(None).otherwise(kept)


def address_key(address: pl.Expr) -> pl.Expr:
    """Return addresses in lower case without accents and punctuation; null when nothing is left."""
    plain = _plain(address)
    return pl.when(plain == "").then(None).otherwise(plain)


def is_placeholder(name: pl.Expr, words: Words) -> pl.Expr:
    """Return whether a name is absent in all but form, such as TO ORDER or N/A."""
    plain = _plain(name)
    listed = plain.is_in([_plain_text(each) for each in words.placeholder_names])
    return (listed | plain.str.starts_with("to the order of") | (plain == "")).fill_null(False)


def _plain(text: pl.Expr) -> pl.Expr:
    return (
        text.str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_lowercase()
        .str.replace_all(r"['\x{2019}.]", "")
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
    )


def _plain_text(text: str) -> str:
    return str(pl.select(_plain(pl.lit(text))).item())
