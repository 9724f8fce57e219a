"""When a party, tariff line or route counts as changed: the model of policy/change.yml.

Belongs here: its keys and their bounds.
Belongs elsewhere: the numbers (policy/change.yml), what is done with them (change.py).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

WatchedKind = Literal["shipper", "seller", "filer", "tariff_line", "line_origin", "lane"]
Count = Annotated[int, Field(ge=0)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(_File):
    """Standard deviation from night to night of what is watched beside the volume."""

    unit_value: Annotated[float, Field(gt=0)]
    unit_weight: Annotated[float, Field(gt=0)]
    top_lane: Annotated[float, Field(gt=0)]
    new_pair: Annotated[float, Field(gt=0)]


class Change(_File):
    """When a party, tariff line or route counts as changed, and how many alarms a night may raise."""

    kinds: tuple[WatchedKind, ...]
    quota: dict[WatchedKind, Count]
    min_score: Annotated[float, Field(gt=0)]
    warm_up_nights: Annotated[int, Field(ge=1)]
    half_life_nights: Annotated[float, Field(gt=0)]
    volume_ratio: Annotated[float, Field(gt=1)]
    usual_min_n: Annotated[float, Field(ge=0)]
    share_min_n: Annotated[int, Field(ge=1)]
    quiet_days: Count
    forget_days: Annotated[int, Field(ge=1)]
    prior_nights: Annotated[float, Field(gt=0)]
    prior_dispersion: Annotated[float, Field(gt=0)]
    prior_spread: Spread
    short_days: Annotated[int, Field(ge=1)]
    long_days: Annotated[int, Field(ge=2)]

    @model_validator(mode="after")
    def _every_kind_has_a_quota(self) -> "Change":
        if set(self.quota) != set(self.kinds):
            raise ValueError("quota must name each of kinds, and no other")
        return self
