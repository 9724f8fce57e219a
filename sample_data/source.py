"""Where entries come from: one row a source, which is a seller with its shippers, goods, routes and habits.

Belongs here: volumes, portfolios, routes, births and closures of honest and dishonest sources.
Belongs elsewhere: names and addresses (party.py), what a scheme does (scheme.py), single entries (entry.py).
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from sample_data.goods import GROUP_SHARES, Goods, find_lines
from sample_data.place import COUNTRIES, MAIL_PORTS, PORT_BY_COUNTRY, PORTS
from sample_data.scheme import HONEST, SCHEMES, Cell
from sample_data.word import Floats, Ints, pick, zipf_weights

LINES_PER_SOURCE = 6
_MAIL_SHARE = 0.12
_BORN_LATER_SHARE = 0.2
_CLOSED_EARLY_SHARE = 0.06


def make_honest_sources(
    rng: np.random.Generator, goods: Goods, countries: list[str], n_sellers: int, n_direct: int, days: int
) -> pl.DataFrame:
    """Honest sources: first those with a seller, then shippers that sell on their own account.

    Args:
        countries: country of each shipper, in shipper order; a source's second shipper is in the country of its first.
    """
    n = n_sellers + n_direct
    shipper = rng.choice(len(countries), size=n, p=zipf_weights(len(countries), 0.6))
    home = [countries[i] for i in shipper]
    is_new, is_closed = rng.random((2, n)) < np.array([[_BORN_LATER_SHARE], [_CLOSED_EARLY_SHARE]])
    born = np.where(is_new, rng.integers(1, max(2, days), n), 0)
    weights = _balance_countries(zipf_weights(n, 0.9)[rng.permutation(n)], home)
    frame = pl.DataFrame(
        {
            "scheme": [HONEST] * n,
            "gang": np.zeros(n, dtype=np.int64),
            "seller": [i if i < n_sellers else None for i in range(n)],
            "shipper": shipper,
            "other_shipper": _draw_neighbours(rng, shipper, countries),
            "group": pick(rng, list(GROUP_SHARES), n, list(GROUP_SHARES.values())),
            "origin_country": _draw_origins(rng, home),
            "weight": weights,
            "born": born,
            "died": np.where(is_closed, born + rng.integers(5, 30, n), days),
            "price_level": rng.lognormal(0.0, 0.15, n),
        },
        schema_overrides={"seller": pl.Int64},
    )
    return frame.with_columns(lines=_draw_portfolios(rng, goods, frame["group"].to_list()))


def _balance_countries(weights: Floats, home: list[str]) -> Floats:
    """The weights scaled so that each country has its share of parcels whoever is big in it; they sum to one."""
    total = pl.DataFrame({"home": home, "weight": weights}).select(pl.sum("weight").over("home")).to_series().to_numpy()
    share: Floats = np.array([COUNTRIES[country].parcel_share for country in home]) * weights / total
    balanced: Floats = share / share.sum()
    return balanced


def make_scheme_sources(
    rng: np.random.Generator, goods: Goods, cells: list[Cell], first_shipper: int, first_seller: int
) -> pl.DataFrame:
    """One source a cell, with shippers and sellers numbered on from the honest ones and weights that meet the shares.

    A weight holds while the honest weights sum to one.
    """
    n = len(cells)
    kinds = [SCHEMES[cell.scheme] for cell in cells]
    alive = [sum(other.scheme == cell.scheme and _overlaps(other, cell) for other in cells) for cell in cells]
    number = np.arange(n)
    return pl.DataFrame(
        {
            "scheme": [cell.scheme for cell in cells],
            "gang": [cell.gang for cell in cells],
            "seller": first_seller + number,
            "shipper": first_shipper + number,
            "other_shipper": first_shipper + number,
            "group": [kind.groups[0] for kind in kinds],
            "origin_country": ["CN" if cell.country in ("HK", "MX") else cell.country for cell in cells],
            "weight": [kind.share / max(1, alive[i]) for i, kind in enumerate(kinds)],
            "born": [max(0, cell.born) for cell in cells],
            "died": [cell.died for cell in cells],
            "price_level": [kind.price_level for kind in kinds],
            "lines": [
                rng.choice(find_lines(goods, kind.groups, kind.word), LINES_PER_SOURCE).tolist() for kind in kinds
            ],
        },
        schema_overrides={"gang": pl.Int64, "born": pl.Int64, "died": pl.Int64, "lines": pl.List(pl.Int64)},
    )


def _overlaps(one: Cell, other: Cell) -> bool:
    """Whether both work on the middle day of `other`'s time."""
    return one.born <= (other.born + other.died) // 2 < one.died


