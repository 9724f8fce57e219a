"""A scheme that begins in mid-year: goods of high duty are declared on the cheapest line beside their own.

How honest trade overlaps it: honest misclassification is the commonest honest mistake, the declared line is of the same
group, and value, weight and parties are ordinary.

Belongs here: which line is declared for which, and how a caught front goes on.
Belongs elsewhere: fronts (adversary.py), honest misclassification (honest.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from sample_data.word import Flags, Ints
from sample_data.world.adversary import Adversary, Scheme, convict, lose_duty, owe
from sample_data.world.parameter import told
from sample_data.world.shipment import Shipments, draw_texts


@dataclass(frozen=True)
class SiblingSliding(Scheme):
    """Figures of the sliding of lines."""

    share: float = told(0.007, "of entries once it has begun")
    air_share: float = told(0.004, "of house air waybills")
    guilty_share: float = told(0.85, "of what they send")
    fronts: int = told(8, "at scale 0.0005")
    rings: int = told(4, "at scale 0.0005")
    countries: tuple[str, ...] = told(("CN", "VN", "IN", "TR"), "their shippers' countries")
    groups: tuple[str, ...] = told(("apparel", "footwear", "home"), "goods whose lines differ much in duty")
    first_day: int = told(77, "mean first day: no rule or label has seen it before")
    first_day_spread: int = told(21, "the first day is up to that many days earlier or later, by seed")
    tells_share: float = told(0.3, "rows whose text still tells what the goods are")


class SiblingSlider(Adversary):
    """`cheapest` is, for each line and origin, the line of the same group with the least duty."""

    name: ClassVar[str] = "sibling_slider"
    figures: SiblingSliding

    def prepare(self, rng: np.random.Generator) -> None:
        """Find each line's cheapest sibling."""
        ground = self.rules.ground
        self.cheapest = np.zeros_like(ground.duty_share, dtype=np.int64)
        for group in np.unique(ground.group):
            lines = np.flatnonzero(ground.group == group)
            self.cheapest[lines] = lines[np.argmin(ground.duty_share[lines], axis=0)]

    def bend(self, rng: np.random.Generator, sent: Shipments, guilty: Flags, on: date) -> None:
        """Another line is declared, mostly with a text that fits it."""
        sibling = self.cheapest[sent.line, sent.origin]
        liar = guilty & (sibling != sent.line)
        sent.declared = np.where(liar, sibling, sent.line)
        tells = rng.random(sent.n) < self.figures.tells_share
        fits = draw_texts(rng, self.rules.ground, sent.declared, 0.0)
        sent.text = np.where(liar & ~tells, fits, sent.text)
        convict(sent, liar, "MISCLASSIFIED")
        owed = owe(self.rules, sent.line, sent.origin, sent.value_usd)
        lose_duty(sent, liar, owed, owe(self.rules, sent.declared, sent.origin, sent.value_usd))

    def adapt(self, rng: np.random.Generator, at: Ints, day: int) -> None:
        """Half of the caught fronts go on under new names, the others only rest."""
        self.reopen(rng, at[rng.random(len(at)) < 0.5], day, keeps_address=False)
