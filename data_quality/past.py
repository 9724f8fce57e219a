"""What earlier nights measured, and what is usual by it.

Belongs here: the median of a weekday, the mix of codes before, the usual quantile, and of how many nights they are.
Belongs elsewhere: reading earlier nights (tidewaiter/quality), what follows from a difference (expectation.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import fsum
from statistics import median

from data_quality.expectation_policy import Usual
from data_quality.statistic import ALL, CODE, FILL, QUANTILE, ROWS, Measure

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Typical:
    """A usual value and how many nights it is of; `why_not` says why there is none."""

    value: float = 0.0
    nights_n: int = 0
    why_not: str | None = None


@dataclass(frozen=True)
class TypicalMix:
    """The mix of codes of the nights before; `why_not` says why there is none."""

    shares: Mapping[str, float]
    nights_n: int
    why_not: str | None = None


class Past:
    """The measures of the nights before one, by what they are about."""

    def __init__(self, usual: Usual, on: date, measured: Iterable[tuple[date, Measure]] = ()) -> None:
        self.usual, self.on = usual, on
        self._values: dict[tuple[str, str, str], dict[str, dict[date, float]]] = {}
        for day, each in measured:
            if 0 < (on - day).days <= usual.window_days:
                by_code = self._values.setdefault((each.table, each.column, each.measure), {})
                by_code.setdefault(each.code, {})[day] = each.value

    def series(self, table: str, column: str, measure: str, code: str = ALL) -> dict[date, float]:
        """Return the value of each earlier night that has one, in no order."""
        return self._values.get((table, column, measure), {}).get(code, {})

    def typical_rows(self, table: str, tables_n: int = 1) -> Typical:
        """Return the median number of rows of the same weekday.

        Args:
            tables_n: tables that the rows are of together. A shipment has a row or more in each, so that many more rows
                are no surer sign of the number of shipments.
        """
        rows = [n for day, n in self.series(table, ALL, ROWS).items() if day.weekday() == self.on.weekday()]
        least = self.usual.min_nights
        if len(rows) < least:
            weekday = WEEKDAYS[self.on.weekday()]
            return Typical(nights_n=len(rows), why_not=f"{_count(len(rows), weekday)} in the past, {least} are needed")
        if median(rows) < self.usual.min_rows * tables_n:
            needed = f"{self.usual.min_rows * tables_n:,}"
            return Typical(median(rows), len(rows), f"usually {median(rows):,.0f} rows, {needed} are needed")
        return Typical(median(rows), len(rows))

    def typical_quantile(self, table: str, column: str, code: str) -> Typical:
        """Return the median over the earlier nights of one of a column's quantiles."""
        values = list(self.series(table, column, QUANTILE, code).values())
        why_not = self._too_few_nights(len(values))
        return Typical(median(values) if values else 0.0, len(values), why_not)

    def typical_mix(self, table: str, column: str) -> TypicalMix:
        """Return each code's share of all filled rows of the earlier nights together."""
        filled = self._filled_rows(table, column)
        counts = {
            code: fsum(share * filled.get(day, 0.0) for day, share in sorted(by_day.items()))
            for code, by_day in sorted(self._values.get((table, column, CODE), {}).items())
        }
        total = fsum(counts.values())
        why_not = self._too_few_nights(sum(1 for rows in filled.values() if rows))
        if why_not is None and total < self.usual.min_rows:
            why_not = f"{total:,.0f} rows in the past, {self.usual.min_rows} are needed"
        shares = {code: count / total for code, count in counts.items()} if total else {}
        return TypicalMix(shares, len(filled), why_not)

    def _filled_rows(self, table: str, column: str) -> dict[date, float]:
        rows = self.series(table, ALL, ROWS)
        return {day: share * rows[day] for day, share in self.series(table, column, FILL).items() if day in rows}

    def _too_few_nights(self, nights_n: int) -> str | None:
        least = self.usual.drift_min_nights
        return f"{_count(nights_n, 'night')} in the past, {least} are needed" if nights_n < least else None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
