"""What `tidewaiter party` says of a party.

Belongs here: finding a party by id or name, evidence, masking, near names.
Belongs elsewhere: the crosswalk itself (test_crosswalk.py).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from data_quality.contract import Column, load_contract
from tests.support.filing import day, file_entry, land
from tests.support.home import run_command
from tests.support.work import open_bench
from tidewaiter.errors import PartyError
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.view.party_view import Row, read_party

NAME = "Zevatakumi Trading Co., Ltd."
Ask = Callable[..., Row]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Two dates: a maker, then its name mistyped; a function that asks for a party."""
    for place, name in enumerate((NAME, "ZEVATAKMUI TRADING CO LTD")):
        land(tmp_path, place, {**file_entry(place + 1, place), "shipper_name": name})
        with open_bench(tmp_path, day(place)) as bench:
            for table in ("party.hit", "outcome.finding"):
                columns = ", ".join(f'null::{each.sql_type} as "{each.name}"' for each in load(table))
                bench.con.execute(f"create or replace table none_of as select {columns} where false")
                bench.publish(table, "none_of")
    policy = load_policy(SHIPPED_POLICY)
    return lambda asked, place=1, shows=False: read_party(
        Lake(tmp_path / "lake"), day(place), asked, policy, show_personal=shows
    )


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
