"""Rows that are given, not read from files, as the raw partitions of a date: text, with where each row is from.

Belongs here: giving rows to the raw tables of a feed.
Belongs elsewhere: reading files (tidewaiter/ingest), where given rows come from (tidewaiter/prove/targeting).
"""

import hashlib
from collections.abc import Mapping

import numpy as np
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.errors import ContractError
from tidewaiter.ingest.feed import Feed, LandedFile
from tidewaiter.ingest.raw_table import create_raw_table, insert_rows, raw_rows
from tidewaiter.ingest.reading import FileRecord, register_records
from tidewaiter.night.context import Night
from tidewaiter.night.landing import publish_files, publish_rows

# A file's header is its first line.
FIRST_LINE = 2


def give_rows(night: Night, feed: Feed, tables: Mapping[str, pl.DataFrame]) -> None:
    """Publish the feed's raw partitions of the date with these rows, as if one file a table had landed with them.

    Args:
        tables: raw table -> rows, every column text; a table that is not there has no rows.

    Raises:
        ContractError: a table has a column that its contract does not promise, or one that is not text.
    """
    records = []
    for table in feed.tables:
        create_raw_table(night.con, table)
        rows = tables.get(table)
        if rows is not None and rows.height:
            records.append(_insert(night, feed, table, rows))
    register_records(night.con, feed, records)
    publish_files(night, feed)
    publish_rows(night, feed)


def _insert(night: Night, feed: Feed, table: str, rows: pl.DataFrame) -> FileRecord:
    contract = load_contract(table)
    odd = [name for name, kind in rows.schema.items() if name not in contract.column_names or kind != pl.String]
    if odd:
        raise ContractError(f"rows given for {table}: {', '.join(odd)} is not promised, or not text.")
    name = f"{feed.folder}/{night.on.isoformat()}/{contract.noun}.csv"
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    file = LandedFile(feed.folder, name, night.scratch, sha256, 0)
    columns = {column: rows[column].to_arrow() for column in rows.columns}
    lines = np.arange(FIRST_LINE, FIRST_LINE + rows.height)
    insert_rows(night.con, contract, raw_rows(contract, file, columns, lines))
    return FileRecord(feed.folder, name, sha256, 0, "accepted", rows.height)
