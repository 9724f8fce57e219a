"""The sample generator keeps its promises: same bytes, promised columns, nothing known too early.

Belongs here: what every made-up landing folder must satisfy.
Belongs elsewhere: the folder itself (test_sample_folder.py), what the pipeline makes of it (tests/integration).
"""

import csv
import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data_quality.contract import load_contract
from sample_data.flaw import ENTRY_FLAWS
from sample_data.goods import OCEAN_GROUPS, load_goods
from sample_data.layout import AMS_COLUMNS, ENTRY_COLUMNS, FINDING_COLUMNS
from sample_data.make import MARKER, write_landing
from sample_data.world.digit import encode, stack
from sample_data.world.number import EntryNumbers, write_airway_bills, write_container_numbers, write_postal_numbers
from sample_data.world.simulation import ADVERSARIES

DAYS = 4
PROMISED_ENTRY_COLUMNS = [
    "entry_number", "line_number", "entry_type", "filed_at", "filer_code", "port_code", "mode_code",
    "carrier_code", "master_bill", "house_bill", "estimated_arrival_at", "origin_country", "export_country",
    "hts10", "description", "quantity", "quantity_unit", "gross_weight_kg", "value_usd", "listed_price_usd",
    "shipper_name", "shipper_address", "shipper_city", "shipper_state", "shipper_postal_code", "shipper_country",
    "seller_name", "seller_id", "marketplace", "product_id", "product_url", "consignee_name", "consignee_address",
    "consignee_city", "consignee_state", "consignee_postal_code", "consignee_phone", "consignee_email",
    "importer_number", "account_opened_on", "verified_known_consignor", "packing_country", "screened",
    "record_status",
]  # fmt: skip
PROMISED_FINDING_COLUMNS = [
    "finding_id", "shipment_ref", "ref_kind", "exam_kind", "selected_by", "examined_at", "known_at",
    "finding_code", "loss_usd", "seized", "officer_unit",
]  # fmt: skip


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample") / "landing"
    write_landing(out, days=DAYS)
    return out


@pytest.fixture(scope="module")
def entries(landing: Path) -> pl.DataFrame:
    """All entry rows as text, with the day of their folder; times in ISO 8601."""
    return pl.concat(_read_entries(path) for path in sorted((landing / "low_value_entry").rglob("entries_*")))


@pytest.fixture(scope="module")
def findings(landing: Path) -> pl.DataFrame:
    paths = sorted((landing / "exam_finding").rglob("*.csv"))
    return pl.concat(
        pl.read_csv(path, infer_schema=False).with_columns(landed_on=pl.lit(path.parent.name)) for path in paths
    )


def _read_entries(path: Path) -> pl.DataFrame:
    if path.suffix == ".csv":
        rows = pl.read_csv(path, infer_schema=False)
    elif path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        rows = pl.DataFrame([json.loads(line) for line in lines], infer_schema_length=None)
        rows = rows.select(PROMISED_ENTRY_COLUMNS)
    else:
        rows = pl.read_parquet(path).with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert rows.columns == PROMISED_ENTRY_COLUMNS
    return rows.cast(pl.String).with_columns(
        pl.col("entry_number").str.replace_all("-", ""), landed_on=pl.lit(path.parent.name)
    )


def _hash_files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_file_landed_just_after_the_date_of_its_folder_had_ended(landing: Path) -> None:
    files = [path for path in landing.rglob("*") if path.is_file() and path.name != MARKER]
    assert len(files) > 4 * DAYS
    for path in files:
        ended = datetime.combine(date.fromisoformat(path.parent.name), time(), UTC) + timedelta(days=1)
        assert datetime.fromtimestamp(path.stat().st_mtime, UTC) == ended + timedelta(minutes=30)


def test_the_same_seed_writes_the_same_bytes(landing: Path, tmp_path: Path) -> None:
    write_landing(tmp_path / "again", days=DAYS)
    assert _hash_files(tmp_path / "again") == _hash_files(landing)


