"""Closed code lists that contracts refer to by name.

Belongs here: reading `codes/<name>.csv` (columns code, meaning).
Belongs elsewhere: codes that people decide, such as findings (policy).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "codes"
# Lists that land: a rule that names one counts on dates on which a copy is in force. On the others the shipped list
# beside it is looked up for a warning, because it does not have every code.
DATED: Mapping[str, str] = {"schedule_d": "port"}


@cache
def load_codes() -> Mapping[str, Mapping[str, str]]:
    """Return every list as code -> meaning, by list name."""
    return {path.stem: _read_list(path) for path in sorted(FOLDER.glob("*.csv"))}


def is_in_force(code_list: str | None, codes: Mapping[str, object]) -> bool:
    """Return whether a rule with that code list counts: it has none, it is shipped, or a copy of it is in force."""
    return code_list not in DATED or code_list in codes


def _read_list(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["meaning"] for row in csv.DictReader(handle)}
