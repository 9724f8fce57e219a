"""The feeds `tariff/*`: rates of duty, additional duties and orders, each a whole dated list in CSV.

Belongs here: which columns tell the layouts of a tariff file apart, and the feeds.
Belongs elsewhere: reading CSV (delimited.py), what the columns mean (contracts), rates of lists (policy/duties.yml).
"""

import duckdb

from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.delimited import read_delimited, read_header
from tidewaiter.ingest.feed import Feed, LandedFile, Note, ReadFile

ANNEX, DERIVATIVE = "raw.section_232_annex", "raw.section_232_derivative"
# A column that one layout of the Section 232 lists has and the other lacks.
LAYOUTS = {"annex": ANNEX, "derivative_type": DERIVATIVE}
SECTION_232_FILES = (
    (ANNEX, "the file of annex products (with a column annex)"),
    (DERIVATIVE, "the file of derivative products (with a column derivative_type)"),
)
# The order list is published with or without the tariff numbers that an order mentions, under either name.
ORDER_NAMES = {"hts8": "hts_prefixes", "hts_prefix": "hts_prefixes"}


def _read_into(table: str, rename: dict[str, str] | None = None) -> ReadFile:
    def read_file(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
        return read_delimited(con, table, file, rename=rename)

    return read_file


def read_section_232(con: duckdb.DuckDBPyConnection, file: LandedFile) -> tuple[Note, ...]:
    """Append a file to the raw table of its layout, which the header tells.

    Raises:
        FileRefusedError: the header is that of neither layout.
    """
    header = read_header(file)
    if not header:
        return ("the file is empty",)
    tables = [table for column, table in LAYOUTS.items() if column in header]
    if len(tables) != 1:
        raise FileRefusedError(
            file.name, f"the header has {'both' if tables else 'neither'} of {' and '.join(LAYOUTS)}", line=1,
            fix="land annex products (with annex) and derivative products (with derivative_type) as files of their own",
        )  # fmt: skip
    return read_delimited(con, tables[0], file)


def _make_feed(
    noun: str, title: str, core_tables: tuple[str, ...], read_file: ReadFile, files: tuple[tuple[str, str], ...] = ()
) -> Feed:
    tables = tuple(table for table, _ in files) or (f"raw.{noun}",)
    return Feed(
        folder=f"tariff/{noun}",
        noun=noun,
        title=title,
        tables=tables,
        read_file=read_file,
        core_tables=core_tables,
        is_snapshot=True,
        needed_tables=tables,
        file_names=files,
    )


LINE, ACTION, ORDER, TEXT = (
    "reference.tariff_line",
    "reference.tariff_action",
    "reference.adcvd_order",
    "reference.tariff_text",
)
FEEDS: tuple[Feed, ...] = (
    _make_feed("hts", "Tariff rates (HTS)", (LINE, TEXT), _read_into("raw.hts")),
    _make_feed("hts10", "Tariff texts (HTS-10)", (TEXT,), _read_into("raw.hts10")),
    _make_feed("section_301", "Section 301 products", (ACTION,), _read_into("raw.section_301")),
    _make_feed("section_232", "Section 232 metals", (ACTION,), read_section_232, SECTION_232_FILES),
    _make_feed("section_122", "Section 122 exemptions", (ACTION,), _read_into("raw.section_122")),
    _make_feed("adcvd", "Anti-dumping and countervailing orders", (ORDER,), _read_into("raw.adcvd", ORDER_NAMES)),
)
