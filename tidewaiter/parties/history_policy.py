"""How far back a night looks: the model of policy/history.yml.

Belongs here: its keys and their bounds.
Belongs elsewhere: the numbers (policy/history.yml), what is looked back on (history.py, tidewaiter/features).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

EntityKind = Literal["shipper", "seller", "consignee", "filer", "tariff_line", "line_origin", "lane", "pair"]
Share = Annotated[float, Field(ge=0, le=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class History(_File):
    """How far back a night looks."""

    window_days: Annotated[int, Field(ge=1)]
    long_window_days: Annotated[int, Field(ge=1)]
    lasting_kinds: tuple[EntityKind, ...]
    price_window_days: Annotated[int, Field(ge=1)]
    record_prior_n: Annotated[float, Field(gt=0)]
    record_prior_rate: Share
    record_half_life_days: Annotated[float, Field(gt=0)]
    finding_lookback_days: Annotated[int, Field(ge=1)]
    version_window_days: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _long_window_is_the_longer(self) -> "History":
        if self.long_window_days < self.window_days:
            raise ValueError("long_window_days is shorter than window_days")
        return self

    def reach_days(self, family: str, entity: str | None) -> int | None:
        """Return how many days before a date figures of a family look at; None where this file does not say."""
        if family == "price":
            return self.price_window_days
        if family != "entity":
            return None
        return self.long_window_days if entity in self.lasting_kinds else self.window_days

    @property
    def look_back_days(self) -> int:
        """The longest of the windows, in days: what a night may read of earlier dates."""
        return max(
            self.window_days,
            self.long_window_days,
            self.price_window_days,
            self.finding_lookback_days,
            self.version_window_days,
        )
