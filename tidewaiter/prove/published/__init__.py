"""The published benchmark: the Korean customs release with its published split, and how much of it is a leak.

Belongs here: reading the release, the opponents, the look-up that shows the leak, the figures of the authors.
Belongs elsewhere: printing (tidewaiter/command/prove_published.py), the project's own models (models/).
"""
