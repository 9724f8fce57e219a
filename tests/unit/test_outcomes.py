"""Findings to shipments, labels and records."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from assets.outcomes import judge_agreement, judge_times
from models.dataset import read_labels
from pipelines.resources import Work
from tests.support.entry import DAY, ENTRY, FINDING, GOOD_FINDING, entry, landing_file, write_csv
from tests.support.filing import day, file_entry, land
from tests.support.work import Bench, open_bench
from tidewaiter.ingest.exam_finding import FEED as FINDINGS
from tidewaiter.ingest.low_value_entry import FEED as ENTRIES
from tidewaiter.lake import Lake
from tidewaiter.outcomes.match import OUTCOME_TABLES, SQL, OutcomeRequest, derive_outcomes
from tidewaiter.settings import SHIPPED_POLICY, Settings

FIRST, SECOND = date(2026, 11, 19), date(2026, 11, 20)


def land_entries(folder: Path, on: date, *numbers: int) -> None:
    with open_bench(folder, on) as bench:
        write_csv(landing_file(bench.landing, "low_value_entry", "a.csv", on), ENTRY, [entry(n) for n in numbers])
        bench.land(ENTRIES)


def code_finding(code: str) -> dict[str, str]:
    """Return a result as it comes: what finds nothing has no loss."""
    is_clean = code in ("NO_DISCREPANCY", "CANCELLED", "NEVER_ARRIVED")
    return {"finding_code": code, **({"loss_usd": "", "seized": "false"} if is_clean else {})}


def land_findings(bench: Bench, *changes: dict[str, str]) -> None:
    rows = [{**GOOD_FINDING, "finding_id": f"F{bench.on.day}{n}", **each} for n, each in enumerate(changes)]
    write_csv(landing_file(bench.landing, "exam_finding", "f.csv", bench.on), FINDING, rows)
    bench.read(FINDINGS)
    bench.keep(FINDINGS)
    derive_outcomes(bench.con, OutcomeRequest(bench.lake, bench.on, bench.policy))
    for table in OUTCOME_TABLES:
        bench.publish(table, table.replace(".", "_"))


def test_an_exam_labels_its_shipment_for_every_family(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1, 2)
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench, {"shipment_ref": "ZZA-0000000-1"})
        labels = bench.rows("select shipment_id, shipment_on, family, y, loss_usd::double from outcome_label")
        assert labels == [
            ("entry:ZZA00000001", FIRST, "contraband", 0, 12.5),
            ("entry:ZZA00000001", FIRST, "forced_labor", 0, 12.5),
            ("entry:ZZA00000001", FIRST, "product", 0, 12.5),
            ("entry:ZZA00000001", FIRST, "revenue", 1, 12.5),
        ]


def test_no_finding_no_label(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1, 2)
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench)
        assert bench.rows("select count(*) from outcome_label") == [(0,)]


@pytest.mark.parametrize(("code", "labels"), [("NO_DISCREPANCY", 4), ("CANCELLED", 0), ("NEVER_ARRIVED", 0)])
def test_only_what_an_exam_established_is_a_label(tmp_path: Path, code: str, labels: int) -> None:
    land_entries(tmp_path, FIRST, 1)
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench, {"shipment_ref": "ZZA00000001", **code_finding(code)})
        assert bench.rows("select count(*), coalesce(sum(y), 0) from outcome_label") == [(labels, 0)]


def test_a_finding_for_a_shipment_never_seen_waits_until_it_arrives(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1)
    with open_bench(tmp_path, FIRST) as bench:
        land_findings(bench, {"shipment_ref": "ZZA00000007"})
        assert bench.rows("select shipment_id from outcome_finding") == [(None,)]
    land_entries(tmp_path, SECOND, 7)
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench)
        assert bench.rows("select shipment_id, shipment_on from outcome_finding") == [("entry:ZZA00000007", SECOND)]
        assert bench.rows("select count(*) from outcome_label") == [(4,)]


def test_an_entitys_record_counts_exams_and_violations_by_the_day_they_became_known(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1, 2)
    with open_bench(tmp_path, SECOND) as bench:
        clean = {"shipment_ref": "ZZA00000002", "finding_code": "NO_DISCREPANCY", "loss_usd": ""}
        land_findings(bench, {"shipment_ref": "ZZA00000001"}, clean)
        query = "select known_on, exams_n, findings_n from outcome_entity_outcome where entity_kind = 'filer'"
        assert bench.rows(query) == [(date(2026, 11, 20), 2, 1)]


def test_an_exam_is_about_what_was_filed_by_its_day(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1)
    land_entries(tmp_path, SECOND, 1)
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench, {"shipment_ref": "ZZA00000001", "examined_at": "2026-11-19T10:00:00Z"})
        assert bench.rows("select shipment_id, shipment_on from outcome_finding") == [("entry:ZZA00000001", FIRST)]


def test_one_exam_counts_once_however_often_its_findings_land(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1)
    same = {"shipment_ref": "ZZA00000001", "finding_id": "F1"}
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench, {**same, **code_finding("NO_DISCREPANCY")})
    with open_bench(tmp_path, date(2026, 11, 21)) as bench:
        land_findings(bench, same, {"shipment_ref": "ZZA00000001", "finding_code": "NARCOTICS"})
        assert bench.rows("select finding_id from outcome_finding") == [("F211",)]
        query = "select exams_n, findings_n from outcome_entity_outcome where entity_kind = 'filer'"
        assert bench.rows(query) == [(0, 1)]


def as_work(bench: Bench) -> Work:
    settings = Settings(bench.lake.root.parent, bench.landing, SHIPPED_POLICY)
    return Work(settings, bench.policy, bench.lake, bench.on, bench.con, bench.scratch)


def test_a_finding_that_contradicts_the_one_of_its_id_is_not_taken_and_is_told(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1, 2)
    first = {"finding_id": "F1", "shipment_ref": "ZZA00000001"}
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench, first, {"finding_id": "F2", "shipment_ref": "ZZA00000002"})
        assert judge_agreement(as_work(bench)).passed
    with open_bench(tmp_path, date(2026, 11, 21)) as bench:
        land_findings(bench, first, {"finding_id": "F2", "shipment_ref": "ZZA00000001"})
        told = judge_agreement(as_work(bench))
        assert bench.rows("select count(*) from outcome_finding") == [(0,)]
    assert (told.passed, told.severity.value) == (False, "WARN")
    assert {file: text.value for file, text in told.metadata.items()} == {
        "exam_finding/2026-11-21/f.csv": "1 not taken, the first F2: an earlier one of that id says something else"
    }


@pytest.mark.parametrize("nights", [1, 2])
@pytest.mark.parametrize(
    ("codes", "told", "loss_usd"),
    [
        (("UNDERVALUED", "NARCOTICS"), {}, 25.0),
        (
            ("NO_DISCREPANCY", "UNDERVALUED"),
            {"a_violation_and_none": "1 exam, the first with F0, F1: the violation counts"},
            12.5,
        ),
        (
            ("UNDERVALUED", "CANCELLED"),
            {"a_violation_and_none": "1 exam, the first with F0, F1: the violation counts"},
            12.5,
        ),
        (
            ("UNDERVALUED", "UNDERVALUED"),
            {"one_code_twice": "1 exam, the first with F0, F1: it counts once, and its losses are added up"},
            25.0,
        ),
    ],
)
def test_findings_of_one_exam_that_exclude_each_other_are_told_with_how_they_count(
    tmp_path: Path, nights: int, codes: tuple[str, str], told: dict[str, str], loss_usd: float
) -> None:
    land_entries(tmp_path, FIRST, 1, 2)
    given = [
        {"shipment_ref": "ZZA00000001", **code_finding(code), "finding_id": f"F{place}"}
        for place, code in enumerate(codes)
    ]
    checks = []
    for night in range(nights):
        with open_bench(tmp_path, SECOND + timedelta(days=night)) as bench:
            land_findings(bench, *(given if nights == 1 else [given[night]]))
            checks.append(judge_agreement(as_work(bench)))
    assert {name: text.value for name, text in checks[-1].metadata.items()} == told
    assert checks[-1].passed == (not told)
    assert all(check.passed for check in checks[:-1])
    records = pl.read_parquet(Lake(tmp_path / "lake").through("outcome.entity_outcome", day(40)))
    filer = records.filter(entity_kind="filer").select(pl.col("exams_n", "findings_n", "loss_usd").cast(float).sum())
    assert filer.rows() == [(1.0, 1.0, loss_usd)]


def test_exams_of_one_shipment_at_two_moments_do_not_exclude_each_other(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1)
    later = {"examined_at": "2026-11-20T11:00:00Z", **code_finding("NO_DISCREPANCY")}
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench, {"shipment_ref": "ZZA00000001"}, {"shipment_ref": "ZZA00000001", **later})
        assert judge_agreement(as_work(bench)).passed


def test_a_result_that_is_known_long_after_it_landed_is_told(tmp_path: Path) -> None:
    land_entries(tmp_path, FIRST, 1, 2)
    given = {"F1": "2026-11-21T23:00:00Z", "F2": "2062-11-20T10:00:00Z", "F3": "2026-12-20T10:00:00Z"}
    rows = [{"finding_id": name, "shipment_ref": "ZZA00000001", "known_at": at} for name, at in given.items()]
    with open_bench(tmp_path, SECOND) as bench:
        land_findings(bench, rows[0])
        assert judge_times(as_work(bench)).passed
        land_findings(bench, *rows)
        told = judge_times(as_work(bench))
    assert (told.passed, told.severity.value) == (False, "WARN")
    assert {file: text.value for file, text in told.metadata.items()} == {
        "exam_finding/2026-11-20/f.csv": "2, the last F2, known on 2062-11-20: models learn of it from then on"
    }


def test_a_master_of_several_bills_names_none_of_them(bench: Bench) -> None:
    shipments = [("ocean:1", "MASTER1", "HOUSE1"), ("ocean:2", "MASTER1", "HOUSE2"), ("ocean:3", "HOUSE1", None)]
    found = match(bench, "ocean_bill", shipments, {"F1": "MASTER1", "F2": "HOUSE1", "F3": "HOUSE2"})
    assert found == {"F1": None, "F2": "ocean:1", "F3": "ocean:2"}


def test_an_air_waybill_is_found_by_both_numbers_by_its_house_or_by_a_master_of_one_house(bench: Bench) -> None:
    one, other, alone = "172-12345675", "172-12345686", "172-12345690"
    shipments = [
        (f"air:{one}/H1", one, "H1"), (f"air:{one}/H-2", one, "H-2"), (f"air:{other}/H1", other, "H1"),
        (f"air:{alone}/HB 7", alone, "HB 7"),
    ]  # fmt: skip
    refs = {
        "F1": "17212345675/H1", "F2": "172 12345686/h1", "F3": "H2", "F4": "hb7", "F5": "17212345690",
        "F6": "17212345675", "F7": "H1", "F8": "H3",
    }  # fmt: skip
    assert match(bench, "air_waybill", shipments, refs) == {
        "F1": f"air:{one}/H1", "F2": f"air:{other}/H1", "F3": f"air:{one}/H-2", "F4": f"air:{alone}/HB 7",
        "F5": f"air:{alone}/HB 7", "F6": None, "F7": None, "F8": None,
    }  # fmt: skip


def test_a_truck_shipment_is_found_by_its_control_number_or_by_a_trip_of_one_shipment(bench: Bench) -> None:
    shipments = [("truck:ZQTR01", "ZQTR9A", None), ("truck:ZQTR02", "ZQTR9B", None), ("truck:ZQTR03", "ZQTR9B", None)]
    refs = {"F1": "ZQTR01", "F2": "zqtr 02", "F3": "ZQTR9A", "F4": "ZQTR9B", "F5": "QTR01"}
    assert match(bench, "truck_shipment", shipments, refs) == {
        "F1": "truck:ZQTR01", "F2": "truck:ZQTR02", "F3": "truck:ZQTR01", "F4": None, "F5": None,
    }  # fmt: skip


def test_a_number_is_looked_for_among_shipments_of_its_kind_only(bench: Bench) -> None:
    assert match(
        bench, "truck_shipment", [("air:172-12345675/ZQTR01", "172-12345675", "ZQTR01")], {"F1": "ZQTR01"}
    ) == {"F1": None}


def match(
    bench: Bench, ref_kind: str, shipments: Sequence[tuple[str, str, str | None]], findings: dict[str, str]
) -> dict[str, str | None]:
    """Run the matching SQL over shipments given as (id, master, house) and findings given as their reference."""
    frame = pl.DataFrame(shipments, schema=["shipment_id", "master_bill", "house_bill"], orient="row")
    stream = pl.col("shipment_id").str.split(":").list.first()
    filed = pl.lit(datetime(2026, 11, 19))
    dated = frame.with_columns(date=pl.lit(FIRST), filed_at=filed, stream=stream, carrier_code=pl.lit("ZZZZ"))
    bench.con.register("shipment_past", dated.cast({"house_bill": pl.String}).to_arrow())
    rows = [
        {**GOOD_FINDING, "finding_id": name, "shipment_ref": ref, "ref_kind": ref_kind}
        for name, ref in findings.items()
    ]
    bench.con.register("given_finding", pl.DataFrame(rows).to_arrow())
    bench.con.execute(
        "create view kept_exam_finding as select * replace (examined_at::timestamptz::timestamp as examined_at)"
        " from given_finding"
    )
    bench.con.execute(
        "create view finding_past as select *, null::varchar as shipment_id from kept_exam_finding limit 0"
    )
    bench.con.execute(
        "create view finding_code as select 'UNDERVALUED' as finding_code, 'revenue' as family, true as is_label"
    )
    query = (SQL / "finding.sql").read_text(encoding="utf-8")
    return dict(bench.rows(f"select finding_id, shipment_id from ({query})"))


def land_versions(folder: Path) -> None:
    """Land an entry on two dates, the second version of another consignee, filed at one o'clock of each."""
    for place, name in ((0, "Pat Example"), (1, "Kim Example")):
        land(folder, place, file_entry(1, place, status="new" if place == 0 else "amended", consignee_name=name))


