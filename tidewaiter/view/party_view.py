"""One party as the lake knows it up to a date: spellings and why they are one, identifiers, shipments, hits, findings.

Belongs here: finding the party, gathering its rows, laying them out.
Belongs elsewhere: who is one party (tidewaiter/parties), masking (evidence.py).
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidewaiter.errors import PartyError
from tidewaiter.lake import Lake
from tidewaiter.parties.crosswalk import LINK, MERGED, PARTY, follow_merges
from tidewaiter.parties.normalise import name_key
from tidewaiter.policy import Policy
from tidewaiter.view.evidence import mask_rows

Row = dict[str, Any]
NEAR_N = 5
ROLES = {"shipper_id": "shipper", "seller_id": "seller", "consignee_id": "consignee"}
LINK_COLUMNS = ("linked_on", "spelling_id", "evidence", "other_spelling_id", "pair_score", "phone_key", "email_key",
                "account", "importer_number")  # fmt: skip
ALIAS_COLUMNS = ("spelling_id", "name", "address", "postal_code", "country")
SECTIONS = ("spellings", "links", "changes", "shipments", "list_hits", "findings")


def read_party(lake: Lake, on: date | None, asked: str, policy: Policy, *, show_personal: bool) -> Row:
    """Return what is known up to the date, the newest one without it, of the party of an id or of a name.

    Raises:
        PartyError: no party has the id or the name, naming those with the likest names; or several have the name.
    """
    links, changes = _scan(lake, LINK, on, "linked_on"), _scan(lake, PARTY, on, "changed_on")
    merged = changes.filter(pl.col("change") == MERGED)
    roots = follow_merges(zip(merged["party_id"], merged["other_id"], strict=True))
    links = links.with_columns(pl.col("party_id").replace(roots).alias("root_id"))
    party = _find(links, roots, asked, policy, show_personal=show_personal)
    own = links.filter(pl.col("root_id") == party)
    ids = [party, *sorted(old for old, root in roots.items() if root == party)]
    spellings = _read_spellings(lake, on, own["spelling_id"])
    shipments = _read_shipments(lake, on, ids)
    keys = ["shipment_id", "role"]
    hits = _scan(lake, "party.hit", on, "screened_on").join(shipments.select(keys), on=keys, how="semi")
    findings = _scan(lake, "outcome.finding", on, "matched_on")
    findings = findings.join(shipments.select("shipment_id").unique(), on="shipment_id", how="semi")
    told = pl.col("party_id").is_in(ids) | pl.col("other_id").is_in(ids)
    masked = {
        "spellings": mask_rows("party.alias", spellings.to_dicts(), show_personal=show_personal),
        "links": mask_rows(LINK, own.select(LINK_COLUMNS).to_dicts(), show_personal=show_personal),
        "list_hits": mask_rows("party.hit", hits.drop("shipment_id").unique().sort(pl.all()).to_dicts(),
                               show_personal=show_personal),
    }  # fmt: skip
    return {
        "party_id": party,
        "is_personal_shown": show_personal,
        **masked,
        "changes": changes.filter(told).sort("changed_on", "party_id", "change").to_dicts(),
        "shipments": shipments.to_dicts(),
        "findings": findings.unique("finding_id", keep="last").sort("finding_id").to_dicts(),
    }


def _scan(lake: Lake, table: str, on: date | None, dated: str) -> pl.DataFrame:
    """Return every partition of a table up to the date, with the date of each row."""
    days = [day for day in lake.dates(table) if on is None or day <= on]
    if not days:
        raise PartyError(f"nothing of {table} is published up to {on}.", fix="run `tidewaiter nightly` first")
    parts = [
        pl.scan_parquet(lake.path(table, day), hive_partitioning=False).with_columns(pl.lit(day).alias(dated))
        for day in days
    ]
    return pl.concat(parts).collect()


def _find(links: pl.DataFrame, roots: dict[str, str], asked: str, policy: Policy, *, show_personal: bool) -> str:
    party = roots.get(asked, asked)
    if party in links["root_id"]:
        return party
    key = pl.DataFrame({"name": [asked]}).select(name_key(pl.col("name"), policy.words)).item()
    found = links.filter(pl.col("name_key") == key)["root_id"].unique().sort().to_list() if key else []
    if len(found) == 1:
        return str(found[0])
    if found:
        raise PartyError(
            f"{len(found)} parties have that name: {', '.join(found)}.", fix="ask for one of them by its id"
        )
    near = _list_near(links, key or asked, show_personal=show_personal)
    raise PartyError(f"no party has the id or name {asked!r}.", fix=f"the nearest are {', '.join(near) or 'none'}")


def _list_near(links: pl.DataFrame, key: str, *, show_personal: bool) -> list[str]:
    """Return the parties with the likest names: their ids, and the names where they may be shown."""
    from rapidfuzz import fuzz, process

    names = links.select("name_key", "root_id").unique().sort("name_key", "root_id")
    best = process.extract(key, names["name_key"].to_list(), scorer=fuzz.ratio, limit=NEAR_N)
    return [f"{names['root_id'][at]} ({name if show_personal else _initials(name)})" for name, _, at in best]


def _initials(name: str) -> str:
    return "".join(f"{word[0].upper()}." for word in name.split())


def _read_spellings(lake: Lake, on: date | None, ids: pl.Series) -> pl.DataFrame:
    alias = _scan(lake, "party.alias", on, "seen_on").filter(pl.col("spelling_id").is_in(ids.implode()))
    counted = alias.group_by(ALIAS_COLUMNS).agg(
        pl.col("seen_on").min().alias("first_on"), pl.col("seen_on").max().alias("last_on"), pl.col("shipments_n").sum()
    )
    return counted.sort("first_on", "spelling_id")


def _read_shipments(lake: Lake, on: date | None, ids: Sequence[str]) -> pl.DataFrame:
    entity = _scan(lake, "party.shipment_entity", on, "landed_on")
    parts = [
        entity.filter(pl.col(column).is_in(ids)).select(
            "landed_on", "shipment_id", pl.lit(role).alias("role"), "value_usd"
        )
        for column, role in ROLES.items()
    ]
    return pl.concat(parts).sort("landed_on", "shipment_id", "role")


def party_to_json(found: Row) -> str:
    """Return the party as a JSON document."""
    return json.dumps(found, indent=2, default=str)


def print_party(found: Row, console: Console) -> None:
    """Print each section; one without rows says so."""
    console.print(Text(f"party {found['party_id']}", style="bold"))
    if not found["is_personal_shown"]:
        console.print(Text("names as initials, no addresses", style="dim"))
    for section in SECTIONS:
        rows = found[section]
        console.print(Text(f"\n{section.replace('_', ' ')}: {len(rows)}", style="bold"))
        if rows:
            console.print(_lay_out(rows[:50]))


def _lay_out(rows: Sequence[Row]) -> Table:
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    table = Table(*names, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text("" if row[name] is None else str(row[name])) for name in names))
    return table
