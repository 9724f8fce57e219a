"""Data quality: what each table promises, and the proof that it holds.

Belongs here: contracts, hold rules, Great Expectations suites and checks, the data dictionary.
Belongs elsewhere: reading files (tidewaiter/ingest), Dagster assets (assets).
"""
