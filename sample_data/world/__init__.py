"""The simulated world: honest trade, its adversaries, exams and what becomes of them, one day at a time.

Belongs here: what others may use of it.
Belongs elsewhere: how it works (simulation.py), its figures and their reasons (setting.py, docs/world.md).
"""

from sample_data.world.day import TRUTH_SCHEMA, Day
from sample_data.world.landing import write_day
from sample_data.world.setting import DEFAULT, Parameters
from sample_data.world.simulation import World

__all__ = ["DEFAULT", "TRUTH_SCHEMA", "Day", "Parameters", "World", "write_day"]
