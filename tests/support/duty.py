"""A small tariff in a connection, and questions to it.

Belongs here: lines, lists and orders as tests write them, and one answer or many.
Belongs elsewhere: assertions.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from data_quality.contract import load_contract
from tidewaiter.duty.ask import DeclaredLine, ask_duty, register_lines
from tidewaiter.duty.carried import CarriedRates
from tidewaiter.duty.compute import DutyRequest, compute_duty
from tidewaiter.duty.fact import Duties
from tidewaiter.duty.method import DutyCase, DutyRules, Method
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

Row = dict[str, Any]
SNAPSHOT = {"snapshot_on": date(2018, 1, 1), "source_file": "tariff/hts/2018-01-01/hts8.csv"}
ALWAYS = {"valid_from": date(2000, 1, 1), "valid_to": date(2050, 12, 31)}
FREE_SIDE = {"ad_valorem_rate": 0, "specific_usd": 0, "other_usd": 0, "specific_unit": None, "other_unit": None}
BOLT, SHIRT, OTHER_SHIRT, MILK, HAT, WORDS, CHIP = (
    "73181580", "61091000", "61099010", "04029990", "65050008", "58109210", "85411000",
)  # fmt: skip


def line(hts8: str, mfn: float | None, column_2: float | None = 0.9, **more: Any) -> Row:
    """Return a tariff line by its shares of the value; other parts of the general rate as mfn_<part>."""
    row = {**SNAPSHOT, **ALWAYS, "hts8": hts8, "description": f"goods of {hts8}"}
    for side, share in (("mfn", mfn), ("column_2", column_2)):
        nothing = dict.fromkeys(FREE_SIDE) if share is None else {**FREE_SIDE, "ad_valorem_rate": share}
        row |= {f"{side}_{name}": value for name, value in nothing.items()} | {f"{side}_text": f"{share}"}
    return row | more


def listed(
    action: str, list_name: str, *prefixes: str, ch99_code: str = "", since: date = date(1950, 1, 1)
) -> list[Row]:
    """Return the rows of a list."""
    return [
        {**SNAPSHOT, "action": action, "list_name": list_name, "hts_prefix": each, "ch99_code": ch99_code,
         "valid_from": since, "source": None}
        for each in prefixes
    ]  # fmt: skip


def order(case_number: str, country: str, rate: float | None, product: str, prefix: str = "") -> Row:
    """Return an order's row."""
    return {
        **SNAPSHOT, "case_number": case_number, "hts_prefix": prefix, "product": product,
        "country_code": country, "benchmark_rate": rate, "cite": "90 FR 1",
    }  # fmt: skip


LINES = (
    line(SHIRT, 0.165), line(OTHER_SHIRT, 0.32), line(BOLT, 0.085), line(CHIP, 0.0, 0.35), line(WORDS, None, None),
    line(MILK, 0.149, mfn_specific_usd=0.463, mfn_specific_unit="KG"),
    line(HAT, 0.063, mfn_specific_usd=0.019, mfn_specific_unit="NO", mfn_other_usd=0.135, mfn_other_unit="KG"),
    line("84821050", 0.09), line("84713001", 0.0, 0.35), line("72081000", 0.0, 0.2),
    line("73089095", 0.0, 0.45), line("76042100", 0.015), line("94016140", 0.0, 0.4),
)  # fmt: skip
LISTS = (
    *listed("section_301", "1", "84713001", ch99_code="9903.88.01"),
    *listed("section_301", "2", "73089095", ch99_code="9903.88.02"),
    *listed("section_301", "3", "84821050", ch99_code="9903.88.03"),
    *listed("section_301", "4A", SHIRT, ch99_code="9903.88.15"),
    *listed("section_301", "4B", OTHER_SHIRT, "84821050", ch99_code="9903.88.16"),
    *listed("section_301", "biden_50_jan25", CHIP, ch99_code="9903.91.05"),
    *listed("section_301", "biden_jan26", BOLT, ch99_code="9903.91.08"),
    *listed("section_232_metals", "annex 1a steel", "7308909501", since=date(2026, 4, 6)),
    *listed("section_232_metals", "annex 1b steel", "848210", since=date(2026, 4, 6)),
    *listed("section_232_metals", "annex 2 steel", "84713001", since=date(2026, 4, 6)),
    *listed("section_232_metals", "annex 3 aluminum", "76042100", since=date(2026, 4, 6)),
    *listed("section_232_metals", "derivative steel", "84821050", ch99_code="9903.81.91", since=date(2025, 8, 18)),
    *listed("section_122_exempt", "exempt", CHIP),
)
ORDERS = (
    order("A-570-999", "CN", 0.455, "Certain Steel Bolts", BOLT),
    order("C-552-998", "VN", 0.1225, "Foam Mattresses"),
)
REFERENCE = {
    "reference.tariff_line": LINES,
    "reference.tariff_action": LISTS,
    "reference.adcvd_order": ORDERS,
}


