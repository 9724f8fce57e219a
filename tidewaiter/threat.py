"""The threat families: the closed list of what an examination looks for.

Belongs here: their codes, in the order in which tables have them.
Belongs elsewhere: findings and their families (policy/findings.yml), what a miss costs (policy/costs.yml).
"""

from typing import Literal

Family = Literal["revenue", "contraband", "product", "forced_labor"]
FAMILIES: tuple[Family, ...] = ("revenue", "contraband", "product", "forced_labor")
