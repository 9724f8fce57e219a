"""A rule on past nights, and the record of rules: counts by hand on a small lake.

Belongs here: back-tests, records, the rule that a command line means, their pages.
Belongs elsewhere: evaluating rules (test_rules.py).
"""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from tests.unit.labelled_world import make_features, put
from tests.unit.test_rules import make_rule, make_rules
from tidewaiter.command.rules import find_rule
from tidewaiter.errors import ContractError, PartitionMissingError, PolicyError, TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.rules.backtest import backtest_rule
from tidewaiter.rules.hit import find_hits
from tidewaiter.rules.judged import rate_drawn, rate_hits
from tidewaiter.rules.policy import Rules
from tidewaiter.rules.record import RuleRecord, read_records
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.view.rule_page import print_backtest, print_records, print_rules

FIRST = date(2026, 1, 1)
LAST = date(2026, 1, 3)
NIGHTS = [FIRST + timedelta(days=place) for place in range(3)]
# Of each night's six shipments the first four are heavy; 0, 1 and 5 are queued, 5 by lot; something is found in 0.
HEAVY = [20.0, 20.0, 20.0, 20.0, 1.0, None]
QUEUED = [True, True, False, False, False, True]
HISTORY = load_policy(SHIPPED_POLICY).history


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    for place, on in enumerate(NIGHTS):
        make_night(lake, on, place)
    return lake


def make_night(lake: Lake, on: date, place: int) -> None:
    rows = make_features(6, place).with_columns(gross_weight_kg=pl.Series(HEAVY))
    ids = rows["shipment_id"]
    put(lake, "feature.shipment", on, rows)
    entities = {"shipper_id": ["S", "S", "T", "U", "S", "V"], "seller_id": [None] * 6, "consignee_id": list("aabcde")}
    put(lake, "party.shipment_entity", on, pl.DataFrame({"shipment_id": ids, **entities}))
    dates = [on] * 6
    scored = pl.DataFrame({"shipment_id": ids, "date": dates, "is_selected": QUEUED})
    put(lake, "score.shipment", on, scored)
    put(lake, "score.rule_hit", on, find_hits(rows, make_rules(make_rule()), on))
    put(lake, "outcome.label", on + timedelta(days=9), make_labels([ids[0], ids[1], ids[5]], on))


def make_labels(ids: list[str], on: date) -> pl.DataFrame:
    parts = [
        pl.DataFrame({
            "shipment_id": ids, "shipment_on": [on] * 3, "family": [family] * 3,
            "y": [int(family == "revenue"), 0, 0], "source": ["targeted", "targeted", "random"],
            "known_at": [datetime(2026, 1, 12)] * 3, "loss_usd": [50.0, 0.0, 0.0],
            "inclusion_probability": [1.0, 1.0, 0.1],
        })
        for family in ("revenue", "product")
    ]  # fmt: skip
    return pl.concat(parts)


def test_a_back_test_counts_alerts_work_findings_and_parties(lake: Lake) -> None:
    found = backtest_rule(lake, make_rule(), FIRST, LAST)
    assert found.alerts_by_night == dict.fromkeys(NIGHTS, 4)
    assert (found.alerts_n, found.shipments_n) == (12, 18)
    assert (found.queued_n, found.queue_n, found.new_n, found.queue_nights_n) == (6, 9, 6, 3)
    assert (found.all.exams_n, found.all.findings_n, found.findings_own_n) == (6, 3, 3)
    assert (found.random.exams_n, found.all_random.exams_n, found.all_random.findings_n) == (0, 3, 0)
    assert found.loss_usd == 150.0
    assert found.parties_n == {"shipper_id": 3, "seller_id": 0, "consignee_id": 3}
    assert found.new_parties_n == {"shipper_id": 2, "seller_id": 0, "consignee_id": 2}


def test_a_hit_rate_has_an_interval_and_none_without_an_exam(lake: Lake) -> None:
    found = backtest_rule(lake, make_rule(), FIRST, LAST)
    assert found.all.rate is not None
    assert found.all.rate.value == 0.5
    assert 0.15 < (found.all.rate.low or 0) < 0.2
    assert found.random.rate is None


