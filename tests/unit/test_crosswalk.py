"""Parties that keep their ids from date to date: what joins them, what parts them, what is told of it.

Belongs here: party.link, party.party and party.alias over several dates.
Belongs elsewhere: how well made spellings are resolved (test_party_proof.py), sums (test_party_history.py).
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support.entry import ENTRY, landing_file, write_csv
from tests.support.filing import day, file_entry, land, rows
from tests.support.work import open_bench
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.lake import hash_file
from tidewaiter.parties.policy import Apart, Same

MAKER = {"shipper_name": "Zevatakumi Trading Co., Ltd.", "shipper_country": "CN"}


def land_by(folder: Path, place: int, *filings: Mapping[str, str], **parties: Any) -> None:
    """Land filings under a policy for parties that differs in some entries."""
    with open_bench(folder, day(place)) as bench:
        policy = replace(bench.policy, parties=bench.policy.parties.model_copy(update=parties))
        write_csv(landing_file(bench.landing, FEED.folder, "a.csv", bench.on), ENTRY, filings)
        replace(bench, policy=policy).land(FEED)


def filed(number: int, place: int, *changes: Mapping[str, str], **more: str) -> dict[str, str]:
    """Return a filing of an entry with the changes."""
    return {**file_entry(number, place), **dict(pair for each in changes for pair in each.items()), **more}


def aliases(folder: Path, place: int) -> dict[str, str]:
    """Return name as filed -> party, of a date."""
    return dict(rows(folder, "party.alias", place, "name", "party_id"))


def links(folder: Path, place: int) -> dict[str, tuple[Any, ...]]:
    """Return name -> evidence and score, of the spellings first seen on a date."""
    found = rows(folder, "party.link", place, "name_words", "evidence", "pair_score")
    return {name: (evidence, score) for name, evidence, score in found}


def sender(name: str, **changes: str) -> dict[str, str]:
    return {**MAKER, "shipper_name": name, **changes}


def test_a_party_keeps_its_id_and_a_known_spelling_is_not_linked_again(tmp_path: Path) -> None:
    land(tmp_path, 0, filed(1, 0, MAKER))
    land(tmp_path, 1, filed(2, 1, MAKER))
    assert aliases(tmp_path, 0) == aliases(tmp_path, 1)
    assert links(tmp_path, 0)["zevatakumi trading"] == ("first", None)
    assert rows(tmp_path, "party.link", 1, "party_id") == []


def test_a_mistyped_name_of_another_night_is_the_same_party_with_its_score(tmp_path: Path) -> None:
    land(tmp_path, 0, filed(1, 0, MAKER))
    land(tmp_path, 1, filed(2, 1, sender("ZEVATAKMUI TRADING CO LTD")))
    assert aliases(tmp_path, 1)["ZEVATAKMUI TRADING CO LTD"] == aliases(tmp_path, 0)[MAKER["shipper_name"]]
    evidence, score = links(tmp_path, 1)["zevatakmui trading"]
    assert (evidence, score >= 0.9) == ("similar", True)


def test_a_like_name_at_another_place_in_another_country_is_another_party(tmp_path: Path) -> None:
    land(tmp_path, 0, filed(1, 0, MAKER))
    land(
        tmp_path,
        1,
        filed(2, 1, sender("Zevatakumo Trading", shipper_country="VN", shipper_address="9 Elsewhere")),
    )
    assert aliases(tmp_path, 1)["Zevatakumo Trading"] != aliases(tmp_path, 0)[MAKER["shipper_name"]]


def test_a_name_in_form_only_is_a_party_of_its_own(tmp_path: Path) -> None:
    land(tmp_path, 0, filed(1, 0, consignee_name="TO ORDER"), filed(2, 0, consignee_name="N/A"))
    found = aliases(tmp_path, 0)
    assert found["TO ORDER"] != found["N/A"]
    assert not [name for name in links(tmp_path, 0) if name in ("to order", "n a")]


def test_a_spelling_that_shares_keys_with_two_parties_makes_them_one_and_says_so(tmp_path: Path) -> None:
    pat = {"consignee_name": "Pat Example", "consignee_address": "12 Sample Street", "consignee_postal_code": "60601"}
    moved = {**pat, "consignee_address": "900 Moved Avenue", "consignee_postal_code": "90001"}
    land(tmp_path, 0, filed(1, 0, pat, consignee_phone="312-555-0101"))
    land(tmp_path, 1, filed(2, 1, moved, consignee_email="pat@example.com"))
    assert aliases(tmp_path, 0)["Pat Example"] != aliases(tmp_path, 1)["Pat Example"]
    both = {**pat, "consignee_address": "12 Sample St Apt 9", "consignee_phone": "3125550101"}
    land(tmp_path, 2, filed(3, 2, both, consignee_email="pat@example.com"))
    merged = rows(tmp_path, "party.party", 2, "change", "party_id", "other_id", "evidence")
    assert merged == [
        ("merged", aliases(tmp_path, 1)["Pat Example"], aliases(tmp_path, 0)["Pat Example"], "name_email")
    ]
    land(tmp_path, 3, filed(4, 3, moved))
    assert aliases(tmp_path, 3)["Pat Example"] == aliases(tmp_path, 0)["Pat Example"]


def test_a_person_may_part_a_spelling_and_join_two_parties(tmp_path: Path) -> None:
    other = sender("Quilorbmira Works", shipper_address="7 Far Road")
    land(tmp_path, 0, filed(1, 0, MAKER), filed(2, 0, other))
    spelling, party = next(
        row[1:]
        for row in rows(tmp_path, "party.alias", 0, "name", "spelling_id", "party_id")
        if row[0] == MAKER["shipper_name"]
    )
    apart = (Apart(spelling_ids=(spelling,), reason="two firms", owner="desk"),)
    land_by(tmp_path, 1, filed(3, 1, MAKER), apart=apart)
    parted = aliases(tmp_path, 1)[MAKER["shipper_name"]]
    assert parted != party
    assert rows(tmp_path, "party.party", 1, "change", "other_id") == [("parted", party)]
    same = (Same(party_ids=(parted, aliases(tmp_path, 0)["Quilorbmira Works"]), reason="one firm", owner="desk"),)
    land_by(tmp_path, 2, filed(4, 2, MAKER), filed(5, 2, other), same=same)
    now = aliases(tmp_path, 2)
    assert now["Quilorbmira Works"] == now[MAKER["shipper_name"]] == parted


def test_a_party_has_no_more_names_by_likeness_than_the_limit_over_all_nights(tmp_path: Path) -> None:
    names = [
        "Zevatakumi Trading",
        "Zevatakmui Trading",
        "Zevtaakumi Trading",
        "Ezvatakumi Trading",
        "Zevatakuim Trading",
    ]
    for place, name in enumerate(names):
        land_by(tmp_path, place, filed(place, place, sender(name)), max_party_names=3)
    first = aliases(tmp_path, 0)[names[0]]
    assert [aliases(tmp_path, place)[name] == first for place, name in enumerate(names)] == [True] * 3 + [False] * 2


def test_the_names_of_a_party_that_became_another_count_for_it(tmp_path: Path) -> None:
    other, mistyped = sender("Quilorbmira Works", shipper_address="7 Far Road"), "ZEVATAKMUI TRADING"
    land(tmp_path, 0, filed(1, 0, MAKER), filed(2, 0, other))
    ids = aliases(tmp_path, 0)
    one = (Same(party_ids=(ids[MAKER["shipper_name"]], ids["Quilorbmira Works"]), reason="one firm", owner="desk"),)
    land_by(tmp_path, 1, filed(3, 1, MAKER), same=one)
    land_by(tmp_path, 2, filed(4, 2, sender(mistyped)), same=one, max_party_names=2)
    assert aliases(tmp_path, 2)[mistyped] != ids[MAKER["shipper_name"]]
    land_by(tmp_path, 3, filed(5, 3, sender("Zevatakumi Tradign")), same=one, max_party_names=3)
    assert aliases(tmp_path, 3)["Zevatakumi Tradign"] == ids[MAKER["shipper_name"]]


def test_one_name_and_street_with_a_mistyped_zip_and_one_number_are_one_party(tmp_path: Path) -> None:
    pat = {"consignee_name": "Zevatakumi Pat", "consignee_address": "12 Sample Street", "importer_number": "98-7654321"}
    land(
        tmp_path, 0,
        filed(1, 0, pat, consignee_postal_code="60601"),
        filed(2, 0, pat, consignee_postal_code="60610"),
    )  # fmt: skip
    found = rows(tmp_path, "party.alias", 0, "name", "postal_code", "party_id")
    assert len({party for name, _, party in found if name == "Zevatakumi Pat"}) == 1


@pytest.mark.parametrize("table", ["party.link", "party.party", "party.alias"])
def test_a_date_built_again_has_the_same_bytes_whatever_came_after(tmp_path: Path, table: str) -> None:
    filings = [filed(n, 1, sender(f"Maker {name}")) for n, name in enumerate(("Abcdefgh", "Abcdefhg", "Zzyzx"))]
    land(tmp_path, 0, filed(9, 0, MAKER))
    land(tmp_path, 1, *filings)
    path = tmp_path / "lake" / table.replace(".", "/") / f"date={day(1)}" / "part.parquet"
    before = hash_file(path)
    land(tmp_path, 2, filed(8, 2, sender("Zevatakumi Trdg")))
    land(tmp_path, 1, *filings[::-1])
    assert hash_file(path) == before


def test_ten_thousand_names_at_one_address_make_no_pairs(tmp_path: Path) -> None:
    from tidewaiter.parties.candidate import list_pairs, share_blocks
    from tidewaiter.parties.crosswalk import read_changes
    from tidewaiter.parties.resolve import split_known
    from tidewaiter.prove.parties.resolved import open_spellings

    with open_bench(tmp_path) as bench:
        policy = bench.policy
    names = [f"Person{n:05d} Family{n * 7 % 9973:04d}" for n in range(10_000)]
    place = {"party_kind": "receiver", "address": "1 Hub Way", "postal_code": "10001", "country": "US"}
    with open_spellings(pl.DataFrame({"name": names, **place}), policy) as con:
        split_known(con, read_changes(con))
        share_blocks(con, policy.parties)
        assert list_pairs(con, policy.parties, 1).height == 0
