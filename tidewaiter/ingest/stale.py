"""Which dates are no longer what their files, the rules and earlier dates would make of them, and why.

Belongs here: comparing what landed and what holds now with what each date's ledger and build record say.
Belongs elsewhere: building dates (pipelines/night.py), the records themselves (ledger.py, built_from.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import polars as pl

from tidewaiter.ingest.built_from import BUILT_FROM, LOOKED_BACK, MADE, RULE, list_rules, print_made
from tidewaiter.ingest.landed import list_dates, list_files, name_file
from tidewaiter.ingest.ledger import LEDGER
from tidewaiter.ingest.registry import DATED_FEEDS, FEEDS
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy

# The last tables of a past date; they are there when everything before them is.
LAST_TABLES = ("quality.measure", LEDGER, BUILT_FROM)
NOT_BUILT, FILES, LOOKS_BACK = "not_built", "files", "looks_back"
OWN = (NOT_BUILT, FILES)


@dataclass(frozen=True)
class Cause:
    """Why a date is stale: its kind (not_built, files, looks_back, or the name of a rule) and what was found."""

    kind: str
    found: str


@dataclass(frozen=True)
class StaleDate:
    """A date with every cause for which it has to be built, or built again."""

    on: date
    causes: tuple[Cause, ...]

    @property
    def is_own(self) -> bool:
        """Whether the date's own files are the cause, so that a night before which it lies builds it by itself."""
        return any(cause.kind in OWN for cause in self.causes)


def list_stale_dates(lake: Lake, landing: Path, before: date, days: int) -> list[date]:
    """Return the dates of the window that landed but are not published, or whose files are not those of the ledger.

    A landed file never changes, so its name and size tell whether it was there.
    """
    first = before - timedelta(days=days)
    return [day for day in _list_landed(landing) if first <= day < before and find_own_cause(lake, landing, day)]


def find_stale(lake: Lake, landing: Path, policy: Policy) -> list[StaleDate]:
    """Return every date that is stale, ascending, up to the newest one that is built.

    A date that was never built counts as far back as a night after the newest built one looks.
    """
    built = _list_built(lake)
    if not built:
        return []
    first = built[-1] - timedelta(days=policy.history.window_days)
    days = [day for day in _list_landed(landing) if day <= built[-1] and (day in built or day >= first)]
    own = {day: cause for day in days if (cause := find_own_cause(lake, landing, day))}
    records = _Records(lake, policy)
    found = [
        StaleDate(day, (*([own[day]] if day in own else []), *records.find_causes(day, sorted(own)))) for day in days
    ]
    return [each for each in found if each.causes]


def find_own_cause(lake: Lake, landing: Path, on: date) -> Cause | None:
    """Return why the date has to be built whatever other dates are: it is not, or its files have changed."""
    if not _is_built(lake, on):
        return Cause(NOT_BUILT, "landed and is not built")
    changed = list(_list_changes(lake, landing, on))
    return Cause(FILES, "; ".join(changed)) if changed else None


def _is_built(lake: Lake, on: date) -> bool:
    return all(lake.path(table, on).exists() for table in LAST_TABLES)


def _list_built(lake: Lake) -> list[date]:
    return [day for day in lake.dates(LEDGER) if _is_built(lake, day)]


def _list_landed(landing: Path) -> list[date]:
    return sorted({day for feed in DATED_FEEDS for day in list_dates(landing, feed)})


def _list_changes(lake: Lake, landing: Path, on: date) -> Iterator[str]:
    """Say of each file of the date whether it is new, gone or of another size, in name order."""
    ledger = pl.read_parquet(lake.path(LEDGER, on), columns=["file", "size_bytes"], hive_partitioning=False)
    snapshots = tuple(feed.folder + "/" for feed in FEEDS if feed.is_snapshot)
    then = {file: size for file, size in ledger.iter_rows() if not file.startswith(snapshots)}
    paths = [path for feed in DATED_FEEDS for path in list_files(landing, feed, on)]
    now = {name_file(landing, path): path.stat().st_size for path in paths}
    for file in sorted(then.keys() | now.keys()):
        if file not in then:
            yield f"{file} is new"
        elif file not in now:
            yield f"{file} is gone"
        elif then[file] != now[file]:
            yield f"{file} has changed"


@dataclass(frozen=True)
class _Records:
    """The build records of a lake, beside the rules in force."""

    lake: Lake
    policy: Policy

    @cached_property
    def _by_date(self) -> Mapping[date, Mapping[str, Mapping[str, str]]]:
        """Date -> part -> name -> fingerprint."""
        paths = [self.lake.path(BUILT_FROM, day) for day in self.lake.dates(BUILT_FROM)]
        found: dict[date, dict[str, dict[str, str]]] = {}
        if paths:
            frame = pl.read_parquet(paths, hive_partitioning=True, try_parse_hive_dates=True)
            for day, part, name, fingerprint in frame.select("date", "part", "name", "fingerprint").iter_rows():
                found.setdefault(day, {RULE: {}, LOOKED_BACK: {}, MADE: {}})[part][name] = fingerprint
        return found

    @cached_property
    def _made(self) -> Mapping[date, str]:
        return {day: print_made(sorted(parts[MADE].items())) for day, parts in self._by_date.items()}

    @cached_property
    def _rules(self) -> Mapping[str, str]:
        return list_rules(self.policy)

    def find_causes(self, on: date, own: Sequence[date]) -> Iterator[Cause]:
        """Yield what has changed beside the date's files since it was built; nothing for a date without a record.

        Args:
            own: dates that are stale by their own files, ascending.
        """
        if on not in self._by_date:
            return
        past = self._by_date[on]
        for name, version in self._rules.items():
            if past[RULE].get(name) != version:
                yield Cause(name, f"built with {name} {past[RULE].get(name, 'not recorded')}, now {version}")
        first = on - timedelta(days=self.policy.history.look_back_days)
        waiting = [day for day in own if first <= day < on]
        rebuilt = [
            day
            for day, made in sorted(self._made.items())
            if first <= day < on and past[LOOKED_BACK].get(day.isoformat()) != made and day not in waiting
        ]
        yield from _say_dates(waiting, "to be built again")
        yield from _say_dates(rebuilt, "built again since")


def _say_dates(days: Sequence[date], what: str) -> Iterator[Cause]:
    if days:
        yield Cause(LOOKS_BACK, f"looks back on {name_spans(days)}, {what}")


def name_spans(days: Sequence[date]) -> str:
    """Return ascending dates in words, neighbours as `first to last`."""
    spans: list[list[date]] = []
    for day in days:
        if spans and day - spans[-1][-1] == timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return ", ".join(f"{each[0]} to {each[-1]}" if len(each) > 2 else ", ".join(map(str, each)) for each in spans)
