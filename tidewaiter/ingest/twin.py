"""Kept rows that share a key: held where their content differs, one of them kept where it does not.

Few rows have a twin, so they are found by their keys alone, some of the keys at a time; only they are looked at whole.

Belongs here: finding twins, conflicting duplicates, repeated rows.
Belongs elsewhere: rules that a row breaks by itself (data_quality/hold.py), versions of a shipment (mapping.py).
"""

import duckdb

from data_quality.contract import Contract
from data_quality.hold import as_filed, typed_select
from tidewaiter.engine.duckdb import count_rows

# Keys that are counted at a time: about 300 MB.
BUCKET_ROWS = 4_000_000
CONFLICT = "conflicting_duplicate"


def hold_conflicts(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Hold rows that share a key but not their content; a row equal to another in all is a repeat, not a conflict.

    Makes `twin_<noun>`, which drop_repeats reads.
    """
    if not contract.key:
        return
    key, noun = ", ".join(contract.key), contract.noun
    _find_twins(con, contract)
    con.execute(
        f"""
        create or replace temp table conflict_{noun} as select raw_row from twin_{noun}
        where ({key}) in (select ({key}) from twin_{noun} group by {key} having count(distinct content) > 1)
        """
    )
    hold_more(con, contract, f"conflict_{noun}", CONFLICT)


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


def hold_more(con: duckdb.DuckDBPyConnection, contract: Contract, rows: str, rule: str) -> None:
    """Hold the kept rows whose numbers a table has, for one more rule."""
    noun = contract.noun
    if not count_rows(con, rows):
        return
    con.execute(
        f"""
        insert into broken_{noun}
        select raw_row, source_file, source_line, source_sha256, {as_filed(contract)}, [$rule]
        from numbered_{noun} semi join {rows} using (raw_row) order by raw_row
        """,
        {"rule": rule},
    )
    con.execute(f"insert into left_out_{noun} select raw_row from {rows}")


def _find_twins(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Make `twin_<noun>`: the kept rows that share a key, with the key and a digest of all promised columns."""
    key, noun = ", ".join(contract.key), contract.noun
    con.execute(f"create or replace temp table twin_row_{noun} (raw_row bigint)")
    buckets = count_rows(con, f"raw_{noun}") // BUCKET_ROWS + 1
    for bucket in range(buckets):
        con.execute(
            f"""
            insert into twin_row_{noun}
            with share as not materialized (
                select raw_row, {key} from kept_numbered_{noun} where hash({key}) % $buckets = $bucket)
            select raw_row from share where ({key}) in (select ({key}) from share group by {key} having count(*) > 1)
            """,
            {"buckets": buckets, "bucket": bucket},
        )
    source = "(select * from few)"
    con.execute(
        f"""
        create or replace temp table twin_{noun} as
        with few as materialized (select * from numbered_{noun} semi join twin_row_{noun} using (raw_row))
        select raw_row, source_file, source_line, {key}, hash({", ".join(contract.column_names)}) as content
        from ({typed_select(contract, source)})
        """
    )
