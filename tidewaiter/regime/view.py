"""What the command `regime` prints: the rules in force on a date, and the answers for one kind of shipment.

Belongs here: answers as a page and as JSON.
Belongs elsewhere: the answers (answer.py), the page of all rules (document.py).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidewaiter.regime.answer import (
    Answer,
    find_duty_method,
    find_eligibility,
    find_legal_types,
    find_required_data,
)
from tidewaiter.regime.document import METHODS
from tidewaiter.regime.policy import Regimes, Row
from tidewaiter.regime.scope import Case
from tidewaiter.regime.signal import ELEMENT_TEXTS, judge_claim, write_sentence


@dataclass(frozen=True)
class Finding:
    """One question about a case, its answer in a word, and the answer with its rows."""

    question: str
    words: str
    answer: Answer[Any]


def is_about_a_shipment(case: Case) -> bool:
    """Return whether anything but the date is given."""
    return any(each is not None for each in (case.origin, case.mode_code, case.entry_type, case.value_usd))


def ask_all(regimes: Regimes, case: Case) -> Iterator[Finding]:
    """Yield the answer to each question about a case."""
    goods = (regimes, case.on, case.origin, case.mode_code)
    eligible = find_eligibility(*goods, case.value_usd)
    yield Finding("low-value exemption open", eligible.value, eligible)
    for code, legal in find_legal_types(*goods, case.value_usd).items():
        if case.entry_type in (None, code):
            yield Finding(f"entry type {code} may be used", legal.value, legal)
    duty = find_duty_method(*goods, case.entry_type, case.value_usd)
    yield Finding("duty", METHODS[duty.value], duty)
    required = find_required_data(*goods, case.entry_type, case.value_usd)
    words = [ELEMENT_TEXTS[each.element] + (" (soft)" if each.is_soft else "") for each in required.value]
    yield Finding("required data", ", ".join(words) or "none by these rules", required)


def list_sentences(regimes: Regimes, case: Case) -> list[str]:
    """Return the sentences of the signals that such a filing would have, its data apart."""
    fill = {"origin": case.origin or "unknown", "day": case.on.isoformat()}
    return [write_sentence(regimes, each, case.entry_type).format(**fill) for each in judge_claim(regimes, case)]


def describe_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what a reader needs of each row, for JSON."""
    return [
        {
            "id": row.id,
            "sentence": row.sentence,
            "valid_from": row.valid_from.isoformat(),
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "source": row.source,
            "checked": row.checked,
            "remark": row.remark,
            "owner": row.owner,
        }
        for row in rows
    ]


def describe_date(regimes: Regimes, case: Case) -> dict[str, Any]:
    """Return the whole page as one JSON object: rules in force, or answers where a shipment is described."""
    given = {"date": case.on.isoformat(), "origin": case.origin, "mode": case.mode_code, "entry_type": case.entry_type}
    asked = {**given, "value_usd": None if case.value_usd is None else float(case.value_usd)}
    if not is_about_a_shipment(case):
        return {"asked": asked, "in_force": describe_rows(regimes.in_force(case.on))}
    answers = [_describe_finding(each) for each in ask_all(regimes, case)]
    return {"asked": asked, "answers": answers, "signals": list_sentences(regimes, case)}


def _describe_finding(found: Finding) -> dict[str, Any]:
    value = found.answer.value
    return {
        "question": found.question,
        "answer": [each.element for each in value] if isinstance(value, tuple) else value,
        "why": found.answer.why,
        "rows": describe_rows(found.answer.rows),
        "overridden": [row.id for row in found.answer.set_aside],
        "consulted": [row.id for row in found.answer.consulted],
    }


def print_date(regimes: Regimes, case: Case, console: Console) -> None:
    """Print the rules in force on the date, or the answers for the shipment described."""
    if not is_about_a_shipment(case):
        _print_rows(f"In force on {case.on}", regimes.in_force(case.on), console)
        return
    findings = list(ask_all(regimes, case))
    _print_answers(case, findings, console)
    for sentence in list_sentences(regimes, case):
        console.print(Text(f"! {sentence}", style="bold"))
    said = {row.id: row for found in findings for row in (*found.answer.rows, *found.answer.consulted)}
    rows = sorted(said.values(), key=lambda row: (row.valid_from, row.id))
    _print_rows("Rules behind these answers", rows, console)


def _print_answers(case: Case, findings: Sequence[Finding], console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=True)
    table.add_column(f"on {case.on}", ratio=2)
    table.add_column("answer", ratio=2)
    table.add_column("by", ratio=3)
    for found in findings:
        by = ", ".join(found.answer.regime_ids)
        if found.answer.why:
            looked = ", ".join(row.id for row in found.answer.consulted)
            by = f"{found.answer.why}" + (f"; looked at {looked}" if looked else "")
        table.add_row(Text(found.question), Text(found.words), Text(by))
    console.print(table)
    console.print()


def _print_rows(title: str, rows: Sequence[Row], console: Console) -> None:
    console.print(Text(title, style="bold"))
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=True)
    table.add_column("from", no_wrap=True)
    table.add_column("to", no_wrap=True)
    table.add_column("rule", ratio=1)
    for row in rows:
        last = row.valid_to.isoformat() if row.valid_to else ""
        table.add_row(row.valid_from.isoformat(), last, _lay_out_row(row))
    console.print(table)


def _lay_out_row(row: Row) -> Text:
    text = Text.assemble((row.id, "bold"), "\n", row.sentence, "\n", (f"{row.source} [{row.checked}]", "dim"))
    return text.append(f"\n{row.remark}", "dim") if row.remark else text
