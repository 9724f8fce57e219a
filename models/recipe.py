"""The figures of a fitted hybrid, as they stand in model.json, and the boosters beside them.

Belongs here: the typed content of a model, and which boosters there are.
Belongs elsewhere: fitting (fit.py), files (artifact.py), the card (card.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from models.calibrate import Calibration, Level
from models.evidence import Evidence, Straight
from models.family import FamilyShare
from models.loss import Loss
from models.novelty import Novelty
from models.tree import read_booster

TREES, FAMILY, LOSS, NOVELTY = "trees_", "family_", "loss", "novelty"


# What does not follow from a calibration, and is kept when it changes.
READ_ONCE = ("boosters", "trees", "families", "evidence", "stand_ins")


class Stack(BaseModel):
    """How the straight part and the trees are put together: log-odds = intercept + straight * a + trees * b."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intercept: float
    straight: float
    trees: float


class Recipe(BaseModel):
    """Everything but the boosters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    features: tuple[str, ...]
    stand_ins: tuple[float | None, ...]
    straight: Straight
    stack: Stack
    calibration: Calibration
    level: Level | None
    port_groups: dict[str, str]
    other_ports_group: str
    shares: dict[str, FamilyShare]
    family_calibration: dict[str, Calibration]
    loss: Loss
    novelty: Novelty | None


@dataclass(frozen=True)
class Fitted:
    """A hybrid that can score.

    Args:
        texts: LightGBM's own model texts by name: trees_<bag>, family_<family>, loss, novelty.
    """

    recipe: Recipe
    texts: Mapping[str, str]

    @property
    def features(self) -> tuple[str, ...]:
        return self.recipe.features

    @cached_property
    def boosters(self) -> dict[str, lgb.Booster]:
        """The boosters by name, read once."""
        return {name: read_booster(text) for name, text in sorted(self.texts.items())}

    @cached_property
    def trees(self) -> list[lgb.Booster]:
        """The bags of the chance of any violation."""
        return [booster for name, booster in self.boosters.items() if name.startswith(TREES)]

    @cached_property
    def families(self) -> dict[str, lgb.Booster]:
        """The boosters of families with findings of their own."""
        found = self.boosters.items()
        return {name.removeprefix(FAMILY): booster for name, booster in found if name.startswith(FAMILY)}

    @cached_property
    def evidence(self) -> Evidence:
        """Where the straight part's inputs stand."""
        return Evidence(self.recipe.features, self.recipe.straight.inputs)

    @cached_property
    def stand_ins(self) -> npt.NDArray[np.float32]:
        """A figure for each feature in which learning saw no null, NaN for the others."""
        return np.array([np.nan if each is None else each for each in self.recipe.stand_ins], dtype=np.float32)

    def with_calibration(self, calibration: Calibration) -> "Fitted":
        """Return the same hybrid with another calibration; boosters that were read are not read again."""
        changed = Fitted(self.recipe.model_copy(update={"calibration": calibration}), self.texts)
        changed.__dict__.update({name: self.__dict__[name] for name in READ_ONCE if name in self.__dict__})
        return changed

    def named(self, name: str) -> list[lgb.Booster]:
        """Return the booster of that name, or none."""
        return [self.boosters[name]] if name in self.boosters else []
