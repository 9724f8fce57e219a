"""Feature families: what is unusual about a shipment, as catalogued numbers.

Belongs here: the catalog, key-local SQL families, Polars families, the joined table.
Belongs elsewhere: who the parties are (tidewaiter/parties), learning from features (models).
"""
