"""An alarm in one sentence: who, how much usually and for how long, how much now and since when.

Belongs here: wording.
Belongs elsewhere: who alarms (change.py).
"""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

KINDS = {
    "shipper": "shipper",
    "seller": "seller",
    "filer": "filer",
    "tariff_line": "tariff line",
    "line_origin": "tariff line and origin",
    "lane": "route",
}
WEEK_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SHORT_ID = 8
HASHED_ID = 32
MANY_SHARE = 0.5


def write_sentences(alarms: pl.DataFrame, on: date) -> pl.Series:
    """Return the sentence of each row of change_alarm."""
    rows = (write_sentence(row, on) for row in alarms.iter_rows(named=True))
    return pl.Series("sentence", list(rows), dtype=pl.String)


def write_sentence(alarm: dict[str, Any], on: date) -> str:
    """Return an alarm of a date in words."""
    measure = MEASURES[alarm["series"]]
    before, since = measure(alarm["level_before"]), measure(alarm["level_since"])
    entity = f"{KINDS[alarm['entity_kind']]} {name_entity(alarm['entity_id'])}"
    told = f"{entity}: {before} {PHRASES[alarm['series']]}{_write_length(alarm)}, {since} {_write_since(alarm, on)}"
    share = alarm["top_consignee_share"]
    if share is not None and share >= MANY_SHARE and alarm["shipments_n"] > 1:
        told += f", now {100 * share:.0f}% one consignee"
    return told


def name_entity(entity: str) -> str:
    """Return what stands for an entity: itself, or the first signs of an id that is a digest."""
    return entity[:SHORT_ID] if len(entity) >= HASHED_ID else entity


def _write_length(alarm: dict[str, Any]) -> str:
    days = (alarm["since_on"] - alarm["first_on"]).days
    length, unit = (days // 7, "week") if days >= 7 else (max(days, 1), "day")
    number = NUMBERS[length] if length < len(NUMBERS) else str(length)
    return f" for {number} {unit}{'s' if length != 1 else ''}"


def _write_since(alarm: dict[str, Any], on: date) -> str:
    since: date = alarm["since_on"]
    if since == on:
        return "today"
    return f"since {WEEK_DAYS[since.weekday()] if (on - since).days < 7 else since.isoformat()}"


def _write_count(level: float) -> str:
    return f"{level:,.0f}" if level >= 10 else f"{level:.1f}".removesuffix(".0")


def _write_share(level: float) -> str:
    return f"{100 * level:.0f}%"


MEASURES: dict[str, Callable[[float], str]] = {
    "volume": _write_count,
    "unit_value": lambda level: f"USD {_write_count(math.exp(level))}",
    "unit_weight": lambda level: f"{_write_count(math.exp(level))} kg",
    "top_lane": _write_share,
    "new_pair": _write_share,
}
PHRASES = {
    "volume": "a day",
    "unit_value": "a shipment",
    "unit_weight": "a shipment",
    "top_lane": "of its shipments on one route",
    "new_pair": "of its shipments between parties that had not met",
}
