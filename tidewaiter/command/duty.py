"""The command `duty`: what one line owes, in words or as JSON.

Belongs here: reading the options, printing the answer.
Belongs elsewhere: finding duty (tidewaiter/duty).
"""

import json
import math
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer

from data_quality.codes import load_codes
from tidewaiter.duty.ask import DeclaredLine, ask_duty, scan_tariff
from tidewaiter.duty.by_regime import ByRegime
from tidewaiter.duty.compute import DutyRequest
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.errors import ArgumentError
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy, load_policy
from tidewaiter.settings import Settings

TARIFF_NUMBER = re.compile(r"\d{4,10}")
METHODS = {
    "exempt": "nothing is owed: the low-value exemption holds",
    "ad_valorem": "by the tariff line",
    "postal_item": "an amount for each postal item",
    "ad_valorem_or_postal_item": "by the value or for each postal item, as the carrier chooses",
    "unknown": "not known for that date, origin, mode and entry type",
}


@dataclass(frozen=True)
class Question:
    """The options of the command, as a person types them."""

    hts: str
    origin: str
    value: float | None
    mode: str
    entry_type: str
    quantity: float | None
    unit: str | None
    kg: float | None
    text: str | None


def show_duty(settings: Settings, on: date, asked: Question, *, as_json: bool) -> None:
    """Print what the line owes on the day.

    Raises:
        ArgumentError: an option is no tariff number or code.
        PartitionMissingError: no tariff has landed.
    """
    policy, lake, line = load_policy(settings.policy), Lake(settings.lake), read_question(asked)
    with tempfile.TemporaryDirectory() as scratch, open_connection(policy.engine, Path(scratch)) as con:
        scan_tariff(con, lake, on)
        answer = ask_duty(con, DutyRequest(on, policy.duties, ByRegime(policy.regimes)), line)
    if as_json:
        typer.echo(json.dumps(answer, default=_write_value, indent=2))
    else:
        for text in describe_duty(answer, policy, on):
            typer.echo(text)


def read_question(asked: Question) -> DeclaredLine:
    """Return the declared line; ArgumentError for what is no tariff number or code."""
    for amount in (asked.value, asked.quantity, asked.kg):
        if amount is not None and not math.isfinite(amount):
            raise ArgumentError(f"{amount} is no amount.", fix="give plain numbers")
    number = asked.hts.replace(".", "").replace(" ", "")
    if not TARIFF_NUMBER.fullmatch(number):
        raise ArgumentError(f"{asked.hts} is no tariff number.", fix="give four to ten digits with --hts")
    origin = asked.origin.upper()
    for name, code in (("country", origin), ("mode", asked.mode), ("entry_type", asked.entry_type)):
        if code not in load_codes()[name]:
            raise ArgumentError(f"{code} is no {name.replace('_', ' ')} code.", fix="see data_quality/codes")
    return DeclaredLine(
        hts10=number,
        origin_country=origin,
        value_usd=_read_number(asked.value, "0.01"),
        description=asked.text,
        quantity=_read_number(asked.quantity, "0.001"),
        quantity_unit=asked.unit,
        gross_weight_kg=_read_number(asked.kg, "0.001"),
        mode_code=asked.mode,
        entry_type=asked.entry_type,
    )


def describe_duty(answer: Mapping[str, Any], policy: Policy, on: date) -> Iterator[str]:
    """Yield the answer line by line, with the facts it rests on that are not checked, and what is left out."""
    owed = "not known" if answer["duty_owed_usd"] is None else f"USD {answer['duty_owed_usd']:,}"
    yield f"duty owed      {owed}"
    yield f"why            {answer['chain']}"
    if answer["unknown_parts"]:
        yield f"not known      {answer['unknown_parts']}"
    if answer["duty_rate_min"] is not None:
        least, most = answer["duty_rate_min"], answer["duty_rate_max"]
        yield f"range          {least:.2%} to {most:.2%} on the lines below the number"
    yield f"found          {METHODS[answer['duty_method']]}"
    if answer["duty_forgone_usd"] is not None:
        yield f"exemption      waives USD {answer['duty_forgone_usd']:,}"
    for label, amount, what in (
        ("another line", answer["duty_if_line_usd"], answer["duty_if_line_hts8"]),
        ("another origin", answer["duty_if_origin_usd"], answer["duty_if_origin_country"]),
    ):
        if amount is not None:
            yield f"{label:14} {_tell_other(what, amount, answer['duty_owed_usd'])}"
    yield f"tariff of      {answer['tariff_snapshot_on'] or 'no date: the number is in none'}"
    used = set((answer["policy_ids"] or "").split())
    for row in policy.duties.rows:
        if row.id in used:
            doubt = f" [{row.checked}: {row.remark}]" if row.checked == "unchecked" else ""
            yield f"rests on       {row.id}: {row.sentence}; {row.source}{doubt}"
    for left_out in policy.duties.not_covered:
        if left_out.holds_on(on):
            yield f"left out       {left_out.sentence}"


def _tell_other(what: str, usd: Decimal, owed_usd: Decimal | None) -> str:
    """Return what the line or origin that owes most would owe, or that none owes more than what is declared."""
    if owed_usd is not None and usd <= owed_usd:
        return f"none would owe more: the most is USD {usd:,}, of {what}"
    return f"{what} would owe USD {usd:,}"


def _read_number(given: float | None, step: str) -> Decimal | None:
    return None if given is None else Decimal(str(given)).quantize(Decimal(step))


def _write_value(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)
