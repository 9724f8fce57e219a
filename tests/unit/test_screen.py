"""Screening a night's parties and goods: what is told, what is kept of it, which lists stop it.

Belongs here: party.hit, party.screened and party.match over dates, without Dagster.
Belongs elsewhere: how well altered names are found (`tidewaiter prove parties`), reading lists (test_watch_lists.py).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_quality.contract import load_contract
from tests.support.entry import DAY
from tests.support.work import Bench, open_bench
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.errors import ListError
from tidewaiter.lake import Lake
from tidewaiter.parties import screen_cache
from tidewaiter.parties.policy import Same
from tidewaiter.parties.screen import HIT_TABLES, screen_parties
from tidewaiter.parties.screen_model import screen_names
from tidewaiter.parties.screen_policy import Accepted
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

LISTED = ("Zevatakumi Quilorbmira", "ORBLANDOVORN GENERAL TRADING CO")
Party = tuple[str, str, str | None]


def publish(bench: Bench, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Publish rows of a table; columns that they do not name are null."""
    contract = load_contract(table)
    columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in contract.columns)
    bench.con.execute(f"create or replace table given ({columns})")
    for row in rows:
        marks = ", ".join(f"${name}" for name in row)
        bench.con.execute(f"insert into given ({', '.join(row)}) values ({marks})", row)
    bench.publish(table, "given")
    scan_parquet(bench.con, table.replace(".", "_"), [bench.lake.existing(table, bench.on)], contract)


def list_rows(names: Sequence[str], edition: date, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "list_code": "ofac_sdn", "entity_id": str(number), "name_number": 0, "name": name, "name_kind": "primary",
            "strength": "strong", "snapshot_on": edition, "countries": "Iran", **more,
        }
        for number, name in enumerate(names)
    ]  # fmt: skip


def screen(
    folder: Path,
    place: int,
    parties: Sequence[Party],
    names: Sequence[str] = LISTED,
    goods: str = "shirts",
    **more: Any,
) -> list[dict[str, Any]]:
    """Screen a day's parties (role, name, country) and return the hits."""
    on = DAY + timedelta(days=place)
    with open_bench(folder, on) as bench:
        listed = list_rows(names, more.pop("edition", on), **more.pop("entry", {}))
        publish(bench, "reference.watchlist_entry", listed)
        filed = [
            {"shipment_id": f"entry:{n}", "role": role, "party_number": 1, "name": name, "country": country}
            for n, (role, name, country) in enumerate(parties)
        ]
        address, city, _ = more.pop("place_filed", (None, None, None))
        publish(bench, "core.shipment_party", [{**each, "address": address, "city": city} for each in filed])
        publish(bench, "core.shipment_line", [{"shipment_id": "entry:0", "line_number": 1, "description": goods}])
        is_placeholder = more.pop("is_placeholder", False)
        alias = [{"spelling_id": str(n), "party_id": str(n), "is_placeholder": is_placeholder, "name": name,
                  "shipments_n": 1} for n, (_, name, _) in enumerate(parties)]  # fmt: skip
        publish(bench, "party.alias", alias)
        policy = replace(bench.policy, screening=bench.policy.screening.model_copy(update=more))
        screen_parties(bench.con, bench.lake, on, policy)
        for table in HIT_TABLES:
            bench.publish(table, table.replace(".", "_"))
        return bench.con.sql("select * from party_hit order by all").pl().to_dicts()


@pytest.mark.parametrize(
    ("name", "band"),
    [
        ("Quilorbmira, ZEVATAKUMI", "exact"),
        ("Zevatakumi Qulorbmira", "near"),
        ("Orblandovorn General Trading Company L", "exact"),
        ("ORBLANDOVRON GENERAL TRADING LLC DUBAI", "near"),
    ],
)
def test_a_listed_name_is_told_however_it_is_written(tmp_path: Path, name: str, band: str) -> None:
    hits = screen(tmp_path, 0, [("shipper", name, None)])
    assert [(hit["list_code"], hit["field"]) for hit in hits] == [("ofac_sdn", "name")]
    assert hits[0]["band"] == band or hits[0]["likeness"] >= 0.5


def test_an_honest_name_is_not_told(tmp_path: Path) -> None:
    assert (
        screen(tmp_path, 0, [("shipper", "Plimurafell Garment Limited", "CN"), ("consignee", "Pat Example", "US")])
        == []
    )


def test_a_country_moves_the_score_and_drops_no_hit(tmp_path: Path) -> None:
    named = [("shipper", LISTED[0], country) for country in ("IR", "CN", None)]
    hits = screen(tmp_path, 0, named)
    assert [(hit["country_match"], hit["score"]) for hit in hits] == [("same", 1), ("other", 0.95), ("unknown", 1)]


