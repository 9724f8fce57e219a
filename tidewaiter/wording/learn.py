"""What words have been declared under: party.word_heading, carried from night to night.

A date teaches once it is `clear_days` old, as its entries then stand: without those that were amended or cancelled
since, and those in which an exam found other goods. So nothing is taken back, and the state of a night follows from the
newest state before it and from tables of earlier dates.

Belongs here: which dates teach, what they add, what is forgotten, the tariff's own wording.
Belongs elsewhere: words (word.py), what they say of a text (judge.py).
"""

from collections.abc import Iterable
from datetime import date, timedelta

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.engine.duckdb import read_sql, scan_parquet
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy
from tidewaiter.settings import PROJECT
from tidewaiter.wording.word import list_words

SQL = PROJECT / "tidewaiter" / "wording" / "sql"
STATE = "party.word_heading"
TAUGHT, ENTITY, VERSION, FINDING = (
    "core.shipment", "party.shipment_entity", "core.shipment_version", "outcome.finding",
)  # fmt: skip
# Stands for all texts of a heading, in the place of a word.
EVERY = ""
# The tariff's chapters of special provisions say how goods enter and not what they are.
FIRST_SPECIAL = "98"
COUNTS = {"word": pl.String, "heading": pl.String, "senders_n": pl.Float64}


def learn_words(con: duckdb.DuckDBPyConnection, lake: Lake, on: date, policy: Policy) -> None:
    """Make `party_word_heading`: what was taught by entries that are clear on the date, and the tariff's own words.

    Reads the view reference_tariff_text of the date.
    """
    tariff = con.sql("select hts_code, description from reference_tariff_text order by hts_code").pl()
    rules, terms = policy.text, policy.words.vague_terms
    known, as_of = _read_before(lake, on, policy)
    for day in list_due(lake, on, policy):
        lessons = read_lessons(con, lake, day, on, policy)
        known = add_lessons(_fade(known, day - as_of, rules.half_life_days), count_words(lessons, terms))
        as_of = day
    known = _fade(known, on - timedelta(days=rules.clear_days) - as_of, rules.half_life_days)
    kept = known.filter((pl.col("word") == EVERY) | (pl.col("senders_n") >= rules.forget_weight))
    con.register("party_word_heading", join_tariff(kept, count_tariff(tariff, terms)).to_arrow())


def list_due(lake: Lake, on: date, policy: Policy) -> list[date]:
    """Return the dates that have become clear since the newest state before the date, ascending."""
    clear = timedelta(days=policy.text.clear_days)
    before = _newest(lake, on, policy)
    first = before - clear if before else on - clear - timedelta(days=policy.history.window_days)
    return [day for day in lake.dates(ENTITY) if first < day <= on - clear and lake.path(TAUGHT, day).exists()]


def _newest(lake: Lake, on: date, policy: Policy) -> date | None:
    first = on - timedelta(days=policy.history.long_window_days)
    return max((day for day in lake.dates(STATE) if first <= day < on), default=None)


def _read_before(lake: Lake, on: date, policy: Policy) -> tuple[pl.DataFrame, date]:
    """Return the newest state before the date, and the date whose entries were the last to be clear for it."""
    before = _newest(lake, on, policy)
    clear = timedelta(days=policy.text.clear_days)
    if before is None:
        return pl.DataFrame(schema=COUNTS), on - clear
    read = pl.read_parquet(lake.existing(STATE, before), columns=list(COUNTS), hive_partitioning=False)
    return read.filter(pl.col("senders_n") > 0), before - clear


def read_lessons(con: duckdb.DuckDBPyConnection, lake: Lake, day: date, on: date, policy: Policy) -> pl.DataFrame:
    """Return description, heading and senders_n of what a date teaches on a later night."""
    files = {
        "lesson_shipment": (TAUGHT, [lake.existing(TAUGHT, day)]),
        "lesson_entity": (ENTITY, [lake.existing(ENTITY, day)]),
        "later_version": (VERSION, lake.window(VERSION, on, (on - day).days - 1)),
        "lesson_finding": (FINDING, lake.window(FINDING, on, (on - day).days)),
    }
    for view, (table, paths) in files.items():
        scan_parquet(con, view, paths, load_contract(table))
    rules = policy.text
    binds = {"on": day, "night": on, "codes": list(rules.spoiled_by), "most": rules.max_lessons_n}
    return con.execute(read_sql(SQL / "lesson.sql"), binds).pl()


def count_words(lessons: pl.DataFrame, vague_terms: Iterable[str]) -> pl.DataFrame:
    """Return word, heading and senders_n of lessons; the word EVERY counts all texts of a heading."""
    texts = lessons["description"].unique().sort()
    places = pl.DataFrame({"description": texts, "text": pl.int_range(len(texts), dtype=pl.UInt32, eager=True)})
    words = list_words(texts, tuple(vague_terms))
    taught = lessons.join(places, on="description").select("text", "heading", "senders_n")
    every = taught.select(pl.lit(EVERY).alias("word"), "heading", "senders_n")
    said = taught.join(words, on="text").select("word", "heading", "senders_n")
    counted = pl.concat([every, said]).group_by("word", "heading").agg(pl.col("senders_n").sum())
    return counted.with_columns(pl.col("senders_n").cast(pl.Float64))


def add_lessons(known: pl.DataFrame, taught: pl.DataFrame) -> pl.DataFrame:
    """Return both counts added up."""
    both = known.join(taught, on=["word", "heading"], how="full", coalesce=True, suffix="_taught")
    total = pl.col("senders_n").fill_null(0) + pl.col("senders_n_taught").fill_null(0)
    return both.select("word", "heading", total.alias("senders_n"))


def _fade(known: pl.DataFrame, by: timedelta, half_life_days: float) -> pl.DataFrame:
    return known.with_columns(pl.col("senders_n") * 0.5 ** (max(by.days, 0) / half_life_days))


def count_tariff(tariff: pl.DataFrame, vague_terms: Iterable[str]) -> pl.DataFrame:
    """Return word, heading and tariff_share: of the numbers of a heading, the share whose wording has the word."""
    lines = tariff.select(pl.col("hts_code").str.slice(0, 4).alias("heading"), "description")
    lines = lines.filter(pl.col("heading") < FIRST_SPECIAL).with_row_index("text")
    words = list_words(lines["description"], tuple(vague_terms))
    total = lines.group_by("heading").agg(pl.len().alias("lines_n"))
    said = words.join(lines.select("text", "heading"), on="text").group_by("word", "heading").len()
    shares = said.join(total, on="heading").with_columns(tariff_share=pl.col("len") / pl.col("lines_n"))
    every = total.select(pl.lit(EVERY).alias("word"), "heading", pl.lit(1.0).alias("tariff_share"))
    return pl.concat([every, shares.select("word", "heading", "tariff_share")])


def join_tariff(known: pl.DataFrame, tariff: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of party.word_heading: what was taught, beside the tariff's own wording."""
    both = known.join(tariff, on=["word", "heading"], how="full", coalesce=True)
    return both.with_columns(pl.col("senders_n", "tariff_share").fill_null(0)).sort("word", "heading")
