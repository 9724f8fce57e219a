"""Policy facts of a day as tables that the SQL reads.

Belongs here: which facts hold on the day, for which origins and tariff numbers, and units as ratios.
Belongs elsewhere: what the facts are (policy/duties.yml), the computation (sql/*.sql).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, get_args

import duckdb
import polars as pl

from tidewaiter.duty.fact import Action, Duties, DutyFact

Row = tuple[Any, ...]
RATE = pl.Decimal(18, 6)
FACT: dict[str, Any] = {
    "fact_id": pl.String, "action": pl.String, "label": pl.String, "rate": RATE, "is_minimum_total": pl.Boolean,
    "except_list": pl.String, "unknown_on_list": pl.String, "why_unknown": pl.String, "is_checked": pl.Boolean,
    "place": pl.Int32,
}  # fmt: skip
KILOGRAM = "kg"


def register_basis(con: duckdb.DuckDBPyConnection, duties: Duties, on: date, origins: Iterable[str]) -> None:
    """Make the tables of what holds on the day for these origins.

    Args:
        origins: every country whose goods are asked about, or could be.
    """
    world = sorted(set(origins))
    facts = [fact for fact in duties.facts if fact.holds_on(on)]
    _make(con, "origin", {"origin_country": pl.String}, ((each,) for each in world))
    _make(con, "fact", FACT, (_fact_row(fact) for fact in facts))
    _make(con, "fact_prefix", {"fact_id": pl.String, "hts_prefix": pl.String}, _list_prefixes(facts))
    columns = ("fact_id", "action", "list_name", "ch99_code")
    _make(con, "fact_list", dict.fromkeys(columns, pl.String), _list_lists(facts))
    held = {"fact_id": pl.String, "origin_country": pl.String, "is_everyone": pl.Boolean}
    _make(con, "fact_origin", held, _list_origins(duties, facts, world))
    yields = dict.fromkeys(("action", "yields_to", "origin_country"), pl.String)
    _make(con, "yield_origin", yields, _list_yields(duties, on, world))
    second = [(row.origin, row.id) for row in duties.column_2 if row.holds_on(on)]
    _make(con, "column_2", {"origin_country": pl.String, "policy_id": pl.String}, second)
    preferred = ((each,) for each in duties.expand(duties.preference_origins))
    _make(con, "preference_origin", {"origin_country": pl.String}, preferred)
    _make(
        con, "unit_ratio", {"declared": pl.String, "unit": pl.String, "ratio": pl.Decimal(18, 9)}, _list_ratios(duties)
    )
    _make(con, "kg_ratio", {"unit": pl.String, "ratio": pl.Decimal(18, 9)}, _list_kilograms(duties))


def _make(con: duckdb.DuckDBPyConnection, name: str, schema: dict[str, Any], rows: Iterable[Row]) -> None:
    frame = pl.DataFrame(list(rows), schema=list(schema), orient="row", infer_schema_length=None)
    con.register("given_basis", frame.cast(pl.Schema(schema)).to_arrow())
    con.execute(f"create or replace temp table {name} as select * from given_basis")
    con.unregister("given_basis")


def _fact_row(fact: DutyFact) -> Row:
    rate = None if fact.rate_share is None else round(fact.rate_share, 6)
    return (
        fact.id, fact.action, fact.label, rate, fact.basis == "minimum_total", fact.except_list,
        fact.unknown_on_list, fact.why_unknown or None, fact.checked != "unchecked",
        get_args(Action).index(fact.action),
    )  # fmt: skip


def _list_prefixes(facts: Iterable[DutyFact]) -> Iterator[Row]:
    for fact in facts:
        if not fact.list_name:
            yield from ((fact.id, prefix) for prefix in fact.prefixes or ("",))


def _list_lists(facts: Iterable[DutyFact]) -> Iterator[Row]:
    for fact in facts:
        if fact.list_name:
            yield fact.id, fact.action, fact.list_name, fact.ch99_code


def _list_origins(duties: Duties, facts: Iterable[DutyFact], world: list[str]) -> Iterator[Row]:
    for fact in facts:
        named, barred = duties.expand(fact.origins), set(duties.expand(fact.except_origins))
        for origin in named or world:
            if origin in world and origin not in barred:
                yield fact.id, origin, not named


def _list_yields(duties: Duties, on: date, world: list[str]) -> Iterator[Row]:
    for row in duties.stacking:
        if row.holds_on(on):
            origins = duties.expand(row.origins) or world
            yield from ((row.action, other, origin) for other in row.yields_to for origin in origins)


def _list_ratios(duties: Duties) -> Iterator[Row]:
    for name, unit in duties.units.items():
        for other, wanted in duties.units.items():
            if unit.base == wanted.base and name != other:
                yield name, other, unit.number / wanted.number


def _list_kilograms(duties: Duties) -> Iterator[Row]:
    for name, unit in duties.units.items():
        if unit.base == KILOGRAM:
            yield name, 1 / unit.number
