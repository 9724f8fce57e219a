"""What is different between two models, as rows of words: what they learned from, how well they do, what they look at.

Belongs here: figures of two cards beside each other.
Belongs elsewhere: the figures (card.py), which two (standing.py), layout (templates).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from models.card import Card, Estimate
from tidewaiter.features.catalog import load_catalog

NONE = "\N{EN DASH}"
# A topic that moves scores by so much more or less than before is told.
LEAST_MOVE = 0.03
MOST_NAMED = 6


@dataclass(frozen=True)
class Row:
    """One figure of both models, as words."""

    what: str
    before: str
    now: str

    @property
    def is_same(self) -> bool:
        return self.before == self.now


def compare_cards(before: Card, now: Card) -> tuple[Row, ...]:
    """Return the figures of both cards; what both models have alike in inputs and settings is one row."""
    both = zip(_list_figures(before), _list_figures(now), strict=True)
    return (
        *(Row(what, old, new) for (what, old), (_, new) in both),
        *_compare_families(before, now),
        *_compare_topics(before, now),
        *_compare_inputs(before, now),
    )


def _list_figures(card: Card) -> Iterator[tuple[str, str]]:
    labels, chances = card.labels, card.reliability[0]
    yield "trained as of", card.as_of.isoformat()
    yield "examined shipments it learned from", f"{labels.shipments_n:,}"
    yield "with a violation", f"{labels.violations_n:,}"
    yield "worth so many drawn at random", f"{labels.worth_n:,.0f}"
    yield "share of violations: foretold", f"{chances.foretold:.2%}"
    yield "share of violations: found", _write_share(chances.found)
    yield "mean gap between the two over ten groups", f"{chances.calibration_error:.2%}"
    yield "found in the top tenth of the random slice", _write_top(card)
    fairness = card.fairness
    yield "clear shipments that would be chosen", _write_share(fairness.whole.false_alarm if fairness else None)
    yield "policy", card.policy_version


def _write_share(share: Estimate | None) -> str:
    if share is None:
        return NONE
    interval = "" if share.low is None else f" ({share.low:.2%} to {share.high or 0:.2%})"
    return f"{share.value:.2%}{interval}"


def _write_top(card: Card) -> str:
    if card.evaluation is None:
        return NONE
    figures = card.evaluation.random_slice.rankings["model"].at_capacity
    found = [f"{each.found_n:g} of {each.examined_n}" for each in figures if each.share == 0.1]
    return found[0] if found else NONE


def _compare_families(before: Card, now: Card) -> Iterator[Row]:
    stood = {each.family: each for each in before.families}
    for each in now.families:
        old = stood.get(each.family)
        was = NONE if old is None else f"{old.stands_on}, {old.findings_n:,} findings"
        yield Row(f"{each.family.replace('_', ' ')} stands on", was, f"{each.stands_on}, {each.findings_n:,} findings")


def _compare_topics(before: Card, now: Card) -> Iterator[Row]:
    """Yield the topics that weigh otherwise than before."""
    words = load_catalog().topics
    was = {each.topic: each.share for each in before.importance}
    for each in now.importance:
        old = was.get(each.topic, 0.0)
        if abs(each.share - old) >= LEAST_MOVE:
            yield Row(f"weight of: {words[each.topic]}", f"{old:.0%}", f"{each.share:.0%}")


def _compare_inputs(before: Card, now: Card) -> Iterator[Row]:
    had, has = {each.column for each in before.features}, {each.column for each in now.features}
    yield Row("inputs", f"{len(had)}", f"{len(has)}")
    if had != has:
        yield Row("inputs that only one has", _list_names(had - has), _list_names(has - had))
    old, new = _list_settings(before), _list_settings(now)
    for name in sorted(set(old) | set(new)):
        if old.get(name) != new.get(name):
            yield Row(f"setting {name}", old.get(name, NONE), new.get(name, NONE))


def _list_names(columns: set[str]) -> str:
    named = sorted(columns)
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more if named else NONE


def _list_settings(card: Card) -> dict[str, str]:
    parts = {f"part {name}": "used" if is_used else "left out" for name, is_used in card.parts}
    libraries = {f"library {name}": version for name, version in card.libraries.items()}
    return {**parts, **{name: str(value) for name, value in card.parameters.items()}, **libraries}
