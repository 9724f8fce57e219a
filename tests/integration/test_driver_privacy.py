"""Nothing that a truck manifest says of a driver is in a home after a night, whatever became of its file.

Belongs here: the whole home, file by file: tables, release, ledger, event log, messages.
Belongs elsewhere: which keys are dropped (tests/unit/test_truck_manifest.py).
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.support.entry import DAY, landing_file
from tests.support.home import Said, make_settings, options, read, run_command
from tests.support.trip import PLANTED, make_driver, make_trailer, make_trip
from tidewaiter.settings import Settings

FEED = "truck_manifest"
ODD = [make_trip(2, usPortOfArrival="?"), make_trip(3, trailers=[make_trailer("1", type=[])])]
GOOD = json.dumps([make_trip(1), *ODD, *(make_trip(n) for n in range(10, 30))])
FILES = {
    "good.json": GOOD.encode(),
    "packed.jsonl.gz": gzip.compress(
        json.dumps(make_trip(4, leadDriver=make_driver(), odd={"driver": PLANTED[0]})).encode()
    ),
    "repeated.json": GOOD.encode(),
    "cut.json": GOOD[:-40].encode(),
    "cut_in_driver.json": GOOD.partition(PLANTED[0])[0].encode() + PLANTED[0].encode(),
    "twice.jsonl": json.dumps(make_trip(5)).replace('"lastName"', '"firstName"').encode(),
    "constant.jsonl": json.dumps(make_trip(6)).replace('"M"', "NaN").encode(),
    "latin.json": json.dumps(make_trip(7))
    .replace(PLANTED[0], PLANTED[0] + "é")
    .encode("latin-1")
    .replace(b"\\u00e9", b"\xe9"),
    "shape.json": json.dumps(make_trip(8, shipments=make_driver())).encode(),
    "drivers.json": json.dumps([make_driver(), [make_driver()]]).encode(),
    "name.txt": PLANTED[0].encode(),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Said]:
    """A home after a night over these files, and what the command printed."""
    folder = tmp_path_factory.mktemp("drivers")
    for name, content in FILES.items():
        landing_file(folder / "landing", FEED, name).write_bytes(content)
    settings = make_settings(folder, folder / "landing")
    return settings, run_command("nightly", "--date", DAY.isoformat(), *options(settings))


def walk_texts(home: Path) -> Iterator[tuple[Path, str]]:
    """Yield every file of a home with what is in it: its bytes, and the rows of Parquet and DuckDB files."""
    for path in sorted(path for path in home.rglob("*") if path.is_file()):
        yield path, path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            yield path, json.dumps(pl.read_parquet(path, hive_partitioning=False).to_dicts(), default=str)
        if path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as con:
                names = con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
                yield path, json.dumps([con.execute(f"from {name}").fetchall() for (name,) in names], default=str)


def test_every_file_is_read_held_or_refused_as_it_should_be(said: tuple[Settings, Said]) -> None:
    files = read(said[0], f"held.{FEED}_file", DAY)
    statuses = {row["file"].rpartition("/")[2]: row["status"] for row in files.to_dicts()}
    accepted = {name for name, status in statuses.items() if status == "accepted"}
    assert accepted == {"good.json", "packed.jsonl.gz"}
    assert statuses.pop("repeated.json") == "repeated"
    assert {status for name, status in statuses.items() if name not in accepted} == {"refused"}
    assert read(said[0], f"held.{FEED}", DAY).height > 5
    shipments = set(read(said[0], "core.shipment", DAY)["shipment_id"])
    assert shipments == {f"truck:ZQTR{n:08d}" for n in (1, 3, 4, *range(10, 30))}


def test_no_byte_of_the_home_is_of_a_driver(said: tuple[Settings, Said]) -> None:
    seen = {path.suffix for path, _ in walk_texts(said[0].home)}
    assert {".parquet", ".duckdb", ".db"} <= seen, seen
    found = [(path.name, value) for path, text in walk_texts(said[0].home) for value in PLANTED if value in text]
    assert found == []


def test_no_message_says_a_word_of_a_driver(said: tuple[Settings, Said]) -> None:
    printed = said[1].out + said[1].err
    assert "shape.json" in printed, "refused files are named"
    assert [value for value in PLANTED if value in printed] == []


def test_the_scan_finds_what_is_stored(said: tuple[Settings, Said]) -> None:
    text = "".join(text for _, text in walk_texts(said[0].home))
    assert all(value in text for value in ("Invented Buyers LLC", "TX JV2012", "trip.odd"))
