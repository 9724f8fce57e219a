"""Codes that arrive and no list has: what a coded column held its rows for.

Belongs here: gathering them from a feed's held rows.
Belongs elsewhere: the lists (data_quality/codes), showing them as a check (assets/landing.py).
"""

from collections.abc import Mapping

import duckdb

from data_quality.contract import Rule, load_contract
from tidewaiter.ingest.feed import Feed

NAMED = 5
SHOWN_LENGTH = 20


def list_newcomers(con: duckdb.DuckDBPyConnection, feed: Feed) -> Mapping[str, str]:
    """Return `<table>.<column>` -> its unknown codes, the most frequent first, each with the rows held for it.

    Columns that hold personal data are left out.
    """
    found: dict[str, str] = {}
    for table in feed.tables:
        contract = load_contract(table)
        for column in contract.columns:
            for rule in column.rules:
                if rule.code_list and column.name not in contract.personal_names:
                    found[f"{contract.noun}.{column.name}"] = _describe(con, feed, table, rule)
    return {column: codes for column, codes in found.items() if codes}


def _describe(con: duckdb.DuckDBPyConnection, feed: Feed, table: str, rule: Rule) -> str:
    (row,) = con.execute(
        f"""
        with code as (
            select coalesce(left(regexp_replace(json_extract_string(raw_text, $path), '[^ -~]', '?', 'g'), $length), '')
                as code
            from held_{feed.noun} where record = $table and list_contains(broken_rules, $rule) and json_valid(raw_text)
        ),
        counted as (select code, count(*) as rows_n from code group by code)
        select string_agg(format('{{}} ({{:,}})', code, rows_n), ', ' order by rows_n desc, code)
                filter (where nth <= $named),
            greatest(count(*) - $named, 0)
        from (select *, row_number() over (order by rows_n desc, code) as nth from counted)
        """,
        {"path": f"$.{rule.column}", "length": SHOWN_LENGTH, "table": table, "rule": rule.name, "named": NAMED},
    ).fetchall()
    named, more = row
    return f"{named or ''}{f', and {more:,} more' if more else ''}"
