"""Dagster assets, thin: what exists after each ran.

Belongs here: naming each table, calling the domain, reporting what was published.
Belongs elsewhere: the computation (tidewaiter, models, data_quality), jobs and schedules (pipelines).
"""
