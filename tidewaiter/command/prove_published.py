"""The command `prove published`: the Korean customs release, its baselines, and the leak that makes them look well.

Belongs here: which folder, progress, printing.
Belongs elsewhere: reading and measuring (tidewaiter/prove/published).
"""

import json
from dataclasses import asdict
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from tidewaiter.command.console import open_console
from tidewaiter.prove.published.lookup import KEY, Leak
from tidewaiter.prove.published.paper import PUBLISHED, find_published
from tidewaiter.prove.published.proof import LEAK_WARNING, NO_REVENUE, PublishedRun, Ranking, prove_published, spread
from tidewaiter.prove.published.release import find_folder, read_release

SOURCES = tuple(dict.fromkeys(each.source for each in PUBLISHED))


def run_published(data: Path | None, seeds: int, *, as_json: bool) -> int:
    """Measure the release and print what was found."""
    console = Console(stderr=True)
    release = read_release(find_folder(data))
    run = prove_published(release, seeds, lambda text: console.print(f"ranking: {text}", style="dim", highlight=False))
    if as_json:
        typer.echo(json.dumps(describe(run), indent=2))
    else:
        _print_tables(run)
    return 0


def describe(run: PublishedRun) -> dict[str, object]:
    """Return the figures as a JSON document, the warning first."""
    return {
        "warning": LEAK_WARNING,
        "revenue": NO_REVENUE,
        "parts": {name: {"rows_n": rows_n, "fraud_share": share} for name, (rows_n, share) in run.parts.items()},
        "leak": {"key": list(KEY), **asdict(run.leak)},
        "rankings": [asdict(each) for each in run.rankings],
        "published": [asdict(each) for each in PUBLISHED],
    }


def _print_tables(run: PublishedRun) -> None:
    console = open_console()
    parts = "; ".join(f"{name} {rows_n:,} rows, {share:.1%} fraud" for name, (rows_n, share) in run.parts.items())
    console.print(f"Korean customs release, published split: {parts}", highlight=False)
    console.print(_build_test_table(run.rankings))
    console.print(_build_unseen_table(run.rankings, run.leak))
    console.print(_build_published_table())
    console.print(tell_leak(run.leak), highlight=False)
    console.print(f"[bold]{LEAK_WARNING}[/bold]", highlight=False)
    console.print(NO_REVENUE, highlight=False)


def tell_leak(leak: Leak) -> str:
    """Return the measure of the leak as a sentence."""
    return (
        f"Of {leak.shared_rows_n:,} rows that share their key ({', '.join(KEY)}) with another, "
        f"{leak.one_label_share:.1%} are of a key with one label only; with labels dealt at random it would be "
        f"{leak.chance_share:.1%}. "
        f"{leak.seen_rows_n:,} of {leak.test_rows_n:,} test rows have a key of the training part."
    )


def _build_test_table(rankings: tuple[Ranking, ...]) -> Table:
    seeds = len(rankings[0].seeds)
    table = Table(title="The test part, learned from all training rows", caption=_tell_columns(seeds))
    table.add_column("ranking")
    for name in ("AUC", "AUC published", "P@5 %", "published", "over seeds", "P@10 %", "over seeds"):
        table.add_column(name, justify="right")
    for each in rankings:
        table.add_row(
            each.name,
            _figure(each.full.auc),
            _published(each.name, "auc"),
            _figure(each.full.p5),
            _published(each.name, "p5"),
            _spread([one.p5 for one in each.seeds]),
            _figure(each.full.p10),
            _spread([one.p10 for one in each.seeds]),
        )
    return table


def _tell_columns(seeds: int) -> str:
    return (
        f"P@5 %: share of fraud in the first 5 % of rows. Over seeds: mean and standard deviation of {seeds} seeds, "
        "each learning from nine in ten training rows. Published: as listed below; * not checked in its source."
    )


def _build_unseen_table(rankings: tuple[Ranking, ...], leak: Leak) -> Table:
    rows_n = leak.test_rows_n - leak.seen_rows_n
    table = Table(title=f"The {rows_n:,} test rows whose key is not in the training part")
    table.add_column("ranking")
    for name in ("AUC", "P@5 %", "P@10 %"):
        table.add_column(name, justify="right")
    for each in rankings:
        table.add_row(each.name, *(_figure(value) for value in (each.unseen.auc, each.unseen.p5, each.unseen.p10)))
    return table


def _build_published_table() -> Table:
    table = Table(title="Published figures", caption=_tell_sources())
    for name, justify in (
        ("model", "left"),
        ("measure", "left"),
        ("value", "right"),
        ("of", "left"),
        ("source", "right"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    names = {"auc": "AUC", "p5": "P@5 %"}
    for each in PUBLISHED:
        value = f"{each.value:.3f}" + ("" if each.is_checked else "*")
        table.add_row(each.model, names[each.measure], value, each.of, f"({SOURCES.index(each.source) + 1})")
    return table


def _tell_sources() -> str:
    told = "; ".join(f"({number}) {source}" for number, source in enumerate(SOURCES, 1))
    return f"{told}. * quoted from another text that cites the source, not checked in it."


def _published(ranking: str, measure: str) -> str:
    found = find_published(ranking, measure)
    if found is None:
        return ""
    return f"{found.value:.3f}" + ("" if found.is_checked else "*")


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _spread(values: list[float | None]) -> str:
    found = spread(values)
    return "-" if found is None else f"{found[0]:.3f} ± {found[1]:.3f}"
