"""From what was found about a night to what its report says.

Belongs here: the verdict, what needs a person, feeds, files, held rows, lists, counts of rules.
Belongs elsewhere: columns (column.py), reading (night.py), layout (data_quality/templates).
"""

from collections.abc import Iterator
from datetime import date
from statistics import fmean

from data_quality.advice import MERELY_TOLD, advise
from data_quality.chart import draw_trend
from data_quality.expected import AGE
from data_quality.page import TONE_WORDS, CountLine, FeedLine, FileLine, HeldLine, ListLine, Need, Page, Tone
from data_quality.statistic import ROWS
from data_quality.wording import word_rule
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.registry import FEEDS
from tidewaiter.quality.column import list_fills, list_mixes, list_sizes
from tidewaiter.quality.naming import find_owner, name_table
from tidewaiter.quality.night import TREND_NIGHTS, NightQuality, Result
from tidewaiter.quality.observe import FILES, HELD, KEPT, RULE_HELD

KINDS = {"contract": "Rules of contracts", "expectation": "What is usual or wanted", "check": "Further checks"}
STATES = {
    "refused": "refused",
    "repeated": "came before",
    "superseded": "set aside for another",
    "marker": "sets a file aside",
    "accepted": "taken, with a note",
}
LAYERS = ("raw", "held", "core")
# Under these many rows a night a line stays low: one row more or less is no event.
LEAST_HELD = 10.0
# Rules that say the same of the same thing: the second is told where the first is not.
SAID_TWICE = {
    "rows_arrived": "fewer_rows_than_usual",
    "rather_few_rows": "fewer_rows_than_usual",
    "too_many_refused_files": "files_accepted",
}


def build_page(night: NightQuality) -> Page:
    """Return what the report says."""
    told = tuple(list_needs(night))
    needs = tuple(each for each in told if each.tone != "none")
    tone: Tone = "stop" if night.stops else "warn" if needs else "good"
    return Page(
        title=f"Data quality, {night.on:%A} {write_date(night.on)}",
        night=f"{night.on:%A} {write_date(night.on)}",
        tone=tone,
        verdict=_say_verdict(night, len(needs)),
        nights=TREND_NIGHTS,
        needs=needs,
        notes=tuple(each for each in told if each.tone == "none"),
        feeds=tuple(_list_feeds(night)),
        files=tuple(_list_files(night)),
        held=tuple(_list_held(night)),
        fills=tuple(list_fills(night)),
        mixes=tuple(list_mixes(night)),
        sizes=tuple(list_sizes(night)),
        lists=tuple(_list_lists(night)),
        counts=tuple(_count_rules(night)),
        idle=tuple(sorted({f"{word_rule(each.rule, [each.table_name])} ({name_table(each.table_name)}): {each.note}"
                           for each in night.results if each.passed is None})),
        stamp=f"{len(night.results):,} rules and {len(night.values):,} figures of {night.on.isoformat()}",
    )  # fmt: skip


def write_date(day: date) -> str:
    """Return a date written out."""
    return f"{day.day} {day:%B %Y}"


def _say_verdict(night: NightQuality, needs_n: int) -> str:
    if night.stops:
        first = night.stops[0]
        what = word_rule(first.rule, [first.table_name])
        return f"The night was stopped: {name_table(first.table_name)}: {what}. Nothing new was queued or released."
    if not needs_n:
        return "The data arrived as usual. Nothing needs a person."
    things = "one thing needs" if needs_n == 1 else f"{needs_n} things need"
    return f"The data was used; {things} a person to look."


def list_needs(night: NightQuality) -> Iterator[Need]:
    """Yield what does not hold, what stopped the night first; of what is merely told the tone is `none`."""
    failed = [each for each in night.results if each.passed is False]
    told = {(each.table_name, each.rule) for each in failed}
    for each in sorted(failed, key=lambda each: (not each.stops, _place(each.table_name), each.source, each.rule)):
        if (each.table_name, SAID_TWICE.get(each.rule, "")) not in told:
            yield _describe_need(night, each)


def _place(table: str) -> tuple[int, str]:
    """Return where a table stands in the order of the night: what is wrong early explains what is wrong later."""
    layer = table.split(".")[0]
    return (LAYERS.index(layer) if layer in LAYERS else len(LAYERS), table)


def _describe_need(night: NightQuality, failed: Result) -> Need:
    noun, owner = failed.table_name.split(".", 1)[1], find_owner(failed.table_name)
    what = word_rule(failed.rule, [failed.table_name])
    broken = f"{failed.unexpected_n:,} of {failed.evaluated_n or 0:,} rows" if failed.unexpected_n else None
    found = "; ".join(part for part in (failed.error or broken or failed.observed, failed.note) if part)
    return Need(
        tone="stop" if failed.stops else "none" if failed.rule in MERELY_TOLD else "warn",
        what=f"{name_table(failed.table_name)}: {what}",
        found=found,
        expected=failed.bound or "",
        do=advise(failed.source, failed.rule, is_stop=failed.stops, error=failed.error,
                  ask=night.expectations.feed(noun).ask, is_list=owner is not None and owner.is_snapshot),
        name=f"{failed.table_name} {failed.rule}",
    )  # fmt: skip


