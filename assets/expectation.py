"""What every asset here does about expectations: judging what it is about to publish, and keeping what was found.

Belongs here: the expectations of a table, of what landed and of what was held, the step's findings for the report.
Belongs elsewhere: bounds and figures (data_quality), storing and gathering (tidewaiter/quality).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg

from data_quality.checks import expectation_result, raise_on_minima
from data_quality.contract import Contract
from data_quality.outcome import CheckOutcome
from data_quality.scan import is_covered, scan_table
from data_quality.statistic import Measure
from data_quality.suites import evaluate_table
from pipelines.resources import Work
from tidewaiter.engine.duckdb import count_rows
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.reading import FileRecord
from tidewaiter.ingest.snapshot import find_in_use
from tidewaiter.quality.observe import Observed, observe_keeping, observe_landing, observe_table
from tidewaiter.quality.report import report_path
from tidewaiter.quality.store import CHECK, CONTRACT, EXPECTATION, Row, cut_text, keep_step, result_row


@dataclass(frozen=True)
class Judged:
    """What was found about one asset: the rules of contracts, what was expected, and the figures behind it."""

    table: str
    outcomes: tuple[CheckOutcome, ...] = ()
    expected: tuple[CheckOutcome, ...] = ()
    measures: tuple[Measure, ...] = ()
    checks: tuple[dg.AssetCheckResult, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the asset, and what is made with it, may not be published."""
        return any(outcome.blocks for outcome in (*self.outcomes, *self.expected))

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            self.table,
            self.outcomes + other.outcomes,
            self.expected + other.expected,
            self.measures + other.measures,
            self.checks + other.checks,
        )


def judge_relation(work: Work, relation: str, contract: Contract, *, is_seen_again: bool = False) -> Judged:
    """Return what a contract and the policy say of a relation: by Great Expectations, or in one scan on a rebuild.

    A scan does too where Great Expectations sees the same rows again, and for an empty table, which no row can break.
    """
    expectations = work.policy.expectations
    seen = observe_table(work.con, relation, contract.table, expectations, work.on, lambda: work.past)
    is_plain = not seen.rules and (is_seen_again or (is_covered(contract) and not count_rows(work.con, relation)))
    if work.is_rebuild or is_plain:
        return Judged(contract.table, scan_table(work.con, relation, contract, work.codes)) + _judge(work, "", seen)
    outcomes = evaluate_table(work.con, relation, contract, work.codes, more=seen.rules)
    own = len(outcomes) - len(seen.rules)
    return Judged(contract.table, outcomes[:own]) + _judge(work, "", seen, outcomes[own:])


def judge_landing(work: Work, feed: Feed, records: Sequence[FileRecord]) -> Judged:
    """Return what is expected of what landed for a feed, and its figures."""
    expectations = work.policy.expectations
    landed_on = find_in_use((each.file, each.status) for each in records) if feed.is_snapshot else work.on
    return _judge(work, f"raw.{feed.noun}", observe_landing(feed, records, landed_on, expectations, lambda: work.past))


def judge_keeping(work: Work, feed: Feed) -> Judged:
    """Return what is expected of a feed's held rows, and how many there are by rule."""
    return _judge(work, f"held.{feed.noun}", observe_keeping(work.con, feed, work.policy.expectations))


def _judge(work: Work, table: str, seen: Observed, evaluated: Sequence[CheckOutcome] = ()) -> Judged:
    expected = seen.judge(work.policy.expectations, work.on, evaluated, is_rebuild=work.is_rebuild)
    return Judged(table, (), expected, seen.measures)


def report_expected(work: Work, judged: Judged, key: dg.AssetKey) -> dg.AssetCheckResult:
    """Return the asset's check of what is expected of it."""
    return expectation_result(key, judged.expected, report_path(work.settings, work.on))


def refuse_minima(work: Work, judged: Judged) -> None:
    """Return when the asset may be published.

    Raises:
        QualityError: a minimum is missed; it names what was measured, what is expected, and whom to ask.
    """
    noun = judged.table.split(".")[1]
    raise_on_minima(judged.expected, work.policy.expectations.feed(noun).ask)


def keep_findings(work: Work, judged: Iterable[Judged]) -> None:
    """Leave what the step found where the report and later nights look for it, also when the step then fails."""
    found = list(judged)
    rows = [row for each in found for row in _list_rows(each)]
    measures = [measure for each in found for measure in each.measures]
    keep_step(work.quality_step, work.scratch, rows, measures)


def _list_rows(judged: Judged) -> Iterator[Row]:
    for outcome in judged.outcomes:
        yield result_row(outcome, judged.table, CONTRACT)
    for outcome in judged.expected:
        yield result_row(outcome, judged.table, EXPECTATION)
    for check in judged.checks:
        yield result_row(_read_check(check), judged.table, CHECK)


def _read_check(check: dg.AssetCheckResult) -> CheckOutcome:
    """Return a check of an asset's own as an outcome; what it found are counts, dates, and names of files.

    A check with a description says in it what it found; the metadata of another one are texts by file, list or column.
    """
    found = check.description or "; ".join(f"{name}: {value.value}" for name, value in check.metadata.items())
    return CheckOutcome(
        rule=check.check_name or "",
        column=None,
        expectation=CHECK,
        severity="error" if check.severity == dg.AssetCheckSeverity.ERROR else "warning",
        passed=check.passed,
        observed=(cut_text(found) or None) if not check.passed else None,
    )