def test_another_seed_writes_another_trade(landing: Path, tmp_path: Path) -> None:
    write_landing(tmp_path / "other", seed=8, days=DAYS)
    first, other = _hash_files(landing), _hash_files(tmp_path / "other")
    # Whether anything changes on the road later in a day is chance.
    always = [name for name in first if not name.endswith("_2.jsonl")]
    assert always == [name for name in other if not name.endswith("_2.jsonl")]
    same = [name for name in always if first[name] == other[name]]
    assert [name for name in same if not name.startswith(("place/", "tariff/"))] == [], (
        "ports and rates are what they are"
    )


def test_the_layouts_are_the_promised_ones() -> None:
    assert list(ENTRY_COLUMNS) == PROMISED_ENTRY_COLUMNS
    assert list(FINDING_COLUMNS) == PROMISED_FINDING_COLUMNS
    assert len(AMS_COLUMNS) == 11
    assert sum(len(columns) for columns in AMS_COLUMNS.values()) == 131


def test_the_second_file_takes_turns_between_json_lines_and_parquet(landing: Path) -> None:
    for folder in (landing / "low_value_entry").iterdir():
        second = "entries_b.jsonl" if date.fromisoformat(folder.name).day % 2 else "entries_b.parquet"
        assert sorted(path.name for path in folder.iterdir()) == ["entries_a.csv", second]


def test_parquet_entries_have_sensible_types(landing: Path) -> None:
    schema = pl.read_parquet_schema(next((landing / "low_value_entry").rglob("*.parquet")))
    assert schema["filed_at"] == pl.Datetime("us", "UTC")
    assert schema["account_opened_on"] == pl.Date
    assert schema["value_usd"] == pl.Float64
    assert schema["screened"] == pl.Boolean


def test_every_ams_table_has_its_columns(landing: Path) -> None:
    tables = Counter[str]()
    for path in (landing / "ocean_ams").rglob("ams__*.csv"):
        table = path.name.removeprefix("ams__").split("_2026__")[0]
        tables[table] += 1
        with path.open(encoding="utf-8", newline="") as file:
            assert tuple(next(csv.reader(file))) == AMS_COLUMNS[table]
    assert tables["header"] == DAYS
    assert tables["marksnumbers"] == DAYS - 1
    assert tables["hazmat"] == 0


def test_a_child_table_has_several_rows_or_none_for_a_bill(landing: Path) -> None:
    header, shipper, tariff = (
        pl.concat(pl.read_csv(path, infer_schema=False) for path in landing.rglob(f"ams__{table}_*.csv"))["identifier"]
        for table in ("header", "shipper", "tariff")
    )
    assert 0.9 < header.n_unique() / len(header) < 1
    assert not header.is_in(shipper.implode()).all()
    assert not tariff.is_unique().all()


def test_no_finding_lands_before_it_is_known(findings: pl.DataFrame) -> None:
    assert findings.height > 20
    early = findings.filter(pl.col("known_at").str.slice(0, 10) > pl.col("landed_on"))
    backwards = findings.filter(pl.col("known_at") < pl.col("examined_at"))
    assert early.height == backwards.height == 0


def test_no_shipment_is_examined_before_it_is_filed(entries: pl.DataFrame, findings: pl.DataFrame) -> None:
    filed = entries.group_by("entry_number").agg(pl.min("filed_at", "landed_on"))
    seen = findings.join(filed, left_on="shipment_ref", right_on="entry_number", suffix="_filed")
    assert seen.height > 15
    assert (seen["examined_at"] >= seen["filed_at"]).all()
    waited = seen["landed_on"].str.to_date() - seen["landed_on_filed"].str.to_date()
    assert waited.is_between(timedelta(days=2), timedelta(days=21)).all()


def test_one_finding_of_each_kind_names_a_shipment_never_seen(entries: pl.DataFrame, findings: pl.DataFrame) -> None:
    refs = findings.filter(ref_kind="entry")["shipment_ref"]
    assert refs.filter(~refs.is_in(entries["entry_number"].implode())).to_list() == ["ZZ998765430"]


