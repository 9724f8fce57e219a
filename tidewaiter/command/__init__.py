"""What each command does between its arguments and its exit code.

Belongs here: calling the work, progress, printing results.
Belongs elsewhere: arguments (tidewaiter/cli.py), jobs (pipelines), tables as text (tidewaiter/view).
"""
