"""The command `prove targeting`: every policy in the same simulated worlds, a table of what each found, and a page.

Belongs here: where it works, the world and its lists, progress, printing.
Belongs elsewhere: the proof itself (tidewaiter/prove/targeting), the world (sample_data/world).
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sample_data.world import World as SimulatedWorld
from sample_data.world.lists import write_world_lists
from sample_data.world.redraw import redraw_parameters
from sample_data.world.setting import DEFAULT
from tidewaiter.command.console import open_console
from tidewaiter.prove.targeting.ablation import BRINGS, Brought, compare_parts
from tidewaiter.prove.targeting.campaign import Campaign, Watch, read_results, run_campaign
from tidewaiter.prove.targeting.campaign import Progress as Pace
from tidewaiter.prove.targeting.chooser.ours import ABLATIONS
from tidewaiter.prove.targeting.chooser.registry import CHOOSERS, check_names
from tidewaiter.prove.targeting.judge import TABLES
from tidewaiter.prove.targeting.page import Content, render_page
from tidewaiter.prove.targeting.plan import Plan
from tidewaiter.prove.targeting.summary import MEASURES, OURS, Bar, add_discovery, judge_bar, summarise

PAGE = "targeting.html"
MISSES, HOLDS, UNKNOWN = "no", "yes", "not known"
# One shipment in sixty, in fifteen tables: at a small scale they cost more than all the others.
PARCELS_ALONE = {"ocean_share": 0.0, "x12_share": 0.0, "truck_share": 0.0}


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    plan: Plan
    seeds: tuple[int, ...]
    policies: tuple[str, ...]
    work: Path | None
    out: Path
    processes: int
    as_json: bool


def ask(
    seeds: int,
    first: int,
    scale: float,
    weeks: int,
    capacity: float,
    policies: str | None,
    *,
    ocean: bool,
    redrawn: bool,
    ablate: bool,
    processes: int,
    work: Path | None,
    out: Path,
    as_json: bool,
) -> Asked:
    """Return what the options ask for; ablations beside the policies that are named, else beside ours alone.

    Raises:
        ProofError: there is no policy of a name.
    """
    named = list(CHOOSERS) if policies is None else [each.strip() for each in policies.split(",")]
    if ablate:
        named = [*([] if policies is None else named), OURS, *ABLATIONS]
    names = check_names(named)
    plan = Plan(scale=scale, weeks=weeks, capacity_share=capacity, has_ocean=ocean, is_redrawn=redrawn)
    return Asked(plan, tuple(range(first, first + seeds)), names, work, out.resolve(), processes, as_json)


def make_world(seed: int, scale: float, start: date, *, has_ocean: bool, is_redrawn: bool) -> SimulatedWorld:
    """Return the project's simulated world, with every feed or with entries and air waybills alone.

    Args:
        is_redrawn: its figures are drawn anew around the shipped ones, by its seed.
    """
    figures = redraw_parameters(seed) if is_redrawn else DEFAULT
    if not has_ocean:
        figures = replace(figures, volumes=replace(figures.volumes, **PARCELS_ALONE))  # type: ignore[arg-type]
    return SimulatedWorld(seed, scale, start, figures)


def run_targeting(asked: Asked) -> int:
    """Run what is not finished, keep and print what was found."""
    console = Console(stderr=True)
    with _open_work(asked.work) as work:
        landing = work / "lists"
        plan = asked.plan
        make = partial(make_world, has_ocean=plan.has_ocean, is_redrawn=plan.is_redrawn)
        _write_lists(landing, asked, make)
        campaign = Campaign(plan, asked.seeds, asked.policies, make, landing, work, asked.out, asked.processes)
        with _open_display(console) as watch:
            run_campaign(campaign, watch)
    tables = {name: read_results(campaign, name) for name in TABLES}
    tables["total"] = add_discovery(tables["total"], tables["scheme"])
    for name, frame in tables.items():
        frame.write_parquet(asked.out / f"{name}.parquet")
    summary = summarise(tables["total"], asked.policies)
    bars = judge_bar(tables["total"], summary)
    content = Content(asked.plan, asked.seeds, asked.policies, tables, summary, bars)
    (asked.out / PAGE).write_text(render_page(content), encoding="utf-8")
    if asked.as_json:
        typer.echo(json.dumps(_describe(asked, tables, summary, bars), indent=2, default=str))
    else:
        _print_tables(asked, tables, summary, bars)
    return 0


@contextmanager
def _open_work(given: Path | None) -> Iterator[Path]:
    """Yield the folder given, which stays, or a temporary one, which does not."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="tidewaiter-targeting-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _write_lists(landing: Path, asked: Asked, make: Callable[[int, float, date], SimulatedWorld]) -> None:
    """Make each world's dated lists, with their second editions and its change of duties."""
    plan = asked.plan
    days = len(plan.warm_up_days) + len(plan.days)
    for seed in asked.seeds:
        shutil.rmtree(landing / f"seed-{seed}", ignore_errors=True)
        write_world_lists(make(seed, plan.scale, plan.start), days, landing / f"seed-{seed}")


