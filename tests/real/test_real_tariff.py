"""The real tariff files: how many rows are read and held, how many lines have a rate, and lines checked by hand."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from data_quality.contract import load_contract
from tests.support.duty import Desk, Row, open_desk
from tests.unit.landed_feed import run_feed
from tidewaiter.ingest.registry import find_feed

FILES = {
    "hts": ("hts8_mfn_rates_2025.csv",),
    "hts10": ("budgetlab_hs10_gtap_crosswalk.csv",),
    "section_301": ("budgetlab_s301_product_lists.csv",),
    "section_232": ("budgetlab_s232_annex_products.csv", "budgetlab_s232_derivative_products.csv"),
    "section_122": ("budgetlab_s122_exempt_products.csv",),
    "adcvd": ("adcvd_orders_fr_cited_sample.csv",),
}
KEPT = {
    "hts": {"hts": 12_909}, "hts10": {"hts10": 18_700}, "section_301": {"section_301": 12_223},
    "section_232": {"section_232_annex": 799, "section_232_derivative": 568},
    "section_122": {"section_122": 1_656}, "adcvd": {"adcvd": 10},
}  # fmt: skip
# Headings of chapter 99: one ends before it begins, four have a placeholder above the one that stands for no figure.
HELD = {"hts": {"hts": ["ends_before_it_begins", *["out_of_range_col2_ad_val_rate"] * 4]}}


@pytest.fixture(scope="module")
def desk(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with the whole real tariff."""
    reference: dict[str, list[Row]] = {}
    for noun, names in FILES.items():
        with run_feed(find_feed(noun), tmp_path_factory.mktemp(noun)) as run:
            for name in names:
                run.read_path(real_data / "reference" / name)
            run.keep(())
            for table in run.feed.core_tables:
                reference.setdefault(table, []).extend(run.map_reference(table))
    reference.pop("reference.tariff_text")
    with open_desk(dict(reference)) as found:
        yield found


@pytest.mark.parametrize("noun", FILES)
def test_every_row_of_the_real_files_is_kept_or_held_for_a_reason(real_data: Path, tmp_path: Path, noun: str) -> None:
    with run_feed(find_feed(noun), tmp_path) as run:
        for name in FILES[noun]:
            run.read_path(real_data / "reference" / name)
        assert run.keep(()) == HELD.get(noun, {})
        counts = {load_contract(table).noun: run.count(load_contract(table).noun) for table in run.feed.tables}
    assert counts == KEPT[noun]


def test_nearly_every_real_line_has_a_rate_in_figures(desk: Desk) -> None:
    [(lines, general, second, plain)] = desk.con.execute(
        "select count(*), count(mfn_ad_valorem_rate), count(column_2_ad_valorem_rate), "
        "count(*) filter (where mfn_specific_usd + mfn_other_usd = 0) "
        "from reference_tariff_line where hts8 < '98'"
    ).fetchall()
    share = f"{general / lines:.1%} with a general rate in figures, {plain / lines:.1%} by the value alone"
    print(f"{lines:,} lines: {share}")  # noqa: T201 - a figure for whoever runs the test with -s
    assert (lines, lines - general, lines - second) == (11_414, 156, 154)


@pytest.mark.parametrize(
    ("on", "hts10", "origin", "more", "chain"),
    [
        ("2024-06-01", "6109100012", "VN", {}, "16.5 % MFN = 16.5 % of USD 400 = USD 66"),
        ("2024-06-01", "6109100012", "CN", {}, "16.5 % MFN + 7.5 % Section 301 list 4A = 24 % of USD 400 = USD 96"),
        ("2024-06-01", "8482105044", "CN", {}, "9 % MFN + 25 % Section 301 list 3 = 34 % of USD 400 = USD 136"),
        ("2024-06-01", "0402999000", "NZ", {"gross_weight_kg": 10},
         "14.9 % MFN + USD 0.463/KG MFN = 14.9 % of USD 400 + USD 0.463 x 10 KG = USD 64.23"),
        ("2024-06-01", "0101290090", "RU", {}, "20 % column 2 = 20 % of USD 400 = USD 80"),
        ("2026-05-01", "7610100010", "VN", {},
         "5.7 % MFN + 50 % Section 232 aluminum annex 1a = 55.7 % of USD 400 = USD 222.80"),
        ("2026-03-01", "0201100510", "NZ", {"gross_weight_kg": 100},
         "USD 0.044/KG MFN = USD 0.044 x 100 KG = USD 4.40"),
    ],
)  # fmt: skip
def test_real_lines_owe_what_the_files_say(
    desk: Desk, on: str, hts10: str, origin: str, more: dict[str, float], chain: str
) -> None:
    assert desk.ask(on, hts10, origin, **more)["chain"] == chain


def test_a_real_order_without_tariff_numbers_is_possible_by_its_words_only(desk: Desk) -> None:
    nails = desk.ask("2024-06-01", "7317005503", "CN", description="Certain steel nails, 2 inch")
    assert (nails["duty_owed_usd"], nails["has_adcvd"]) == (None, True)
    tacks = desk.ask("2024-06-01", "7317005503", "CN", description="Carpet tacks")
    assert tacks["duty_owed_usd"] == Decimal(100)
