"""Made-up e-commerce entries, as text in the columns that the feed promises, a small share of them wrong.

Belongs here: what each column of an entry holds, how often it is filled, and how rows go wrong.
Belongs elsewhere: files and their sizes (national_night.py), words (made_word.py).
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.prove.made_word import (
    GOODS,
    PLACES,
    QUALITIES,
    STATES,
    Ints,
    draw_skewed,
    fill,
    name_firms,
    name_people,
    name_streets,
    pick,
)

TABLE = "raw.low_value_entry"
COLUMNS = load_contract(TABLE).column_names
FILERS_N, SHIPPERS_N, SELLERS_N, PRODUCTS_N, PEOPLE_N = 400, 60_000, 150_000, 900_000, 2_500_000
MARKETPLACES = ("Bazario", "Shopsy", "Dealhive", "Merkado", "Quickcart")
PORTS = ("4701", "2720", "3901", "1001", "2704", "5501", "2809", "0901", "3801", "5301", "4101", "1704")
MODES = ("41", "41", "41", "40", "11", "30", "50", "21")
ORIGINS = ("CN", "CN", "CN", "CN", "CN", "HK", "VN", "IN", "TR", "KR", "GB", "JP", "TH", "ID", "MX", "DE", "IT", "PK")
CARRIERS = ("ZQ", "ZX", "ZW", "ZV", "ZQXU", "ZTLG")
# One row in so many goes that way; the first three are more rows of the same entry, as filers send them.
SECOND_LINE, AMENDED, CANCELLED, REPEATED, CONFLICTING, FLAWED = 8, 70, 300, 5_000, 20_000, 330
MULTI_LINE = 2_000
SERIALS = 10_000_000


def make_entries(rng: np.random.Generator, first: int, n: int, on: date, *, wraps_lines: bool = False) -> pl.DataFrame:
    """Return `n` entry lines whose serial numbers start at `first`, filed in the day before `on`.

    Args:
        wraps_lines: whether a few addresses run over two lines.
    """
    row = np.arange(first, first + n, dtype=np.int64)
    # A line that continues an entry has the serial of the row before it.
    is_second = (row % SECOND_LINE == 1) & (row > first)
    serial = np.where(is_second, row - 1, row)
    frame = pl.DataFrame({"row": row, "serial": serial, "is_second": is_second})
    frame = frame.with_columns(**_name_entry(rng, serial, on), **_describe_goods(rng, n), **_name_parties(rng, serial))
    frame = _break_rows(frame, row)
    return _refile(_wrap_lines(frame, row) if wraps_lines else frame).select(COLUMNS)


def _name_entry(rng: np.random.Generator, serial: Ints, on: date) -> dict[str, pl.Expr]:
    n = len(serial)
    # What an entry says once is drawn from its serial, so that its lines agree.
    filer = serial * 2_654_435_761 % 1_000_003 % FILERS_N
    code = pl.format(
        "Z{}{}", pl.lit(pick("ABCDEFGHJKLMNPQRSTUV", filer // 20)), pl.lit(pick("0123456789ABCDEFGHJK", filer))
    )
    number = pl.lit(pl.Series(serial % SERIALS)).cast(pl.String).str.zfill(7)
    start = pl.lit(on - timedelta(days=1)).cast(pl.Datetime("us"))
    filed = start + pl.duration(seconds=pl.lit(pl.Series(serial * 7_919 % 86_400)))
    arrival = filed + pl.duration(hours=pl.lit(pl.Series(3 + serial * 31 % 60)))
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "entry_number": pl.concat_str(code, number, pl.lit(pl.Series(serial % 10)).cast(pl.String)),
        "line_number": pl.when("is_second").then(pl.lit("2")).otherwise(pl.lit("1")),
        "entry_type": pl.lit(pick(("11", "11", "11", "01", "13"), serial // 3)),
        "filed_at": filed.dt.strftime(stamp),
        "filer_code": code,
        "port_code": pl.lit(pick(PORTS, serial * 13 % 1009)),
        "mode_code": pl.lit(pick(MODES, serial * 17 % 509)),
        "carrier_code": fill(rng, pick(CARRIERS, serial // 9), n, 0.9),
        "master_bill": fill(rng, pl.format("900-{}", (pl.col("serial") // 900 + 10_000_000)), n, 0.93),
        "house_bill": pl.format("HB{}", pl.col("serial") + 100_000_000),
        "estimated_arrival_at": arrival.dt.strftime(stamp),
        "record_status": pl.lit("new"),
    }


def _describe_goods(rng: np.random.Generator, n: int) -> dict[str, pl.Expr]:
    good = draw_skewed(rng, n, len(GOODS))
    product = draw_skewed(rng, n, PRODUCTS_N)
    cents = (np.exp(rng.normal(2.9, 0.9, n)) * 100).astype(np.int64) + 50
    grams = (np.exp(rng.normal(6.0, 0.8, n))).astype(np.int64) + 5
    origin = pick(ORIGINS, rng.integers(0, len(ORIGINS), n))
    value = (pl.lit(pl.Series(cents)) / 100).round(2).cast(pl.String)
    text = pl.concat_str(
        pl.lit(pick(QUALITIES, product)), pl.lit(pick([name for name, _ in GOODS], good)), pl.lit("for"),
        pl.lit(pick(QUALITIES, product // 20)), pl.lit("use, set of"),
        pl.lit(pl.Series(product % 12 + 1)).cast(pl.String),
        separator=" ",
    )  # fmt: skip
    return {
        "origin_country": pl.lit(origin),
        "export_country": fill(rng, origin, n, 0.97),
        "hts10": pl.lit(pick([code for _, code in GOODS], good)),
        "description": text,
        "quantity": pl.lit(pl.Series(draw_skewed(rng, n, 20) + 1)).cast(pl.String),
        "quantity_unit": pl.lit(pick(("PCS", "PCS", "PCS", "SET", "PAR"), product)),
        "gross_weight_kg": (pl.lit(pl.Series(grams)) / 1000).round(3).cast(pl.String),
        "value_usd": value,
        "listed_price_usd": fill(rng, value, n, 0.72),
        "product_id": fill(rng, pl.format("B{}", pl.lit(pl.Series(product + 10_000_000))), n, 0.83),
        "product_url": fill(
            rng,
            pl.format(
                "https://shop.example/item/{}?ref=x{}", pl.lit(pl.Series(product)), pl.lit(pl.Series(product % 97))
            ),
            n, 0.61,
        ),
        "packing_country": fill(rng, origin, n, 0.4),
        "screened": fill(rng, pick(("true", "true", "true", "false"), product), n, 0.7),
    }  # fmt: skip


def _name_parties(rng: np.random.Generator, serial: Ints) -> dict[str, pl.Expr]:
    n = len(serial)
    mixed = serial * 2_654_435_761 % 2_147_483_647
    shipper = (SHIPPERS_N * (mixed / 2_147_483_647) ** 3.3).astype(np.int64)
    seller, person = draw_skewed(rng, n, SELLERS_N), mixed % PEOPLE_N
    building = pl.lit(pl.Series(shipper % 40)).cast(pl.String)
    opened = pl.lit(date(2019, 1, 1)) + pl.duration(days=pl.lit(pl.Series(shipper * 37 % 2_800)))
    return {
        "shipper_name": name_firms(shipper),
        "shipper_address": fill(rng, pl.concat_str(name_streets(shipper), pl.lit(", Building "), building), n, 0.95),
        "shipper_city": fill(rng, pick(PLACES, shipper), n, 0.94),
        "shipper_state": fill(rng, pick(("Guangdong", "Zhejiang", "Jiangsu", "Fujian"), shipper), n, 0.41),
        "shipper_postal_code": fill(rng, pl.lit(pl.Series(shipper % 90_000 + 510_000)).cast(pl.String), n, 0.66),
        "shipper_country": pl.lit(pick(ORIGINS, shipper)),
        "seller_name": fill(rng, name_firms(seller + 7), n, 0.81),
        "seller_id": fill(rng, pl.format("S{}", pl.lit(pl.Series(seller + 100_000))), n, 0.85),
        "marketplace": fill(rng, pick(MARKETPLACES, seller), n, 0.86),
        "consignee_name": name_people(person),
        "consignee_address": name_streets(person),
        "consignee_city": fill(rng, pick(PLACES, person), n, 0.99),
        "consignee_state": fill(rng, pick(STATES, person), n, 0.99),
        "consignee_postal_code": fill(rng, pl.lit(pl.Series(person * 131 % 89_000 + 10_000)).cast(pl.String), n, 0.99),
        "consignee_phone": fill(rng, pl.format("555-{}", pl.lit(pl.Series(person % 9_000 + 1_000))), n, 0.58),
        "consignee_email": fill(rng, pl.format("person{}@mail.example", pl.lit(pl.Series(person))), n, 0.52),
        "importer_number": fill(rng, pl.format("{}-ZZ", pl.lit(pl.Series(person + 10_000_000))), n, 0.12),
        "account_opened_on": fill(rng, opened.dt.strftime("%Y-%m-%d"), n, 0.55),
        "verified_known_consignor": fill(rng, pick(("false", "false", "true"), shipper), n, 0.5),
    }  # fmt: skip


def _break_rows(frame: pl.DataFrame, row: Ints) -> pl.DataFrame:
    """Spoil one row in `FLAWED`, by turns in one of eight ways."""
    way = pl.Series(np.where(row % FLAWED == 5, row // FLAWED % 8, -1))
    spoilt = {
        "hts10": (0, pl.lit(None, dtype=pl.String)),
        "mode_code": (1, pl.lit("99")),
        "gross_weight_kg": (2, pl.lit("-1.5")),
        "description": (3, pl.col("description").repeat_by(25).list.join("; ")),
        "origin_country": (4, pl.lit("QQ")),
        "filed_at": (5, pl.lit("2026-31-11T25:00Z")),
        "shipper_name": (6, pl.lit("\u202eLimited")),
        "value_usd": (7, pl.lit("ten")),
    }
    return frame.with_columns(
        pl.when(way == turn).then(value).otherwise(name).alias(name) for name, (turn, value) in spoilt.items()
    )


def _wrap_lines(frame: pl.DataFrame, row: Ints) -> pl.DataFrame:
    two_lines = pl.concat_str("consignee_address", pl.lit('\nApt "B"'))
    is_long = pl.Series(row % MULTI_LINE == 17)
    return frame.with_columns(consignee_address=pl.when(is_long).then(two_lines).otherwise("consignee_address"))


def _refile(frame: pl.DataFrame) -> pl.DataFrame:
    """Put later filings of some entries, repeated rows and a few conflicting ones in the place of other rows."""
    row = pl.col("row")
    is_plain = (row % SECOND_LINE > 1) & (row > row.min())
    last_minute = pl.concat_str(pl.col("filed_at").str.slice(0, 11), pl.lit("23:59:59Z"))
    ways: tuple[tuple[int, int, dict[str, pl.Expr]], ...] = (
        (AMENDED, 3, {"record_status": pl.lit("amended"), "filed_at": last_minute}),
        (CANCELLED, 11, {"record_status": pl.lit("cancelled"), "filed_at": last_minute}),
        (REPEATED, 13, {}),
        (CONFLICTING, 29, {"value_usd": pl.lit("77.77")}),
    )
    for every, turn, changes in ways:
        again = frame.select(COLUMNS).shift(1).with_columns(**changes)
        takes = pl.lit(frame.select(is_plain & (row % every == turn)).to_series())
        frame = frame.with_columns(pl.when(takes).then(again[name]).otherwise(name).alias(name) for name in COLUMNS)
    return frame
