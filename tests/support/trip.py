"""Invented truck trips as nested JSON.

Belongs here: a good trip with every key of the layout, and which key fills which column.
Belongs elsewhere: reading and mapping (tidewaiter/ingest).
"""

from typing import Any

Trip = dict[str, Any]

# Values of a driver and of a passenger: none of them may be found anywhere after reading.
PLANTED = ("Zzyxdriver", "Qwfpgiven", "1961-02-03", "FASTZZ0042", "PPZZ77001", "DRVZZ9", "Mqxpassenger", "1959-09-08")

TABLE_PLACES = {
    "trip": (),
    "equipment": ("trailers", 0),
    "shipment": ("shipments", 0),
    "party": ("shipments", 0, "shipper"),
    "commodity": ("shipments", 0, "commodities", 0),
}
KEYS: dict[str, dict[str, tuple[str | int, ...]]] = {
    "trip": {
        "message_kind": ("data",), "send_id": ("sendId",), "operation": ("operation",), "auto_send": ("autoSend",),
        "trip_number": ("tripNumber",), "port_code": ("usPortOfArrival",),
        "estimated_arrival_at": ("estimatedArrivalDateTime",),
    },
    "equipment": {
        "equipment_number": ("number",), "equipment_type": ("type",), "vehicle_number": ("vinNumber",),
        "dot_number": ("dotNumber",), "license_plates": ("licensePlate", "number"), "seal_numbers": ("sealNumbers", 0),
    },
    "shipment": {
        "message_kind": ("data",), "send_id": ("sendId",), "operation": ("operation",), "shipment_type": ("type",),
        "shipment_control_number": ("shipmentControlNumber",), "loading_place": ("provinceOfLoading",),
    },
    "party": {
        "name": ("name",), "address": ("address", "addressLine"), "city": ("address", "city"),
        "state": ("address", "stateProvince"), "postal_code": ("address", "postalCode"),
        "country": ("address", "country"),
    },
    "commodity": {
        "loaded_on_kind": ("loadedOn", "type"), "loaded_on_number": ("loadedOn", "number"),
        "description": ("description",), "quantity": ("quantity",), "packaging_unit": ("packagingUnit",),
        "weight": ("weight",), "weight_unit": ("weightUnit",), "hs_code": ("harmonizedCode",), "value_usd": ("value",),
        "origin_country": ("countryOfOrigin",), "marks": ("marksAndNumbers", 0),
    },
}  # fmt: skip


def make_trip(number: int = 1, **changes: Any) -> Trip:
    """Return a good trip with two trailers, one driver and one shipment, whose control number is of the number."""
    trip = {
        "data": "ACE_TRIP", "sendId": "001", "companyKey": "c-0000-example", "operation": "CREATE", "autoSend": False,
        "tripNumber": f"ZQTR{number:06d}", "usPortOfArrival": "2304",
        "estimatedArrivalDateTime": "2026-11-20 14:45:00",
        "truck": {
            "number": "77", "type": "TR", "vinNumber": "1XEXAMPLE0000001X", "dotNumber": "1234567",
            "licensePlates": [{"number": "AA100", "stateProvince": "TX"}, {"number": "BB200", "stateProvince": "NLE"}],
            "sealNumbers": ["S1"],
        },
        "trailers": [make_trailer("0456"), make_trailer("0457", type="CN", sealNumbers=["S4"])],
        "drivers": [make_driver()],
        "passengers": [{"firstName": PLANTED[6], "dateOfBirth": PLANTED[7]}],
        "shipments": [make_shipment(number)],
    }  # fmt: skip
    return {**trip, **changes}


def make_trailer(number: str, **changes: Any) -> Trip:
    """Return a trailer with one plate and two seals."""
    trailer = {
        "number": number, "type": "TL", "licensePlate": {"number": "JV2012", "stateProvince": "TX"},
        "sealNumbers": ["S2", "S3"], "vinNumber": "1XEXAMPLE0000002X", "dotNumber": "1234567",
    }  # fmt: skip
    return {**trailer, **changes}


def make_driver() -> Trip:
    """Return a driver whose values are the planted ones."""
    last, first, born, card, passport, number, *_ = PLANTED
    return {
        "driverNumber": number, "firstName": first, "lastName": last, "gender": "M", "dateOfBirth": born,
        "citizenshipCountry": "CA", "fastCardNumber": card,
        "travelDocuments": [{"type": "ACW", "number": passport, "country": "CA"}],
    }  # fmt: skip


def make_shipment(number: int = 1, **changes: Any) -> Trip:
    """Return a shipment with one kind of goods on the first trailer."""
    shipment = {
        "data": "ACE_SHIPMENT", "sendId": "002", "operation": "CREATE", "type": "PAPS",
        "shipmentControlNumber": f"ZQTR{number:08d}", "provinceOfLoading": "NLE",
        "shipper": make_party("Invented Makers S.A. de C.V.", "NLE", "MX"),
        "consignee": make_party("Invented Buyers LLC", "TX", "US"),
        "commodities": [make_commodity()],
    }  # fmt: skip
    return {**shipment, **changes}


def make_party(name: str, state: str, country: str) -> Trip:
    """Return a party with an address."""
    address = {
        "addressLine": "1 Nowhere Road", "city": "Exampletown", "stateProvince": state, "postalCode": "64000",
        "country": country,
    }  # fmt: skip
    return {"name": name, "address": address}


def make_commodity(**changes: Any) -> Trip:
    """Return one kind of goods, of 1000 pounds."""
    commodity = {
        "loadedOn": {"type": "TRAILER", "number": "0456"}, "description": "Steel brackets", "quantity": 35,
        "packagingUnit": "BOX", "weight": 1000, "weightUnit": "L", "harmonizedCode": "7326.90", "value": "5200",
        "countryOfOrigin": "MX", "marksAndNumbers": ["LOT 1", "LOT 2"],
    }  # fmt: skip
    return {**commodity, **changes}


def set_column(trip: Trip, table: str, column: str, value: Any) -> Trip:
    """Return the trip with another value where the table's column is read from; the trip given is changed."""
    *places, last = (*TABLE_PLACES[table], *KEYS[table][column])
    found: Any = trip
    for place in places:
        found = found[place]
    found[last] = value
    return trip
