"""Models, scores of every shipment, and the queues of each port.

Belongs here: the score and queue tables, the model asset.
Belongs elsewhere: learning (models), selection and reasons (tidewaiter/targeting).
"""

from collections.abc import Iterator

import dagster as dg

from assets.table import OWNERS, Event, asset_key, name_outputs, publish_tables, spec_checks, spec_table
from models.propose import propose_model
from models.report import write_model_report
from models.train import train_model
from pipelines.partitions import DAILY
from pipelines.resources import Workspace
from tidewaiter.errors import TooFewLabelsError
from tidewaiter.night.scoring import SCORE_INPUTS, SCORE_TABLES, make_queues
from tidewaiter.targeting.watch import Watched

GROUP = "targeting"
WATCH_CHECK = "model_holds"
# Figures that moved most, of which a check tells; the others are counted.
MOST_DRIFTED = 5


@dg.multi_asset(
    specs=[
        spec_table(table, group=GROUP, owner="targeting", kinds={"lightgbm", "polars"}, deps=SCORE_INPUTS)
        for table in SCORE_TABLES
    ],
    check_specs=[*spec_checks(SCORE_TABLES), dg.AssetCheckSpec(WATCH_CHECK, asset=asset_key("score.shipment"))],
)
def queues(context: dg.AssetExecutionContext, workspace: Workspace) -> Iterator[Event]:
    """Every shipment scored; each port's queue within its capacity, with reasons."""
    with workspace.open(context) as work:
        made = make_queues(work)
        context.log.info(made.scored.why)
        said = {"scored_by": made.scored.scored_by, "explanation": made.scored.why}
        checks = {"score.shipment": (_check_model(made.scored.watched),)}
        yield from publish_tables(work, name_outputs(made, metadata=said, checks=checks))


def _check_model(watched: Watched) -> dg.AssetCheckResult:
    """Report features or scores that have drifted, findings far from what was foretold, a challenger that waits."""
    hits = watched.hits
    found = {name: f"stability index {index:.2f}" for name, index in list(watched.drifted.items())[:MOST_DRIFTED]}
    if len(watched.drifted) > MOST_DRIFTED:
        found["and_others"] = f"{len(watched.drifted) - MOST_DRIFTED} more figures have moved"
    if hits and hits.is_off:
        found["hit_rate"] = f"{hits.found_n} findings in {hits.exams_n} exams, {hits.foretold_n:.1f} foretold"
    if watched.note or watched.waiting:
        found["challenger"] = watched.note or str(watched.waiting)
    if watched.young:
        found["not_compared"] = f"{len(watched.young)} figures looked back further than the record then reached"
    return dg.AssetCheckResult(
        asset_key=asset_key("score.shipment"),
        check_name=WATCH_CHECK,
        passed=watched.is_well,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=found,
    )


@dg.asset(
    key=["model", "version"],
    group_name=GROUP,
    owners=[OWNERS["targeting"]],
    kinds={"lightgbm"},
    tags={"layer": "model"},
    partitions_def=DAILY,
    deps=[dg.AssetDep(dg.AssetKey(["outcome", "label"]), partition_mapping=dg.LastPartitionMapping())],
    description="A model trained on the labels known before the date: text and JSON files in the models folder.",
)
def model(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
    """Train on matured findings; with too few of them no model is made, and nights go on with the record rule."""
    with workspace.open(context) as work:
        try:
            trained = train_model(work.lake, work.policy, work.on, work.settings.models)
        except TooFewLabelsError as few:
            return dg.MaterializeResult(metadata={"explanation": f"no model was made: {few}"})
        explanation = propose_model(work.settings.models, trained, work.policy, work.on)
        page = write_model_report(work.settings.models, trained.version, work.policy.model.gates)
        return dg.MaterializeResult(
            metadata={
                "explanation": explanation,
                "model_version": trained.version,
                "report": dg.MetadataValue.path(page),
                "card": dg.MetadataValue.json(trained.card.model_dump(mode="json")),
            }
        )


SCORING_ASSETS = [queues, model]
