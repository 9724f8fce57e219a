"""Proofs of what the project claims: each a command that a stranger can run, printing what it measured.

Belongs here: making what is measured, measuring it.
Belongs elsewhere: the work that is measured (the other packages), printing (tidewaiter/command/prove.py).
"""
