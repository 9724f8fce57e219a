"""Rows that share a key: held where their content differs, one of them kept where it does not.

Few rows have a twin, so they are found by digests of their keys, some keys at a time; only they are looked at whole.

Belongs here: finding twins, conflicting duplicates, repeated rows.
Belongs elsewhere: rules that a row breaks by itself (hold.py), versions of a shipment (tidewaiter/ingest).
"""

import duckdb

from data_quality.cast import as_filed, typed_select
from data_quality.contract import Contract
from data_quality.relation import count_rows

# Rows whose keys are compared at a time: about 200 MB.
BUCKET_ROWS = 5_000_000
CONFLICT = "conflicting_duplicate"


def find_twins(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make `twin_row_<noun>`, the numbers of the kept rows that may share a key."""
    key, noun = ", ".join(contract.key), contract.noun
    con.execute(f"create or replace temp table twin_row_{noun} (raw_row bigint)")
    buckets = count_rows(con, f"raw_{noun}") // BUCKET_ROWS + 1 if key else 0
    for bucket in range(buckets):
        # Where all are compared at once a filter would only work every digest out twice.
        share = f"where digest % {buckets} = {bucket}" if buckets > 1 else ""
        con.execute(
            f"""
            create or replace temp table key_digest as
            select raw_row, hash({key}) as digest from kept_numbered_{noun} {share}
            """
        )
        con.execute(
            f"""
            insert into twin_row_{noun} select raw_row from key_digest
            where digest in (select digest from key_digest group by digest having count(*) > 1)
            """
        )
        con.execute("drop table key_digest")


def hold_conflicts(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Hold rows that share a key but not their content; a row equal to another in all is a repeat, not a conflict.

    Makes `twin_<noun>`, the rows that may have a twin with the key and a digest of all promised columns.
    """
    if not contract.key:
        return
    key, noun = ", ".join(contract.key), contract.noun
    if not count_rows(con, f"twin_row_{noun}"):
        _make_no_twins(con, contract)
        return
    rows = f"(from suspect_{noun} semi join twin_row_{noun} using (raw_row))"
    con.execute(
        f"""
        create or replace temp table twin_{noun} as
        select raw_row, source_file, source_line, {key}, hash({", ".join(contract.column_names)}) as content
        from ({typed_select(contract, rows)})
        """
    )
    con.execute(
        f"""
        create or replace temp table conflict_{noun} as select raw_row from twin_{noun}
        where ({key}) in (select ({key}) from twin_{noun} group by {key} having count(distinct content) > 1)
        """
    )
    hold_more(con, contract, f"suspect_{noun}", f"conflict_{noun}", CONFLICT)


def _make_no_twins(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make `twin_<noun>` without a row: most nights have no two rows of one key, and their plan is spared."""
    types = {each.name: each.sql_type for each in contract.columns}
    keys = ", ".join(f"{name} {types[name]}" for name in contract.key)
    con.execute(
        f"create or replace temp table twin_{contract.noun} "
        f"(raw_row bigint, source_file varchar, source_line bigint, {keys}, content ubigint)"
    )


def drop_repeats(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Leave one of the rows that share a key; conflicts are gone, so the others are equal to it."""
    if contract.key:
        noun = contract.noun
        con.execute(
            f"""
            insert into left_out_{noun}
            select raw_row from twin_{noun} anti join left_out_{noun} using (raw_row)
            qualify row_number() over (partition by {", ".join(contract.key)}
                order by source_file, source_line, raw_row) > 1
            """
        )


def hold_more(con: duckdb.DuckDBPyConnection, contract: Contract, source: str, rows: str, rule: str) -> None:
    """Hold the kept rows whose numbers the table `rows` has, for one more rule.

    Args:
        source: raw rows, these among them.
    """
    noun = contract.noun
    if not count_rows(con, rows):
        return
    con.execute(
        f"""
        insert into broken_{noun}
        select raw_row, source_file, source_line, source_sha256, {as_filed(contract)}, [$rule]
        from {source} semi join {rows} using (raw_row) order by raw_row
        """,
        {"rule": rule},
    )
    con.execute(f"insert into left_out_{noun} select raw_row from {rows}")
