"""Rules that people write, as a terminal shows them: the list, a back-test, their record.

Belongs here: layout and wording.
Belongs elsewhere: the figures (tidewaiter/rules), rules of contracts (rule.py).
"""

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tidewaiter.rules.backtest import Backtest
from tidewaiter.rules.judged import HitRate
from tidewaiter.rules.policy import Rule
from tidewaiter.rules.record import RuleRecord
from tidewaiter.targeting.figure import write_money, write_number, write_percent

ROLES = {"shipper_id": "shippers", "seller_id": "sellers", "consignee_id": "consignees"}


def print_rules(rules: Sequence[Rule], console: Console) -> None:
    """Print a row a rule."""
    table = _start("rule", "state", "family", "weight", "ports", "owner", "from", "to", "looks for")
    for rule in rules:
        ports = "all" if rule.ports == "all" else ", ".join(rule.ports)
        until = rule.valid_to.isoformat() if rule.valid_to else ""
        cells = (
            rule.id,
            rule.state,
            rule.family,
            _write_weight(rule.weight),
            ports,
            rule.owner,
            str(rule.valid_from),
            until,
        )
        table.add_row(*(Text(cell) for cell in (*cells, rule.sentence)))
    console.print(table)


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
                f"{found.queued_n:,} alerts were among the {found.queue_n:,} exams "
                f"of {found.queue_nights_n:,} nights with queues"
            ),
        )
        yield (
            "newly burdened",
            (
                f"{found.new_n:,} shipments, {write_number(found.new_n / found.queue_nights_n)} a night; "
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
    return ", ".join(f"{counts[name]:,} {role}" for name, role in ROLES.items())


def print_records(records: Sequence[RuleRecord], console: Console) -> None:
    """Print a row a rule: what it did and what it cost."""
    table = _start(
        "rule", "state", "weight", "measured", "hits", "queued", "hit rate", "found", "nothing found", "last hit"
    )
    for each in records:
        cells = (
            each.rule_id, each.state, _write_weight(each.weight),
            "" if each.measured_weight is None else f"{each.measured_weight:+.1f}", f"{each.hits_n:,}",
            f"{each.queued_n:,}", _write_rate(each.all), write_money(each.loss_usd), f"{each.false_n:,}",
            str(each.last_hit_on or "never"),
        )  # fmt: skip
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)


def _write_rate(found: HitRate) -> str:
    if found.rate is None:
        return "no exam"
    low, high = found.rate.low or 0.0, found.rate.high or 0.0
    said = f"{write_percent(found.rate.value)} ({write_percent(low)} to {write_percent(high)})"
    return f"{said} of {found.exams_n:,} exam{'' if found.exams_n == 1 else 's'}"


def _write_weight(weight: float | None) -> str:
    return "mandatory" if weight is None else f"{weight:+.1f}"


def _start(*headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
