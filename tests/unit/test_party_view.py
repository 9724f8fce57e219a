"""What `tidewaiter party` says of a party.

Belongs here: finding a party by id or name, evidence, masking, near names.
Belongs elsewhere: the crosswalk itself (test_crosswalk.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from data_quality.contract import Column, load_contract
from tests.support.entry import ENTRY, landing_file, write_csv
from tests.support.filing import day, file_entry, rows
from tests.support.home import run_command
from tests.support.work import open_bench
from tidewaiter.errors import PartyError
from tidewaiter.ingest.low_value_entry import FEED
from tidewaiter.lake import Lake
from tidewaiter.parties.policy import Apart
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.view.party_view import Row, read_party

NAME = "Zevatakumi Trading Co., Ltd."
Ask = Callable[..., Row]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Two dates: a maker, then its name mistyped; a function that asks for a party."""
    for place, name in enumerate((NAME, "ZEVATAKMUI TRADING CO LTD")):
        land_night(tmp_path, place, {"shipper_name": name})
    return lambda asked, place=1, shows=False: read(tmp_path, asked, place, shows=shows)


def land_night(folder: Path, place: int, *changes: Mapping[str, str], apart: tuple[Apart, ...] = ()) -> None:
    """Land a filing for each of the changes, with no hit and no finding, under a policy that parts these spellings."""
    filings = [{**file_entry(10 * place + n, place), **each} for n, each in enumerate(changes, start=1)]
    with open_bench(folder, day(place)) as bench:
        policy = replace(bench.policy, parties=bench.policy.parties.model_copy(update={"apart": apart}))
        write_csv(landing_file(bench.landing, FEED.folder, "a.csv", bench.on), ENTRY, filings)
        replace(bench, policy=policy).land(FEED)
        for table in ("party.hit", "outcome.finding"):
            columns = ", ".join(f'null::{each.sql_type} as "{each.name}"' for each in load(table))
            bench.con.execute(f"create or replace table none_of as select {columns} where false")
            bench.publish(table, "none_of")


def read(folder: Path, asked: str, place: int, *, shows: bool = False) -> Row:
    return read_party(Lake(folder / "lake"), day(place), asked, load_policy(SHIPPED_POLICY), show_personal=shows)


def load(table: str) -> Sequence[Column]:
    return load_contract(table).columns


def test_a_party_is_found_by_name_and_by_id_with_why_its_spellings_are_one(ask: Ask) -> None:
    found = ask(NAME)
    assert found["party_id"] == ask(found["party_id"])["party_id"] == ask("zevatakmui trading")["party_id"]
    told = [(link["evidence"], link["pair_score"] is not None) for link in found["links"]]
    assert told == [("first", False), ("similar", True)]
    assert [shipment["role"] for shipment in found["shipments"]] == ["shipper", "shipper"]


def test_names_are_initials_unless_they_may_be_shown(ask: Ask) -> None:
    assert ask(NAME)["spellings"][0]["name"] == "Z.T.C.L."
    assert ask(NAME, shows=True)["spellings"][0]["name"] == NAME


def test_a_party_is_told_as_it_was_known_on_the_date(ask: Ask) -> None:
    assert len(ask(NAME, place=0)["spellings"]) == 1


def test_an_unknown_name_names_the_nearest_and_is_wrong_use(ask: Ask, tmp_path: Path) -> None:
    near = ask(NAME)["party_id"]
    with pytest.raises(PartyError, match=near):
        ask("Zevatakumo Trade")
    said = run_command("party", "Zevatakumo Trade", "--home", tmp_path)
    assert (said.code, near in said.err) == (2, True)


def test_a_spelling_that_a_person_has_parted_is_a_party_of_its_own_from_that_night(ask: Ask, tmp_path: Path) -> None:
    whole = ask(NAME)
    spelling = whole["spellings"][1]["spelling_id"]
    apart = (Apart(spelling_ids=(spelling,), reason="two firms", owner="desk"),)
    land_night(tmp_path, 2, {"shipper_name": "ZEVATAKMUI TRADING CO LTD"}, apart=apart)
    own, kept = read(tmp_path, "ZEVATAKMUI TRADING CO LTD", 2), read(tmp_path, NAME, 2)
    assert own["party_id"] != kept["party_id"] == whole["party_id"]
    assert read(tmp_path, own["party_id"], 2) == own
    assert [[each["spelling_id"] for each in told["spellings"]] for told in (own, kept)] == [
        [spelling], [whole["spellings"][0]["spelling_id"]],
    ]  # fmt: skip
    assert [each["change"] for each in own["changes"]] == ["parted"]
    assert [len(told["shipments"]) for told in (own, kept)] == [1, 2]


def test_a_seller_has_the_shipments_of_its_accounts_and_is_found_by_each(tmp_path: Path) -> None:
    for place, account in enumerate(("S1", "S2")):
        land_night(tmp_path, place, {"seller_name": "Plimurafell Store", "seller_id": account})
    found = read(tmp_path, "Plimurafell Store", 1)
    assert [each["role"] for each in found["shipments"]] == ["seller", "seller"]
    assert read(tmp_path, "Bazario/S2", 1) == read(tmp_path, "Bazario/S1", 1) == found


def test_a_party_whose_name_says_nothing_is_found_by_its_id(tmp_path: Path) -> None:
    land_night(tmp_path, 0, {"consignee_name": "LLC"})
    party = dict(rows(tmp_path, "party.alias", 0, "name", "party_id"))["LLC"]
    found = read(tmp_path, party, 0)
    assert [each["role"] for each in found["shipments"]] == ["consignee"]
    assert (len(found["spellings"]), found["links"]) == (1, [])


def test_a_name_that_many_parties_have_names_a_few_of_them(tmp_path: Path) -> None:
    places = [{"consignee_address": f"{n} Other Street", "consignee_postal_code": f"6060{n}"} for n in range(8)]
    land_night(tmp_path, 0, *places)
    with pytest.raises(PartyError, match=r"8 parties have that name: ([0-9a-f]{32}, ){5}3 more\."):
        read(tmp_path, "Pat Example", 0)
