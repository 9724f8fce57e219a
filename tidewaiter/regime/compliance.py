"""Compliance signals of a date's shipments: filings that claim what their date forbids, kept and flagged.

Belongs here: which tables the signals are made from, in which order, and what the rules could not answer.
Belongs elsewhere: signals of one case (signal.py), the rules and their words (policy/regimes.yml).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from tidewaiter.engine.duckdb import read_sql
from tidewaiter.regime.answer import UNKNOWN, Answer, answer_duty_method, answer_eligible, answer_legal
from tidewaiter.regime.policy import Regimes
from tidewaiter.regime.relation import SQL, NumberedCase, answer_shipments, register_rows
from tidewaiter.regime.scope import Case
from tidewaiter.regime.signal import (
    ELEMENT_TEXTS,
    Signal,
    find_day_limit,
    judge_claim,
    list_needed_data,
    write_sentence,
)

COMPLIANCE_TABLES = ("core.shipment_regime", "core.compliance_signal")
INPUTS = ("core.shipment", "core.shipment_line", "core.shipment_party", "party.shipment_entity")
SIGNAL_SCHEMA: dict[str, Any] = {
    "case_id": pl.Int64,
    "signal_code": pl.String,
    "severity": pl.String,
    "regime_id": pl.String,
    "regime_from": pl.Date,
    "sentence": pl.String,
}
DAY_SCHEMA = SIGNAL_SCHEMA | {"limit_usd": pl.Int64}
NEED_SCHEMA = SIGNAL_SCHEMA | {"element": pl.String, "element_text": pl.String}
QUESTIONS: Mapping[str, Callable[[Regimes, Case], Answer[Any]]] = {
    "eligible": answer_eligible,
    "legal": answer_legal,
    "duty_method": answer_duty_method,
}


def find_signals(con: duckdb.DuckDBPyConnection, regimes: Regimes) -> list[NumberedCase]:
    """Make the temp tables `core_shipment_regime` and `core_compliance_signal`; return the cases behind them.

    Reads a view over each of INPUTS, named with an underscore.
    """
    cases = answer_shipments(con, regimes)
    register_rows(con, "case_signal", _list_case_signals(regimes, cases), SIGNAL_SCHEMA)
    register_rows(con, "day_limit", _list_day_limits(regimes, cases), DAY_SCHEMA)
    register_rows(con, "needed_data", _list_needs(regimes, cases), NEED_SCHEMA)
    for name in ("claim_signal", "day_signal", "data_signal", "compliance_signal"):
        target = f"core_{name}" if name == "compliance_signal" else name
        con.execute(f"create or replace temp table {target} as {read_sql(SQL / f'{name}.sql')}")
    return cases


def _list_case_signals(regimes: Regimes, cases: Sequence[NumberedCase]) -> Iterator[tuple[Any, ...]]:
    for each in cases:
        yield from (_row(regimes, each, signal) for signal in judge_claim(regimes, each.entered))


def _list_day_limits(regimes: Regimes, cases: Sequence[NumberedCase]) -> Iterator[tuple[Any, ...]]:
    for each in cases:
        signal = find_day_limit(regimes, each.entered)
        if signal is not None:
            yield (*_row(regimes, each, signal), signal.row.limit_usd)


def _list_needs(regimes: Regimes, cases: Sequence[NumberedCase]) -> Iterator[tuple[Any, ...]]:
    for each in cases:
        for signal in list_needed_data(regimes, each.filed):
            yield (*_row(regimes, each, signal), signal.element, ELEMENT_TEXTS[signal.element or ""])


def _row(regimes: Regimes, case: NumberedCase, signal: Signal) -> tuple[Any, ...]:
    sentence = write_sentence(regimes, signal, case.entered.entry_type)
    return (
        case.case_id,
        signal.code,
        regimes.signals[signal.code].severity,
        signal.row.id,
        signal.row.valid_from,
        sentence,
    )


def count_signals(con: duckdb.DuckDBPyConnection, regimes: Regimes) -> dict[str, int]:
    """Return how many shipments have each signal, those without any included."""
    rows = con.execute("select signal_code, count(*) from core_compliance_signal group by all").fetchall()
    found: Mapping[str, int] = dict(rows)
    return {code: found.get(code, 0) for code in regimes.signals}


def count_unanswered(regimes: Regimes, cases: Sequence[NumberedCase]) -> dict[str, int]:
    """Return for how many entries the table of rules has no answer, by question; manifests claim nothing."""
    entries = [each for each in cases if each.entered.entry_type is not None]
    return {
        name: sum(each.shipments_n for each in entries if ask(regimes, each.entered).value == UNKNOWN)
        for name, ask in QUESTIONS.items()
    }