@contextmanager
def _open_display(console: Console) -> Iterator[Watch]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as display:
        task = display.add_task("nights", total=None)

        def watch(pace: Pace) -> None:
            left = pace.left_seconds
            words = "" if left is None else f", about {max(1, round(left / 60))} min left"
            display.update(
                task,
                completed=pace.nights_n,
                total=pace.all_nights_n,
                description=f"{pace.finished_n} of {pace.runs_n} runs{words}",
            )

        yield watch


def _describe(
    asked: Asked, tables: dict[str, pl.DataFrame], summary: pl.DataFrame, bars: list[Bar]
) -> dict[str, object]:
    return {
        "plan": asdict(asked.plan),
        "seeds": asked.seeds,
        "policies": asked.policies,
        "summary": summary.to_dicts(),
        "bar": [asdict(each) for each in bars],
        "parts": [asdict(each) for each in compare_parts(tables["total"], asked.policies)],
        "total": tables["total"].to_dicts(),
    }


def _print_tables(asked: Asked, tables: dict[str, pl.DataFrame], summary: pl.DataFrame, bars: list[Bar]) -> None:
    console = open_console()
    plan = asked.plan
    drawn = ", figures drawn anew" if plan.is_redrawn else ""
    console.print(
        f"{len(asked.seeds)} seeds{drawn} at scale {plan.scale:g}; {plan.warm_up_weeks} weeks of random exams, then "
        f"{plan.weeks} weeks; exams for {plan.capacity_share:.1%} of a usual night's shipments; mean "
        "(deviation over seeds)",
        highlight=False,
    )
    console.print(_build_summary(asked.policies, summary))
    if bars:
        console.print(_build_bar(bars))
    if brought := compare_parts(tables["total"], asked.policies):
        console.print(_build_parts(brought))
    console.print(_build_costs(asked.policies, tables["cost"], len(plan.days)))
    console.print(f"results and page: {asked.out / PAGE}", highlight=False)


def _build_summary(policies: tuple[str, ...], summary: pl.DataFrame) -> Table:
    table = Table(title="What each policy found")
    table.add_column("measure")
    for policy in policies:
        table.add_column(policy.replace("_", " "), justify="right")
    found = {(policy, name): (mean, spread) for policy, name, mean, spread, _ in summary.iter_rows()}
    for name, words in MEASURES.items():
        table.add_row(words, *(_tell(name, *found[policy, name]) for policy in policies))
    return table


def _tell(name: str, mean: float | None, spread: float | None) -> str:
    if mean is None:
        return "-"
    digits = 1 if name.endswith("_days") else 3
    return f"{mean:.{digits}f}" + ("" if spread is None else f" ({spread:.{digits}f})")


def _build_bar(bars: list[Bar]) -> Table:
    table = Table(title="What is asked of ours")
    for name in ("asked", "holds", "found"):
        table.add_column(name)
    for each in bars:
        table.add_row(each.asked, UNKNOWN if each.holds is None else HOLDS if each.holds else MISSES, each.found)
    return table


def _build_parts(brought: list[Brought]) -> Table:
    """What each part brings: with less without, seed by seed."""
    table = Table(title="What each part of ours brings (mean over seeds of with less without; seeds that gained)")
    table.add_column("part")
    for words in BRINGS.values():
        table.add_column(words, justify="right")
    for part in dict.fromkeys(each.part for each in brought):
        table.add_row(part.replace("_", " "), *(_tell_gain(each) for each in brought if each.part == part))
    return table


def _tell_gain(each: Brought) -> str:
    if each.mean is None:
        return "-"
    spread = "" if each.deviation is None else f" ({each.deviation:.3f})"
    return f"{each.mean:+.3f}{spread}, {each.gained_n} of {each.seeds_n}"


def _build_costs(policies: tuple[str, ...], costs: pl.DataFrame, nights_n: int) -> Table:
    """Processor seconds a night, by what they go to, dearest first."""
    table = Table(title="Processor seconds a night")
    table.add_column("step")
    for policy in policies:
        table.add_column(policy.replace("_", " "), justify="right")
    mean = costs.group_by("policy", "step").agg(pl.col("cpu_seconds").sum() / pl.col("seed").n_unique() / nights_n)
    found = {(policy, step): spent for policy, step, spent in mean.iter_rows()}
    totals = {policy: sum(spent for (each, _), spent in found.items() if each == policy) for policy in policies}
    table.add_row("all", *(f"{totals[policy]:.3f}" for policy in policies), end_section=True)
    steps = mean.group_by("step").agg(pl.col("cpu_seconds").max()).sort("cpu_seconds", "step", descending=[True, False])
    for step in steps["step"]:
        spent = [found.get((policy, step)) for policy in policies]
        table.add_row(step.replace("_", " "), *("" if each is None else f"{each:.3f}" for each in spent))
    return table
