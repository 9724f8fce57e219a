"""Draws the e-commerce entries of all days: who sent what to whom, when and how, with the truth kept beside it.

Belongs here: one row an entry: parties, route, times, numbers, truth.
Belongs elsewhere: its goods lines (line.py), amendments, spoilt rows and files (entry_file.py).
"""

from datetime import timedelta

import numpy as np
import polars as pl

from sample_data.number import add_check_digit, make_airway_bill, make_postal_number
from sample_data.place import PORT_BY_COUNTRY, PORTS
from sample_data.scheme import HONEST, draw_truth, draw_value_factor
from sample_data.trade import N_CONSIGNEES, World
from sample_data.word import Flags, Floats, Ints, pick, zipf_weights

ENTRIES_A_DAY = 2_450
_CARRIERS = tuple(dict.fromkeys(carrier for port in PORTS.values() for carrier in port.carriers))
# A source with more than this share of the trade is big enough to ship through every airport.
_SPREAD_WEIGHT = 0.004
# Hours from filing to arrival, shortest and longest, by mode.
_TRANSIT_HOURS = {"30": (1, 12), "31": (1, 14), "40": (8, 60), "41": (6, 30), "50": (48, 216)}
_VAGUE_SHARES = {"contraband": 0.75, "undervalue": 0.06, "unsafe": 0.08}


def draw_entries(world: World) -> pl.DataFrame:
    """One row an entry, in order of filing, with every column that all its lines share and the hidden state.

    Hidden columns: day, source, scheme, truth, value_factor, is_vague, later_at, is_amended, is_cancelled.
    """
    rng = world.make_rng(1)
    day = np.repeat(np.arange(world.days), _draw_counts(rng, world))
    seconds = rng.triangular(0, 52_000, 82_000, len(day)).astype(np.int64)
    order = np.lexsort((seconds, day))
    day, seconds = day[order], seconds[order]
    rows = world.sources[_draw_sources(rng, world, day)]
    rows = rows.with_columns(day=day, filed_at=_make_times(world, day * 86_400 + seconds))
    rows = _add_truth(rng, rows)
    rows = _add_route(rng, rows)
    rows = _add_parties(rng, world, rows)
    return _add_later_versions(rng, _add_numbers(rows))


def _draw_counts(rng: np.random.Generator, world: World) -> Ints:
    """Entries on each day: fewer at weekends."""
    weekday = np.array([(world.first_day + timedelta(days=i)).weekday() for i in range(world.days)])
    counts: Ints = (ENTRIES_A_DAY * np.where(weekday < 5, 1.05, 0.88) * rng.uniform(0.97, 1.03, world.days)).astype(
        np.int64
    )
    return counts


def _draw_sources(rng: np.random.Generator, world: World, day: Ints) -> Ints:
    weight, born, died = (world.sources[name].to_numpy() for name in ("weight", "born", "died"))
    drawn = []
    for today, n in zip(*np.unique(day, return_counts=True), strict=True):
        alive = np.where((born <= today) & (today < died), weight, 0.0)
        drawn.append(rng.choice(len(weight), size=n, p=alive / alive.sum()))
    return np.concatenate(drawn)


def _make_times(world: World, seconds: Ints) -> pl.Series:
    """Times in UTC, the given seconds after the first day's midnight."""
    start = np.datetime64(world.first_day.isoformat(), "us")
    return pl.Series(start + seconds.astype("timedelta64[s]")).dt.replace_time_zone("UTC")


