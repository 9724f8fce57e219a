"""What the command line prints of a finished night: queues and explanations.

Belongs here: reading, masking, tables, CSV and JSON over a made-up lake.
Belongs elsewhere: options and exit codes (tests/integration).
"""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from tests.unit.made_lake import (
    ON,
    REASONS,
    add_evidence,
    make_lake,
    scored_row,
    shipment_id,
    shipped_policy,
    write_partition,
)  # fmt: skip
from tidewaiter.errors import PartitionMissingError, TidewaiterError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.lake import Lake
from tidewaiter.view.explain_page import _lay_out_records
from tidewaiter.view.explain_view import explain_shipment, explanation_to_json, render_explanation
from tidewaiter.view.label import explain_value, label_column, write_value
from tidewaiter.view.queue_view import COLUMNS, queue_to_csv, queue_to_json, read_queue, render_queue_table
from tidewaiter.view.reason import leading_reasons

BASE: dict[str, Any] = {**REASONS[1], "code": "base", "text": "starting point", "contribution": -2.0}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A night that tests only read."""
    made = make_lake(tmp_path_factory.mktemp("lake"), shipped_policy())
    add_evidence(made)
    return made


def print_to_text(render: Callable[[Console], None], width: int) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        render(console)
    return capture.get()


def show_queue(frame: pl.DataFrame, width: int) -> str:
    return print_to_text(lambda console: render_queue_table(frame, console), width)


def show_explanation(found: dict[str, Any], width: int) -> str:
    return print_to_text(lambda console: render_explanation(found, console), width)


def queue_of_one(tmp_path: Path, **changed: Any) -> pl.DataFrame:
    """Return a queue with one row, some of its values changed."""
    policy = shipped_policy()
    made = make_lake(tmp_path, policy)
    write_partition(made, "queue.item", [scored_row(1, policy, date=ON, **changed)])
    return read_queue(made, ON)


def test_a_queue_is_read_in_port_and_rank_order_with_what_it_was_chosen_from(lake: Lake) -> None:
    frame = read_queue(lake, ON)
    assert frame.columns == list(COLUMNS)
    assert frame.select("port_code", "rank", "capacity", "shipments_n").rows() == [
        ("4701", 1, 2, 6), ("4701", 2, 2, 6), ("9999", 1, 2, 2)
    ]  # fmt: skip


def test_one_port_can_be_asked_for(lake: Lake) -> None:
    assert read_queue(lake, ON, "9999")["shipment_id"].to_list() == [shipment_id(7)]


def test_a_port_without_a_queue_is_refused_with_those_that_have_one(lake: Lake) -> None:
    with pytest.raises(TidewaiterError, match=r"port 1234 has no queue.*4701, 9999"):
        read_queue(lake, ON, "1234")


def test_a_date_that_was_not_run_is_named(lake: Lake) -> None:
    with pytest.raises(PartitionMissingError, match=r"tidewaiter nightly --date 2026-11-21"):
        read_queue(lake, ON + timedelta(days=1))


def test_how_a_shipment_was_chosen_is_shown_to_nobody_who_does_not_ask(lake: Lake) -> None:
    frame = read_queue(lake, ON)
    printed = show_queue(frame, 160) + queue_to_csv(frame) + queue_to_json(frame)
    explained = explanation_to_json(explain_shipment(lake, ON, shipment_id(1)))
    assert not any(word in printed + explained for word in ("selector", "targeted", "inclusion_probability"))
    assert read_queue(lake, ON, with_selection=True)["selector"].to_list() == ["targeted"] * 3


def test_the_table_says_port_team_capacity_scorer_and_reasons(lake: Lake) -> None:
    printed = show_queue(read_queue(lake, ON), 160)
    assert "4701 John F. Kennedy Airport, NY, air cargo" in printed
    assert "capacity 2, chosen from 6 shipments, scored by model m1" in printed
    assert "(median of" in printed
    assert "verified known consignor" not in printed


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_table_keeps_ids_and_figures_whole_at_any_width(lake: Lake, width: int) -> None:
    lines = show_queue(read_queue(lake, ON), width).splitlines()
    assert max(len(line) for line in lines) <= width
    first = next(line for line in lines if shipment_id(1) in line)
    assert first.split()[:2] == ["1", shipment_id(1)]
    assert all(figure in first for figure in ("90%", "1,200", "2,400"))


def test_the_record_rule_is_named_where_it_scored(tmp_path: Path) -> None:
    frame = queue_of_one(tmp_path, model_version="record_rule", expected_loss_usd=None)
    assert "scored by the record rule and the rules in force" in show_queue(frame, 100)


def test_markup_in_a_reason_is_printed_as_it_is(tmp_path: Path) -> None:
    frame = queue_of_one(tmp_path, reasons=[{**REASONS[0], "text": "[red]goods[/red]"}])
    assert "[red]goods[/red]" in show_queue(frame, 100)


def test_an_empty_queue_says_so(lake: Lake) -> None:
    assert show_queue(read_queue(lake, ON).clear(), 100) == "No shipment is queued.\n"
    assert json.loads(queue_to_json(read_queue(lake, ON).clear())) == []


def test_a_starting_point_is_no_news_unless_there_is_nothing_else() -> None:
    assert leading_reasons([BASE, *REASONS], 2) == REASONS[:2]
    assert leading_reasons([BASE], 3) == [BASE]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_runs_as_a_formula(tmp_path: Path, start: str) -> None:
    reasons = [{**REASONS[1], "text": f'{start}cmd|"A1", twice'}]
    text = queue_to_csv(queue_of_one(tmp_path, reasons=reasons, run_id=f"{start}1+1"))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0]["reasons"] == f'\'{start}cmd|"A1", twice'
    assert rows[0]["run_id"] == f"'{start}1+1"


def test_the_csv_has_a_header_line_and_a_line_a_shipment(lake: Lake) -> None:
    lines = queue_to_csv(read_queue(lake, ON)).split("\r\n")
    assert lines[0] == ",".join(COLUMNS)
    assert (len(lines), lines[-1]) == (5, "")
    assert "median of this line and origin USD 14.20/kg); the shipper first seen" in lines[1]


def test_the_json_has_the_same_keys_in_the_same_order_on_every_row(lake: Lake) -> None:
    rows = json.loads(queue_to_json(read_queue(lake, ON)))
    assert [list(row) for row in rows] == [list(COLUMNS)] * 3
    assert rows[0]["reasons"] == REASONS
    assert rows[0]["date"] == "2026-11-20"


def test_a_queued_shipment_has_its_place_and_not_its_rank_among_all(lake: Lake) -> None:
    place = explain_shipment(lake, ON, shipment_id(2))["place"]
    assert place["sentence"] == "number 2 of 2 queued, from 6 shipments of the port"
    assert (place["rank"], place["port_rank"], place["threshold_usd"]) == (2, None, None)


def test_a_shipment_outside_the_queue_has_its_rank_and_the_least_that_was_chosen(lake: Lake) -> None:
    place = explain_shipment(lake, ON, shipment_id(3))["place"]
    assert (place["is_selected"], place["port_rank"], place["threshold_usd"]) == (False, 3, 1200.0)
    assert "number 3 of 6 shipments of the port by what is at stake (USD 800.00)" in place["sentence"]
    assert "USD 1,200" in place["sentence"]


def test_equal_shipments_are_ranked_by_their_ids(tmp_path: Path) -> None:
    policy = shipped_policy()
    made = make_lake(tmp_path, policy)
    add_evidence(made)
    equal = [scored_row(n, policy, date=ON, expected_consequence_usd=5.0, is_selected=False) for n in range(1, 7)]
    write_partition(made, "score.shipment", equal)
    assert explain_shipment(made, ON, shipment_id(4))["place"]["port_rank"] == 4


def test_a_shipment_that_a_late_file_took_from_its_date_is_told_and_not_a_fault(tmp_path: Path) -> None:
    made = make_lake(tmp_path, shipped_policy())
    add_evidence(made)
    core = made.existing("core.shipment", ON)
    pl.read_parquet(core, hive_partitioning=False).filter(pl.col("shipment_id") != shipment_id(1)).write_parquet(core)
    with pytest.raises(TidewaiterError, match=r"is no longer a shipment of that date.*nightly --date 2026-11-20"):
        explain_shipment(made, ON, shipment_id(1))


def test_personal_data_is_masked_until_it_is_asked_for(lake: Lake) -> None:
    masked = explain_shipment(lake, ON, shipment_id(1))
    assert masked["parties"][0] | {"account": None} == {
        "role": "consignee", "party_number": 1, "name": "M.E.", "address": "withheld", "city": "withheld",
        "state": None, "postal_code": None, "country": "US", "phone": None, "email": None, "account": None,
        "importer_number": None,
    }  # fmt: skip
    assert (masked["list_hits"][0]["matched_key"], masked["list_hits"][0]["listed_name"]) == ("E.M.", "E.M.")
    shown = explain_shipment(lake, ON, shipment_id(1), show_personal=True)
    assert (shown["parties"][0]["name"], shown["list_hits"][0]["matched_key"]) == ("Mabel Example", "example mabel")


def test_an_explanation_has_records_findings_and_the_line_it_came_from(lake: Lake) -> None:
    found = explain_shipment(lake, ON, shipment_id(1))
    assert [figure["text"] for figure in found["records"][0]["figures"]] == [
        "the shipper: not seen in the 365 days before",
        "the shipper: 12 exams known",
        "the shipper: past finding rate 25%, smoothed",
    ]
    assert found["findings"][0]["finding_code"] == "UNDERVALUED"
    assert found["source"] == {"file": f"low_value_entry/{ON}/a.csv", "line": 2, "sha256": "a" * 64}
    assert found["model_version"] == "m1"


def test_a_finding_that_was_matched_again_later_is_shown_once(tmp_path: Path) -> None:
    made = make_lake(tmp_path, shipped_policy())
    add_evidence(made)
    later = {"finding_id": "F1", "shipment_id": shipment_id(1), "finding_code": "FALSE_ORIGIN"}
    write_partition(made, "outcome.finding", [later], ON + timedelta(days=3))
    found = explain_shipment(made, ON, shipment_id(1))["findings"]
    assert [each["finding_code"] for each in found] == ["FALSE_ORIGIN"]


@pytest.mark.parametrize("width", [100, 160])
def test_the_page_fits_and_shows_values_with_units_and_meanings(lake: Lake, width: int) -> None:
    printed = show_explanation(explain_shipment(lake, ON, shipment_id(1)), width)
    assert max(len(line) for line in printed.splitlines()) <= width
    shown = ("USD 640.00", "2.5 kg", "CN (China)", "gift for Aunt Mabel", "+0.820   ████████████", "a" * 64, "new")
    assert all(text in printed for text in shown)
    assert "Mabel Example" not in printed


def test_records_of_every_entity_can_be_read_on_a_page_of_100_columns() -> None:
    counted = [(f"shipments_{days}d_n", 12345, "shipments") for days in range(10, 24)]
    figures = [("first_seen_days", 20, "days"), *counted, ("value_today_usd", 1e6, "USD")]
    records = [
        {"entity": kind, "name": name, "figures": [
            {"code": f"{kind}_{code}", "value": value, "unit": unit} for code, value, unit in figures
        ]}
        for kind, name in load_catalog().entities.items()
    ]  # fmt: skip
    console = Console(width=100, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(_lay_out_records(records))
    printed = capture.get()
    assert len(records) >= 7
    assert "…" not in printed
    assert printed.count("12,345") == len(records) * len(counted)


def test_a_shipment_outside_the_queue_says_that_it_has_no_reasons(lake: Lake) -> None:
    printed = show_explanation(explain_shipment(lake, ON, shipment_id(3)), 100)
    assert "reasons are written for queued shipments only" in printed
    assert "nothing is known of the parties, the tariff line and the route" in printed


def test_an_explanation_has_the_same_keys_whether_queued_or_not(lake: Lake) -> None:
    texts = [explanation_to_json(explain_shipment(lake, ON, shipment_id(number))) for number in (1, 3)]
    first, second = (json.loads(text) for text in texts)
    assert list(first) == list(second)
    assert list(first["place"]) == list(second["place"])
    assert first["declared"]["filed_at"] == "2026-11-19T20:15:00Z"
    assert first["declared"]["value_usd"] == 640.0


def test_an_unknown_shipment_is_refused_with_the_closest_ids(lake: Lake) -> None:
    with pytest.raises(TidewaiterError, match=f"the closest are {shipment_id(3)},"):
        explain_shipment(lake, ON, "XYZ00000003")


def test_a_shipment_of_another_date_is_refused_with_that_date(tmp_path: Path) -> None:
    made = make_lake(tmp_path, shipped_policy(), shipments_n=3)
    make_lake(tmp_path, shipped_policy(), ON - timedelta(days=1), shipments_n=5)
    with pytest.raises(TidewaiterError, match="it is on 2026-11-19: give --date 2026-11-19"):
        explain_shipment(made, ON, shipment_id(5))


def test_labels_and_values_follow_from_the_contract() -> None:
    assert label_column("is_known_consignor") == "known consignor"
    assert write_value("core.shipment", "mode_code", "40") == "40"
    assert explain_value("core.shipment", "mode_code", "40") == "40 (air)"
    assert write_value("core.shipment", "pieces_n", 1200) == "1,200"
    assert write_value("core.shipment", "is_screened", True) == "yes"
