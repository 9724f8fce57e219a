"""E-commerce entries as filed: the columns of the feed as text, with second lines, later versions and habits.

Belongs here: how a shipment looks when it is filed as an entry.
Belongs elsewhere: what is sent (shipment.py), texts of parties (firm.py, person.py), files (landing.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from sample_data.goods import COUNTRY_CODES, GROUP_SHARES, OCEAN_GROUPS
from sample_data.layout import ENTRY_COLUMNS
from sample_data.word import Floats, Ints
from sample_data.world.day import Filed
from sample_data.world.digit import encode, list_digits, stack
from sample_data.world.entry_type import choose_entry_types
from sample_data.world.firm import MARKETPLACES, Sellers
from sample_data.world.ground import CARRIERS, MAIL, MODES, PORT_CODES
from sample_data.world.naming import COUNTRY_TEXT, SPELLINGS, gather_known, join, spread_texts, text_of
from sample_data.world.number import EntryNumbers, write_airway_bills, write_postal_numbers
from sample_data.world.person import write_consignees
from sample_data.world.shipment import Rules, Shipments
from sample_data.world.source import KNOWN, UNKNOWN
from sample_data.world.stream import mix_below, mix_share

SECONDS = pl.Series([f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z" for s in range(86_400)])
NO_DAY = np.iinfo(np.int64).min
_TIMES = encode(SECONDS.to_list())
_COUNTRY_LETTERS = encode(list(COUNTRY_CODES))
_CARRIERS, _FLAGS = pl.Series(CARRIERS), pl.Series(["false", "true"])
_FIRST_AIR = MODES.index("40")
_CHICAGO = PORT_CODES.index("3901")
# Hours from filing to arrival by mode, shortest and longest.
_TRANSIT = np.array([(1, 12), (1, 14), (8, 60), (6, 30), (48, 216)]) * 3600
_UNITS = pl.Series(
    [{"footwear": "PRS", "kitchen": "SET", "tool": "SET"}.get(group, "PCS") for group in (*GROUP_SHARES, *OCEAN_GROUPS)]
)
_SITES = pl.Series([None if name is None else f"https://{name.lower()}.example.com/item/" for name in MARKETPLACES])
_STATUS = pl.Series(["new", "amended", "cancelled"])
_NEW, _AMENDED, _CANCELLED = range(3)


@dataclass
class EntryDesk:
    """Where entries are filed: filers' serials and habits, and the firms' texts."""

    rules: Rules
    sellers: Sellers
    numbers: EntryNumbers
    salt: int
    loads: int
    house: int = 0

    def file(self, rng: np.random.Generator, sent: Shipments, on: date, day: int) -> Filed:
        """The rows of the feed, in order of filing, and the keys of the shipments, which are in that order."""
        serials = self.numbers.take(sent.filer)
        number = self.numbers.list_parts(sent.filer, serials)
        entry = stack(*number)
        house = self.house + np.arange(sent.n)
        self.house += sent.n
        low, high = _TRANSIT[sent.mode].T
        rows = _Rows(np.arange(sent.n), np.ones(sent.n, dtype=np.int64), np.zeros(sent.n, dtype=np.int64), sent.second)
        rows = self._refile(rng, sent, self._add_lines(rng, sent, rows))
        filed = sent.take(rows.entry)
        _change(self.rules, rows, filed)
        arrival = (sent.second + rng.integers(low, high))[rows.entry] + np.where(rows.turn == 1, 86_400, 0)
        types = choose_entry_types(sent, _sum_values(rows, filed, sent.n), on)
        columns = {
            **self._write_route(rows, filed, sent.port[rows.entry], house[rows.entry], day),
            **self._write_times(rows, arrival, on),
            **_write_goods(self.rules, filed),
            **self._write_parties(filed, on, day),
        }
        frame = pl.DataFrame(
            {
                **columns,
                "entry_number": _dash(entry.gather(rows.entry), filed.filer),
                "line_number": text_of(rows.line_number),
                "entry_type": types.gather(rows.entry),
                "record_status": _STATUS.gather(rows.status),
                "importer_number": _number_importers(types.gather(rows.entry), filed.number),
            }
        ).select(ENTRY_COLUMNS)
        keys = pl.DataFrame(
            {
                "shipment_id": stack(b"entry:", *number),
                "ref_kind": pl.repeat("entry", sent.n, eager=True),
                "shipment_ref": entry,
                "port_code": pl.Series(PORT_CODES).gather(sent.port),
                "is_standing": ~np.isin(np.arange(sent.n), rows.entry[rows.status == _CANCELLED]),
            }
        )
        return Filed({"raw.low_value_entry": frame}, {}, keys)

    def _add_lines(self, rng: np.random.Generator, sent: Shipments, rows: "_Rows") -> "_Rows":
        extra = np.flatnonzero(rng.random(sent.n) < self.rules.prices.second_line_share)
        more = _Rows(extra, np.full(len(extra), 2), np.zeros(len(extra), dtype=np.int64), sent.second[extra])
        return _join(rows, more)

    def _refile(self, rng: np.random.Generator, sent: Shipments, rows: "_Rows") -> "_Rows":
        """Every line of some entries again, amended or cancelled later on the day; all in order of filing."""
        noise = self.rules.noise
        chance = rng.random(sent.n)
        is_amended = chance < noise.amended_share
        is_cancelled = ~is_amended & (chance < noise.amended_share + noise.cancelled_share)
        later = sent.second + ((86_340 - sent.second) * rng.uniform(0.1, 0.9, sent.n)).astype(np.int64)
        for status, marked in ((_AMENDED, is_amended), (_CANCELLED, is_cancelled)):
            at = np.flatnonzero(marked[rows.entry] & (rows.status == _NEW))
            entry = rows.entry[at]
            rows = _join(rows, _Rows(entry, rows.line_number[at], np.full(len(at), status), later[entry]))
        order = np.lexsort((rows.line_number, rows.entry, rows.second))
        return _Rows(rows.entry[order], rows.line_number[order], rows.status[order], rows.second[order])

    def _write_route(self, rows: "_Rows", filed: Shipments, port: Ints, house: Ints, day: int) -> dict[str, pl.Series]:
        """Port, mode, carrier and transport documents, which an amended port leaves as they were."""
        n, is_mail, by_air = len(filed.mode), filed.mode == MAIL, filed.mode >= _FIRST_AIR
        mail, other = np.flatnonzero(is_mail), np.flatnonzero(~is_mail)
        air, truck = np.flatnonzero(by_air & ~is_mail), np.flatnonzero(~by_air & ~is_mail)
        carrier = _CARRIERS.gather(filed.carrier)
        serial = 1_000_000 + ((day * 8 + port) * len(CARRIERS) + filed.carrier) * self.loads + rows.entry % self.loads
        flown = write_airway_bills(900 + filed.carrier[air], serial[air])
        driven = join(carrier.gather(truck), text_of(serial[truck], 8))
        posted = write_postal_numbers(house[mail] % 100_000_000, _COUNTRY_LETTERS[filed.export[mail]])
        plain = stack(b"ZH", *list_digits((house[other] * 7_919 + 1_234_567_890) % 10**10, 10))
        screened = _FLAGS.gather((mix_share(house[air], 9) < 0.97).astype(np.int64))
        return {
            "carrier_code": spread_texts(n, (other, carrier.gather(other))),
            "master_bill": spread_texts(n, (air, flown), (truck, driven)),
            "house_bill": spread_texts(n, (mail, posted), (other, plain)),
            "screened": spread_texts(n, (air, screened)),
            "filer_code": pl.Series(self.numbers.codes).gather(filed.filer),
            "port_code": pl.Series(PORT_CODES).gather(filed.port),
            "mode_code": pl.Series(MODES).gather(filed.mode),
        }

    def _write_times(self, rows: "_Rows", arrival: Ints, on: date) -> dict[str, pl.Series]:
        days = encode([(on + timedelta(days=i)).isoformat() for i in range(14)])
        return {
            "filed_at": stack(on.isoformat().encode(), _TIMES[rows.second]),
            "estimated_arrival_at": stack(days[arrival // 86_400], _TIMES[arrival % 86_400]),
        }

    def _write_parties(self, filed: Shipments, on: date, day: int) -> dict[str, pl.Series]:
        rules = self.rules
        shipper = rules.shippers.table[filed.identity * SPELLINGS + filed.spelling]
        seller = self.sellers.table[filed.seller]
        filled = (
            mix_share(filed.consignee, 31) >= rules.noise.missing_phone,
            mix_share(filed.consignee, 32) >= rules.noise.missing_email,
        )
        consignee = write_consignees(self.salt, filed.consignee, filed.consignee_spelling, filed.place, filled)
        product, url = self._write_products(filed)
        return {
            **shipper.to_dict(),
            **seller.to_dict(),
            **consignee.to_dict(),
            "product_id": product,
            "product_url": url,
            "account_opened_on": write_days(filed.opened, on - timedelta(days=day)),
            "verified_known_consignor": write_known(filed.known),
        }

    def _write_products(self, filed: Shipments) -> tuple[pl.Series, pl.Series]:
        """A product's number, and its page on the marketplace for two sources in three."""
        market = self.sellers.market[filed.seller]
        is_sold = (filed.seller > 0) & (market < len(MARKETPLACES) - 1)
        number = mix_below(filed.number * 4_096 + filed.line * 8 + filed.variant, 91, 10**9)
        sold, shown = np.flatnonzero(is_sold), np.flatnonzero(is_sold & (filed.number % 3 != 0))
        product = spread_texts(len(number), (sold, stack(b"P", *list_digits(number[sold], 9))))
        url = join(_SITES.gather(market[shown]), product.gather(shown))
        return product, spread_texts(len(number), (shown, url))


