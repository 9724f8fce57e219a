"""Graphs of parties: components are those that walking finds, and the order of edges changes nothing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tidewaiter.parties.graph import Graph, find_communities, find_components, number_edges, spread_risk

EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), min_size=1, max_size=40, unique=True)
Edge = tuple[int, int]


def build(edges: list[Edge]) -> Graph:
    parties, identifiers = zip(*edges, strict=True)
    return number_edges(np.array(parties, dtype=np.uint64), np.array(identifiers, dtype=np.uint64))


def walk(edges: list[Edge]) -> dict[int, int]:
    """Return the first party that each can be reached from."""
    parties = sorted({party for party, _ in edges})
    first = {party: party for party in parties}
    for _ in parties:
        for party, identifier in edges:
            near = [other for other, shared in edges if shared == identifier]
            first[party] = min(first[other] for other in near)
    return first


@given(EDGES | st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40))
def test_components_are_those_that_walking_finds(edges: list[Edge]) -> None:
    graph = build(edges)
    found = graph.party_keys[find_components(graph)]
    assert dict(zip(graph.party_keys.tolist(), found.tolist(), strict=True)) == walk(edges)


@given(EDGES, st.randoms(use_true_random=False))
def test_the_order_of_edges_changes_nothing(edges: list[Edge], draw: st.DataObject) -> None:
    mixed = list(edges)
    draw.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = build(sorted(edges)), build(sorted(mixed))
    component = find_components(first)
    assert component.tolist() == find_components(second).tolist()
    split = find_communities(first, component, 2, 10)
    assert split.tolist() == find_communities(second, find_components(second), 2, 10).tolist()


@given(EDGES)
def test_a_community_lies_within_its_component(edges: list[Edge]) -> None:
    graph = build(edges)
    component = find_components(graph)
    community = find_communities(graph, component, 3, 10)
    assert (component[community] == component).all()


@given(EDGES)
def test_risk_stays_within_two_steps_and_does_not_grow(edges: list[Edge]) -> None:
    graph = build(edges)
    seed = np.zeros(graph.parties_n)
    seed[0] = 1.0
    risk = spread_risk(graph, seed, 0.5)
    component = find_components(graph)
    assert (risk[component != component[0]] == 0).all()
    assert risk.sum() <= 0.75 * graph.parties_n
    assert (risk <= 0.75 + 1e-9).all()


def test_two_tight_groups_joined_by_one_party_are_two_communities() -> None:
    left = [(party, identifier) for party in range(6) for identifier in range(4)]
    right = [(party, identifier) for party in range(6, 12) for identifier in range(10, 14)]
    graph = build([*left, *right, (5, 20), (6, 20)])
    component = find_components(graph)
    assert set(component.tolist()) == {0}
    assert find_communities(graph, component, 4, 10).tolist() == [0] * 6 + [6] * 6
