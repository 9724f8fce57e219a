"""docs/world.md, written from the figures' own reasons: `python -m sample_data.world.document`.

Belongs here: the tables of figures.
Belongs elsewhere: the text around them (page.md), the figures and what is said of them (parameter.py, the adversaries).
"""

import sys
from dataclasses import Field, fields
from pathlib import Path
from textwrap import fill

from sample_data.world.adversary import Adversary, Scheme
from sample_data.world.parameter import Exams, Noise, Parties, Prices, Seasons, Volumes
from sample_data.world.setting import DEFAULT
from sample_data.world.simulation import ADVERSARIES

PATH = Path(__file__).parents[2] / "docs" / "world.md"
Figures = Volumes | Seasons | Parties | Prices | Noise | Exams | Scheme
_HONEST = ("volumes", "seasons", "parties", "prices", "noise", "exams")


def write_document() -> str:
    """The whole page: the text with its tables in place."""
    page = Path(__file__).with_name("page.md").read_text(encoding="utf-8")
    honest = "".join(_write_table(name, getattr(DEFAULT, name), 3) for name in _HONEST)
    schemes = "".join(_write_scheme(kind) for kind in ADVERSARIES)
    return page.replace("<!-- honest -->\n", honest).replace("<!-- schemes -->\n", schemes)


def _write_scheme(kind: type[Adversary]) -> str:
    about = (sys.modules[kind.__module__].__doc__ or "").split("Belongs here:")[0].strip()
    paragraphs = [fill(" ".join(part.split()), 120) for part in about.split("\n\n")]
    table = _write_table("", getattr(DEFAULT, kind.name), 0)
    return f"\n### `{kind.name}`\n\n" + "\n\n".join(paragraphs) + f"\n{table}"


def _write_table(name: str, figures: Figures, level: int) -> str:
    about = (type(figures).__doc__ or "").split("\n")[0]
    head = f"\n{'#' * level} {name.capitalize()}\n\n{about}\n" if level else ""
    rows = "".join(_write_row(each, getattr(figures, each.name)) for each in fields(figures))
    return f"{head}\n| figure | value | what it is and why | source |\n|---|---|---|---|\n{rows}"


def _write_row(figure: Field[object], value: object) -> str:
    said = figure.metadata
    return f"| `{figure.name}` | {_show(value)} | {said['reason']} | {said['source']} |\n"


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_show(each) for each in value) or "none"
    return f"{value:,}" if isinstance(value, int) else str(value) or "none"


if __name__ == "__main__":
    PATH.write_text(write_document(), encoding="utf-8")
