"""How trade moves over the week and the year, and what kind of entry the law of the date leaves.

Belongs here: factors by date, and entry types by date.
Belongs elsewhere: how much trade there is (parameter.py), who ships (source.py).
"""

from datetime import date

import numpy as np

from sample_data.goods import GROUP_SHARES
from sample_data.word import Floats
from sample_data.world.parameter import Seasons

# First day of the Chinese new year, by calendar year.
NEW_YEARS = (
    date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26),
)  # fmt: skip
# Entry type 86, barred origins, and its end: 2019-09-28, 2025-05-02 and 2025-08-29 (84 FR, 90 FR 14899, 90 FR 37775).
CHINA_BARRED, ALL_BARRED = date(2025, 5, 2), date(2025, 8, 29)
# Entry type 13 for mail (91 FR 38007).
MAIL_TEST = date(2026, 7, 24)
EXEMPTION_USD, INFORMAL_USD = 800.0, 2500.0
# Month in which each group peaks; groups without one are steady.
_PEAKS = {
    "apparel": 10, "toy": 11, "phone": 12, "audio": 12, "watch": 12, "jewellery": 12, "beauty": 12, "computer": 9,
    "light": 11, "sport": 5, "pet": 6, "tool": 4, "auto": 4, "footwear": 9, "eyewear": 6, "kitchen": 11, "home": 10,
}  # fmt: skip


def weigh_day(on: date, seasons: Seasons) -> float:
    """How much of a usual day's trade this date has."""
    week = seasons.weekend if on.weekday() >= 5 else seasons.weekday
    peak = seasons.holiday if (11, 15) <= (on.month, on.day) <= (12, 20) else 1.0
    return week * peak


def weigh_groups(on: date, seasons: Seasons) -> Floats:
    """A factor for each group of goods, in the order of GROUP_SHARES: a cosine over the year around its peak month."""
    turn = 2 * np.pi * on.timetuple().tm_yday / 365.25
    peaks = np.array([_PEAKS.get(group, 0) for group in GROUP_SHARES], dtype=np.float64)
    swing = np.where(peaks > 0, seasons.group_swing, 0.0)
    factors: Floats = 1.0 + swing * np.cos(turn - 2 * np.pi * (peaks - 0.5) / 12)
    return factors


def weigh_china(on: date, seasons: Seasons) -> float:
    """Trade from China and Hong Kong against its usual: low in the weeks of the new year's holiday."""
    return seasons.new_year if any(-4 <= (on - first).days <= 12 for first in NEW_YEARS) else 1.0


def find_limit(on: date) -> float:
    """The value in USD that splitters stay under: the exemption's limit, and after its end that of informal entry."""
    return EXEMPTION_USD if on < ALL_BARRED else INFORMAL_USD
