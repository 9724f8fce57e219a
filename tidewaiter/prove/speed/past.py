"""The history that a national night looks back on, made of the night's own tables with other shipments in them.

Belongs here: which tables a night looks back on, and how a past day's rows follow from tonight's.
Belongs elsewhere: the rows themselves (sql/*.sql), the night (tidewaiter/night).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet, write_table
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.settings import PROJECT

SQL = PROJECT / "tidewaiter" / "prove" / "speed" / "sql"


@dataclass(frozen=True)
class PastTable:
    """A table of which a night reads earlier days; `days` is how many at most, None for all there are."""

    table: str
    days: int | None = None


def list_past_tables(policy: Policy) -> tuple[PastTable, ...]:
    """Return the tables that a night looks back on, apart from results of exams, of which there are few.

    Left out, too, are list hits, which are few, and what is carried on from the night before: what is usual of an
    entity, what words say.
    """
    return (
        PastTable("party.entity_day"),
        PastTable("party.price_day"),
        PastTable("party.link"),
        PastTable("party.screened"),
        PastTable("party.match"),
        PastTable("party.mix_day", policy.change.short_days + policy.change.long_days),
        PastTable("party.edge_day", policy.network.window_days),
        PastTable("core.shipment_version", policy.history.version_window_days),
    )


@dataclass(frozen=True)
class Past:
    """Which tables of which lake to make a past of, before which night, of how many days."""

    source: Lake
    target: Lake
    night: date
    days: int


def write_past(con: duckdb.DuckDBPyConnection, past: Past, tables: tuple[PastTable, ...], scratch: Path) -> None:
    """Publish every table of every past day in the target lake."""
    for each in tables:
        contract = load_contract(each.table)
        scan_parquet(con, "tonight", [past.source.existing(each.table, past.night)], contract)
        query = read_sql(SQL / f"{contract.noun}.sql")
        for place in range(min(past.days, each.days or past.days)):
            day = past.night - timedelta(days=place + 1)
            con.execute(f"create or replace temp table past_day as {query}", _bind(query, day, past.days, place))
            staged = scratch / "past.parquet"
            write_table(con, "past_day", contract, staged)
            past.target.publish(staged, each.table, day)


def _bind(query: str, day: date, days: int, place: int) -> dict[str, object]:
    """Return the values that a query binds, comments aside."""
    used = set(re.findall(r"\$(\w+)", re.sub(r"--.*", "", query)))
    return {name: value for name, value in {"day": day, "days": days, "place": place}.items() if name in used}
