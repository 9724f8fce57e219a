"""The held rows of a date on the terminal.

Belongs here: the layout, at any width from 80 columns.
Belongs elsewhere: groups and rows (held_view.py).
"""

from collections.abc import Sequence
from datetime import date

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.held import FeedHeld
from tidewaiter.ingest.snapshot import LAND_WHOLE
from tidewaiter.targeting.figure import write_percent
from tidewaiter.view.held_row import make_plain, write_row
from tidewaiter.view.held_view import Group, group_rows, list_rows, name_file
from tidewaiter.view.rule import ASK

WIDE = 120
ROWS_LISTED = 20


def print_groups(held: Sequence[FeedHeld], on: date, console: Console) -> None:
    """Print the refused files, then each feed's held rows by rule; feeds without any are one line."""
    for each in held:
        _print_refused(each, on, console)
    with_rows = [each for each in held if not each.rows.is_empty()]
    if not any(each.held_n for each in held):
        console.print(f"No row of {on} is held. {_count_kept(held)}")
    for each in with_rows:
        _print_feed(each, console)
    clean = [each for each in held if each.rows.is_empty() and each.rows_n]
    if with_rows and clean:
        console.print(Text(f"No row held: {', '.join(f'{each.feed.noun} ({each.kept_n:,} kept)' for each in clean)}."))
    if with_rows:
        console.print(Text(f"Where nothing else is said: {ASK}."))
        console.print(Text(f"Single rows: tidewaiter held --date {on} --table <feed>, or --rule, --file, --csv."))


def _count_kept(held: Sequence[FeedHeld]) -> str:
    kept_n = sum(each.kept_n for each in held)
    files_n = sum(each.files.filter(pl.col("status") == "accepted").height for each in held)
    return f"{kept_n:,} row{_s(kept_n)} of {files_n:,} file{_s(files_n)} {'is' if kept_n == 1 else 'are'} kept."


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _tell_next(feed: Feed, on: date) -> str:
    """Return what follows once the cause is mended: a list counts by its newest copy, of other feeds each file does."""
    if feed.is_snapshot:
        return f"then: {LAND_WHOLE}, at or before {on}, and tidewaiter nightly --date {on}"
    return "then: tidewaiter replay <corrected file>"


def _print_refused(held: FeedHeld, on: date, console: Console) -> None:
    for file in held.refused.to_dicts():
        console.print(Text(f"Refused: {make_plain(file['file'], None)}", style="bold red"))
        fixes = [f"fix: {file['fix']}"] if file["fix"] != LAND_WHOLE else []
        lines = [str(file["cause"]), *fixes, _tell_next(held.feed, on)]
        shown = held.rows.filter(pl.col("is_file_refused"), pl.col("file") == file["file"]).height
        if shown:
            lines.insert(1, f"none of its {file['rows_n']:,} rows entered; the {shown:,} that break a rule are below")
        for line in lines:
            console.print(Padding(Text(make_plain(line, None)), (0, 0, 0, 2)))
        console.print()
    for file in held.files.filter(pl.col("status") == "superseded").sort("file").to_dicts():
        console.print(Text(f"Set aside: {make_plain(file['file'], None)}; {make_plain(file['cause'], None)}\n"))


def _print_feed(held: FeedHeld, console: Console) -> None:
    groups = group_rows(held)
    _print_header(held, console)
    for is_refused, title in ((False, ""), (True, "Rows for which files were refused")):
        chosen = [group for group in groups if group.is_file_refused is is_refused]
        if chosen and title:
            console.print(Text(title, style="italic"))
        if chosen:
            console.print(_lay_out(held.feed, chosen, console.width >= WIDE))
            console.print()


def _print_header(held: FeedHeld, console: Console) -> None:
    own = held.rows.filter(~pl.col("is_file_refused"))
    share = f" ({write_percent(own.height / held.rows_n)})" if held.rows_n else ""
    console.print(Text(held.feed.noun, style="bold"))
    console.print(Text(f"{held.rows_n:,} row{_s(held.rows_n)} came, {held.kept_n:,} kept, {own.height:,} held{share}"))
    several = own.filter(pl.col("broken_rules").list.len() > 1).height
    if several:
        breaks = "breaks" if several == 1 else "break"
        console.print(Text(f"{several:,} of them {breaks} more than one rule and {'is' if several == 1 else 'are'}"
                           " counted under each"))  # fmt: skip


def _lay_out(feed: Feed, groups: Sequence[Group], is_wide: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=True)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("share", justify="right", no_wrap=True)
    if is_wide:
        table.add_column("rule", no_wrap=True)
        table.add_column("where", ratio=2, overflow="fold")
        table.add_column("meaning, and what to do", ratio=3, overflow="fold")
    else:
        table.add_column("rule", ratio=1, overflow="fold")
    for group in groups:
        table.add_row(*_list_cells(feed, group, is_wide))
        table.add_row()
    return table


def _list_cells(feed: Feed, group: Group, is_wide: bool) -> list[Text]:
    figures = [Text(f"{group.rows_n:,}"), Text("-" if group.share is None else write_percent(group.share))]
    name = Text(group.rule, style="bold")
    if len(feed.tables) > 1:
        name.append(f"{chr(10) if is_wide else ' '}{group.record}", style="not bold")
    where = [f"files: {_list_files(feed, group)}", f"e.g. {group.example}"]
    advice = [] if group.meaning.advice == ASK else [f"do: {group.meaning.advice.removesuffix(f'; otherwise {ASK}')}"]
    if is_wide:
        return [*figures, name, Text("\n".join(where)), Text("\n".join([group.meaning.sentence, *advice]))]
    return [*figures, Text("\n").join([name, *map(Text, [group.meaning.sentence, *where, *advice])])]


def _list_files(feed: Feed, group: Group) -> str:
    named = ", ".join(f"{make_plain(name_file(feed, file))} {rows_n:,}" for file, rows_n in group.files)
    more = group.files_n - len(group.files)
    return f"{named} and {more:,} more" if more else named


def print_rows(
    held: Sequence[FeedHeld], rows: pl.DataFrame, console: Console, *, longest: int, show_personal: bool
) -> None:
    """Print single rows: place, broken rules, values; at most `longest` of them, and how many there are."""
    console.print(Text(_describe_personal(rows, show_personal=show_personal)))
    for row in list_rows(held, rows.head(longest), show_personal=show_personal):
        console.print()
        place = Text(f"{make_plain(row['file'], None)} line {row['line']:,}", style="bold")
        if row["is_file_refused"]:
            place.append("  (its whole file was refused)", style="red")
        console.print(place)
        console.print(Padding(Text(f"breaks {', '.join(row['broken_rules'])}"), (0, 0, 0, 2)))
        console.print(Padding(Text(write_row(row["values"], row["broken_columns"])), (0, 0, 0, 2)))
    left = rows.height - longest
    if left > 0:
        console.print(Text(f"\n{left:,} more: --rows {rows.height}, or --csv FILE for all of them."))


def _describe_personal(rows: pl.DataFrame, *, show_personal: bool) -> str:
    refused = rows.filter(pl.col("is_file_refused")).height
    counted = f"{rows.height - refused:,} held row{_s(rows.height - refused)}"
    counted += f" and {refused:,} of refused files" if refused else ""
    if show_personal:
        return f"{counted}. Personal data is shown as filed: names, addresses, phone numbers, e-mail, whole lines."
    return f"{counted}. Personal columns, columns no contract knows and lines never split are withheld."
