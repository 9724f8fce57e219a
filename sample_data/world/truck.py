"""Truck trips from Mexico as carriers file them: nested JSON with drivers, whom readers must not keep.

Belongs here: trips, trailers, control numbers, and their documents.
Belongs elsewhere: what is sent (shipment.py), texts of parties (firm.py, person.py), files (landing.py).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from sample_data.place import CROSSINGS
from sample_data.word import Ints
from sample_data.world.day import Filed
from sample_data.world.entry import SECONDS
from sample_data.world.naming import COUNTRY_TEXT, SPELLINGS, WORDS, join, text_of
from sample_data.world.person import FIRST_FIRM, write_consignees
from sample_data.world.shipment import Rules, Shipments
from sample_data.world.stream import mix_below

_CARRIERS = pl.Series(["ZQTR", "ZXLD", "ZVTK"])
_SHIPMENTS_A_TRIP = 2.5
_DRIVERS = 40
_POUND_KG = 0.45359237
_STATES = {"NL": "NLE", "TAMPS": "TAM"}
_UNITS = pl.Series(["CTN", "BOX", "PLT", "PCS"])
_PORTS, _BORDER_STATES = (pl.Series([crossing[i] for crossing in CROSSINGS]) for i in range(2))


@dataclass
class TruckDesk:
    """Where truck trips are filed; the counters see to it that numbers are given once."""

    rules: Rules
    salt: int
    trips_n: int = 0
    shipments_n: int = 0

    def file(self, rng: np.random.Generator, sent: Shipments, on: date, day: int) -> Filed:
        """The day's trips, then updates and deletions of some, as lines of JSON; and the keys of the shipments."""
        trips = max(1, round(sent.n / _SHIPMENTS_A_TRIP))
        trip = self.trips_n + np.sort(rng.integers(0, trips, sent.n))
        place = self.shipments_n + np.arange(sent.n)
        self.trips_n += trips
        self.shipments_n += sent.n
        # Goods for firms, as in the public sample of a trip.
        sent.consignee = np.where(
            sent.consignee < FIRST_FIRM, FIRST_FIRM + mix_below(sent.number, 93, self.rules.importers_n), sent.consignee
        )
        sent.place = sent.consignee * 32
        carrier = _CARRIERS.gather(trip % len(_CARRIERS))
        number = join(carrier, text_of(place * 7_919 % 100_000_000, 8))
        rows = pl.DataFrame(
            {
                "trip": trip,
                "place": place,
                "carrier": carrier,
                "control": number,
                "port": _PORTS.gather(trip % len(CROSSINGS)),
                "border": _BORDER_STATES.gather(trip % len(CROSSINGS)),
                **self._write_goods(rng, sent),
                **self._write_parties(sent),
            }
        )
        chance = pl.Series(rng.random(sent.n))
        first = _nest(rows, on, "CREATE")
        later = [_nest(rows.filter(chance < 0.03), on, "UPDATE"), _nest(rows.filter(chance > 0.995), on, "DELETE")]
        keys = rows.select(
            shipment_id=pl.concat_str(pl.lit("truck:"), "control"),
            ref_kind=pl.lit("truck_shipment"), shipment_ref="control", port_code="port", is_standing=chance <= 0.995,
        )  # fmt: skip
        name = f"trips_{on.isoformat()}"
        documents = {("truck_manifest", f"{name}_1"): first, ("truck_manifest", f"{name}_2"): "".join(later)}
        return Filed({}, documents, keys)

    def _write_goods(self, rng: np.random.Generator, sent: Shipments) -> dict[str, pl.Series]:
        ground = self.rules.ground
        in_pounds = rng.random(sent.n) < 0.5
        weight: Ints = np.maximum(1, np.round(np.where(in_pounds, sent.kg / _POUND_KG, sent.kg))).astype(np.int64)
        return {
            "description": ground.texts.gather(sent.text),
            "quantity": pl.Series(sent.quantity),
            "unit": _UNITS.gather(sent.number % len(_UNITS)),
            "weight": pl.Series(weight),
            "weight_unit": pl.Series(["K", "L"]).gather(in_pounds.astype(np.int64)),
            "code": ground.hts10.gather(sent.declared),
            "value": text_of(np.maximum(1, np.round(sent.value_usd)).astype(np.int64)),
            "origin": COUNTRY_TEXT.gather(sent.origin),
        }

    def _write_parties(self, sent: Shipments) -> dict[str, pl.Series]:
        shipper = self.rules.shippers.table[sent.identity * SPELLINGS + sent.spelling]
        nothing = np.zeros(sent.n, dtype=np.bool_)
        consignee = write_consignees(self.salt, sent.consignee, sent.consignee_spelling, sent.place, (nothing, nothing))
        shipper = shipper.with_columns(pl.col("shipper_state").replace(_STATES))
        return {**shipper.to_dict(), **consignee.drop("consignee_phone", "consignee_email").to_dict()}


