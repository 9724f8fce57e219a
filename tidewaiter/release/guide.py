"""The README beside a release: how to open it and what to ask first.

Belongs here: the text of README.md; its example queries are files in sql/.
Belongs elsewhere: definitions of tables and columns (in the file itself, _meta.*).
"""

from tidewaiter.engine.duckdb import read_sql
from tidewaiter.release.manifest import Manifest
from tidewaiter.release.meta import LEFT_OUT, STORAGE_VERSION
from tidewaiter.release.shelf import Names
from tidewaiter.release.table import SQL

EXAMPLES = ("example_queue.sql", "example_origin.sql", "example_rule.sql")


def write_guide(manifest: Manifest, names: Names) -> str:
    """Return the text of README.md for the newest release of a date."""
    tables = "\n".join(f"| `{table.name}` | {table.rows_n:,} |" for table in manifest.tables)
    queries = "\n".join(f"```sql\n{read_sql(SQL / name).strip()}\n```\n" for name in EXAMPLES)
    return TEMPLATE.format(
        date=manifest.date, file=names.file, sums=names.sums, manifest=names.manifest, parquet=names.parquet,
        storage=STORAGE_VERSION, tables=tables, queries=queries, left_out=LEFT_OUT,
    )  # fmt: skip


TEMPLATE = """# Scores and queues of {date}

`{file}` is a DuckDB database, storage {storage}: DuckDB 1.4 and later open it.
The file is never rewritten. When the date is run again with another outcome, a file with the next `_r` number appears
beside it and `CHANGES.md` says why; this page is about the newest one.

{left_out}

## Open it

    sha256sum --check {sums}
    duckdb -readonly {file}

Python, with Polars:

    import duckdb
    import polars as pl

    with duckdb.connect("{file}", read_only=True) as release:
        queue = release.sql("select * from mart.queue").pl()
    queue = pl.read_parquet("{parquet}/mart.queue.parquet")

R:

    library(duckdb)
    release <- dbConnect(duckdb(), "{file}", read_only = TRUE)
    queue <- dbGetQuery(release, "select * from mart.queue")

## Ask it

{queries}
Each table and column has a comment. The same definitions are rows of `_meta.table` and `_meta.column`:

```sql
select column_name, data_type, unit, definition from _meta.column where table_name = 'mart.queue' order by position;
```

## What is in it

| table | rows |
|---|---|
{tables}

`{manifest}` names the landed files with their SHA-256, the model, policy and code version, and the SHA-256 of
every table's rows. `{parquet}/` has the same tables as Parquet.
"""