def test_an_entry_line_comes_twice_only_as_an_amendment_or_a_cancellation(entries: pl.DataFrame) -> None:
    key = ["entry_number", "line_number"]
    first = entries.filter(record_status="new")
    assert first.select(key).is_unique().all()
    later = entries.filter(pl.col("record_status") != "new")
    assert set(later["record_status"]) == {"amended", "cancelled"}
    both = later.join(first, on=[*key, "landed_on"], suffix="_first")
    assert both.height == later.height
    assert (both["filed_at"] > both["filed_at_first"]).all()


def test_entries_are_of_the_types_that_are_legal_on_their_dates(entries: pl.DataFrame) -> None:
    assert set(entries["entry_type"]) == {"01", "11", "13"}


def test_a_few_rows_of_every_day_are_spoilt(entries: pl.DataFrame) -> None:
    spoilt = (
        pl.col("hts10").is_null()
        | pl.col("shipper_name").is_null()
        | pl.col("mode_code").eq("99")
        | pl.col("origin_country").eq("QQ")
        | pl.col("description").str.len_chars().gt(500)
        | ~pl.col("entry_number").str.contains(r"^[A-Z0-9]{3}[0-9]{8}$")
        | (pl.min_horizontal(pl.col("gross_weight_kg", "value_usd").cast(pl.Float64)) < 0)
        | pl.col("quantity").eq("0")
        | ~pl.col("port_code").str.contains(r"^[0-9]{4}$")
        | ~pl.col("filed_at").str.contains(r"^2026-1\d-\d\dT\d\d:\d\d:\d\dZ$")
    )
    share = entries.group_by("landed_on").agg(spoilt.fill_null(False).mean().alias("share"))["share"]
    assert share.is_between(0.001, 0.009).all()
    assert entries.filter(spoilt.fill_null(False)).height >= len(ENTRY_FLAWS)


def test_no_file_says_who_is_dishonest(landing: Path) -> None:
    schemes = [kind.name for kind in ADVERSARIES]
    for path in (path for path in landing.rglob("*") if path.is_file() and path.parent.parent.name != "exam_finding"):
        text = path.read_bytes()
        assert [name for name in (*schemes, "NO_DISCREPANCY", "honest_mistake") if name.encode() in text] == []


def _read_waybills(path: Path) -> pl.DataFrame:
    if path.suffix == ".csv":
        rows = pl.read_csv(path, infer_schema=False)
    else:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        rows = pl.DataFrame(lines, infer_schema_length=None).cast(pl.String)
    assert rows.columns == list(load_contract("raw.air_waybill").column_names)
    return rows


def test_air_waybills_are_filed_in_both_formats_with_right_and_few_wrong_numbers(landing: Path) -> None:
    paths = sorted((landing / "air_waybill").rglob("waybills_*"))
    assert {path.suffix for path in paths} == {".csv", ".jsonl"}
    rows = pl.concat(_read_waybills(path) for path in paths)
    assert 60 * DAYS < rows.height < 130 * DAYS
    assert set(rows["status"]) == {"new", "amended", "cancelled"}
    serial, digit = (rows["master_awb"].str.slice(*cut).cast(pl.Int64, strict=False) for cut in ((4, 7), (11, 1)))
    assert ((serial % 7) == digit).to_list().count(True) > 0.96 * rows.height
    firsts = rows.filter(status="new").select("master_awb", "house_awb")
    assert firsts.is_unique().all()
    known = rows["arrival_airport"].is_in(["JFK", "LAX", "MIA", "MEM", "SDF", "ANC", "ORD"])
    assert known.to_list().count(True) > 0.98 * rows.height


def test_truck_trips_have_the_layout_with_drivers_to_leave_out(landing: Path) -> None:
    trips = []
    for day in sorted((landing / "truck_manifest").iterdir()):
        first, *later = sorted(day.iterdir())
        trips += json.loads(first.read_text(encoding="utf-8"))
        trips += [json.loads(line) for path in later for line in path.read_text(encoding="utf-8").splitlines()]
    created = [shipment for trip in trips if trip["operation"] == "CREATE" for shipment in trip["shipments"]]
    numbers = [shipment["shipmentControlNumber"] for shipment in created]
    assert len(created) == len(set(numbers)) > 25 * DAYS
    assert {trip["operation"] for trip in trips} >= {"CREATE", "UPDATE"}
    assert all(trip["drivers"] for trip in trips)
    assert sum(trip["usPortOfArrival"] == "23O4" for trip in trips if trip["operation"] == "CREATE") == 1


