"""Nested JSON with anything anywhere: every file is read or refused, and every row of a read one is kept or held."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.trip import make_trip
from tests.unit.landed_feed import FeedRun, run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.truck_manifest import FEED, LINKS, TABLES

Place = tuple[str | int, ...]


def walk_places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield where something stands in a JSON value, but for the value itself."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        yield (*place, key)
        yield from walk_places(each, (*place, key))


def put(place: Place, value: Any) -> Any:
    """Return a good trip with a value put in a place."""
    trip = found = make_trip()
    for key in place[:-1]:
        found = found[key]  # type: ignore[index]
    found[place[-1]] = value  # type: ignore[index]
    return trip


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("\ud800")
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
changes = st.lists(
    st.tuples(st.sampled_from(sorted(walk_places(make_trip()), key=str)), values), min_size=1, max_size=25
)


def read(run: FeedRun, name: str, content: bytes) -> None:
    """Read a file; a refused one is left out."""
    with suppress(FileRefusedError):
        run.read(name, content)


@settings(max_examples=6, deadline=None)
@given(changes, st.binary(max_size=40))
def test_anything_anywhere_is_read_or_refused_and_no_row_is_lost(
    given_changes: list[tuple[Place, Any]], junk: bytes
) -> None:
    with TemporaryDirectory() as folder, run_feed(FEED, Path(folder)) as run:
        for n, change in enumerate(given_changes):
            read(run, f"{n}.json", json.dumps(put(*change)).encode())
        read(run, "junk.jsonl", junk)
        run.keep(LINKS)
        for table in TABLES:
            parts = [
                f"select count(*) as n from {part}_{table.removeprefix('raw.')}" for part in ("raw", "kept", "held")
            ]
            total, kept_n, held_n = (run.query(part)[0]["n"] for part in parts)
            assert total == kept_n + held_n
        mapped = {noun: run.map_table(noun) for noun in ("shipment", "shipment_party", "shipment_equipment")}
        assert len(mapped["shipment"]) == run.count("truck_manifest_shipment")