@pytest.mark.parametrize(
    ("examined_at", "found"),
    [("T23:00:00Z", 1), ("T01:00:00Z", 1), ("T00:30:00Z", 0)],
)
def test_an_exam_is_about_the_version_in_force_at_its_moment(tmp_path: Path, examined_at: str, found: int) -> None:
    land_versions(tmp_path)
    with open_bench(tmp_path, day(2)) as bench:
        land_findings(bench, {"shipment_ref": "ZZA00000001", "examined_at": f"{day(1)}{examined_at}"})
        assert bench.rows("select shipment_on from outcome_finding") == [(day(found),)]
        assert bench.rows("select distinct shipment_on from outcome_label") == [(day(found),)]


def test_an_exam_before_the_first_filing_of_its_day_is_about_the_first_version(tmp_path: Path) -> None:
    land(tmp_path, 0, file_entry(1, 0, hour=9))
    land(tmp_path, 1, file_entry(1, 1, status="amended"))
    with open_bench(tmp_path, day(2)) as bench:
        land_findings(bench, {"shipment_ref": "ZZA00000001", "examined_at": f"{day(0)}T08:00:00Z"})
        assert bench.rows("select shipment_on from outcome_finding") == [(day(0),)]


def test_a_version_that_landed_after_the_exam_is_not_what_was_examined(tmp_path: Path) -> None:
    land(tmp_path, 1, file_entry(1, 0))
    with open_bench(tmp_path, day(2)) as bench:
        land_findings(bench, {"shipment_ref": "ZZA00000001", "examined_at": f"{day(0)}T08:00:00Z"})
        assert bench.rows("select shipment_id from outcome_finding") == [(None,)]


