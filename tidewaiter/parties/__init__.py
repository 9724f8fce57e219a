"""Who is behind each shipment: names to keys, keys to parties, parties to daily aggregates and list hits.

Belongs here: normalising, resolving, screening and counting parties.
Belongs elsewhere: features made from them (tidewaiter/features).
"""
