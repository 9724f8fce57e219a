"""The command `replay`: a corrected file judged, landed and run.

Belongs here: the order of these steps, what is said about each, exit codes.
Belongs elsewhere: judging (tidewaiter/ingest/trial.py), landing (tidewaiter/ingest/correction.py), nights (run.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import typer
from rich.console import Console

from pipelines.night import Runner, open_runner
from pipelines.partitions import check_day
from pipelines.result import RunResult
from tidewaiter.command.console import open_console
from tidewaiter.command.progress import Display
from tidewaiter.command.run import Outcome, catch_up, tell_result
from tidewaiter.engine.duckdb import open_connection
from tidewaiter.errors import CorrectionError
from tidewaiter.ingest.correction import (
    Given,
    Target,
    choose_place,
    find_copy,
    find_target,
    land_file,
    set_aside,
)
from tidewaiter.ingest.landed import check_landing, find_file, name_file
from tidewaiter.ingest.trial import Alone, Bench, Beside, count_unkeyed_repeats, covers, judge_alone, judge_beside
from tidewaiter.lake import Lake, hash_file
from tidewaiter.policy import load_policy
from tidewaiter.settings import Settings
from tidewaiter.view.replay_view import (
    describe_alone,
    describe_beside,
    describe_landing,
    describe_target,
    read_counts,
    render_counts,
)


@dataclass(frozen=True)
class ReplayRequest:
    """A file to replay and what the person says of it.

    Attributes:
        place: the name to land under.
        is_dry: judge only.
        allows_conflicts: land it although rows that are kept now would be held as conflicting with it.
    """

    given: Given
    place: str | None
    is_dry: bool
    allows_conflicts: bool


@dataclass(frozen=True)
class Verdict:
    """What came of judging a file: its hash, and whether it replaces its original whole."""

    sha256: str
    replaces: bool


def run_replay(settings: Settings, request: ReplayRequest) -> int:
    """Judge a corrected file, land it, run its date again, say what changed and return the exit code.

    Raises:
        CorrectionError: nothing says what the file is for, or it would do no good; then nothing has landed.
    """
    check_landing(settings.landing)
    lake, path = Lake(settings.lake), request.given.path
    target = find_target(lake, settings.landing, request.given)
    check_day(target.night, settings.landing)
    place = choose_place(settings.landing, target, path, request.place)
    _say(describe_target(path, target))
    with _open_bench(settings, target) as bench:
        verdict = _judge(settings, bench, target, request)
    if request.is_dry:
        _say(describe_landing(target, place, replaces=verdict.replaces))
        return 0
    display = Display(Console(stderr=True))
    with open_runner(settings, display.watch) as runner:
        _land(settings, target, path, place, verdict)
        if target.original is None:
            typer.echo(f"It corrects no file, so no date was run: tidewaiter nightly --date {target.night}")
            return 0
        return _run_again(settings, runner, display, target)


def _say(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)


@contextmanager
def _open_bench(settings: Settings, target: Target) -> Iterator[Bench]:
    """Yield a bench in the home's staging folder; a home that is not there yet is not made for it."""
    policy, lake = load_policy(settings.policy), Lake(settings.lake)
    with (
        lake.staging() if lake.root.is_dir() else _make_scratch() as scratch,
        open_connection(policy.engine, scratch) as con,
    ):
        yield Bench(con, scratch, policy, target.feed, target.on)


@contextmanager
def _make_scratch() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


def _judge(settings: Settings, bench: Bench, target: Target, request: ReplayRequest) -> Verdict:
    """Say what a night would make of the file.

    Raises:
        CorrectionError: it would be refused, or would do harm.
    """
    path = request.given.path
    sha256 = hash_file(path)
    alone = judge_alone(bench, path, "own")
    if alone.record.status == "refused":
        raise CorrectionError(f"{path.name} would be refused: {alone.record.cause}.", fix=alone.record.fix or "")
    _say(describe_alone(alone))
    verdict = Verdict(sha256, _replaces(settings, bench, target, sha256))
    superseded = target.original.sha256 if target.original and verdict.replaces else None
    beside = judge_beside(bench, settings.landing, path, superseded=superseded, published=Lake(settings.lake))
    _say(describe_beside(alone, beside, bench.feed))
    _check_use(target, sha256, alone, beside)
    if (beside.displaced_n or beside.refused) and not request.allows_conflicts:
        raise CorrectionError(
            _describe_harm(beside),
            fix="have these rows filed again with a later filed_at (record_status amended), or send all of the earlier"
            " file's rows unchanged but for the held ones; --allow-conflicts lands it as it is",
        )
    return verdict


def _replaces(settings: Settings, bench: Bench, target: Target, sha256: str) -> bool:
    """Return whether the file takes the place of its original: of a refused one, or where it has all its kept rows.

    Raises:
        CorrectionError: it has some of them, in a table without a key.
    """
    original = target.original
    if original is None or original.sha256 == sha256:
        return False
    if original.is_refused:
        return True
    landed = find_file(settings.landing, original.file)
    if not landed.is_file():
        return False
    judge_alone(bench, landed, "earlier")
    if covers(bench, "own", "earlier"):
        return True
    again = count_unkeyed_repeats(bench, "own", "earlier")
    if again:
        raise CorrectionError(
            f"{again:,} rows of the file are in {original.file} already, others of it are not, and rows of this feed"
            " have no key to tell a repeat by.",
            fix="send either all of the earlier file's rows or only those that were held",
        )
    return False


def _check_use(target: Target, sha256: str, alone: Alone, beside: Beside) -> None:
    """Raise CorrectionError when a night would take nothing from the file."""
    again = target.original is not None and target.original.sha256 == sha256
    if beside.status == "repeated" and not again:
        raise CorrectionError(f"the file is no correction: {beside.cause}.", fix="replay the file that was corrected")
    if beside.status == "refused":
        raise CorrectionError(f"the file would be refused: {beside.cause}.", fix=beside.fix or "")
    if alone.record.rows_n and not beside.kept_n and beside.status == "accepted":
        raise CorrectionError("none of its rows would be kept.", fix="ask the sender for correct rows")


def _describe_harm(beside: Beside) -> str:
    parts = []
    if beside.displaced_n:
        parts.append(
            f"{beside.displaced_n:,} rows that are kept now have the same key and filed_at as rows of this file and"
            " other content: both would be held as conflicting_duplicate"
        )
    if beside.refused:
        parts.append(f"{', '.join(beside.refused)} would be refused for its held rows")
    return "; ".join(parts) + "."


def _land(settings: Settings, target: Target, path: Path, place: str, verdict: Verdict) -> None:
    """Leave the file in the landing folder, with a marker where it takes another's place; what is there stays."""
    original = target.original
    there = find_copy(settings.landing, target, verdict.sha256)
    final = there or land_file(settings.landing, target, path, place, verdict.sha256)
    name = name_file(settings.landing, final)
    typer.echo(f"{'It is there already: ' if there else 'Landed as '}{name}")
    if original and verdict.replaces:
        marker = set_aside(final, original)
        typer.echo(f"{marker.name} beside it sets {original.file} aside: that file stays, and is not read again.")


def _run_again(settings: Settings, runner: Runner, display: Display, target: Target) -> int:
    before = read_counts(Lake(settings.lake), target)
    past: list[RunResult] = []
    catch_up(runner, display, target.night, past)
    result = display.run_night(runner, target.night)
    tell_result(settings, result)
    if not result.succeeded:
        return 1
    render_counts(before, read_counts(Lake(settings.lake), target), open_console())
    return 0 if Outcome(result, tuple(past)).is_clean else 1
