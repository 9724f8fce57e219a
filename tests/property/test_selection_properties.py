"""What holds for every night: selection never breaks capacity, order, growth, shares or its own probabilities.

Belongs here: properties over made-up nights.
Belongs elsewhere: worked examples (tests/unit/test_selection.py).
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.policy import PortQueue, Queues
from tidewaiter.targeting.lot import plan_queues
from tidewaiter.targeting.policy import Sharing
from tidewaiter.targeting.selection import PARTY_COLUMNS, Selection, select_items

ON = date(2026, 3, 4)
PORTS = ("2704", "4701", "9999")
STREAMS = ("low_value", "ocean", "air")
CAPACITIES = st.integers(min_value=0, max_value=12)
SHARES = st.floats(min_value=0, max_value=1)
PARTIES = st.sampled_from([None, "a", "b", "c", "d"])


@dataclass(frozen=True)
class Night:
    """Scored shipments of up to three ports, one of them with the default queue."""

    scored: pl.DataFrame
    queues: Queues
    sharing: Sharing
    parties: pl.DataFrame

    def select(self) -> Selection:
        return select_items(self.scored, self.queues, self.sharing, ON, "run", self.parties)

    def grow(self, more: int) -> "Night":
        ports = {
            code: port.model_copy(update={"capacity": port.capacity + more}) for code, port in self.queues.ports.items()
        }
        larger = {"ports": ports, "default_capacity": self.queues.default_capacity + more}
        return replace(self, queues=self.queues.model_copy(update=larger))


@st.composite
def nights(draw: st.DrawFn) -> Night:
    # Few distinct amounts, so that ties are common.
    row = st.tuples(
        st.sampled_from(PORTS), st.sampled_from(STREAMS), st.sampled_from([0.0, 1.0, 2.5, 800.0]), st.booleans(),
        st.booleans(), st.sampled_from([None, 0.0, 0.5, 0.9]), PARTIES, PARTIES, PARTIES,
    )  # fmt: skip
    rows = [(f"entry:{place}", *each) for place, each in enumerate(draw(st.lists(row, max_size=40)))]
    columns = [
        "shipment_id",
        "port_code",
        "stream",
        "expected_consequence_usd",
        "is_mandatory",
        "is_trusted",
        "novelty",
    ]
    types = [pl.String, pl.String, pl.String, pl.Float64, pl.Boolean, pl.Boolean, pl.Float64]
    schema = dict(zip([*columns, *PARTY_COLUMNS], [*types, pl.String, pl.String, pl.String], strict=True))
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    kept = columns if draw(st.booleans()) else columns[:-1]
    queues = Queues(
        random_share=draw(SHARES),
        random_minimum=draw(st.integers(min_value=0, max_value=4)),
        random_salt="salt",
        default_capacity=draw(CAPACITIES),
        default_team="exam",
        ports={port: PortQueue(team="own", capacity=draw(CAPACITIES)) for port in PORTS[:2]},
    )
    sharing = Sharing(
        mandatory_share=draw(SHARES), novelty_share=draw(SHARES), party_share=draw(SHARES),
        party_minimum=draw(st.integers(min_value=1, max_value=3)), trusted_factor=draw(SHARES),
    )  # fmt: skip
    return Night(frame.select(kept), queues, sharing, frame.select("shipment_id", *PARTY_COLUMNS))


def by_port(selection: Selection, measure: pl.Expr) -> dict[str, float]:
    return dict(selection.scored.group_by("port_code").agg(measure.alias("measure")).rows())


@given(nights())
@settings(deadline=None, max_examples=30)
def test_a_queue_is_never_longer_than_its_capacity_and_never_shorter_than_it_can_be(night: Night) -> None:
    selection = night.select()
    arrived, chosen = by_port(selection, pl.len()), by_port(selection, pl.col("is_selected").sum())
    for port, shipments_n in arrived.items():
        assert chosen[port] == min(shipments_n, night.queues.port(port).capacity)


@given(nights(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=30)
def test_the_order_of_the_rows_changes_nothing(night: Night, random: st.DataObject) -> None:
    places = list(range(night.scored.height))
    random.shuffle(places)  # type: ignore[attr-defined]
    shuffled = replace(night, scored=night.scored[places], parties=night.parties.reverse()).select()
    assert shuffled.scored.equals(night.select().scored)
    assert shuffled.summary.equals(night.select().summary)


@given(nights(), st.integers(min_value=1, max_value=5))
@settings(deadline=None, max_examples=80)
def test_more_capacity_removes_no_item(night: Night, more: int) -> None:
    before = night.select().scored.filter("is_selected")["shipment_id"]
    after = night.grow(more).select().scored.filter("is_selected")["shipment_id"]
    assert set(before) <= set(after)


@given(nights(), st.integers(min_value=1, max_value=5))
@settings(deadline=None, max_examples=30)
def test_more_capacity_leaves_no_chosen_item_to_chance(night: Night, more: int) -> None:
    before = night.select().scored.filter(pl.col("selector") != "random")["shipment_id"]
    after = night.grow(more).select().scored.filter(pl.col("selector") != "random")["shipment_id"]
    assert set(before) <= set(after)


@given(nights())
@settings(deadline=None, max_examples=30)
def test_inclusion_probabilities_sum_to_what_is_examined(night: Night) -> None:
    selection = night.select()
    expected = by_port(selection, pl.col("inclusion_probability").sum())
    chosen = by_port(selection, pl.col("is_selected").sum())
    for port, total in expected.items():
        assert abs(total - chosen[port]) < 1e-9


@given(nights())
@settings(deadline=None, max_examples=30)
def test_every_shipment_has_a_probability_and_every_chosen_one_a_place(night: Night) -> None:
    scored = night.select().scored
    assert scored.height == night.scored.height
    assert scored["inclusion_probability"].is_between(0, 1).all()
    assert (scored["is_selected"] == scored["rank"].is_not_null()).all()
    assert (scored["is_selected"] == scored["selector"].is_not_null()).all()
    assert not scored.filter("is_selected")["inclusion_probability"].eq(0).any()


@given(nights())
@settings(deadline=None, max_examples=30)
def test_where_anything_is_drawn_nothing_is_without_a_chance(night: Night) -> None:
    scored = night.select().scored
    drawn_ports = scored.filter(selector="random")["port_code"].unique()
    assert not scored.filter(pl.col("port_code").is_in(drawn_ports.implode()))["inclusion_probability"].eq(0).any()


@given(nights())
@settings(deadline=None, max_examples=30)
def test_what_is_left_out_and_costs_more_than_a_targeted_item_says_why(night: Night) -> None:
    scored = night.select().scored
    least = by_port(Selection(scored.filter(selector="targeted"), scored), pl.col("expected_consequence_usd").min())
    left = scored.filter(~pl.col("is_selected"), pl.col("passed_over").is_null())
    most = by_port(Selection(left, scored), pl.col("expected_consequence_usd").max())
    assert all(most.get(port, 0.0) <= amount for port, amount in least.items())


@given(nights())
@settings(deadline=None, max_examples=30)
def test_no_party_has_more_than_its_share_while_others_wait(night: Night) -> None:
    scored = night.select().scored.join(night.parties, on="shipment_id")
    for (port,), rows in scored.group_by("port_code"):
        limit = night.sharing.count_party(count_targeted(night, str(port)))
        chosen = count_parties(rows.filter(pl.col("selector").is_in(["targeted", "novelty"])))
        if any(count > limit for count in chosen.values()):
            given_out = count_parties(rows.filter(pl.col("selector").ne_missing("random"), "is_selected"))
            for waiting in rows.filter(~pl.col("is_selected")).iter_slices(1):
                assert any(given_out[party] >= limit for party in count_parties(waiting))


def count_targeted(night: Night, port: str) -> int:
    plan = plan_queues(pl.Series([port]), night.queues, ON)
    return int(plan.filter(port_code=port)["targeted_slots"][0])


def count_parties(rows: pl.DataFrame) -> Counter[str]:
    return Counter(f"{name}={party}" for name in PARTY_COLUMNS for party in rows[name].drop_nulls())


@given(nights())
@settings(deadline=None, max_examples=30)
def test_mandatory_rules_come_first_and_keep_to_their_share(night: Night) -> None:
    selection = night.select()
    for row in selection.summary.to_dicts():
        slots = row["capacity"] - night.queues.port(row["port_code"]).capacity + row["targeted_slots"]
        assert row["mandatory_n"] <= night.sharing.count_mandatory(slots)
        if row["mandatory_left_n"]:
            assert row["mandatory_n"] > 0 or night.sharing.count_mandatory(slots) == 0 or slots == row["novelty_n"]


@given(nights())
@settings(deadline=None, max_examples=30)
def test_the_summary_counts_what_is_chosen(night: Night) -> None:
    selection = night.select()
    counts = selection.summary.select(pl.sum("mandatory_n", "targeted_n", "novelty_n", "random_n")).row(0)
    assert sum(counts) == selection.scored["is_selected"].sum()
    assert selection.summary["random_probability"].is_between(0, 1).all()
