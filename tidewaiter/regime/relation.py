"""The rules by date for all shipments of a partition: each distinct case is answered once and joined back.

Belongs here: cases of core.shipment and its lines, their answers as tables.
Belongs elsewhere: the answers to one case (answer.py, signal.py), signals of shipments (compliance.py).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from data_quality.codes import load_codes
from tidewaiter.engine.duckdb import read_sql
from tidewaiter.regime.answer import Answer, answer_duty_method, answer_eligible, answer_legal
from tidewaiter.regime.cell import Cells, number_codes
from tidewaiter.regime.policy import Regimes
from tidewaiter.regime.scope import Case

PLACES = 6  # of case_id, two digits each, in the order of claim.sql
SQL = Path(__file__).parent / "sql"
ANSWER_SCHEMA: dict[str, Any] = {
    "case_id": pl.Int64,
    "is_exempt_eligible": pl.Boolean,
    "legal_entry_types": pl.List(pl.String),
    "unknown_entry_types": pl.List(pl.String),
    "duty_method": pl.String,
    "regime_ids": pl.List(pl.String),
}


@dataclass(frozen=True)
class NumberedCase:
    """A combination that shipments have: what it is on the day of filing and on the day of entry."""

    case_id: int
    filed: Case
    entered: Case
    shipments_n: int


def answer_shipments(con: duckdb.DuckDBPyConnection, regimes: Regimes) -> list[NumberedCase]:
    """Make the temp table `claim` and the view `core_shipment_regime`; return the cases behind them.

    Reads the views core_shipment and core_shipment_line.
    """
    cells = regimes.cells
    days = {"zone": regimes.time_zone, "days": list(cells.days)}
    con.execute(f"create or replace temp table local_day as {read_sql(SQL / 'local_day.sql')}", days)
    groups = {"cell_origin": cells.origins, "cell_mode": cells.modes, "cell_entry_type": cells.entry_types}
    for name, group in groups.items():
        register_rows(con, name, number_codes(group).items(), {"code": pl.String, "cell": pl.Int64})
    _make_claims(con, cells)
    cases = list(_read_cases(con, cells))
    answers = ((each.case_id, *_answer_case(regimes, each.entered)) for each in cases)
    register_rows(con, "case_answer", answers, ANSWER_SCHEMA)
    con.execute(f"create or replace temp view core_shipment_regime as {read_sql(SQL / 'shipment_regime.sql')}")
    return cases


def _make_claims(con: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    """Make the table `claim`; a sum of comparisons is several times as fast as a lambda over the limits."""
    limits = {f"limit_{place}": usd for place, usd in enumerate(cells.limits_usd)}
    over = " + ".join(f"(value_usd > ${name})::bigint" for name in limits)
    claim = read_sql(SQL / "claim.sql").replace("(value_band)", f"coalesce(1 + {over or '0'}, 0)")
    con.execute(f"create or replace temp table claim as {claim}", limits)
    con.execute(f"insert into claim {read_sql(SQL / 'other_claim.sql')}")


def _read_cases(con: duckdb.DuckDBPyConnection, cells: Cells) -> Iterator[NumberedCase]:
    rows = con.execute(
        "select case_id, count(*) filter (where is_main) from claim group by case_id order by case_id"
    ).fetchall()
    for case_id, shipments_n in rows:
        filed, entered, mode, entry_type, value, origin = (case_id // 100**place % 100 for place in range(PLACES))
        place = (origin, mode, entry_type, value)
        yield NumberedCase(case_id, cells.make_case(filed, *place), cells.make_case(entered, *place), shipments_n)


def register_rows(
    con: duckdb.DuckDBPyConnection, name: str, rows: Iterable[tuple[Any, ...]], schema: dict[str, Any]
) -> None:
    """Make the temp table `name` of rows whose values are in the order of the schema."""
    con.register("given_rows", pl.DataFrame(list(rows), schema=schema, orient="row").to_arrow())
    con.execute(f"create or replace temp table {name} as select * from given_rows")
    con.unregister("given_rows")


def _answer_case(regimes: Regimes, case: Case) -> tuple[Any, ...]:
    eligible = answer_eligible(regimes, replace(case, entry_type=None))
    types = {each: answer_legal(regimes, replace(case, entry_type=each)) for each in sorted(load_codes()["entry_type"])}
    duty = answer_duty_method(regimes, case)
    own = [types[case.entry_type]] if case.entry_type is not None else []
    return (
        {"yes": True, "no": False, "unknown": None}[eligible.value],
        [each for each, found in types.items() if found.value == "yes"],
        [each for each, found in types.items() if found.value == "unknown"],
        duty.value,
        _list_ids(eligible, duty, *own),
    )


def _list_ids(*answers: Answer[Any]) -> list[str]:
    rows = {(row.valid_from, row.id) for answer in answers for row in answer.rows}
    return [row_id for _, row_id in sorted(rows)]