def land_two_exams(folder: Path) -> list[dict[str, str]]:
    """Land both versions and return an exam of each: the first finds nothing, the second a violation."""
    land_versions(folder)
    codes = ("NO_DISCREPANCY", "UNDERVALUED")
    return [
        {"shipment_ref": "ZZA00000001", "examined_at": f"{day(place)}T02:00:00Z", **code_finding(code)}
        for place, code in enumerate(codes)
    ]


def test_two_examined_versions_make_one_label_a_family_of_the_one_with_a_violation(tmp_path: Path) -> None:
    exams = land_two_exams(tmp_path)
    with open_bench(tmp_path, day(2)) as bench:
        land_findings(bench, *exams)
        labels = bench.rows("select shipment_on, family, y from outcome_label order by family")
    assert labels == [
        (day(1), family, int(family == "revenue")) for family in ("contraband", "forced_labor", "product", "revenue")
    ]
    ((on, is_revenue),) = read_labels(Lake(tmp_path / "lake"), DAY + timedelta(days=9), 90).select(
        "shipment_on", "is_revenue"
    ).rows()  # fmt: skip
    assert (on, is_revenue) == (day(1), True)


@pytest.mark.parametrize("nights", [1, 2])
def test_an_entity_counts_a_shipment_once_however_many_versions_were_examined(tmp_path: Path, nights: int) -> None:
    exams = land_two_exams(tmp_path)
    for night in range(nights):
        with open_bench(tmp_path, day(2 + night)) as bench:
            land_findings(bench, *(exams if nights == 1 else [exams[night]]))
    records = pl.read_parquet(Lake(tmp_path / "lake").through("outcome.entity_outcome", day(9)))
    sums = records.group_by("entity_kind", "entity_id").agg(pl.col("exams_n", "findings_n").sum())
    found = sorted(sums.select("entity_kind", "exams_n", "findings_n").rows())
    assert [row for row in found if row[0] == "filer"] == [("filer", 1, 1)]
    assert [row for row in found if row[0] == "consignee"] == [("consignee", 1, 0), ("consignee", 1, 1)]
