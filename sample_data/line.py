"""Draws the goods lines of entries: what is in the parcel, what it weighs and what it is said to be worth.

Belongs here: one row an entry line, with quantity, weight, value, wording and product.
Belongs elsewhere: parties and routes (entry.py), true prices (goods.py), the schemes' price levels (scheme.py).
"""

import numpy as np
import polars as pl

from sample_data.goods import COUNTRY_CODES, describe_goods
from sample_data.scheme import draw_losses, mark
from sample_data.source import LINES_PER_SOURCE
from sample_data.trade import World
from sample_data.word import Floats, Ints

_LINE_SHARES = (0.3, 0.22, 0.16, 0.12, 0.1, 0.1)
_UNITS = {"footwear": "PRS", "kitchen": "SET", "tool": "SET"}
_FORMAL_LIMIT_USD = 2500.0
_HEAVY = {"contraband": 1.6}


def draw_lines(world: World, entries: pl.DataFrame) -> pl.DataFrame:
    """One row an entry line, with the entry's columns, in the order of the entries; a few entries have two or three."""
    rng = world.make_rng(2)
    chance = rng.random(entries.height)
    n_lines = 1 + (chance < 0.03).astype(np.int64) + (chance < 0.008)
    rows = entries[np.repeat(np.arange(entries.height), n_lines)]
    rows = rows.with_columns(
        line_number=(pl.int_range(pl.len()).over("entry") + 1).cast(pl.Int32), lines_n=pl.len().over("entry")
    )
    line = rows["lines"].list.get(pl.Series(rng.choice(LINES_PER_SOURCE, size=rows.height, p=_LINE_SHARES))).to_numpy()
    rows = _add_amounts(rng, world, rows, line)
    rows = rows.with_columns(
        hts10=world.goods.lines["hts10"].gather(line),
        line_group=world.goods.lines["group"].gather(line),
        description=pl.Series(
            describe_goods(rng, world.goods, line, rows["quantity"].to_numpy(), rows["is_vague"].to_numpy())
        ),
    )
    return _add_entry_type(_add_product(rng, rows, line))


def _add_amounts(rng: np.random.Generator, world: World, rows: pl.DataFrame, line: Ints) -> pl.DataFrame:
    """Adds quantity, gross weight, declared value and price on the marketplace."""
    n = rows.height
    scheme = rows["scheme"].to_list()
    each = world.goods.lines["kg_each"].to_numpy()[line]
    quantity = np.minimum(rng.geometric(np.where(each < 0.15, 0.3, np.where(each < 1.0, 0.45, 0.8))), 24)
    unit_usd = each * _price_lines(rng, world, rows, line)
    is_split, target = mark(scheme, "split"), rng.uniform(700, 799.5, n)
    quantity = np.where(is_split, np.maximum(1, np.round(target / unit_usd)), quantity).astype(np.int64)
    true_usd = np.where(is_split, target, quantity * unit_usd)
    heavy = np.array([_HEAVY.get(name, 1.0) for name in scheme])
    gross = quantity * each * heavy * rng.lognormal(0.0, 0.06, n) * rng.uniform(1.03, 1.18, n) + 0.02
    declared = np.maximum(true_usd * rows["value_factor"].to_numpy(), 0.5)
    declared = np.where(rows["rounds_values"].to_numpy(), np.maximum(np.round(declared), 1.0), np.round(declared, 2))
    listed = np.round(true_usd * rng.uniform(1.0, 1.3, n), 2)
    is_listed = pl.Series(rng.random(n) < 0.7)
    return rows.with_columns(
        quantity=quantity,
        gross_weight_kg=np.round(gross, 3),
        value_usd=declared,
        listed_price_usd=pl.when(pl.col("marketplace").is_not_null() & is_listed).then(pl.Series(listed)),
        loss_usd=draw_losses(rng, rows["truth"].to_list(), declared, rows["value_factor"].to_numpy()),
    )


def _price_lines(rng: np.random.Generator, world: World, rows: pl.DataFrame, line: Ints) -> Floats:
    """True price a kilogram: the line's price from its origin, the source's level, and an honest spread."""
    column = {code: i for i, code in enumerate(COUNTRY_CODES)}
    origin = np.array([column[code] for code in rows["origin_country"]])
    price: Floats = world.goods.price_usd_per_kg[line, origin] * rows["price_level"].to_numpy()
    return price * rng.lognormal(0.0, 0.25, rows.height)


def _add_product(rng: np.random.Generator, rows: pl.DataFrame, line: Ints) -> pl.DataFrame:
    """Adds the seller's product number and its page, for goods sold on a marketplace."""
    variant = rng.integers(1, 5, rows.height)
    number = [f"P{source:04d}{line[i]:03d}{variant[i]}" for i, source in enumerate(rows["source"])]
    is_sold = pl.col("marketplace").is_not_null()
    return rows.with_columns(
        product_id=pl.when(is_sold).then(pl.Series(number)),
        quantity_unit=pl.col("line_group").replace_strict(_UNITS, default="PCS"),
    ).with_columns(
        product_url=pl.when(is_sold & (pl.col("source") % 3 != 0)).then(
            pl.format("https://{}.example.com/item/{}", pl.col("marketplace").str.to_lowercase(), "product_id")
        )
    )


def _add_entry_type(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds type 01 over the informal limit and for some steady importers, 13 for half of the mail, otherwise 11."""
    total = pl.col("value_usd").sum().over("entry")
    is_formal = (total > _FORMAL_LIMIT_USD) | (pl.col("source") % 29 == 0)
    is_mail_test = pl.col("is_mail") & (pl.col("source") % 2 == 0)
    entry_type = pl.when(is_formal).then(pl.lit("01")).when(is_mail_test).then(pl.lit("13")).otherwise(pl.lit("11"))
    return rows.with_columns(entry_type=entry_type).with_columns(
        importer_number=pl.when(pl.col("entry_type") == "01").then(
            pl.format("00-{}00", (pl.col("source") * 4517 % 10_000_000).cast(pl.String).str.zfill(7))
        )
    )
