"""The commands under `tidewaiter world`: a simulated trade to try the whole system on.

Belongs here: their arguments.
Belongs elsewhere: all other commands (cli.py), the world (sample_data/world).
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Make a simulated world of trade: honest parties, adversaries and exams.")

_LAST_DAY = "2026-11-20"
Date = Annotated[
    datetime | None, typer.Option("--start", formats=["%Y-%m-%d"], help="First business date. [default: by --last-day]")
]


@app.command()
def make(
    out: Annotated[Path, typer.Option("--out", help="Folder for landing/ and truth/; it must be empty or a world's.")],
    days: Annotated[int, typer.Option("--days", min=1, help="How many business dates.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed is another world.")] = 1,
    scale: Annotated[
        float,
        typer.Option("--scale", help="Share of a national night: 0.0005 is 2,000 entries a day, 1.0 is 4,000,000."),
    ] = 0.0005,
    last_day: Annotated[
        datetime, typer.Option("--last-day", formats=["%Y-%m-%d"], help="Last business date.")
    ] = datetime.fromisoformat(_LAST_DAY),  # noqa: B008
    start: Date = None,
    exam_share: Annotated[
        float, typer.Option("--exam-share", min=0.0, max=1.0, help="Shipments of a day that are examined, at random.")
    ] = 0.02,
) -> None:
    """Write every feed of a simulated world, day by day, as it would land, and the truth in a folder of its own.

    OUT/landing is a landing folder for `tidewaiter nightly --landing`; OUT/truth says which shipments are what, and
    nothing of the pipeline reads it. The same seed, days, scale and dates give the same bytes. Exams are drawn at
    random, and their findings land two to twenty-one days later. docs/world.md says what is in a world and why.
    """
    from tidewaiter.command.world import run_make

    first = last_day - timedelta(days=days - 1) if start is None else start
    raise typer.Exit(run_make(out, seed, days, scale, first.date(), exam_share))