@pytest.mark.parametrize(
    ("stated", "country", "match"),
    [
        ("Russia", "US", "other"),
        ("Romania", "OM", "other"),
        ("Cyprus; Korea, North", "KP", "same"),
        ("United Kingdom", "GB", "same"),
        ("Turkey", "TR", "same"),
        ("Bosnia and Herzegovina", "BA", "same"),
        ("Bahamas, The", "BS", "same"),
        ("undetermined", "CN", "unknown"),
    ],
)
def test_a_country_is_compared_as_a_whole_however_the_list_names_it(
    tmp_path: Path, stated: str, country: str, match: str
) -> None:
    (hit,) = screen(tmp_path, 0, [("consignee", LISTED[0], country)], entry={"countries": stated})
    assert hit["country_match"] == match


def test_a_bill_to_the_order_of_a_listed_party_is_told_and_one_to_nobody_is_not(tmp_path: Path) -> None:
    named = [("consignee", f"TO THE ORDER OF {name}", None) for name in (LISTED[0].upper(), "SHIPPER", "")]
    hits = screen(tmp_path, 0, named, is_placeholder=True)
    assert [(hit["shipment_id"], hit["band"]) for hit in hits] == [("entry:0", "exact")]


Place = tuple[str, str | None, str]
HALL = "3rd Floor, 12 Quilor Street"


@pytest.mark.parametrize(
    ("stated", "place", "told"),
    [
        (f"{HALL}, Vathimo, Iran", (HALL.upper(), "VATHIMO", "IR"), True),
        (f"{HALL}, Vathimo, Iran", (HALL, None, "IR"), True),
        (f"{HALL}, Vathimo, Iran", (HALL, None, "US"), False),
        (f"{HALL}, Vathimo, Iran", ("3rd Floor", "Vathimo", "IR"), False),
        ("PO Box 101, Vathimo, Iran", ("P.O. Box 101", "Springfield", "US"), False),
        ("12 Quilor Street, Vathimo, Iran", ("12 Quilor Street", "Springfield", "US"), False),
        ("12 Quilor Street, North Vathimo, Iran", ("12 Quilor Street", "Vathimo", "US"), True),
    ],
)
def test_an_address_is_a_listed_one_where_street_and_town_are(
    tmp_path: Path, stated: str, place: Place, told: bool
) -> None:
    filed = [("shipper", "Plimurafell Garment", place[2])]
    hits = screen(tmp_path, 0, filed, entry={"addresses": f"Vathimo, Iran; {stated}"}, place_filed=place)
    assert [(hit["field"], hit["listed_name"]) for hit in hits] == [
        ("address", LISTED[0]),
        ("address", LISTED[1]),
    ] * told


def test_listed_words_in_goods_are_told_with_their_field(tmp_path: Path) -> None:
    hits = screen(
        tmp_path, 0, [("shipper", "Plimurafell Garment", "CN")], goods="yarn of Zevatakumi Quilorbmira, Xinjiang",
        entry={"list_code": "uflpa"},
    )  # fmt: skip
    assert [(hit["role"], hit["list_code"]) for hit in hits] == [("goods", "place"), ("goods", "uflpa")]
    assert hits[0]["programme"] == "UFLPA region"


def test_a_normal_night_screens_new_names_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    screen(tmp_path, 0, [("shipper", "Zevatakumi Qulorbmira", None)])
    asked: list[list[str]] = []

    def watch(names: pl.Series, *rest: Any) -> pl.DataFrame:
        asked.append(names.to_list())
        return screen_names(names, *rest)

    monkeypatch.setattr(screen_cache, "screen_names", watch)
    hits = screen(tmp_path, 1, [("shipper", "Zevatakumi Qulorbmira", None), ("shipper", "New Name", None)])
    assert (asked, len(hits)) == ([["new name"]], 1)


def test_an_update_of_a_list_screens_known_names_against_what_it_adds(tmp_path: Path) -> None:
    parties = [("shipper", "Vathimoplex Chemical", None), ("shipper", LISTED[0], None)]
    assert len(screen(tmp_path, 0, parties)) == 1
    hits = screen(tmp_path, 1, parties, names=[LISTED[1], "Vathimoplex Chemical", "Another Listed"])
    assert [hit["listed_name"] for hit in hits] == ["Vathimoplex Chemical"]
    assert screen(tmp_path / "anew", 1, parties, names=[LISTED[1], "Vathimoplex Chemical", "Another Listed"]) == hits


