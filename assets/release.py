"""The published DuckDB file of a date.

Belongs here: the release asset.
Belongs elsewhere: building the file (tidewaiter/release).
"""

import dagster as dg

from assets.scoring import SCORE_TABLES
from assets.table import OWNERS, asset_key
from pipelines.partitions import DAILY
from pipelines.resources import Workspace
from tidewaiter.release.build import build_release


@dg.asset(
    key=["mart", "release"],
    group_name="release",
    owners=[OWNERS["policy"]],
    kinds={"duckdb"},
    tags={"layer": "mart"},
    partitions_def=DAILY,
    deps=[asset_key(table) for table in (*SCORE_TABLES, "core.shipment", "core.landed_file", "core.line_duty")],
    pool="duckdb_writer",
    description="One dated, read-only DuckDB file that policy staff query, beside its manifest and Parquet copies.",
)
def release(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
    """The file is built aside and moved into place; an earlier release of the date stays as it was."""
    with workspace.open(context) as work:
        built = build_release(work.lake, work.policy, work.settings.releases, work.on)
        return dg.MaterializeResult(
            metadata={"release": dg.MetadataValue.path(built.path), "is_new": built.is_new, "rows": built.rows_n}
        )


RELEASE_ASSETS = [release]
