"""The AMS party tables: shipper, consignee and notify party, with cut names and addresses in pieces.

Belongs here: how party names and addresses come out of the AMS release.
Belongs elsewhere: the parties, bills and releases (sample_data/world).
"""

import numpy as np
import polars as pl

from sample_data.ams_gap import draw_some, fill_some
from sample_data.place import COUNTRIES

PARTY_TABLES = {
    "shipper": ("shipper_party_name", "shipper_party_address"),
    "consignee": ("consignee_name", "consignee_address"),
    "notifyparty": ("notify_party_name", "notify_party_address"),
}
_NAME_WIDTH = 35
# How often city and country have their own columns.
_PLACE_SHARES = {"shipper": 0.28, "consignee": 0.27, "notifyparty": 0.19}
_TAILS = (
    " TEL 555-0142 FAX 555-0143",
    " ATTN LOGISTICS TEL 555-0150",
    " TAX ID 00-0000000 TEL 555-0144",
    " ATTN MR IMPORT EXPORT MANAGER TEL 555-0146 FAX 555-0147 TAX ID 00-0000000",
)
# Of a hundred addresses, this many are a street only, end at the country, and stop short of the longest tail.
_STREET_ONLY, _NO_TAIL, _LONG_TAIL = 15, 40, 88
# What stands in place of a party's name and address, and how often.
_PLACEHOLDERS = {
    "consignee": (("TO ORDER", "N/A", 0.03),),
    "notifyparty": (("SAME AS CONSIGNEE", "SAME AS CONSIGNEE", 0.06),),
}


def make_party_table(rng: np.random.Generator, bills: pl.DataFrame, table: str) -> pl.DataFrame:
    """A party table: none for a few bills, two rows for a few, the name cut and the address in pieces of 35."""
    name, address = PARTY_TABLES[table]
    repeat = rng.choice(3, size=bills.height, p=[0.02, 0.95, 0.03])
    rows = bills[np.repeat(np.arange(bills.height), repeat)]
    n = rows.height
    text = _list_parties(rng, rows, table)
    has_place, has_phone = draw_some(rng, n, _PLACE_SHARES[table]), draw_some(rng, n, 0.19)
    has_code = draw_some(rng, n, 0.36 if table == "shipper" else 0.85)
    prefix = "shipper" if table == "shipper" else "importer"
    country = pl.col("shipper_country") if table == "shipper" else pl.lit("US")
    pieces = [pl.lit(text.struct.field("address")).str.slice(k * _NAME_WIDTH, _NAME_WIDTH) for k in range(4)]
    return rows.with_columns(
        pl.lit(text.struct.field("name")).str.slice(0, _NAME_WIDTH).alias(name),
        *(pl.when(piece != "").then(piece).alias(f"{address}_{k}") for k, piece in enumerate(pieces, start=1)),
        city=pl.when(has_place).then(pl.col(f"{prefix}_city").str.to_uppercase()),
        state_province=pl.when(has_place & has_code).then(f"{prefix}_state"),
        zip_code=pl.when(has_place & has_code).then(f"{prefix}_postal_code"),
        country_code=pl.when(has_place & draw_some(rng, n, 0.96)).then(country),
        contact_name=fill_some(rng, pl.lit("EXPORT DEPT" if table == "shipper" else "IMPORT DEPT"), n, 0.015),
        comm_number_qualifier=pl.when(has_phone).then(pl.lit("Telephone Number")),
        comm_number=pl.when(has_phone).then("importer_phone" if prefix == "importer" else pl.lit("555-0199")),
    )


def _list_parties(rng: np.random.Generator, rows: pl.DataFrame, table: str) -> pl.Series:
    """Name and address of the table's party on each row, in capitals; half of the long names run into the address."""
    n = rows.height
    chance, runs_on = pl.Series(rng.random(n)), pl.Series(rng.random(n) < 0.5)
    prefix = "shipper" if table == "shipper" else "importer"
    party = rows.select(
        name=pl.col(f"{prefix}_name").str.to_uppercase(),
        address=_word_address(prefix, pl.Series(rng.integers(0, 100, n))),
    )
    for placeholder, address, share in _PLACEHOLDERS.get(table, ()):
        is_none = chance < share
        party = party.with_columns(
            name=pl.when(is_none).then(pl.lit(placeholder)).otherwise("name"),
            address=pl.when(is_none).then(pl.lit(address)).otherwise("address"),
        )
    over = pl.concat_str(pl.col("name").str.slice(_NAME_WIDTH), pl.lit(" "), "address").str.strip_chars()
    return party.select(pl.struct("name", address=pl.when(runs_on).then(over).otherwise("address"))).to_series()


def _word_address(prefix: str, tail: pl.Series) -> pl.Expr:
    """Street, town and country in one line, some without the rest, some with what forwarders add."""
    parts = [f"{prefix}_{part}" for part in ("address", "city", "state", "postal_code")]
    names = {code: country.name for code, country in COUNTRIES.items()}
    country = pl.col("shipper_country").replace_strict(names) if prefix == "shipper" else pl.lit("UNITED STATES")
    short = tail.to_numpy() % (len(_TAILS) - 1)
    end = pl.Series(_TAILS).gather(np.where(tail.to_numpy() >= _LONG_TAIL, len(_TAILS) - 1, short))
    line = pl.concat_str(*parts, country, separator=" ", ignore_nulls=True)
    ended = pl.when(tail < _NO_TAIL).then(line).otherwise(pl.concat_str(line, pl.lit(end)))
    return pl.when(tail < _STREET_ONLY).then(pl.col(parts[0])).otherwise(ended).str.to_uppercase()
