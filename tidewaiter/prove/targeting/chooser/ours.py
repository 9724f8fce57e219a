"""The project's own night: scores, queues and the weekly model as they are shipped, or with one part left out.

Belongs here: this policy, which parts can be left out and by which line of the policy files.
Belongs elsewhere: scoring and selection (tidewaiter/targeting), training (models), what a part is (models/part.py).
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import polars as pl

from models.train import train_model
from tidewaiter.errors import TooFewLabelsError
from tidewaiter.policy import Parts
from tidewaiter.prove.targeting.choosing import Desk, shape_choice

# Part -> policy file -> what is changed in it, by name.
Changes = Mapping[str, Mapping[str, Any]]
WITHOUT: Mapping[str, Changes] = {
    **{part: {"model.yml": {"parts": {part: False}}} for part in Parts.model_fields},
    "random_slice": {"queues.yml": {"random_share": 0.0}},
}


class Ours:
    """Whatever the night publishes as its queues."""

    name = "ours"
    says = "the project's night as shipped, with the model of the week"
    tables: tuple[str, ...] = ("score.shipment",)

    def __init__(self, without: str | None = None) -> None:
        if without is not None:
            self.name = name_ablation(without)

    def learn(self, desk: Desk, as_of: date) -> None:
        """Train the week's model; with too few labels nights go on as before."""
        with suppress(TooFewLabelsError):
            train_model(desk.lake, desk.policy, as_of, desk.models, for_people=False)

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Read the night's choice."""
        return shape_choice(desk.read("score.shipment", on).rename({"score": "chance"}))


def name_ablation(part: str) -> str:
    """Return what the night without a part is called."""
    return f"{Ours.name}-without_{part}"


ABLATIONS = {name_ablation(part): part for part in WITHOUT}


def find_changes(policy: str) -> Changes:
    """Return what a policy of the proof changes in the policy files; nothing for those that take them as shipped."""
    return WITHOUT[ABLATIONS[policy]] if policy in ABLATIONS else {}
