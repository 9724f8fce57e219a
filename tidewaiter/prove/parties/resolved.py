"""Made spellings through the project's own resolver, and how well the parties it finds are the true ones.

Belongs here: running the resolver on a frame, pairwise precision and recall.
Belongs elsewhere: making spellings (made_party.py), the rows that use this (company.py, person.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from tidewaiter.engine.duckdb import open_connection
from tidewaiter.lake import Lake
from tidewaiter.parties.crosswalk import scan_crosswalk
from tidewaiter.parties.resolve import key_spellings, link_tonight
from tidewaiter.policy import Policy

FILED = ("party_kind", "name", "address", "postal_code", "country", "phone", "email", "account", "importer_number")


@dataclass(frozen=True)
class Agreement:
    """How far found parties are the true ones, over pairs of spellings."""

    precision: float
    recall: float
    pairs_n: int

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@contextmanager
def open_spellings(spellings: pl.DataFrame, policy: Policy) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection with `keyed_spelling` and an empty crosswalk; a spelling's id is its row number."""
    ids = pl.int_range(pl.len()).cast(pl.String).str.zfill(9).alias("spelling_id")
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in FILED if name not in spellings.columns]
    filed = spellings.with_columns(ids, *missing, shipments_n=pl.lit(1))
    with TemporaryDirectory() as folder, open_connection(policy.engine, Path(folder)) as con:
        con.register("keyed_spelling", key_spellings(filed, policy).to_arrow())
        scan_crosswalk(con, Lake(Path(folder)), date.min.replace(year=2000))
        yield con


def resolve_made(spellings: pl.DataFrame, policy: Policy) -> pl.Series:
    """Return the party of each spelling, in order."""
    with open_spellings(spellings, policy) as con:
        link_tonight(con, policy)
        query = """
            select coalesce(party_id, spelling_id) as party_id
            from keyed_spelling left join spelling_party using (spelling_id) order by spelling_id
        """
        return con.sql(query).pl()["party_id"]


def compare_parties(true: pl.Series, found: pl.Series) -> Agreement:
    """Return pairwise precision and recall."""
    both = pl.DataFrame({"true": true, "found": found})
    right = _count_pairs(both, "true", "found")
    told, there = _count_pairs(both, "found"), _count_pairs(both, "true")
    return Agreement(right / max(told, 1), right / max(there, 1), there)


def _count_pairs(frame: pl.DataFrame, *keys: str) -> int:
    sizes = frame.group_by(keys).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())
