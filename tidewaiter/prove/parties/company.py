"""How well spellings of firms are told to be one party.

Belongs here: the rows about firms, of the simulated world and of harder invented spellings.
Belongs elsewhere: resolving (tidewaiter/parties), the world itself (sample_data/world).
"""

import numpy as np
import polars as pl

from tidewaiter.prove.parties.made_party import make_firms
from tidewaiter.prove.parties.resolved import compare_parties, resolve_made
from tidewaiter.prove.parties.row import Asked, Row, count_cpu

FIRMS, HARD_FIRMS, SPELLINGS, SEED = 10_000, 5_000, 5, 99
LEAST_PRECISION, LEAST_RECALL = 0.99, 0.97


def measure_world(asked: Asked) -> Row:
    """Return the row: firms of the simulated world."""
    return _measure(asked, asked.world(asked.size(FIRMS)), "company spellings of the simulated world", is_asked=True)


def measure_hard(asked: Asked) -> Row:
    """Return a row that is not asked for: firms spelt worse, a third of the spellings mistyped, many cut and moved."""
    made = make_firms(np.random.default_rng(SEED), asked.size(HARD_FIRMS), SPELLINGS)
    return _measure(asked, made, "company spellings, harder", is_asked=False)


def _measure(asked: Asked, spellings: pl.DataFrame, name: str, *, is_asked: bool) -> Row:
    with count_cpu() as spent:
        found = resolve_made(spellings, asked.policy)
    agreement = compare_parties(spellings["party"], found)
    is_met = agreement.precision >= LEAST_PRECISION and agreement.recall >= LEAST_RECALL
    return Row(
        name=name,
        asked=f"precision {LEAST_PRECISION:.2f}, recall {LEAST_RECALL:.2f}" if is_asked else "beside it",
        found=f"precision {agreement.precision:.4f}, recall {agreement.recall:.4f}",
        is_met=is_met if is_asked else None,
        cpu_s=spent.cpu_s,
        remark=f"{spellings.height:,} spellings of {spellings['party'].n_unique():,} firms",
        figures={"precision": agreement.precision, "recall": agreement.recall},
    )
