"""Keys by which two spellings of a name, an address or an identifier are the same.

Belongs here: text to key, on distinct values in Polars.
Belongs elsewhere: which keys make one party (link.py), which names a list has (screen.py).
"""

from functools import cache

import polars as pl

from tidewaiter.parties.policy import Parties, Words

# Letters of other alphabets that look like a Latin one: read as that one within a word that has Latin letters too.
LOOK_ALIKE = str.maketrans(
    "\u0410\u0412\u0415\u0417\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0405\u0408\u0430"
    "\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0455\u0458\u0501\u04bb\u04cf\u03bd\u03bf\u03c1\u03b1\u03b9",
    "ABE3KMHOPCTXYISJaceopxyisjdhlvopai",
)
# What stands before the name of whoever a bill is made out to the order of.
TO_ORDER = "to the order of"
_NOT_ASCII = r"[^\x00-\x7f]"


def plain_text(text: pl.Expr) -> pl.Expr:
    """Return text in lower case ASCII without accents and punctuation, words parted by one blank."""
    return (
        text.str.normalize("NFKD")
        .str.replace_all(r"[\p{M}\p{Cf}]", "")
        .map_batches(_to_ascii, return_dtype=pl.String, is_elementwise=True)
        .str.to_lowercase()
        .str.replace_all(r"['`.]", "")
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
    )


def name_words(name: pl.Expr, words: Words) -> pl.Expr:
    """Return names as plain text without legal forms, short words written out, as filed; null when none is left."""
    kept = (
        plain_text(name)
        .str.split(" ")
        .list.eval(pl.element().filter(~pl.element().is_in(list(words.legal_forms))).replace(words.short_words))
        .list.join(" ")
    )
    return _null_if_empty(kept)


def name_key(name: pl.Expr, words: Words) -> pl.Expr:
    """Return names in lower case without accents, punctuation and legal forms, words sorted; null when none is left."""
    return sort_words(name_words(name, words))


def sort_words(text: pl.Expr) -> pl.Expr:
    """Return the distinct words of plain text in the order of the alphabet."""
    return text.str.split(" ").list.unique().list.sort().list.join(" ")


def address_key(address: pl.Expr, policy: Parties) -> pl.Expr:
    """Return addresses as `number street unit`, or as plain text where there is no house number; null when empty.

    Kinds of street and directions are left out, so that `12 North Main Street` and `12 Main St` are one.
    """
    plain = plain_text(address.str.replace_all("#", " unit ", literal=True))
    return plain.map_batches(lambda texts: _key_addresses(texts, policy), return_dtype=pl.String, is_elementwise=True)


def _key_addresses(plain: pl.Series, policy: Parties) -> pl.Series:
    """Return the keys of plain addresses; step by step, as one expression would split each text again for each part."""
    small = list({*policy.street_words, *policy.direction_words})
    units = "|".join(policy.unit_words)
    parts = plain.str.extract_groups(rf"^(?<number>\d+[a-z]?)\s+(?<street>.*?)(?:\s+(?:(?:{units})\s+)+(?<unit>\w+))?$")
    told = parts.struct.unnest().with_columns(plain.alias("plain"))
    large = pl.col("street").str.split(" ").list.eval(pl.element().filter(~pl.element().is_in(small))).list.join(" ")
    told = told.with_columns(large.alias("large"))
    told = told.with_columns(pl.when(pl.col("large") == "").then("street").otherwise("large").alias("street"))
    known = pl.concat_str("number", "street", "unit", separator=" ", ignore_nulls=True)
    return told.select(_null_if_empty(pl.when(pl.col("number").is_null()).then("plain").otherwise(known))).to_series()


def house_number(address_key: pl.Expr) -> pl.Expr:
    """Return the house number that an address key begins with; null where it begins with none."""
    return address_key.str.extract(r"^(\d+[a-z]?) ", 1)


def zip_key(postal_code: pl.Expr) -> pl.Expr:
    """Return postal codes without blanks and signs, those of nine digits cut to five; null when empty."""
    plain = plain_text(postal_code).str.replace_all(" ", "", literal=True)
    return _null_if_empty(plain.str.replace(r"^(\d{5})\d{4}$", "$1"))


def phone_key(phone: pl.Expr, policy: Parties) -> pl.Expr:
    """Return the last ten digits of telephones; null where there are too few, or all are one digit."""
    digits = phone.str.replace_all(r"\D", "").str.tail(10)
    is_number = digits.str.len_chars() >= policy.min_phone_digits
    return pl.when(is_number & ~_is_one_digit(digits)).then(digits)


def email_key(email: pl.Expr) -> pl.Expr:
    """Return e-mail addresses in lower case; null for what is none."""
    plain = email.str.strip_chars().str.to_lowercase()
    return pl.when(plain.str.contains(r"^[^@\s]+@[^@\s]+$")).then(plain)


def is_placeholder(name: pl.Expr, words: Words) -> pl.Expr:
    """Return whether a name is absent in all but form, such as TO ORDER or N/A."""
    listed = _list_plain(words.placeholder_names)
    return plain_text(name).map_batches(
        lambda plain: (plain.is_in(listed) | plain.str.starts_with(TO_ORDER) | (plain == "")).fill_null(False),
        return_dtype=pl.Boolean,
        is_elementwise=True,
    )


def name_after_order(name: pl.Expr, words: Words) -> pl.Expr:
    """Return the name to whose order a bill is made out; null where none is, or the name is a placeholder again."""
    rest = plain_text(name).str.strip_prefix(f"{TO_ORDER} ")
    return pl.when(plain_text(name).str.starts_with(f"{TO_ORDER} ") & ~is_placeholder(rest, words)).then(rest)


def plain_country(name: pl.Expr) -> pl.Expr:
    """Return a country's name in the form in which two ways to write it are compared: without `and` and `the`."""
    plain = plain_text(name).str.split(" ").list.eval(pl.element().filter(~pl.element().is_in(["and", "the"])))
    return plain.list.join(" ")


def _is_one_digit(digits: pl.Expr) -> pl.Expr:
    return digits.str.replace_all(r"^(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$", "") == ""


def _null_if_empty(text: pl.Expr) -> pl.Expr:
    # Not a condition on the text: it would be worked out for the condition and once more for the result.
    return text.str.strip_chars().replace("", None)


def _to_ascii(texts: pl.Series) -> pl.Series:
    """Return the texts in ASCII; each distinct one that is not is transliterated once."""
    foreign = texts.filter(texts.str.contains(_NOT_ASCII).fill_null(False)).unique().sort()
    if foreign.is_empty():
        return texts
    from anyascii import anyascii

    told = {text: anyascii(_read_look_alikes(text)) for text in foreign}
    return texts.replace(told)


def _read_look_alikes(text: str) -> str:
    return " ".join(
        word.translate(LOOK_ALIKE) if any(letter.isascii() and letter.isalpha() for letter in word) else word
        for word in text.split(" ")
    )


@cache
def _list_plain(texts: tuple[str, ...]) -> list[str]:
    return pl.DataFrame({"text": texts}).select(plain_text(pl.col("text")))["text"].to_list()
