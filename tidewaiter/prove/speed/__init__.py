"""The proof of speed: a national night over a long history, stage by stage, beside the floor.

Belongs here: the history and the model that the night looks back on, running it, its figures.
Belongs elsewhere: the landed files and the floor of reading them (tidewaiter/prove), printing (tidewaiter/command).
"""
