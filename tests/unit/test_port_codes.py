"""Port codes by the Schedule D of the date: held when it lacks them, warned of when none is in force."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from assets.landing import publish_raw
from assets.manifests import describe_held
from assets.reference import build_outputs
from data_quality.contract import load_contract
from data_quality.hold import build_predicates
from data_quality.newcomer import name_held
from pipelines.resources import Work
from tests.support.entry import DAY, ENTRY, entry, landing_file, write_csv
from tests.support.work import Bench, open_bench
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.ingest.reference import group_lists, read_dated_codes
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.night.landing import split_feeds
from tidewaiter.settings import SHIPPED_POLICY, Settings

PORTS = "port_code,port_name,district_code\n4701,JAMAICA,47\n47XX,JAMAICA,47\n0101,PORTLAND,01\n"
# Well formed; the third is no port, and the shipped list of ports lacks the second and the third.
CODES = ("4701", "0101", "0199", "9998", "9998", "47O1")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_bench(tmp_path) as opened:
        rows = [entry(number, port_code=code, mode_code="41") for number, code in enumerate(CODES)]
        write_csv(landing_file(opened.landing, FEED.folder, "a.csv"), ENTRY, rows)
        yield opened


def open_work(bench: Bench) -> Work:
    settings = Settings(bench.lake.root.parent, bench.landing, SHIPPED_POLICY)
    return Work(settings, bench.policy, bench.lake, DAY, bench.con, bench.scratch, is_rebuild=True)


def build_places(bench: Bench, work: Work) -> dict[str, tuple[str, ...]]:
    """Publish the ports of the date and return the code lists that they give."""
    feeds: tuple[Feed, ...] = group_lists(FEEDS)["place"]
    for feed in feeds:
        list(publish_raw(work, feed))
    build_outputs(work, "place", feeds)
    bench.publish("reference.port", "reference_port")
    return read_dated_codes(work.lake, DAY)


def hold(bench: Bench) -> tuple[dict[str, list[str]], dg.AssetCheckResult]:
    """Keep the entries of the date and return the rules held rows break, by port code, and the check of codes."""
    work = open_work(bench)
    work = replace(work, dated_codes=build_places(bench, work))
    list(publish_raw(work, FEED))
    split_feeds(work, [FEED])
    output = describe_held(work, FEED)
    rows = bench.rows("select raw_text ->> 'port_code', broken_rules from held_low_value_entry order by source_line")
    (check,) = [check for check in output.checks if check.check_name == "codes_known"]
    return dict(rows), check


def texts(check: dg.AssetCheckResult) -> dict[str, str]:
    return {key: str(value.value) for key, value in check.metadata.items()}


def test_a_port_that_the_schedule_in_force_lacks_is_held_and_named(bench: Bench) -> None:
    landing_file(bench.landing, "place/schedule_d", "ports.csv").write_text(PORTS)
    held, check = hold(bench)
    assert held == {
        "0199": ["unknown_port_code"],
        "9998": ["unknown_port_code"],
        "47O1": ["malformed_port_code", "unknown_port_code"],
    }
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert texts(check) == {"low_value_entry.port_code": "9998 (2), 0199 (1), 47O1 (1)"}


def test_without_a_schedule_in_force_the_shipped_ports_only_warn(bench: Bench) -> None:
    held, check = hold(bench)
    assert held == {"47O1": ["malformed_port_code"]}
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert texts(check) == {"low_value_entry.port_code": "9998 (2), 0199 (1)"}


def test_a_code_of_any_list_that_is_unknown_is_named(bench: Bench) -> None:
    landing_file(bench.landing, "place/schedule_d", "ports.csv").write_text(PORTS.replace("0101", "0199"))
    odd = [entry(50 + n, mode_code="99" if n else "98", origin_country="QQ") for n in range(3)]
    write_csv(landing_file(bench.landing, FEED.folder, "b.csv"), ENTRY, odd)
    _, check = hold(bench)
    assert texts(check) == {
        "low_value_entry.port_code": "9998 (2), 0101 (1), 47O1 (1)",
        "low_value_entry.mode_code": "99 (2), 98 (1)",
        "low_value_entry.origin_country": "QQ (3)",
    }


def test_a_check_without_newcomers_passes(tmp_path: Path) -> None:
    with open_bench(tmp_path / "clean") as bench:
        write_csv(landing_file(bench.landing, FEED.folder, "a.csv"), ENTRY, [entry(1)])
        held, check = hold(bench)
    assert (held, check.passed, texts(check)) == ({}, True, {})


def test_newcomers_in_a_personal_column_are_not_named(bench: Bench) -> None:
    hold(bench)
    contract = load_contract(ENTRY)
    hidden = tuple(
        replace(column, classification="personal") if column.name == "port_code" else column
        for column in contract.columns
    )
    source = str(bench.lake.existing(ENTRY, DAY))
    bench.con.execute("update held_low_value_entry set broken_rules = ['unknown_port_code']")
    assert name_held(bench.con, contract, "held_low_value_entry", source) == {"port_code": "47O1 (1)"}
    assert name_held(bench.con, replace(contract, columns=hidden), "held_low_value_entry", source) == {}


def test_a_list_that_is_not_in_force_has_no_rule_and_one_that_is_has(bench: Bench) -> None:
    contract, codes = load_contract(ENTRY), bench.codes
    assert "unknown_port_code" not in build_predicates(contract, codes, as_read=True).broken
    dated = {**codes, "schedule_d": ("4701",)}
    assert "unknown_port_code" in build_predicates(contract, dated, as_read=True).broken
