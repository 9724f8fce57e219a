"""The command `doctor`: is everything here that a night needs?

Belongs here: the list of checks, each with what to do when it fails.
Belongs elsewhere: what the checks look at.
"""

import ctypes
import importlib.metadata
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import typer

from data_quality.contract import load_contracts
from tidewaiter.command.stale import list_stale, sum_up
from tidewaiter.errors import TidewaiterError
from tidewaiter.features.catalog import load_catalog
from tidewaiter.ingest.landed import list_dates
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.ingest.stray import list_strays
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY, Settings

PACKAGES = ("duckdb", "polars", "pyarrow", "lightgbm", "dagster", "great_expectations")
LEAST_FREE_BYTES = 2_000_000_000
MOST_STRAYS = 20


@dataclass(frozen=True)
class Finding:
    """What one check found; a night goes on with a mere warning."""

    check: str
    passed: bool
    found: str
    fix: str = ""
    is_warning: bool = False


def run_doctor(settings: Settings, *, as_json: bool) -> int:
    """Print every check's finding and return 0 when none failed; a warning is none."""
    findings = list(examine(settings))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            _tell(finding)
    return 0 if all(finding.passed or finding.is_warning for finding in findings) else 1


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the finding of each check."""
    yield _check_python()
    for package in PACKAGES:
        yield _check_package(package)
    yield _check_openmp()
    yield _check_home(settings)
    yield _check_landing(settings)
    yield _check_strays(settings)
    yield _check_readable("policy", lambda: _describe_policy(settings))
    yield from _check_salt(settings)
    yield _check_readable("contracts", lambda: f"{len(load_contracts())} tables promised")
    yield _check_readable("feature catalog", lambda: f"{len(load_catalog().columns)} features")
    yield _check_readable("stale dates", lambda: sum_up(list_stale(settings)))


def _check_python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", (3, 11) <= sys.version_info[:2] <= (3, 13), version, "use Python 3.11 to 3.13")


def _check_package(name: str) -> Finding:
    try:
        return Finding(name, True, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, "not installed", "run `make nightly`, which installs it")


def _check_openmp() -> Finding:
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError as problem:
        return Finding("libgomp", False, str(problem), "sudo apt-get install libgomp1")
    return Finding("libgomp", True, "found")


def _check_home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        return Finding("home", False, str(problem), "name a writable folder with --home")
    free = shutil.disk_usage(settings.home).free
    return Finding("home", free > LEAST_FREE_BYTES, f"{settings.home}, {free // 10**9} GB free", "free some disk space")


def _check_landing(settings: Settings) -> Finding:
    days = sorted({day for feed in FEEDS for day in list_dates(settings.landing, feed)})
    if not days:
        return Finding(
            "landing", False, f"nothing in {settings.landing}", "run `make nightly`, or name a folder with --landing"
        )
    return Finding("landing", True, f"{settings.landing}, {len(days)} dates, {days[0]} to {days[-1]}")


def _check_strays(settings: Settings) -> Finding:
    strays = list_strays(settings.landing, FEEDS)
    if not strays:
        return Finding("landing names", True, "every file is in a dated folder of a feed")
    named = "; ".join(f"{each.name}: {each.why}" for each in strays[:MOST_STRAYS])
    more = f"; and {len(strays) - MOST_STRAYS:,} others" if len(strays) > MOST_STRAYS else ""
    folders = ", ".join(each.folder for each in FEEDS)
    fix = f"no night reads them: move them to LANDING/<feed>/<date>/, or away. Feeds: {folders}"
    return Finding("landing names", False, named + more, fix, is_warning=True)


def _check_readable(name: str, read: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, read())
    except TidewaiterError as error:
        return Finding(name, False, error.cause, error.fix)


def _describe_policy(settings: Settings) -> str:
    policy = load_policy(settings.policy)
    shipped = ", ".join(policy.shipped_files)
    return f"{policy.folder}, version {policy.version}" + (f"; from the shipped policy: {shipped}" if shipped else "")


def _check_salt(settings: Settings) -> Iterator[Finding]:
    """Yield a warning where the random slice is drawn by the salt that everyone can read."""
    try:
        salt = load_policy(settings.policy).queues.random_salt
    except TidewaiterError:
        return
    if salt == load_policy(SHIPPED_POLICY).queues.random_salt:
        found = "the shipped one: whoever reads it can tell which shipments will be drawn"
        fix = "set random_salt in a queues.yml of your own, and name its folder with --policy"
        yield Finding("random salt", False, found, fix, is_warning=True)


def _tell(finding: Finding) -> None:
    failed = typer.style("warn", fg="yellow") if finding.is_warning else typer.style("FAIL", fg="red")
    mark = typer.style("ok  ", fg="green") if finding.passed else failed
    typer.echo(f"{mark}  {finding.check:<20} {finding.found}")
    if not finding.passed and finding.fix:
        typer.echo(f"      fix: {finding.fix}")
