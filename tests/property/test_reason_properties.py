"""What holds for the reasons of every shipment: true figures, nothing unknown, in order, once each, and they add up.

Belongs here: properties over made-up shipments and contributions.
Belongs elsewhere: worked examples (tests/unit/test_reasons.py), that scores follow facts (test_reason_truth.py).
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.labelled_world import FEATURES, make_features
from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.rules.hit import FAMILY_WEIGHTS
from tidewaiter.targeting.contribution import Contributions
from tidewaiter.targeting.figure import write_figure
from tidewaiter.targeting.reason import AGAINST, BASE, REST, Reason, Setting, describe_typical, write_reasons
from tidewaiter.targeting.story import tell_stories

CATALOG = load_catalog()
ROWS = make_features(40, 5)
TYPICAL = describe_typical(ROWS.lazy(), [each.column for each in CATALOG.features])
NAMES = [name for name in FEATURES if name not in FAMILY_WEIGHTS]
# Figures and contributions of few sizes, so that ties and sums of nought are common.
FIGURES = st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.0, 64.0]), st.floats(-50, 1e6, allow_nan=False))
ADDED = st.one_of(st.sampled_from([-0.5, -0.25, 0.25, 0.5]), st.floats(-3, 3, allow_nan=False))


@dataclass(frozen=True)
class Case:
    """One shipment of the made-up night, and what some of its facts add."""

    row: pl.DataFrame
    contributions: Contributions

    def tell(self, limit: int = 5) -> list[Reason]:
        stories = tell_stories(self.contributions, self.row, limit)
        return write_reasons(self.contributions, self.row, stories, Setting(TYPICAL, days_known=40))[0]

    def figure(self, column: str) -> float:
        found = self.row[column][0]
        assert found is not None, column
        return float(found)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    facts = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=20, unique=True))
    figures = {name: draw(FIGURES) for name in facts}
    added = np.array([[draw(ADDED) if name in figures else 0.0 for name in FEATURES]])
    row = ROWS.head(1).with_columns(pl.lit(value, pl.Float64).alias(name) for name, value in figures.items())
    base = np.array([-3.0])
    return Case(row, Contributions(["entry:1"], FEATURES, added, base, base + added.sum(axis=1), ["starting point"]))


def list_facts(reasons: list[Reason]) -> list[tuple[Reason, Feature]]:
    return [(each, CATALOG.feature(each["code"])) for each in reasons if each["code"] not in (REST, BASE)]


@given(cases())
@settings(max_examples=150, deadline=None)
def test_every_figure_in_a_reason_is_the_shipments_own(case: Case) -> None:
    for reason, feature in list_facts(case.tell()):
        value = case.figure(feature.column)
        written = write_figure(value, feature.unit)
        assert str(reason["value"]).split("; ")[0] == written
        is_new = feature.column.endswith("_first_seen_days") and value == 0
        is_late = feature.column == "lead_time_hours" and value < 0
        assert is_new or is_late or written in reason["text"]


@given(cases())
@settings(max_examples=150, deadline=None)
def test_no_reason_names_what_is_not_known_or_what_nobody_could_check(case: Case) -> None:
    reasons = case.tell()
    for reason, feature in list_facts(reasons):
        assert feature.is_told
        assert case.row[feature.column][0] is not None
        assert "not known" not in f"{reason['text']} {reason['value']} {reason['comparison']}"


@given(cases())
@settings(max_examples=150, deadline=None)
def test_reasons_stand_by_what_they_add_and_no_topic_is_told_twice(case: Case) -> None:
    told = list_facts(case.tell())
    added = [reason["contribution"] for reason, _ in told]
    raising, lowering = [each for each in added if each >= 0], [each for each in added if each < 0]
    assert added == sorted(raising, reverse=True) + sorted(lowering)
    assert all(reason["text"].startswith(AGAINST) == (reason["contribution"] < 0) for reason, _ in told)
    topics = [(feature.topic, feature.entity) for _, feature in told]
    assert len(set(topics)) == len(topics)


@given(cases(), st.integers(min_value=1, max_value=9))
@settings(max_examples=150, deadline=None)
def test_reasons_add_up_to_what_is_explained_however_many_are_told(case: Case, limit: int) -> None:
    reasons = case.tell(limit)
    assert math.fsum(each["contribution"] for each in reasons) == pytest.approx(float(case.contributions.explained[0]))
    assert len(list_facts(reasons)) <= limit


@given(cases())
@settings(max_examples=50, deadline=None)
def test_two_shipments_with_the_same_facts_have_the_same_reasons(case: Case) -> None:
    given, other = case.contributions, case.row.with_columns(shipment_id=pl.lit("entry:2"))
    both = Contributions(
        ["entry:1", "entry:2"], given.facts, np.repeat(given.added, 2, axis=0), np.repeat(given.base, 2),
        np.repeat(given.explained, 2), [*given.base_texts] * 2,
    )  # fmt: skip
    rows = pl.concat([case.row, other])
    first, second = write_reasons(both, rows, tell_stories(both, rows, 5), Setting(TYPICAL, days_known=40))
    assert first == second == case.tell()
