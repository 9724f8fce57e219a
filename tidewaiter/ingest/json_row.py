"""One JSON object on its way to one raw row: known keys to columns, unknown ones set apart, odd ones rejected.

Belongs here: taking values out of an object, and what becomes of a value of the wrong shape.
Belongs elsewhere: parsing (json_object.py), which key is which column (the feed's module).
"""

import json
from collections.abc import Mapping
from typing import Any

from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import LandedFile
from tidewaiter.ingest.json_object import Json, name_kind

Keys = Mapping[str, str]


class JsonRow:
    """A row in the making; what is taken out of the object goes to columns, the rest to `other_columns`.

    Attributes:
        place: what the object is, as warnings name it.
        row: promised column -> text, and what `append_rows` takes beside them.
    """

    def __init__(self, found: Json, place: str, file: LandedFile, line: int) -> None:
        self.place = place
        self.row: dict[str, str | None] = {}
        self._rest = dict(found)
        self._filed = dict(found)
        self._file, self._line = file, line

    def pop_object(self, key: str, *, is_row: bool = True) -> Json:
        """Take out an object, by default one that becomes a row of its own; absent or null is an empty one.

        Raises:
            FileRefusedError: something else stands there.
        """
        if is_row:
            self._filed.pop(key, None)
        found = self._rest.pop(key, None)
        if found is not None and not isinstance(found, dict):
            self._refuse(key, found, "an object")
        return found or {}

    def pop_list(self, key: str, *, is_row: bool = True) -> list[Json]:
        """Take out a list of objects, by default such that become rows of their own; absent or null is an empty one.

        Raises:
            FileRefusedError: something else stands there, or something else is in the list.
        """
        if is_row:
            self._filed.pop(key, None)
        found = self._rest.pop(key, None)
        if found is None:
            return []
        if not isinstance(found, list):
            self._refuse(key, found, "a list")
        for each in found:
            if not isinstance(each, dict):
                self._refuse(f"{key}[]", each, "an object")
        return list(found)

    def fill(self, keys: Keys) -> None:
        """Fill columns from the object's own values."""
        for key, column in keys.items():
            self.row[column] = self._read_text(self._rest.pop(key, None), column)

    def fill_from(self, key: str, keys: Keys) -> None:
        """Fill columns from the values of an object under a key; what else is in it is unknown under that key."""
        found = self._rest.pop(key, None)
        if found is None or isinstance(found, dict):
            inner = dict(found or {})
            for name, column in keys.items():
                self.row[column] = self._read_text(inner.pop(name, None), column)
            self._rest.update({f"{key}.{name}": value for name, value in inner.items()})
        else:
            self._refuse(key, found, "an object")

    def fill_joined(self, key: str, column: str) -> None:
        """Fill a column with the values of a list, separated by commas; one value may stand without a list."""
        found = self._rest.pop(key, None)
        pieces = found if isinstance(found, list) else [found]
        texts = [self._read_text(piece, column) for piece in pieces]
        self.row[column] = ",".join(text for text in texts if text) or None

    def reject(self, rule: str) -> None:
        """Have the row held for a rule that its contract cannot state; the first such rule counts."""
        self.row.setdefault("reject_rule", rule)
        self.row["raw_text"] = json.dumps(self._filed)

    def finish(self) -> list[str]:
        """Put what no column is promised for into `other_columns` and return its keys, behind the place."""
        if self._rest:
            self.row["other_columns"] = json.dumps(self._rest)
        return [f"{self.place}.{key}" for key in self._rest]

    def _read_text(self, value: Any, column: str) -> str | None:
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str):
            self.reject(f"wrong_shape_{column}")
            return None
        if not value.isascii() and not _is_unicode(value):
            self.reject(f"unprintable_{column}")
            return None
        return value

    def _refuse(self, key: str, found: Any, wanted: str) -> None:
        raise FileRefusedError(
            self._file.name, f"{self.place}.{key} is {name_kind(found)}, not {wanted}", line=self._line,
            fix="send the layout of the contract",
        )  # fmt: skip


def _is_unicode(text: str) -> bool:
    r"""Return whether the text can be written: an escape such as \ud800 alone is half of a character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
