"""Findings to shipments, labels and records."""

from datetime import date
from pathlib import Path

import pytest

from tests.support.entry import ENTRY, FINDING, GOOD_FINDING, entry, landing_file, write_csv
from tests.support.work import Bench, open_bench
from tidewaiter.ingest.exam_finding import FEED as FINDINGS
from tidewaiter.ingest.low_value_entry import FEED as ENTRIES
from tidewaiter.ingest.mapping import map_core
from tidewaiter.outcomes.match import OUTCOME_TABLES, OutcomeRequest, derive_outcomes
from tidewaiter.parties.resolve import PARTY_TABLES, resolve_parties

FIRST, SECOND = date(2026, 11, 19), date(2026, 11, 20)


def land_entries(folder: Path, on: date, *numbers: int) -> None:
    with open_bench(folder, on) as bench:
        write_csv(landing_file(bench.landing, "low_value_entry", "a.csv", on), ENTRY, [entry(n) for n in numbers])
        bench.read(ENTRIES)
        bench.keep(ENTRIES)
        map_core(bench.con, (ENTRIES,))
        bench.publish("core.shipment", "core_shipment")
        resolve_parties(bench.con, bench.policy.words)
        for table in PARTY_TABLES:
            bench.publish(table, table.replace(".", "_"))


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
        land_findings(bench, {"shipment_ref": "ZZA00000001", "finding_code": code})
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
        assert bench.rows(query) == [(date(2026, 11, 18), 2, 1)]
