"""The list of feeds: adding one is a line here, a contract and a reader module.

Belongs here: which feeds exist.
Belongs elsewhere: how each is read.
"""

from tidewaiter.ingest import exam_finding, low_value_entry, ocean_ams, ocean_x12_309, ofac_sdn, tariff
from tidewaiter.ingest.feed import Feed

FEEDS: tuple[Feed, ...] = (
    low_value_entry.FEED,
    ocean_ams.FEED,
    ocean_x12_309.FEED,
    exam_finding.FEED,
    ofac_sdn.FEED,
    *tariff.FEEDS,
)
SHIPMENT_FEEDS = tuple(feed for feed in FEEDS if "core.shipment" in feed.core_tables)

DATED_FEEDS = tuple(feed for feed in FEEDS if not feed.is_snapshot)


def find_feed(noun: str) -> Feed:
    """Return the feed of that name; KeyError when there is none."""
    return {feed.noun: feed for feed in FEEDS}[noun]