def test_a_back_test_reads_only_the_nights_asked_for(lake: Lake) -> None:
    assert backtest_rule(lake, make_rule(), LAST, date(2026, 12, 31)).alerts_n == 4


def test_a_draft_that_is_not_valid_yet_is_back_tested_all_the_same(lake: Lake) -> None:
    rule = make_rule(state="draft", valid_from=date(2030, 1, 1))
    assert backtest_rule(lake, rule, FIRST, LAST).alerts_n == 12


def test_a_later_finding_judges_and_changes_no_alert(lake: Lake) -> None:
    before = backtest_rule(lake, make_rule(), FIRST, LAST)
    for on in lake.dates("outcome.label"):
        lake.path("outcome.label", on).unlink()
    after = backtest_rule(lake, make_rule(), FIRST, LAST)
    assert after.alerts_by_night == before.alerts_by_night
    assert (after.all.exams_n, after.all.rate) == (0, None)


def test_without_queues_nothing_is_called_a_new_burden(lake: Lake) -> None:
    for on in NIGHTS:
        lake.path("score.shipment", on).unlink()
    found = backtest_rule(lake, make_rule(), FIRST, LAST)
    assert (found.queue_nights_n, found.queued_n, found.new_n) == (0, 0, 0)


def test_who_is_newly_burdened_is_told_of_nights_with_queues_alone(lake: Lake) -> None:
    for on in NIGHTS[1:]:
        lake.path("score.shipment", on).unlink()
        entities = pl.read_parquet(lake.path("party.shipment_entity", on))
        put(lake, "party.shipment_entity", on, entities.with_columns(shipper_id=pl.lit(f"other of {on}")))
    found = backtest_rule(lake, make_rule(), FIRST, LAST)
    assert (found.queue_nights_n, found.new_n) == (1, 2)
    assert found.parties_n["shipper_id"] == 5
    assert found.new_parties_n["shipper_id"] == 2


