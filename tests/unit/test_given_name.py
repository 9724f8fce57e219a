"""Two of one home whose given names are a letter apart stay two parties; a slip of the pen stays one.

Belongs here: scores and parties of persons of one surname and address.
Belongs elsewhere: parties over several dates (test_crosswalk.py), pairs of any kind (`tidewaiter prove parties`).
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from tests.support.filing import file_entry, land, rows
from tidewaiter.parties.given_name import GivenNames
from tidewaiter.parties.pair import COMPARED, score_pairs
from tidewaiter.parties.policy import Parties
from tidewaiter.policy import load_policy
from tidewaiter.prove.parties.made_party import make_households
from tidewaiter.prove.parties.resolved import compare_parties, resolve_made
from tidewaiter.settings import SHIPPED_POLICY

POLICY = load_policy(SHIPPED_POLICY)
HOME = {"address": "12 Sample Street", "postal_code": "60601", "country": "US"}
TWO = [
    ("Paul Martinez", "Paula Martinez"),
    ("Paul A Martinez", "Paula Martinez"),
    ("Paul E Martinez", "Paula Martinez"),
    ("Maria Garcia", "Mario Garcia"),
    ("Maria L. Garcia", "Mario Garcia"),
    ("Daniel McAllister", "Danielle McAllister"),
    ("Daniel Daniels", "Danielle Daniels"),
    ("Joan Smith", "John Smith"),
    ("Christopher Williamson", "Christine Williamson"),
    ("Wei Chen", "Mei Chen"),
    ("Garcia, Maria", "Mario Garcia"),
    ("Paul James", "Paula James"),
]
ONE = [
    ("Jon Smith", "John Smith"),
    ("Jenifer Smith", "Jennifer Smith"),
    ("J Smith", "John Smith"),
    ("John A Smith", "John Smith"),
    ("John Smyth", "John Smith"),
    ("Smith, John", "Jon Smith"),
    ("Dan iela Garcia", "Daniela Garcia"),
    ("Mary Ann Smith", "Maryann Smith"),
    ("Ethell James", "Ethel Jmaes"),
]


def score(one: str, two: str, kind: str = "receiver") -> float:
    """Return the score of two names as plain words, at one address."""
    pair: dict[str, str | None] = {f"{side}_{name}": None for side in ("left", "right") for name in COMPARED}
    for side, name in (("left", one), ("right", two)):
        plain = " ".join(name.lower().replace(",", "").replace(".", "").split())
        pair |= {f"{side}_party_kind": kind, f"{side}_name_words": plain, f"{side}_zip_key": "60601"}
        pair |= {f"{side}_name_key": " ".join(sorted(plain.split())), f"{side}_address_key": "12 sample"}
    return float(score_pairs(pl.DataFrame([pair], schema=dict.fromkeys(pair, pl.String)), POLICY.parties)[0])


def resolve(*names: str, kind: str = "receiver", **same: str) -> list[str]:
    """Return the party of each name, all at one address; `same` is what else is the same of all."""
    filed = pl.DataFrame([{"name": name, "party_kind": kind, **HOME, **same} for name in names])
    return resolve_made(filed, POLICY).to_list()


@pytest.mark.parametrize("kind", ["receiver", "sender"])
@pytest.mark.parametrize(("one", "two"), TWO)
def test_two_given_names_that_are_a_letter_apart_are_two_persons(one: str, two: str, kind: str) -> None:
    assert score(one, two, kind) < POLICY.parties.receiver_threshold
    assert len(set(resolve(one, two, kind=kind))) == 2


@pytest.mark.parametrize(("one", "two"), ONE)
def test_a_slip_a_short_form_and_an_initial_are_one_person(one: str, two: str) -> None:
    assert score(one, two) >= POLICY.parties.receiver_threshold
    assert len(set(resolve(one, two))) == 1


@pytest.mark.parametrize("between", ["P Martinez", "Paaul Martinez", "Paulla Martinez"])
def test_a_third_spelling_that_is_like_both_does_not_make_two_persons_one(between: str) -> None:
    paul, paula, *_ = resolve("Paul Martinez", "Paula Martinez", between)
    assert paul != paula


def test_a_name_of_a_later_night_does_not_join_a_party_of_another_given_name(tmp_path: Path) -> None:
    home = {"consignee_address": HOME["address"], "consignee_postal_code": HOME["postal_code"]}
    nights = [("Paul Martinez", "Paaul Martinez"), ("Paulaa Martinez", "Paula Martinez"), ("Pual Martinez",)]
    found: dict[str, str] = {}
    for place, names in enumerate(nights):
        land(
            tmp_path,
            place,
            *({**file_entry(at, place), **home, "consignee_name": name} for at, name in enumerate(names)),
        )
        found |= dict(rows(tmp_path, "party.alias", place, "name", "party_id"))
    assert found["Paul Martinez"] == found["Paaul Martinez"] == found["Pual Martinez"]
    assert found["Paula Martinez"] == found["Paulaa Martinez"] != found["Paul Martinez"]


def test_a_party_of_two_persons_by_its_keys_still_takes_a_slip_of_either() -> None:
    given = GivenNames(POLICY.parties)
    assert given.part(["jane smith"], ["john smith"])
    assert not given.part(["jane smith", "john smith"], ["jon smith"])


def test_a_second_given_name_that_one_spelling_leaves_out_is_no_difference() -> None:
    given = GivenNames(POLICY.parties)
    assert not given.are_two("maria jose garcia", "maria garcia")
    assert given.are_two("maria jose garcia", "maria ana garcia")


def test_a_firm_is_not_held_to_the_given_names_in_what_it_is_called() -> None:
    assert score("Mei Hua Trading", "Mei Hui Trading", "sender") > 0
    assert len(set(resolve("Martin & Paul Trading Co., Ltd.", "Paul Martin Trading", kind="sender"))) == 1
    assert len(set(resolve("Daniel & John Smith LLC", "John Smith & Daniel Ltd", kind="sender"))) == 1


def test_one_importers_number_is_one_person_whatever_the_given_names() -> None:
    assert len(set(resolve("Maria Garcia", "Mario Garcia", importer_number="123456789"))) == 1
    assert len(set(resolve("Maria Garcia", "Mario Garcia", phone="5551234567"))) == 2


def test_invented_households_stay_apart_and_their_spellings_together() -> None:
    made = make_households(np.random.default_rng(5), 300, 3, POLICY.parties.given_names)
    told = compare_parties(made["party"], resolve_made(made, POLICY))
    assert told.precision >= 0.985
    assert told.recall >= 0.985


def test_a_given_name_is_listed_as_keys_have_it() -> None:
    parties = POLICY.parties.model_dump()
    with pytest.raises(ValidationError, match="given_names"):
        Parties.model_validate({**parties, "given_names": ("José",)})
