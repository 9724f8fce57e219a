"""The held rows of a date: read, grouped, listed, masked."""

import io
import json
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from tests.support.entry import DAY, ENTRY, FINDING, GOOD_FINDING, entry, landing_file, write_csv
from tests.support.work import Bench, open_bench
from tidewaiter.errors import PartitionMissingError, TidewaiterError
from tidewaiter.ingest import uflpa
from tidewaiter.ingest.exam_finding import FEED as FINDINGS
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.held import FeedHeld, read_held
from tidewaiter.ingest.low_value_entry import FEED as ENTRIES
from tidewaiter.ingest.ocean_ams import FEED as BILLS
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.view.held_page import print_groups, print_rows
from tidewaiter.view.held_row import make_plain
from tidewaiter.view.held_view import Choice, choose_rows, group_rows, held_to_json, tabulate_rows

FEEDS = (ENTRIES, BILLS, FINDINGS)
PERSON, STREET = "Pat Example", "12 Sample Street"
GOOD = [entry(number) for number in range(40)]
BROKEN = [
    entry(50, mode_code="99", port_code="47"),
    entry(51, mode_code="98"),
    entry(52, consignee_name=f"{PERSON}\x1b[31m\u202e"),
    entry(53, value_usd="-5", description="=1+1"),
]
BILL = "identifier,estimated_arrival_date,carrier_code,vessel_name,port_of_unlading,foreign_port_of_lading," \
       "manifest_quantity,weight,weight_unit,record_status_indicator\n"  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A date with held rows of two feeds and refused files of both kinds; tests only read it."""
    with open_bench(tmp_path_factory.mktemp("held")) as bench:
        land(bench)
        for feed in FEEDS:
            publish(bench, feed)
    return bench.lake


def land(bench: Bench) -> None:
    path = write_csv(landing_file(bench.landing, ENTRIES.folder, "a.csv"), ENTRY, [*GOOD, *BROKEN])
    with path.open("ab") as handle:
        handle.write(f"{PERSON},too,short\r\n".encode())
    bad = [entry(100 + n, **({"port_code": "x"} if n % 3 == 0 else {})) for n in range(30)]
    write_csv(landing_file(bench.landing, ENTRIES.folder, "b.csv"), ENTRY, bad)
    landing_file(bench.landing, ENTRIES.folder, "c.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    write_csv(landing_file(bench.landing, FINDINGS.folder, "f.csv"), FINDING, [GOOD_FINDING])
    bills = landing_file(bench.landing, BILLS.folder, "ams__container_2026__202611181500.csv")
    bills.write_text("identifier,container_number\n202611010001,ABCU1234567\n", encoding="utf-8")


def publish(bench: Bench, feed: Feed) -> None:
    bench.read(feed)
    bench.keep(feed)
    bench.publish(f"held.{feed.noun}", f"held_{feed.noun}")
    bench.publish(f"held.{feed.noun}_file", f"ledger_{feed.noun}")


def read(lake: Lake, *feeds: Feed) -> list[FeedHeld]:
    return read_held(lake, DAY, feeds or FEEDS, load_policy(SHIPPED_POLICY))


def show(held: list[FeedHeld], width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        print_groups(held, DAY, console)
    return capture.get()


def show_rows(lake: Lake, choice: Choice, width: int = 80, longest: int = 50) -> str:
    held = read(lake)
    console = Console(width=width, file=io.StringIO(), color_system=None)
    with console.capture() as capture:
        print_rows(held, choose_rows(held, choice), console, longest=longest, show_personal=choice.show_personal)
    return capture.get()


def joined(text: str) -> str:
    return " ".join(text.split())


def test_totals_are_of_rows_and_a_row_that_breaks_two_rules_is_under_each(lake: Lake) -> None:
    (entries,) = read(lake, ENTRIES)
    assert (entries.rows_n, entries.kept_n, entries.held_n) == (45, 40, 5)
    groups = {group.rule: group for group in group_rows(entries) if not group.is_file_refused}
    assert {rule: group.rows_n for rule, group in groups.items()} == {
        "unknown_mode_code": 2, "malformed_port_code": 1, "out_of_range_value_usd": 1,
        "unprintable_consignee_name": 1, "wrong_column_count": 1,
    }  # fmt: skip
    assert groups["unknown_mode_code"].share == pytest.approx(2 / 45)
    assert next(iter(groups)) == "unknown_mode_code"
    assert "1 of them breaks more than one rule and is counted under each" in show([entries])


def test_rows_of_a_file_refused_for_them_are_found_again_and_told_apart(lake: Lake) -> None:
    (entries,) = read(lake, ENTRIES)
    (group,) = [group for group in group_rows(entries) if group.is_file_refused]
    assert (group.rule, group.rows_n, group.share) == ("malformed_port_code", 10, None)
    assert group.files == ((f"{ENTRIES.folder}/{DAY}/b.csv", 10),)
    printed = joined(show([entries]))
    assert "none of its 30 rows entered; the 10 that break a rule are below" in printed
    assert "Rows for which files were refused" in printed


def test_refused_files_come_first_with_cause_fix_and_what_to_do(lake: Lake) -> None:
    printed = show(read(lake))
    assert printed.startswith(f"Refused: {ENTRIES.folder}/{DAY}/b.csv\n  10 of 30 rows break their contract")
    flat = joined(printed)
    assert "line 1: required column entry_number" in flat
    assert "the delimiter looks like ';', not ','" in flat
    assert flat.count("then: tidewaiter replay <corrected file>") == 2
    assert printed.index("c.csv") < printed.index("unknown_mode_code")


def test_a_refused_list_is_landed_whole_again_and_not_replayed(tmp_path: Path) -> None:
    with open_bench(tmp_path) as bench:
        landing_file(bench.landing, uflpa.FEED.folder, "a.csv").write_text("entity;aliases\n", encoding="utf-8")
        publish(bench, uflpa.FEED)
        flat = joined(show(read(bench.lake, uflpa.FEED)))
    assert f"then: land the whole list again, corrected, in a folder of its own date, at or before {DAY}" in flat
    assert "replay" not in flat


@pytest.mark.parametrize("width", [80, 100, 160])
def test_the_page_fits_and_says_meaning_place_and_value(lake: Lake, width: int) -> None:
    printed = show(read(lake), width)
    assert max(len(line) for line in printed.splitlines()) <= width
    flat = joined(printed)
    assert "malformed_port_code" in flat
    assert "a.csv line 42" in flat
    assert "port_code=47" in flat
    assert "ocean_ams" in flat
    assert "orphan_ocean_ams_container" in flat
    assert "No row held: exam_finding (1 kept)." in flat


def test_nothing_printed_by_rule_is_personal_or_moves_the_terminal(lake: Lake) -> None:
    for text in (show(read(lake), 160), held_to_json(read(lake), None, DAY, show_personal=False)):
        assert PERSON not in text
        assert STREET not in text
        assert not any(ord(character) < 32 and character != "\n" for character in text)
        assert "\u202e" not in text


def test_rows_are_listed_with_place_rules_and_values_and_personal_ones_are_withheld(lake: Lake) -> None:
    printed = joined(show_rows(lake, Choice(table="raw.low_value_entry", rule="unknown_mode_code")))
    assert f"{ENTRIES.folder}/{DAY}/a.csv line 42 breaks malformed_port_code, unknown_mode_code" in printed
    assert "port_code=47, mode_code=99, entry_number=ZZA00000050" in printed
    assert "consignee_name=(withheld, 11 characters)" in printed
    assert PERSON not in printed
    assert "Personal columns, columns no contract knows and lines never split are withheld" in printed


def test_personal_columns_are_shown_when_asked_for_and_it_is_said(lake: Lake) -> None:
    choice = Choice(table="low_value_entry", file="a.csv", show_personal=True)
    printed = joined(show_rows(lake, choice))
    assert "Personal data is shown as filed" in printed
    assert f"line={PERSON},too,short" in printed
    assert f"consignee_name={PERSON}\\x1b[31m\\u202e" in printed
    assert "\x1b" not in printed


def test_a_line_that_was_never_split_is_withheld_whole(lake: Lake) -> None:
    printed = joined(show_rows(lake, Choice(rule="wrong_column_count")))
    assert "line=(withheld, 21 characters, 2 commas)" in printed


def test_rows_of_refused_files_are_marked_and_the_rest_is_counted(lake: Lake) -> None:
    printed = joined(show_rows(lake, Choice(file="b.csv"), longest=3))
    assert printed.startswith("0 held rows and 10 of refused files.")
    assert printed.count("(its whole file was refused)") == 3
    assert "7 more: --rows 10, or --csv FILE for all of them." in printed


def test_a_table_of_a_feed_shows_its_own_rows_only(lake: Lake) -> None:
    held = read(lake, BILLS)
    assert choose_rows(held, Choice(table="raw.ocean_ams_container"))["record"].to_list() == ["raw.ocean_ams_container"]
    assert choose_rows(held, Choice(table="ocean_ams_header")).is_empty()
    assert choose_rows(held, Choice(table="ocean_ams")).height == 1


def test_a_file_that_did_not_land_is_an_error_that_lists_those_that_did(lake: Lake) -> None:
    with pytest.raises(TidewaiterError, match=r"no file z\.csv landed.*a\.csv, .*c\.csv"):
        choose_rows(read(lake, ENTRIES), Choice(file="z.csv"))


def test_the_table_for_a_file_has_a_row_a_held_row_and_masks_too(lake: Lake) -> None:
    held = read(lake)
    frame = tabulate_rows(held, choose_rows(held, Choice()), DAY, show_personal=False)
    assert frame.height == 5 + 10 + 1
    assert frame.columns[:6] == ["date", "feed", "record", "file", "line", "is_file_refused"]
    text = "\n".join(frame["raw_text"])
    assert (PERSON in text, "mode_code" in text) == (False, True)
    shown = tabulate_rows(held, choose_rows(held, Choice()), DAY, show_personal=True)
    assert PERSON in "\n".join(shown["raw_text"])


def test_the_json_has_counts_rules_refused_files_and_rows_when_asked(lake: Lake) -> None:
    held = read(lake)
    document = json.loads(held_to_json(held, choose_rows(held, Choice(file="a.csv")), DAY, show_personal=False))
    first = document["feeds"][0]
    assert (first["feed"], first["rows_n"], first["kept_n"], first["held_n"]) == ("low_value_entry", 45, 40, 5)
    assert [each["file"].rpartition("/")[2] for each in first["refused_files"]] == ["b.csv", "c.csv"]
    assert first["rules"][0]["rule"] == "unknown_mode_code"
    assert len(document["rows"]) == 5
    assert "rows" not in json.loads(held_to_json(held, None, DAY, show_personal=False))


def test_a_date_without_held_rows_says_so_and_how_many_are_kept(lake: Lake) -> None:
    assert show(read(lake, FINDINGS)) == f"No row of {DAY} is held. 1 row of 1 file is kept.\n"


def test_a_date_that_was_not_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(PartitionMissingError, match="nothing has been read for 2026-11-20"):
        read(Lake(tmp_path))


def test_refused_files_show_where_the_run_ended_before_rows_were_judged(bench: Bench) -> None:
    landing_file(bench.landing, ENTRIES.folder, "c.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    bench.read(ENTRIES)
    (entries,) = read(bench.lake)
    assert entries.refused["file"].to_list() == [f"{ENTRIES.folder}/{DAY}/c.csv"]
    assert isinstance(entries.rows, pl.DataFrame)


def test_text_is_shown_on_one_line_and_cut() -> None:
    assert make_plain("a\nb\x00\x9b\U000e0001") == "a\\x0ab\\x00\\x9b\\U000e0001"
    assert make_plain("x" * 70, 60) == "x" * 60 + "… (70 characters)"


def test_a_rule_that_no_contract_has_is_refused_and_one_that_nothing_breaks_has_no_rows(lake: Lake) -> None:
    with pytest.raises(TidewaiterError, match="no rule has the name unknown_mode_cod") as refused:
        choose_rows(read(lake), Choice(rule="unknown_mode_cod"))
    assert "unknown_mode_code" in str(refused.value)
    assert choose_rows(read(lake), Choice(rule="missing_entry_number")).is_empty()
