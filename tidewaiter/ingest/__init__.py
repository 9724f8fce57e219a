"""From landed files to kept and held rows.

Belongs here: one reader a feed format, and the SQL that maps kept rows to the core tables.
Belongs elsewhere: what a row must satisfy (data_quality), who is behind it (tidewaiter/parties).
"""
