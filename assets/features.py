"""Feature families of a date, then the joined feature table.

Belongs here: one asset a family, and their join.
Belongs elsewhere: the computation (tidewaiter/features), the catalog of features (catalog.yml).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.table import Event, name_outputs, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.family import FAMILY_INPUTS, missing_history
from tidewaiter.features.keyed import KEYED_FAMILIES
from tidewaiter.features.request import FeatureRequest
from tidewaiter.night.scoring import JOINED, ask_features, make_family, make_joined
from tidewaiter.night.table import FAMILIES, JOIN_INPUTS

GROUP = "features"
SQL_FAMILIES = frozenset(keyed.name for keyed in KEYED_FAMILIES)
HISTORY_CHECK = "history_complete"


def build_family_asset(family: str) -> dg.AssetsDefinition:
    """Return the asset of one feature family."""
    table = f"feature.{family}"
    has_history = family == "entity"
    history_checks = [dg.AssetCheckSpec(HISTORY_CHECK, asset=dg.AssetKey(["feature", family]))] if has_history else []

    @dg.multi_asset(
        name=f"compute_{family}",
        specs=[
            spec_table(
                table,
                group=GROUP,
                owner="targeting",
                kinds={"duckdb" if family in SQL_FAMILIES else "polars"},
                deps=FAMILY_INPUTS[family],
            )
        ],
        check_specs=[*spec_checks([table]), *history_checks],
    )
    def compute(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
        with workspace.open(context) as work:
            made = make_family(work, family)
            checks = {table: (_check_history(work, ask_features(work)),)} if has_history else {}
            yield from publish_tables(work, name_outputs(made, checks, describe_family(family)))

    return compute


def describe_family(family: str) -> dict[str, Any]:
    """Return the family's key and what each of its features means."""
    found = load_catalog().families[family]
    lines = ["| feature | meaning | source |", "|---|---|---|"]
    lines += [f"| {each.column} | {each.meaning} | {each.source} |" for each in load_catalog().of_family(family)]
    return {"key": ", ".join(found.key), "catalog": dg.MetadataValue.md("\n".join(lines))}


def _check_history(work: Work, request: FeatureRequest) -> dg.AssetCheckResult:
    missing = missing_history(request, work.settings.landing)
    days = ", ".join(day.isoformat() for day in missing)
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["feature", "entity"]),
        check_name=HISTORY_CHECK,
        description=f"landed and not built: {days}" if missing else None,
        passed=not missing,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "missing_dates": days,
            "fix": "materialize the missing dates in order, or run `tidewaiter nightly`, which does it",
        },
    )


FAMILY_ASSETS = [build_family_asset(family) for family in FAMILIES]


@dg.multi_asset(
    specs=[spec_table(JOINED, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=JOIN_INPUTS)],
    check_specs=spec_checks([JOINED]),
)
def joined_features(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Every catalogued feature of every shipment of the date, in one table."""
    with workspace.open(context) as work:
        yield from publish_tables(work, name_outputs(make_joined(work)))


FEATURE_ASSETS = [*FAMILY_ASSETS, joined_features]
