"""A challenger's nights in shadow, as a terminal shows them.

Belongs here: layout and wording.
Belongs elsewhere: the figures (tidewaiter/targeting/trial.py).
"""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidewaiter.rules.judged import HitRate
from tidewaiter.targeting.figure import write_money, write_percent
from tidewaiter.targeting.trial import Trial


def print_trial(found: Trial, console: Console) -> None:
    """Print what a challenger would have chosen, a line a figure."""
    console.print(Text(f"{found.version}, beside {', '.join(found.champions)}", style="bold"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for label, said in describe_trial(found):
        grid.add_row(Text(label), Text(said))
    console.print(grid)


def describe_trial(found: Trial) -> Iterator[tuple[str, str]]:
    """Yield each figure with its label."""
    yield "nights in shadow", f"{len(found.nights):,}, from {found.nights[0]} to {found.nights[-1]}"
    yield "targeted exams", _tell_overlap(found)
    yield "found by both", _write_found(found.both, found.both_usd)
    yield "by the champion alone", _write_found(found.champion_only, found.champion_only_usd)
    yield "by the challenger alone", "not known: what only it would have targeted was not examined, unless by lot"
    yield "random slice", _write_rate(found.random)
    if found.top_n:
        yield (
            f"its dearest {found.top_n:,}",
            f"{found.challenger_top_n:,} found by the challenger's order, {found.champion_top_n:,} by the champion's",
        )


def _tell_overlap(found: Trial) -> str:
    if not found.targeted_n:
        return "none"
    share = write_percent(found.both_n / found.targeted_n)
    return f"{found.targeted_n:,}; the challenger would have targeted {found.both_n:,} of them ({share})"


def _write_found(found: HitRate, loss_usd: float) -> str:
    return _write_rate(found) + (f", loss {write_money(loss_usd)}" if found.exams_n else "")


def _write_rate(found: HitRate) -> str:
    if found.rate is None:
        return "no result yet"
    low, high = found.rate.low or 0.0, found.rate.high or 0.0
    said = f"{found.findings_n:,} of {found.exams_n:,} exam{'' if found.exams_n == 1 else 's'} with a result"
    return f"{said} ({write_percent(found.rate.value)}, {write_percent(low)} to {write_percent(high)})"
