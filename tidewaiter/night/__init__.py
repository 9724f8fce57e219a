"""One night as stages: what each reads, what it makes, and running them in order over a lake.

Belongs here: the table of stages that the shell and the proofs share, the order of the domain's functions in each.
Belongs elsewhere: the functions themselves (their packages), naming and reporting tables (assets).
"""
