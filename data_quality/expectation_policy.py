"""What a normal night looks like, as people decide it: the model of policy/expectations.yml, checked against contracts.

Belongs here: the keys of that file, their bounds, and that every table and column it names is promised.
Belongs elsewhere: the numbers (policy/expectations.yml), judging a night by them (expectation.py).
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from data_quality.contract import Column, Contract, Rule, load_contracts

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
NUMBERS = ("integer", "bigint", "smallint", "double", "decimal")
MOMENTS = ("timestamp", "date")
# Layers whose tables are published one by one; what lands is expected of feeds.
LAYERS = ("core", "held", "reference", "party", "outcome", "feature", "score", "queue")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Usual(_Part):
    """What counts as usual, and how much of a past it takes to say so."""

    window_days: Annotated[int, Field(ge=1)]
    min_nights: Annotated[int, Field(ge=1)]
    drift_min_nights: Annotated[int, Field(ge=1)]
    min_rows: Annotated[int, Field(ge=1)]
    rare_share: Share


class Volume(_Part):
    """Bounds of a number of rows: absolute, and as a factor of what is usual on that weekday.

    Below `min_share_of_usual` is fatal, between it and `warn_share_of_usual` a warning.
    """

    min: Count | None = None
    max: Count | None = None
    min_share_of_usual: Annotated[float, Field(gt=0, le=1)] | None = None
    warn_share_of_usual: Annotated[float, Field(gt=0, le=1)] | None = None
    max_share_of_usual: Annotated[float, Field(ge=1)] | None = None


class Fill(_Part):
    """Least share of rows in which a column is filled: below `min` is fatal, below `warn_below` a warning."""

    min: Share | None = None
    warn_below: Share | None = None


class Distinct(_Part):
    """Bounds of the number of different values."""

    min: Count | None = None
    max: Count | None = None


class Drift(_Part):
    """How far the mix of codes may be from that of the nights before: population stability, share that moved."""

    max_psi: Annotated[float, Field(gt=0)] | None = None
    max_moved_share: Share | None = None


class Shift(_Part):
    """By what factor quantiles of a number may differ from their usual ones, up or down."""

    quantiles: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.5,)
    max_factor: Annotated[float, Field(gt=1)]


class Ceiling(_Part):
    """A share that should not be exceeded."""

    max: Share


class Horizon(_Part):
    """How many days after its night a moment may be."""

    max_days: Annotated[int, Field(ge=0)]


class ColumnExpectations(_Part):
    """What is expected of one column; what is left out is not judged."""

    fill: Fill | None = None
    distinct: Distinct | None = None
    drift: Drift | None = None
    shift: Shift | None = None
    zeros: Ceiling | None = None
    ahead: Horizon | None = None
    check_digit: Ceiling | None = None


class TableExpectations(_Part):
    """What is expected of one published table."""

    rows: Volume | None = None
    columns: dict[str, ColumnExpectations] = {}


class FeedExpectations(_Part):
    """What is expected of one feed; `ask` names whom to ask when it is otherwise."""

    rows: Volume | None = None
    held_share: Ceiling | None = None
    refused_files: Count | None = None
    age_days: Count | None = None
    ask: str = "whoever sends the feed"


def _promised_table(name: str) -> str:
    if name not in load_contracts():
        raise PydanticCustomError("unknown_table", "no contract promises such a table")
    return name


def _judged_table(name: str) -> str:
    if _promised_table(name).split(".")[0] not in LAYERS:
        raise PydanticCustomError("unjudged_table", "what lands is expected of `feeds`; other tables are copies")
    return name


def _known_feed(name: str) -> str:
    if f"raw.{name}_file" not in load_contracts():
        raise PydanticCustomError("unknown_feed", "there is no such feed")
    return name


class Accepted(_Part):
    """A night that is as it should be although a minimum is not reached: a person says so, and why."""

    date: date
    table: Annotated[str, AfterValidator(_promised_table)]
    rule: str
    reason: Annotated[str, Field(min_length=1)]
    by: Annotated[str, Field(min_length=1)]


class Expectations(_Part):
    """The whole file."""

    usual: Usual
    every_feed: FeedExpectations
    feeds: dict[Annotated[str, AfterValidator(_known_feed)], FeedExpectations] = {}
    tables: dict[Annotated[str, AfterValidator(_judged_table)], TableExpectations] = {}
    accepted: tuple[Accepted, ...] = ()

    def feed(self, noun: str) -> FeedExpectations:
        """Return what is expected of a feed: its own keys, and for those it leaves out the ones of every feed."""
        own = self.feeds.get(noun)
        if own is None:
            return self.every_feed
        return self.every_feed.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})

    def table(self, name: str) -> TableExpectations:
        """Return what is expected of a table: nothing, when the file does not name it."""
        return self.tables.get(name, TableExpectations())

    @model_validator(mode="after")
    def _columns_are_promised(self) -> "Expectations":
        """Raise the place of each column that a table does not have, or that has no such measure."""
        faults = [
            InitErrorDetails(type=PydanticCustomError("column", problem), loc=place, input=place[-1])
            for name, table in self.tables.items()
            for place, problem in _list_faults(load_contracts()[name], table)
        ]
        if faults:
            raise ValidationError.from_exception_data("expectations", faults)
        return self


def _list_faults(contract: Contract, table: TableExpectations) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, wanted in table.columns.items():
        place = ("tables", contract.table, "columns", name)
        if name not in contract.column_names:
            yield place, "the table has no such column"
            continue
        column = contract.column(name)
        for key, fits, problem in _demands(column):
            if getattr(wanted, key) is not None and not fits:
                yield (*place, key), problem


def _demands(column: Column) -> Iterator[tuple[str, bool, str]]:
    """Yield what a key asks of its column: shares of codes and quantiles are shown, so none may be personal."""
    is_open = column.classification != "personal"
    yield "drift", is_open and is_coded(column), "the column is not a coded one without personal data"
    for key in ("shift", "zeros"):
        yield key, is_open and column.sql_type.startswith(NUMBERS), "the column is not a number without personal data"
    yield "check_digit", is_open and column.is_text, "the column is not text without personal data"
    yield "ahead", column.sql_type in MOMENTS, "the column is neither a timestamp nor a date"


def is_coded(column: Column) -> bool:
    """Return whether a column has a closed form: its values are codes, and nothing that a person wrote."""
    return column.sql_type == "boolean" or any(_closes(rule) for rule in column.rules)


def _closes(rule: Rule) -> bool:
    is_pattern = rule.expectation == "expect_column_values_to_match_regex"
    return rule.expectation == "expect_column_values_to_be_in_set" or (
        is_pattern and "." not in rule.arguments["regex"]
    )
