"""What several unit tests stand on: a made-up world with labels, and the model that it teaches.

Belongs here: fixtures that more than one file of this folder asks for.
Belongs elsewhere: how the world is made (labelled_world.py), a world of a file's own (that file).
"""

import pytest

from models.artifact import Model
from models.train import train_model
from tests.unit.labelled_world import AS_OF, World, make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a world of the module's own."""
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def model(world: World) -> Model:
    """Return the model of that world."""
    return train_model(world.lake, world.policy, AS_OF, world.models)
