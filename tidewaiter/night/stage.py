"""What a stage of a night is: the tables that it reads and makes, and the function that makes them.

Belongs here: the types that the table of stages and the stages' functions share.
Belongs elsewhere: which stages there are (table.py), running them (run.py).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tidewaiter.night.context import Night


@dataclass(frozen=True)
class Made:
    """What a stage leaves in the connection: the relation behind each table that it fills.

    Attributes:
        in_order: the tables whose relation stands in the order of their key; it need not be sorted to be written.
    """

    relations: Mapping[str, str]
    in_order: Collection[str] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class Stage:
    """A step of a night.

    Attributes:
        inputs: tables of the date that are published before it runs; `raw.<feed>` stands for all that was read of
            a feed. What it looks back on of earlier dates is not among them.
        outputs: tables of the date that are published once it has run.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    run: Callable[[Night], Made]


def name_relations(tables: Iterable[str]) -> dict[str, str]:
    """Return each table with the relation that has its name, an underscore for the point."""
    return {table: table.replace(".", "_") for table in tables}
