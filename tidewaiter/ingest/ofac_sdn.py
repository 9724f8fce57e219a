"""The feed `watchlist/ofac_sdn`: the Specially Designated Nationals list in its official three files.

Belongs here: the names of its files and tables.
Belongs elsewhere: reading the files (ofac.py), what the columns mean (contracts), mapping (sql/ofac).
"""

from tidewaiter.ingest.ofac import OfacList, build_feed

TABLES = {"sdn": "raw.ofac_sdn", "alt": "raw.ofac_alt", "add": "raw.ofac_add"}
FEED = build_feed(OfacList("ofac_sdn", "OFAC sanctions list", TABLES))
LINKS = FEED.links
