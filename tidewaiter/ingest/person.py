"""Persons whom a manifest names and nobody here may keep: drivers, passengers and crew, with their documents.

Belongs here: which keys of a JSON object are dropped before anything of it is read.
Belongs elsewhere: personal data of the parties of a shipment, which contracts classify (data_quality/contracts).
"""

import re
from typing import Any

from tidewaiter.ingest.feed import LandedFile
from tidewaiter.ingest.json_object import Json, refuse_nesting

# The layout of ACE trips goes six deep.
DEEPEST = 32
# Wherever such a key stands: a driver put in the wrong place is a driver too.
PERSON = re.compile(
    r"driver|passenger|crew|birth|passport|citizen|nationality|gender|fastcard|traveldoc|identitydoc|"
    r"firstname|lastname|middlename|givenname|familyname|surname|^dob$"
)
# Keys of the sender's accounts with its service provider: they open nothing here.
ACCOUNT_KEYS = frozenset({"companykey", "apikey"})
LETTERS = re.compile(r"[^a-z]")


def drop_persons(found: Json, file: LandedFile, line: int) -> Json:
    """Return the object without keys that speak of drivers, passengers or crew, at any depth.

    Raises:
        FileRefusedError: the object is nested deeper than any layout.
    """
    kept = _drop(found, file, line, 0)
    return kept if isinstance(kept, dict) else {}


def _drop(value: Any, file: LandedFile, line: int, depth: int) -> Any:
    if depth > DEEPEST:
        refuse_nesting(file, line)
    if isinstance(value, dict):
        return {key: _drop(each, file, line, depth + 1) for key, each in value.items() if not _is_dropped(key)}
    if isinstance(value, list):
        return [_drop(each, file, line, depth + 1) for each in value]
    return value


def _is_dropped(key: str) -> bool:
    plain = LETTERS.sub("", key.lower())
    return plain in ACCOUNT_KEYS or PERSON.search(plain) is not None
