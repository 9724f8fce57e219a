"""The command `prove learning`: what training and scoring take, beside LightGBM's own predict.

Belongs here: printing.
Belongs elsewhere: made rows and measuring (tidewaiter/prove/learning.py).
"""

import json
from dataclasses import asdict

import typer
from rich.table import Table

from tidewaiter.command.console import open_console
from tidewaiter.policy import load_policy
from tidewaiter.prove.learning import LearningRun, prove_learning
from tidewaiter.settings import load_settings

GIB = 1 << 30


def run_learning(labels_n: int, rows_n: int, *, as_json: bool) -> int:
    """Train, score, predict, and print what each took."""
    policy = load_policy(load_settings(None, None, None).policy)
    run = prove_learning(policy, labels_n, rows_n)
    if as_json:
        typer.echo(json.dumps({**asdict(run), "ratio": run.ratio}, indent=2))
        return 0
    console = open_console()
    console.print(_tabulate(run))
    console.print(
        f"{run.inputs_n} inputs, {run.trees_n} trees; scoring takes {run.ratio:.2f} times LightGBM's own predict"
    )
    console.print(f"scores: SHA-256 {run.scores_sha256}")
    return 0


def _tabulate(run: LearningRun) -> Table:
    table = Table("step", "rows", "seconds", "CPU-s", "rows a second", "peak GiB")
    for each in run.measures:
        rows = run.labels_n if each.step == "train" else run.rows_n
        pace = f"{rows / max(each.seconds, 1e-9):,.0f}"
        table.add_row(
            each.step, f"{rows:,}", f"{each.seconds:.1f}", f"{each.cpu_s:.1f}", pace, f"{each.peak_bytes / GIB:.2f}"
        )
    return table