class ByValueAlways:
    """Rules that know of no exemption and of no postal item."""

    limits_usd: tuple[Decimal, ...] = ()

    def find_method(self, case: DutyCase) -> Method:
        """Return that duty follows from the tariff line."""
        del case
        return "ad_valorem"

    def find_item_duty(self, case: DutyCase, rate_share: Decimal | None) -> Decimal | None:
        """Return that it is not known."""
        del case, rate_share
        return None


@dataclass(frozen=True)
class Desk:
    """A connection with a tariff, where duty can be asked about."""

    con: duckdb.DuckDBPyConnection
    duties: Duties

    def ask(self, on: str, hts10: str | None, origin: str | None, value: float | None = 400, **more: Any) -> Row:
        """Return the answer for one line; `rules` may say how duty is found."""
        rules: DutyRules = more.pop("rules", ByValueAlways())
        asked = make_line(hts10, origin, value, **more)
        return ask_duty(self.con, DutyRequest(date.fromisoformat(on), self.duties, rules), asked)

    def ask_all(
        self, on: str, lines: list[DeclaredLine], rules: DutyRules | None = None, carried: CarriedRates | None = None
    ) -> list[Row]:
        """Return the answers for many lines at once, in their order; rates may be carried from earlier questions."""
        register_lines(self.con, lines)
        rates = CarriedRates() if carried is None else carried
        request = DutyRequest(date.fromisoformat(on), self.duties, rules or ByValueAlways(), rates)
        found = self.con.table(compute_duty(self.con, request)).order("length(shipment_id), shipment_id")
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    def set_price(self, hs6: str, origin: str, median_usd_kg: float) -> None:
        """Let that be the median price of earlier days."""
        self.con.execute(
            "insert into price values ($hs6, $origin, $usd)", {"hs6": hs6, "origin": origin, "usd": median_usd_kg}
        )


def make_line(hts10: str | None, origin: str | None, value: float | None, **more: Any) -> DeclaredLine:
    """Return a declared line; numbers may be given as floats."""
    numbers = {name: Decimal(str(given)) for name, given in more.items() if isinstance(given, int | float)}
    worth = None if value is None else Decimal(str(value))
    return DeclaredLine(hts10, origin, worth, **{"mode_code": "40", "entry_type": "11", **more, **numbers})


def fill_reference(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Make the temp table of a reference table with these rows."""
    contract = load_contract(table)
    columns = ", ".join(f'"{each.name}" {each.sql_type}' for each in contract.columns)
    name = table.replace(".", "_")
    con.execute(f"create or replace temp table {name} ({columns})")
    if rows:
        names = list(contract.column_names)
        frame = pl.DataFrame(
            [[row[each] for each in names] for row in rows], names, orient="row", infer_schema_length=None
        )
        con.register("given_reference", frame.to_arrow())
        con.execute(f"insert into {name} select * from given_reference")
        con.unregister("given_reference")


@contextmanager
def open_desk(reference: dict[str, Iterable[Row]] | None = None) -> Iterator[Desk]:
    """Yield a desk with the small tariff, or with other rows for some of its tables."""
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("set python_enable_replacements = false")
        con.execute("create temp table price (hs6 varchar, origin_country varchar, median_usd_kg decimal(18, 4))")
        for table, rows in {**REFERENCE, **(reference or {})}.items():
            fill_reference(con, table, list(rows))
        yield Desk(con, load_policy(SHIPPED_POLICY).duties)
