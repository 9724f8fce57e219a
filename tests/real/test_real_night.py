"""A night over the real public files beside a sample date's entries.

Belongs here: what becomes of every real row and file in a whole night.
Belongs elsewhere: what each reader makes of each real file (test_real_files.py).
"""

import shutil
from pathlib import Path

import polars as pl
import pytest

from sample_data.make import DEFAULT_LAST_DAY, write_landing
from tests.support.home import Built, make_settings, read, run_job
from tidewaiter.command.run import refused_files

AMS_ROWS = 12_307
LISTED = {"ofac_sdn.csv": 8_976, "ofac_alt.csv": 11_910, "ofac_add.csv": 13_837}
FILES = {
    "ocean_ams": ["shipments/ams_header_2018_filtered_sample.csv.gz"],
    "ocean_x12_309": [
        "shipments/x12_309_ocean_manifest_sample_1.edi",
        "shipments/x12_310_freight_receipt_sample.edi",
    ],
    "truck_manifest": ["shipments/ace_truck_trip_borderconnect_sample.json"],
    "watchlist/ofac_sdn": [f"reference/{name}" for name in LISTED],
}


@pytest.fixture(scope="module")
def built(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A home with one night: real manifests and lists, made-up entries."""
    folder, on = tmp_path_factory.mktemp("real"), DEFAULT_LAST_DAY
    landing = folder / "landing"
    write_landing(folder / "sample", days=1)
    shutil.copytree(folder / "sample" / "low_value_entry", landing / "low_value_entry")
    for feed, names in FILES.items():
        (landing / feed / on.isoformat()).mkdir(parents=True)
        for name in names:
            shutil.copy(real_data / name, landing / feed / on.isoformat())
    settings = make_settings(folder, landing)
    (result,) = run_job(settings, "nightly", on)
    return Built(settings, on, result)


@pytest.fixture(scope="module")
def ledger(built: Built) -> dict[str, dict[str, object]]:
    """What became of each file, by its own name."""
    rows = read(built.settings, "core.landed_file", built.on).to_dicts()
    return {str(row["file"]).rpartition("/")[2]: row for row in rows}


def test_a_night_over_real_files_and_a_samples_entries_ends_in_queues(built: Built) -> None:
    assert built.result.error is None
    queued = read(built.settings, "queue.item", built.on)
    assert set(queued["stream"]) == {"low_value", "ocean", "truck"}
    assert queued["port_code"].n_unique() > 20
    assert queued["reasons"].list.len().ge(1).all()
    assert (built.settings.releases / built.on.isoformat() / f"tidewaiter_{built.on}.duckdb").is_file()


def test_every_real_header_is_kept_or_held_for_a_named_reason(
    built: Built, ledger: dict[str, dict[str, object]]
) -> None:
    row = ledger["ams_header_2018_filtered_sample.csv.gz"]
    held = read(built.settings, "held.ocean_ams", built.on)
    assert (row["status"], row["rows_n"]) == ("accepted", AMS_ROWS)
    assert int(str(row["kept_n"])) + int(str(row["held_n"])) == AMS_ROWS
    assert held.height == row["held_n"]
    assert held["broken_rules"].list.len().ge(1).all()
    shipments = read(built.settings, "core.shipment", built.on)
    assert shipments.filter(pl.col("source_file").str.starts_with("ocean_ams/")).height == row["kept_n"]


def test_what_is_kept_of_the_real_files_is_scored(built: Built) -> None:
    shipments = read(built.settings, "core.shipment", built.on)
    scored = read(built.settings, "score.shipment", built.on)
    assert scored["shipment_id"].to_list() == shipments["shipment_id"].sort().to_list()
    assert scored.filter(stream="ocean").height > 10_000
    assert scored["score"].is_between(0, 1).all()


def test_the_real_manifest_is_ten_shipments_and_its_wrong_count_a_note(
    built: Built, ledger: dict[str, dict[str, object]]
) -> None:
    row = ledger["x12_309_ocean_manifest_sample_1.edi"]
    shipments = read(built.settings, "core.shipment", built.on)
    assert shipments.filter(pl.col("source_file").str.starts_with("ocean_x12_309/")).height == 10
    assert (row["status"], row["held_n"]) == ("accepted", 0)
    assert "SE01 counts 622 segments, the file has 295" in str(row["notes"])


def test_the_real_freight_receipt_is_refused_by_name_and_the_night_goes_on(
    built: Built, ledger: dict[str, dict[str, object]]
) -> None:
    row = ledger["x12_310_freight_receipt_sample.edi"]
    assert row["status"] == "refused"
    assert "X12 310 freight receipt and invoice" in str(row["cause"])
    assert row["fix"]
    (refused,) = refused_files(built.result)
    assert "x12_310_freight_receipt_sample.edi" in refused


def test_every_listed_entity_name_and_address_is_read(built: Built, ledger: dict[str, dict[str, object]]) -> None:
    for name, rows_n in LISTED.items():
        row = ledger[name]
        assert (row["status"], row["rows_n"], row["kept_n"], row["held_n"]) == ("accepted", rows_n, rows_n, 0)
    entries = read(built.settings, "reference.watchlist_entry", built.on)
    assert entries["entity_id"].n_unique() == LISTED["ofac_sdn.csv"]
