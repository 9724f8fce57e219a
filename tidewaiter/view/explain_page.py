"""The printed page of an explanation.

Belongs here: which sections there are and what each says.
Belongs elsewhere: what is on the page (explain_view.py), labels and values in words (label.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tidewaiter.targeting.figure import write_figure, write_money, write_number, write_percent
from tidewaiter.view.evidence import WITHHELD
from tidewaiter.view.label import explain_value, label_column, write_value
from tidewaiter.view.queue_view import name_port, name_scorer

Row = Mapping[str, Any]
BAR_CELLS = 12
FIRST_SEEN, VALUE_TODAY = "first_seen_days", "value_today_usd"
FAMILY_WORDS = {
    "p_revenue": "a revenue violation",
    "p_contraband": "contraband",
    "p_product": "an unsafe, counterfeit or prohibited product",
    "p_forced_labor": "forced-labor goods",
}
IDENTITY = ("shipment_id", "stream", "port_code")
LINE_COLUMNS = ("line_number", "hts10", "origin_country", "description", "gross_weight_kg", "value_usd")
PARTY_COLUMNS = ("role", "name", "address", "city", "state", "postal_code", "country", "phone", "email", "account")
HIT_COLUMNS = ("role", "field", "list_code", "listed_name", "name_kind", "programme", "matched_key", "score", "band")
FINDING_COLUMNS = ("examined_at", "exam_kind", "finding_code", "family", "loss_usd", "seized", "known_at")


def print_page(found: Row, console: Console) -> None:
    """Print the sections of an explanation; each says so when it has nothing."""
    console.print(Text(f"{found['shipment_id']} on {found['date']}", style="bold"))
    console.print(Text(f"{found['stream']}, port {name_port(found['place'])}, {found['place']['team']}"))
    console.print(Text(found["place"]["sentence"]))
    for title, content in _list_sections(found):
        console.print(Text(f"\n{title}", style="bold"))
        console.print(Padding(content, (0, 0, 0, 2)))


def _list_sections(found: Row) -> Iterator[tuple[str, RenderableType]]:
    yield "Score", _lay_out_pairs(dict(_list_scores(found)))
    yield "Why", _lay_out_reasons(found)
    yield "Declared", _lay_out_pairs(_list_declared(found["declared"]))
    if len(found["lines"]) > 1:
        yield "Lines", _lay_out_rows("core.shipment_line", LINE_COLUMNS, found["lines"])
    masked = "" if found["is_personal_shown"] else ", names as initials and no addresses"
    yield f"Parties{masked}", _lay_out_rows("core.shipment_party", PARTY_COLUMNS, found["parties"])
    yield "List hits", _lay_out_rows("party.hit", HIT_COLUMNS, found["list_hits"])
    yield "Records", _lay_out_records(found["records"])
    yield "Findings so far", _lay_out_rows("outcome.finding", FINDING_COLUMNS, found["findings"])
    yield "Source", _lay_out_pairs(_list_source(found))


def _list_scores(found: Row) -> Iterator[tuple[str, str]]:
    scores = found["scores"]
    yield "score", f"{write_percent(scores['score'])}, by {name_scorer(found['model_version'])}"
    for column, words in FAMILY_WORDS.items():
        if scores[column] is not None:
            yield f"chance of {words}", write_percent(scores[column])
    if scores["expected_loss_usd"] is not None:
        yield "expected loss of duties", write_money(scores["expected_loss_usd"])
    yield "at stake in all", write_money(scores["expected_consequence_usd"])


def _list_declared(declared: Row) -> dict[str, str]:
    return {
        label_column(name): explain_value("core.shipment", name, value)
        for name, value in declared.items()
        if value is not None and name not in IDENTITY
    }


def _list_source(found: Row) -> dict[str, str]:
    source = found["source"]
    return {
        "file": f"{source['file']}, line {source['line']:,}",
        "SHA-256": source["sha256"] or "not in the ledger",
        "run": found["run_id"],
        "model": found["model_version"],
        "policy": found["policy_version"],
    }


def _lay_out_pairs(pairs: Mapping[str, str]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for label, value in pairs.items():
        grid.add_row(Text(label), Text(value))
    return grid


def _lay_out_reasons(found: Row) -> RenderableType:
    reasons = found["reasons"]
    if not reasons:
        return Text("reasons are written for queued shipments only")
    table = _start_table()
    table.add_column("reason", ratio=3)
    table.add_column("compared with", ratio=2)
    table.add_column("adds", justify="right", no_wrap=True)
    table.add_column("", min_width=BAR_CELLS, no_wrap=True)
    largest = max(abs(each["contribution"]) for each in reasons)
    for each in reasons:
        table.add_row(
            Text(each["text"]),
            Text(each["comparison"] or ""),
            f"{each['contribution']:+.3f}",
            _draw_bar(each["contribution"], largest),
        )
    return table


def _draw_bar(contribution: float, largest: float) -> Text:
    """Return a bar whose full length is the largest contribution; red raises the score, green lowers it."""
    cells = round(BAR_CELLS * abs(contribution) / largest) if largest else 0
    return Text("█" * cells, style="red" if contribution > 0 else "green")


def _lay_out_rows(table_name: str, columns: Sequence[str], rows: Sequence[Row]) -> RenderableType:
    """Return a table of those columns in which any row has a value to show."""
    if not rows:
        return Text("none")
    filled = [name for name in columns if any(row[name] not in (None, WITHHELD) for row in rows)]
    table = _start_table()
    for name in filled:
        table.add_column(label_column(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(write_value(table_name, name, row[name])) for name in filled))
    return table


def _lay_out_records(records: Sequence[Row]) -> RenderableType:
    """Return a table with a row a measure and a column an entity, of which there are fewer."""
    if not records:
        return Text("nothing is known of the parties, the tariff line and the route")
    measured = [{_name_measure(each["entity"], figure): figure for figure in each["figures"]} for each in records]
    table = _start_table()
    table.add_column("", style="dim")
    for record in records:
        table.add_column(record["name"], justify="right", overflow="fold")
    for name in dict.fromkeys(name for figures in measured for name in figures):
        table.add_row(label_column(name), *(_write_measure(name, figures.get(name)) for figures in measured))
    return table


def _name_measure(entity: str, figure: Row) -> str:
    return str(figure["code"]).removeprefix(f"{entity}_")


def _write_measure(name: str, figure: Row | None) -> str:
    if figure is None:
        return "-"
    if name == FIRST_SEEN and figure["value"] == 0:
        return "new"
    if name == VALUE_TODAY and figure["value"] == 0:
        return "none"
    # The heading says what is counted.
    return write_number(figure["value"]) if name.endswith("_n") else write_figure(figure["value"], figure["unit"])


def _start_table() -> Table:
    return Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="dim")
