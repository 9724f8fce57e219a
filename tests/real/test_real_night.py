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
LISTS = {
    "watchlist/ofac_sdn": {"ofac_sdn.csv": 8_976, "ofac_alt.csv": 11_910, "ofac_add.csv": 13_837},
    "watchlist/ofac_cons": {"ofac_cons_prim.csv": 442, "ofac_cons_alt.csv": 1_073, "ofac_cons_add.csv": 574},
    "watchlist/bis_dpl": {"bis_denied_persons_list.tsv": 581},
    "watchlist/csl": {"csl_sample.csv": 115},
    "watchlist/uflpa": {"uflpa_entity_list_partial.csv": 23},
    "watchlist/wro": {"cbp_wro_findings_active.csv": 54},
    "place/schedule_d": {"cbp_schedule_d_ports.csv": 530},
    "place/schedule_k": {"sea_ports_unlocode_schedule_k_d.csv": 1_634},
}
FILES = {
    "ocean_ams": ["shipments/ams_header_2018_filtered_sample.csv.gz"],
    "ocean_x12_309": [
        "shipments/x12_309_ocean_manifest_sample_1.edi",
        "shipments/x12_310_freight_receipt_sample.edi",
    ],
    "truck_manifest": ["shipments/ace_truck_trip_borderconnect_sample.json"],
    **{folder: [f"reference/{name}" for name in files] for folder, files in LISTS.items()},
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


@pytest.mark.parametrize("folder", LISTS)
def test_every_row_of_a_real_list_is_kept(ledger: dict[str, dict[str, object]], folder: str) -> None:
    for name, rows_n in LISTS[folder].items():
        row = ledger[name]
        assert (row["status"], row["rows_n"], row["kept_n"], row["held_n"]) == ("accepted", rows_n, rows_n, 0)


def test_the_real_lists_are_one_table_of_what_is_in_force(built: Built) -> None:
    entries = read(built.settings, "reference.watchlist_entry", built.on)
    entities = entries.group_by("list_code").agg(pl.col("entity_id").n_unique()).sort("list_code").rows()
    assert entities == [
        ("bis_dpl", 187), ("csl", 106), ("ofac_cons", 442), ("ofac_sdn", 8_976), ("uflpa", 23), ("wro", 52),
    ]  # fmt: skip
    assert set(entries["snapshot_on"]) == {built.on}
    ports, foreign = (read(built.settings, f"reference.{noun}", built.on) for noun in ("port", "foreign_port"))
    assert (ports.height, foreign.height) == (486, 1_488)


def test_no_port_of_the_night_is_unknown_to_the_real_schedule(built: Built) -> None:
    held = read(built.settings, "held.low_value_entry", built.on)
    broken = held.filter(pl.col("broken_rules").list.contains("unknown_port_code"))
    assert broken["broken_rules"].list.contains("malformed_port_code").all()
    assert read(built.settings, "held.ocean_x12_309", built.on).height == 0
