"""House air waybills as carriers and forwarders file them before loading: CSV on even days, JSON Lines on odd ones.

Belongs here: numbers, routes, accounts, amendments, spoilt rows and files.
Belongs elsewhere: what is sent and what it hides (consignment.py).
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from sample_data.consignment import draw_consignments
from sample_data.layout import WAYBILL_COLUMNS
from sample_data.number import make_airway_bill
from sample_data.place import AIRPORTS, DEPARTURES, PORTS
from sample_data.trade import N_CONSIGNEES, World
from sample_data.word import Ints

WAYBILLS_A_DAY = 150
_FIRST_PREFIX = 960
_SPOILT_SHARE = 0.012
_CURRENCIES = {"CN": "CNY", "HK": "HKD", "JP": "JPY", "GB": "GBP", "DE": "EUR", "IT": "EUR", "KR": "KRW"}
# What each kind of spoilt row looks like: each breaks one rule, but the last, which is kept and noted.
_FLAWS: dict[str, tuple[str, Callable[[], pl.Expr]]] = {
    "unknown_airport": ("arrival_airport", lambda: pl.lit("YYZ")),
    "no_pieces": ("pieces", lambda: pl.lit(0, dtype=pl.Int64)),
    "bad_master": ("master_awb", lambda: pl.col("master_awb").str.slice(0, 11)),
    "no_text": ("description", lambda: pl.lit(None, dtype=pl.String)),
    "unknown_currency": ("currency", lambda: pl.lit("EURO")),
    "wrong_check_digit": ("master_awb", lambda: pl.col("master_awb").str.slice(0, 11) + "8"),
}


def draw_waybills(world: World) -> pl.DataFrame:
    """One row a house air waybill in order of filing, with every column of the feed and the hidden state."""
    rng = world.make_rng(8)
    country = world.shippers["shipper_country"].gather(world.sources["shipper"])
    flies = ~world.sources["is_mail"] & (country != "MX")
    rows = draw_consignments(world, rng, world.sources.filter(flies), WAYBILLS_A_DAY, 3.0)
    rows = _add_route(rng, rows)
    rows = _add_consignee(world, rng, rows)
    return _add_later_versions(rng, _add_account(rng, rows))


def _add_route(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds airports, flight, arrival and numbers; houses of a source and day share a master."""
    port = [code if code in AIRPORTS else "4701" for code in rows["port"]]
    turn = rows["source"].to_numpy()
    carriers = [PORTS[code].carriers[turn[i] % len(PORTS[code].carriers)] for i, code in enumerate(port)]
    hours = pl.Series(rng.integers(8, 40, rows.height) * 3_600_000_000).cast(pl.Duration("us"))
    prefix = {code: _FIRST_PREFIX + i for i, code in enumerate(sorted({c for p in PORTS.values() for c in p.carriers}))}
    masters = [
        make_airway_bill(prefix[carriers[i]], 2_000_000 + day * 1_000 + int(turn[i]) % 1_000)
        for i, day in enumerate(rows["day"])
    ]
    departures = [DEPARTURES[code][turn[i] % len(DEPARTURES[code])] for i, code in enumerate(rows["shipper_country"])]
    return rows.with_row_index("waybill").with_columns(
        port_code=pl.Series(port),
        master_awb=pl.Series(masters),
        house_awb=pl.format("ZA{}", (pl.int_range(pl.len()) * 7_919 + 12_345_678).cast(pl.String).str.zfill(9)),
        flight_number=pl.Series([f"{carriers[i]}{100 + turn[i] % 800}" for i in range(rows.height)]),
        departure_airport=pl.Series(departures),
        arrival_airport=pl.Series([AIRPORTS[code] for code in port]),
        estimated_arrival_at=rows["filed_at"] + hours,
    )


