"""The home of one run: its lake, its policy with the proof's capacities, and nights that enter from a world's days.

Belongs here: rows of a day into the lake, lists that stay in force, the stages that a policy needs.
Belongs elsewhere: the stages (tidewaiter/night), choosing (chooser/), the days' order (loop.py).
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl
import yaml

from tidewaiter.ingest.built_from import MADE_TABLES
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.landed import list_dates
from tidewaiter.ingest.reference import find_next_change, list_tables
from tidewaiter.ingest.registry import SHIPMENT_FEEDS
from tidewaiter.night.given import give_rows
from tidewaiter.night.landing import FINDING_FEED
from tidewaiter.night.run import Runner, open_runner
from tidewaiter.night.stage import Stage
from tidewaiter.night.table import LIST_KINDS, find_stage, list_needed
from tidewaiter.policy import Queues, load_policy
from tidewaiter.prove.targeting.world import Day
from tidewaiter.settings import SHIPPED_POLICY, Settings

# Feeds whose days are texts, with the ending of their files; tables of which a file's name states the release.
DOCUMENT_ENDINGS = {"ocean_x12_309": "edi", "truck_manifest": "jsonl"}
RELEASED, RELEASE_TIME = "raw.ocean_ams_", "T15:00:00Z"
# What a model is trained on; what else later nights look back on is in MADE_TABLES.
LEARNED_FROM = ("outcome.label", "feature.shipment")


@dataclass
class Home:
    """A lake at work on one night after the other."""

    runner: Runner
    stages: tuple[Stage, ...]
    lists_made_on: date | None = None
    lists_hold_until: date | None = None
    silent: dict[str, date] = field(default_factory=dict)

    def enter(self, day: Day) -> None:
        """Publish the day's rows as raw tables, those of findings only where a stage reads them."""
        needed = {name for stage in self.stages for name in stage.inputs}
        for feed in (*SHIPMENT_FEEDS, FINDING_FEED):
            if f"raw.{feed.noun}" in needed:
                self._enter_feed(feed, day)

    def _enter_feed(self, feed: Feed, day: Day) -> None:
        if texts := {name: text for (noun, name), text in day.documents.items() if noun == feed.noun and text}:
            self._read_documents(feed, texts, day.on)
            return
        rows = {
            table: _state_release(day.tables[table], table, day.on)
            for table in feed.tables
            if table in day.tables and day.tables[table].height
        }
        if not rows and feed.noun in self.silent:
            for table in (*feed.tables, f"raw.{feed.noun}_file"):
                self.runner.lake.repeat(table, self.silent[feed.noun], day.on)
            return
        with self.runner.open(day.on, "enter") as night:
            give_rows(night, feed, rows)
        if not rows:
            self.silent[feed.noun] = day.on

    def _read_documents(self, feed: Feed, texts: Mapping[str, str], on: date) -> None:
        """Publish the feed's raw tables from texts, by the reader of its files: they have no rows before that."""
        landing = self.runner.scratch / "landed"
        folder = landing / feed.folder / on.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.{DOCUMENT_ENDINGS[feed.noun]}").write_text(text, encoding="utf-8", newline="")
        replace(self.runner, settings=replace(self.runner.settings, landing=landing)).read_landed([feed], on)
        shutil.rmtree(landing)

    def run(self, on: date) -> None:
        """Publish what the stages make of the date."""
        self._keep_lists(on)
        self.runner.run_stages([stage for stage in self.stages if not _is_list(stage)], on)

    def _keep_lists(self, on: date) -> None:
        """Publish the lists in force: anew on the first date, for a new edition, and when a row begins or ends."""
        kinds = [kind for kind in LIST_KINDS if find_stage(f"{kind}_in_force") in self.stages]
        if self.lists_made_on is not None and (self.lists_hold_until is None or on < self.lists_hold_until):
            for kind in kinds:
                for table in list_tables(LIST_KINDS[kind]):
                    if self.runner.is_kept(table):
                        self.runner.lake.repeat(table, self.lists_made_on, on)
            return
        self.runner.read_landed([feed for kind in kinds for feed in LIST_KINDS[kind]], on)
        changes = [self._make_lists(kind, on) for kind in kinds]
        self.lists_made_on = on
        self.lists_hold_until = min((each for each in changes if each is not None), default=None)

    def _make_lists(self, kind: str, on: date) -> date | None:
        with self.runner.open(on, "lists") as night:
            self.runner.publish(night, find_stage(f"{kind}_in_force").run(night))
            change = find_next_change(night.con, LIST_KINDS[kind], on)
        landing = self.runner.settings.landing
        editions = [day for feed in LIST_KINDS[kind] for day in list_dates(landing, feed) if day > on]
        return min([*editions, *([change] if change else [])], default=None)


def _state_release(rows: pl.DataFrame, table: str, on: date) -> pl.DataFrame:
    """Return rows of a release with the time that its file's name would state."""
    if not table.startswith(RELEASED) or "release_at" in rows.columns:
        return rows
    return rows.with_columns(release_at=pl.lit(f"{on.isoformat()}{RELEASE_TIME}"))


def _is_list(stage: Stage) -> bool:
    return stage.name.endswith("_in_force")


@contextmanager
def open_home(folder: Path, landing: Path, tables: Sequence[str]) -> Iterator[Home]:
    """Yield the home of a folder whose policy is there, with the stages that make these tables.

    Args:
        landing: where the dated lists are.
    """
    settings, stages = Settings(folder, landing, folder / "policy"), list_needed(tables)
    keeps = {*tables, *MADE_TABLES, *LEARNED_FROM, *(name for stage in stages for name in stage.inputs)}
    with open_runner(settings, load_policy(settings.policy), keeps, is_passing=True) as runner:
        yield Home(runner, stages)


def write_policy(
    folder: Path,
    capacities: dict[str, int],
    *,
    is_random: bool,
    changes: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> None:
    """Write the policy of a home: the shipped one, with these capacities, on one processor.

    Args:
        is_random: whether all exams are drawn, as in the warm-up.
        changes: by file, what else is to be other than shipped; a mapping changes only the entries that it names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, figures in sorted(changes.items()):
        _write(folder / name, _change(_read_shipped(name), figures))
    shipped = _change(_read_shipped("queues.yml"), changes.get("queues.yml", {}))
    ports = {port: {"team": "exam", "capacity": capacity} for port, capacity in sorted(capacities.items())}
    changed = {"ports": ports, "default_capacity": 1} | ({"random_share": 1.0} if is_random else {})
    queues = Queues.model_validate({**shipped, **changed})
    _write(folder / "queues.yml", queues.model_dump(mode="json"))
    _write(folder / "engine.yml", {**_read_shipped("engine.yml"), "threads": 1, "memory_limit": "2GB"})


def _read_shipped(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((SHIPPED_POLICY / name).read_text(encoding="utf-8"))
    return content


def _change(content: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with other figures, entry by entry where a figure is a mapping."""
    changed = {
        name: {**content[name], **figure} if isinstance(figure, Mapping) else figure for name, figure in figures.items()
    }
    return {**content, **changed}


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=True), encoding="utf-8")


def share_capacity(ports: pl.Series, share: float) -> dict[str, int]:
    """Return each port's exams a night: its part of this share of the shipments, and one at least."""
    counted = ports.value_counts().sort(ports.name)
    return {port: max(1, round(share * shipments_n)) for port, shipments_n in counted.iter_rows()}


def link_lake(source: Path, target: Path) -> None:
    """Make the target a copy of the lake whose files are those of the source: what is published later replaces them."""
    shutil.copytree(source, target, copy_function=_link)


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
