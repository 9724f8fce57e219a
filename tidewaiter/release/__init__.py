"""The published DuckDB file of a date, and what stands beside it.

Belongs here: making, comparing and publishing releases.
Belongs elsewhere: what the tables promise (data_quality/contracts), what the command line prints (tidewaiter/view).
"""
