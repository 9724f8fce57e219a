"""The feature catalog: the one place where a feature is named, explained and sourced.

Belongs here: reading catalog.yml, expanding entries that hold for each entity kind.
Belongs elsewhere: computing features (sql/*.sql, one module a Polars family).
"""

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tidewaiter.document import read_yaml

FILE = Path(__file__).parent / "catalog.yml"
# `7 days that end on the date, against 28 before` looks back on 28.
DAYS = re.compile(r"(\d+) (?:days|before)")


class Feature(BaseModel):
    """One feature column; `text` is the sentence of a reason with `{value}` in it.

    Where the shipment has one of `signals`, the signal's own sentence is the reason's. What is not `is_told` counts,
    and no reason names it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    family: str
    topic: str
    type: Literal["double"]
    unit: str
    meaning: str
    text: str
    source: str
    window: str = "the shipment itself"
    comparison: str | None = None
    model_input: bool = True
    is_told: bool = True
    entity: str | None = None
    signals: tuple[str, ...] = ()

    @property
    def measure(self) -> str:
        """The column in the family's table, which of an entity does not name its kind."""
        return self.column.removeprefix(f"{self.entity}_") if self.entity else self.column

    @property
    def window_days(self) -> int:
        """The longest stretch of days that the figure looks back on; 0 where it looks back on none."""
        return max((int(days) for days in DAYS.findall(self.window)), default=0)


class Family(BaseModel):
    """One feature family: the key its SQL is local to, the grain of its rows, whether a row may leave a measure out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: tuple[str, ...]
    grain: Literal["shipment", "entity"]
    inputs: str
    is_filled: bool = False


class Catalog(BaseModel):
    """Every family and feature, in the order of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    entities: dict[str, str]
    families: dict[str, Family]
    topics: dict[str, str]
    features: tuple[Feature, ...]

    @cached_property
    def by_column(self) -> dict[str, Feature]:
        """Every feature by its column."""
        return {feature.column: feature for feature in self.features}

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(feature.column for feature in self.features)

    @property
    def model_inputs(self) -> tuple[str, ...]:
        """The columns a model may learn from, in order."""
        return tuple(feature.column for feature in self.features if feature.model_input)

    def of_family(self, family: str) -> tuple[Feature, ...]:
        """Return the family's features, in order."""
        return tuple(feature for feature in self.features if feature.family == family)

    def measures(self, family: str) -> tuple[str, ...]:
        """Return the columns of a family of entities, in order; they do not name a kind."""
        return tuple(dict.fromkeys(feature.measure for feature in self.of_family(family)))

    def feature(self, column: str) -> Feature:
        """Return the feature of that column; KeyError when there is none."""
        return self.by_column[column]


@cache
def load_catalog() -> Catalog:
    """Return the catalog with entries for each entity kind written out."""
    given = read_yaml(FILE)
    features = [each for entry in given["features"] for each in _expand(entry, given["entities"])]
    return Catalog.model_validate({**given, "features": features})


def _expand(entry: dict[str, Any], entities: dict[str, str]) -> list[dict[str, Any]]:
    """Return the entry, or one for each entity kind it holds for: those under `entities`, else all."""
    if "{entity}" not in entry["column"]:
        return [entry]
    plain = {key: value for key, value in entry.items() if key != "entities"}
    return [_for_entity(plain, entity, entities[entity]) for entity in entry.get("entities", entities)]


def _for_entity(entry: dict[str, Any], entity: str, name: str) -> dict[str, Any]:
    filled = {
        key: value.replace("{entity}", entity).replace("{name}", name) if isinstance(value, str) else value
        for key, value in entry.items()
    }
    return {**filled, "entity": entity}
