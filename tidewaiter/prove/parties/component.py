"""What components of five million edges take.

Belongs here: made edges, and the time of the project's own components.
Belongs elsewhere: components (tidewaiter/parties/graph.py), the row of the table that shows the figure.
"""

import time

import numpy as np

from tidewaiter.parties.graph import find_components, number_edges


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
