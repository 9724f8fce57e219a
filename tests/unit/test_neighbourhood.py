"""The network of landed shipments, and the features that a shipment has of it."""

from pathlib import Path

import polars as pl

from tests.support.filing import day, file_entry, land
from tests.support.work import Bench, open_bench
from tests.unit.made_lake import write_partition
from tidewaiter.features.family import compute_family
from tidewaiter.features.request import FeatureRequest
from tidewaiter.night.context import Night
from tidewaiter.night.scoring import NETWORK_INPUTS, make_network
from tidewaiter.settings import Settings


def compute(folder: Path, place: int) -> pl.DataFrame:
    """Publish the network of a landed day and return the features of its shipments."""
    with open_bench(folder, day(place)) as bench:
        for table in set(NETWORK_INPUTS) - {"core.shipment_party", "party.alias", "party.shipment_entity"}:
            write_partition(bench.lake, table, [], bench.on)
        for table, relation in make_network(_open_night(bench, folder)).relations.items():
            bench.publish(table, relation)
    with open_bench(folder, day(place)) as bench:
        name = compute_family(bench.con, "network", FeatureRequest(bench.lake, bench.on, bench.policy))
        return bench.con.sql(f"select * from {name} order by shipment_id").pl()


def _open_night(bench: Bench, folder: Path) -> Night:
    settings = Settings(folder, bench.landing, bench.policy.folder)
    return Night(settings, bench.policy, bench.lake, bench.on, bench.con, bench.scratch)


def _file(number: int, **changes: str) -> dict[str, str]:
    return {**file_entry(number, 0), **changes}


def test_shipments_have_what_is_near_their_parties(tmp_path: Path) -> None:
    near = {"consignee_address": "9 Oak St", "description": "blue vase"}
    land(
        tmp_path,
        0,
        _file(1, **near, consignee_name="Pat One"),
        _file(2, **near, consignee_name="Kim Two"),
        _file(3, consignee_name="Lee Three", consignee_address="1 Elm St", shipper_name="Another Maker"),
    )
    found = compute(tmp_path, 0).to_dicts()
    assert [row["consignee_address_parties_n"] for row in found] == [2, 2, 1]
    assert [row["same_text_consignees_n"] for row in found] == [2, 2, 1]
    assert [row["listed_hops_n"] for row in found] == [None] * 3


def test_a_shipment_without_named_parties_has_no_neighbourhood(tmp_path: Path) -> None:
    nobody = {"shipper_name": "N/A", "seller_name": "N/A", "seller_id": "", "consignee_name": "TO ORDER"}
    land(tmp_path, 0, _file(1, **nobody))
    found = compute(tmp_path, 0).row(0, named=True)
    assert found["component_parties_n"] is None
    assert (found["same_text_consignees_n"], found["is_new_at_old_place"]) == (1, 0)


def test_what_one_party_leaves_out_is_not_taken_from_another_of_its_role(tmp_path: Path) -> None:
    """An entry of several lines has several consignees; the first that is named is the shipment's."""
    nobody = _file(1, consignee_name="TO ORDER", consignee_address="1 Bank Row")
    named = _file(1, line_number="2", consignee_name="Pat One", consignee_address="9 Oak St")
    last = _file(1, line_number="3", consignee_name="Kim Two", consignee_address="7 Elm", consignee_phone="3125550101")
    at_bank = _file(2, consignee_name="Lee Three", consignee_address="1 Bank Row")
    by_phone = _file(3, consignee_name="Ann Four", consignee_address="3 Far Rd", consignee_phone="3125550101")
    same_place = _file(4, consignee_name="Bo Five", consignee_address="9 Oak St")
    land(tmp_path, 0, nobody, named, last, at_bank, by_phone, same_place)
    found = compute(tmp_path, 0).select("consignee_address_parties_n", "phone_parties_n").rows()
    assert found == [(2, None), (1, None), (1, 1), (2, None)]
