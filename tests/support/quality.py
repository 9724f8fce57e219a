"""Earlier nights and expectations for tests of data quality.

Belongs here: builders without assertions.
Belongs elsewhere: tests.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from data_quality.expectation_policy import Expectations, TableExpectations, Usual
from data_quality.past import Past
from data_quality.statistic import ALL, CODE, FILL, QUANTILE, ROWS, Measure

ON = date(2026, 11, 20)
TABLE = "core.shipment"
USUAL = Usual(window_days=42, min_nights=3, drift_min_nights=5, min_rows=100, rare_share=0.005)
MIX: Mapping[str, float] = {"CN": 0.6, "HK": 0.4}


def wanted(**columns: Any) -> TableExpectations:
    """Return expectations of columns."""
    return TableExpectations.model_validate({"columns": columns})


def expect(**given: Any) -> Expectations:
    """Return a policy of these parts, with nothing expected of feeds unless given."""
    return Expectations.model_validate({"usual": USUAL, "every_feed": {}, **given})


def make_past(nights: int, *, rows: float = 1000, table: str = TABLE, on: date = ON) -> Past:
    """Return a past of so many nights alike: so many rows, a mix of origins, a median value of ten."""
    days = [on - timedelta(days=back) for back in range(1, nights + 1)]
    return Past(USUAL, on, [(day, each) for day in days for each in night_measures(rows, table)])


def night_measures(rows: float, table: str = TABLE, mix: Mapping[str, float] = MIX) -> list[Measure]:
    """Return what one night measured."""
    return [
        Measure(table, ALL, ROWS, ALL, rows),
        Measure(table, "origin_country", FILL, ALL, 1.0),
        Measure(table, "value_usd", FILL, ALL, 1.0),
        Measure(table, "value_usd", QUANTILE, "0.5", 10.0),
        Measure(table, "value_usd", QUANTILE, "0.75", 12.0),
        *(Measure(table, "origin_country", CODE, code, share) for code, share in mix.items()),
    ]