def add_habits(
    rng: np.random.Generator, sources: pl.DataFrame, shippers: pl.DataFrame, first_day: date
) -> pl.DataFrame:
    """The sources with filer, ports, mail, mode, account age and consignor standing.

    A source born during the sample has an account opened in the three weeks before.
    """
    n = sources.height
    country = shippers["shipper_country"].gather(sources["shipper"])
    is_truck = (country == "MX").to_numpy()
    is_mail = ~is_truck & (rng.random(n) < _MAIL_SHARE) & np.array([scheme == HONEST for scheme in sources["scheme"]])
    port, other_port = (_draw_ports(rng, country.to_list(), is_mail.tolist()) for _ in range(2))
    opened = shippers["opened_days"].gather(sources["shipper"]).to_list()
    recent = rng.integers(1, 21, n)
    born = sources["born"].to_list()
    renews = [scheme == "counterfeit" for scheme in sources["scheme"]]
    age = [int(recent[i]) if born[i] > 0 or renews[i] else opened[i] for i in range(n)]
    return sources.with_columns(
        source=pl.int_range(pl.len(), dtype=pl.Int64),
        filer=rng.choice(40, size=n, p=zipf_weights(40, 0.5)),
        port=pl.Series(port),
        other_port=pl.Series(other_port),
        is_mail=is_mail,
        mode_draw=rng.integers(0, 12, n),
        opened_on=pl.Series([first_day + timedelta(days=born[i] - age[i]) for i in range(n)]),
        known=pl.Series([None if i % 7 == 3 else age[i] > 400 and i % 3 == 0 for i in range(n)], dtype=pl.Boolean),
    )


def _draw_ports(rng: np.random.Generator, countries: list[str], is_mail: list[bool]) -> list[str]:
    air = pick(rng, list(PORTS), len(countries), [port.share for port in PORTS.values()])
    mail = pick(rng, MAIL_PORTS, len(countries))
    return [mail[i] if is_mail[i] else PORT_BY_COUNTRY.get(country, air[i]) for i, country in enumerate(countries)]


def _draw_neighbours(rng: np.random.Generator, shipper: Ints, countries: list[str]) -> list[int]:
    by_country: dict[str, list[int]] = {}
    for i, country in enumerate(countries):
        by_country.setdefault(country, []).append(i)
    draws = rng.integers(0, 10_000, len(shipper))
    return [by_country[countries[s]][draws[i] % len(by_country[countries[s]])] for i, s in enumerate(shipper)]


def _draw_origins(rng: np.random.Generator, home: list[str]) -> list[str]:
    """Made where shipped for most; Hong Kong and a third of Mexico ship goods made in China."""
    chance = rng.random(len(home))
    return [
        "CN" if country == "HK" or (country == "MX" and chance[i] < 0.3) or chance[i] < 0.06 else country
        for i, country in enumerate(home)
    ]


def _draw_portfolios(rng: np.random.Generator, goods: Goods, groups: list[str]) -> pl.Series:
    """Six lines a source, five from its group and one from another."""
    by_group = {group: find_lines(goods, (group,)) for group in GROUP_SHARES}
    strays = find_lines(goods, tuple(GROUP_SHARES))
    draws = rng.integers(0, 100_000, (len(groups), LINES_PER_SOURCE))
    rows = [
        [int(by_group[group][draw % len(by_group[group])]) for draw in draws[i, 1:]]
        + [int(strays[draws[i, 0] % len(strays)])]
        for i, group in enumerate(groups)
    ]
    return pl.Series(rows, dtype=pl.List(pl.Int64))
