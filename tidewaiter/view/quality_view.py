"""The data quality of a night on the terminal and as JSON.

Belongs here: the layout of the summary.
Belongs elsewhere: what is said (tidewaiter/quality/page.py), the page for browsers (data_quality/report.py).
"""

import json
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from data_quality.page import SIGNS, TONE_WORDS, Page, Tone
from tidewaiter.quality.night import NightQuality

COLOURS: dict[Tone, str] = {"good": "green", "warn": "yellow", "stop": "red", "none": "dim"}
FEED_COLUMNS = ("files", "rows", "kept", "held", "refused", "usual")


def render_quality(page: Page, console: Console) -> None:
    """Print the verdict, what needs a person, and a line a feed."""
    console.print(Text(page.title, style="bold"))
    console.print(_mark(page.tone, page.verdict))
    for need in page.needs:
        console.print()
        console.print(_mark(need.tone, need.what))
        for name, text in (("found", need.found), ("expected", need.expected), ("do", need.do)):
            if text:
                console.print(Text(f"    {name:<9} {text}"))
    console.print(_lay_out_feeds(page))


def _lay_out_feeds(page: Page) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("feed")
    for name in FEED_COLUMNS:
        table.add_column("against usual" if name == "usual" else name, justify="right")
    table.add_column("")
    for feed in page.feeds:
        cells = [Text(getattr(feed, name)) for name in FEED_COLUMNS]
        table.add_row(Text(feed.name), *cells, _mark(feed.tone, TONE_WORDS[feed.tone]))
    return table


def _mark(tone: Tone, text: str) -> Text:
    return Text(f"{SIGNS[tone]} {text}", style=COLOURS[tone])


def quality_to_json(night: NightQuality, page: Page) -> str:
    """Return what the summary says, every rule that does not hold or was not judged, and every figure."""
    document: dict[str, Any] = {
        "date": night.on.isoformat(),
        "verdict": page.verdict,
        "stopped": bool(night.stops),
        "needs": [asdict(need) for need in page.needs],
        "results": [asdict(each) for each in night.results if not each.passed],
        "rules_n": len(night.results),
        "files": [asdict(each) for each in night.files],
        "measures": [
            {"table_name": table, "column_name": column, "measure": measure, "code": code, "value": value}
            for (table, column, measure, code), value in night.values.items()
        ],
    }
    return json.dumps(document, indent=2)
