"""What components of five million edges take.

Belongs here: made edges, the time of the project's own components, the row about them.
Belongs elsewhere: components (tidewaiter/parties/graph.py).
"""

import time

import numpy as np

from tidewaiter.parties.graph import find_components, number_edges
from tidewaiter.prove.parties.row import Asked, Row

EDGES, MOST_CPU_S = 5_000_000, 2.0


def measure_graph(asked: Asked) -> Row:
    """Return the row: processor seconds of the components of made edges."""
    edges_n = asked.size(EDGES)
    numbered_s, components_s = measure_components(edges_n)
    return Row(
        name="components of a network",
        asked=f"{EDGES:,} edges in {MOST_CPU_S:.0f} CPU-s",
        found=f"{edges_n:,} edges in {components_s:.2f} CPU-s",
        is_met=components_s <= MOST_CPU_S if asked.scale >= 1 else None,
        cpu_s=numbered_s + components_s,
        remark=f"of keys numbered before in {numbered_s:.2f} CPU-s; no edge is like its neighbour in memory",
        figures={"edges_n": edges_n, "components_s": components_s, "numbered_s": numbered_s},
    )


def measure_components(edges_n: int, seed: int = 1) -> tuple[float, float]:
    """Return processor seconds of numbering the edges' keys, and of the components themselves."""
    draw = np.random.default_rng(seed)
    parties = draw.integers(0, 2**63, max(edges_n * 2 // 3, 1)).astype(np.uint64)
    identifiers = draw.integers(0, 2**63, max(edges_n * 3 // 5, 1)).astype(np.uint64)
    ends = parties[draw.integers(0, len(parties), edges_n)], identifiers[draw.integers(0, len(identifiers), edges_n)]
    began = time.process_time()
    graph = number_edges(*ends)
    numbered = time.process_time()
    find_components(graph)
    return numbered - began, time.process_time() - numbered
