"""The columns of every sample file, in the order in which the feeds promise them.

Belongs here: column names and their order, nothing else.
Belongs elsewhere: what the columns hold (sample_data/world).
"""

ENTRY_COLUMNS: tuple[str, ...] = (
    "entry_number", "line_number", "entry_type", "filed_at", "filer_code", "port_code", "mode_code", "carrier_code",
    "master_bill", "house_bill", "estimated_arrival_at", "origin_country", "export_country", "hts10", "description",
    "quantity", "quantity_unit", "gross_weight_kg", "value_usd", "listed_price_usd", "shipper_name",
    "shipper_address", "shipper_city", "shipper_state", "shipper_postal_code", "shipper_country", "seller_name",
    "seller_id", "marketplace", "product_id", "product_url", "consignee_name", "consignee_address",
    "consignee_city", "consignee_state", "consignee_postal_code", "consignee_phone", "consignee_email",
    "importer_number", "account_opened_on", "verified_known_consignor", "packing_country", "screened",
    "record_status",
)  # fmt: skip

WAYBILL_COLUMNS: tuple[str, ...] = (
    "master_awb", "house_awb", "filed_at", "flight_number", "departure_airport", "arrival_airport",
    "estimated_arrival_at", "pieces", "gross_weight_kg", "description", "declared_value_usd", "currency", "hs6",
    "shipper_name", "shipper_address", "shipper_city", "shipper_state", "shipper_postal_code", "shipper_country",
    "shipper_phone", "shipper_email", "consignee_name", "consignee_address", "consignee_city", "consignee_state",
    "consignee_postal_code", "consignee_country", "consignee_phone", "consignee_email", "account_number",
    "account_opened_on", "shipments_last_year", "verified_known_consignor", "packing_country", "ip_address", "status",
)  # fmt: skip

FINDING_COLUMNS: tuple[str, ...] = (
    "finding_id", "shipment_ref", "ref_kind", "exam_kind", "selected_by", "examined_at", "known_at", "finding_code",
    "loss_usd", "seized", "officer_unit",
)  # fmt: skip

_PARTY_TAIL = ("city", "state_province", "zip_code", "country_code", "contact_name", "comm_number_qualifier",
               "comm_number")  # fmt: skip


def _list_party_columns(name: str, address: str) -> tuple[str, ...]:
    return ("identifier", name, *(f"{address}_{n}" for n in range(1, 5)), *_PARTY_TAIL)


AMS_COLUMNS: dict[str, tuple[str, ...]] = {
    "header": (
        "identifier", "carrier_code", "vessel_country_code", "vessel_name", "port_of_unlading",
        "estimated_arrival_date", "foreign_port_of_lading_qualifier", "foreign_port_of_lading", "manifest_quantity",
        "manifest_unit", "weight", "weight_unit", "measurement", "measurement_unit", "record_status_indicator",
        "place_of_receipt", "port_of_destination", "foreign_port_of_destination_qualifier",
        "foreign_port_of_destination", "conveyance_id_qualifier", "conveyance_id", "in_bond_entry_type",
        "mode_of_transportation", *(f"secondary_notify_party_{n}" for n in range(1, 11)), "actual_arrival_date",
    ),
    "billgen": (
        "identifier", "master_bol_number", "house_bol_number", "sub_house_bol_number", "voyage_number",
        "bill_type_code", "manifest_number", "trade_update_date", "run_date",
    ),
    "shipper": _list_party_columns("shipper_party_name", "shipper_party_address"),
    "consignee": _list_party_columns("consignee_name", "consignee_address"),
    "notifyparty": _list_party_columns("notify_party_name", "notify_party_address"),
    "container": (
        "identifier", "container_number", "seal_number_1", "seal_number_2", "equipment_description_code",
        "container_length", "container_height", "container_width", "container_type", "load_status",
        "type_of_service",
    ),
    "cargodesc": (
        "identifier", "container_number", "description_sequence_number", "piece_count", "description_text",
    ),
    "tariff": (
        "identifier", "container_number", "description_sequence_number", "harmonized_number", "harmonized_value",
        "harmonized_weight", "harmonized_weight_unit",
    ),
    "marksnumbers": (
        "identifier", "container_number", *(f"marks_and_numbers_{n}" for n in range(1, 9)),
    ),
    "hazmat": (
        "identifier", "container_number", "hazmat_sequence_number", "hazmat_code", "hazmat_class",
        "hazmat_code_qualifier", "hazmat_contact", "hazmat_page_number", "hazmat_flash_point_temperature",
        "hazmat_flash_point_temperature_negative_ind", "hazmat_flash_point_temperature_unit", "hazmat_description",
    ),
    "hazmatclass": ("identifier", "container_number", "hazmat_sequence_number", "hazmat_classification"),
}  # fmt: skip
