"""One held row as a person may see it: its columns, personal ones withheld, nothing that a terminal would act on.

Belongs here: taking the raw text apart, masking, making text harmless and short.
Belongs elsewhere: which rows there are (tidewaiter/ingest/held.py), the layout (held_view.py).
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from data_quality.contract import load_contract
from tidewaiter.view.evidence import WITHHELD

LONGEST_VALUE = 60
# Columns that no contract knows may hold anything, so they are shown as personal ones are.
OTHER = "other_columns"
UNSPLIT = "line"


def read_values(record: str, raw_text: str) -> Mapping[str, Any]:
    """Return a row's filled columns by name, as filed; a line that was never split is one value named `line`."""
    try:
        found = json.loads(raw_text)
    except json.JSONDecodeError:
        return {UNSPLIT: raw_text.strip("\r\n")}
    if not isinstance(found, dict) or not set(found) <= {*load_contract(record).column_names, OTHER}:
        return {UNSPLIT: raw_text.strip("\r\n")}
    return {name: value for name, value in found.items() if value is not None}


def mask_values(record: str, values: Mapping[str, Any], *, show_personal: bool) -> dict[str, str]:
    """Return a row's values as text; personal ones, lines never split and unknown columns are withheld unless shown."""
    hidden = frozenset() if show_personal else load_contract(record).personal_names | {OTHER, UNSPLIT}
    return {name: withhold(name, str(value)) if name in hidden else str(value) for name, value in values.items()}


def withhold(name: str, value: str) -> str:
    """Return what may be said of a value that is not shown: its size, of a line also how many commas it has."""
    commas = f", {value.count(',')} commas" if name == UNSPLIT else ""
    return f"({WITHHELD}, {len(value):,} character{'' if len(value) == 1 else 's'}{commas})"


def make_plain(text: str, longest: int | None = LONGEST_VALUE) -> str:
    """Return text on one line with no character that a terminal acts on or that hides others, cut after `longest`."""
    cut = text if longest is None or len(text) <= longest else text[:longest]
    plain = "".join(character if _is_harmless(character) else _escape(character) for character in cut)
    return plain if len(cut) == len(text) else f"{plain}… ({len(text):,} characters)"


def _is_harmless(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] not in "CZ"


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def write_row(values: Mapping[str, str], first: Iterable[str]) -> str:
    """Return a row's values as `name=value`, those of the named columns first."""
    leading = [name for name in dict.fromkeys(first) if name in values]
    names = [*leading, *(name for name in values if name not in leading)]
    return ", ".join(f"{name}={make_plain(values[name])}" for name in names)
