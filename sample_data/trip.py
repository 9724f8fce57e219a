"""Truck trips from Mexico as carriers file them: ACE trips as JSON, with drivers whom readers must not keep.

Belongs here: trips, trailers, drivers, control numbers, updates, spoilt trips and files.
Belongs elsewhere: what is sent and what it hides (consignment.py).
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from sample_data.consignment import draw_consignments
from sample_data.place import CROSSINGS
from sample_data.trade import World
from sample_data.word import draw_persons

TRUCK_SHIPMENTS_A_DAY = 60
_CARRIERS = ("ZQTR", "ZXLD", "ZVTK")
_TRIPS_A_DAY = 24
_DRIVERS = 40
_POUND_KG = 0.45359237
_STATES = {"NL": "NLE", "TAMPS": "TAM"}
_UNITS = ("CTN", "BOX", "PLT", "PCS")
Row = dict[str, Any]


def draw_trips(world: World) -> pl.DataFrame:
    """One row a truck shipment in order of day and trip, with its trip, numbers and the hidden state."""
    rng = world.make_rng(9)
    country = world.shippers["shipper_country"].gather(world.sources["shipper"])
    rows = draw_consignments(world, rng, world.sources.filter(country == "MX"), TRUCK_SHIPMENTS_A_DAY, 12.0)
    n = rows.height
    importer = world.importers[(rows["source"].to_numpy() * 13 + rng.integers(0, 3, n)) % world.importers.height]
    trip = rows["day"].to_numpy() * _TRIPS_A_DAY + rng.integers(0, _TRIPS_A_DAY, n)
    carrier = [_CARRIERS[each % len(_CARRIERS)] for each in trip]
    chance = rng.random(n)
    return (
        rows.hstack(importer)
        .with_columns(
            trip=trip,
            carrier=pl.Series(carrier),
            port_code=pl.Series([CROSSINGS[each % len(CROSSINGS)][0] for each in trip]),
            state=pl.Series([CROSSINGS[each % len(CROSSINGS)][1] for each in trip]),
            is_amended=chance < 0.03,
            is_cancelled=(chance >= 0.03) & (chance < 0.035),
            in_pounds=pl.Series(rng.random(n) < 0.5),
        )
        # The first trip of every fourth day has no port that can be read: everything on it is held.
        .with_columns(is_spoilt=(pl.col("day") % 4 == 3) & (pl.col("trip") == pl.col("trip").min().over("day")))
        .sort("day", "trip", maintain_order=True)
        .with_row_index("truck_shipment")
        .with_columns(
            control_number=pl.format(
                "{}{}", "carrier", (pl.col("truck_shipment") * 7_919 % 100_000_000).cast(pl.String).str.zfill(8)
            )
        )
    )


def write_trips(world: World, trips: pl.DataFrame, folder: Path) -> None:
    """Writes trips_<date>_1.json with the trips of each day as a list, and trips_<date>_2.jsonl with what changes."""
    drivers = _make_drivers(world)
    for today, rows in trips.partition_by("day", maintain_order=True, as_dict=True).items():
        day = world.first_day + timedelta(days=int(today[0]))
        target = folder / day.isoformat()
        target.mkdir(parents=True)
        first = [_make_trip(part, day, "CREATE", drivers) for part in _split(rows)]
        later = [_make_trip(part, day, "UPDATE", drivers) for part in _split(rows.filter("is_amended"))]
        gone = [_make_trip(part, day, "DELETE", drivers) for part in _split(rows.filter("is_cancelled"))]
        (target / f"trips_{day.isoformat()}_1.json").write_text(json.dumps(first, indent=1), encoding="utf-8")
        lines = "".join(f"{json.dumps(trip)}\n" for trip in (*later, *gone))
        (target / f"trips_{day.isoformat()}_2.jsonl").write_text(lines, encoding="utf-8")


def _split(rows: pl.DataFrame) -> Iterator[list[Row]]:
    for part in rows.partition_by("trip", maintain_order=True):
        yield part.to_dicts()


def _make_drivers(world: World) -> list[Row]:
    """Invented drivers, so that readers have something to leave out."""
    rng = world.make_rng(10)
    born = rng.integers(0, 12_000, _DRIVERS)
    return [
        {
            "driverNumber": f"D{i:03d}", "firstName": name.split()[0], "lastName": name.split()[1],
            "gender": "MF"[i % 2], "dateOfBirth": (date(1965, 1, 1) + timedelta(days=int(born[i]))).isoformat(),
            "citizenshipCountry": "MX", "fastCardNumber": f"4270{i:010d}",
        }
        for i, name in enumerate(draw_persons(rng, _DRIVERS))
    ]  # fmt: skip


def _make_trip(shipments: list[Row], day: date, operation: str, drivers: list[Row]) -> Row:
    """A trip with a truck, a trailer or two, its driver and its shipments; every tenth trailer is a container."""
    first = shipments[0]
    trip = int(first["trip"])
    arrival = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=6 + trip % 18, minutes=trip * 7 % 60)
    trailers = [_make_trailer(trip, side) for side in range(1 + trip % 3 // 2)]
    return {
        "data": "ACE_TRIP", "sendId": f"{trip:06d}", "companyKey": "c-0000-sample", "operation": operation,
        "tripNumber": f"{first['carrier']}{trip:07d}",
        "usPortOfArrival": "23O4" if first["is_spoilt"] else first["port_code"],
        "estimatedArrivalDateTime": arrival.strftime("%Y-%m-%d %H:%M:%S"),
        "truck": {
            "number": f"{100 + trip % 80}", "type": "TR", "vinNumber": f"1XSAMPLE{trip % 80:09d}",
            "licensePlate": {"number": f"ZQ{trip % 80:04d}", "stateProvince": "TX"},
        },
        "trailers": trailers,
        "drivers": [drivers[trip % len(drivers)]],
        "shipments": [_make_shipment(each, operation, trailers) for each in shipments],
        "autoSend": False,
    }  # fmt: skip


def _make_trailer(trip: int, side: int) -> Row:
    return {
        "number": f"{(trip * 3 + side) % 500:04d}", "type": "CN" if trip % 10 == 3 else "TL",
        "licensePlate": {"number": f"ZT{(trip * 3 + side) % 500:04d}", "stateProvince": "TX"},
        "sealNumbers": [f"ZS{trip * 3 + side:07d}"],
    }  # fmt: skip


def _make_shipment(row: Row, operation: str, trailers: list[Row]) -> Row:
    trailer = trailers[row["truck_shipment"] % len(trailers)]
    return {
        "data": "ACE_SHIPMENT", "operation": operation, "type": "PAPS",
        "shipmentControlNumber": row["control_number"], "provinceOfLoading": row["state"],
        "shipper": _make_party(
            row["shipper_name"], row, "shipper", _STATES.get(row["shipper_state"], row["shipper_state"]), "MX"
        ),
        "consignee": _make_party(row["importer_name"], row, "importer", row["importer_state"], "US"),
        "commodities": [_make_commodity(row, operation, trailer)],
    }  # fmt: skip


def _make_party(name: str, row: Row, prefix: str, state: str | None, country: str) -> Row:
    address = {
        "addressLine": row[f"{prefix}_address"], "city": row[f"{prefix}_city"], "stateProvince": state,
        "postalCode": row[f"{prefix}_postal_code"], "country": country,
    }  # fmt: skip
    return {"name": name, "address": address}


def _make_commodity(row: Row, operation: str, trailer: Row) -> Row:
    pieces = row["pieces"] + (operation == "UPDATE")
    weight = row["gross_weight_kg"] / _POUND_KG if row["in_pounds"] else row["gross_weight_kg"]
    return {
        "loadedOn": {"type": "TRAILER", "number": trailer["number"]}, "description": row["description"],
        "quantity": int(pieces), "packagingUnit": _UNITS[row["source"] % len(_UNITS)],
        "weight": max(1, round(weight)), "weightUnit": "L" if row["in_pounds"] else "K",
        "harmonizedCode": row["hts10"], "value": str(max(1, round(row["value_usd"]))),
        "countryOfOrigin": row["origin_country"],
    }  # fmt: skip
