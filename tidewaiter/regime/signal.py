"""What a filing is told that claims what its date forbids: signals of one case, without looking at other shipments.

Belongs here: which signals a claim gives, which data it needs, the limit of its day, and the sentences.
Belongs elsewhere: the words and severities (policy/regimes.yml), looking at the shipments themselves (compliance.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tidewaiter.regime.answer import answer_eligible, answer_legal, answer_required
from tidewaiter.regime.policy import Regimes, Row, SignalCode
from tidewaiter.regime.scope import Case

ELEMENT_TEXTS = {
    "transport_document": "bill or waybill",
    "port": "port of entry",
    "shipper_name": "shipper's name",
    "shipper_address": "shipper's address",
    "shipper_country": "shipper's country",
    "consignee_name": "consignee's name",
    "consignee_address": "consignee's address",
    "origin": "country of origin",
    "quantity": "quantity",
    "value": "value",
    "hts10": "ten-digit tariff line",
    "known_consignor": "known consignor yes or no",
    "account_age": "age of the shipping account",
    "packing_country": "country of packing",
}


@dataclass(frozen=True)
class Signal:
    """A signal and the row behind it; `element` is what lacks, where data does."""

    code: SignalCode
    row: Row
    element: str | None = None


def judge_claim(regimes: Regimes, case: Case) -> tuple[Signal, ...]:
    """Return the signals that origin, mode, entry type and value give on the day the goods are entered.

    A value is judged only where some value would be allowed: what is forbidden altogether has one signal, not two.
    """
    if case.entry_type is None:
        return ()
    at_no_value = replace(case, value_usd=None)
    barred = tuple(_judge_exemption(regimes, at_no_value))
    legal = answer_legal(regimes, at_no_value)
    if legal.value == "no":
        return (*barred, Signal("ENTRY_TYPE_NOT_LEGAL", legal.rows[0]))
    return (*barred, *_judge_value(regimes, case))


def _judge_exemption(regimes: Regimes, case: Case) -> Iterator[Signal]:
    if case.entry_type not in regimes.exemption_types:
        return
    eligible = answer_eligible(regimes, replace(case, entry_type=None))
    if eligible.value == "no":
        row = eligible.rows[0]
        asked = [rule for rule in regimes.rules if rule.row == row and rule.question == "eligible"]
        is_every_origin = any(rule.scope.is_every_origin for rule in asked)
        yield Signal("EXEMPTION_BARRED" if is_every_origin else "EXEMPTION_BARRED_ORIGIN", row)


def _judge_value(regimes: Regimes, case: Case) -> Iterator[Signal]:
    legal = answer_legal(regimes, case)
    if legal.value == "no":
        is_exemption = case.entry_type in regimes.exemption_types
        yield Signal("VALUE_OVER_EXEMPTION" if is_exemption else "VALUE_OVER_INFORMAL", legal.rows[0])


def find_day_limit(regimes: Regimes, case: Case) -> Signal | None:
    """Return the signal of a consignee's day over the limit, where the case claims the exemption and it is open."""
    if case.entry_type not in regimes.exemption_types:
        return None
    eligible = answer_eligible(regimes, replace(case, entry_type=None, value_usd=None))
    limited = [row for row in eligible.rows if row.limit_usd is not None]
    return Signal("DAY_SUM_OVER_EXEMPTION", limited[0]) if eligible.value == "yes" and limited else None


def list_needed_data(regimes: Regimes, case: Case) -> tuple[Signal, ...]:
    """Return the signal of a shipment that lacks it, for each element that the rows require on the day of filing."""
    required = answer_required(regimes, case).value
    return tuple(
        Signal("DATA_MISSING_SOFT" if each.is_soft else "DATA_MISSING", each.row, each.element) for each in required
    )


def write_sentence(regimes: Regimes, signal: Signal, entry_type: str | None) -> str:
    """Return the signal's sentence; {origin} and {day} stay, for cases alike differ in them."""
    return regimes.signals[signal.code].text.format(
        origin="{origin}",
        day="{day}",
        entry_type=entry_type or "none",
        since=signal.row.valid_from.isoformat(),
        limit="" if signal.row.limit_usd is None else f"USD {signal.row.limit_usd:,}",
        source=signal.row.source,
    )
