"""One scored night: every shipment's score, the queues with reasons, and what did the scoring.

Belongs here: the order of scoring, selection and reasons over one date's published tables.
Belongs elsewhere: each step (models, record_rule.py, selection.py, reason.py), publishing the frames (assets).
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from data_quality.contract import load_contract
from models.artifact import Model
from models.dataset import check_columns
from models.explain import explain_with_model
from models.level import level_model
from models.promotion import find_champion, find_decision
from models.score import score_with_model
from tidewaiter.errors import ContractError
from tidewaiter.lake import Lake, hash_file
from tidewaiter.parties.history import count_days_known
from tidewaiter.policy import Policy
from tidewaiter.targeting import record_rule, without_model
from tidewaiter.targeting.contribution import Contributions
from tidewaiter.targeting.fairness import measure_fairness
from tidewaiter.targeting.reason import REASON, Setting, Told, describe_typical, write_reasons
from tidewaiter.targeting.selection import select_items
from tidewaiter.targeting.shadow import read_slices, score_challenger
from tidewaiter.targeting.standing import list_fired, read_standing
from tidewaiter.targeting.story import tell_stories
from tidewaiter.targeting.watch import Watched, watch_model

SCORED_BY_MODEL = "model"
SCORED_BY_RECORD = "record_rule"


@dataclass(frozen=True)
class ScoredNight:
    """The night's tables in their contracts' column and key order; `why` says in words what scored it."""

    run_id: str
    score_shipment: pl.DataFrame
    score_rule_hit: pl.DataFrame
    score_fairness: pl.DataFrame
    queue_item: pl.DataFrame
    queue_group: pl.DataFrame
    queue_summary: pl.DataFrame
    score_shadow: pl.DataFrame
    watched: Watched
    model: Model | None
    scored_by: str
    why: str


def score_night(lake: Lake, policy: Policy, models_dir: Path, on: date) -> ScoredNight:
    """Return the night of a date: by what was promoted by then, else by the record rule.

    Raises:
        PartitionMissingError: when core.shipment, its signals or its features are not published for the date.
        ContractError: when a shipment has no features.
        ModelMismatchError: when that model does not fit the features.
    """
    path = lake.existing("feature.shipment", on)
    _check_complete(lake.existing("core.shipment", on), path, on)
    model = _find_model(models_dir, path, policy, on)
    version = model.version if model else record_rule.VERSION
    run_id = name_run(on, version, policy.version, path)
    stamped = _score_all(model, path, policy).with_columns(
        pl.lit(version).alias("model_version"), pl.lit(policy.version).alias("policy_version")
    )
    standing = read_standing(lake, policy, path, on)
    marked = stamped.join(standing.marks, on="shipment_id", how="left", validate="1:1")
    selection = select_items(marked, policy.queues, policy.sharing, on, run_id, standing.parties)
    fairness = measure_fairness(lake, path, selection.scored, on, policy.history.window_days)
    scored_by = SCORED_BY_MODEL if model else SCORED_BY_RECORD
    shadow = score_challenger(models_dir, path, policy, on, run_id)
    summary = selection.summary.with_columns(
        pl.lit(scored_by).alias("scored_by"),
        pl.lit(version).alias("model_version"),
        pl.lit(policy.version).alias("policy_version"),
    )
    return ScoredNight(
        run_id=run_id,
        score_shipment=_arrange(selection.scored, "score.shipment"),
        score_rule_hit=_arrange(standing.hits, "score.rule_hit"),
        score_fairness=_arrange(fairness.table, "score.fairness"),
        queue_group=_arrange(fairness.groups, "queue.group"),
        queue_item=_arrange(_add_reasons(model, selection.scored, lake, policy, standing.hits, on), "queue.item"),
        queue_summary=_arrange(summary, "queue.summary"),
        score_shadow=_arrange(shadow.frame, "score.shadow"),
        watched=watch_model(lake, policy, models_dir, model, path, selection.scored, on, shadow.note),
        model=model,
        scored_by=scored_by,
        why=_say_why(model, models_dir, on),
    )


def _find_model(models_dir: Path, features: Path, policy: Policy, on: date) -> Model | None:
    """Return the model that scores the date, at the level of its shipments; None where the record rule does."""
    model = find_champion(models_dir, on)
    return level_model(model, features, threads=policy.engine.threads) if model else None


def name_run(on: date, model_version: str, policy_version: str, features: Path) -> str:
    """Return the night's identifier: it changes with the model, the policy and any byte of the features."""
    content = "\n".join((model_version, policy_version, hash_file(features)))
    return f"night-{on.isoformat()}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _check_complete(core: Path, features: Path, on: date) -> None:
    """Pass when the features are those of the date's shipments, no more and no fewer."""
    shipments, featured = (
        pl.scan_parquet(path, hive_partitioning=False).select("shipment_id") for path in (core, features)
    )
    without = shipments.join(featured, on="shipment_id", how="anti").collect().height
    strangers = featured.join(shipments, on="shipment_id", how="anti").collect().height
    if without or strangers:
        raise ContractError(
            f"{on}: {without} shipments have no features, {strangers} features have no shipment.",
            fix="compute that date's features again",
        )


