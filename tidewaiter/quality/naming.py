"""Tables as people call them: those of a feed by the feed's title.

Belongs here: the name of a table on a page.
Belongs elsewhere: titles of feeds (tidewaiter/ingest), rules in words (data_quality/wording.py).
"""

from collections.abc import Mapping

from data_quality.wording import spell
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.registry import FEEDS

CORE: Mapping[str, str] = {
    "shipment": "Shipments",
    "shipment_line": "Lines of shipments",
    "shipment_party": "Parties of shipments",
    "shipment_equipment": "Containers",
    "line_duty": "Duty owed",
    "landed_file": "Landed files",
    "compliance_signal": "What the law asks",
}


def find_owner(table: str) -> Feed | None:
    """Return the feed that a raw or held table is of, None for other tables."""
    layer, noun = table.split(".", 1)
    if layer not in ("raw", "held"):
        return None
    stem = noun.removesuffix("_file")
    return next((feed for feed in FEEDS if feed.noun in (noun, stem) or f"raw.{noun}" in feed.tables), None)


def name_table(table: str) -> str:
    """Return a table as people call it; of a feed with several tables, the table's own name stands behind the title."""
    layer, noun = table.split(".", 1)
    feed = find_owner(table)
    if feed is not None:
        return feed.title if noun == feed.noun else f"{feed.title} ({spell(noun)})"
    if layer == "core":
        return CORE.get(noun, spell(noun).capitalize())
    return f"{spell(noun).capitalize()} ({layer})"
