"""Writes facts of a shipment as sentences, and what they are compared with: of what is not known nothing is said.

Belongs here: the sentence of a fact, its figure, comparisons, how far back the record reaches.
Belongs elsewhere: which facts are told (story.py, reason.py), one wording a unit (figure.py).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.parties.history_policy import History
from tidewaiter.targeting.figure import write_figure

MEDIAN_PRICE, LIKELY_HEADING = "price_median_usd_kg", "text_likely_heading"


@dataclass(frozen=True)
class Subject:
    """The shipment that sentences are about.

    Args:
        row: its features.
        usual: the usual figures of its stream tonight.
        signals: the sentences of its compliance signals, by code.
        days_known: days before the date of which anything is on record.
        history: how far back policy lets figures look.
    """

    row: Mapping[str, Any]
    usual: Mapping[str, Any]
    signals: Mapping[str, str]
    days_known: int | None
    history: History | None = None

    def read(self, feature: Feature) -> float:
        """Return the feature's figure; KeyError where it is not known."""
        value = read_figure(self.row, feature.column)
        if value is None:
            raise KeyError(feature.column)
        return value

    def knows(self, feature: Feature) -> bool:
        """Return whether the feature has a figure."""
        return read_figure(self.row, feature.column) is not None

    def count_days(self, feature: Feature) -> int:
        """Return how many of the days that the feature's words speak of were looked at."""
        read = self.history.reach_days(feature.family, feature.entity) if self.history else None
        return min(days for days in (feature.window_days, self.days_known, read) if days is not None)


def join_facts(features: Sequence[Feature], subject: Subject) -> list[Feature]:
    """Return the first feature, and those after it that are compared in the same way and say something else."""
    first, *others = features
    if not _is_plain(first, subject):
        return [first]
    said = write_value(first, subject)
    return [first, *(each for each in others if _is_plain(each, subject) and write_value(each, subject) != said)]


def write_facts(features: Sequence[Feature], subject: Subject, *, with_record: bool = True) -> str:
    """Return one sentence for facts of one topic; who or what it is about is said once."""
    first, *others = features
    parts = [_say(first, subject), *(_shorten(_say(each, subject), each) for each in others)]
    return ", ".join(parts) + (note_record(features, subject) if with_record else "")


def write_value(feature: Feature, subject: Subject) -> str:
    """Return the feature's figure in words."""
    value = subject.read(feature)
    return "not declared" if _is_undeclared(feature, value) else write_figure(value, feature.unit)


def _is_undeclared(feature: Feature, value: float) -> bool:
    """Return whether a figure is a sum over shipments none of which states its value, as bills of lading do not."""
    return value == 0 and feature.column == f"{feature.entity}_value_today_usd"


def note_record(features: Sequence[Feature], subject: Subject) -> str:
    """Return how many days were looked at where a figure's words speak of more; else nothing."""
    short = [days for each in features if (days := subject.count_days(each)) < each.window_days]
    return f" ({write_figure(min(short), 'days')} on record)" if short else ""


def compare_facts(features: Sequence[Feature], subject: Subject) -> str | None:
    """Return what the facts are compared with, in their order; None where there is nothing."""
    if not features:
        return None
    first = features[0]
    if first.comparison == MEDIAN_PRICE:
        return _compare_price(subject.row)
    if first.comparison == LIKELY_HEADING:
        usual = _say_usual(first, subject)
        said = [_compare_heading(subject.row), f"tonight: {usual}" if usual else None]
        return "; ".join(each for each in said if each) or None
    words = [each for feature in features if (each := _say_usual(feature, subject)) is not None]
    if not words:
        return None
    exams = _say_exams(first, subject.row)
    return f"{exams}tonight: {', '.join(words)}"


def write_sentence(feature: Feature, value: float) -> str:
    """Return the catalog's sentence with the figure in it, or one that fits where the figure means something else."""
    if value == 0 and feature.entity and feature.column.endswith("_first_seen_days"):
        return f"{load_catalog().entities[feature.entity]}: not seen in the {feature.window}"
    if feature.entity and _is_undeclared(feature, value):
        return f"{load_catalog().entities[feature.entity]}: no declared value on this date"
    if value < 0 and feature.column == "lead_time_hours":
        return f"filed {write_figure(-value, feature.unit)} after arrival"
    return feature.text.format(value=write_figure(value, feature.unit))


def read_figure(row: Mapping[str, Any], column: str) -> float | None:
    """Return a finite figure, None for null and for what is no number."""
    value = row[column]
    return float(value) if value is not None and math.isfinite(value) else None


def _say(feature: Feature, subject: Subject) -> str:
    """Return the sentence of the first signal that stands behind the feature, else the feature's own."""
    signal = next((subject.signals[code] for code in feature.signals if code in subject.signals), None)
    return signal or write_sentence(feature, subject.read(feature))


def _shorten(sentence: str, feature: Feature) -> str:
    name = load_catalog().entities[feature.entity] if feature.entity else ""
    return sentence.removeprefix(name).removeprefix(":").lstrip()


def _is_plain(feature: Feature, subject: Subject) -> bool:
    """Return whether the feature is compared with what is usual tonight, and with nothing else."""
    has_own = bool(feature.comparison) or _say_exams(feature, subject.row) != ""
    return not has_own and _say_usual(feature, subject) is not None


def _compare_price(row: Mapping[str, Any]) -> str | None:
    """Return the declared USD/kg beside the median of its tariff line and origin; None without either."""
    declared, median = read_figure(row, "value_per_kg_usd"), read_figure(row, MEDIAN_PRICE)
    behind = read_figure(row, "price_history_n")
    if declared is None or median is None or behind is None:
        return None
    return (
        f"{write_figure(declared, 'USD/kg')}; this line and origin: {write_figure(median, 'USD/kg')}, "
        f"from {write_figure(behind, 'shipments')}"
    )


def _compare_heading(row: Mapping[str, Any]) -> str | None:
    """Return the tariff heading under which such words are mostly declared; None where none is likely."""
    heading = load_catalog().feature(LIKELY_HEADING)
    value = read_figure(row, heading.column)
    return None if value is None else write_sentence(heading, value)


def _say_usual(feature: Feature, subject: Subject) -> str | None:
    """Return what is usual in the stream tonight; None where nothing is."""
    figure = read_figure(subject.usual, feature.column) if feature.column in subject.usual else None
    if figure is None:
        return None
    return f"{'yes for ' if feature.unit == 'yes/no' else 'median '}{_write_usual(figure, feature.unit)}"


def _write_usual(figure: float, unit: str) -> str:
    return write_figure(figure, "share" if unit == "yes/no" else unit)


def _say_exams(feature: Feature, row: Mapping[str, Any]) -> str:
    """Return how many exams stand behind an entity's own record; nothing for other features.

    A share of neighbours with findings is no entity's own record, and has no exams of its own beside it.
    """
    if feature.entity is None or feature.column != f"{feature.entity}_finding_share":
        return ""
    exams_n = read_figure(row, f"{feature.entity}_exams_n")
    return "" if exams_n is None else f"from {write_figure(exams_n, 'exams')}; "
