"""CSV for spreadsheets: text that would run as a formula is escaped, and only there."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest

from tests.support.entry import ENTRY, entry, landing_file, write_csv
from tests.support.work import Bench
from tidewaiter.errors import ExportError
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.view import export

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", STARTS)
def test_text_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    filed = f"{start}cmd|'/c calc'!A1"
    frame = pl.DataFrame({"name": [filed]})
    assert cells(export.to_csv(frame)) == [["name"], [f"'{filed}"]]
    assert frame["name"].to_list() == [filed]


def test_a_negative_number_stays_a_number() -> None:
    frame = pl.DataFrame({"loss_usd": [-5.5, None], "days_n": [-1, 2], "text": ["-5.5", None]})
    assert cells(export.to_csv(frame))[1:] == [["-5.5", "-1", "'-5.5"], ["", "2", ""]]


def test_a_frame_without_text_is_written_as_it_is() -> None:
    assert cells(export.to_csv(pl.DataFrame({"n": [1]}))) == [["n"], ["1"]]


def test_a_file_that_cannot_be_written_is_an_error_with_a_fix(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written: No such file or directory"):
        export.write_csv(pl.DataFrame({"n": [1]}), tmp_path / "no" / "folder.csv")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_such_a_value_is_kept_as_filed_in_every_table(bench: Bench, start: str) -> None:
    filed = f"{start}SUM(A1:A9)"
    rows = [entry(1, description=filed, shipper_name=filed, seller_id=filed)]
    write_csv(landing_file(bench.landing, FEED.folder, "a.csv"), ENTRY, rows)
    bench.read(FEED)
    bench.keep(FEED)
    bench.map(FEED)
    assert bench.rows("select description, seller_id from raw_low_value_entry") == [(filed, filed)]
    assert bench.rows("select description from core_shipment_line") == [(filed,)]
    assert bench.rows("select name from core_shipment_party where role = 'shipper'") == [(filed,)]
