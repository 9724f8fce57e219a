"""What `tidewaiter prove parties` measures: one module a row of its table.

Belongs here: the rows, and the parties and names that are made for them.
Belongs elsewhere: resolving and screening themselves (tidewaiter/parties), printing (tidewaiter/command).
"""
