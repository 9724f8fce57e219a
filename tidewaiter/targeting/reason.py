"""Turns what facts and rules add into the reasons an officer reads: a sentence, the value, what is usual, what it adds.

Belongs here: the order of a row's reasons, that contributions add up, what is told of rules.
Belongs elsewhere: which facts go together (story.py), sentences and comparisons of facts (sentence.py), computing
contributions (models/explain.py, without_model.py).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

import polars as pl

from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.parties.history_policy import History
from tidewaiter.rules.hit import FAMILY_WEIGHTS
from tidewaiter.rules.policy import Rule, share_weight
from tidewaiter.targeting.contribution import Contributions
from tidewaiter.targeting.figure import write_span
from tidewaiter.targeting.sentence import Subject, compare_facts, join_facts, note_record, write_facts, write_value
from tidewaiter.targeting.story import Story
from tidewaiter.threat import FAMILIES

REST = "rest"
BASE = "base"
REASON = pl.Struct({
    "code": pl.String, "text": pl.String, "value": pl.String, "comparison": pl.String, "contribution": pl.Float64,
})  # fmt: skip
# A tariff chapter or heading is a name, not an amount: it has no middle.
NAMES = frozenset({"chapter", "heading"})
Told = Mapping[tuple[str, str], str]
Fired = Mapping[str, Sequence[Rule]]
RULE_CODE = "rule:"
AGAINST = "speaks against: "
# A rule is what people expect; what every other fact adds was learned from exams.
DOUBTED = "past exams found less than a rule expects: "


class Reason(TypedDict):
    """One entry of a queue row's reasons; all contributions of a row add up to its explained figure."""

    code: str
    text: str
    value: str | None
    comparison: str | None
    contribution: float


@dataclass(frozen=True)
class Setting:
    """What the reasons of a night are told against.

    Args:
        typical: what `describe_typical` returns.
        told: the sentence of each shipment's compliance signals, by shipment and code.
        fired: the active rules that each shipment meets.
        days_known: days before the date of which anything is on record; None where nobody looked.
        history: how far back policy lets figures look; None where that is as far as their words say.
    """

    typical: pl.DataFrame
    told: Told = field(default_factory=dict)
    fired: Fired = field(default_factory=dict)
    days_known: int | None = None
    history: History | None = None


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
    contributions: Contributions, rows: pl.DataFrame, stories: Sequence[Sequence[Story]], setting: Setting
) -> list[list[Reason]]:
    """Return each row's reasons: mandatory rules, what raises the score, what lowers it, `rest` for all others, `base`.

    What raises the score comes the strongest first, and so does what lowers it.

    Args:
        rows: stream and every catalogued feature, a row for each row of the contributions, in their order.
        stories: what `tell_stories` returns.
    """
    usual = {str(row["stream"]): row for row in setting.typical.to_dicts()}
    signals: dict[str, dict[str, str]] = {}
    for (shipment_id, code), sentence in setting.told.items():
        signals.setdefault(shipment_id, {})[code] = sentence
    reasons = []
    for at, row in enumerate(rows.iter_rows(named=True)):
        own = signals.get(row["shipment_id"], {})
        subject = Subject(row, usual[str(row["stream"])], own, setting.days_known, setting.history)
        shipment = _Shipment(subject, setting.fired.get(row["shipment_id"], ()))
        reasons.append(_write_row(contributions, at, stories[at], shipment))
    return reasons


@dataclass(frozen=True)
class _Shipment:
    """The shipment a row of reasons is about, and the rules that it meets."""

    subject: Subject
    fired: Sequence[Rule]


def _write_row(contributions: Contributions, at: int, stories: Sequence[Story], shipment: _Shipment) -> list[Reason]:
    added = contributions.added[at].tolist()
    named = [_write_story(contributions, at, story, shipment) for story in stories]
    by_rules, told_places = _write_rules(contributions, added, shipment)
    reasons = sorted([*named, *by_rules], key=_rank)
    spoken = {*told_places, *(place for story in stories for place in story.places)}
    others = [value for place, value in enumerate(added) if value != 0.0 and place not in spoken]
    if others:
        text = f"everything else, {len(others)} fact{'' if len(others) == 1 else 's'}"
        reasons.append(_entry(REST, text, math.fsum(others)))
    base_text = contributions.base_texts[at]
    if base_text is not None:
        reasons.append(_entry(BASE, base_text, float(contributions.base[at])))
    must = [_write_rule(rule, 0.0, shipment.subject) for rule in shipment.fired if rule.mandatory]
    return [*must, *reasons]


