"""What makes parties neighbours: the model of policy/network.yml.

Belongs here: its keys and their bounds.
Belongs elsewhere: the numbers (policy/network.yml), what is done with them (network.py).
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Allowed(_File):
    """Identifiers that are shared for good reasons, as filed."""

    address: tuple[str, ...]
    phone: tuple[str, ...]
    email: tuple[str, ...]


class Network(_File):
    """What makes parties neighbours, and how far what is known of one counts for another."""

    window_days: Annotated[int, Field(ge=1)]
    hub_parties_n: Annotated[int, Field(ge=2)]
    allowed: Allowed
    component_kinds: tuple[Literal["address", "phone", "email", "account", "consignee"], ...]
    new_days: Annotated[int, Field(ge=1)]
    community_min_n: Annotated[int, Field(ge=1)]
    community_rounds_n: Annotated[int, Field(ge=1)]
    step_share: Share
    record_prior_n: Annotated[float, Field(gt=0)]
    picture_edges_n: Annotated[int, Field(ge=1)]
