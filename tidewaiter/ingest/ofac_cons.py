"""The feed `watchlist/ofac_cons`: the consolidated list of OFAC's other sanctions in its official three files.

Belongs here: the names of its files and tables.
Belongs elsewhere: reading the files (ofac.py), what the columns mean (contracts), mapping (sql/ofac).
"""

from tidewaiter.ingest.ofac import OfacList, build_feed

TABLES = {"cons_prim": "raw.ofac_cons", "cons_alt": "raw.ofac_cons_alt", "cons_add": "raw.ofac_cons_add"}
FEED = build_feed(OfacList("ofac_cons", "OFAC consolidated list", TABLES))
