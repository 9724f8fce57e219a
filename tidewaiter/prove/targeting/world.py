"""What the proof asks of a world: days in order, exams taken, findings that arrive with later days.

Belongs here: the two types that a simulated world has to fit.
Belongs elsewhere: any world (sample_data/world, tests).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

import polars as pl


class Day(Protocol):
    """What arrives on a date, and the truth about it, which no policy is given.

    `tables` is raw contract table -> rows of text, findings that become known on the date among them; `documents` is
    (feed, name) -> text, of feeds that come as documents. `truth` has
    shipment_id, scheme, family, finding_code, loss_usd and is_violation, a row a shipment.
    """

    @property
    def on(self) -> date: ...
    @property
    def tables(self) -> Mapping[str, pl.DataFrame]: ...
    @property
    def documents(self) -> Mapping[tuple[str, str], str]: ...
    @property
    def truth(self) -> pl.DataFrame: ...


class World(Protocol):
    """A world that lives day by day and learns from the exams it gets."""

    def open_day(self, on: date) -> Day:
        """Return what arrives on the date; called once for each date, in order."""

    def examine(self, on: date, exams: pl.DataFrame) -> None:
        """Take the exams chosen on the date: shipment_id, shipment_ref, ref_kind, exam_kind, selected_by."""


MakeWorld = Callable[[int, float, date], World]
