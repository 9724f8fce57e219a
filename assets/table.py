"""How every asset here describes, validates, publishes and reports a table.

Belongs here: asset specs from contracts, the one way from a temp table to a published partition.
Belongs elsewhere: which tables there are (the asset modules), the checks themselves (data_quality).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import dagster as dg

from assets.expectation import (
    Judged,
    judge_relation,
    keep_findings,
    refuse_minima,
    report_expected,
)
from data_quality.checks import check_results, check_specs, expectation_spec, raise_on_errors
from data_quality.contract import Contract, load_contract
from data_quality.outcome import CheckOutcome
from pipelines.partitions import DAILY
from pipelines.resources import Work
from tidewaiter.engine.duckdb import count_rows, scan_parquet, write_table
from tidewaiter.night.stage import Made

OWNERS = {
    "engineering": "team:data-engineering",
    "targeting": "team:targeting-center",
    "policy": "team:trade-policy",
}
PREVIEW_ROWS = 5
Event = dg.MaterializeResult[None] | dg.AssetCheckResult


@dataclass(frozen=True)
class Output:
    """A temp table that is ready to be validated and published as an asset.

    Attributes:
        checks: results of further checks of the asset.
        companions: smaller tables that belong to the same asset.
        outcomes: rules already evaluated that count towards the asset's contract check.
        judged: what is expected of the asset and was judged before it was staged.
        is_ordered: whether the relation stands in the order of the table's key.
    """

    table: str
    relation: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[dg.AssetCheckResult, ...] = ()
    companions: tuple["Output", ...] = ()
    outcomes: tuple[CheckOutcome, ...] = ()
    judged: Judged | None = None
    is_ordered: bool = False

    @property
    def parts(self) -> tuple["Output", ...]:
        """The table itself and the ones published with it under the same asset."""
        return (self, *self.companions)


def asset_key(table: str) -> dg.AssetKey:
    """Return the key of a table: layer and noun."""
    return dg.AssetKey(table.split("."))


def spec_table(
    table: str,
    *,
    group: str,
    owner: str,
    kinds: Iterable[str],
    deps: Sequence[str | dg.AssetDep] = (),
    described_by: str = "",
) -> dg.AssetSpec:
    """Return the asset spec of a table, described by its contract or by that of another table."""
    contract = load_contract(described_by or table)
    return dg.AssetSpec(
        key=asset_key(table),
        deps=[asset_key(each) if isinstance(each, str) else each for each in deps],
        description=f"{contract.description}\n\nOne row: {contract.grain}.",
        group_name=group,
        owners=[OWNERS[owner]],
        kinds={*kinds, "parquet"},
        tags={"layer": table.split(".")[0]},
        partitions_def=DAILY,
        skippable=True,
        metadata={"dagster/column_schema": describe_columns(contract), "contract_version": contract.version},
    )


def spec_feed(table: str, parts: Sequence[str], *, group: str, deps: Sequence[str | dg.AssetDep] = ()) -> dg.AssetSpec:
    """Return the spec of an asset that stands for several tables of a feed, its columns named `table.column`."""
    spec = spec_table(table, group=group, owner="engineering", kinds={"duckdb"}, deps=deps, described_by=parts[0])
    if len(parts) == 1:
        return spec
    contracts = [load_contract(part) for part in parts]
    columns = [column for each in contracts for column in describe_columns(each, f"{each.noun}.").columns]
    return spec.merge_attributes(metadata={"dagster/column_schema": dg.TableSchema(columns=columns)})


def spec_checks(tables: Iterable[str]) -> list[dg.AssetCheckSpec]:
    """Return the checks of the tables by their contracts, and by what is expected of them."""
    return [
        spec
        for table in tables
        for spec in (*check_specs(asset_key(table), load_contract(table)), expectation_spec(asset_key(table)))
    ]


def describe_columns(contract: Contract, prefix: str = "") -> dg.TableSchema:
    """Return a contract's columns for Dagster's column tab, their names behind the prefix."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=prefix + column.name,
                type=column.sql_type,
                description=column.description + (f" ({column.unit})" if column.unit else ""),
                constraints=dg.TableColumnConstraints(nullable=not column.required),
                tags={"classification": column.classification},
            )
            for column in contract.columns
        ]
    )


