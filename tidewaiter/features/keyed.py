"""The SQL families: which file, which key, which result columns.

Belongs here: each family's KeyedSQL.
Belongs elsewhere: running them (tidewaiter/engine/keyed.py), preparing their inputs (family.py).
"""

from tidewaiter.engine.keyed import KeyedSQL
from tidewaiter.features.catalog import load_catalog
from tidewaiter.settings import PROJECT

SQL = PROJECT / "tidewaiter" / "features" / "sql"


def _schema(family: str) -> dict[str, str]:
    return {feature.column: feature.type for feature in load_catalog().of_family(family)}


def _measures(family: str) -> dict[str, str]:
    """Return the columns of a family of entities, which do not name a kind."""
    return dict.fromkeys(load_catalog().measures(family), "double")


PRICE = KeyedSQL(
    name="price",
    sql=SQL / "price.sql",
    key=("hs6", "origin_country"),
    inputs=("tonight", "history"),
    broadcast=(),
    schema={"shipment_id": "varchar", **_schema("price")},
)
ENTITY = KeyedSQL(
    name="entity",
    sql=SQL / "entity.sql",
    key=("entity_key",),
    inputs=("tonight", "history", "outcome"),
    broadcast=("clock", "prior"),
    schema={"entity_kind": "varchar", "entity_id": "varchar", **_measures("entity")},
)
CHANGE = KeyedSQL(
    name="change",
    sql=SQL / "change.sql",
    key=("entity_key",),
    inputs=("tonight", "history", "mix", "state", "met"),
    broadcast=("clock",),
    schema={"entity_kind": "varchar", "entity_id": "varchar", **_measures("change")},
)
NETWORK = KeyedSQL(
    name="network",
    sql=SQL / "network.sql",
    key=("shipment_id",),
    inputs=("tonight", "near", "same_text"),
    broadcast=(),
    schema={"shipment_id": "varchar", **_schema("network")},
)
LIST_HIT = KeyedSQL(
    name="list_hit",
    sql=SQL / "list_hit.sql",
    key=("shipment_id",),
    inputs=("tonight", "hit"),
    broadcast=(),
    schema={"shipment_id": "varchar", **_schema("list_hit")},
)
COMPLIANCE = KeyedSQL(
    name="compliance",
    sql=SQL / "compliance.sql",
    key=("shipment_id",),
    inputs=("tonight", "regime", "signal", "day_value"),
    broadcast=(),
    schema={"shipment_id": "varchar", **_schema("compliance")},
)
DUTY = KeyedSQL(
    name="duty",
    sql=SQL / "duty.sql",
    key=("shipment_id",),
    inputs=("tonight", "duty"),
    broadcast=(),
    schema={"shipment_id": "varchar", **_schema("duty")},
)
KEYED_FAMILIES = (PRICE, ENTITY, CHANGE, NETWORK, LIST_HIT, COMPLIANCE, DUTY)
