"""Turns contributions into the reasons an officer reads: a sentence, the value, what is usual, what it adds.

Belongs here: which facts and rules are named, their sentences and comparisons, and that contributions add up.
Belongs elsewhere: computing contributions (models/explain.py, record_rule.py), wording of figures (figure.py).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypedDict

import numpy as np
import polars as pl

from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.rules.hit import FAMILY_WEIGHTS
from tidewaiter.rules.policy import Rule, share_weight
from tidewaiter.targeting.contribution import Contributions
from tidewaiter.targeting.figure import write_figure
from tidewaiter.threat import FAMILIES

REST = "rest"
BASE = "base"
NOT_KNOWN = "not known"
REASON = pl.Struct({
    "code": pl.String, "text": pl.String, "value": pl.String, "comparison": pl.String, "contribution": pl.Float64,
})  # fmt: skip
# A tariff chapter or heading is a name, not an amount: it has no middle.
NAMES = frozenset({"chapter", "heading"})
Told = Mapping[tuple[str, str], str]
NOTHING_TOLD: Told = MappingProxyType({})
Fired = Mapping[str, Sequence[Rule]]
NONE_FIRED: Fired = MappingProxyType({})
RULE_CODE = "rule:"


class Reason(TypedDict):
    """One entry of a queue row's reasons; all contributions of a row add up to its explained figure."""

    code: str
    text: str
    value: str | None
    comparison: str | None
    contribution: float


def pick_facts(contributions: Contributions, limit: int) -> list[list[int]]:
    """Return, for each row, the places of the facts to name: the strongest first, none that adds nothing.

    What rules add is not among them: each rule that fired is a reason of its own.
    """
    is_rule = np.isin(contributions.facts, FAMILY_WEIGHTS)
    order = np.argsort(-np.where(is_rule, 0.0, np.abs(contributions.added)), axis=1, kind="stable")[:, :limit]
    return [
        [place for place in places if contributions.added[row, place] != 0.0 and not is_rule[place]]
        for row, places in enumerate(order.tolist())
    ]