def _party(role: str, country: pl.Expr) -> pl.Expr:
    address = pl.struct(
        addressLine=f"{role}_address", city=f"{role}_city", stateProvince=f"{role}_state",
        postalCode=f"{role}_postal_code", country=country,
    )  # fmt: skip
    return pl.struct(name=f"{role}_name", address=address)


def _nest(rows: pl.DataFrame, on: date, operation: str) -> str:
    """The trips of these shipments, a line each."""
    if rows.is_empty():
        return ""
    trailer = (pl.col("trip") * 3 % 500).cast(pl.String).str.zfill(4)
    quantity = pl.col("quantity") + (1 if operation == "UPDATE" else 0)
    commodity = pl.struct(
        loadedOn=pl.struct(type=pl.lit("TRAILER"), number=trailer), description="description", quantity=quantity,
        packagingUnit="unit", weight="weight", weightUnit="weight_unit", harmonizedCode="code", value="value",
        countryOfOrigin="origin",
    )  # fmt: skip
    shipment = pl.struct(
        data=pl.lit("ACE_SHIPMENT"), operation=pl.lit(operation), type=pl.lit("PAPS"),
        shipmentControlNumber="control", provinceOfLoading="border", shipper=_party("shipper", pl.lit("MX")),
        consignee=_party("consignee", pl.lit("US")), commodities=pl.concat_list(commodity),
    )  # fmt: skip
    trips = (
        rows.sort("place").group_by("trip", maintain_order=True).agg(pl.first("carrier", "port"), shipments=shipment)
    )
    return _write_trips(trips, trailer, on, operation)


def _write_trips(trips: pl.DataFrame, trailer: pl.Expr, on: date, operation: str) -> str:
    number = trips["trip"].to_numpy()
    arrival = SECONDS.gather((6 + number % 18) * 3_600 + number * 7 % 60 * 60).str.slice(1, 8)
    plate = pl.concat_str(pl.lit("ZT"), trailer)
    truck = pl.struct(
        number=(100 + pl.col("trip") % 80).cast(pl.String), type=pl.lit("TR"),
        vinNumber=pl.concat_str(pl.lit("1XSAMPLE"), (pl.col("trip") % 80).cast(pl.String).str.zfill(9)),
        licensePlate=pl.struct(
            number=pl.concat_str(pl.lit("ZQ"), (pl.col("trip") % 80).cast(pl.String).str.zfill(4)),
            stateProvince=pl.lit("TX"),
        ),
    )  # fmt: skip
    trailers = pl.struct(
        number=trailer, type=pl.lit("TL"), licensePlate=pl.struct(number=plate, stateProvince=pl.lit("TX")),
        sealNumbers=pl.concat_list(pl.concat_str(pl.lit("ZS"), (pl.col("trip") * 3).cast(pl.String).str.zfill(7))),
    )  # fmt: skip
    made = trips.select(
        data=pl.lit("ACE_TRIP"), sendId=pl.col("trip").cast(pl.String).str.zfill(6), companyKey=pl.lit("c-0000-sample"),
        operation=pl.lit(operation),
        tripNumber=pl.concat_str("carrier", pl.col("trip").cast(pl.String).str.zfill(7)),
        usPortOfArrival="port",
        estimatedArrivalDateTime=pl.concat_str(pl.lit(f"{on.isoformat()} "), pl.lit(arrival)),
        truck=truck, trailers=pl.concat_list(trailers), drivers=pl.concat_list(_driver(number)), shipments="shipments",
        autoSend=pl.lit(False),
    )  # fmt: skip
    return made.write_ndjson()


def _driver(trip: Ints) -> pl.Expr:
    """An invented driver for each trip, so that readers have somebody to leave out."""
    driver = trip % _DRIVERS
    born = pl.Series((mix_below(driver, 96, 12_000) - 1_826).astype(np.int32)).cast(pl.Date).cast(pl.String)
    names = [WORDS.gather(mix_below(driver, salt, len(WORDS))) for salt in (97, 98)]
    return pl.struct(
        driverNumber=pl.lit(join("D", text_of(driver, 3))), firstName=pl.lit(names[0]), lastName=pl.lit(names[1]),
        gender=pl.lit("M"), dateOfBirth=pl.lit(born),
        citizenshipCountry=pl.lit("MX"), fastCardNumber=pl.lit(join("4270", text_of(driver, 10))),
    )  # fmt: skip
