"""Ocean bills before they are written in either format: ships, ports, containers, cargo and numbers.

Belongs here: one row a bill and one a container, with the columns that the formats need.
Belongs elsewhere: what is sent (shipment.py), the AMS tables (sea_ams.py), the X12 interchange (sea_x12.py).
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from sample_data.goods import COUNTRY_CODES
from sample_data.place import LADINGS, UNLADINGS
from sample_data.word import Ints, list_words
from sample_data.world.ground import GROUPS, find_square
from sample_data.world.naming import SPELLINGS, join, text_of
from sample_data.world.number import make_ship_number, write_container_numbers
from sample_data.world.person import FIRST_FIRM, write_consignees
from sample_data.world.shipment import Rules, Shipments
from sample_data.world.stream import draw_index, mix_below

# Real carrier codes, so that look-ups of codes have something to find; the ships and bills are made up.
CARRIERS = pl.Series(["MAEU", "MSCU", "CMDU", "HLCU", "ONEY", "EGLV", "COSU", "OOLU", "YMLU", "HDMU", "ZIMU", "WHLC"])
_FORWARDERS = pl.Series(["ZQFW", "ZXNV", "ZLGT", "ZTRF"])
_FLAGS = pl.Series(["LR", "PA", "SG", "MH", "HK", "DE"])
_OWNERS = ["ZQXU", "TWLU", "QVTU", "XLMU"]
_SHIPS_A_CARRIER = 3
_BOX = pl.DataFrame(
    {
        "box_type": ["45G1", "42G1", "22G1"], "box_code": ["4B", "4B", "2B"], "box_length": [4000, 4000, 2000],
        "box_height": [906, 806, 806],
    }
)  # fmt: skip
_UNITS = {"tyre": "PCS", "bulkfood": "BAG", "metal": "BDL", "chemical": "DRM", "machine": "CRT", "floor": "PLT"}
_UNIT_TEXT = pl.Series([_UNITS.get(group, "CTN") for group in GROUPS])
_THIN = pl.Series(
    ["GENERAL CARGO", "SPARE PARTS", "INDUSTRIAL MATERIAL", "FAK", "CHEMICAL PRODUCTS", "CONSOLIDATED CARGO"]
)
_HOUSE_SHARE = 0.43
_SEA = [port for ports in LADINGS.values() for port in ports]
_PORTS_OF = [[_SEA.index(port) for port in LADINGS.get(code, LADINGS["CN"])] for code in COUNTRY_CODES]
_LADING_TEXT, _LADING_CODE = pl.Series([port.spelling for port in _SEA]), pl.Series([port.code for port in _SEA])
_UNLADING = pl.DataFrame(
    {
        "unlading": [port.spelling for port in UNLADINGS], "unlading_code": [port.code for port in UNLADINGS],
        "unlading_locode": [port.locode for port in UNLADINGS],
    }
)  # fmt: skip
_UNLADING_ENDS = np.cumsum([port.share for port in UNLADINGS])
_CHEMICAL = GROUPS.index("chemical")
_BATTERY = "8507600000"
# At sea goods cost about a third of what they cost in parcels.
_BULK_PRICE = 0.35


@dataclass
class SeaDesk:
    """Where ocean bills get their numbers; `bills_n` counts them, so that numbers are given once."""

    rules: Rules
    salt: int
    wrong_share: float
    bills_n: int = 0

    def write(self, rng: np.random.Generator, sent: Shipments, on: date, day: int) -> pl.DataFrame:
        """One row a bill; values and losses of `sent` are afterwards those of a bill."""
        bill = self.bills_n + np.arange(sent.n)
        self.bills_n += sent.n
        sent.consignee = np.where(
            sent.consignee < FIRST_FIRM, FIRST_FIRM + mix_below(sent.number, 94, self.rules.importers_n), sent.consignee
        )
        sent.place = sent.consignee * 32
        cargo = self._load(rng, sent)
        carrier = mix_below(sent.number, 95, len(CARRIERS))
        serial = (
            np.where(rng.random(sent.n) < 0.9, 1_000, 100_000) + (bill - bill[0]) * 211 + rng.integers(0, 200, sent.n)
        )
        house = join(_FORWARDERS.gather(bill % 4), text_of((bill * 104_729 + 7_000_003) % 10**9, 9))
        has_house = pl.Series(rng.random(sent.n) < _HOUSE_SHARE)
        return pl.DataFrame(
            {
                "bill": bill,
                "day": pl.repeat(day, sent.n, eager=True, dtype=pl.Int64),
                "identifier": join(f"{on:%Y%m%d}", text_of(serial, 5)),
                "carrier": carrier,
                "carrier_code": CARRIERS.gather(carrier),
                "master_bill": join(CARRIERS.gather(carrier), text_of((bill * 15_485 + 200_000_033) % 10**9, 9)),
                "house_bill": pl.select(pl.when(has_house).then(house)).to_series(),
                **self._route(sent, carrier, day),
                **self._write_parties(sent),
                **cargo,
            }
        )

    def _load(self, rng: np.random.Generator, sent: Shipments) -> dict[str, pl.Series]:
        """Containers, weight, pieces, value and words; weights are log-normal, as in the public AMS sample."""
        ground = self.rules.ground
        containers = 1 + rng.binomial(3, 0.18, sent.n)
        each = np.minimum(rng.lognormal(9.1, 0.55, sent.n), 26_000)
        weight: Ints = np.round(containers * each).astype(np.int64) + 50
        kg_each = ground.kg_each[sent.line]
        value = weight * _BULK_PRICE * sent.value_usd / (sent.quantity * kg_each)
        sent.loss_usd = np.round(sent.loss_usd / sent.value_usd * value, 2)
        sent.value_usd = np.round(value)
        pieces: Ints = np.maximum(1, np.round(weight / np.clip(kg_each * 12, 8, 900))).astype(np.int64)
        thin = _THIN.gather(sent.text % len(_THIN))
        is_thin = pl.Series(sent.text >= ground.vague_first)
        text = pl.select(pl.when(is_thin).then(thin).otherwise(ground.texts.gather(sent.text).str.to_uppercase()))
        hts10 = ground.hts10.gather(sent.declared)
        is_chemical = pl.Series(ground.group[sent.declared] == _CHEMICAL)
        return {
            "hts10": hts10,
            "containers_n": pl.Series(containers),
            "weight_kg": pl.Series(weight),
            "pieces_n": pl.Series(pieces),
            "volume": pl.Series(np.maximum(1, weight // 320)),
            "unit": _UNIT_TEXT.gather(ground.group[sent.declared]),
            "value_usd": pl.Series(sent.value_usd),
            "text": text.to_series(),
            "is_hazmat": is_chemical | (hts10 == _BATTERY),
        }

    def _route(self, sent: Shipments, carrier: Ints, day: int) -> dict[str, pl.Series]:
        ship = carrier * _SHIPS_A_CARRIER + (day // 9 + sent.number) % _SHIPS_A_CARRIER
        lading = find_square(_PORTS_OF, self.rules.shippers.country[sent.identity], sent.number)
        unlading = np.searchsorted(_UNLADING_ENDS, mix_below(sent.number, 99, 1_000) / 1_000.0, side="right")
        return {
            **_list_ships(self.salt)[ship].to_dict(),
            "voyage": join(text_of(100 + day // 9 * 3 + carrier), "E"),
            "lading": _LADING_TEXT.gather(lading),
            "lading_code": _LADING_CODE.gather(lading),
            **_UNLADING[np.minimum(unlading, len(UNLADINGS) - 1)].to_dict(),
        }

    def _write_parties(self, sent: Shipments) -> dict[str, pl.Series]:
        shipper = self.rules.shippers.table[sent.identity * SPELLINGS + sent.spelling]
        nothing, every = np.zeros(sent.n, dtype=np.bool_), np.ones(sent.n, dtype=np.bool_)
        importer = write_consignees(self.salt, sent.consignee, sent.consignee_spelling, sent.place, (every, nothing))
        importer = importer.rename({name: name.replace("consignee", "importer") for name in importer.columns})
        return {**shipper.to_dict(), **importer.drop("importer_email").to_dict()}

    def list_containers(self, rng: np.random.Generator, bills: pl.DataFrame) -> pl.DataFrame:
        """One row a container, with its share of weight and pieces; a few numbers have a wrong check digit."""
        rows = bills[np.repeat(np.arange(bills.height), bills["containers_n"].to_numpy())]
        place = rows.select(pl.int_range(pl.len()).over("bill")).to_series().to_numpy()
        serial = (rows["bill"].to_numpy() * 4 + place) * 7_919 % 900_000 + 100_000
        wrong = np.where(rng.random(rows.height) < self.wrong_share, 3, 0)
        box = draw_index(rng, np.array([0.55, 0.25, 0.2]), rows.height)
        seals = rng.integers(1, 9_999_999, (2, rows.height))
        has_second = pl.Series(seals[1] % 16 == 0)
        second = pl.select(pl.when(has_second).then(join("H", text_of(seals[1] // 10, 6)))).to_series()
        rows = rows.hstack(_BOX[box]).with_columns(
            container_number=write_container_numbers(_OWNERS, serial % len(_OWNERS), serial, wrong),
            seal_1=join("ZS", text_of(seals[0], 7)),
            seal_2=second,
            place=pl.Series(place),
        )
        return rows.with_columns(_split("weight_kg").alias("box_kg"), _split("pieces_n").alias("box_pieces"))


def _split(name: str) -> pl.Expr:
    """A bill's figure shared out over its containers, what does not divide going to the first."""
    rest = pl.when(pl.col("place") == 0).then(pl.col(name) % pl.col("containers_n")).otherwise(0)
    return pl.col(name) // pl.col("containers_n") + rest


@lru_cache(maxsize=8)
def _list_ships(salt: int) -> pl.DataFrame:
    """Three invented ships a carrier, in carrier order, with flag and ship number."""
    ship = np.arange(_SHIPS_A_CARRIER * len(CARRIERS))
    words = pl.Series(list_words()).str.to_uppercase()
    kinds = pl.Series([" EXPRESS", " TRADER", " STAR"])
    return pl.DataFrame(
        {
            "vessel_name": join(words.gather(mix_below(ship, salt + 40, len(words))), kinds.gather(ship % 3)),
            "flag": _FLAGS.gather(mix_below(ship, salt + 41, len(_FLAGS))),
            "ship_number": [make_ship_number(1_000 + 37 * int(each)) for each in ship],
        }
    )
