"""Dagster assembly: which assets run together, when, and with which resources.

Belongs here: definitions, jobs, schedules, sensors, partitions, resources, failures.
Belongs elsewhere: what an asset does (assets), the domain (tidewaiter).
"""
