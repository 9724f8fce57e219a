"""Codes that no list has, counted, so that a person sees what is new.

Belongs here: unknown values of coded columns: those that held a row, and those that only a stand-in list lacks.
Belongs elsewhere: holding the rows (hold.py), the lists (codes.py).
"""

from collections.abc import Sequence

import duckdb

from data_quality.codes import DATED, is_in_force
from data_quality.contract import Contract
from data_quality.hold import Codes

NAMED_AT_MOST = 20
LONGEST_SHOWN = 20


def name_held(con: duckdb.DuckDBPyConnection, contract: Contract, held: str, source: str) -> dict[str, str]:
    """Return column -> the unknown codes for which rows are held, with their rows, most frequent first.

    Nothing is said of columns that the contract calls personal.

    Args:
        held: relation of held rows.
        source: Parquet file of the raw table as read.
    """
    found: dict[str, str] = {}
    query = f"select distinct unnest(broken_rules) as rule from {held} where record = $record"
    broken = {rule for (rule,) in con.execute(query, {"record": contract.table}).fetchall()}
    for name in contract.column_names:
        if f"unknown_{name}" in broken and name not in contract.personal_names:
            rows = con.execute(
                f"""
                select left(regexp_replace(trim({name}), '[^ -~]', '?', 'g'), {LONGEST_SHOWN}) as code,
                    count(*) as rows_n
                from read_parquet($source, hive_partitioning = false)
                semi join (select source_file, source_line from {held}
                    where record = $record and list_contains(broken_rules, $rule)) using (source_file, source_line)
                group by code order by rows_n desc, code
                """,
                {"source": source, "record": contract.table, "rule": f"unknown_{name}"},
            ).fetchall()
            found[name] = _name(rows)
    return found


def name_unlisted(con: duckdb.DuckDBPyConnection, contract: Contract, kept: str, codes: Codes) -> dict[str, str]:
    """Return column -> the kept codes that the stand-in of a dated list lacks, where that list is not in force."""
    found: dict[str, str] = {}
    for column in contract.columns:
        for code_list in (rule.code_list for rule in column.rules if not is_in_force(rule.code_list, codes)):
            rows = con.execute(
                f"""
                select {column.name} as code, count(*) as rows_n from {kept}
                where not list_contains($known, {column.name}) group by code order by rows_n desc, code
                """,
                {"known": list(codes[DATED[str(code_list)]])},
            ).fetchall()
            if rows:
                found[column.name] = _name(rows)
    return found


def _name(rows: Sequence[tuple[str, int]]) -> str:
    named = ", ".join(f"{code} ({count:,})" for code, count in rows[:NAMED_AT_MOST])
    return named if len(rows) <= NAMED_AT_MOST else f"{named}, and {len(rows) - NAMED_AT_MOST:,} more"
