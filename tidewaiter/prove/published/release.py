"""Reads the Korean customs release: three files, one a part of its published split by date.

Belongs here: finding the folder, the columns, what makes a folder another one.
Belongs elsewhere: what is learned from it (opponent.py), whose it is (paper.py).
"""

import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tidewaiter.errors import ArgumentError, ProofError

VARIABLE, FOLDER = "TIDEWAITER_REAL_DATA", "customs_benchmark"
SOURCE = "https://github.com/Seondong/Customs-Declaration-Datasets, branch en, folder data"
TRAIN, VALID, TEST = PARTS = ("train", "valid", "test")
# In the order of the authors' files; the label and what is the label in other words come last.
CATEGORIES = (
    "Office ID", "Process Type", "Import Type", "Import Use", "Payment Type", "Mode of Transport", "Declarant ID",
    "Importer ID", "Seller ID", "Courier ID", "HS6 Code", "Country of Departure", "Country of Origin", "Tax Rate",
    "Tax Type", "Country of Origin Indicator",
)  # fmt: skip
AMOUNTS = ("Net Mass", "Item Price")
LABEL, DAY = "Fraud", "Date"
COLUMNS = (DAY, *CATEGORIES, *AMOUNTS, LABEL)


@dataclass(frozen=True)
class Release:
    """The rows of the three parts in the order of their files.

    Attributes:
        rows: `part`, Date, the categories as text, the amounts as numbers, and Fraud as a boolean.
    """

    rows: pl.DataFrame

    def part(self, name: str) -> pl.DataFrame:
        """Return the rows of one part."""
        return self.rows.filter(pl.col("part") == name)


def find_folder(named: Path | None) -> Path:
    """Return the folder named, else the one below the folder that the environment names.

    Raises:
        ArgumentError: neither is there.
    """
    if named is None:
        beside = os.environ.get(VARIABLE)
        if not beside:
            raise ArgumentError(
                "no folder with the release is named.",
                fix=f"name one with --data, or set {VARIABLE} to the folder of {FOLDER}/; the files are at {SOURCE}",
            )
        named = Path(beside) / FOLDER
    if not named.is_dir():
        raise ArgumentError(
            f"{named} is not a folder.", fix=f"name the folder of the release with --data; see {SOURCE}"
        )
    return named


def read_release(folder: Path) -> Release:
    """Return the release in a folder.

    Raises:
        ProofError: a file or a column is missing, a value cannot be read, or the parts do not follow each other.
    """
    parts = [_read_part(folder, name) for name in PARTS]
    for name, earlier, later in zip(PARTS, parts, parts[1:], strict=False):
        if max(earlier[DAY].to_list()) >= min(later[DAY].to_list()):
            raise _other_release(name_file(folder, name), f"its last date is not before those of the part after {name}")
    for name, rows in zip(PARTS, parts, strict=True):
        if rows[LABEL].n_unique() < 2:
            raise _other_release(name_file(folder, name), f"every row has the same {LABEL}")
    return Release(pl.concat(parts))


def name_file(folder: Path, part: str) -> Path:
    """Return the file of a part."""
    return folder / f"df_syn_{part}_eng.csv"


def _read_part(folder: Path, part: str) -> pl.DataFrame:
    file = name_file(folder, part)
    if not file.is_file():
        raise ProofError(
            f"{file} is missing.", fix=f"put the three files of the published split there; they are at {SOURCE}"
        )
    try:
        rows = pl.read_csv(file, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as problem:
        raise _other_release(file, f"it is not CSV ({str(problem).splitlines()[0]})") from problem
    lacking = [name for name in COLUMNS if name not in rows.columns]
    if lacking:
        raise _other_release(file, f"it lacks the column {', '.join(lacking)}")
    if not rows.height:
        raise _other_release(file, "it has no rows")
    return _cast(rows.select(COLUMNS), file).select(pl.lit(part).alias("part"), *COLUMNS)


def _cast(rows: pl.DataFrame, file: Path) -> pl.DataFrame:
    """Return the rows with the types of Release; a tariff number has its leading zero back."""
    cast = rows.with_columns(
        pl.col(DAY).str.to_date("%Y-%m-%d", strict=False),
        pl.col("HS6 Code").str.zfill(6),
        *(pl.col(name).cast(pl.Float64, strict=False) for name in AMOUNTS),
        pl.col(LABEL).replace_strict({"0": False, "1": True}, default=None, return_dtype=pl.Boolean),
    )
    for name in (DAY, *AMOUNTS, LABEL):
        unread = cast[name].is_null().arg_true().to_list()
        if unread:
            raise _other_release(file, f"row {unread[0] + 1} has no {name} that can be read")
    return cast


def _other_release(file: Path, cause: str) -> ProofError:
    return ProofError(
        f"{file} is not a part of the release: {cause}.", fix=f"take the files as published, from {SOURCE}"
    )
