"""Nested JSON files, object by object: what is read, what is refused, and where."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import LandedFile
from tidewaiter.ingest.json_object import LONGEST_LINE, Json, walk_objects

NAMES = ("a.json", "a.jsonl")


def landed(folder: Path, content: str | bytes, name: str = "a.json", limit: int = 256_000_000) -> LandedFile:
    path = folder / "plain"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return LandedFile("truck_manifest", f"truck_manifest/2026-11-20/{name}", path, "0" * 64, 1, limit)


def walk(folder: Path, content: str | bytes, name: str = "a.json") -> list[tuple[int, Json]]:
    return list(walk_objects(landed(folder, content, name)))


def refuse(folder: Path, content: str | bytes, name: str = "a.json") -> FileRefusedError:
    with pytest.raises(FileRefusedError) as caught:
        walk(folder, content, name)
    assert caught.value.__cause__ is None, "the parser's error would carry the file's text"
    return caught.value


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("a.json", '{"a": "1"}', [1]),
        ("a.json", '\n\n [{"a": 1},\n {"a": 1}, {"a": 1}\n]\n', [3, 4, 4]),
        ("a.jsonl", '{"a": 1}\n\n  \r\n{"a": 1}\r\n{"a": 1}', [1, 4, 5]),
        ("a.ndjson", '{"a": 1}\n', [1]),
        ("a.json.gz", '{"a": 1}', [1]),
        ("A.JSON", '{"a": 1}', [1]),
    ],
)
def test_each_object_comes_with_the_line_it_begins_on(
    tmp_path: Path, name: str, content: str, lines: list[int]
) -> None:
    assert walk(tmp_path, content, name) == [(line, {"a": "1"}) for line in lines]


@pytest.mark.parametrize(
    ("name", "content"),
    [*((name, content) for name in NAMES for content in ("", "\n \n", "\ufeff")), ("a.json", " [ ]\n")],
)
def test_a_file_without_objects_has_none(tmp_path: Path, name: str, content: str) -> None:
    assert walk(tmp_path, content, name) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path, name: str) -> None:
    assert walk(tmp_path, "\ufeff" + '{"a": 1}', name) == [(1, {"a": "1"})]


@pytest.mark.parametrize("number", ["35", "1.50", "1e400", "-0.0", "9" * 5000])
def test_numbers_stay_as_they_are_written(tmp_path: Path, number: str) -> None:
    assert walk(tmp_path, f'{{"a": {number}}}') == [(1, {"a": number})]


@pytest.mark.parametrize(
    ("name", "content", "line", "cause"),
    [
        ("a.json", '{"a": 1,\n "b": }', 2, "not JSON at column 7: Expecting value"),
        ("a.json", '[{"a": 1},\n{"a": 2} {"a": 3}]', 2, "not JSON at column 10: Expecting ',' or ']'"),
        ("a.json", '[{"a": 1},\n', 2, "not JSON at column 1: Expecting value"),
        ("a.json", '[{"a": 1}\n', 2, "not JSON at column 1: Expecting ',' or ']'"),
        ("a.json", '{"a": 1}\n{"a": 2}', 2, "not JSON at column 1: Extra data"),
        ("a.json", '{"a": "Zzyxdriver', 1, "not JSON at column 7: Unterminated string starting at"),
        ("a.json", '{"a": "\n"}', 1, "not JSON at column 8: Invalid control character at"),
        ("a.json", '\n{"a": NaN}', 2, "NaN is no JSON number"),
        ("a.json", '{"a": -Infinity}', 1, "-Infinity is no JSON number"),
        ("a.json", '[{"a": 1},\n{"b": {"a": 1, "a": 2}}]', 2, 'key "a" appears twice in one object'),
        ("a.json", '"text"', 1, "a text or number stands where an object belongs"),
        ("a.json", "[{},\n[]]", 2, "a list stands where an object belongs"),
        ("a.json", "[{}, null]", 1, "null stands where an object belongs"),
        ("a.json", "[true]", 1, "true or false stands where an object belongs"),
        ("a.json", "[" * 100_000, 1, "nested too deep"),
        ("a.json", '{"a":' * 100_000, 1, "nested too deep"),
        ("a.json", b'{"a": 1,\n"b": "\xff"}', 2, "not UTF-8"),
        ("a.json", '{"a": 1}'.encode("utf-16"), 1, "not UTF-8"),
        ("a.jsonl", '{"a": 1}\n{"a": }\n', 2, "not JSON at column 7: Expecting value"),
        ("a.jsonl", '{"a": 1}\n{"a": 1} {"a": 1}\n', 2, "not JSON at column 10: Extra data"),
        ("a.jsonl", '{"a": 1}\n{"a": 1, "a": 1}\n', 2, "appears twice in one object"),
        ("a.jsonl", '{"a": 1}\n[{"a": 1}]\n', 2, "a list stands where an object belongs"),
        ("a.jsonl", '{"a": 1}\n' + '{"a":' * 100_000, 2, "nested too deep"),
        ("a.jsonl", b'{"a": 1}\n{"a": "\xff"}', 2, "not UTF-8"),
        ("a.jsonl", '{"a": 1}\n{"a": Infinity}', 2, "Infinity is no JSON number"),
        ("a.xml", "<a/>", None, ".xml is not a format of this feed"),
    ],
)
def test_what_is_not_such_json_is_refused_with_line_cause_and_fix(
    tmp_path: Path, name: str, content: str | bytes, line: int | None, cause: str
) -> None:
    found = refuse(tmp_path, content, name)
    assert (found.line, found.file) == (line, f"truck_manifest/2026-11-20/{name}")
    assert cause in found.reason
    assert found.fix
    assert "Zzyx" not in str(found)


def test_several_objects_in_one_document_are_told_what_they_are(tmp_path: Path) -> None:
    assert "several objects are JSON Lines (.jsonl)" in refuse(tmp_path, "{}\n{}").fix


def test_a_key_that_is_shown_is_cut_and_plain(tmp_path: Path) -> None:
    key = "ключ\\u0000" * 50
    found = refuse(tmp_path, f'{{"{key}": 1, "{key}": 2}}')
    assert found.reason.isascii()
    assert len(found.reason) < 140


def test_a_document_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = landed(tmp_path, "", limit=1000).path
    with path.open("wb") as handle:
        handle.truncate(2_000_000_000)
    tracemalloc.start()
    with pytest.raises(FileRefusedError, match="2,000,000,000 bytes is larger than 1,000") as caught:
        list(walk_objects(LandedFile("t", "t/a.json", path, "0", 1, 1000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
    assert "max_document_bytes" in caught.value.fix


def test_a_line_over_the_limit_is_refused_without_reading_on(tmp_path: Path) -> None:
    path = landed(tmp_path, "").path
    with path.open("wb") as handle:
        handle.write(b'{"a": "')
        handle.truncate(1_000_000_000)
    tracemalloc.start()
    with pytest.raises(FileRefusedError, match="line is longer than 16 MB") as caught:
        list(walk_objects(LandedFile("t", "t/a.jsonl", path, "0", 1)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * LONGEST_LINE
    assert caught.value.line == 1


def test_lines_are_read_one_after_the_other(tmp_path: Path) -> None:
    objects = walk_objects(landed(tmp_path, json.dumps({"a": 1}) + "\nno json", "a.jsonl"))
    first: tuple[int, dict[str, Any]] = next(objects)
    assert first == (1, {"a": "1"})
    with pytest.raises(FileRefusedError):
        next(objects)
