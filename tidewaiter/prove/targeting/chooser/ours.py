"""The project's own night: scores, queues and the weekly model as they are shipped.

Belongs here: this policy.
Belongs elsewhere: scoring and selection (tidewaiter/targeting), training (models).
"""

from contextlib import suppress
from datetime import date

import polars as pl

from models.train import train_model
from tidewaiter.errors import TooFewLabelsError
from tidewaiter.prove.targeting.choosing import Desk, shape_choice


class Ours:
    """Whatever the night publishes as its queues."""

    name = "ours"
    says = "the project's night as shipped, with the model of the week"
    tables: tuple[str, ...] = ("score.shipment",)

    def learn(self, desk: Desk, as_of: date) -> None:
        """Train the week's model; with too few labels nights go on as before."""
        with suppress(TooFewLabelsError):
            train_model(desk.lake, desk.policy, as_of, desk.models)

    def choose(self, desk: Desk, on: date) -> pl.DataFrame:
        """Read the night's choice."""
        return shape_choice(desk.read("score.shipment", on).rename({"score": "chance"}))
