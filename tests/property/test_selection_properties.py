"""What holds for every night: selection never breaks capacity, order, growth or its own probabilities.

Belongs here: properties over made-up nights.
Belongs elsewhere: worked examples (tests/unit/test_selection.py).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.policy import PortQueue, Queues
from tidewaiter.targeting.selection import Selection, select_items

ON = date(2026, 3, 4)
PORTS = ("2704", "4701", "9999")
CAPACITIES = st.integers(min_value=0, max_value=12)


@dataclass(frozen=True)
class Night:
    """Scored shipments of up to three ports, one of them with the default queue."""

    scored: pl.DataFrame
    queues: Queues

    def select(self) -> Selection:
        return select_items(self.scored, self.queues, ON, "run")


@st.composite
def nights(draw: st.DrawFn) -> Night:
    # Few distinct amounts, so that ties are common.
    rows = draw(st.lists(st.tuples(st.sampled_from(PORTS), st.sampled_from([0.0, 1.0, 2.5, 800.0])), max_size=40))
    scored = pl.DataFrame(
        [(f"entry:{place}", port, amount) for place, (port, amount) in enumerate(rows)],
        schema={"shipment_id": pl.String, "port_code": pl.String, "expected_consequence_usd": pl.Float64},
        orient="row",
    )
    queues = Queues(
        random_share=draw(st.floats(min_value=0, max_value=1)),
        random_minimum=draw(st.integers(min_value=0, max_value=4)),
        random_salt="salt",
        default_capacity=draw(CAPACITIES),
        default_team="exam",
        ports={port: PortQueue(team="own", capacity=draw(CAPACITIES)) for port in PORTS[:2]},
    )
    return Night(scored, queues)


def by_port(selection: Selection, measure: pl.Expr) -> dict[str, float]:
    return dict(selection.scored.group_by("port_code").agg(measure.alias("measure")).rows())


@given(nights())
@settings(deadline=None, max_examples=60)
def test_a_queue_is_never_longer_than_its_capacity_and_never_shorter_than_it_can_be(night: Night) -> None:
    selection = night.select()
    arrived, chosen = by_port(selection, pl.len()), by_port(selection, pl.col("is_selected").sum())
    for port, shipments_n in arrived.items():
        assert chosen[port] == min(shipments_n, night.queues.port(port).capacity)


@given(nights(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60)
def test_the_order_of_the_rows_changes_nothing(night: Night, random: st.DataObject) -> None:
    places = list(range(night.scored.height))
    random.shuffle(places)  # type: ignore[attr-defined]
    shuffled = Night(night.scored[places], night.queues).select()
    assert shuffled.scored.equals(night.select().scored)
    assert shuffled.summary.equals(night.select().summary)


@given(nights(), st.integers(min_value=1, max_value=5))
@settings(deadline=None, max_examples=60)
def test_more_capacity_removes_no_targeted_item(night: Night, more: int) -> None:
    ports = {
        code: port.model_copy(update={"capacity": port.capacity + more}) for code, port in night.queues.ports.items()
    }
    larger = night.queues.model_copy(update={"ports": ports, "default_capacity": night.queues.default_capacity + more})
    before = night.select().scored.filter(selector="targeted")["shipment_id"]
    after = Night(night.scored, larger).select().scored
    assert set(before) <= set(after.filter(selector="targeted")["shipment_id"])


@given(nights())
@settings(deadline=None, max_examples=60)
def test_inclusion_probabilities_sum_to_what_is_examined(night: Night) -> None:
    selection = night.select()
    expected = by_port(selection, pl.col("inclusion_probability").sum())
    chosen = by_port(selection, pl.col("is_selected").sum())
    for port, total in expected.items():
        assert abs(total - chosen[port]) < 1e-9


@given(nights())
@settings(deadline=None, max_examples=60)
def test_every_shipment_has_a_probability_and_every_chosen_one_a_place(night: Night) -> None:
    scored = night.select().scored
    assert scored.height == night.scored.height
    assert scored["inclusion_probability"].is_between(0, 1).all()
    assert (scored["is_selected"] == scored["rank"].is_not_null()).all()
    assert (scored["is_selected"] == scored["selector"].is_not_null()).all()
    assert not scored.filter("is_selected")["inclusion_probability"].eq(0).any()


@given(nights())
@settings(deadline=None, max_examples=60)
def test_nothing_that_is_left_out_costs_more_than_a_targeted_item(night: Night) -> None:
    scored = night.select().scored
    least = by_port(Selection(scored.filter(selector="targeted"), scored), pl.col("expected_consequence_usd").min())
    most = by_port(Selection(scored.filter(~pl.col("is_selected")), scored), pl.col("expected_consequence_usd").max())
    assert all(most.get(port, 0.0) <= amount for port, amount in least.items())
