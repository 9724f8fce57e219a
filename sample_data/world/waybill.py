"""House air waybills as filed before loading: the columns of the feed as text, with later versions.

Belongs here: airports, flights, accounts and numbers of consignments by air.
Belongs elsewhere: what is sent (shipment.py), texts of parties (firm.py, person.py), files (landing.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from sample_data.goods import COUNTRY_CODES
from sample_data.layout import WAYBILL_COLUMNS
from sample_data.place import AIRPORTS, DEPARTURES, PORTS
from sample_data.word import Floats, Ints
from sample_data.world.day import Filed
from sample_data.world.entry import SECONDS, write_days, write_known
from sample_data.world.ground import CARRIERS, PORT_CODES, find_square
from sample_data.world.naming import COUNTRY_TEXT, SPELLINGS, join, text_of
from sample_data.world.number import write_airway_bills
from sample_data.world.person import write_consignees
from sample_data.world.shipment import MISSING, Rules, Shipments
from sample_data.world.stream import mix_below, mix_share

_FIRST_PREFIX = 960
_JFK = PORT_CODES.index("4701")
_ARRIVALS = pl.Series([AIRPORTS.get(code, AIRPORTS["4701"]) for code in PORTS])
_FROM = sorted({airport for airports in DEPARTURES.values() for airport in airports})
_DEPARTURES = [[_FROM.index(airport) for airport in DEPARTURES.get(code, DEPARTURES["CN"])] for code in COUNTRY_CODES]
_CURRENCIES = {"CN": "CNY", "HK": "HKD", "JP": "JPY", "GB": "GBP", "DE": "EUR", "IT": "EUR", "KR": "KRW"}
_CURRENCY_TEXT = pl.Series([_CURRENCIES.get(code, "USD") for code in COUNTRY_CODES])
_AMENDED, _CANCELLED = 0.02, 0.005
_SHARES = {"value": 0.85, "code": 0.7, "account": 0.89, "address": 0.5}
_MOST_A_YEAR = 20_000.0


@dataclass
class WaybillDesk:
    """Where house air waybills are filed; `filed_n` counts them, so that numbers are given once."""

    rules: Rules
    salt: int
    filed_n: int = 0

    def file(self, rng: np.random.Generator, sent: Shipments, on: date, day: int) -> Filed:
        """The rows of the feed in order of filing, and the keys of the shipments in theirs."""
        sent.port = np.where(self.rules.ground.port_mode[sent.port, 0] < 2, _JFK, sent.port)
        sent.packing = np.where(rng.random(sent.n) < 0.1, MISSING, sent.packing)
        place = self.filed_n + np.arange(sent.n)
        self.filed_n += sent.n
        prefix = _FIRST_PREFIX + sent.carrier
        master = write_airway_bills(prefix, 2_000_000 + day * 1_000 + mix_below(sent.number, 81, 1_000))
        house = join("ZA", text_of((place * 7_919 + 12_345_678) % 10**9, 9))
        arrival = sent.second + rng.integers(8, 40, sent.n) * 3_600
        days = pl.Series([(on + timedelta(days=i)).isoformat() for i in range(4)])
        rows = pl.DataFrame(
            {
                "master_awb": master,
                "house_awb": house,
                "filed_at": join(on.isoformat(), SECONDS.gather(sent.second)),
                "estimated_arrival_at": join(days.gather(arrival // 86_400), SECONDS.gather(arrival % 86_400)),
                **self._write_flight(sent),
                **self._write_goods(rng, sent),
                **self._write_parties(sent),
                **self._write_account(sent, on - timedelta(days=day)),
                "status": pl.repeat("new", sent.n, eager=True),
            }
        )
        # Who examines writes both numbers for half of them and the house alone for the others.
        both = join(master, "/", house)
        keys = pl.DataFrame({"shipment_id": join("air:", both), "both": both, "house": house, "place": place}).select(
            "shipment_id",
            ref_kind=pl.lit("air_waybill"),
            shipment_ref=pl.when(pl.col("place") % 2 == 0).then("both").otherwise("house"),
            port_code=pl.Series(PORT_CODES).gather(sent.port),
        )
        chance = rng.random(sent.n)
        keys = keys.with_columns(is_standing=~_is_cancelled(chance))
        return Filed({"raw.air_waybill": _refile(rows, chance, sent.second, on)}, {}, keys)

    def _write_flight(self, sent: Shipments) -> dict[str, pl.Series]:
        carrier = pl.Series(CARRIERS).gather(sent.carrier)
        country = self.rules.shippers.country[sent.identity]
        return {
            "flight_number": join(carrier, text_of(100 + sent.number % 800)),
            "departure_airport": pl.Series(_FROM).gather(find_square(_DEPARTURES, country, sent.number)),
            "arrival_airport": _ARRIVALS.gather(sent.port),
        }

    def _write_goods(self, rng: np.random.Generator, sent: Shipments) -> dict[str, pl.Series]:
        has_value, has_code = (pl.Series(rng.random(sent.n) < _SHARES[name]) for name in ("value", "code"))
        country = self.rules.shippers.country[sent.identity]
        value = pl.Series(sent.value_usd).cast(pl.String)
        frame = pl.select(
            declared_value_usd=pl.when(has_value).then(value),
            currency=pl.when(has_value).then(_CURRENCY_TEXT.gather(country)),
            hs6=pl.when(has_code).then(self.rules.ground.hs6.gather(sent.declared)),
        )
        return {
            "pieces": text_of(sent.quantity),
            "gross_weight_kg": pl.Series(sent.kg).cast(pl.String),
            "description": self.rules.ground.texts.gather(sent.text),
            **frame.to_dict(),
        }

    def _write_parties(self, sent: Shipments) -> dict[str, pl.Series]:
        rules = self.rules
        shipper = rules.shippers.table[sent.identity * SPELLINGS + sent.spelling]
        share: Floats = mix_share(sent.consignee, 31)
        filled = share >= rules.noise.missing_phone, mix_share(sent.consignee, 32) >= rules.noise.missing_email
        consignee = write_consignees(self.salt, sent.consignee, sent.consignee_spelling, sent.place, filled)
        desk = join("desk", text_of(mix_below(sent.identity, 82, 90_000) + 10_000), "@example.com")
        return {
            **shipper.to_dict(),
            **consignee.to_dict(),
            "shipper_phone": join("+1-212-555-01", text_of(mix_below(sent.identity, 83, 100), 2)),
            "shipper_email": desk,
            "consignee_country": pl.repeat("US", sent.n, eager=True),
        }

    def _write_account(self, sent: Shipments, first: date) -> dict[str, pl.Series]:
        """What the carrier knows of the account; the addresses are of a block kept for documentation (RFC 5737)."""
        has_account = pl.Series(mix_share(sent.number, 84) < _SHARES["account"])
        has_address = pl.Series(mix_share(sent.consignee, 85) < _SHARES["address"])
        yearly: Ints = np.maximum(1, _MOST_A_YEAR * mix_share(sent.number, 86) ** 6).astype(np.int64)
        frame = pl.select(
            account_number=pl.when(has_account).then(join("ZAC", text_of(sent.number + 10_000))),
            ip_address=pl.when(has_address).then(join("203.0.113.", text_of(sent.number % 250 + 1))),
        )
        packing = COUNTRY_TEXT.gather(np.maximum(sent.packing, 0))
        return {
            **frame.to_dict(),
            "account_opened_on": write_days(sent.opened, first),
            "shipments_last_year": text_of(yearly),
            "verified_known_consignor": write_known(sent.known),
            "packing_country": pl.select(pl.when(pl.Series(sent.packing != MISSING)).then(packing)).to_series(),
        }


def _is_cancelled(chance: Floats) -> pl.Series:
    return pl.Series((chance >= _AMENDED) & (chance < _AMENDED + _CANCELLED))


def _refile(rows: pl.DataFrame, chance: Floats, second: Ints, on: date) -> pl.DataFrame:
    """The rows with those amended, by a piece, or cancelled later on the day; in order of filing."""
    later = second + (86_340 - second) // 2
    again = rows.with_columns(filed_at=join(on.isoformat(), SECONDS.gather(later)))
    more = (pl.col("pieces").cast(pl.Int64) + 1).cast(pl.String)
    amended = again.with_columns(status=pl.lit("amended"), pieces=more).filter(pl.Series(chance < _AMENDED))
    cancelled = again.with_columns(status=pl.lit("cancelled")).filter(_is_cancelled(chance))
    return pl.concat([rows, amended, cancelled]).sort("filed_at", "house_awb", "status").select(WAYBILL_COLUMNS)
