"""What the rows of a release came from: the run, its model and policy, the landed files.

Belongs here: reading them from the night's own tables.
Belongs elsewhere: how the manifest states them (manifest.py).
"""

import duckdb

import tidewaiter
from tidewaiter.errors import QualityError, TidewaiterError
from tidewaiter.policy import Policy
from tidewaiter.release.manifest import Input, Origin

STAMPED = (
    "(select run_id, model_version, policy_version from score_shipment "
    "union all select run_id, model_version, policy_version from queue_summary "
    "union all select run_id, model_version, policy_version from queue_item)"
)


def read_origin(con: duckdb.DuckDBPyConnection, policy: Policy) -> Origin:
    """Return what stands behind the sources that `con` has open.

    Raises:
        QualityError: they are of more than one run.
        TidewaiterError: they were made under another policy than the one given.
    """
    runs = _distinct(con, "run_id")
    if len(runs) > 1:
        raise QualityError(f"the night's tables are of {len(runs)} runs: {', '.join(runs)}.", fix="run the night again")
    policies = _distinct(con, "policy_version")
    if policies not in ([], [policy.version]):
        raise TidewaiterError(
            f"the night ran under policy {', '.join(policies)}, and the policy given is {policy.version}.",
            fix="run the night again under this policy, or name the night's own with --policy",
        )
    return Origin(
        run_id=runs[0] if runs else None,
        model_versions=tuple(_distinct(con, "model_version")),
        policy_version=policy.version,
        code_version=tidewaiter.__version__,
        inputs=_read_inputs(con),
    )


def read_ports(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the ports that the date's shipments and queues have, ascending."""
    rows = con.execute("select port_code from score_shipment union select port_code from queue_summary order by 1")
    return [code for (code,) in rows.fetchall()]


def _distinct(con: duckdb.DuckDBPyConnection, column: str) -> list[str]:
    return [value for (value,) in con.execute(f"select distinct {column} from {STAMPED} order by 1").fetchall()]


def _read_inputs(con: duckdb.DuckDBPyConnection) -> tuple[Input, ...]:
    rows = con.execute("select feed, file, sha256, status from core_landed_file order by feed, file").fetchall()
    return tuple(Input(feed=feed, file=file, sha256=sha256, status=status) for feed, file, sha256, status in rows)
