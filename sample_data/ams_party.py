"""The AMS party tables: shipper, consignee and notify party, with cut names and addresses in pieces.

Belongs here: how party names and addresses come out of the AMS release.
Belongs elsewhere: the parties (party.py), releases and bills (ams.py).
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
    chance, runs_on, tail = rng.random(rows.height), rng.random(rows.height) < 0.5, rng.integers(0, 100, rows.height)
    parties = [_word_party(row, table, chance[i], int(tail[i])) for i, row in enumerate(rows.iter_rows(named=True))]
    return pl.Series(
        [
            {"name": name, "address": f"{name[_NAME_WIDTH:]} {address}".strip() if runs_on[i] else address}
            for i, (name, address) in enumerate(parties)
        ],
        dtype=pl.Struct({"name": pl.String, "address": pl.String}),
    )


def _word_party(row: dict[str, object], table: str, chance: float, tail: int) -> tuple[str, str]:
    if table == "consignee" and chance < 0.03:
        return "TO ORDER", "N/A"
    if table == "notifyparty" and chance < 0.06:
        return "SAME AS CONSIGNEE", "SAME AS CONSIGNEE"
    prefix = "shipper" if table == "shipper" else "importer"
    names = row["shipper_names"]
    name = str(names[0] if isinstance(names, list) and prefix == "shipper" else row["importer_name"])
    country = COUNTRIES[str(row["shipper_country"])].name if prefix == "shipper" else "UNITED STATES"
    place = [row[f"{prefix}_{part}"] for part in ("address", "city", "state", "postal_code")]
    if tail < _STREET_ONLY:
        return name.upper(), str(place[0]).upper()
    end = "" if tail < _NO_TAIL else _TAILS[-1] if tail >= _LONG_TAIL else _TAILS[tail % (len(_TAILS) - 1)]
    return name.upper(), f"{' '.join(str(part) for part in place if part)} {country}{end}".upper()
