"""Tables as CSV files that a spreadsheet opens: the one place where a value may be written otherwise than it was filed.

Belongs here: escaping text that a spreadsheet would run as a formula, RFC 4180.
Belongs elsewhere: which columns there are (queue_view.py, held_view.py).
"""

from pathlib import Path

import polars as pl

from tidewaiter.errors import ExportError

# Spreadsheets run a cell that starts with one of these as a formula, the full-width forms included.
FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"  # noqa: RUF001 - these are the characters meant


def escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with an apostrophe before text that starts like a formula; numbers stay as they are."""
    cell = pl.col(pl.String)
    return frame.with_columns(pl.when(cell.str.contains(FORMULA)).then("'" + cell).otherwise(cell).name.keep())


def to_csv(frame: pl.DataFrame) -> str:
    """Return a frame of plain columns as CSV text, its text cells escaped."""
    return escape_formulas(frame).write_csv(line_terminator="\r\n")


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame of plain columns as a CSV file, its text cells escaped; a file of that name is replaced.

    Raises:
        ExportError: the file cannot be written.
    """
    try:
        path.write_bytes(to_csv(frame).encode())
    except OSError as problem:
        raise ExportError(f"{path} cannot be written: {problem.strerror}.", fix="name another file") from problem
