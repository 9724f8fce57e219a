"""What a date was built by and from, so that a later change of it is known and not guessed.

A date's tables follow from its files, from the rules (policy, contracts, program) and from what earlier dates made. The
last two are recorded here, as fingerprints, and so is what the date makes for others; its files are in the ledger.

Belongs here: core.built_from of a date, the rules in force.
Belongs elsewhere: comparing records with how things are now (stale.py), the ledger itself (ledger.py).
"""

import hashlib
from collections.abc import Iterable
from datetime import date

import duckdb
import polars as pl

import tidewaiter
from data_quality import codes, contract
from tidewaiter.ingest.ledger import LEDGER
from tidewaiter.lake import Lake, hash_file
from tidewaiter.policy import Policy

BUILT_FROM = "core.built_from"
RULE, LOOKED_BACK, MADE = "rule", "looked_back", "made"
# What later dates read of a date. Scores are not among them: a date has the same history with and without a queue.
MADE_TABLES = (
    "core.shipment",
    "core.shipment_version",
    "party.shipment_entity",
    "party.entity_day",
    "party.mix_day",
    "party.change_state",
    "party.edge_day",
    "party.link",
    "party.party",
    "party.screened",
    "party.match",
    "party.hit",
    "party.price_day",
    "party.word_heading",
    "outcome.finding",
    "outcome.entity_outcome",
)


def record_build(con: duckdb.DuckDBPyConnection, lake: Lake, policy: Policy, on: date) -> None:
    """Make the temp table `core_built_from` from the date's published tables and the temp table `core_landed_file`."""
    first = policy.history.look_back_days
    earlier = {day: print_made(rows) for day, rows in read_made(lake, on, first).items()}
    rows = [(RULE, name, version) for name, version in list_rules(policy).items()]
    rows += [(LOOKED_BACK, day.isoformat(), fingerprint) for day, fingerprint in earlier.items()]
    rows += [(MADE, table, hash_file(lake.existing(table, on))) for table in MADE_TABLES]
    rows.append((MADE, LEDGER, _print_seen(con)))
    frame = pl.DataFrame(sorted(rows), ["part", "name", "fingerprint"], orient="row")
    con.register("build_record", frame.to_arrow())
    con.execute("create or replace temp table core_built_from as select * from build_record")
    con.unregister("build_record")


def list_rules(policy: Policy) -> dict[str, str]:
    """Return what shapes rows beside files: the version of the policy, of contracts with code lists, of the program."""
    paths = sorted([*contract.FOLDER.glob(f"*{contract.SUFFIX}"), *codes.FOLDER.glob("*.csv")])
    lines = (f"{path.name} {hash_file(path)}" for path in paths)
    return {"policy": policy.version, "contracts": _digest(lines)[:12], "program": tidewaiter.__version__}


def read_made(lake: Lake, before: date, days: int) -> dict[date, list[tuple[str, str]]]:
    """Return what each recorded date of the window made, as (table, fingerprint), dates ascending."""
    paths = lake.window(BUILT_FROM, before, days)
    if not paths:
        return {}
    made = pl.scan_parquet(paths, hive_partitioning=True, try_parse_hive_dates=True).filter(pl.col("part") == MADE)
    found: dict[date, list[tuple[str, str]]] = {}
    for day, name, fingerprint in made.select("date", "name", "fingerprint").sort("date", "name").collect().rows():
        found.setdefault(day, []).append((name, fingerprint))
    return found


def print_made(made: Iterable[tuple[str, str]]) -> str:
    """Return the fingerprint of all that a date made."""
    return _digest(f"{name} {fingerprint}" for name, fingerprint in made)


def _print_seen(con: duckdb.DuckDBPyConnection) -> str:
    """Return the fingerprint of the files whose bytes are repeats on later dates."""
    query = "select feed, sha256 from core_landed_file where status in ('accepted', 'superseded') order by feed, sha256"
    return _digest(f"{feed} {sha256}" for feed, sha256 in con.execute(query).fetchall())


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
