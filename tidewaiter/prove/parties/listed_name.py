"""Names of lists for measuring, off the official files of a folder, and honest names beside them.

Belongs here: reading names off list files, inventing honest ones.
Belongs elsewhere: listed names where there are no files (stand_in.py), reading lists into a lake (tidewaiter/ingest),
altering names (altered_name.py).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from tidewaiter.policy import Policy
from tidewaiter.prove.parties.made_name import make_name, make_word

# File -> column of names, by number where the layout has no header.
BARE = {"ofac_sdn.csv": 1, "ofac_alt.csv": 3, "ofac_cons_prim.csv": 1, "ofac_cons_alt.csv": 3}
HEADED = {
    "csl_sample.csv": ("name", ","),
    "uflpa_entity_list_partial.csv": ("entity", ","),
    "cbp_wro_findings_active.csv": ("entity", ","),
    "bis_denied_persons_list.tsv": ("Name", "\t"),
}
NULL = ("", "-0-")
FAMILY_NAMES = (
    "smith", "johnson", "brown", "jones", "miller", "davis", "wilson", "anderson", "taylor", "moore", "garcia", "lopez",
    "martinez", "hernandez", "gonzalez", "perez", "nguyen", "tran", "kim", "park", "lee", "chen", "wang", "patel",
)  # fmt: skip
SEED = 11


def read_lists(folder: Path) -> list[str]:
    """Return the names of every list file of the folder, each once, in order."""
    return list(dict.fromkeys(name for name in _read_names(folder) if name not in NULL))


def _read_names(folder: Path) -> Iterator[str]:
    for file, place in BARE.items():
        with (folder / file).open(encoding="latin-1", newline="") as handle:
            yield from (row[place].strip() for row in csv.reader(handle) if len(row) > place)
    for file, (column, delimiter) in HEADED.items():
        with (folder / file).open(encoding="utf-8-sig", errors="replace", newline="") as handle:
            yield from ((row[column] or "").strip() for row in csv.DictReader(handle, delimiter=delimiter))


def invent_honest(policy: Policy, listed: pl.Series, count: int) -> list[str]:
    """Return so many honest names: receivers, firms, and names put together from words of the lists themselves.

    Two in five are persons of common and of invented names, nine in twenty are firms, and three in twenty are two
    or three words of listed names drawn by how often they stand there: those are hardest.

    Args:
        listed: keys of listed names; none of them is returned.
    """
    rng = np.random.default_rng(SEED + 1)
    words = listed.str.split(" ").explode(empty_as_null=False).to_list()
    known, common = set(listed), policy.screening.common_words
    found: list[str] = []
    while len(found) < count:
        kind = rng.random()
        if kind < 0.4:
            given = common[int(rng.integers(len(common)))] if rng.random() < 0.6 else make_word(rng)
            family = FAMILY_NAMES[int(rng.integers(len(FAMILY_NAMES)))] if rng.random() < 0.4 else make_word(rng)
            name = f"{given} {family}"
        elif kind < 0.85:
            name = make_name(rng, common, is_person=False)
        else:
            name = " ".join(words[int(rng.integers(len(words)))] for _ in range(int(rng.integers(2, 4))))
        if " ".join(sorted(set(name.lower().split()))) not in known:
            found.append(name)
    return found
