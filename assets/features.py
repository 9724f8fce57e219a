"""Feature families of a date, then the joined feature table.

Belongs here: one asset a family, and their join.
Belongs elsewhere: the computation (tidewaiter/features), the catalog of features (catalog.yml).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from assets.table import Event, Output, publish_tables, spec_checks, spec_table
from pipelines.resources import Work, Workspace
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.family import compute_family, join_families, missing_history
from tidewaiter.features.keyed import KEYED_FAMILIES
from tidewaiter.features.request import FeatureRequest

GROUP = "features"
SQL_FAMILIES = frozenset(keyed.name for keyed in KEYED_FAMILIES)
HISTORY_CHECK = "history_complete"
# price_day, entity_day and entity_outcome are read of earlier dates too. The graph names the date's own only: with the
# earlier ones in it, Dagster's backfill of some dates would go on to every later date, and take tables before dates.
INPUTS: dict[str, tuple[str, ...]] = {
    "shipment_fact": ("core.shipment",),
    "price": ("core.shipment", "party.price_day"),
    "entity": ("party.entity_day", "outcome.entity_outcome"),
    "change": ("party.entity_day", "party.mix_day", "party.change_state", "party.shipment_entity", "feature.entity"),
    "text": ("core.shipment",),
    "routing": ("core.shipment",),
    "placeholder": ("core.shipment", "core.shipment_party"),
    "list_hit": ("core.shipment", "party.hit"),
    "compliance": ("core.shipment", "core.shipment_regime", "core.compliance_signal", "party.shipment_entity"),
    "duty": ("core.shipment", "core.line_duty"),
}


def build_family_asset(family: str, deps: Sequence[str]) -> dg.AssetsDefinition:
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
                deps=deps,
            )
        ],
        check_specs=[*spec_checks([table]), *history_checks],
    )
    def compute(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
        with workspace.open(context) as work:
            request = FeatureRequest(work.lake, work.on, work.policy)
            relation = compute_family(work.con, family, request)
            checks = (_check_history(work, request),) if has_history else ()
            yield from publish_tables(work, [Output(table, relation, describe_family(family), checks)])

    return compute


def describe_family(family: str) -> dict[str, Any]:
    """Return the family's key and what each of its features means."""
    found = load_catalog().families[family]
    lines = ["| feature | meaning | source |", "|---|---|---|"]
    lines += [f"| {each.column} | {each.meaning} | {each.source} |" for each in load_catalog().of_family(family)]
    return {"key": ", ".join(found.key), "catalog": dg.MetadataValue.md("\n".join(lines))}


def _check_history(work: Work, request: FeatureRequest) -> dg.AssetCheckResult:
    missing = missing_history(request, work.settings.landing)
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["feature", "entity"]),
        check_name=HISTORY_CHECK,
        passed=not missing,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "missing_dates": ", ".join(day.isoformat() for day in missing),
            "fix": "materialize the missing dates in order, or run `tidewaiter nightly`, which does it",
        },
    )


FAMILY_ASSETS = [build_family_asset(family, INPUTS[family]) for family in load_catalog().families]
JOINED = "feature.shipment"
JOIN_INPUTS = ("core.shipment", "party.shipment_entity", *(f"feature.{each}" for each in load_catalog().families))


@dg.multi_asset(
    specs=[spec_table(JOINED, group=GROUP, owner="targeting", kinds={"duckdb"}, deps=JOIN_INPUTS)],
    check_specs=spec_checks([JOINED]),
)
def joined_features(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Every catalogued feature of every shipment of the date, in one table."""
    with workspace.open(context) as work:
        relation = join_families(work.con, FeatureRequest(work.lake, work.on, work.policy))
        yield from publish_tables(work, [Output(JOINED, relation)])


FEATURE_ASSETS = [*FAMILY_ASSETS, joined_features]
