"""The command `world make`: a simulated world's files, with progress and a table of what was made.

Belongs here: progress, printing, and what a refusal says.
Belongs elsewhere: the world (sample_data/world).
"""

from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sample_data.world.make import LANDING, TRUTH, Made, Request, make_world
from tidewaiter.command.console import open_console
from tidewaiter.errors import HomeError


def run_make(out: Path, seed: int, days: int, scale: float, start: date, exam_share: float) -> int:
    """Make the world in the folder; print how many rows of each table it has, and how fast they were made."""
    progress = Console(stderr=True)
    try:
        made = make_world(Request(out, seed, days, scale, start, exam_share), lambda said: progress.print(said))
    except FileExistsError as error:
        raise HomeError(str(error), fix="name another folder, or empty this one") from error
    except ValueError as error:
        raise HomeError(str(error), fix="see tidewaiter world make --help") from error
    console = open_console()
    if made.was_there:
        console.print(f"{out} already is this world: nothing to do", highlight=False)
        return 0
    _print_rows(console, made)
    console.print(f"landing folder  {out / LANDING}\ntruth           {out / TRUTH}", highlight=False, soft_wrap=True)
    return 0


def _print_rows(console: Console, made: Made) -> None:
    table = Table(title="what was made")
    table.add_column("table or feed")
    table.add_column("rows", justify="right")
    for name, rows in sorted(made.rows.items()):
        table.add_row(name, f"{rows:,}")
    console.print(table)
    total = sum(made.rows.values())
    console.print(
        f"{total:,} rows in {made.seconds:.1f} s: {total / max(made.seconds, 1e-9):,.0f} rows a second, "
        f"{total / max(made.cpu_seconds, 1e-9):,.0f} rows a processor second ({made.cpu_seconds:.1f} CPU-s)",
        highlight=False,
    )
