"""Progress of runs on the terminal: dates done, the step at work, seconds of each date.

Belongs here: the display.
Belongs elsewhere: running jobs (pipelines/night.py).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipelines.night import Runner
from pipelines.result import RunResult, StepEvent


class Display:
    """One bar at a time; on a console that is no terminal, a line when a date is done."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._progress = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[step]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._on_step: Callable[[StepEvent], None] = lambda _: None

    def watch(self, event: StepEvent) -> None:
        """Take an event of a run and show it on the bar at hand."""
        self._on_step(event)

    @contextmanager
    def bar(self, title: str, total: int) -> Iterator["Bar"]:
        """Yield a bar of `total` things."""
        with self._progress:
            bar = Bar(self._progress, self._progress.add_task(title, total=total, step=""))
            yield bar
            bar.name("")

    def show_dates(self, title: str, total: int, results: Iterable[RunResult]) -> Iterator[RunResult]:
        """Pass results on, one step of the bar a date."""
        with self.bar(title, total) as bar:
            self._on_step = lambda event: bar.name(f"{event.on} {event.step}") if event.state == "start" else None
            for result in results:
                bar.advance()
                self._tell(result)
                yield result

    def run_night(self, runner: Runner, on: date) -> RunResult:
        """Run one night, one step of the bar a step."""
        with self.bar(f"night of {on}", runner.count_steps("nightly")) as bar:
            self._on_step = bar.follow
            result = runner.run("nightly", on)
        self._tell(result)
        return result

    def _tell(self, result: RunResult) -> None:
        if not self.console.is_terminal:
            seconds = sum(result.step_seconds.values())
            outcome = "done" if result.succeeded else "FAILED"
            self.console.print(f"{result.on} {result.job} {outcome} in {seconds:.1f} s", highlight=False)


class Bar:
    """Moves one bar on."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def name(self, step: str) -> None:
        """Show what is at work."""
        self._progress.update(self._task, step=step)

    def advance(self) -> None:
        """One more is done."""
        self._progress.advance(self._task)

    def follow(self, event: StepEvent) -> None:
        """Show a step when it starts, count it when it ends."""
        if event.state == "start":
            self.name(event.step)
        else:
            self.advance()
