"""The ways of choosing that are compared, one module each.

Belongs here: the policies and the list of them.
Belongs elsewhere: what they share (choosing.py), the loop they run in (loop.py).
"""
