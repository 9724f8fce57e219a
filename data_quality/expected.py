"""The bounds of a table and of a feed on one night: the policy's shares and factors as numbers, by what is usual.

Belongs here: policy and past -> bounds, and the drift figures that some of them judge.
Belongs elsewhere: judging (expectation.py), the policy's keys (expectation_policy.py), what is usual (past.py).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from math import ceil, floor

from data_quality.drift import compare_shares, measure_moved_share, measure_stability
from data_quality.expectation import FATAL, WARNS, Bound, Values
from data_quality.expectation_policy import ColumnExpectations, FeedExpectations, TableExpectations, Volume
from data_quality.past import WEEKDAYS, Past
from data_quality.statistic import (
    AHEAD,
    ALL,
    CODE,
    DISTINCT,
    FILL,
    QUANTILE,
    ROWS,
    WRONG_DIGIT,
    ZEROS,
    Measure,
    last_moment,
)

STABILITY, MOVED = "psi", "moved_share"
HELD_SHARE, REFUSED, AGE = "held_share", "refused_files_n", "age_days"

ROW_COUNT = "expect_table_row_count_to_be_between"
PROPORTION = "expect_column_proportion_of_non_null_values_to_be_between"
UNIQUE_COUNT = "expect_column_unique_value_count_to_be_between"
QUANTILES = "expect_column_quantile_values_to_be_between"
NOT_IN_SET = "expect_column_values_to_not_be_in_set"
BETWEEN = "expect_column_values_to_be_between"


def expect_of_table(table: str, wanted: TableExpectations, past: Past) -> Iterator[Bound]:
    """Yield the bounds of a published table, in the order of the policy."""
    if wanted.rows is not None:
        yield from _expect_rows(table, wanted.rows, past, ROW_COUNT)
    for name, column in wanted.columns.items():
        yield from _expect_fill(table, name, column)
        yield from _expect_distinct(table, name, column)
        yield from _expect_mix(table, name, column, past)
        yield from _expect_quantiles(table, name, column, past)
        yield from _expect_values(table, name, column, past.on)


def expect_of_landing(
    noun: str, wanted: FeedExpectations, past: Past, *, is_snapshot: bool, tables_n: int = 1
) -> Iterator[Bound]:
    """Yield the bounds of what landed for a feed.

    Args:
        tables_n: tables in which a shipment of the feed has rows.
    """
    table = f"raw.{noun}"
    if wanted.rows is not None:
        yield from _expect_rows(table, wanted.rows, past, None, tables_n)
    if wanted.refused_files is not None:
        most = wanted.refused_files
        words = f"at most {most} files refused" if most else "no file refused"
        figure = (ALL, REFUSED, ALL)
        yield Bound(table, "too_many_refused_files", WARNS, figure, "files", words, high=most)
    if wanted.age_days is not None and is_snapshot:
        words = f"landed at most {wanted.age_days} days before the night"
        yield Bound(table, "snapshot_too_old", WARNS, (ALL, AGE, ALL), "days", words, high=wanted.age_days)


def expect_of_keeping(noun: str, wanted: FeedExpectations) -> Iterator[Bound]:
    """Yield the bounds of what was held of a feed."""
    if wanted.held_share is not None:
        most, figure = wanted.held_share.max, (ALL, HELD_SHARE, ALL)
        yield Bound(f"held.{noun}", "too_many_held", WARNS, figure, "share", f"at most {most:.1%} held", high=most)


def measure_drift(table: str, wanted: TableExpectations, values: Values, past: Past) -> Iterator[Measure]:
    """Yield how far each column's mix of codes is from that of the nights before, where there is enough of both."""
    for name, column in wanted.columns.items():
        shares = _shares(table, name, values)
        before = past.typical_mix(table, name)
        if column.drift is None or not shares or before.why_not is not None:
            continue
        moves = compare_shares(before.shares, shares, past.usual.rare_share)
        yield Measure(table, name, STABILITY, ALL, measure_stability(moves))
        yield Measure(table, name, MOVED, ALL, measure_moved_share(moves))


def _shares(table: str, column: str, values: Values) -> dict[str, float]:
    return {code: each for (of, name, kind, code), each in values.items() if (of, name, kind) == (table, column, CODE)}


def _expect_rows(table: str, wanted: Volume, past: Past, expectation: str | None, tables_n: int = 1) -> Iterator[Bound]:
    figure = (ALL, ROWS, ALL)
    usual = past.typical_rows(table, tables_n)
    of_usual = (
        f"of the usual {usual.value:,.0f} (median of {usual.nights_n} {WEEKDAYS[past.on.weekday()]}s)"
        if usual.why_not is None
        else "of the usual"
    )

    def bound(rule: str, low: float | None, high: float | None, words: str, why_not: str | None = None) -> Bound:
        severity = WARNS if low is None else FATAL
        arguments = {name: int(each) for name, each in (("min_value", low), ("max_value", high)) if each is not None}
        return Bound(table, rule, severity, figure, "rows", words, low, high, expectation, arguments, why_not)

    if wanted.min is not None:
        yield bound("too_few_rows", wanted.min, None, f"at least {wanted.min:,} rows")
    if wanted.min_share_of_usual is not None:
        least = ceil(wanted.min_share_of_usual * usual.value)
        words = _say("at least", least, wanted.min_share_of_usual, of_usual, usual.why_not)
        yield bound("fewer_rows_than_usual", least, None, words, usual.why_not)
    if wanted.warn_share_of_usual is not None:
        few = ceil(wanted.warn_share_of_usual * usual.value)
        words = _say("at least", few, wanted.warn_share_of_usual, of_usual, usual.why_not)
        yield replace(bound("rather_few_rows", few, None, words, usual.why_not), severity=WARNS)
    if wanted.max is not None:
        yield bound("too_many_rows", None, wanted.max, f"at most {wanted.max:,} rows")
    if wanted.max_share_of_usual is not None:
        most = floor(wanted.max_share_of_usual * usual.value)
        words = _say("at most", most, wanted.max_share_of_usual, of_usual, usual.why_not)
        yield bound("more_rows_than_usual", None, most, words, usual.why_not)


