"""Nested JSON files: one object, a list of objects, or one object a line (JSON Lines).

Belongs here: strict parsing within limits, one object at a time, and refusals that quote nothing of the file.
Belongs elsewhere: flat JSON Lines (columnar.py), what the objects mean (their feed's module).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import LandedFile

Json = dict[str, Any]
LINE_ENDINGS = (".jsonl", ".ndjson")
DOCUMENT_ENDINGS = (".json",)
LONGEST_LINE = 16_000_000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANK = re.compile(r"[ \t\r\n]+")
LONGEST_KEY = 60


class _NotJsonError(ValueError):
    """What Python's parser takes and JSON does not have."""


def walk_objects(file: LandedFile) -> Iterator[tuple[int, Json]]:
    """Yield each object with the line it begins on; numbers stay the text they are written as.

    Raises:
        FileRefusedError: not JSON, not UTF-8, no object where one belongs, a key twice, or larger than the limits.
    """
    ending = "." + file.plain_name.rsplit(".", 1)[-1]
    if ending in LINE_ENDINGS:
        return _walk_lines(file)
    if ending in DOCUMENT_ENDINGS:
        return _walk_document(file)
    formats = ", ".join((*DOCUMENT_ENDINGS, *LINE_ENDINGS))
    raise FileRefusedError(file.name, f"{ending} is not a format of this feed", fix=f"use {formats}")


def show_key(key: str) -> str:
    """Return a key as a refusal or note may show it: quoted, in plain characters, cut."""
    return json.dumps(key)[:LONGEST_KEY]


def refuse_nesting(file: LandedFile, line: int) -> NoReturn:
    """Refuse a file whose objects lie too deep in each other."""
    raise FileRefusedError(
        file.name, "objects or lists are nested too deep", line=line, fix="send the layout of the contract"
    )


def _walk_lines(file: LandedFile) -> Iterator[tuple[int, Json]]:
    with file.path.open("rb") as handle:
        line = 0
        while piece := handle.readline(LONGEST_LINE + 1):
            line += 1
            if len(piece) > LONGEST_LINE:
                raise FileRefusedError(
                    file.name, "the line is longer than 16 MB", line=line, fix="send one object a line"
                )
            text = _decode(file, piece.removeprefix(BYTE_ORDER_MARK) if line == 1 else piece, line)
            if (start := _skip_blank(text, 0)) < len(text):
                found, end = _parse(file, text, start, line, line)
                _check_end(file, text, end, line)
                yield line, _need_object(file, found, line)


def _walk_document(file: LandedFile) -> Iterator[tuple[int, Json]]:
    size = file.path.stat().st_size
    if size > file.max_document_bytes:
        raise FileRefusedError(
            file.name, f"one JSON document of {size:,} bytes is larger than {file.max_document_bytes:,}",
            fix="send JSON Lines (.jsonl), one object a line, or raise max_document_bytes in policy/ingest.yml",
        )  # fmt: skip
    text = _decode(file, file.path.read_bytes().removeprefix(BYTE_ORDER_MARK), 1)
    at = _skip_blank(text, 0)
    if at == len(text):
        return
    if text[at] == "[":
        yield from _walk_list(file, text, at)
        return
    line = _line_of(text, at)
    found, end = _parse(file, text, at, 1, line)
    _check_end(file, text, end, 1)
    yield line, _need_object(file, found, line)


def _walk_list(file: LandedFile, text: str, start: int) -> Iterator[tuple[int, Json]]:
    """Yield the objects of the list that begins at `start`, of which only one is in memory at a time."""
    at, line, counted = _skip_blank(text, start + 1), 1, 0
    is_over = text[at : at + 1] == "]"
    while not is_over:
        line, counted = line + text.count("\n", counted, at), at
        found, end = _parse(file, text, at, 1, line)
        yield line, _need_object(file, found, line)
        at = _skip_blank(text, end)
        is_over = text[at : at + 1] == "]"
        if not is_over:
            if text[at : at + 1] != ",":
                raise _not_json(file, "Expecting ',' or ']'", text, at)
            at = _skip_blank(text, at + 1)
    _check_end(file, text, at + 1, 1)


def _parse(file: LandedFile, text: str, at: int, first_line: int, begun: int) -> tuple[Any, int]:
    """Return the value that begins at a position and where it ends.

    Args:
        first_line: line of the file on which the text begins.
        begun: line of the file on which the value begins.
    """
    try:
        return DECODER.raw_decode(text, at)
    except json.JSONDecodeError as problem:
        # The parser's error holds the whole text: it may not outlive the refusal.
        raise _not_json(file, problem.msg, text, problem.pos, first_line) from None
    except _NotJsonError as problem:
        raise FileRefusedError(
            file.name, f"not JSON, in what begins here: {problem}", line=begun, fix="send the file again as JSON"
        ) from None
    except RecursionError:
        refuse_nesting(file, begun)


def _not_json(file: LandedFile, what: str, text: str, at: int, first_line: int = 1) -> FileRefusedError:
    column = at - text.rfind("\n", 0, at)
    hint = "; several objects are JSON Lines (.jsonl)" if what == "Extra data" else ""
    return FileRefusedError(
        file.name, f"not JSON at column {column}: {what}", line=first_line + _line_of(text, at) - 1,
        fix=f"send the file again as JSON{hint}",
    )  # fmt: skip


def _check_end(file: LandedFile, text: str, end: int, first_line: int) -> None:
    rest = _skip_blank(text, end)
    if rest < len(text):
        raise _not_json(file, "Extra data", text, rest, first_line)


def _need_object(file: LandedFile, found: Any, line: int) -> Json:
    if not isinstance(found, dict):
        raise FileRefusedError(
            file.name, f"{name_kind(found)} stands where an object belongs", line=line,
            fix="send one object, a list of objects, or one object a line",
        )  # fmt: skip
    return found


def name_kind(value: Any) -> str:
    """Return what kind of JSON value it is, with its article; numbers have become text."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case dict():
            return "an object"
        case list():
            return "a list"
        case str():
            return "a text or number"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def _decode(file: LandedFile, content: bytes, first_line: int) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = first_line + content.count(b"\n", 0, problem.start)
        raise FileRefusedError(
            file.name, "text is not UTF-8", line=line, fix="send the file again as UTF-8 JSON"
        ) from None


def _skip_blank(text: str, at: int) -> int:
    found = BLANK.match(text, at)
    return found.end() if found else at


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _pair_up(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise _NotJsonError(f"key {show_key(twice)} appears twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _NotJsonError(f"{name} is no JSON number")


DECODER = json.JSONDecoder(object_pairs_hook=_pair_up, parse_int=str, parse_float=str, parse_constant=_refuse_constant)
