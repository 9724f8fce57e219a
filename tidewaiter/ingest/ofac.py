"""The layout that the lists of the Office of Foreign Assets Control share: three files of entities, aliases, addresses.

Belongs here: which of the three a landed file is, and the marks of their age (no header, end-of-file byte).
Belongs elsewhere: which list it is (ofac_sdn.py, ofac_cons.py), reading CSV (delimited.py), mapping (sql/ofac).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from data_quality.contract import load_contract
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.delimited import read_delimited
from tidewaiter.ingest.feed import Feed, LandedFile, Link, Note

# The files end as CP/M files did: with one control-Z after the last line. It is no row.
END_OF_FILE = r"\s*\x1A\s*"
ROLES = ("entity", "alias", "address")


@dataclass(frozen=True)
class OfacList:
    """One list in this layout.

    Attributes:
        noun: its name as a feed.
        title: its name on pages.
        tables: official name of each file, lower case without ending -> its raw table: entities, aliases, addresses.
    """

    noun: str
    title: str
    tables: Mapping[str, str]

    def read_file(self, con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
        """Append one of the three files to its raw table.

        Raises:
            FileRefusedError: the name is that of none of the three.
        """
        contract = load_contract(self._find_table(file))
        notes = read_delimited(con, contract.table, file, header=contract.column_names)
        con.execute(
            f"""
            delete from raw_{contract.noun}
            where source_file = $file and reject_rule is not null and regexp_full_match(raw_text, $end)
            """,
            {"file": file.name, "end": END_OF_FILE},
        )
        return notes

    def _find_table(self, file: LandedFile) -> str:
        found = re.fullmatch(rf"(?:.*[^a-z])?({'|'.join(self.tables)})\.csv", file.plain_name)
        is_other = found and not found[1].startswith("cons_") and re.search(r"(^|[^a-z])cons[^a-z]", file.plain_name)
        if not found or is_other:
            first, second, third = (f"{name.upper()}.CSV" for name in self.tables)
            raise FileRefusedError(
                file.name, f"the name is none of {first}, {second} and {third}",
                fix="land the three files under their own names",
            )  # fmt: skip
        return self.tables[found[1]]


def build_feed(listed: OfacList) -> Feed:
    """Return the feed of a list in this layout."""
    entity, alias, address = tables = tuple(listed.tables.values())
    return Feed(
        folder=f"watchlist/{listed.noun}",
        noun=listed.noun,
        title=listed.title,
        tables=tables,
        read_file=listed.read_file,
        core_tables=("reference.watchlist_entry",),
        is_snapshot=True,
        links=tuple(Link(child=table, parent=entity, columns=("entity_id",)) for table in (alias, address)),
        needed_tables=tables,
        file_names=tuple((table, f"{name.upper()}.CSV") for name, table in listed.tables.items()),
        mapping="ofac",
        roles=tuple(zip(ROLES, tables, strict=True)),
    )