def _rank(reason: Reason) -> tuple[bool, float]:
    """What raises the score comes first, then what lowers it; either way the strongest first."""
    return reason["contribution"] < 0, -abs(reason["contribution"])


def _write_story(contributions: Contributions, at: int, story: Story, shipment: _Shipment) -> Reason:
    """Return the reason of a story; its code is that of the strongest fact."""
    subject = shipment.subject
    features = [load_catalog().feature(contributions.facts[place]) for place in story.named]
    named = join_facts(features, subject)
    added = {contributions.facts[place]: contributions.added[at, place] for place in story.places}
    doubted = DOUBTED if any(_is_doubted(rule, named[0], added) for rule in shipment.fired) else ""
    return Reason(
        code=named[0].column,
        text=f"{AGAINST + doubted if story.added < 0 else ''}{write_facts(named, subject)}",
        value="; ".join(write_value(each, subject) for each in named),
        comparison=compare_facts(named, subject),
        contribution=story.added,
    )


def _is_doubted(rule: Rule, told: Feature, added: Mapping[str, float]) -> bool:
    """Return whether a rule that raises the score is about the same as a story in which its facts do not raise it."""
    read = [load_catalog().feature(column) for column in rule.parsed.columns]
    is_about = {(each.topic, each.entity) for each in read} == {(told.topic, told.entity)}
    is_raising = rule.mandatory or (rule.weight or 0.0) > 0
    return is_about and is_raising and math.fsum(added.get(each.column, 0.0) for each in read) <= 0


def _write_rules(
    contributions: Contributions, added: Sequence[float], shipment: _Shipment
) -> tuple[list[Reason], list[int]]:
    """Return a reason a rule that fired and has a weight, and the places of the facts that they speak for.

    What the rules of a family add together is shared by their weights. Where that is the opposite of what the rules
    say, others have said it already: the rules are named, and add nothing by themselves.
    """
    reasons, places = [], []
    for family, column in zip(FAMILIES, FAMILY_WEIGHTS, strict=True):
        rules = {each.id: each for each in shipment.fired if each.family == family and each.weight is not None}
        if not rules:
            continue
        weights = {each.id: float(each.weight or 0.0) for each in rules.values()}
        whole = 0.0
        if column in contributions.facts:
            place = contributions.facts.index(column)
            if added[place] * sum(weights.values()) > 0:
                places.append(place)
                whole = added[place]
        shares = share_weight(weights)
        reasons += [_write_rule(rule, whole * shares[rule_id], shipment.subject) for rule_id, rule in rules.items()]
    return reasons, places


def _write_rule(rule: Rule, contribution: float, subject: Subject) -> Reason:
    """Return a rule's sentence beside the figures that it reads; one that can be compared comes first.

    What is usual of one figure says nothing of a rule over several: it is told with those of the shipment itself.
    """
    catalog = load_catalog()
    read = [each for column in rule.parsed.columns if subject.knows(each := catalog.feature(column))]
    read.sort(key=lambda each: compare_facts([each], subject) is None)
    figures = [write_facts([each], subject, with_record=False) for each in read]
    said = "must be examined: " if rule.mandatory else ""
    value = ("; ".join(figures) + note_record(read, subject)) or None
    is_single = len(read) == 1 or any(each.comparison for each in read[:1])
    return Reason(
        code=f"{RULE_CODE}{rule.id}",
        text=f"{said}{rule.sentence}",
        value=value,
        comparison=_compare_rule(rule, read[0], subject) if is_single else value,
        contribution=contribution,
    )


def _compare_rule(rule: Rule, first: Feature, subject: Subject) -> str:
    """Return the figure that a rule is about, the rule's own limit for it, and what is usual."""
    limit = rule.parsed.limits.get(first.column)
    said = f"rule: {write_span(*limit, first.unit)}" if limit else None
    return "; ".join(each for each in (write_value(first, subject), said, compare_facts([first], subject)) if each)


def _entry(code: str, text: str, contribution: float) -> Reason:
    return Reason(code=code, text=text, value=None, comparison=None, contribution=contribution)