def _say(limit: str, rows: int, share: float, of_usual: str, why_not: str | None) -> str:
    return f"{limit} {share:.0%} {of_usual}" if why_not else f"{limit} {rows:,} rows: {share:.0%} {of_usual}"


def _expect_fill(table: str, name: str, wanted: ColumnExpectations) -> Iterator[Bound]:
    if wanted.fill is None:
        return
    for rule, severity, least in (
        ("too_empty", FATAL, wanted.fill.min),
        ("emptier_than_wanted", WARNS, wanted.fill.warn_below),
    ):
        if least is not None:
            words = f"filled in at least {least:.1%} of rows"
            figure = (name, FILL, ALL)
            yield Bound(table, f"{rule}_{name}", severity, figure, "share", words, least, None, PROPORTION,
                        {"min_value": least})  # fmt: skip


def _expect_distinct(table: str, name: str, wanted: ColumnExpectations) -> Iterator[Bound]:
    if wanted.distinct is None:
        return
    figure, least, most = (name, DISTINCT, ALL), wanted.distinct.min, wanted.distinct.max
    if least is not None:
        words = f"at least {least:,} different values"
        yield Bound(table, f"too_few_values_{name}", FATAL, figure, "values", words, least, None, UNIQUE_COUNT,
                    {"min_value": least})  # fmt: skip
    if most is not None:
        words = f"at most {most:,} different values"
        yield Bound(table, f"too_many_values_{name}", WARNS, figure, "values", words, None, most, UNIQUE_COUNT,
                    {"max_value": most})  # fmt: skip


def _expect_mix(table: str, name: str, wanted: ColumnExpectations, past: Past) -> Iterator[Bound]:
    """Yield the bounds of drift, which no expectation states: its divergence has no value where a code is new."""
    if wanted.drift is None:
        return
    before = past.typical_mix(table, name)
    since = f"of the {before.nights_n} nights before" if before.why_not is None else "of the nights before"
    if (most := wanted.drift.max_psi) is not None:
        words = f"a stability index of at most {most:.2f} against the mix {since}"
        yield Bound(table, f"drifted_{name}", WARNS, (name, STABILITY, ALL), "index", words, high=most,
                    why_not=before.why_not)  # fmt: skip
    if (share := wanted.drift.max_moved_share) is not None:
        words = f"at most {share:.0%} of rows moved against the mix {since}"
        yield Bound(table, f"mix_moved_{name}", WARNS, (name, MOVED, ALL), "share", words, high=share,
                    why_not=before.why_not)  # fmt: skip


def _expect_quantiles(table: str, name: str, wanted: ColumnExpectations, past: Past) -> Iterator[Bound]:
    if wanted.shift is None:
        return
    for share in wanted.shift.quantiles:
        code, factor = repr(share), wanted.shift.max_factor
        usual = past.typical_quantile(table, name, code)
        why_not = usual.why_not or (None if usual.value > 0 else "the usual value is nought")
        low, high = usual.value / factor, usual.value * factor
        what = "the median" if share == 0.5 else f"the value that {share:.0%} of rows stay under"
        words = f"{what} at most {factor:g} times, and at least {1 / factor:.2g} times, its usual"
        if why_not is None:
            words += f" {usual.value:,.2f}: {low:,.2f} to {high:,.2f}"
        arguments = {"quantile_ranges": {"quantiles": [share], "value_ranges": [[low, high]]}}
        yield Bound(table, f"shifted_{name}_{share * 100:g}", WARNS, (name, QUANTILE, code), "number", words, low,
                    high, QUANTILES, arguments, why_not)  # fmt: skip


def _expect_values(table: str, name: str, wanted: ColumnExpectations, on: date) -> Iterator[Bound]:
    if wanted.zeros is not None:
        most, words = wanted.zeros.max, f"zero in at most {wanted.zeros.max:.1%} of rows that have one"
        yield Bound(table, f"too_many_zeros_{name}", WARNS, (name, ZEROS, ALL), "share", words, None, most, NOT_IN_SET,
                    {"value_set": [0], "mostly": 1 - most})  # fmt: skip
    if wanted.check_digit is not None:
        most, words = wanted.check_digit.max, f"a wrong check digit in at most {wanted.check_digit.max:.1%}"
        yield Bound(table, f"wrong_digits_{name}", WARNS, (name, WRONG_DIGIT, ALL), "share", words, None, most)
    if wanted.ahead is not None:
        last = last_moment(on, wanted.ahead.max_days)
        words = f"none later than {last[:10]}, {wanted.ahead.max_days} days after the night"
        yield Bound(table, f"too_far_ahead_{name}", WARNS, (name, AHEAD, ALL), "rows", words, None, 0, BETWEEN,
                    {"max_value": last})  # fmt: skip
