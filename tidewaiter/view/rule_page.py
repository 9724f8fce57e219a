"""Rules that people write, as a terminal shows them: the list, a back-test, their record.

Belongs here: layout and wording.
Belongs elsewhere: the figures (tidewaiter/rules), rules of contracts (rule.py).
"""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tidewaiter.rules.backtest import Backtest
from tidewaiter.rules.judged import HitRate
from tidewaiter.rules.policy import Rule
from tidewaiter.rules.record import RuleRecord
from tidewaiter.targeting.figure import write_money, write_number, write_percent

ROLES = {"shipper_id": "shipper", "seller_id": "seller", "consignee_id": "consignee"}
# Above, right, below, left.
INDENT = (0, 0, 0, 2)
WIDEST = 120
# Heading of a figure in a record -> its width, or its share of what the others leave.
FIGURES: dict[str, tuple[int | None, int | None]] = {
    "weight": (9, None), "measured": (8, None), "hits": (7, None), "queued": (6, None),
    "hit rate": (None, 14), "found": (None, 10), "none found": (None, 7), "last hit": (10, None),
}  # fmt: skip


def print_rules(rules: Sequence[Rule], console: Console) -> None:
    """Print each rule: its id on a line of its own, then what it is, then what it looks for."""
    for rule in rules:
        _print_id(rule.id, "", console)
        ports = "all ports" if rule.ports == "all" else f"ports {', '.join(rule.ports)}"
        until = f" to {rule.valid_to}" if rule.valid_to else ""
        said = (
            rule.state,
            rule.family,
            _write_weight(rule.weight),
            ports,
            rule.owner,
            f"from {rule.valid_from}{until}",
        )
        console.print(Padding(Text(", ".join(said), style="dim"), INDENT))
        console.print(Padding(Text(rule.sentence), INDENT))


def _print_id(rule_id: str, state: str, console: Console) -> None:
    """Print an id as it is written, however narrow the console: it is there to be copied."""
    console.print(Text.assemble((rule_id, "bold"), f"  {state}" if state else ""), soft_wrap=True)


def print_backtest(found: Backtest, console: Console) -> None:
    """Print what a rule would have done, a line a figure."""
    console.print(Text(f"{found.rule.id}: {found.rule.sentence}", style="bold"))
    console.print(Text(found.rule.expression))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for label, said in _describe(found):
        grid.add_row(Text(label), Text(said))
    console.print(grid)


def _describe(found: Backtest) -> Iterator[tuple[str, str]]:
    nights_n, counts = len(found.alerts_by_night), sorted(found.alerts_by_night.values())
    share = found.alerts_n / found.shipments_n if found.shipments_n else 0.0
    yield "nights", f"{nights_n:,}, from {found.first_on} to {found.last_on}"
    yield "alerts", f"{found.alerts_n:,} of {found.shipments_n:,} shipments ({write_percent(share)})"
    yield (
        "alerts a night",
        (
            f"{write_number(found.alerts_n / nights_n)} on average, {counts[nights_n // 2]:,} in the middle, "
            f"{counts[-1]:,} at most"
        ),
    )
    if found.queue_nights_n:
        yield (
            "already queued",
            (
                f"{_count(found.queued_n, 'alert')} {'was' if found.queued_n == 1 else 'were'} among "
                f"the {_count(found.queue_n, 'exam')} of {_count(found.queue_nights_n, 'night')} with queues"
            ),
        )
        yield (
            "newly burdened",
            (
                f"{_count(found.new_n, 'shipment')}, {write_number(found.new_n / found.queue_nights_n)} a night; "
                f"{_list_parties(found.new_parties_n)} that no queue had"
            ),
        )
    else:
        yield "already queued", "none of these nights has queues"
    yield "distinct parties", _list_parties(found.parties_n)
    yield "hit rate", f"{_write_rate(found.all)}; {found.findings_own_n:,} of its own family"
    yield "in the random slice", f"{_write_rate(found.random)}; all of the slice: {_write_rate(found.all_random)}"
    yield "found", write_money(found.loss_usd)


def _list_parties(counts: dict[str, int]) -> str:
    return ", ".join(_count(counts[name], role) for name, role in ROLES.items())


def print_records(records: Sequence[RuleRecord], console: Console) -> None:
    """Print each rule's id on a line of its own, and below it what the rule did and what it cost."""
    _print_figures(list(FIGURES), "dim", console)
    for each in records:
        _print_id(each.rule_id, each.state, console)
        measured = "" if each.measured_weight is None else f"{each.measured_weight:+.1f}"
        cells = [
            _write_weight(each.weight), measured, f"{each.hits_n:,}", f"{each.queued_n:,}",
            _write_rate(each.all), write_money(each.loss_usd), f"{each.false_n:,}", str(each.last_hit_on or "never"),
        ]  # fmt: skip
        _print_figures(cells, "", console)


def _print_figures(cells: Sequence[str], style: str, console: Console) -> None:
    """Print a row under those before it: its columns are as wide on every row."""
    grid = Table.grid(expand=True, padding=(0, 1, 0, 0))
    for width, ratio in FIGURES.values():
        grid.add_column(width=width, ratio=ratio, overflow="fold", style=style)
    grid.add_row(*map(Text, cells))
    console.print(Padding(grid, INDENT), width=min(console.width, WIDEST))


def _write_rate(found: HitRate) -> str:
    if found.rate is None:
        return "no exam"
    low, high = found.rate.low or 0.0, found.rate.high or 0.0
    said = f"{write_percent(found.rate.value)} ({write_percent(low)} to {write_percent(high)})"
    return f"{said} of {_count(found.exams_n, 'exam')}"


def _write_weight(weight: float | None) -> str:
    return "mandatory" if weight is None else f"{weight:+.1f}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
