"""One party as the lake knows it up to a date: spellings and why they are one, identifiers, shipments, hits, findings.

Belongs here: finding the party, gathering its rows, laying them out.
Belongs elsewhere: who is one party (tidewaiter/parties), masking (evidence.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidewaiter.errors import PartyError
from tidewaiter.lake import Lake
from tidewaiter.parties.crosswalk import FOUNDED, LINK, PARTY, follow_merges, list_merged, list_parted
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


@dataclass(frozen=True)
class Known:
    """What the lake holds up to a date, or up to the newest one; tables are read as far as rows are asked for."""

    lake: Lake
    on: date | None

    def scan(self, table: str, dated: str) -> pl.LazyFrame:
        """Return every partition of a table up to the date, with the date of each row."""
        days = [day for day in self.lake.dates(table) if self.on is None or day <= self.on]
        if not days:
            raise PartyError(f"nothing of {table} is published up to {self.on}.", fix="run `tidewaiter nightly` first")
        parts = [
            pl.scan_parquet(self.lake.path(table, day), hive_partitioning=False).with_columns(pl.lit(day).alias(dated))
            for day in days
        ]
        return pl.concat(parts)


@dataclass(frozen=True)
class Asked:
    """A party that was found.

    Attributes:
        ids: what the party is called, then what the parties were called that became it.
        links: its rows of the crosswalk; none where it has no usable name.
        spellings: its spellings as filed.
        accounts: of it as a seller, which shipments name it by where they have one.
    """

    ids: tuple[str, ...]
    links: pl.DataFrame
    spellings: pl.DataFrame
    accounts: tuple[str, ...]


def read_party(lake: Lake, on: date | None, asked: str, policy: Policy, *, show_personal: bool) -> Row:
    """Return what is known up to the date, the newest one without it, of the party of an id, a name or an account.

    Raises:
        PartyError: no party has the id or the name, naming those with the likest names; or several have the name.
    """
    known = Known(lake, on)
    moved = known.scan(PARTY, "changed_on").filter(pl.col("change") != FOUNDED).collect()
    moved = moved.sort("changed_on", "change", "party_id", "spelling_id")
    roots = follow_merges(list_merged(moved))
    links = _scan_links(known, moved, roots)
    found = _gather(known, links, _find(known, links, roots, asked, policy, show_personal=show_personal), roots)
    names = [*found.ids, *found.accounts]
    shipments = _read_shipments(known, names)
    findings = known.scan("outcome.finding", "matched_on")
    findings = findings.filter(pl.col("shipment_id").is_in(shipments["shipment_id"].unique().implode()))
    told = pl.col("party_id").is_in(found.ids) | pl.col("other_id").is_in(found.ids)
    changes = known.scan(PARTY, "changed_on").filter(told).collect().sort("changed_on", "party_id", "change")
    masked = {
        "spellings": mask_rows("party.alias", found.spellings.to_dicts(), show_personal=show_personal),
        "links": mask_rows(LINK, found.links.select(LINK_COLUMNS).to_dicts(), show_personal=show_personal),
        "list_hits": mask_rows("party.hit", _read_hits(known, shipments).to_dicts(), show_personal=show_personal),
    }
    return {
        "party_id": found.ids[0],
        "is_personal_shown": show_personal,
        **masked,
        "changes": changes.to_dicts(),
        "shipments": shipments.to_dicts(),
        "findings": findings.collect().unique("finding_id", keep="last").sort("finding_id").to_dicts(),
    }


def _scan_links(known: Known, moved: pl.DataFrame, roots: dict[str, str]) -> pl.LazyFrame:
    """Return the links with root_id, the party that each spelling is of now: its own where a person has parted it."""
    parted = list_parted(moved).unique("spelling_id", keep="first", maintain_order=True)
    links = known.scan(LINK, "linked_on")
    apart = pl.col("spelling_id").replace_strict(parted["spelling_id"], parted["party_id"], default=pl.col("party_id"))
    return links.with_columns((apart if parted.height else pl.col("party_id")).replace(roots).alias("root_id"))


def _find(
    known: Known, links: pl.LazyFrame, roots: dict[str, str], asked: str, policy: Policy, *, show_personal: bool
) -> str:
    """Return the id of today of the party that is asked for."""
    party = roots.get(asked, asked)
    aliases = known.scan("party.alias", "seen_on")
    if _has_rows(links.filter(pl.col("root_id") == party)) or _has_rows(aliases.filter(pl.col("party_id") == party)):
        return party
    sold = _read_sellers(known).filter(pl.col("account") == asked).collect()["name"].drop_nulls()
    names = [asked, *sold.unique().sort()]
    keys = pl.DataFrame({"name": names}).select(name_key(pl.col("name"), policy.words)).to_series().drop_nulls()
    found = links.filter(pl.col("name_key").is_in(keys.implode())).select("root_id").unique().collect()["root_id"]
    if found.len() == 1:
        return str(found[0])
    if found.len():
        some, more = found.sort().head(NEAR_N), max(found.len() - NEAR_N, 0)
        told = ", ".join([*some, *([f"{more} more"] if more else [])])
        raise PartyError(f"{found.len()} parties have that name: {told}.", fix="ask for one of them by its id")
    near = _list_near(links, keys[0] if keys.len() else asked, show_personal=show_personal)
    raise PartyError(f"no party has the id or name {asked!r}.", fix=f"the nearest are {', '.join(near) or 'none'}")


def _has_rows(rows: pl.LazyFrame) -> bool:
    return rows.head(1).collect().height > 0


def _list_near(links: pl.LazyFrame, key: str, *, show_personal: bool) -> list[str]:
    """Return the parties with the likest names: their ids, and the names where they may be shown."""
    from rapidfuzz import fuzz, process

    names = links.select("name_key", "root_id").unique().collect().sort("name_key", "root_id")
    best = process.extract(key, names["name_key"].to_list(), scorer=fuzz.ratio, limit=NEAR_N)
    return [f"{names['root_id'][at]} ({name if show_personal else _initials(name)})" for name, _, at in best]


def _initials(name: str) -> str:
    return "".join(f"{word[0].upper()}." for word in name.split())


def _gather(known: Known, links: pl.LazyFrame, party: str, roots: dict[str, str]) -> Asked:
    """Return the party with its earlier ids, links, spellings and accounts."""
    ids = (party, *sorted(old for old, root in roots.items() if root == party))
    own = links.filter(pl.col("root_id") == party).collect().sort("linked_on", "spelling_id")
    aliases = known.scan("party.alias", "seen_on")
    is_own = pl.col("spelling_id").is_in(own["spelling_id"].implode())
    # A name that is none has no link: it is known by what the night called it.
    nameless = pl.col("party_id") == party if own.is_empty() else pl.lit(value=False)
    spellings = aliases.filter(is_own | nameless).group_by(ALIAS_COLUMNS).agg(
        pl.col("seen_on").min().alias("first_on"), pl.col("seen_on").max().alias("last_on"), pl.col("shipments_n").sum()
    )  # fmt: skip
    told = spellings.collect().sort("first_on", "spelling_id")
    # A seller is known by its name alone.
    sellers = told.filter(pl.col("address").is_null() & pl.col("country").is_null())["name"]
    accounts = _read_sellers(known).filter(pl.col("name").is_in(sellers.implode())).collect()["account"]
    return Asked(ids, own, told, tuple(accounts.unique().sort()))


def _read_sellers(known: Known) -> pl.LazyFrame:
    sellers = known.scan("core.shipment_party", "landed_on").filter(pl.col("role") == "seller")
    return sellers.filter(pl.col("account").is_not_null()).select("name", "account")


def _read_shipments(known: Known, ids: Sequence[str]) -> pl.DataFrame:
    """Return a row for each shipment, role and date of landing of the parties."""
    entity = known.scan("party.shipment_entity", "landed_on")
    parts = [
        entity.filter(pl.col(column).is_in(ids)).select(
            "landed_on", "shipment_id", pl.lit(role).alias("role"), "value_usd"
        )
        for column, role in ROLES.items()
    ]
    return pl.concat(parts).collect().sort("landed_on", "shipment_id", "role")


def _read_hits(known: Known, shipments: pl.DataFrame) -> pl.DataFrame:
    """Return what lists may mean the party by in its shipments, each once a night."""
    keys = ["shipment_id", "role"]
    hits = known.scan("party.hit", "screened_on").filter(
        pl.col("shipment_id").is_in(shipments["shipment_id"].unique().implode())
    )
    own = hits.collect().join(shipments.select(keys).unique(), on=keys, how="semi")
    return own.drop("shipment_id").unique().sort(pl.all())


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