def _add_consignee(world: World, rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds a consignee: a person, or for a third of the consignments a firm."""
    consignee = world.consignees[_draw_consignees(rng, rows)]
    importer = world.importers[rng.integers(0, world.importers.height, rows.height)]
    is_firm = pl.Series(rng.random(rows.height) < 0.33)
    rows = rows.hstack(consignee).hstack(importer)
    shared = ("address", "city", "state", "postal_code", "phone")
    chosen = {name: pl.when(is_firm).then(f"importer_{name}").otherwise(f"consignee_{name}") for name in shared}
    return rows.with_columns(
        consignee_name=pl.when(is_firm).then("importer_name").otherwise(pl.col("consignee_names").list.get(0)),
        consignee_email=pl.when(~is_firm).then("consignee_email"),
        consignee_country=pl.lit("US"),
        **{f"consignee_{name}": choice for name, choice in chosen.items()},
    )


def _draw_consignees(rng: np.random.Generator, rows: pl.DataFrame) -> Ints:
    stranger = rng.integers(0, N_CONSIGNEES - 70, rows.height)
    regular = (rows["source"].to_numpy() * 97) % (N_CONSIGNEES - 70)
    drawn: Ints = np.where(rng.random(rows.height) < 0.2, regular, stranger)
    return drawn


def _add_account(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    n = rows.height
    last_year = np.maximum(1, rows["weight"].to_numpy() * 40_000).astype(np.int64)
    has_value, has_code, has_packing = rng.random((3, n)) < np.array([[0.85], [0.7], [0.9]])
    has_address = pl.Series(rng.random(n) < 0.5)
    return rows.with_columns(
        declared_value_usd=pl.when(pl.Series(has_value)).then("value_usd"),
        currency=pl.when(pl.Series(has_value)).then(
            pl.col("shipper_country").replace_strict(_CURRENCIES, default="USD")
        ),
        hs6=pl.when(pl.Series(has_code)).then("hs6"),
        shipper_phone=pl.lit("+1-212-555-0199"),
        shipper_email=pl.format("desk{}@example.com", "shipper"),
        account_number=pl.when(pl.col("source") % 9 != 4).then(pl.format("ZAC{}", pl.col("source") + 10_000)),
        account_opened_on="opened_on",
        shipments_last_year=last_year,
        verified_known_consignor="known",
        packing_country=pl.when(pl.Series(has_packing)).then("shipper_country"),
        # Addresses of the blocks kept for documentation (RFC 5737).
        ip_address=pl.when(has_address).then(pl.format("203.0.113.{}", pl.col("source") % 250 + 1)),
    )


def _add_later_versions(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Marks what is amended, cancelled or spoilt, and when the later versions are filed."""
    chance = rng.random(rows.height)
    midnight = pl.col("filed_at").dt.truncate("1d") + timedelta(hours=23, minutes=59)
    names = list(_FLAWS)
    is_spoilt = (chance > 1 - _SPOILT_SHARE) | (np.arange(rows.height) % 1_500 == 40)
    turn = np.cumsum(is_spoilt) % len(names)
    return rows.with_columns(
        is_amended=chance < 0.02,
        is_cancelled=(chance >= 0.02) & (chance < 0.025),
        later_at=(pl.col("filed_at") + (midnight - pl.col("filed_at")) * 0.5).dt.truncate("1s"),
        flaw=pl.Series([names[turn[i]] if is_spoilt[i] else None for i in range(rows.height)], dtype=pl.String),
    )


def write_waybills(world: World, waybills: pl.DataFrame, folder: Path) -> None:
    """Writes waybills_<date>.csv for even days of the month and waybills_<date>.jsonl for odd ones."""
    for today, rows in waybills.partition_by("day", maintain_order=True, as_dict=True).items():
        day = world.first_day + timedelta(days=int(today[0]))
        target = folder / day.isoformat()
        target.mkdir(parents=True)
        filed = _file_rows(rows)
        if day.day % 2:
            filed.write_ndjson(target / f"waybills_{day.isoformat()}.jsonl")
        else:
            filed.write_csv(target / f"waybills_{day.isoformat()}.csv")


def _file_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The day's rows as filed, in order of filing: first versions, then amendments and cancellations of some."""
    later = pl.col("later_at").alias("filed_at")
    amended = rows.filter("is_amended").with_columns(later, pl.col("pieces") + 1, status=pl.lit("amended"))
    cancelled = rows.filter("is_cancelled").with_columns(later, status=pl.lit("cancelled"))
    filed = pl.concat([rows.with_columns(status=pl.lit("new")), amended, cancelled]).sort("filed_at", "house_awb")
    spoilt = filed
    # One after the other: two of them change the same column.
    for name, (column, make) in _FLAWS.items():
        is_spoilt = pl.col("flaw").eq_missing(pl.lit(name))
        spoilt = spoilt.with_columns(pl.when(is_spoilt).then(make()).otherwise(column).alias(column))
    times = pl.col("filed_at", "estimated_arrival_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    opened = pl.col("account_opened_on").dt.strftime("%Y-%m-%d")
    return spoilt.with_columns(times, opened).select(WAYBILL_COLUMNS)
