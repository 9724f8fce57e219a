"""What a finished night looks like to a person at a terminal, or to a program that reads its output.

Belongs here: queues and explanations as tables, CSV and JSON.
Belongs elsewhere: options and exit codes (tidewaiter/cli.py), the published file (tidewaiter/release).
"""