def test_one_of_anything_is_written_as_one(lake: Lake) -> None:
    found = backtest_rule(lake, make_rule(), FIRST, FIRST)
    alone = replace(found, queued_n=1, queue_n=1, new_n=1, new_parties_n=dict.fromkeys(found.parties_n, 1))
    console = Console(file=io.StringIO(), width=200)
    print_backtest(alone, console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert "1 alert was among the 1 exam of 1 night with queues" in said
    assert "1 shipment, 1 a night; 1 shipper, 1 seller, 1 consignee that no queue had" in said


def test_nights_that_were_not_run_are_named(lake: Lake) -> None:
    with pytest.raises(PartitionMissingError, match="no night from 2030-01-01"):
        backtest_rule(lake, make_rule(), date(2030, 1, 1), date(2030, 2, 1))


def test_features_built_before_a_column_existed_are_named(lake: Lake) -> None:
    rows = pl.read_parquet(lake.path("feature.shipment", FIRST)).drop("gross_weight_kg")
    put(lake, "feature.shipment", FIRST, rows)
    with pytest.raises(ContractError, match="date=2026-01-01 lack gross_weight_kg"):
        backtest_rule(lake, make_rule(), FIRST, LAST)


def test_the_record_of_a_rule_says_what_it_did_and_cost(lake: Lake) -> None:
    (record,) = read_records(lake, make_rules(make_rule()), HISTORY, FIRST, LAST)
    assert (record.hits_n, record.queued_n, record.last_hit_on) == (12, 6, LAST)
    assert (record.all.exams_n, record.all.findings_n, record.false_n, record.loss_usd) == (6, 3, 3, 150.0)
    assert record.measured_weight is not None
    assert record.measured_weight > 0


def test_a_rule_that_was_never_met_has_a_record_of_nothing(lake: Lake) -> None:
    rules = make_rules(make_rule("light", expression="gross_weight_kg < 0"), make_rule("idea", state="draft"))
    (record,) = read_records(lake, rules, HISTORY, FIRST, LAST)
    assert (record.rule_id, record.hits_n, record.last_hit_on, record.measured_weight) == ("light", 0, None, None)


def test_an_empty_lake_has_records_without_hits(tmp_path: Path) -> None:
    (record,) = read_records(Lake(tmp_path), make_rules(make_rule()), HISTORY, FIRST, LAST)
    assert (record.hits_n, record.all.exams_n) == (0, 0)


RULES: Rules = make_rules(make_rule(valid_to=date(2026, 1, 31)), make_rule(valid_from=date(2026, 2, 1), weight=2.0))


def test_a_rule_is_meant_by_id_by_file_or_by_expression(tmp_path: Path) -> None:
    file = tmp_path / "rule.yml"
    file.write_text(make_rule("mine").model_dump_json(), encoding="utf-8")
    assert find_rule(RULES, "heavy", "revenue", FIRST).weight == 2.0
    assert find_rule(RULES, str(file), "revenue", FIRST).id == "mine"
    draft = find_rule(RULES, "is_air and pieces_n > 1", "product", FIRST)
    assert (draft.state, draft.family) == ("draft", "product")


def test_what_is_no_rule_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(
        TidewaiterError, match=r"no rule has this id, and as a draft it has expression: rule draft: moon"
    ):
        find_rule(RULES, "moon > 1", "revenue", FIRST)
    with pytest.raises(TidewaiterError, match="family: Input should be"):
        find_rule(RULES, "is_air", "weather", FIRST)
    with pytest.raises(PolicyError, match=r"absent\.yml: file"):
        find_rule(RULES, str(tmp_path / "absent.yml"), "revenue", FIRST)
    (tmp_path / "odd.yml").write_text("id: odd\nowned: x\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"odd\.yml: owned: Extra"):
        find_rule(RULES, str(tmp_path / "odd.yml"), "revenue", FIRST)


def test_pages_say_it_in_words(lake: Lake) -> None:
    console = Console(width=160, record=True, file=io.StringIO())
    found = backtest_rule(lake, make_rule(), FIRST, LAST)
    print_backtest(found, console)
    print_backtest(replace(found, queue_nights_n=0), console)
    print_rules(RULES.rules, console)
    print_records(read_records(lake, make_rules(make_rule()), HISTORY, FIRST, LAST), console)
    page = " ".join(console.export_text().split())
    assert "12 of 18 shipments (67%)" in page
    assert "6 shipments, 2 a night; 2 shippers, 0 sellers, 2 consignees that no queue had" in page
    assert "50% (19% to 81%) of 6 exams" in page
    assert "none of these nights has queues" in page


LONG_ID = "forced_labor_sector_by_another_country_and_by_a_third_one_yet"[:60]


@pytest.mark.parametrize("width", [80, 120])
def test_the_id_of_a_rule_is_whole_so_that_it_can_be_copied(lake: Lake, width: int) -> None:
    console = Console(width=width, record=True, file=io.StringIO())
    rules = make_rules(make_rule(LONG_ID), make_rule("short"))
    print_rules(rules.rules, console)
    print_records(read_records(lake, rules, HISTORY, FIRST, LAST), console)
    lines = console.export_text().splitlines()
    assert [line.split()[0] for line in lines if line[:1].isalpha()] == [LONG_ID, "short", LONG_ID, "short"]
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [80, 120])
def test_figures_of_a_record_stand_under_their_headings(width: int) -> None:
    console = Console(width=width, record=True, file=io.StringIO())
    rate = rate_hits(1234, 56)
    each = RuleRecord(
        LONG_ID, "shadow", "revenue", None, "us", 123456, 2345, rate, 3, rate, 1234567.0, 1178, LAST, -0.1
    )  # fmt: skip
    print_records([each], console)
    lines = console.export_text().splitlines()
    heading, row = (next(line for line in lines if word in line) for word in ("measured", "mandatory"))
    for name, figure in {"measured": "-0.1", "hits": "123,456", "queued": "2,345", "last hit": str(LAST)}.items():
        assert row.index(figure) == heading.index(name)


def test_a_rate_of_the_random_slice_weighs_each_exam_by_what_it_stands_for() -> None:
    drawn = pl.DataFrame({"is_found": [True, False, False], "inclusion_probability": [0.5, 0.1, None]})
    found = rate_drawn(drawn)
    assert (found.exams_n, found.findings_n) == (3, 1)
    assert found.rate is not None
    # 2 against 10, and 6 for the exam that no queue knows.
    assert found.rate.value == pytest.approx(2 / 18)
    assert rate_drawn(drawn.clear()).rate is None
