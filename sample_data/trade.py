"""The whole made-up trade of one seed: parties, goods and sources, before a single shipment is drawn.

Belongs here: how many of each there are, and putting them together.
Belongs elsewhere: how each is made (party.py, goods.py, source.py), shipments (entry.py, bill.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from sample_data.goods import Goods, load_goods
from sample_data.list_scene import ListScene
from sample_data.party import (
    draw_party_words,
    make_consignees,
    make_filers,
    make_importers,
    make_sellers,
    make_shippers,
)
from sample_data.place import COUNTRIES
from sample_data.scheme import Cell, list_cells
from sample_data.source import add_habits, make_honest_sources, make_scheme_sources
from sample_data.word import pick

N_PARCEL_SHIPPERS = 440
N_OCEAN_SHIPPERS = 130
N_SELLERS = 860
N_DIRECT = 120
N_CONSIGNEES = 9_000
N_IMPORTERS = 220
N_LIST_WORDS = 160


@dataclass(frozen=True)
class World:
    """Shippers are numbered parcel shippers first, then fronts of schemes, then ocean shippers."""

    seed: int
    first_day: date
    days: int
    goods: Goods
    shippers: pl.DataFrame
    first_ocean_shipper: int
    sellers: pl.DataFrame
    filers: pl.DataFrame
    consignees: pl.DataFrame
    importers: pl.DataFrame
    sources: pl.DataFrame
    list_words: list[str]

    @property
    def scene(self) -> ListScene:
        """What the lists are made of."""
        names = [names[0] for names in self.shippers["shipper_names"]]
        return ListScene(self.seed, self.first_day, self.days, self.list_words, names)

    def make_rng(self, part: int) -> np.random.Generator:
        """A generator of its own for one part of the sample, so that parts do not disturb each other."""
        return np.random.default_rng([self.seed, part])


def make_world(seed: int, days: int, last_day: date) -> World:
    """The world of a seed: the same seed, days and last day give the same world."""
    rng = np.random.default_rng([seed, 0])
    first_day = last_day - timedelta(days=days - 1)
    cells = list_cells(days)
    homes = pick(rng, list(COUNTRIES), N_PARCEL_SHIPPERS, [country.parcel_share for country in COUNTRIES.values()])
    sea_homes = pick(rng, list(COUNTRIES), N_OCEAN_SHIPPERS, [country.ocean_share for country in COUNTRIES.values()])
    countries = homes + [cell.country for cell in cells] + sea_homes
    shipper_words, seller_words, importer_words, list_words = draw_party_words(
        rng, [2 * len(countries), N_SELLERS + len(cells), N_IMPORTERS, N_LIST_WORDS]
    )
    goods = load_goods(rng)
    shippers = _gather_gangs(make_shippers(rng, shipper_words, countries), cells)
    honest = make_honest_sources(rng, goods, homes, N_SELLERS, N_DIRECT, days)
    fronts = make_scheme_sources(rng, goods, cells, N_PARCEL_SHIPPERS, N_SELLERS).select(honest.columns)
    # Product numbers show the number of a source, so the dishonest ones may not stand at the end.
    sources = pl.concat([honest, fronts])[rng.permutation(honest.height + fronts.height)]
    return World(
        seed=seed,
        first_day=first_day,
        days=days,
        goods=goods,
        shippers=shippers,
        first_ocean_shipper=N_PARCEL_SHIPPERS + len(cells),
        sellers=make_sellers(rng, seller_words),
        filers=make_filers(),
        consignees=make_consignees(rng, N_CONSIGNEES),
        importers=make_importers(rng, importer_words),
        sources=add_habits(rng, sources, shippers, first_day),
        list_words=list_words,
    )


def _gather_gangs(shippers: pl.DataFrame, cells: list[Cell]) -> pl.DataFrame:
    """A counterfeit gang keeps one address under all its names; two forced-labour shippers sit in Xinjiang."""
    rows = shippers.to_dicts()
    home: dict[int, dict[str, object]] = {}
    for i, cell in enumerate(cells, start=N_PARCEL_SHIPPERS):
        if cell.scheme == "counterfeit":
            first = home.setdefault(cell.gang, rows[i])
            rows[i] |= {name: first[name] for name in first if name not in ("shipper_names", "opened_days")}
        if cell.scheme == "forced_labour" and cell.gang < 2:
            rows[i] |= {"shipper_city": "Aksu", "shipper_state": "Xinjiang", "shipper_postal_code": "843000"}
    return pl.DataFrame(rows, schema=shippers.schema)
