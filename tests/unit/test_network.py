"""Who is near whom: shared identifiers, hubs, paths to listed parties, and nothing that was not known."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_quality.contract import load_contract
from tests.support.entry import DAY
from tests.support.work import Bench, open_bench
from tests.unit.made_lake import write_partition
from tidewaiter.lake import Lake
from tidewaiter.parties.network import NETWORK_TABLES, find_network
from tidewaiter.parties.network_policy import Allowed, Network
from tidewaiter.parties.picture import draw_pictures
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

POLICY = load_policy(SHIPPED_POLICY).network
# Shipper, its address, consignee, its address.
Shipment = tuple[str, str, str, str]
FILED = ("shipment_id", "role", "name", "address", "postal_code", "country", "phone", "email", "account")
PARTY = dict.fromkeys(FILED, pl.String)


def run_night(
    folder: Path,
    shipments: Sequence[Shipment],
    on: date = DAY,
    listed: str = "",
    policy: Network = POLICY,
    band: str = "near",
) -> dict[str, dict[str, Any]]:
    """Publish the network of a night and return its parties by id; the party `listed` has a hit where it ships."""
    with open_bench(folder, on) as bench:
        _make_tables(bench, shipments, [(each, band) for each in [listed] if each])
        write_partition(bench.lake, "party.hit", _list_hits(shipments, listed, band), on)
        find_network(bench.con, bench.lake, on, policy, 0.1)
        for table in NETWORK_TABLES:
            bench.publish(table, table.replace(".", "_"))
        rows = bench.con.sql("select * from party_network order by party_id").pl().to_dicts()
    return {row["party_id"]: row for row in rows}


def _list_hits(shipments: Sequence[Shipment], listed: str, band: str) -> list[dict[str, Any]]:
    """Return the rows of party.hit that a listed shipper has."""
    own = {"role": "shipper", "field": "name", "party_id": listed, "band": band}
    return [{**own, "shipment_id": f"s{n}"} for n, each in enumerate(shipments) if each[0] == listed]


def _make_tables(bench: Bench, shipments: Sequence[Shipment], listed: Sequence[tuple[str, str]]) -> None:
    links = [(f"s{n}", each[0], each[2]) for n, each in enumerate(shipments)]
    parties = [
        (f"s{n}", role, role, address, "60601", "US", None, None, None)
        for n, each in enumerate(shipments)
        for role, address in (("shipper", each[1]), ("consignee", each[3]))
    ]
    frames = {
        "core_shipment_party": pl.DataFrame(parties, PARTY, orient="row").with_columns(party_number=pl.lit(1)),
        "party_shipment_entity": pl.DataFrame(
            links, dict.fromkeys(("shipment_id", "shipper_id", "consignee_id"), pl.String), orient="row"
        ).with_columns(seller_id=pl.lit(None, pl.String)),
        "party_hit": pl.DataFrame(listed, {"party_id": pl.String, "band": pl.String}, orient="row"),
        "party_alias": pl.DataFrame(schema={"name": pl.String, "is_placeholder": pl.Boolean}),
    }
    for name, frame in frames.items():
        bench.con.register(name, frame.to_arrow())


def know(folder: Path, party: str, on: date, exams_n: int, findings_n: int) -> None:
    """Publish exams of a shipper, known on a date."""
    row = {"entity_kind": "shipper", "entity_id": party, "known_on": on, "exams_n": exams_n, "findings_n": findings_n}
    write_partition(Lake(folder / "lake"), "outcome.entity_outcome", [{**row, "loss_usd": 0}], on)


def test_one_address_in_two_spellings_makes_two_parties_neighbours(tmp_path: Path) -> None:
    found = run_night(tmp_path, [("A", "1 Élm Road", "X", "9 Oak St."), ("B", "2 Elm Road", "Y", "9, OAK st")])
    assert [found[party]["component_parties_n"] for party in "ABXY"] == [1, 1, 2, 2]
    assert [found[party]["address_parties_n"] for party in "ABXY"] == [1, 1, 2, 2]


def test_a_shipment_counts_once_for_one_party_in_two_roles_of_it(tmp_path: Path) -> None:
    run_night(tmp_path, [("A", "1 Road", "A", "1 Road"), ("A", "1 Road", "X", "9 Oak"), ("A", "1 Road", "X", "9 Oak")])
    edges = pl.read_parquet(Lake(tmp_path / "lake").existing("party.edge_day", DAY))
    counted = edges.filter(party_id="A").sort("identifier_kind", "shipments_n")
    assert counted.select("identifier_kind", "shipments_n").rows() == [
        ("address", 3),
        ("consignee", 1),
        ("consignee", 2),
    ]
    assert counted["is_sender"].all()


def test_the_first_party_of_a_role_that_has_a_name_counts_whole(tmp_path: Path) -> None:
    first = (None, "7 Lost Road", "60601", "US", "5551230000", None, None)
    second = ("B", "9 Oak", "60601", "US", None, None, None)
    rows = [("s0", "shipper", *told, number) for number, told in ((1, first), (2, second))]
    with open_bench(tmp_path, DAY) as bench:
        _make_tables(bench, [("A", "1 Road", "X", "5 Elm")], [])
        write_partition(bench.lake, "party.hit", [], DAY)
        parties = pl.DataFrame(rows, {**PARTY, "party_number": pl.Int64}, orient="row")
        bench.con.register("core_shipment_party", parties.to_arrow())
        find_network(bench.con, bench.lake, DAY, POLICY, 0.1)
        edges = bench.con.sql("from party_edge_day where party_id = 'A' and identifier_kind <> 'consignee'").pl()
        told = bench.con.sql("select md5_number_lower('address|9 oak|60601|US')").fetchone()
    assert (edges["identifier_kind"].to_list(), edges["identifier_key"].to_list()) == (["address"], list(told or ()))


def test_an_identifier_of_a_hub_links_nobody_and_is_still_counted(tmp_path: Path) -> None:
    crowd = POLICY.hub_parties_n + 1
    found = run_night(tmp_path, [(f"A{n}", f"{n} Road", f"X{n}", "1 Depot") for n in range(crowd)])
    assert found["X0"]["address_parties_n"] == crowd
    assert (found["X0"]["component_parties_n"], found["X0"]["neighbours_n"]) == (1, 1)


def test_an_allowed_address_is_no_identifier(tmp_path: Path) -> None:
    policy = POLICY.model_copy(update={"allowed": Allowed(address=("9 OAK st.",), phone=(), email=())})
    found = run_night(tmp_path, [("A", "1 R", "X", "9 Oak St"), ("B", "2 R", "Y", "9 Oak St")], policy=policy)
    assert (found["X"]["component_parties_n"], found["X"]["address_parties_n"]) == (1, None)


def test_a_listed_party_is_two_steps_away_at_most_and_the_path_is_kept(tmp_path: Path) -> None:
    chain = [("L", "1 R", "X", "5 A"), ("M", "2 R", "X", "5 A"), ("M", "2 R", "Y", "6 A"), ("N", "3 R", "Y", "6 A")]
    found = run_night(tmp_path, chain, listed="L")
    hops = {party: found[party]["listed_hops_n"] for party in "LXMYN"}
    assert hops == {"L": 0, "X": 1, "M": 1, "Y": 2, "N": 2}
    assert (found["N"]["listed_party_id"], found["N"]["over_party_id"]) == ("L", "M")
    assert found["M"]["spread_risk"] > found["N"]["spread_risk"] > 0


def test_a_party_that_was_listed_on_an_earlier_night_is_near_those_of_tonight(tmp_path: Path) -> None:
    run_night(tmp_path, [("L", "1 R", "X", "5 A")], DAY - timedelta(days=2), listed="L")
    night = [("M", "1 R", "Y", "6 A")]
    found = run_night(tmp_path, night)
    assert (found["M"]["listed_hops_n"], found["M"]["listed_party_id"]) == (1, "L")
    run_night(tmp_path, [("M", "1 R", "Y", "6 A")], DAY + timedelta(days=1), listed="M")
    assert run_night(tmp_path, night) == found


def test_a_hit_that_is_only_possible_makes_nobody_listed(tmp_path: Path) -> None:
    night = [("L", "1 R", "X", "5 A"), ("M", "1 R", "Y", "6 A")]
    found = run_night(tmp_path, night, listed="L", band="possible")
    assert [(row["listed_hops_n"], row["spread_risk"]) for row in found.values()] == [(None, 0)] * 4


def test_what_senders_of_tonight_shared_before_with_a_crowd_links_nobody(tmp_path: Path) -> None:
    crowd = POLICY.hub_parties_n + 1
    run_night(tmp_path, [(f"A{n}", "1 Depot", f"X{n}", f"{n} Oak") for n in range(crowd)], DAY - timedelta(days=1))
    moved = [(f"A{n}", f"{n} New Road", f"Y{n}", f"{n} Elm") for n in range(2)]
    assert [run_night(tmp_path, moved)[f"A{n}"]["component_parties_n"] for n in range(2)] == [1, 1]
    alone = [(f"B{n}", "2 Depot", f"X{n}", f"{n} Oak") for n in range(2)]
    run_night(tmp_path, alone, DAY - timedelta(days=1))
    apart = [(f"B{n}", f"{n} Far Road", f"Y{n}", f"{n} Elm") for n in range(2)]
    assert [run_night(tmp_path, apart)[f"B{n}"]["component_parties_n"] for n in range(2)] == [2, 2]


def test_what_is_found_on_the_date_or_later_counts_for_nothing(tmp_path: Path) -> None:
    night = [("A", "1 R", "X", "5 A"), ("B", "2 R", "X", "5 A")]
    before = run_night(tmp_path, night)
    know(tmp_path, "A", DAY, 40, 40)
    assert run_night(tmp_path, night) == before
    know(tmp_path, "A", DAY - timedelta(days=1), 40, 40)
    after = run_night(tmp_path, night)
    assert after["B"]["neighbour_finding_share"] == pytest.approx((40 + 20 * 0.1) / 60)
    assert after["A"]["neighbour_finding_share"] == pytest.approx(0.1)


def test_edges_of_earlier_nights_count_and_those_of_later_nights_do_not(tmp_path: Path) -> None:
    yesterday, tomorrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    run_night(tmp_path, [("A", "1 R", "X", "5 A")], yesterday)
    night = [("B", "2 R", "Y", "5 A")]
    found = run_night(tmp_path, night)
    assert (found["Y"]["component_parties_n"], found["Y"]["component_new_n"]) == (2, 2)
    run_night(tmp_path, [("C", "3 R", "Z", "5 A")], tomorrow)
    assert run_night(tmp_path, night) == found


def test_a_new_shipper_at_an_address_seen_before_is_told(tmp_path: Path) -> None:
    run_night(tmp_path, [("A", "1 R", "X", "5 A")], DAY - timedelta(days=9))
    found = run_night(tmp_path, [("B", "1 R", "X", "5 A"), ("C", "2 R", "X", "5 A")])
    assert [found[party]["is_new_at_old_place"] for party in "BC"] == [True, False]


def test_a_night_without_parties_has_an_empty_network(tmp_path: Path) -> None:
    assert run_night(tmp_path, []) == {}


def test_a_picture_has_no_more_edges_than_allowed_and_reaches_two_steps(tmp_path: Path) -> None:
    many = [("A", "1 R", "X", "5 A"), *((f"B{n}", "1 R", f"Y{n}", f"{n} B") for n in range(20))]
    further = [(f"C{n}", f"{n} Q", f"Y{n}", f"{n} B") for n in range(20)]
    policy = POLICY.model_copy(update={"picture_edges_n": 30})
    run_night(tmp_path, [*many, *further])
    with open_bench(tmp_path, DAY) as bench:
        _make_tables(bench, [*many, *further], [])
        bench.con.register("queue_item", pl.DataFrame({"shipment_id": ["s0"]}).to_arrow())
        for table in NETWORK_TABLES:
            bench.con.read_parquet(str(bench.lake.existing(table, DAY))).create_view(table.replace(".", "_"))
        drawn = bench.con.sql(f"select * from {draw_pictures(bench.con, bench.lake, DAY, policy)}").pl()
    assert drawn.height == 30
    assert set(drawn["shipment_id"]) == {"s0"}
    assert drawn["hop_n"].is_sorted()
    assert set(drawn.filter(hop_n=0)["role"]) == {"shipper", "consignee"}
    assert load_contract("queue.link").column_names == tuple(drawn.columns)
