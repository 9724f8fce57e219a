"""Duty owed on a declared line, the chain of reasons, and what would be owed if the declaration were wrong.

Belongs here: facts about duties, rates, amounts, words for them.
Belongs elsewhere: how a date and entry type have duty found (regimes), tariff files (tidewaiter/ingest).
"""
