"""Draws consignments that carriers announce by air and by road: who sends what to whom, with the truth kept beside it.

Belongs here: what house air waybills and truck shipments have in common.
Belongs elsewhere: numbers, routes and files of each (waybill.py, trip.py).
"""

import numpy as np
import polars as pl

from sample_data.goods import COUNTRY_CODES, describe_goods
from sample_data.scheme import draw_losses, draw_truth, draw_value_factor
from sample_data.source import LINES_PER_SOURCE
from sample_data.trade import World
from sample_data.word import Floats, Ints

_VAGUE_SHARES = {"contraband": 0.75, "undervalue": 0.06, "unsafe": 0.08}


def draw_consignments(
    world: World, rng: np.random.Generator, sources: pl.DataFrame, per_day: int, size: float
) -> pl.DataFrame:
    """One row a consignment in order of filing: source, shipper, goods, amounts, time, and the hidden truth.

    Args:
        sources: the sources that ship this way, one or more alive on every day.
        size: how many times a parcel's quantity a consignment has.
    """
    day = np.repeat(np.arange(world.days), per_day)
    seconds = np.sort(rng.integers(0, 80_000, (world.days, per_day))).ravel()
    rows = sources[_draw_alive(rng, world, sources, per_day)]
    start = np.datetime64(world.first_day.isoformat(), "us")
    filed = pl.Series(start + (day * 86_400 + seconds).astype("timedelta64[s]")).dt.replace_time_zone("UTC")
    rows = rows.with_columns(day=day, filed_at=filed).hstack(world.shippers[rows["shipper"].to_numpy()])
    scheme = rows["scheme"].to_list()
    truth = draw_truth(rng, scheme, rows["group"].to_list())
    vague_share = np.array([_VAGUE_SHARES.get(name, 0.03) for name in scheme])
    rows = rows.with_columns(
        shipper_name=pl.col("shipper_names").list.get(0),
        truth=pl.Series(truth),
        value_factor=draw_value_factor(rng, scheme, truth),
        is_vague=rng.random(rows.height) < vague_share,
    )
    return _add_goods(world, rng, rows, size)


def _draw_alive(rng: np.random.Generator, world: World, sources: pl.DataFrame, per_day: int) -> Ints:
    weight, born, died = (sources[name].to_numpy() for name in ("weight", "born", "died"))
    drawn = []
    for today in range(world.days):
        alive = np.where((born <= today) & (today < died), weight, 0.0)
        drawn.append(rng.choice(len(weight), size=per_day, p=alive / alive.sum()))
    return np.concatenate(drawn)


def _add_goods(world: World, rng: np.random.Generator, rows: pl.DataFrame, size: float) -> pl.DataFrame:
    """Adds line, pieces, weight, declared value, loss and wording."""
    n = rows.height
    line = rows["lines"].list.get(pl.Series(rng.integers(0, LINES_PER_SOURCE, n))).to_numpy()
    each = world.goods.lines["kg_each"].to_numpy()[line]
    pieces = np.maximum(1, np.round(rng.geometric(0.3, n) * size)).astype(np.int64)
    weight = np.round(pieces * each * rng.uniform(1.03, 1.2, n) + 0.05, 3)
    true_usd = pieces * each * _price_lines(world, rng, rows, line)
    declared = np.round(np.maximum(true_usd * rows["value_factor"].to_numpy(), 1.0), 2)
    return rows.with_columns(
        hts10=world.goods.lines["hts10"].gather(line),
        hs6=world.goods.lines["hs6"].gather(line),
        description=pl.Series(describe_goods(rng, world.goods, line, pieces, rows["is_vague"].to_numpy())),
        pieces=pieces,
        gross_weight_kg=weight,
        value_usd=declared,
        loss_usd=draw_losses(rng, rows["truth"].to_list(), declared, rows["value_factor"].to_numpy()),
    )


def _price_lines(world: World, rng: np.random.Generator, rows: pl.DataFrame, line: Ints) -> Floats:
    column = {code: i for i, code in enumerate(COUNTRY_CODES)}
    origin = np.array([column[code] for code in rows["origin_country"]])
    price: Floats = world.goods.price_usd_per_kg[line, origin] * rows["price_level"].to_numpy()
    return price * rng.lognormal(0.0, 0.25, rows.height)