def test_a_name_screened_by_lists_that_were_deleted_since_is_screened_anew(tmp_path: Path) -> None:
    parties = [("shipper", "Vathimoplex Chemical", None), ("shipper", LISTED[0], None)]
    screen(tmp_path, 0, parties)
    screen(tmp_path, 1, [("shipper", "Some Maker", None)], names=[*LISTED, "Another Listed"])
    Lake(tmp_path / "lake").path("reference.watchlist_entry", DAY).unlink()
    names = [*LISTED, "Vathimoplex Chemical"]
    hits = screen(tmp_path, 2, parties, names=names)
    assert [hit["listed_name"] for hit in hits] == ["Vathimoplex Chemical", LISTED[0]]
    assert screen(tmp_path / "anew", 2, parties, names=names) == hits


def test_a_name_scores_against_an_update_what_it_scores_against_the_whole_list(tmp_path: Path) -> None:
    many = [
        f"{first}{last} Vathimo{last}" for first in ("Orbla", "Plimu", "Zevata") for last in ("fell", "kumi", "rno")
    ]
    party = [("shipper", "Zevatakumi Qulorbmra Trading", None)]
    assert screen(tmp_path, 0, party, names=many) == []
    hits = screen(tmp_path, 1, party, names=[*many, LISTED[0]])
    assert [hit["listed_name"] for hit in hits] == [LISTED[0]]
    assert screen(tmp_path / "anew", 1, party, names=[*many, LISTED[0]]) == hits


def test_what_shapes_no_score_lets_the_cache_stand() -> None:
    policy = load_policy(SHIPPED_POLICY)
    same = (Same(party_ids=("a", "b"), reason="one firm", owner="desk"),)
    moved = replace(
        policy,
        parties=policy.parties.model_copy(update={"same": same}),
        screening=policy.screening.model_copy(update={"places": ("sampletown",), "near_score": 0.6}),
    )
    assert screen_cache.print_rules(moved) == screen_cache.print_rules(policy)
    fewer = replace(policy, screening=policy.screening.model_copy(update={"common_words": ("star",)}))
    assert screen_cache.print_rules(fewer) != screen_cache.print_rules(policy)


def test_a_list_that_shrank_by_more_than_a_fifth_stops_screening_until_a_person_accepts_it(tmp_path: Path) -> None:
    names, second = [f"Listed Name{n} Invented" for n in range(10)], DAY + timedelta(days=1)
    screen(tmp_path, 0, [("shipper", "Some Maker", None)], names=names)
    with pytest.raises(ListError, match=f"ofac_sdn of {second} has 7 entities, that of {DAY} had 10"):
        screen(tmp_path, 1, [("shipper", "Some Maker", None)], names=names[:7])
    accept = (Accepted(list="ofac_sdn", edition=second, reason="delisted", owner="desk"),)
    assert screen(tmp_path, 1, [("shipper", "Some Maker", None)], names=names[:7], accept=accept) == []
    assert screen(tmp_path, 2, [("shipper", "Some Maker", None)], names=names[:6]) == []


def test_a_list_that_shrank_stops_every_night_until_a_person_accepts_it(tmp_path: Path) -> None:
    names, second = [f"Listed Name{n} Invented" for n in range(10)], DAY + timedelta(days=1)
    screen(tmp_path, 0, [("shipper", "Some Maker", None)], names=names)
    for place in (1, 2):
        with pytest.raises(ListError, match=f"ofac_sdn of {second} has 7 entities, that of {DAY} had 10"):
            screen(tmp_path, place, [("shipper", "Some Maker", None)], names=names[:7], edition=second)


def test_a_list_that_is_gone_stops_screening_until_a_person_accepts_it(tmp_path: Path) -> None:
    second, party = DAY + timedelta(days=1), [("shipper", "Some Maker", None)]
    screen(tmp_path, 0, party)
    with pytest.raises(ListError, match=f"ofac_sdn has no entity on {second}, that of {DAY} had 2"):
        screen(tmp_path, 1, party, entry={"list_code": "uflpa"})
    accept = (Accepted(list="ofac_sdn", edition=second, reason="we do without", owner="desk"),)
    assert screen(tmp_path, 1, party, entry={"list_code": "uflpa"}, accept=accept) == []
    assert screen(tmp_path, 2, party, entry={"list_code": "uflpa"}) == []


def test_entries_that_ran_out_do_not_count_as_gone(tmp_path: Path) -> None:
    party = [("shipper", "Some Maker", None)]
    screen(tmp_path, 0, party, entry={"list_code": "local", "valid_to": DAY})
    assert screen(tmp_path, 1, party) == []


def test_a_list_older_than_policy_allows_stops_screening(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="401 days old, more than 400"):
        screen(tmp_path, 0, [("shipper", "Some Maker", None)], edition=DAY - timedelta(days=401))
