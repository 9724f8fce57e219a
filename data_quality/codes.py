"""Closed code lists that contracts refer to by name.

Belongs here: reading `codes/<name>.csv` (columns code, meaning).
Belongs elsewhere: codes that people decide, such as findings (policy).
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "codes"


@cache
def load_codes() -> Mapping[str, Mapping[str, str]]:
    """Return every list as code -> meaning, by list name."""
    return {path.stem: _read_list(path) for path in sorted(FOLDER.glob("*.csv"))}


def _read_list(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["meaning"] for row in csv.DictReader(handle)}
