"""Draws the ocean bills of all days: shippers, importers, ships, containers and goods, with the truth kept beside them.

Belongs here: one row a bill and one row a container, whatever format they are later written in.
Belongs elsewhere: the AMS tables (ams.py), the X12 interchange (x12.py).
"""

from datetime import timedelta

import numpy as np
import polars as pl

from sample_data.goods import find_lines
from sample_data.number import make_container_number, make_ship_number
from sample_data.place import LADINGS, UNLADINGS, SeaPort
from sample_data.scheme import HONEST, draw_losses
from sample_data.trade import World
from sample_data.word import Ints, list_words, pick, zipf_weights

AMS_BILLS_A_DAY = 150
X12_BILLS_A_DAY = 40
N_SOURCES = 260
# Real carrier codes, so that look-ups of codes have something to find; the ships and bills are made up.
CARRIERS = ("MAEU", "MSCU", "CMDU", "HLCU", "ONEY", "EGLV", "COSU", "OOLU", "YMLU", "HDMU", "ZIMU", "WHLC")
_FORWARDERS = ("ZQFW", "ZXNV", "ZLGT", "ZTRF")
_GROUPS = {
    "furniture": 0.2, "home": 0.1, "kitchen": 0.08, "tool": 0.07, "toy": 0.05, "apparel": 0.08, "footwear": 0.05,
    "auto": 0.06, "tyre": 0.06, "metal": 0.07, "floor": 0.07, "solar": 0.03, "bulkfood": 0.06, "yarn": 0.05,
    "chemical": 0.03, "machine": 0.03, "light": 0.03, "phone": 0.03,
}  # fmt: skip
_UNITS = {"tyre": "PCS", "bulkfood": "BAG", "metal": "BDL", "chemical": "DRM", "machine": "CRT", "floor": "PLT"}
# Group, word in the goods, share of bills, guilty share, finding: the dishonest lanes at sea.
_LANES: tuple[tuple[str, str, float, float, str], ...] = (
    ("tyre", "", 0.012, 0.8, "ADCVD_EVASION"), ("metal", "aluminium", 0.008, 0.75, "ADCVD_EVASION"),
    ("yarn", "cotton", 0.01, 0.7, "UFLPA_DETAINED"), ("bulkfood", "tomato", 0.006, 0.7, "WRO_DETAINED"),
    ("chemical", "", 0.008, 0.6, "PRECURSOR"),
)  # fmt: skip
_MISTAKE_SHARE = 0.012
_MISTAKES = ("MISMANIFESTED", "MISCLASSIFIED", "UNDERVALUED", "UNSAFE_PRODUCT", "FALSE_ORIGIN")
# Every fifth lane files X12, over four shipping lines that each serve one port; the others file AMS bills.
_X12_EVERY, _X12_LINES = 5, 4
_OWNERS = ("ZQXU", "TWLU", "QVTU", "XLMU")
_BOXES = (("45G1", "4B", 4000, 906), ("42G1", "4B", 4000, 806), ("22G1", "2B", 2000, 806))
# Words for thin text that a lane with something to hide prefers.
_THIN_TEXTS = ("GENERAL CARGO", "SPARE PARTS", "INDUSTRIAL MATERIAL", "FAK", "CHEMICAL PRODUCTS", "CONSOLIDATED CARGO")


def make_sea_sources(rng: np.random.Generator, world: World) -> pl.DataFrame:
    """One row a lane: shipper, importer, goods, ports and carrier; the last rows are the dishonest ones.

    Dishonest lanes have a Chinese shipper; those that evade anti-dumping duty load in Malaysia.
    """
    n = N_SOURCES + len(_LANES)
    shipper = _draw_sea_shippers(rng, world, n)
    group = pick(rng, list(_GROUPS), N_SOURCES, list(_GROUPS.values())) + [lane[0] for lane in _LANES]
    words = [""] * N_SOURCES + [lane[1] for lane in _LANES]
    finding = [""] * N_SOURCES + [lane[4] for lane in _LANES]
    country = world.shippers["shipper_country"].gather(shipper).to_list()
    lading = [_choose_lading(rng, "MY" if finding[i] == "ADCVD_EVASION" else code) for i, code in enumerate(country)]
    lane = np.arange(n)
    is_x12 = lane % _X12_EVERY == 0
    line = lane // _X12_EVERY % _X12_LINES
    unlading = np.where(is_x12, line, rng.choice(len(UNLADINGS), size=n, p=[port.share for port in UNLADINGS]))
    honest = zipf_weights(N_SOURCES, 0.7)[rng.permutation(N_SOURCES)]
    return pl.DataFrame(
        {
            "lane": lane,
            "is_x12": is_x12,
            "finding": finding,
            "guilty_share": [0.0] * N_SOURCES + [lane[3] for lane in _LANES],
            "shipper": shipper,
            "importer": rng.integers(0, world.importers.height, n),
            "lines": [rng.choice(find_lines(world.goods, (group[i],), words[i]), 3).tolist() for i in range(n)],
            "group": group,
            "lading": [port.spelling for port in lading],
            "lading_code": [port.code for port in lading],
            "unlading": [UNLADINGS[i].spelling for i in unlading],
            "unlading_code": [UNLADINGS[i].code for i in unlading],
            "unlading_locode": [UNLADINGS[i].locode for i in unlading],
            "carrier": np.where(is_x12, line * 3, rng.integers(0, len(CARRIERS), n)),
            "weight": [*honest, *(lane[2] for lane in _LANES)],
        }
    )