def _add_truth(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    scheme = rows["scheme"].to_list()
    truth = draw_truth(rng, scheme, rows["group"].to_list())
    vague_share = np.array([_VAGUE_SHARES.get(name, 0.025) for name in scheme])
    return rows.with_columns(
        truth=pl.Series(truth),
        value_factor=draw_value_factor(rng, scheme, truth),
        is_vague=rng.random(len(scheme)) < vague_share,
    )


def _add_route(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds port, mode, carrier, transport documents and arrival; contraband switches ports every other time."""
    n = rows.height
    chance, stray = rng.random(n), rng.integers(0, 7, n)
    is_spread = (rows["weight"] > _SPREAD_WEIGHT).to_numpy() & (rows["scheme"] == HONEST).to_numpy() & (chance < 0.7)
    is_switched = (rows["scheme"] == "contraband").to_numpy() & (chance < 0.5)
    port = _choose_ports(rng, rows, is_spread | is_switched, chance)
    mode = [
        "50" if is_mail else PORTS[port[i]].modes[draw % len(PORTS[port[i]].modes)]
        for i, (is_mail, draw) in enumerate(rows.select("is_mail", "mode_draw").iter_rows())
    ]
    habit = rows["source"].to_numpy() + (chance > 0.8) * stray
    carrier = [PORTS[code].carriers[habit[i] % len(PORTS[code].carriers)] for i, code in enumerate(port)]
    low, high = (np.array([_TRANSIT_HOURS[code][k] for code in mode]) * 3600 for k in (0, 1))
    transit = rng.integers(low, high)
    return rows.with_columns(
        port_code=pl.Series(port),
        mode_code=pl.Series(mode),
        carrier_code=pl.Series([None if mode[i] == "50" else code for i, code in enumerate(carrier)]),
        master_bill=pl.Series(_make_masters(rows["day"].to_list(), port, mode, carrier)),
        estimated_arrival_at=rows["filed_at"] + pl.Series(transit * 1_000_000).cast(pl.Duration("us")),
    )


def _choose_ports(rng: np.random.Generator, rows: pl.DataFrame, is_free: Flags, chance: Floats) -> list[str]:
    """The source's port, its other port one time in eight, or any airport where the source is free to choose."""
    air = pick(rng, list(PORTS), rows.height, [port.share for port in PORTS.values()])
    mobile = is_free & ~rows["is_mail"].to_numpy() & ~rows["port"].is_in(list(PORT_BY_COUNTRY.values())).to_numpy()
    return [
        air[i] if mobile[i] else other if chance[i] > 0.88 else usual
        for i, (usual, other) in enumerate(rows.select("port", "other_port").iter_rows())
    ]


def _make_masters(day: list[int], port: list[str], mode: list[str], carrier: list[str]) -> list[str | None]:
    """Master bills: one a day, port, carrier and one of four loads; none for mail."""
    ports = {code: i for i, code in enumerate(PORTS)}
    masters: list[str | None] = []
    for i, code in enumerate(mode):
        line = _CARRIERS.index(carrier[i])
        serial = 1_000_000 + ((day[i] * 8 + ports[port[i]]) * 20 + line) * 4 + i % 4
        air = make_airway_bill(900 + line, serial)
        masters.append(None if code == "50" else f"{carrier[i]}{serial:08d}" if code in ("30", "31") else air)
    return masters


def _add_parties(rng: np.random.Generator, world: World, rows: pl.DataFrame) -> pl.DataFrame:
    n = rows.height
    shipper = np.where(rng.random(n) < 0.88, rows["shipper"].to_numpy(), rows["other_shipper"].to_numpy())
    spelling = pl.Series(rng.choice(4, size=n, p=[0.93, 0.03, 0.03, 0.01]))
    consignee_spelling = pl.Series(rng.choice(4, size=n, p=[0.95, 0.03, 0.01, 0.01]))
    shippers = world.shippers[shipper].with_columns(shipper_name=pl.col("shipper_names").list.get(pl.lit(spelling)))
    sellers = world.sellers[rows["seller"].fill_null(0).to_numpy()]
    sellers = sellers.with_columns(pl.when(rows["seller"].is_not_null()).then(pl.all()))
    consignees = world.consignees[_draw_consignees(rng, rows)]
    consignees = consignees.with_columns(consignee_name=pl.col("consignee_names").list.get(pl.lit(consignee_spelling)))
    filers = world.filers[rows["filer"].to_numpy()]
    for parties in (shippers.drop("shipper_names", "opened_days"), sellers, consignees.drop("consignee_names"), filers):
        rows = rows.hstack(parties)
    is_laundered = pl.Series((rows["scheme"] == "false_origin").to_numpy() & (rng.random(n) < 0.4))
    return rows.with_columns(
        export_country=pl.when(is_laundered).then(pl.lit("CN")).otherwise("shipper_country"),
        packing_country=pl.when(pl.Series(rng.random(n) < 0.1))
        .then(None)
        .when(is_laundered)
        .then(pl.lit("CN"))
        .otherwise("shipper_country"),
        account_opened_on=pl.when(pl.col("source") % 8 != 1).then("opened_on"),
        verified_known_consignor="known",
        screened=pl.when(pl.col("mode_code").is_in(["40", "41"])).then(pl.Series(rng.random(n) < 0.97)),
    )


def _draw_consignees(rng: np.random.Generator, rows: pl.DataFrame) -> Ints:
    """Most are strangers, one in seven is a source's regular; a splitter serves five names at one address."""
    n = rows.height
    stranger = rng.choice(N_CONSIGNEES - 70, size=n, p=zipf_weights(N_CONSIGNEES - 70, 0.3))
    forwarded = N_CONSIGNEES - 60 + rng.integers(0, 60, n)
    regular = (rows["source"].to_numpy() * 97 + rng.integers(0, 6, n) * 1013) % (N_CONSIGNEES - 70)
    split = N_CONSIGNEES - 70 + rows["gang"].to_numpy() * 5 + rng.integers(0, 5, n)
    chance = rng.random(n)
    drawn: Ints = np.where(chance < 0.14, regular, np.where(chance < 0.15, forwarded, stranger))
    return np.where((rows["scheme"] == "split").to_numpy(), split, drawn)


def _add_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds entry numbers, in sequence for each filer, and house bills; a postal item has a postal number."""
    serial = (2_000_000 + pl.col("filer") * 37 + pl.int_range(pl.len()).over("filer")).alias("serial")
    rows = rows.with_columns(rows.select(serial)).with_row_index("entry")
    numbers = add_check_digit(rows["filer_code"].to_list(), rows["serial"].to_list())
    postal = make_postal_number(rows["entry"].to_list(), rows["shipper_country"].to_list())
    house = [f"ZH{(i * 7919 + 1_234_567_890) % 10**10:010d}" for i in range(rows.height)]
    is_mail = rows["mode_code"] == "50"
    return rows.with_columns(
        entry_number=pl.Series(numbers),
        house_bill=pl.when(is_mail).then(pl.Series(postal)).otherwise(pl.Series(house)),
    )


def _add_later_versions(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Marks the entries that are amended or cancelled later on the same day, before they arrive, and when."""
    chance = rng.random(rows.height)
    share = pl.Series(rng.uniform(0.1, 0.9, rows.height))
    midnight = pl.col("filed_at").dt.truncate("1d") + timedelta(hours=23, minutes=59)
    end = pl.min_horizontal(midnight, "estimated_arrival_at")
    return rows.with_columns(
        is_amended=chance < 0.005,
        is_cancelled=(chance >= 0.005) & (chance < 0.0062),
        later_at=(pl.col("filed_at") + (end - pl.col("filed_at")) * share).dt.truncate("1s"),
    )
