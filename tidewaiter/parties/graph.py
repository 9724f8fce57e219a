"""Parties and what they share as a graph: components, communities, and how far risk spreads.

A graph is a matrix of parties by identifiers, one where a party has the identifier. Parties are linked through
identifiers only, so that an identifier of n parties costs n entries and not n x n.

Belongs here: arithmetic on such matrices.
Belongs elsewhere: which edges count (network.py, sql/edge.sql).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Graph:
    """Edges between numbered parties and identifiers; `party_keys` are ascending, a party's number its place.

    Attributes:
        by_identifier: places of the edges, those of one identifier beside each other.
    """

    party_keys: Keys
    party: Numbers
    identifier: Numbers
    identifiers_n: int
    by_identifier: Numbers

    @property
    def parties_n(self) -> int:
        """Return how many parties have an edge."""
        return len(self.party_keys)


def number_edges(party_keys: Keys, identifier_keys: Keys) -> Graph:
    """Return the graph of edges given by keys, one entry an edge."""
    parties, party = np.unique(party_keys, return_inverse=True)
    by_identifier = np.argsort(identifier_keys)
    is_new = _differ_from_last(identifier_keys[by_identifier])
    identifier = np.empty(len(identifier_keys), dtype=np.int64)
    identifier[by_identifier] = np.cumsum(is_new) - 1
    return Graph(parties, party.astype(np.int64), identifier, int(is_new.sum()), by_identifier)


def find_components(graph: Graph) -> Numbers:
    """Return the component of each party: the number of its first party.

    The parties of an identifier are linked in a chain, one to the next: fewer nodes and edges than with identifiers.
    """
    party = graph.party.astype(np.int32)[graph.by_identifier]
    is_linked = ~_differ_from_last(graph.identifier[graph.by_identifier])[1:]
    ends = party[:-1][is_linked], party[1:][is_linked]
    links = sparse.coo_matrix((np.ones(len(ends[0])), ends), shape=(graph.parties_n, graph.parties_n))
    # A link that is there twice joins what one would: without this, scipy sorts all links to add such up.
    links.has_canonical_format = True
    _, labels = csgraph.connected_components(links.tocsr(), directed=False)
    return _name_by_first(labels.astype(np.int64))


def _differ_from_last(values: NDArray[np.uint64] | Numbers) -> NDArray[np.bool_]:
    """Return which values are not those of the place before; the first is not."""
    is_new = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    return is_new


def find_communities(graph: Graph, component: Numbers, min_n: int, rounds_n: int) -> Numbers:
    """Return the community of each party: its component, or the part of a component of more than `min_n` parties.

    Label propagation (Raghavan, Albert and Kumara 2007, Physical Review E 76, 036106): in each round the identifiers
    take the commonest label of their parties, then the parties that of their identifiers, of equals the smallest.
    """
    sizes = np.bincount(component, minlength=graph.parties_n)
    within = (sizes[component] > min_n)[graph.party]
    party, identifier = graph.party[within], graph.identifier[within]
    label = np.arange(graph.parties_n, dtype=np.int64)
    for _ in range(rounds_n):
        middle = _take_commonest(identifier, label[party], np.zeros(graph.identifiers_n, dtype=np.int64))
        moved = _take_commonest(party, middle[identifier], label)
        if np.array_equal(moved, label):
            break
        label = moved
    return np.where(sizes[component] > min_n, _name_by_first(label), component)


def spread_risk(graph: Graph, seed: Figures, step_share: float) -> Figures:
    """Return what reaches each party of the risk of others within two steps.

    A step goes from a party to one of its identifiers and on to another party at it, each alike; `step_share` of the
    risk is left after one step, the square of it after two. A party's own risk does not come back to it in one step.

    Args:
        seed: risk of each party by its number.
    """
    shape = (graph.parties_n, graph.identifiers_n)
    has = sparse.csr_matrix((np.ones(len(graph.party)), (graph.party, graph.identifier)), shape=shape)
    others = np.asarray(has.sum(axis=0)).ravel() - 1
    held = np.maximum(np.asarray(has.sum(axis=1)).ravel(), 1)

    def step(risk: Figures) -> Figures:
        at = has.T @ risk
        away = has @ (at / np.maximum(others, 1)) - risk * (has @ (1 / np.maximum(others, 1)))
        moved: Figures = np.maximum(away / held, 0.0)
        return moved

    once = step(seed)
    return np.asarray(step_share * once + step_share**2 * step(once))


def _take_commonest(node: Numbers, label: Numbers, before: Numbers) -> Numbers:
    """Return the commonest label of each node, of equals the smallest; `before` where it has none."""
    if not len(node):
        return before
    width = int(label.max()) + 1
    pairs, counts = np.unique(node * width + label, return_counts=True)
    nodes = pairs // width
    begins = np.flatnonzero(np.diff(nodes, prepend=-1))
    most = np.maximum.reduceat(counts, begins)
    is_most = counts == np.repeat(most, np.diff(begins, append=len(nodes)))
    kept = np.flatnonzero(is_most)
    first = kept[np.flatnonzero(np.diff(nodes[kept], prepend=-1))]
    found = before.copy()
    found[nodes[first]] = pairs[first] % width
    return found


def _name_by_first(label: Numbers) -> Numbers:
    """Return labels as the number of the first party that has each."""
    if not len(label):
        return label
    first = np.zeros(int(label.max()) + 1, dtype=np.int64)
    first[label[::-1]] = np.arange(len(label) - 1, -1, -1)
    return first[label]
