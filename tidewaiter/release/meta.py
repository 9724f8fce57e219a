"""Rows of _meta.*: what the file is, and what its tables and columns are.

Belongs here: the dictionary that travels inside the file.
Belongs elsewhere: the definitions (data_quality/contracts), the manifest beside the file (manifest.py).
"""

from collections.abc import Iterator, Mapping
from datetime import date

from data_quality.contract import Contract, load_contract
from tidewaiter.release.manifest import Origin
from tidewaiter.release.reference import REFERENCE
from tidewaiter.release.table import MART, Row

ABOUT, TABLE, COLUMN = "_meta.about", "_meta.table", "_meta.column"
STORAGE_VERSION = "v1.4.0"
MADE_FROM: Mapping[str, tuple[str, ...]] = {
    **{table.name: table.made_from for table in (*MART, *REFERENCE)},
    ABOUT: ("the night's own records",),
    TABLE: ("data_quality/contracts",),
    COLUMN: ("data_quality/contracts",),
}
TABLES = tuple(MADE_FROM)
# What _meta.about says names the build, not the night: a newer build of the same rows is the same release.
CONTENT = tuple(name for name in TABLES if name != ABOUT)

LEFT_OUT = (
    "Personal data (names, addresses, telephone, e-mail) and goods text, which can hold names, are not in this file."
)


def list_statements(origin: Origin, on: date, revision: int) -> Iterator[Row]:
    """Yield what the file says about itself."""
    yield "title", f"Tidewaiter, scores and queues of {on}"
    yield "date", on.isoformat()
    yield "revision", str(revision)
    yield "run_id", origin.run_id or "none: no shipment was scored"
    yield "model_version", ", ".join(origin.model_versions) or "none: no shipment was scored"
    yield "policy_version", origin.policy_version
    yield "code_version", origin.code_version
    yield "landed_files_n", str(len(origin.inputs))
    yield "storage_version", STORAGE_VERSION
    yield "left_out", LEFT_OUT


def list_tables() -> Iterator[Row]:
    """Yield one row a table of the file, this one included."""
    for name in TABLES:
        contract = load_contract(name)
        yield name, contract.description, contract.grain, ", ".join(MADE_FROM[name]), contract.version


def list_columns() -> Iterator[Row]:
    """Yield one row a column of every table of the file."""
    for name in TABLES:
        yield from _columns_of(load_contract(name))


def _columns_of(contract: Contract) -> Iterator[Row]:
    for position, column in enumerate(contract.columns, start=1):
        yield (
            contract.table, position, column.name, column.sql_type, column.unit, column.description,
            column.classification, column.required, column.key_position is not None,
            f"{contract.table} {contract.version}",
        )  # fmt: skip