def _list_feeds(night: NightQuality) -> Iterator[FeedLine]:
    for feed in FEEDS:
        raw, held = f"raw.{feed.noun}", f"held.{feed.noun}"
        rows = night.value(raw, ROWS)
        if rows is None:
            continue
        usual = night.past.typical_rows(raw)
        refused = sum(each.status == "refused" for each in night.files if each.feed == feed.noun)
        files = night.value(raw, FILES)
        tone = _tone_of(night, raw, held)
        is_idle = tone == "good" and not files
        yield FeedLine(
            name=feed.title,
            code=feed.noun,
            tone="none" if is_idle else tone,
            stands="nothing landed" if is_idle else TONE_WORDS[tone],
            files=_count(files),
            rows=_count(rows),
            kept=_count(night.value(held, KEPT)),
            held=_count(night.value(held, HELD)),
            refused=_count(refused),
            usual=_say_usual(rows, usual.value, usual.nights_n, night.past.usual.min_nights),
            trend=draw_trend(night.series(raw, ROWS), night.on, TREND_NIGHTS, lambda x: f"{x:,.0f} rows"),
        )


def _say_usual(rows: float, usual: float, nights_n: int, least: int) -> str:
    if nights_n < least or not usual:
        return "not known yet"
    return f"{rows / usual:.0%} of {usual:,.0f}"


def _tone_of(night: NightQuality, *tables: str) -> Tone:
    own = [each for each in night.results if each.table_name in tables and each.passed is not None]
    if any(each.stops for each in own):
        return "stop"
    return "warn" if any(not each.passed for each in own) else "good"


def _list_files(night: NightQuality) -> Iterator[FileLine]:
    for each in night.files:
        if each.status != "accepted" or each.notes:
            tone: Tone = "warn" if each.status == "refused" else "none"
            yield FileLine(tone, each.file, STATES[each.status], each.cause or each.notes or "", each.fix or "")


def _list_held(night: NightQuality) -> Iterator[HeldLine]:
    """Yield each rule that holds rows tonight, the most rows first."""
    found = [(value, feed, code) for feed in FEEDS
             for (table, _, measure, code), value in night.values.items()
             if (table, measure) == (f"held.{feed.noun}", RULE_HELD)]  # fmt: skip
    for value, feed, rule in sorted(found, key=lambda each: (-each[0], each[1].noun, each[2])):
        yield _describe_held(night, feed, rule, value)


def _describe_held(night: NightQuality, feed: Feed, rule: str, rows: float) -> HeldLine:
    table = f"held.{feed.noun}"
    all_rows = (night.value(table, KEPT) or 0) + (night.value(table, HELD) or 0)
    series = night.series(table, RULE_HELD, code=rule)
    # A night on which the rule held nothing has no figure of it; a night that was measured at all has kept rows.
    measured = {day: series.get(day, 0.0) for day in night.series(table, KEPT)}
    before = [value for day, value in measured.items() if day != night.on]
    return HeldLine(
        feed=feed.title,
        rule=rule,
        words=word_rule(rule, feed.tables),
        rows=f"{rows:,.0f}",
        share=f"{rows / all_rows:.2%}" if all_rows else "",
        usual=f"{fmean(before):,.1f}" if before else "not known yet",
        trend=draw_trend(measured, night.on, TREND_NIGHTS, lambda x: f"{x:,.0f} rows", LEAST_HELD),
    )


def _list_lists(night: NightQuality) -> Iterator[ListLine]:
    for feed in FEEDS:
        if feed.is_snapshot:
            table = f"raw.{feed.noun}"
            age, limit = night.value(table, AGE), night.expectations.feed(feed.noun).age_days
            late = any(each.rule == "snapshot_too_old" and each.passed is False for each in night.results
                       if each.table_name == table)  # fmt: skip
            yield ListLine(
                name=feed.title,
                tone="none" if age is None else "warn" if late else "good",
                age="none has landed" if age is None else "landed for this night" if not age else _say_days(age),
                limit="none set" if limit is None else f"{limit} days",
                rows=_count(night.value(table, ROWS)),
            )


def _say_days(days: float) -> str:
    return "1 day old" if days == 1 else f"{days:,.0f} days old"


def _count_rules(night: NightQuality) -> Iterator[CountLine]:
    for source, words in KINDS.items():
        own = [each.passed for each in night.results if each.source == source]
        yield CountLine(words, _count(len(own)), _count(own.count(True)), _count(own.count(False)),
                        _count(own.count(None)))  # fmt: skip


def _count(number: float | None) -> str:
    return "—" if number is None else f"{number:,.0f}"
