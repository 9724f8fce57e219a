"""The lists, tariffs and places that land beside a world's days, each in its official layout and with its dates.

Belongs here: which editions a world has, and which of its shippers a list names.
Belongs elsewhere: the lists themselves (watchlist.py, dated_list.py, tariff.py in sample_data).
"""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from sample_data.dated_list import write_lists
from sample_data.list_scene import ListScene
from sample_data.tariff import DutyChange, write_tariff
from sample_data.watchlist import write_watchlist
from sample_data.word import draw_words
from sample_data.world.firm import PROCESSES
from sample_data.world.naming import SPELLINGS
from sample_data.world.simulation import World
from sample_data.world.source import HONEST

_WORDS = 160


def write_world_lists(world: World, days: int, landing: Path) -> None:
    """Every list is in the landing folder, from the first day on, with a second edition in the middle."""
    books = world.scene.books.shippers
    honest = np.flatnonzero(books.key % PROCESSES == HONEST)
    names = books.table["shipper_name"].gather(books.current[honest] * SPELLINGS).to_list()
    scene = ListScene(world.seed, world.start, days, draw_words(world.streams.open("lists"), _WORDS), names)
    change = world.parameters.origin_launderer
    write_watchlist(scene, landing / "watchlist" / "ofac_sdn")
    write_lists(scene, landing)
    write_tariff(scene, landing / "tariff", DutyChange(change.change_day, change.groups))
    for path in sorted(landing.rglob("*")):
        if path.is_file():
            _stamp(path, date.fromisoformat(path.parent.name))


def _stamp(path: Path, on: date) -> None:
    landed_at = datetime(on.year, on.month, on.day, 0, 30, tzinfo=UTC) + timedelta(days=1)
    os.utime(path, (landed_at.timestamp(), landed_at.timestamp()))