def _draw_sea_shippers(rng: np.random.Generator, world: World, n: int) -> Ints:
    """Ocean shippers, one lane in seven a parcel shipper; the last lanes, which are dishonest, are Chinese."""
    at_sea = np.arange(world.first_ocean_shipper, world.shippers.height)
    chinese = at_sea[(world.shippers["shipper_country"].gather(at_sea) == "CN").to_numpy()]
    shipper: Ints = np.where(rng.random(n) < 0.85, rng.choice(at_sea, n), rng.integers(0, 40, n))
    shipper[-len(_LANES) :] = rng.choice(chinese, len(_LANES), replace=False)
    return shipper


def _choose_lading(rng: np.random.Generator, country: str) -> SeaPort:
    ports = LADINGS.get(country, LADINGS["CN"])
    shares = np.array([port.share for port in ports])
    return ports[int(rng.choice(len(ports), p=shares / shares.sum()))]


def make_ships(rng: np.random.Generator) -> pl.DataFrame:
    """Three invented ships a carrier, in carrier order, with flag and ship number."""
    n = 3 * len(CARRIERS)
    words = list_words()
    names = rng.choice(len(words), size=n, replace=False)
    return pl.DataFrame(
        {
            "vessel_name": [f"{words[i].upper()} {('EXPRESS', 'TRADER', 'STAR')[k % 3]}" for k, i in enumerate(names)],
            "flag": pick(rng, ("LR", "PA", "SG", "MH", "HK", "DE"), n),
            "ship_number": [make_ship_number(1_000 + 37 * k) for k in range(n)],
        }
    )


