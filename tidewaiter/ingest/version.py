"""Versions of a shipment across dates: what tonight's filings replace, remove, repeat or contradict.

Belongs here: finding earlier versions in the look-back window, judging which version stands.
Belongs elsewhere: bringing filings into one shape (mapping.py), taking shipments back from sums (tidewaiter/parties).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_dated, store_query
from tidewaiter.lake import Lake
from tidewaiter.settings import PROJECT

SQL = PROJECT / "tidewaiter" / "ingest" / "sql"
VERSION, SHIPMENT = "core.shipment_version", "core.shipment"
# Columns of core.shipment that the mapping of a feed does not give: they follow from a shipment's versions.
COUNTED = ("versions_n", "first_landed_on", "replaces_on")
# What may differ between two filings of one content: where each stands, and what is counted.
WHERE_FILED = ("shipment_id", "filed_at", "source_file", "source_line", *COUNTED)


@dataclass(frozen=True)
class LookBack:
    """The date whose filings are judged, and how many days before it earlier versions are looked for."""

    lake: Lake
    on: date
    days: int

    @property
    def first(self) -> date:
        return self.on - timedelta(days=self.days)


def judge_versions(con: duckdb.DuckDBPyConnection, look_back: LookBack, folder: Path | None = None) -> None:
    """Make `core_shipment_version` from `filed_shipment` and the partitions of the window.

    Args:
        folder: where its rows are kept; in memory when not given.
    """
    _find_earlier(con, look_back)
    _find_conflicts(con, look_back.lake)
    query = read_sql(SQL / "shipment_version.sql")
    store_query(con, "core_shipment_version", query, folder, {"on": look_back.on})


def _find_earlier(con: duckdb.DuckDBPyConnection, look_back: LookBack) -> None:
    """Make the temp table `earlier_version`: known versions of tonight's shipments that landed before the date."""
    paths = look_back.lake.window(VERSION, look_back.on, look_back.days)
    scan_dated(con, "version_past", paths, load_contract(VERSION))
    con.execute(
        f"create or replace temp table earlier_version as {read_sql(SQL / 'earlier_version.sql')}",
        {"first": look_back.first},
    )


def _find_conflicts(con: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Make the temp table `conflicting_filing`: tonight's filings of the same moment as a version that stood, but not
    of its content."""
    paths = _paths_of_ties(con, lake)
    scan_dated(con, "shipment_past", paths, load_contract(SHIPMENT))
    compared = [each for each in load_contract(SHIPMENT).columns if each.name not in WHERE_FILED]
    differs = " or ".join(
        f'filed."{each.name}"::{each.sql_type} is distinct from past."{each.name}"' for each in compared
    )
    con.execute(
        f"""
        create or replace temp table conflicting_filing as
        select filed.shipment_id, filed.filed_at, filed.source_file, filed.source_line
        from filed_shipment as filed
        join (from earlier_version where was_current) as stood using (shipment_id, filed_at)
        join shipment_past as past on past.shipment_id = stood.shipment_id and past.date = stood.landed_on
        where filed.record_status = 'cancelled' or {differs}
        """
    )


def _paths_of_ties(con: duckdb.DuckDBPyConnection, lake: Lake) -> list[Path]:
    dates = con.execute(
        """
        select distinct landed_on from earlier_version semi join filed_shipment using (shipment_id, filed_at)
        where was_current order by landed_on
        """
    ).fetchall()
    return lake.among(SHIPMENT, (on for (on,) in dates))