def describe_typical(features: pl.LazyFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return one row a stream with the usual figure of each column: the median, or the share of yes.

    Args:
        features: stream and the columns, for every shipment of the night.
    """
    catalog = load_catalog()
    usual = [
        pl.col(name).mean() if catalog.feature(name).unit == "yes/no" else pl.col(name).median()
        for name in columns
        if catalog.feature(name).unit not in NAMES
    ]
    return features.group_by("stream").agg(usual).sort("stream").collect()


def write_reasons(
    contributions: Contributions,
    rows: pl.DataFrame,
    typical: pl.DataFrame,
    picked: Sequence[Sequence[int]],
    told: Told = NOTHING_TOLD,
    fired: Fired = NONE_FIRED,
) -> list[list[Reason]]:
    """Return each row's reasons: mandatory rules, then facts and rules by strength, `rest` for the others, `base`.

    Args:
        rows: stream and every catalogued feature, a row for each row of the contributions, in their order.
        typical: what `describe_typical` returns.
        told: the sentence of each shipment's compliance signals, by shipment and code.
        fired: the active rules that each shipment meets.
    """
    usual = {str(row["stream"]): row for row in typical.to_dicts()}
    return [
        _write_row(contributions, at, picked[at], _Shipment(row, usual[str(row["stream"])], told, fired))
        for at, row in enumerate(rows.iter_rows(named=True))
    ]


@dataclass(frozen=True)
class _Shipment:
    """What is known of the shipment a row of reasons is about."""

    row: Mapping[str, Any]
    usual: Mapping[str, Any]
    told: Told
    all_fired: Fired

    @property
    def fired(self) -> Sequence[Rule]:
        return self.all_fired.get(self.row["shipment_id"], ())


def _write_row(contributions: Contributions, at: int, picked: Sequence[int], shipment: _Shipment) -> list[Reason]:
    added = contributions.added[at].tolist()
    named = [_write_fact(contributions.facts[place], added[place], shipment) for place in picked]
    by_rules, told_places = _write_rules(contributions, added, shipment)
    reasons = sorted([*named, *by_rules], key=lambda each: -abs(each["contribution"]))
    spoken = {*picked, *told_places}
    others = [value for place, value in enumerate(added) if value != 0.0 and place not in spoken]
    if others:
        text = f"everything else, {len(others)} fact{'' if len(others) == 1 else 's'}"
        reasons.append(_entry(REST, text, math.fsum(others)))
    base_text = contributions.base_texts[at]
    if base_text is not None:
        reasons.append(_entry(BASE, base_text, float(contributions.base[at])))
    must = [_write_rule(rule, 0.0, shipment) for rule in shipment.fired if rule.mandatory]
    return [*must, *reasons]


def _write_rules(
    contributions: Contributions, added: Sequence[float], shipment: _Shipment
) -> tuple[list[Reason], list[int]]:
    """Return a reason a rule that fired and has a weight, and the places of the facts that they speak for.

    What the rules of a family add together is shared by their weights.
    """
    reasons, places = [], []
    for family, column in zip(FAMILIES, FAMILY_WEIGHTS, strict=True):
        rules = {each.id: each for each in shipment.fired if each.family == family and each.weight is not None}
        if not rules:
            continue
        whole = 0.0
        if column in contributions.facts:
            places.append(contributions.facts.index(column))
            whole = added[places[-1]]
        shares = share_weight({each.id: float(each.weight or 0.0) for each in rules.values()})
        reasons += [_write_rule(rule, whole * shares[rule_id], shipment) for rule_id, rule in rules.items()]
    return reasons, places


def _write_rule(rule: Rule, contribution: float, shipment: _Shipment) -> Reason:
    """Return a rule's sentence beside the figures that it reads, and what the first of them is compared with."""
    catalog = load_catalog()
    read = [(catalog.feature(column), read_figure(shipment.row, column)) for column in rule.parsed.columns]
    figures = [write_sentence(feature, value) for feature, value in read if value is not None]
    comparisons = [found for feature, _ in read if (found := _compare(feature, shipment)) is not None]
    said = "must be examined: " if rule.mandatory else ""
    return Reason(
        code=f"{RULE_CODE}{rule.id}",
        text=f"{said}{rule.sentence}",
        value="; ".join(figures) or NOT_KNOWN,
        comparison=comparisons[0] if comparisons else None,
        contribution=contribution,
    )


def _entry(code: str, text: str, contribution: float) -> Reason:
    return Reason(code=code, text=text, value=None, comparison=None, contribution=contribution)


def _write_fact(column: str, contribution: float, shipment: _Shipment) -> Reason:
    feature = load_catalog().feature(column)
    value = read_figure(shipment.row, column)
    return Reason(
        code=column,
        text=_read_signal(feature, shipment.row, shipment.told) or write_sentence(feature, value),
        value=NOT_KNOWN if value is None else write_figure(value, feature.unit),
        comparison=_compare(feature, shipment),
        contribution=contribution,
    )


def _compare(feature: Feature, shipment: _Shipment) -> str | None:
    if feature.comparison:
        return _compare_price(shipment.row)
    return _compare_usual(feature, shipment.row, shipment.usual)


def write_sentence(feature: Feature, value: float | None) -> str:
    """Return the catalog's sentence with the figure in it, or one that fits where the figure means something else."""
    if value is None:
        return f"{feature.meaning}: {NOT_KNOWN}"
    if value == 0 and feature.entity and feature.column.endswith("_first_seen_days"):
        return f"{load_catalog().entities[feature.entity]}: not seen in the {feature.window}"
    if value < 0 and feature.column == "lead_time_hours":
        return f"filed {write_figure(-value, feature.unit)} after arrival"
    return feature.text.format(value=write_figure(value, feature.unit))


def _read_signal(feature: Feature, row: Mapping[str, Any], told: Told) -> str | None:
    """Return the sentence of the first signal that stands behind the feature; None where the shipment has none."""
    return next(
        (told[row["shipment_id"], code] for code in feature.signals if (row["shipment_id"], code) in told), None
    )


def _compare_price(row: Mapping[str, Any]) -> str | None:
    """Return the declared USD/kg beside the median of its tariff line and origin; None without either."""
    declared, median = read_figure(row, "value_per_kg_usd"), read_figure(row, "price_median_usd_kg")
    behind = read_figure(row, "price_history_n")
    if declared is None or median is None or behind is None:
        return None
    return (
        f"{write_figure(declared, 'USD/kg')}; this line and origin: {write_figure(median, 'USD/kg')}, "
        f"from {write_figure(behind, 'shipments')}"
    )


def _compare_usual(feature: Feature, row: Mapping[str, Any], usual: Mapping[str, Any]) -> str | None:
    """Return what is usual in the stream tonight; None where nothing is."""
    is_compared = feature.unit not in NAMES and feature.column in usual
    figure = read_figure(usual, feature.column) if is_compared else None
    if figure is None:
        return None
    if feature.unit == "yes/no":
        return f"tonight: yes for {write_figure(figure, 'share')}"
    middle = f"tonight's median: {write_figure(figure, feature.unit)}"
    # A share of neighbours with findings is no entity's own record, and has no exams of its own beside it.
    if feature.entity is None or feature.column != f"{feature.entity}_finding_share":
        return middle
    exams_n = read_figure(row, f"{feature.entity}_exams_n")
    return middle if exams_n is None else f"from {write_figure(exams_n, 'exams')}; {middle}"


def read_figure(row: Mapping[str, Any], column: str) -> float | None:
    """Return a finite figure, None for null and for what is no number."""
    value = row[column]
    return float(value) if value is not None and math.isfinite(value) else None
