"""Which entry type a shipment is filed under, by the law of the date, its value and how it comes.

Belongs here: choosing the type.
Belongs elsewhere: the dates and limits (season.py), the other columns of an entry (entry.py).
"""

from datetime import date

import numpy as np
import polars as pl

from sample_data.word import Floats
from sample_data.world.ground import CHINA, HONG_KONG, MAIL
from sample_data.world.season import ALL_BARRED, CHINA_BARRED, EXEMPTION_USD, INFORMAL_USD, MAIL_TEST
from sample_data.world.shipment import Shipments

_TYPES = pl.Series(["01", "11", "13", "86", "321"])
_FORMAL, _INFORMAL, _MAIL_TEST, _EXEMPT, _RELEASED = range(5)
# One source in so many always files formally; of the mail, every second source takes part in the test.
_STEADY_EVERY = 29


def choose_entry_types(sent: Shipments, total_usd: Floats, on: date) -> pl.Series:
    """The type of each entry: the exemption's while it was open to the origin, then informal, formal over the limit."""
    is_mail = sent.mode == MAIL
    is_formal = (total_usd > INFORMAL_USD) | (~is_mail & (sent.number % _STEADY_EVERY == 0))
    barred = np.isin(sent.origin, (CHINA, HONG_KONG)) if on >= CHINA_BARRED else np.zeros(sent.n, dtype=np.bool_)
    is_exempt = (total_usd <= EXEMPTION_USD) & ~barred if on < ALL_BARRED else np.zeros(sent.n, dtype=np.bool_)
    tests = is_mail & (sent.number % 2 == 0) if on >= MAIL_TEST else np.zeros(sent.n, dtype=np.bool_)
    kind = np.where(is_formal, _FORMAL, np.where(tests, _MAIL_TEST, _INFORMAL))
    kind = np.where(is_exempt, np.where(is_mail, _RELEASED, _EXEMPT), kind)
    return _TYPES.gather(kind)
