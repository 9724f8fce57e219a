"""Builds the published DuckDB file of a date from the lake, beside the files that others are reading.

Belongs here: the order of the work, from the lake to a published release.
Belongs elsewhere: making the file (draft.py), where files stand (shelf.py), what changed (change.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tidewaiter.engine.duckdb import open_connection
from tidewaiter.lake import Lake, hash_file
from tidewaiter.policy import Policy
from tidewaiter.release import meta
from tidewaiter.release.change import write_changes
from tidewaiter.release.draft import Draft, Plan, draft_release
from tidewaiter.release.guide import write_guide
from tidewaiter.release.manifest import Manifest, TableEntry, list_sums
from tidewaiter.release.shelf import CHANGES, README, Shelf, name_revision

READ_ONLY = 0o444


@dataclass(frozen=True)
class ReleaseResult:
    """The newest release of a date; `is_new` is False when it already had the content that was to be published."""

    path: Path
    manifest: Manifest
    is_new: bool

    @property
    def rows_n(self) -> dict[str, int]:
        return {table.name: table.rows_n for table in self.manifest.tables}


def build_release(lake: Lake, policy: Policy, releases: Path, on: date) -> ReleaseResult:
    """Publish the date's DuckDB file, or find that the newest one has its content already.

    A published file is never touched: other content becomes the next revision, with a line in CHANGES.md.

    Raises:
        PartitionMissingError: the night has not published a table that a release reads.
        TidewaiterError: the night ran under another policy, or a release has lost its manifest.
    """
    shelf = Shelf(releases)
    published = tuple(shelf.manifests(on))
    with shelf.staging() as scratch:
        plan = Plan(on, scratch / "release", shelf.folder(on), published)
        plan.product.mkdir()
        with open_connection(policy.engine, scratch) as con:
            draft = draft_release(con, plan, lake, policy)
        result = _keep(shelf, plan) if draft is None else _publish(shelf, plan, draft)
    shelf.refresh_latest()
    return result


def _publish(shelf: Shelf, plan: Plan, draft: Draft) -> ReleaseResult:
    manifest = _write_manifest(plan, draft)
    _write_guides(plan.product, [*plan.published, manifest])
    return ReleaseResult(shelf.publish(plan.product, plan.on, plan.names), manifest, is_new=True)


def _keep(shelf: Shelf, plan: Plan) -> ReleaseResult:
    """Leave the newest release as it is, and complete the guides if its build was killed before it wrote them."""
    newest = plan.published[-1]
    _write_guides(plan.product, plan.published)
    shelf.refresh_guides(plan.product, plan.on)
    return ReleaseResult(plan.folder / newest.file, newest, is_new=False)


def _write_manifest(plan: Plan, draft: Draft) -> Manifest:
    """Write the manifest and the SHA-256 sums of a product, whose files nobody may write to from here on."""
    file = plan.product / plan.names.file
    manifest = Manifest(
        date=plan.on,
        revision=plan.revision,
        file=file.name,
        file_sha256=hash_file(file),
        file_bytes=file.stat().st_size,
        storage_version=meta.STORAGE_VERSION,
        duckdb_version=duckdb.__version__,
        tables=tuple(_describe_table(plan, draft, name) for name in meta.TABLES),
        origin=draft.origin,
        change=draft.change,
    )
    (plan.product / plan.names.manifest).write_text(manifest.to_json(), encoding="utf-8")
    paths = [path for path in plan.product.rglob("*") if path.is_file()]
    (plan.product / plan.names.sums).write_text(list_sums(plan.product, paths), encoding="utf-8")
    for path in (*paths, plan.product / plan.names.sums):
        path.chmod(READ_ONLY)
    return manifest


def _describe_table(plan: Plan, draft: Draft, name: str) -> TableEntry:
    copy = f"{plan.names.parquet}/{name}.parquet"
    return TableEntry(
        name=name,
        rows_n=draft.rows_n[name],
        content_sha256=draft.digests[name],
        parquet=copy,
        parquet_sha256=hash_file(plan.product / copy),
    )


def _write_guides(folder: Path, manifests: Iterable[Manifest]) -> None:
    ordered = list(manifests)
    newest = ordered[-1]
    guide = write_guide(newest, name_revision(newest.date, newest.revision))
    (folder / README).write_text(guide, encoding="utf-8")
    (folder / CHANGES).write_text(write_changes(ordered), encoding="utf-8")