def draw_bills(world: World) -> pl.DataFrame:
    """One row a bill in order of day, AMS bills before X12 bills, with parties, route, amounts and the hidden truth."""
    rng = world.make_rng(4)
    lanes = make_sea_sources(rng, world)
    per_day = AMS_BILLS_A_DAY + X12_BILLS_A_DAY
    n = per_day * world.days
    day = np.repeat(np.arange(world.days), per_day)
    files_x12 = np.tile(np.arange(per_day) >= AMS_BILLS_A_DAY, world.days)
    lane = np.where(files_x12, _draw_lanes(rng, lanes, True, n), _draw_lanes(rng, lanes, False, n))
    rows = lanes[lane].with_row_index("bill").with_columns(day=day)
    ship = rows["carrier"].to_numpy() * 3 + (day // 9 + np.where(files_x12, 0, lane)) % 3
    rows = (
        rows.hstack(make_ships(rng)[ship])
        .hstack(world.shippers[rows["shipper"].to_numpy()].drop("opened_days"))
        .hstack(world.importers[rows["importer"].to_numpy()])
    )
    rows = _add_sea_numbers(rng, world, rows)
    return _add_sea_truth(rng, _add_cargo(rng, world, rows))


def _draw_lanes(rng: np.random.Generator, lanes: pl.DataFrame, is_x12: bool, n: int) -> Ints:
    weight = np.where(lanes["is_x12"].to_numpy() == is_x12, lanes["weight"].to_numpy(), 0.0)
    return rng.choice(lanes.height, size=n, p=weight / weight.sum())


def _add_sea_numbers(rng: np.random.Generator, world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds identifier, bill numbers, voyage and times; the identifier is the day and five or six digits."""
    n = rows.height
    place = np.arange(n) % (n // world.days)
    serial = np.where(rng.random(n) < 0.9, 1_000, 100_000) + place * 211 + rng.integers(0, 200, n)
    days = [f"{world.first_day + timedelta(days=i):%Y%m%d}" for i in rows["day"]]
    has_house = rng.random(n) < 0.43
    house = [f"{_FORWARDERS[i % 4]}{(i * 104_729 + 7_000_003) % 10**9:09d}" for i in range(n)]
    x12 = [f"ZQ{days[i][2:6]}{(i * 7_919) % 10**6:06d}" for i in range(n)]
    master = [f"{CARRIERS[c]}{(i * 15_485 + 200_000_033) % 10**9:09d}" for i, c in enumerate(rows["carrier"])]
    release = pl.Series([world.first_day + timedelta(days=i) for i in rows["day"]]).cast(pl.Datetime("us", "UTC"))
    hours = pl.Series(np.where(rows["is_x12"].to_numpy(), 4, 15).astype(np.int64) * 3_600_000_000).cast(
        pl.Duration("us")
    )
    return rows.with_columns(
        identifier=pl.Series([f"{days[i]}{serial[i]:05d}" for i in range(n)]),
        carrier_code=pl.Series([CARRIERS[c] for c in rows["carrier"]]),
        master_bill=pl.Series([x12[i] if is_x12 else master[i] for i, is_x12 in enumerate(rows["is_x12"])]),
        house_bill=pl.Series(
            [house[i] if has_house[i] and not is_x12 else None for i, is_x12 in enumerate(rows["is_x12"])]
        ),
        voyage=pl.format("{}E", (100 + rows["day"] // 9 * 3 + rows["carrier"]).cast(pl.String)),
        filed_at=release + hours,
        filed_on=release.dt.date(),
    )


def _add_cargo(rng: np.random.Generator, world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds line, weight, pieces, value, volume and wording; a guilty lane words its goods thinly half of the time."""
    n = rows.height
    line = rows["lines"].list.get(pl.Series(rng.choice(3, size=n, p=[0.6, 0.25, 0.15]))).to_numpy()
    containers_n = 1 + rng.binomial(3, 0.18, n)
    weight = np.round(containers_n * np.minimum(rng.lognormal(9.1, 0.55, n), 26_000)).astype(np.int64) + 50
    each = world.goods.lines["kg_each"].to_numpy()[line]
    pieces = np.maximum(1, np.round(weight / np.clip(each * 12, 8, 900))).astype(np.int64)
    value = weight * world.goods.lines["usd_per_kg"].to_numpy()[line] * 0.35 * rng.lognormal(0, 0.25, n)
    wording = rng.integers(0, 12, n)
    texts = [world.goods.wordings[k][wording[i] % len(world.goods.wordings[k])].upper() for i, k in enumerate(line)]
    is_thin = rng.random(n) < np.where((rows["finding"] != "").to_numpy(), 0.35, 0.03)
    return rows.with_columns(
        hts10=world.goods.lines["hts10"].gather(line),
        containers_n=containers_n,
        weight_kg=weight,
        pieces_n=pieces,
        volume=np.maximum(1, weight // 320),
        unit=rows["group"].replace_strict(_UNITS, default="CTN"),
        value_usd=np.round(value),
        text=pl.Series(
            [_THIN_TEXTS[wording[i] % len(_THIN_TEXTS)] if is_thin[i] else text for i, text in enumerate(texts)]
        ),
        is_hazmat=pl.Series(rows["group"] == "chemical") | world.goods.lines["hts10"].gather(line).eq("8507600000"),
    )


def _add_sea_truth(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    chance, factor = rng.random(rows.height), rng.uniform(0.4, 0.7, rows.height)
    mistakes = pick(rng, _MISTAKES, rows.height)
    truth = [
        finding
        if finding and chance[i] < share
        else mistakes[i]
        if chance[i] > 1 - _MISTAKE_SHARE
        else "NO_DISCREPANCY"
        for i, (finding, share) in enumerate(rows.select("finding", "guilty_share").iter_rows())
    ]
    loss = draw_losses(rng, truth, rows["value_usd"].to_numpy(), factor)
    scheme = pl.when(pl.col("finding") == "").then(pl.lit(HONEST)).otherwise(pl.lit("sea"))
    return rows.with_columns(truth=pl.Series(truth), loss_usd=loss, scheme=scheme)


def draw_containers(world: World, bills: pl.DataFrame) -> pl.DataFrame:
    """One row a container, with its share of weight and pieces; one number in a hundred has a wrong check digit."""
    rng = world.make_rng(5)
    rows = bills[np.repeat(np.arange(bills.height), bills["containers_n"].to_numpy())]
    n = rows.height
    serial = rng.choice(900_000, size=n, replace=False) + 100_000
    numbers = [make_container_number(_OWNERS[i % 4], int(serial[i])) for i in range(n)]
    is_wrong = rng.random(n) < 0.01
    box = rng.choice(3, size=n, p=[0.55, 0.25, 0.2])
    place = pl.int_range(pl.len()).over("bill")
    share = [
        pl.col(name) // pl.col("containers_n")
        + pl.when(place == 0).then(pl.col(name) % pl.col("containers_n")).otherwise(0)
        for name in ("weight_kg", "pieces_n")
    ]
    return rows.with_columns(
        container_number=pl.Series(
            [
                number[:-1] + str((int(number[-1]) + 3) % 10) if is_wrong[i] else number
                for i, number in enumerate(numbers)
            ]
        ),
        seal_1=pl.Series([f"ZS{value:07d}" for value in rng.integers(1, 9_999_999, n)]),
        seal_2=pl.Series([f"H{value:06d}" if value % 16 == 0 else None for value in rng.integers(1, 999_999, n)]),
        box_type=pl.Series([_BOXES[k][0] for k in box]),
        box_code=pl.Series([_BOXES[k][1] for k in box]),
        box_length=pl.Series([_BOXES[k][2] for k in box]),
        box_height=pl.Series([_BOXES[k][3] for k in box]),
        box_kg=share[0],
        box_pieces=share[1],
    )