def publish_tables(work: Work, outputs: Sequence[Output], *, keeps_findings: bool = True) -> Iterator[Event]:
    """Stage every output, validate what was staged, then publish all; when an error-level rule fails, publish none.

    Args:
        keeps_findings: False for the tables that are made of findings themselves.

    Raises:
        QualityError: naming the table and the rules it breaks.
    """
    judged = [(output, _judge(work, output)) for output in outputs]
    if keeps_findings:
        keep_findings(work, (found for _, found in judged))
    if any(found.stops for _, found in judged):
        for output, found in judged:
            yield from _report(work, output, found)
        for output, found in judged:
            raise_on_errors(found.outcomes, output.table)
            refuse_minima(work, found)
    for output, found in judged:
        metadata = {**_describe_staged(work, output), **output.metadata}
        for part in output.parts:
            work.lake.publish(_staged_path(work, part), part.table, work.on)
        yield dg.MaterializeResult(
            asset_key=asset_key(output.table),
            metadata=metadata,
            check_results=[*_report(work, output, found), *output.checks],
        )


def _describe_staged(work: Work, output: Output) -> dict[str, Any]:
    """Return the rows and the first of them as they were staged: what made them need not be worked out again."""
    staged = replace(output, relation=_staged_view(output.table))
    return {"dagster/row_count": count_rows(work.con, staged.relation), **preview(work, staged)}


def _staged_view(table: str) -> str:
    return f"staged_{table.replace('.', '_')}"


def _report(work: Work, output: Output, found: Judged) -> list[dg.AssetCheckResult]:
    key = asset_key(output.table)
    return [*check_results(key, load_contract(output.table), found.outcomes), report_expected(work, found, key)]


def _judge(work: Work, output: Output) -> Judged:
    """Write the output and its companions aside and return what contracts and the policy say of them."""
    found = Judged(output.table, output.outcomes, checks=output.checks)
    if output.judged is not None:
        found += output.judged
    for part in output.parts:
        contract, staged = load_contract(part.table), _staged_path(work, part)
        write_table(work.con, part.relation, contract, staged, is_ordered=part.is_ordered)
        view = _staged_view(part.table)
        scan_parquet(work.con, view, [staged], contract)
        # A companion is a feed's ledger: Great Expectations sees its rows in core.landed_file, under the same rules.
        found += judge_relation(work, view, contract, is_seen_again=part is not output)
    return found


def _staged_path(work: Work, output: Output) -> Path:
    return work.scratch / f"{output.table}.parquet"


def preview(work: Work, output: Output) -> dict[str, Any]:
    """Return the first rows as they stand, without the columns the contract calls personal; none on a rebuild."""
    if work.is_rebuild:
        return {}
    contract = load_contract(output.table)
    shown = [name for name in contract.column_names if name not in contract.personal_names]
    columns = ", ".join(f'left("{name}"::varchar, 60) as "{name}"' for name in shown)
    rows = work.con.execute(f"select {columns} from {output.relation} limit {PREVIEW_ROWS}").fetchall()
    return {"preview": tabulate(shown, rows)}


def tabulate(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> dg.MarkdownMetadataValue:
    """Return rows of text as a Markdown table."""
    lines = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in rows)]
    return dg.MetadataValue.md("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _cell(value: str | None) -> str:
    return "" if value is None else value.replace("|", "\\|").replace("\n", " ")


def name_outputs(
    made: Made,
    checks: Mapping[str, tuple[dg.AssetCheckResult, ...]] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> list[Output]:
    """Return what a stage made as outputs, with the checks of each table, and what is said of all of them."""
    found, said = checks or {}, metadata or {}
    return [
        Output(table, relation, said, found.get(table, ()), is_ordered=table in made.in_order)
        for table, relation in made.relations.items()
    ]
