"""Looks at what a step is about to publish: its figures, and the bounds that the night's policy sets on them.

Belongs here: tables, what landed for a feed, what was held of it.
Belongs elsewhere: figures and bounds themselves (data_quality), storing them (store.py).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from data_quality.contract import Rule
from data_quality.expectation import Bound, index_measures, judge_bounds, list_rules, settle_bounds
from data_quality.expectation_policy import Expectations
from data_quality.expected import (
    AGE,
    HELD_SHARE,
    REFUSED,
    expect_of_keeping,
    expect_of_landing,
    expect_of_table,
    measure_drift,
)
from data_quality.outcome import CheckOutcome
from data_quality.past import Past
from data_quality.statistic import ALL, ROWS, Measure, measure_table
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.reading import FileRecord

FILES, REPEATED, KEPT, HELD, RULE_HELD = "files_n", "repeated_files_n", "kept_n", "held_n", "rule_held_n"

# Earlier nights are read when a bound asks for them, not before.
AskPast = Callable[[], Past]


@dataclass(frozen=True)
class Observed:
    """Figures of the night, and the bounds that are to be judged by them."""

    measures: tuple[Measure, ...] = ()
    bounds: tuple[Bound, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What Great Expectations is to evaluate."""
        return list_rules(self.bounds)

    def judge(
        self, expectations: Expectations, on: date, evaluated: Sequence[CheckOutcome] = (), *, is_rebuild: bool
    ) -> tuple[CheckOutcome, ...]:
        """Return what became of each bound.

        Args:
            evaluated: the outcomes of `rules`; none where the figures alone are compared.
        """
        values = index_measures(self.measures)
        return judge_bounds(self.bounds, values, evaluated, expectations.accepted, on=on, is_rebuild=is_rebuild)


def observe_table(
    con: duckdb.DuckDBPyConnection, relation: str, table: str, expectations: Expectations, on: date, ask_past: AskPast
) -> Observed:
    """Return the figures of a table in one scan, and its bounds."""
    wanted = expectations.table(table)
    measures = measure_table(con, relation, table, wanted, on)
    if table not in expectations.tables:
        return Observed(measures)
    past = ask_past()
    drift = tuple(measure_drift(table, wanted, index_measures(measures), past))
    return _settle((*measures, *drift), expect_of_table(table, wanted, past))


def observe_landing(
    feed: Feed, records: Sequence[FileRecord], landed_on: date | None, expectations: Expectations, ask_past: AskPast
) -> Observed:
    """Return the figures of what landed for a feed, and their bounds.

    Args:
        landed_on: for a snapshot, the date on which the one in force landed; None where there is none.
    """
    table, past = f"raw.{feed.noun}", ask_past()
    states = Counter(record.status for record in records)
    figures = {
        ROWS: sum(record.rows_n or 0 for record in records),
        FILES: len(records),
        REFUSED: states["refused"],
        REPEATED: states["repeated"],
    }
    if feed.is_snapshot and landed_on is not None:
        figures[AGE] = (past.on - landed_on).days
    measures = tuple(Measure(table, ALL, name, ALL, float(value)) for name, value in figures.items())
    wanted = expectations.feed(feed.noun)
    tables_n = 1 if feed.is_snapshot else len(feed.tables)
    bounds = expect_of_landing(feed.noun, wanted, past, is_snapshot=feed.is_snapshot, tables_n=tables_n)
    return _settle(measures, bounds)


def observe_keeping(con: duckdb.DuckDBPyConnection, feed: Feed, expectations: Expectations) -> Observed:
    """Return how many rows of a feed's accepted files were kept and held, by which rules, and the bounds of that.

    The connection has `ledger_<feed>` and `held_<feed>`, as keeping leaves them.
    """
    table = f"held.{feed.noun}"
    [(kept_n, held_n)] = con.execute(
        f"select coalesce(sum(kept_n), 0), coalesce(sum(held_n), 0) from ledger_{feed.noun}"
    ).fetchall()
    rules = con.execute(
        f"select rule, count(*) from (select unnest(broken_rules) as rule from held_{feed.noun}) group by 1 order by 1"
    ).fetchall()
    measures = [Measure(table, ALL, KEPT, ALL, float(kept_n)), Measure(table, ALL, HELD, ALL, float(held_n))]
    if kept_n + held_n:
        measures.append(Measure(table, ALL, HELD_SHARE, ALL, float(held_n / (kept_n + held_n))))
    measures += [Measure(table, ALL, RULE_HELD, rule, float(rows_n)) for rule, rows_n in rules]
    return _settle(tuple(measures), expect_of_keeping(feed.noun, expectations.feed(feed.noun)))


def _settle(measures: tuple[Measure, ...], bounds: Iterable[Bound]) -> Observed:
    return Observed(measures, settle_bounds(bounds, index_measures(measures)))
