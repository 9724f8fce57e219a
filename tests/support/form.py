"""The forms in which a feed's rows may land: three formats, two of them packed in two ways.

Belongs here: rows as bytes of a form.
Belongs elsewhere: the rows (entry.py), damage done to files (tests).
"""

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import zstandard

TEXT_FORMS = ("csv", "csv.gz", "csv.zst", "jsonl", "jsonl.gz", "jsonl.zst")
CSV_FORMS, JSON_FORMS = TEXT_FORMS[:3], TEXT_FORMS[3:]
FORMS = (*TEXT_FORMS, "parquet")
Row = Mapping[str, str]


def write_form(path: Path, form: str, rows: Sequence[Row]) -> Path:
    """Write rows, all of the same columns, in a form; the path has no ending yet."""
    final = path.with_name(f"{path.name}.{form}")
    final.write_bytes(pack(form, build_plain(form, rows)))
    return final


def build_plain(form: str, rows: Sequence[Row]) -> bytes:
    """Return rows as the bytes of a form before it is packed."""
    if form == "parquet":
        target = io.BytesIO()
        pl.DataFrame([dict(row) for row in rows]).write_parquet(target)
        return target.getvalue()
    if form.startswith("jsonl"):
        return "".join(json.dumps(row) + "\n" for row in rows).encode()
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def pack(form: str, plain: bytes) -> bytes:
    """Return the bytes of a form's file."""
    if form.endswith(".gz"):
        return gzip.compress(plain, mtime=0)
    return zstandard.compress(plain) if form.endswith(".zst") else plain
