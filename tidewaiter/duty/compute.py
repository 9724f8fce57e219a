"""Duty owed on the lines of a connection: rates once for each distinct number and class of origins, then joined back.

Belongs here: the order of the SQL pieces and what each is given.
Belongs elsewhere: the pieces (sql/*.sql), policy as tables (basis.py), where lines come from (night.py, ask.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data_quality.codes import load_codes
from tidewaiter.duty.basis import register_basis
from tidewaiter.duty.carried import CARRIED_TABLES, CarriedRates
from tidewaiter.duty.fact import Duties
from tidewaiter.duty.method import DutyCase, DutyRules
from tidewaiter.engine.duckdb import read_sql

SQL = Path(__file__).parent / "sql"
RESULT = "core_line_duty"
RATE_PIECES = (
    "origin_class", "node", "asked", "node_prefix", "named", "fact_node", "exempt_node", "claim",
    "order_claim", "displaced", "part", "base", "rate", "short_rate", "code_rate",
    "top_line", "top_origin", "other_line", "other_origin", "postal_rate",
)  # fmt: skip
# Read row by row into the last table, so that no line is held twice.
LINE_PIECES = ("line_rate", "line_amount", "alternative")
METHOD: dict[str, Any] = {
    "origin_country": pl.String, "mode_code": pl.String, "entry_type": pl.String, "value_band": pl.Int32,
    "method": pl.String, "item_usd": pl.Decimal(18, 2),
}  # fmt: skip
NO_VALUE = -1
CENT = Decimal("0.01")


@dataclass(frozen=True)
class DutyRequest:
    """The day of entry, the policy facts and the rules by date.

    Attributes:
        carried: rates of days before this one, which hold where they were found from the same lists and facts.
        lists: what tells the lists of the day from others.
    """

    on: date
    duties: Duties
    rules: DutyRules
    carried: CarriedRates = field(default_factory=CarriedRates)
    lists: tuple[object, ...] = ()


def compute_duty(con: duckdb.DuckDBPyConnection, request: DutyRequest) -> str:
    """Make the temp table `core_line_duty` and return its name.

    Reads the relations duty_line, price, reference_tariff_line, reference_tariff_action, reference_adcvd_order.
    """
    con.execute(read_sql(SQL / "macro.sql"))
    declared = con.sql("select distinct hts10, origin_country from duty_line where hts10 is not null").pl()
    if not request.carried.bind(con, declared, (request.lists, request.duties.list_in_force(request.on))):
        _find_rates(con, request)
        request.carried.keep({name: con.table(name).to_arrow_table() for name in CARRIED_TABLES})
    _make_table(con, "possible_order", "possible_order", request.on)
    _register_methods(con, request)
    for piece in LINE_PIECES:
        con.execute(f"create or replace temp view {piece} as {read_sql(SQL / f'{piece}.sql')}")
    _make_table(con, "line_duty", RESULT, request.on)
    return RESULT


def _find_rates(con: duckdb.DuckDBPyConnection, request: DutyRequest) -> None:
    """Make the tables of rates of the numbers and origins in `declared_pair`."""
    con.execute("create or replace temp table declared_code as select distinct hts10 as hts_code from declared_pair")
    con.execute(
        "create or replace temp table landed_list as select distinct action as list from reference_tariff_action"
    )
    register_basis(con, request.duties, request.on, load_codes()["country"])
    for piece in RATE_PIECES:
        _make_table(con, piece, piece, request.on)


def _make_table(con: duckdb.DuckDBPyConnection, piece: str, target: str, on: date) -> None:
    query = read_sql(SQL / f"{piece}.sql")
    con.execute(f"create or replace temp table {target} as {query}", {"on": on} if "$on" in query else None)


def _register_methods(con: duckdb.DuckDBPyConnection, request: DutyRequest) -> None:
    """Make the table `duty_method`: the answer for each case that lines, or their alternatives, can be."""
    limits = list(request.rules.limits_usd)
    con.execute(
        "create or replace temp table value_limit as select $limits::decimal(18, 2)[] as limits", {"limits": limits}
    )
    rates = dict(con.execute("select origin_country, rate from postal_rate").fetchall())
    ways = con.execute("select distinct mode_code, entry_type from duty_line order by all").fetchall()
    origins = con.execute(
        "select distinct origin_country from duty_line union select other_origin from other_origin order by all"
    ).fetchall()
    cases = [
        (band, DutyCase(request.on, origin, mode, entry_type, value))
        for mode, entry_type in ways
        for (origin,) in origins
        for band, value in _list_bands(request.rules)
    ]
    rows = list(_answer_cases(cases, request.rules, rates))
    con.register("given_method", pl.DataFrame(rows, schema=METHOD, orient="row").to_arrow())
    con.execute(
        "create or replace temp table duty_method as "
        "select *, name_case(origin_country, mode_code, entry_type, value_band) as case_name from given_method"
    )
    con.unregister("given_method")


def _list_bands(rules: DutyRules) -> Iterator[tuple[int, Decimal | None]]:
    """Yield each band of values with one value of it."""
    yield NO_VALUE, None
    limits = rules.limits_usd
    yield from enumerate(limits)
    yield len(limits), (limits[-1] if limits else Decimal(0)) + CENT


def _answer_cases(
    cases: Iterable[tuple[int, DutyCase]], rules: DutyRules, rates: dict[str, Decimal | None]
) -> Iterator[tuple[Any, ...]]:
    for band, case in cases:
        method = rules.find_method(case)
        by_item = "postal_item" in method
        item = rules.find_item_duty(case, rates.get(case.origin_country or "")) if by_item else None
        yield case.origin_country, case.mode_code, case.entry_type, band, method, item
