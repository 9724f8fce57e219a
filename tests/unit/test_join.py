"""Families side by side: few shipments joined as frames, many as views, to the same rows.

Belongs here: the join.
Belongs elsewhere: what is in a family (the tests of each).
"""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.unit.made_lake import ON, shipped_policy, write_partition
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.features import join
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.join import ROWS_AT_ONCE, join_families, read_features
from tidewaiter.features.request import FeatureRequest
from tidewaiter.lake import Lake

# A lane that both have, a shipper that one has, a seller whose figures are not there.
LINKS = [
    {"shipment_id": "entry:A", "lane_id": "L", "shipper_id": "S"},
    {"shipment_id": "entry:B", "lane_id": "L", "seller_id": "gone"},
]


def fill(family: str, keys: dict[str, str], number: int) -> dict[str, Any]:
    """Return a row of a family with figures that are all different."""
    catalog = load_catalog()
    by_entity = catalog.families[family].grain != "shipment"
    names = catalog.measures(family) if by_entity else [each.column for each in catalog.of_family(family)]
    kinds = {each.column: each.type for each in catalog.of_family(family)}
    figures = {
        name: number + place for place, name in enumerate(names) if kinds.get(name) not in ("varchar", "boolean")
    }
    return {**keys, **figures}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two shipments, of the second of which some families have nothing."""
    lake = Lake(tmp_path_factory.mktemp("join"))
    write_partition(lake, "core.shipment", [{"shipment_id": each["shipment_id"]} for each in LINKS])
    write_partition(lake, "party.shipment_entity", LINKS)
    for place, (family, said) in enumerate(load_catalog().families.items()):
        keys = [{"shipment_id": each["shipment_id"]} for each in LINKS[: 1 + place % 2]]
        if said.grain != "shipment":
            keys = [{"entity_kind": "lane", "entity_id": "L"}, {"entity_kind": "shipper", "entity_id": "S"}]
        rows = [fill(family, key, 1000 * place + 500 * at) for at, key in enumerate(keys)]
        write_partition(lake, f"feature.{family}", rows)
    return lake


def read_joined(lake: Lake, folder: Path) -> pl.DataFrame:
    policy = shipped_policy()
    with open_connection(policy.engine, folder) as con:
        join_families(con, FeatureRequest(lake, ON, policy), "joined", load_catalog().families)
        return con.sql("select * from joined order by shipment_id").pl()


def test_every_shipment_has_its_own_figures_and_those_of_its_entities(lake: Lake, tmp_path: Path) -> None:
    first, second = read_joined(lake, tmp_path).rows(named=True)
    assert first["lane_shipments_7d_n"] == second["lane_shipments_7d_n"] is not None
    assert first["shipper_shipments_7d_n"] not in (None, first["lane_shipments_7d_n"])
    assert second["shipper_shipments_7d_n"] is second["seller_shipments_7d_n"] is None
    assert first["value_usd"] is not None
    assert set(load_catalog().columns) <= set(first)


@pytest.mark.parametrize("without", [(), ("entity",), ("rule", "text")])
def test_many_shipments_are_joined_to_the_same_rows_as_few(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: tuple[str, ...]
) -> None:
    families = [name for name in load_catalog().families if name not in without]
    found = []
    policy = shipped_policy()
    for few in (ROWS_AT_ONCE, 1):
        monkeypatch.setattr(join, "ROWS_AT_ONCE", few)
        with open_connection(policy.engine, tmp_path) as con:
            join_families(con, FeatureRequest(lake, ON, policy), "joined", families)
            found.append(con.sql("select * from joined order by shipment_id").pl())
    assert found[0].height == 2
    assert found[0].equals(found[1])
    assert found[0].schema == found[1].schema


def test_features_that_are_named_are_those_of_the_joined_table(lake: Lake, tmp_path: Path) -> None:
    names = ["value_usd", "shipper_shipments_7d_n", "lane_change_score", "rule_weight", "port_code", "value_usd"]
    named = read_features(FeatureRequest(lake, ON, shipped_policy()), names)
    assert set(named.columns) == {"shipment_id", "stream", *names}
    assert named.equals(read_joined(lake, tmp_path).select(named.columns))
