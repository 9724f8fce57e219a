"""The families of a date as one row a shipment, some shipments at a time.

Most families have a row for each shipment, in the order of their ids: those are only put beside the others. Where a
family lacks some, and of entities, it is looked up once which row is whose.

Belongs here: joining families by shipment and by entity.
Belongs elsewhere: what a family has (catalog.yml), computing it (family.py).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb
import polars as pl

from tidewaiter.engine.stream import register_frames
from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.features.request import FeatureRequest

# Shipments whose joined features are in memory at once: two groups of rows of a file.
ROWS_AT_ONCE = 245_760
# Of a shipment itself; features follow.
OWN = ("shipment_id", "stream", "port_code")
LINK = "party.shipment_entity"
# From the number of the first shipment and how many there are to columns of theirs.
Take = Callable[[int, int], pl.DataFrame]


@dataclass(frozen=True)
class Joined:
    """One row a shipment, in the order of their ids.

    Attributes:
        own: the columns OWN.
        takes: what takes each of the other columns.
        columns: the order of those.
    """

    own: pl.DataFrame
    takes: Sequence[Take]
    columns: Sequence[str]

    def slices(self) -> Iterator[pl.DataFrame]:
        """Yield the rows of some shipments after the other, at least once."""
        for start in range(0, max(self.own.height, 1), ROWS_AT_ONCE):
            count = min(ROWS_AT_ONCE, self.own.height - start)
            beside = [column for take in self.takes for column in take(start, count).get_columns()]
            yield self.own.slice(start, count).hstack(beside).select(*OWN, *self.columns)


def join_families(con: duckdb.DuckDBPyConnection, request: FeatureRequest, name: str, families: Iterable[str]) -> None:
    """Make the relation `name`: one row a shipment with the features of these families, in the catalog's order.

    Its rows stand in the order of the shipments' ids. Of many shipments they are made as they are read: with so many
    columns they take more memory than all else of a night.
    """
    joined = join_features(request, _list_features(families))
    if joined.own.height > ROWS_AT_ONCE:
        register_frames(con, name, joined.slices)
    else:
        con.register(name, pl.concat(joined.slices()).to_arrow())


def join_features(request: FeatureRequest, features: Sequence[Feature]) -> Joined:
    """Return the shipments of the date with these features."""
    own = request.frame("core.shipment", OWN)
    takes = (*_list_own_takes(request, own, features), *_list_entity_takes(request, own, features))
    return Joined(own, takes, [each.column for each in features])


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


def _list_own_takes(request: FeatureRequest, own: pl.DataFrame, features: Sequence[Feature]) -> Iterator[Take]:
    """Yield, for each family of shipments, what takes its columns."""
    for family, columns in _list_by_shipment(features).items():
        table = f"feature.{family}"
        rows = _find_shipments(request, table, own)
        if rows is None:
            yield partial(_take_beside, request.scan(table).select(columns))
        else:
            yield partial(_take_rows, request.frame(table, columns), rows)


def _list_entity_takes(request: FeatureRequest, own: pl.DataFrame, features: Sequence[Feature]) -> Iterator[Take]:
    """Yield, for each family and kind of entity, what takes its columns, named as in the joined table."""
    asked = _list_entities(features)
    order = _find_shipments(request, LINK, own) if asked else None
    for (family, kind), named in asked.items():
        rows = request.scan(f"feature.{family}").filter(pl.col("entity_kind") == kind)
        figures = rows.select("entity_id", *(pl.col(each.measure).alias(each.column) for each in named)).collect()
        linked = request.frame(LINK, (f"{kind}_id",)).to_series()
        linked = linked if order is None else linked.gather(order)
        yield partial(_take_rows, figures.drop("entity_id"), _find_rows(linked, figures["entity_id"]))


def _find_shipments(request: FeatureRequest, table: str, own: pl.DataFrame) -> pl.Series | None:
    """Return at which row of a table each shipment is, null where it is not; None where its rows are the shipments'."""
    ids = request.frame(table, ("shipment_id",)).to_series()
    return None if ids.equals(own["shipment_id"]) else _find_rows(own["shipment_id"], ids)


def _find_rows(asked: pl.Series, ids: pl.Series) -> pl.Series:
    """Return at which place of `ids` each one asked for is; null where it is not. Polars raises where one is twice."""
    places = ids.to_frame("id").with_row_index("row")
    found = asked.to_frame("id").join(places, on="id", how="left", maintain_order="left", validate="m:1")
    return found["row"]


def _take_beside(figures: pl.LazyFrame, start: int, count: int) -> pl.DataFrame:
    return figures.slice(start, count).collect()


def _take_rows(figures: pl.DataFrame, rows: pl.Series, start: int, count: int) -> pl.DataFrame:
    return figures.select(pl.all().gather(rows.slice(start, count)))


def read_features(request: FeatureRequest, columns: Iterable[str]) -> pl.DataFrame:
    """Return one row a shipment, in the order of their ids, with these features, from the families that have them.

    What a shipment has beside its features, its id and port among them, is there whether it is named or not.
    """
    catalog = load_catalog()
    asked = [catalog.feature(name) for name in dict.fromkeys(columns) if name not in OWN]
    return pl.concat(join_features(request, asked).slices())


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
