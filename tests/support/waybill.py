"""Invented house air waybills.

Belongs here: one good row of the feed.
Belongs elsewhere: writing rows as files (entry.py).
"""

from tests.support.entry import Row

WAYBILL = "raw.air_waybill"
GOOD_WAYBILL: Row = {
    "master_awb": "172-12345675",
    "house_awb": "H1",
    "filed_at": "2026-11-20T01:02:03Z",
    "flight_number": "CX 880",
    "departure_airport": "HKG",
    "arrival_airport": "JFK",
    "estimated_arrival_at": "2026-11-20T09:00:00Z",
    "pieces": "3",
    "gross_weight_kg": "4.5",
    "description": "cotton t-shirts",
    "declared_value_usd": "90.00",
    "currency": "HKD",
    "hs6": "6109.10",
    "shipper_name": "Invented Trading Co., Ltd.",
    "shipper_address": "1 Nowhere Road",
    "shipper_city": "Kwun Tong",
    "shipper_state": "Kowloon",
    "shipper_postal_code": "999077",
    "shipper_country": "HK",
    "shipper_phone": "+1-212-555-0101",
    "shipper_email": "shipper@example.com",
    "consignee_name": "Pat Example",
    "consignee_address": "12 Sample Street",
    "consignee_city": "Brooklyn",
    "consignee_state": "NY",
    "consignee_postal_code": "11201",
    "consignee_country": "US",
    "consignee_phone": "+1-212-555-0102",
    "consignee_email": "pat@example.com",
    "account_number": "AC1",
    "account_opened_on": "2025-01-01",
    "shipments_last_year": "340",
    "verified_known_consignor": "false",
    "packing_country": "CN",
    "ip_address": "203.0.113.7",
    "status": "new",
}


def waybill(number: int, **changes: str) -> dict[str, str]:
    """Return a good house air waybill with a house number of its own."""
    return {**GOOD_WAYBILL, "house_awb": f"H{number}", **changes}
