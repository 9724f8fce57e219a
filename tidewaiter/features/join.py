"""The families of a date as one row a shipment.

Few shipments are joined as frames: a join of tables so wide costs DuckDB ten times what so few rows are worth. Many are
joined by DuckDB, as they come.

Belongs here: joining families by shipment and by entity.
Belongs elsewhere: what a family has (catalog.yml), computing it (family.py).
"""

from collections.abc import Iterable, Sequence

import duckdb
import polars as pl
import pyarrow.parquet as pq

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import scan_parquet
from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.features.request import FeatureRequest, scan_date

# Shipments whose joined features may stand in memory.
FEW_SHIPMENTS = 100_000
# Of a shipment itself; features follow.
OWN = ("shipment_id", "stream", "port_code")


def join_families(con: duckdb.DuckDBPyConnection, request: FeatureRequest, name: str, families: Iterable[str]) -> None:
    """Make the relation `name`: one row a shipment with the features of these families, in the catalog's order.

    Of many shipments it is a view: with so many columns they take more memory than all else of a night.
    """
    features = _list_features(families)
    shipments = request.lake.existing("core.shipment", request.on)
    if pq.read_metadata(shipments).num_rows <= FEW_SHIPMENTS:
        con.register(name, join_frames(request, features).to_arrow())
    else:
        _join_views(con, request, name, features)


def _list_features(families: Iterable[str]) -> list[Feature]:
    """Return the families' features, those of shipments before those of entities."""
    asked = set(families)
    features = [each for each in load_catalog().features if each.family in asked]
    return sorted(features, key=lambda each: each.entity is not None)


def _list_entities(features: Sequence[Feature]) -> dict[tuple[str, str], list[Feature]]:
    """Return the features by (family, kind of entity)."""
    found: dict[tuple[str, str], list[Feature]] = {}
    for each in features:
        if each.entity is not None:
            found.setdefault((each.family, each.entity), []).append(each)
    return found


def _list_by_shipment(features: Sequence[Feature]) -> dict[str, list[str]]:
    """Return the columns of shipments by family."""
    found: dict[str, list[str]] = {}
    for each in features:
        if each.entity is None:
            found.setdefault(each.family, []).append(each.column)
    return found


def join_frames(request: FeatureRequest, features: Sequence[Feature]) -> pl.DataFrame:
    """Return one row a shipment with these features."""
    kinds = dict.fromkeys(f"{kind}_id" for _, kind in _list_entities(features))
    link = request.frame("party.shipment_entity", ("shipment_id", *kinds))
    joined = request.frame("core.shipment", OWN).join(link, on="shipment_id", how="left", validate="1:1")
    for family, columns in _list_by_shipment(features).items():
        figures = request.frame(f"feature.{family}", ("shipment_id", *columns))
        joined = joined.join(figures, on="shipment_id", how="left", validate="1:1")
    frames = {family: request.frame(f"feature.{family}") for family, _ in _list_entities(features)}
    for (family, kind), named in _list_entities(features).items():
        figures = (
            frames[family]
            .filter(pl.col("entity_kind") == kind)
            .select(
                pl.col("entity_id").alias(f"{kind}_id"), *(pl.col(each.measure).alias(each.column) for each in named)
            )
        )
        joined = joined.join(figures, on=f"{kind}_id", how="left", validate="m:1")
    return joined.select(*OWN, *(each.column for each in features))


def _join_views(
    con: duckdb.DuckDBPyConnection, request: FeatureRequest, name: str, features: Sequence[Feature]
) -> None:
    for table in ("core.shipment", "party.shipment_entity"):
        scan_date(con, request, table)
    for family in dict.fromkeys(each.family for each in features):
        path = request.lake.existing(f"feature.{family}", request.on)
        scan_parquet(con, f"family_{family}", [path], load_contract(f"feature.{family}"))
    joins = [
        f"left join family_{each} on family_{each}.shipment_id = base.shipment_id"
        for each in _list_by_shipment(features)
    ]
    joins += [
        f"left join family_{family} as {family}_{kind} "
        f"on {family}_{kind}.entity_kind = '{kind}' and {family}_{kind}.entity_id = link.{kind}_id"
        for family, kind in _list_entities(features)
    ]
    columns = [
        f"family_{each.family}.{each.column}"
        if each.entity is None
        else f"{each.family}_{each.entity}.{each.measure} as {each.column}"
        for each in features
    ]
    con.execute(f"""
        create or replace temp view {name} as
        select {", ".join([*(f"base.{each}" for each in OWN), *columns])}
        from core_shipment as base left join party_shipment_entity as link on link.shipment_id = base.shipment_id
        {" ".join(joins)}
    """)


def read_features(request: FeatureRequest, columns: Iterable[str]) -> pl.DataFrame:
    """Return one row a shipment, in the order of their ids, with these features, from the families that have them.

    What a shipment has beside its features, its id and port among them, is there whether it is named or not.
    """
    catalog = load_catalog()
    asked = [catalog.feature(name) for name in dict.fromkeys(columns) if name not in OWN]
    return join_frames(request, asked).sort("shipment_id")


def join_entities(request: FeatureRequest) -> pl.DataFrame:
    """Return a row a shipment with the features of its entities alone, named and valued as in the joined table."""
    link, entities = request.frame("party.shipment_entity"), request.frame("feature.entity")
    measures = [name for name in entities.columns if name not in ("entity_kind", "entity_id")]
    joined = link
    for kind in load_catalog().entities:
        named = entities.filter(pl.col("entity_kind") == kind).select(
            pl.col("entity_id").alias(f"{kind}_id"), *(pl.col(name).alias(f"{kind}_{name}") for name in measures)
        )
        joined = joined.join(named, on=f"{kind}_id", how="left")
    return joined
