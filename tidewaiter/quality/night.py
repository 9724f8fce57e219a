"""Everything that was found about one night, read from the lake: results, figures, files, and the nights before.

Belongs here: reading it, also of a night that was stopped half-way.
Belongs elsewhere: writing it (store.py), wording it for people (page.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data_quality.expectation import index_measures
from data_quality.expectation_policy import Expectations
from data_quality.past import Past
from data_quality.statistic import ALL, Measure
from tidewaiter.errors import PartitionMissingError
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.lake import Lake
from tidewaiter.quality.store import CHECK, MEASURE, RESULT, list_parts, read_measures

# How many nights the page's lines and strips show, the night itself included.
TREND_NIGHTS = 30


@dataclass(frozen=True)
class Result:
    """A row of `quality.result`."""

    table_name: str
    source: str
    rule: str
    column_name: str | None
    severity: str
    passed: bool | None
    evaluated_n: int | None
    unexpected_n: int | None
    observed: str | None
    bound: str | None
    note: str | None
    error: str | None
    evaluated_by: str

    @property
    def stops(self) -> bool:
        """Whether the night could not go on because of it; further checks only say what is wrong."""
        is_fatal = self.severity == "error" or self.error is not None
        return self.passed is False and is_fatal and self.source != CHECK


@dataclass(frozen=True)
class FileState:
    """What became of one landed file."""

    feed: str
    file: str
    status: str
    cause: str | None
    fix: str | None
    notes: str | None


@dataclass(frozen=True)
class NightQuality:
    """What was found about one night; `past` is what counts as usual, `shown` what the page's lines show."""

    on: date
    expectations: Expectations
    results: tuple[Result, ...]
    values: Mapping[tuple[str, str, str, str], float]
    past: Past
    shown: Past
    files: tuple[FileState, ...]

    def value(self, table: str, measure: str, column: str = ALL, code: str = ALL) -> float | None:
        """Return a figure of the night; None when it has none."""
        return self.values.get((table, column, measure, code))

    def series(self, table: str, measure: str, column: str = ALL, code: str = ALL) -> dict[date, float]:
        """Return a figure of the nights shown, that of the night itself included."""
        tonight = self.value(table, measure, column, code)
        found = dict(self.shown.series(table, column, measure, code))
        return found if tonight is None else {**found, self.on: tonight}

    @property
    def stops(self) -> tuple[Result, ...]:
        """What stopped the night."""
        return tuple(each for each in self.results if each.stops)


def read_night(lake: Lake, expectations: Expectations, on: date) -> NightQuality:
    """Return what is known about a night.

    What the steps left counts, so that a night that was stopped is told of too.

    Raises:
        PartitionMissingError: no step of the date has left anything.
    """
    frames = {table: _read_tonight(lake, table, on) for table in (RESULT, MEASURE)}
    measures = [Measure(*row) for row in frames[MEASURE].sort(pl.all()).iter_rows()]
    ordered = frames[RESULT].sort("table_name", "source", "rule")
    wide = expectations.usual.model_copy(update={"window_days": TREND_NIGHTS - 1})
    before = _read_before(lake, on, max(expectations.usual.window_days, TREND_NIGHTS))
    return NightQuality(
        on=on,
        expectations=expectations,
        results=tuple(Result(*row) for row in ordered.iter_rows()),
        values=index_measures(measures),
        past=Past(expectations.usual, on, before),
        shown=Past(wide, on, before),
        files=tuple(state for feed in FEEDS for state in _read_files(lake, feed, on)),
    )


def _read_tonight(lake: Lake, table: str, on: date) -> pl.DataFrame:
    paths = list_parts(lake, table, on) or [lake.path(table, on)]
    if not paths[0].exists():
        raise PartitionMissingError(
            f"nothing is known about the data of {on}.", fix=f"run `tidewaiter nightly --date {on}` first"
        )
    return pl.concat([pl.read_parquet(path, hive_partitioning=False) for path in paths])


def _read_before(lake: Lake, on: date, days: int) -> list[tuple[date, Measure]]:
    earlier = [on - timedelta(days=back) for back in range(days, 0, -1)]
    paths = {day: path for day in earlier if (path := lake.path(MEASURE, day)).exists()}
    return [(day, each) for day, path in paths.items() for each in read_measures(path)]


def _read_files(lake: Lake, feed: Feed, on: date) -> list[FileState]:
    """Return what became of a feed's files: as judged, or as read where the night got no further."""
    found: dict[str, FileState] = {}
    for table in (f"raw.{feed.noun}_file", f"held.{feed.noun}_file"):
        path = lake.path(table, on)
        if path.exists():
            rows = pl.read_parquet(path, hive_partitioning=False).sort("file").iter_rows(named=True)
            states = [
                FileState(feed.noun, row["file"], row["status"], row["cause"], row["fix"], row["notes"]) for row in rows
            ]
            # Rows are judged of files that were accepted; files judged on an earlier run of the date may be gone.
            read = {name for name, each in found.items() if each.status == "accepted"}
            found |= {each.file: each for each in states if table.startswith("raw.") or each.file in read}
    return list(found.values())