@dataclass(frozen=True)
class _Rows:
    """One element a row of the file: its shipment, line, status and second of filing."""

    entry: Ints
    line_number: Ints
    status: Ints
    second: Ints

    @property
    def turn(self) -> Ints:
        """What an amended row changes: 0 value, 1 arrival, 2 port; -1 for rows that are not amended."""
        turn: Ints = np.where(self.status == _AMENDED, self.entry % 3, -1)
        return turn


def _join(one: _Rows, other: _Rows) -> _Rows:
    return _Rows(
        np.concatenate([one.entry, other.entry]),
        np.concatenate([one.line_number, other.line_number]),
        np.concatenate([one.status, other.status]),
        np.concatenate([one.second, other.second]),
    )


def _change(rules: Rules, rows: _Rows, filed: Shipments) -> None:
    """Second lines get goods of the same group at a usual price; amended rows another value or port."""
    ground, entry = rules.ground, rows.entry
    at = np.flatnonzero(rows.line_number == 2)
    # Drawn from the entry, so that every version of a second line has the same goods.
    line = (filed.line[at] + 1) % ground.lines_n
    same = ground.group[line] == ground.group[filed.line[at]]
    line = np.where(same, line, filed.line[at])
    unit = ground.kg_each[line] * ground.goods.price_usd_per_kg[line, filed.origin[at]]
    value = np.round(np.maximum(unit * (0.7 + 0.6 * mix_share(entry[at], 11)), 0.5), 2)
    filed.line[at] = filed.declared[at] = line
    filed.quantity[at], filed.value_usd[at] = 1, value
    filed.listed_usd[at] = np.round(value * 1.1, 2)
    filed.kg[at] = np.round(ground.kg_each[line] * 1.1 + 0.02, 3)
    filed.text[at] = ground.text_first[line] + entry[at] % ground.text_count[line]
    filed.value_usd = np.where(rows.turn == 0, np.round(filed.value_usd * 1.15, 2), filed.value_usd)
    by_air = (filed.mode == _FIRST_AIR) | (filed.mode == _FIRST_AIR + 1)
    filed.port = np.where((rows.turn == 2) & by_air, _CHICAGO, filed.port)