def _score_all(model: Model | None, path: Path, policy: Policy) -> pl.DataFrame:
    """Return shipment_id, stream and port_code of every shipment, with its scores."""
    place = pl.read_parquet(path, columns=["shipment_id", "stream", "port_code"], hive_partitioning=False)
    if model is None:
        rows = pl.read_parquet(path, columns=["shipment_id", *without_model.COLUMNS], hive_partitioning=False)
        scored = without_model.score_without_model(rows, policy.costs)
    else:
        check_columns(pq.read_schema(path).names, model.fitted.features, f"the features of {path.parent.name}")
        threads = policy.engine.threads
        parts = [
            score_with_model(model, part, policy.costs, threads=threads)
            for part in read_slices(path, ["shipment_id", "port_code", *model.fitted.features])
        ]
        scored = pl.concat(parts)
    return place.join(scored, on="shipment_id", how="left", validate="1:1")


def _add_reasons(
    model: Model | None, scored: pl.DataFrame, lake: Lake, policy: Policy, hits: pl.DataFrame, on: date
) -> pl.DataFrame:
    """Return the chosen rows with their reasons."""
    chosen = scored.filter("is_selected").sort("port_code", "team", "rank")
    features = pl.scan_parquet(lake.existing("feature.shipment", on), hive_partitioning=False)
    # A join reads every row of every column, a filter those that are wanted.
    found = features.filter(pl.col("shipment_id").is_in(chosen["shipment_id"].implode())).collect()
    rows = chosen.select("shipment_id").join(found, on="shipment_id", how="left", maintain_order="left")
    contributions = _explain(model, rows, chosen["score"], policy)
    stories = tell_stories(contributions, rows, policy.model.reasons_per_item)
    fired = list_fired(hits, chosen["shipment_id"], policy.rules, on)
    named = {contributions.facts[place] for told in stories for story in told for place in story.named}
    read = {column for rules in fired.values() for rule in rules for column in rule.parsed.columns}
    setting = Setting(
        typical=describe_typical(features, sorted(named | read)),
        told=_read_told(lake.existing("core.compliance_signal", on), chosen["shipment_id"]),
        fired=fired,
        days_known=count_days_known(lake, on),
        history=policy.history,
    )
    reasons = write_reasons(contributions, rows, stories, setting)
    return chosen.with_columns(pl.Series("reasons", reasons, pl.List(REASON)))


def _read_told(path: Path, chosen: pl.Series) -> Told:
    """Return the sentences of the chosen shipments' compliance signals, by shipment and code."""
    told = pl.scan_parquet(path, hive_partitioning=False).filter(pl.col("shipment_id").is_in(chosen.implode()))
    rows = told.select("shipment_id", "signal_code", "sentence").collect().iter_rows()
    return {(shipment_id, code): sentence for shipment_id, code, sentence in rows}


def _explain(model: Model | None, rows: pl.DataFrame, score: pl.Series, policy: Policy) -> Contributions:
    if model is None:
        return without_model.explain_without_model(rows, score, policy.history.record_prior_rate)
    return explain_with_model(model, rows, policy.costs, threads=policy.engine.threads)


def _arrange(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    contract = load_contract(table)
    return frame.select(contract.column_names).sort(contract.key)


def _say_why(model: Model | None, models_dir: Path, on: date) -> str:
    if model is None:
        decision = find_decision(models_dir, on)
        if decision is None:
            return f"Scored by the record rule and the rules in force: no model was trained on or before {on}."
        first, reason = decision.effective_on, decision.reason.rstrip(".")
        put = f"put in the place of a model for nights from {first} on: {reason}."
        return f"Scored by the record rule and the rules in force, {put}"
    labels = model.card.labels
    return (
        f"Scored by model {model.version}, learned from {labels.shipments_n:,} examined shipments "
        f"with {labels.violations_n:,} violations."
    )
