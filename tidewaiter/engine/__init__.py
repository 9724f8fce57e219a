"""Where SQL runs: five verbs that any engine offers.

Belongs here: engines (DuckDB by default) and key-local SQL.
Belongs elsewhere: the SQL itself (tidewaiter/features/sql, tidewaiter/ingest/sql).
"""