def _sum_values(rows: _Rows, filed: Shipments, n: int) -> Floats:
    """The value of each entry as it is filed first."""
    first = np.where(rows.status == _NEW, filed.value_usd, 0.0)
    total: Floats = np.bincount(rows.entry, weights=first, minlength=n).astype(np.float64)
    return total


def _dash(entry: pl.Series, filer: Ints) -> pl.Series:
    """Every eleventh filer writes entry numbers with dashes."""
    at = np.flatnonzero(filer % 11 == 3)
    own = entry.gather(at)
    dashed = join(own.str.slice(0, 3), "-", own.str.slice(3, 7), "-", own.str.slice(10, 1))
    return entry.scatter(pl.Series(at), dashed)


def _dot(codes: pl.Series) -> pl.Series:
    """Tariff lines with dots."""
    return join(codes.str.slice(0, 4), ".", codes.str.slice(4, 2), ".", codes.str.slice(6, 4))


def _write_goods(rules: Rules, filed: Shipments) -> dict[str, pl.Series]:
    ground = rules.ground
    # Every thirteenth filer writes tariff lines with dots.
    codes = pl.concat([ground.hts10, _dot(ground.hts10)])
    code = filed.declared + np.where(filed.filer % 13 == 5, len(ground.hts10), 0)
    return {
        "origin_country": COUNTRY_TEXT.gather(filed.origin),
        "export_country": COUNTRY_TEXT.gather(filed.export),
        "packing_country": gather_known(COUNTRY_TEXT, filed.packing),
        "hts10": codes.gather(code),
        "description": ground.texts.gather(filed.text),
        "quantity": text_of(filed.quantity),
        "quantity_unit": _UNITS.gather(ground.group[filed.declared]),
        "gross_weight_kg": pl.Series(filed.kg).cast(pl.String),
        "value_usd": pl.Series(filed.value_usd).cast(pl.String),
        "listed_price_usd": pl.Series(filed.listed_usd, nan_to_null=True).cast(pl.String),
    }


def _number_importers(types: pl.Series, number: Ints) -> pl.Series:
    """Formal entries name their importer by number."""
    at = (types == "01").arg_true().to_numpy().astype(np.int64)
    return spread_texts(len(number), (at, stack(b"00-", *list_digits(number[at] * 4_517 % 10_000_000, 7), b"00")))


def write_days(days: Ints, first: date) -> pl.Series:
    """The dates of these days of the world, ISO 8601; missing for NO_DAY."""
    known = days != NO_DAY
    if not known.any():
        return pl.repeat(None, len(days), dtype=pl.String, eager=True)
    earliest, latest = int(days[known].min()), int(days[known].max())
    texts = pl.Series([(first + timedelta(days=day)).isoformat() for day in range(earliest, latest + 1)])
    return gather_known(texts, np.where(known, days - earliest, -1))


def write_known(known: Ints) -> pl.Series:
    """Whether the carrier has verified the consignor: true, false, or nothing."""
    return pl.select(
        pl.when(pl.Series(known == KNOWN)).then(pl.lit("true")).when(pl.Series(known != UNKNOWN)).then(pl.lit("false"))
    ).to_series()
