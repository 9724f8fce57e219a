"""A date's held rows and refused files: grouped by rule, listed, as JSON and as a table for a spreadsheet.

Belongs here: groups, the lists of rows, what each form holds.
Belongs elsewhere: reading them (tidewaiter/ingest/held.py), rule in words (rule.py), printing (held_page.py).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tidewaiter.errors import TidewaiterError
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.held import FeedHeld
from tidewaiter.view.held_row import UNSPLIT, make_plain, mask_values, read_values, write_row
from tidewaiter.view.rule import UNKNOWN, Meaning, explain_rule

FILES_SHOWN = 3
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """Which of the held rows are wanted, and whether personal columns may be shown."""

    table: str | None = None
    rule: str | None = None
    file: str | None = None
    show_personal: bool = False

    @property
    def asks_for_rows(self) -> bool:
        """Whether single rows are wanted."""
        return bool(self.table or self.rule or self.file)


@dataclass(frozen=True)
class Group:
    """The held rows of one table that break one rule.

    Attributes:
        share: of the rows that came in the feed's accepted files; None for rows of refused files.
        files: the files most concerned, with their rows.
    """

    record: str
    rule: str
    is_file_refused: bool
    rows_n: int
    share: float | None
    files: tuple[tuple[str, int], ...]
    files_n: int
    meaning: Meaning
    example: str


def choose_rows(held: Sequence[FeedHeld], choice: Choice) -> pl.DataFrame:
    """Return the held rows that are wanted, by feed, file and line.

    Raises:
        TidewaiterError: no file or no rule has the name given.
    """
    rows = pl.concat([each.rows for each in held])
    noun = (choice.table or "").removeprefix("raw.")
    if any(table == f"raw.{noun}" for each in held for table in each.feed.tables):
        rows = rows.filter(pl.col("record") == f"raw.{noun}")
    if choice.rule:
        _check_rule(held, choice.rule)
        rows = rows.filter(pl.col("broken_rules").list.contains(choice.rule))
    if choice.file:
        rows = rows.filter(pl.col("file").is_in(_match_file(held, choice.file)))
    return rows


def _check_rule(held: Sequence[FeedHeld], wanted: str) -> None:
    """Raise TidewaiterError where no row breaks a rule of that name and no contract has one."""
    broken = sorted({rule for each in held for rules in each.rows["broken_rules"] for rule in rules})
    if wanted in broken or any(explain_rule(each.feed, wanted) != UNKNOWN for each in held):
        return
    raise TidewaiterError(
        f"no rule has the name {wanted}.", fix=f"those broken on this date: {', '.join(broken) or 'none'}"
    )


def _match_file(held: Sequence[FeedHeld], wanted: str) -> list[str]:
    files = [file for each in held for file in each.files["file"].sort()]
    found = [file for file in files if file == wanted or file.endswith(f"/{wanted}")]
    if not found:
        raise TidewaiterError(f"no file {wanted} landed.", fix=f"those that did: {', '.join(files) or 'none'}")
    return found


def group_rows(held: FeedHeld) -> list[Group]:
    """Return a feed's held rows by rule, those of refused files last, the most frequent rule first.

    A row that breaks several rules is in the group of each.
    """
    each_rule = held.rows.explode("broken_rules", empty_as_null=False).rename({"broken_rules": "rule"})
    counted = (
        each_rule.group_by("is_file_refused", "record", "rule").len("rows_n")
        .sort("is_file_refused", "rows_n", "record", "rule", descending=[False, True, False, False])
    )  # fmt: skip
    return [_build_group(held, each_rule, row) for row in counted.to_dicts()]


def _build_group(held: FeedHeld, each_rule: pl.DataFrame, counted: Row) -> Group:
    rows = each_rule.filter(*(pl.col(name) == counted[name] for name in ("is_file_refused", "record", "rule")))
    files = rows.group_by("file").len("rows_n").sort("rows_n", "file", descending=[True, False])
    meaning = explain_rule(held.feed, counted["rule"], counted["record"])
    return Group(
        record=counted["record"],
        rule=counted["rule"],
        is_file_refused=counted["is_file_refused"],
        rows_n=counted["rows_n"],
        share=None if counted["is_file_refused"] or not held.rows_n else counted["rows_n"] / held.rows_n,
        files=tuple(files.head(FILES_SHOWN).iter_rows()),
        files_n=files.height,
        meaning=meaning,
        example=_write_example(held.feed, rows.row(0, named=True), meaning),
    )


def name_file(feed: Feed, file: str) -> str:
    """Return a file's name without the feed's folder and the date, which are said elsewhere."""
    return file.removeprefix(f"{feed.folder}/").partition("/")[2] or file


def _write_example(feed: Feed, row: Row, meaning: Meaning) -> str:
    """Return the place of a row and its values in the columns that the rule looks at; no personal one."""
    values = mask_values(row["record"], read_values(row["record"], row["raw_text"]), show_personal=False)
    is_split = UNSPLIT not in values
    shown = {name: values.get(name, "(empty)") for name in meaning.columns if is_split} or values
    place = f"{make_plain(name_file(feed, row['file']))} line {row['line']:,}"
    return f"{place}: {write_row(dict(list(shown.items())[:4]), ())}"


def list_rows(held: Sequence[FeedHeld], rows: pl.DataFrame, *, show_personal: bool) -> Iterator[dict[str, Any]]:
    """Yield each row with its values, those of the columns that its rules look at first."""
    feeds = {each.feed.noun: each.feed for each in held}
    for row in rows.iter_rows(named=True):
        feed = feeds[row["feed"]]
        broken = [name for rule in row["broken_rules"] for name in explain_rule(feed, rule, row["record"]).columns]
        values = mask_values(row["record"], read_values(row["record"], row["raw_text"]), show_personal=show_personal)
        yield {**row, "values": values, "broken_columns": list(dict.fromkeys(broken))}


def tabulate_rows(held: Sequence[FeedHeld], rows: pl.DataFrame, on: date, *, show_personal: bool) -> pl.DataFrame:
    """Return rows as plain columns for a file; the raw text is as filed where personal columns may be shown."""
    texts = [
        row["raw_text"] if show_personal else json.dumps(row["values"], ensure_ascii=False)
        for row in list_rows(held, rows, show_personal=show_personal)
    ]
    return rows.with_columns(
        pl.lit(on).alias("date"), pl.col("broken_rules").list.join("; "), pl.Series("raw_text", texts, pl.String)
    ).select("date", *rows.columns)


def held_to_json(held: Sequence[FeedHeld], rows: pl.DataFrame | None, on: date, *, show_personal: bool) -> str:
    """Return everything as one JSON object.

    Args:
        rows: the single rows wanted; None leaves them out.
    """
    document: dict[str, Any] = {
        "date": on.isoformat(), "feeds": [_describe_feed(each) for each in held], "is_personal_shown": show_personal
    }  # fmt: skip
    if rows is not None:
        listed = list_rows(held, rows, show_personal=show_personal)
        document["rows"] = [{name: row[name] for name in row if name not in _LEFT_OUT} for row in listed]
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


_LEFT_OUT = ("raw_text",)


def _describe_feed(held: FeedHeld) -> dict[str, Any]:
    own = held.rows.filter(~pl.col("is_file_refused"))
    return {
        "feed": held.feed.noun,
        "files_n": held.files.height,
        "rows_n": held.rows_n,
        "kept_n": held.kept_n,
        "held_n": own.height,
        "refused_files": held.refused.select("file", "cause", "fix", "rows_n").to_dicts(),
        "superseded_files": held.files.filter(pl.col("status") == "superseded").select("file", "cause").to_dicts(),
        "rules": [_describe_group(group) for group in group_rows(held)],
    }


def _describe_group(group: Group) -> dict[str, Any]:
    return {
        "table": group.record,
        "rule": group.rule,
        "is_file_refused": group.is_file_refused,
        "rows_n": group.rows_n,
        "share": group.share,
        "files": [{"file": file, "rows_n": rows_n} for file, rows_n in group.files],
        "files_n": group.files_n,
        "meaning": group.meaning.sentence,
        "example": group.example,
        "advice": group.meaning.advice,
    }
