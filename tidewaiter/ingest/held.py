"""The held rows and refused files of a date, from whatever its last run has left.

Belongs here: reading them from the lake, judging the rows of a file that was refused for them.
Belongs elsewhere: masking and printing (tidewaiter/view/held_view.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.errors import PartitionMissingError
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.keeping import KeepRequest, keep_feed
from tidewaiter.ingest.trial import gather_codes
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy

ROW_SCHEMA = pl.Schema(
    {
        "feed": pl.String(),
        "record": pl.String(),
        "file": pl.String(),
        "line": pl.Int64(),
        "is_file_refused": pl.Boolean(),
        "broken_rules": pl.List(pl.String()),
        "raw_text": pl.String(),
    }
)


@dataclass(frozen=True)
class FeedHeld:
    """What a date has held of one feed.

    Attributes:
        files: one row a landed file, as in the ledger.
        rows: one row a held row, with `is_file_refused` where the whole file was refused for such rows.
    """

    feed: Feed
    files: pl.DataFrame
    rows: pl.DataFrame

    @property
    def rows_n(self) -> int:
        """How many rows came in the files that were accepted."""
        return self._sum("rows_n")

    @property
    def kept_n(self) -> int:
        """How many rows were kept."""
        return self._sum("kept_n")

    @property
    def held_n(self) -> int:
        """How many rows of accepted files are held."""
        return self._sum("held_n")

    @property
    def refused(self) -> pl.DataFrame:
        """The files that were refused, in name order."""
        return self.files.filter(pl.col("status") == "refused").sort("file")

    def _sum(self, column: str) -> int:
        return int(self.files.filter(pl.col("status") == "accepted")[column].sum() or 0)


def read_held(lake: Lake, on: date, feeds: Sequence[Feed], policy: Policy) -> list[FeedHeld]:
    """Return what the date has held of each feed that was read for it, in the order of the feeds.

    Raises:
        PartitionMissingError: the date has not been run.
    """
    found = [held for feed in feeds if (held := _read_feed(lake, on, feed, policy)) is not None]
    if not found:
        raise PartitionMissingError(
            f"nothing has been read for {on}.", fix=f"run `tidewaiter nightly --date {on}` first"
        )
    return found


def _read_feed(lake: Lake, on: date, feed: Feed, policy: Policy) -> FeedHeld | None:
    judged, read = lake.path(f"held.{feed.noun}_file", on), lake.path(f"raw.{feed.noun}_file", on)
    if judged.exists():
        files = pl.read_parquet(judged, hive_partitioning=False)
        rows = [_read_rows(lake, on, feed), _judge_refused(lake, on, feed, files, policy)]
        return FeedHeld(feed, files, pl.concat(rows))
    if read.exists():
        # The run ended before its rows were judged.
        files = pl.read_parquet(read, hive_partitioning=False)
        unjudged = [pl.lit(None, pl.Int64).alias(name) for name in ("kept_n", "held_n")]
        return FeedHeld(feed, files.with_columns(unjudged), pl.DataFrame(schema=ROW_SCHEMA))
    return None


def _read_rows(lake: Lake, on: date, feed: Feed) -> pl.DataFrame:
    rows = pl.read_parquet(lake.existing(f"held.{feed.noun}", on), hive_partitioning=False)
    return _shape(rows, feed, is_file_refused=False)


def _shape(rows: pl.DataFrame, feed: Feed, *, is_file_refused: bool) -> pl.DataFrame:
    named = rows.rename({"source_file": "file", "source_line": "line"}).with_columns(
        feed=pl.lit(feed.noun), is_file_refused=pl.lit(is_file_refused)
    )
    return named.select(ROW_SCHEMA.names()).cast(ROW_SCHEMA).sort("file", "line", "record")


def _judge_refused(lake: Lake, on: date, feed: Feed, files: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the rows for which files were refused: read, split, and then not held, because nothing of the file is.

    The date is split again as the night did, but without the limit.
    """
    refused = files.filter(pl.col("status") == "refused", pl.col("rows_n") > 0)["file"].to_list()
    is_there = all(lake.path(table, on).exists() for table in feed.tables)
    if not refused or not is_there:
        return pl.DataFrame(schema=ROW_SCHEMA)
    limits = policy.ingest.model_copy(update={"max_held_share": 1.0})
    columns = ", ".join(load_contract(f"held.{feed.noun}").column_names)
    with lake.staging() as scratch, open_connection(policy.engine, scratch) as con:
        keep_feed(con, feed, KeepRequest(lake, on, gather_codes(policy), limits))
        rows = con.sql(f"select {columns} from held_{feed.noun}").pl()
    return _shape(rows.filter(pl.col("source_file").is_in(refused)), feed, is_file_refused=True)
