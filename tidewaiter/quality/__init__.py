"""What a night's checks found, kept for later nights and shown to people.

Belongs here: measuring and judging a step, storing and gathering what it found, reading it for the report.
Belongs elsewhere: rules, bounds and figures themselves (data_quality), assets (assets).
"""
