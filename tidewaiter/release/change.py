"""What is different between a release and the one it replaces, and why.

Belongs here: comparing rows by key, comparing origins, the lines of CHANGES.md.
Belongs elsewhere: when a release is made at all (build.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import count_rows, quote_text
from tidewaiter.release.manifest import Change, Input, Manifest, Origin, TableChange
from tidewaiter.release.meta import CONTENT
from tidewaiter.release.table import CATALOG, digest_row

BEFORE = "before"


def find_change(con: duckdb.DuckDBPyConnection, before: Manifest, file: Path, origin: Origin) -> Change:
    """Return how the release that `con` has open differs from the one in `file`, which `before` describes."""
    con.execute(f"attach {quote_text(str(file))} as {BEFORE} (read_only)")
    tables = [_compare(con, name) for name in CONTENT]
    con.execute(f"detach {BEFORE}")
    return Change(
        replaces=before.file,
        tables=tuple(each for each in tables if each.added_n or each.removed_n or each.changed_n),
        why=tuple(explain_origin(before.origin, origin)) or SAME_ORIGIN,
    )


def _compare(con: duckdb.DuckDBPyConnection, name: str) -> TableChange:
    keys, new = load_contract(name).key, load_contract(name).column_names
    old = _columns(con, name)
    if not set(keys) <= set(old):
        removed_n = count_rows(con, f"{BEFORE}.{name}") if old else 0
        return TableChange(name=name, added_n=count_rows(con, f"{CATALOG}.{name}"), removed_n=removed_n, changed_n=0)
    listed = ", ".join(f'"{key}"' for key in keys)
    added_n, removed_n, changed_n = con.execute(
        "select count(*) filter (where was is null), count(*) filter (where became is null), "
        "count(*) filter (where was <> became) "
        f"from (select {listed}, {digest_row(new)} as became from {CATALOG}.{name}) "
        f"full join (select {listed}, {digest_row(old)} as was from {BEFORE}.{name}) using ({listed})"
    ).fetchall()[0]
    return TableChange(name=name, added_n=added_n, removed_n=removed_n, changed_n=changed_n)


def _columns(con: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    found = con.execute(
        "select column_name from duckdb_columns() where database_name = $catalog and "
        "concat_ws('.', schema_name, table_name) = $name order by column_index",
        {"catalog": BEFORE, "name": name},
    ).fetchall()
    return [column for (column,) in found]


SAME_ORIGIN = ("landed files, model, policy and code are the same; the earlier dates or lists that it read are not",)


def explain_origin(before: Origin, after: Origin) -> Iterator[str]:
    """Yield what the newer release was made from that the older one was not."""
    yield from _explain_inputs(before.inputs, after.inputs)
    if before.model_versions != after.model_versions:
        yield f"model {_name(before.model_versions)} became {_name(after.model_versions)}"
    if before.policy_version != after.policy_version:
        yield f"policy {before.policy_version} became {after.policy_version}"
    if before.code_version != after.code_version:
        yield f"code {before.code_version} became {after.code_version}"


def _explain_inputs(before: Iterable[Input], after: Iterable[Input]) -> Iterator[str]:
    old, new = ({(each.feed, each.file): each for each in inputs} for inputs in (before, after))
    for place in sorted({*old, *new}):
        if change := _explain_input(old, new, place):
            yield f"landed file {place[1]} {change}"


def _explain_input(
    old: Mapping[tuple[str, str], Input], new: Mapping[tuple[str, str], Input], place: tuple[str, str]
) -> str | None:
    if place not in old:
        return f"is new ({new[place].status}, SHA-256 {new[place].sha256[:12]})"
    if place not in new:
        return "is gone"
    if old[place].sha256 != new[place].sha256:
        return f"has other content (SHA-256 {old[place].sha256[:12]} became {new[place].sha256[:12]})"
    return None if old[place].status == new[place].status else f"was {old[place].status} and is {new[place].status}"


def _name(versions: tuple[str, ...]) -> str:
    return ", ".join(versions) or "none"


def write_changes(manifests: Iterable[Manifest]) -> str:
    """Return the text of CHANGES.md: one line a release of the date, the first one first."""
    ordered = sorted(manifests, key=lambda manifest: manifest.revision)
    lines = [f"- `{each.file}`: {_summarise(each.change)}" for each in ordered]
    return f"# Releases of {ordered[0].date}\n\n" + "\n".join(lines) + "\n"


def _summarise(change: Change | None) -> str:
    if change is None:
        return "first release."
    tables = [f"{each.name} {_count(each)}" for each in change.tables]
    return f"replaces `{change.replaces}`. What changed: {'; '.join(tables)}. Why: {'; '.join(change.why)}."


def _count(table: TableChange) -> str:
    counts = (("added", table.added_n), ("removed", table.removed_n), ("changed", table.changed_n))
    return ", ".join(f"{n:,} {verb}" for verb, n in counts if n)
