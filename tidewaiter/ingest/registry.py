"""The list of feeds: adding one is a line here, a contract and a reader module.

Belongs here: which feeds exist.
Belongs elsewhere: how each is read.
"""

from tidewaiter.errors import FeedError
from tidewaiter.ingest import (
    air_waybill,
    bis_dpl,
    csl,
    exam_finding,
    local_list,
    low_value_entry,
    ocean_ams,
    ocean_x12_309,
    ofac_cons,
    ofac_sdn,
    schedule_d,
    schedule_k,
    tariff,
    truck_manifest,
    uflpa,
    wro,
)
from tidewaiter.ingest.feed import Feed

FEEDS: tuple[Feed, ...] = (
    low_value_entry.FEED,
    ocean_ams.FEED,
    ocean_x12_309.FEED,
    air_waybill.FEED,
    truck_manifest.FEED,
    exam_finding.FEED,
    ofac_sdn.FEED,
    ofac_cons.FEED,
    bis_dpl.FEED,
    csl.FEED,
    uflpa.FEED,
    wro.FEED,
    local_list.FEED,
    schedule_d.FEED,
    schedule_k.FEED,
    *tariff.FEEDS,
)
SHIPMENT_FEEDS = tuple(feed for feed in FEEDS if "core.shipment" in feed.core_tables)

DATED_FEEDS = tuple(feed for feed in FEEDS if not feed.is_snapshot)


def find_feed(noun: str) -> Feed:
    """Return the feed of that name; KeyError when there is none."""
    return {feed.noun: feed for feed in FEEDS}[noun]


def name_feed(given: str) -> Feed:
    """Return the feed that a person means: by its name, its landing folder, or one of its raw or held tables.

    Raises:
        FeedError: there is none.
    """
    for feed in FEEDS:
        tables = {table.split(".")[1] for table in feed.tables}
        if given.removeprefix("raw.").removeprefix("held.") in {feed.noun, feed.folder, *tables}:
            return feed
    raise FeedError(
        f"there is no feed or table {given}.", fix=f"the feeds are {', '.join(each.noun for each in FEEDS)}"
    )