def test_the_control_counts_of_a_manifest_agree(landing: Path) -> None:
    for path in (landing / "ocean_x12_309").rglob("*.edi"):
        segments = path.read_text(encoding="ascii").split("~\n")[:-1]
        assert len(segments[0]) == 105
        starts = [i for i, segment in enumerate(segments) if segment.startswith("ST*")]
        ends = [i for i, segment in enumerate(segments) if segment.startswith("SE*")]
        assert [int(segments[i].split("*")[1]) for i in ends] == [
            end - start + 1 for start, end in zip(starts, ends, strict=True)
        ]
        assert sum(segment.startswith("M11*") for segment in segments) >= 5


def test_the_watch_list_has_the_official_layout(landing: Path) -> None:
    for path in (landing / "watchlist" / "ofac_sdn").rglob("*.CSV"):
        text = path.read_bytes()
        assert text.endswith(b"\r\n\x1a")
        width = {"SDN.CSV": 12, "ALT.CSV": 5, "ADD.CSV": 6}[path.name]
        rows = list(csv.reader(text[:-1].decode("ascii").splitlines()))
        assert len(rows) > 40
        assert {len(row) for row in rows} == {width}


def entries_names(landing: Path) -> set[str]:
    """The shippers of all entries, in capitals without stops and commas."""
    rows = pl.concat(_read_entries(path) for path in sorted((landing / "low_value_entry").rglob("entries_*")))
    return set(rows["shipper_name"].drop_nulls().str.to_uppercase().str.replace_all(r"[.,]", ""))


def test_some_shippers_carry_a_listed_alias(landing: Path) -> None:
    path = landing / "watchlist" / "ofac_sdn" / "2026-11-19" / "ALT.CSV"
    aliases = {row[3] for row in csv.reader(path.read_text(encoding="ascii").splitlines()) if len(row) == 5}
    assert len(aliases & entries_names(landing)) >= 1


@pytest.mark.parametrize(
    ("list_code", "editions_n"), [("bis_dpl", 2), ("uflpa", 2), ("local", 2), ("csl", 2), ("wro", 2)]
)
def test_every_other_watch_list_is_small(landing: Path, list_code: str, editions_n: int) -> None:
    files = sorted((landing / "watchlist" / list_code).rglob("*.?sv"))
    listed = [
        [row[0].upper().replace(".", "").replace(",", "") for row in csv.reader(
            path.read_text(encoding="utf-8").splitlines(), delimiter="\t" if path.suffix == ".tsv" else ","
        )][1:]
        for path in files
    ]  # fmt: skip
    assert len(files) == editions_n
    assert all(2 <= len(rows) <= 5 for rows in listed)


def test_every_port_of_the_sample_is_in_its_schedule(landing: Path, entries: pl.DataFrame) -> None:
    (path,) = (landing / "place" / "schedule_d").rglob("*.csv")
    known = set(pl.read_csv(path, infer_schema=False)["port_code"])
    assert set(entries["port_code"]) - known <= {"47O1"}, "one spoilt code is no port"


def test_numbers_carry_the_published_check_digits() -> None:
    # CSQU3054383 is the worked example of ISO 6346, 473124829 that of the postal standard S10.
    one = np.zeros(1, dtype=np.int64)
    assert write_container_numbers(["CSQU"], one, one + 305438, one).to_list() == ["CSQU3054383"]
    assert write_postal_numbers(one + 47312482, encode(["US"])).to_list() == ["LZ473124829US"]
    assert write_airway_bills(one + 900, one + 1_000_001).to_list() == ["900-10000012"]
    assert stack(*EntryNumbers(["ZT0"], one).list_parts(one, one + 2_000_001)).to_list() == ["ZT020000019"]


def test_every_tariff_line_is_whole_and_single() -> None:
    lines = load_goods(np.random.default_rng(7)).lines
    assert lines["hts10"].str.contains(r"^[0-9]{8}00$").all()
    assert lines["hts10"].is_unique().all()
    assert set(OCEAN_GROUPS) <= set(lines["group"])
