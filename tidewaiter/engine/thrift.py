"""Thrift's compact protocol for whole structures: bytes to nested fields and back, every field kept.

Belongs here: the encoding, as https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
states it.
Belongs elsewhere: what the fields mean (parquet.py).
"""

from dataclasses import dataclass, field
from typing import TypeAlias

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
INTEGERS = (I16, I32, I64)
SHORT_LIST = 15
SHORT_STEP = 15
DOUBLE_BYTES = 8
Value: TypeAlias = "bool | int | bytes | ListValue | Fields"


@dataclass
class ListValue:
    """A list and the type of its elements."""

    kind: int
    items: list[Value]


@dataclass
class Fields:
    """A structure: field number -> (type, value), in the order of the bytes."""

    by_number: dict[int, tuple[int, Value]] = field(default_factory=dict)

    def get(self, number: int) -> "Value | None":
        """Return a field's value, None when the structure lacks it."""
        return self.by_number[number][1] if number in self.by_number else None

    def integer(self, number: int) -> int:
        """Return the value of an integer field that has to be there."""
        found = self.get(number)
        if not isinstance(found, int):
            raise ValueError(f"field {number} is no integer")
        return found

    def structures(self, number: int) -> list["Fields"]:
        """Return the structures in a list field that has to be there."""
        found = self.get(number)
        if not isinstance(found, ListValue) or found.kind != STRUCT:
            raise ValueError(f"field {number} is no list of structures")
        return [each for each in found.items if isinstance(each, Fields)]

    def put(self, number: int, value: Value) -> None:
        """Give a field that is there another value."""
        self.by_number[number] = (self.by_number[number][0], value)


class Reader:
    """Reads values one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read_fields(self) -> Fields:
        """Return the structure that starts here."""
        found, number = Fields(), 0
        while header := self._take(1)[0]:
            step, kind = header >> 4, header & 15
            number = number + step if step else self._read_integer()
            found.by_number[number] = (kind, kind == TRUE if kind in (TRUE, FALSE) else self._read_value(kind))
        return found

    def _read_value(self, kind: int) -> Value:
        if kind in INTEGERS:
            return self._read_integer()
        if kind == BINARY:
            return self._take(self._read_varint())
        if kind == STRUCT:
            return self.read_fields()
        if kind in (LIST, SET):
            return self._read_list()
        if kind in (BYTE, TRUE, FALSE):
            return self._take(1)[0]
        if kind == DOUBLE:
            return self._take(DOUBLE_BYTES)
        raise ValueError(f"type {kind} is not one that a Parquet footer has")

    def _read_list(self) -> ListValue:
        header = self._take(1)[0]
        size = header >> 4 if header >> 4 != SHORT_LIST else self._read_varint()
        return ListValue(header & 15, [self._read_value(header & 15) for _ in range(size)])

    def _read_integer(self) -> int:
        coded = self._read_varint()
        return (coded >> 1) ^ -(coded & 1)

    def _read_varint(self) -> int:
        value = shift = 0
        while (byte := self._take(1)[0]) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise ValueError("the structure is cut short")
        self._at += size
        return taken


def encode(fields: Fields) -> bytes:
    """Return a structure as bytes; of what was read, the same bytes."""
    written, last = bytearray(), 0
    for number, (kind, value) in fields.by_number.items():
        kind = (TRUE if value else FALSE) if kind in (TRUE, FALSE) else kind
        step = number - last
        written += bytes([step << 4 | kind]) if 0 < step <= SHORT_STEP else bytes([kind]) + _encode_integer(number)
        written += b"" if kind in (TRUE, FALSE) else _encode_value(kind, value)
        last = number
    return bytes(written) + b"\0"


def _encode_value(kind: int, value: Value) -> bytes:
    if isinstance(value, Fields):
        return encode(value)
    if isinstance(value, ListValue):
        size = len(value.items)
        short = size < SHORT_LIST
        head = bytes([(size if short else SHORT_LIST) << 4 | value.kind]) + (b"" if short else _encode_varint(size))
        return head + b"".join(_encode_value(value.kind, each) for each in value.items)
    if isinstance(value, bytes):
        return value if kind == DOUBLE else _encode_varint(len(value)) + value
    return _encode_integer(value) if kind in INTEGERS else bytes([value])


def _encode_integer(value: int) -> bytes:
    return _encode_varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _encode_varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
