"""What rules did on the nights on which they were in force: hits, exams, findings, what they cost.

Belongs here: the record of every rule of policy/rules.yml over some nights.
Belongs elsewhere: what a rule would have done (backtest.py), printing (tidewaiter/view/rule_page.py).
"""

import math
from dataclasses import dataclass
from datetime import date

import polars as pl

from tidewaiter.lake import Lake
from tidewaiter.parties.history_policy import History
from tidewaiter.rules.judged import RANDOM, HitRate, rate_drawn, rate_hits, read_judged
from tidewaiter.rules.policy import Rules
from tidewaiter.rules.score import to_log_odds

KEYS = ["shipment_id", "date"]


@dataclass(frozen=True)
class RuleRecord:
    """A rule over some nights.

    Args:
        queued_n: hits that were in a queue.
        random: hits that the random slice had examined.
        last_hit_on: last night on which it was met; None when it never was.
        false_n: exams of its hits that found nothing: what it costs.
        measured_weight: log-odds of a finding where it was met, above those of all exams, drawn towards none by
            as many exams as a record is (policy/history.yml); None without an exam.
    """

    rule_id: str
    state: str
    family: str
    weight: float | None
    owner: str
    hits_n: int
    queued_n: int
    all: HitRate
    findings_own_n: int
    random: HitRate
    loss_usd: float
    false_n: int
    last_hit_on: date | None
    measured_weight: float | None


def read_records(lake: Lake, rules: Rules, history: History, first: date, last: date) -> list[RuleRecord]:
    """Return the record of every rule that is not a draft, by id; the version of the last night speaks for it."""
    nights = [on for on in lake.dates("score.rule_hit") if first <= on <= last]
    hits = _read_hits(lake, nights)
    judged = read_judged(lake).rename({"shipment_on": "date"}).filter(pl.col("date").is_in(nights))
    base = (int(judged["is_found"].sum()) + history.record_prior_n * history.record_prior_rate) / (
        judged.height + history.record_prior_n
    )
    examined = hits.join(judged, on=KEYS, how="inner")
    ids = sorted({rule.id for rule in rules.rules if rule.state != "draft"})
    return [_record(rules, each, hits, examined, base, history.record_prior_n, last) for each in ids]


def _read_hits(lake: Lake, nights: list[date]) -> pl.DataFrame:
    """Return every hit of these nights with its date and whether it was queued."""
    schema = {"shipment_id": pl.String, "rule_id": pl.String, "date": pl.Date, "is_selected": pl.Boolean}
    if not nights:
        return pl.DataFrame(schema=schema)
    hits = pl.scan_parquet(lake.among("score.rule_hit", nights), hive_partitioning=True)
    scored = pl.scan_parquet(lake.among("score.shipment", nights), hive_partitioning=False)
    queued = scored.filter("is_selected").select(*KEYS, is_selected=pl.lit(value=True))
    dated = hits.select("shipment_id", "rule_id", pl.col("date").cast(pl.Date))
    joined = dated.join(queued, on=KEYS, how="left").with_columns(pl.col("is_selected").fill_null(value=False))
    return joined.select(list(schema)).collect()


def _record(
    rules: Rules, rule_id: str, hits: pl.DataFrame, examined: pl.DataFrame, base: float, prior_n: float, last: date
) -> RuleRecord:
    versions = rules.versions(rule_id)
    rule = next((each for each in versions if each.is_valid(last)), versions[-1])
    own, exams = hits.filter(rule_id=rule_id), examined.filter(rule_id=rule_id)
    findings_n = int(exams["is_found"].sum())
    last_hit_on = own["date"].max()
    return RuleRecord(
        rule_id=rule_id,
        state=rule.state,
        family=rule.family,
        weight=rule.weight,
        owner=rule.owner,
        hits_n=own.height,
        queued_n=int(own["is_selected"].sum()),
        all=rate_hits(exams.height, findings_n),
        findings_own_n=int(exams[f"is_{rule.family}"].sum()),
        random=rate_drawn(exams.filter(source=RANDOM)),
        loss_usd=float(exams["loss_usd"].sum()),
        false_n=exams.height - findings_n,
        last_hit_on=last_hit_on if isinstance(last_hit_on, date) else None,
        measured_weight=_measure_weight(findings_n, exams.height, base, prior_n),
    )


def _measure_weight(findings_n: int, exams_n: int, base: float, prior_n: float) -> float | None:
    if not exams_n or not 0 < base < 1:
        return None
    rate = (findings_n + base * prior_n) / (exams_n + prior_n)
    return None if math.isclose(rate, 1.0) else to_log_odds(rate) - to_log_odds(base)
