"""Tariff files: what is read, held and refused, and the reference rows they make."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.landed_feed import run_feed
from tidewaiter.errors import FileRefusedError
from tidewaiter.ingest.feed import Feed
from tidewaiter.ingest.registry import find_feed

HEADER = (
    "hts8,brief_description,quantity_1_code,quantity_2_code,wto_binding_code,"
    "mfn_text_rate,mfn_rate_type_code,mfn_ad_val_rate,mfn_specific_rate,mfn_other_rate,"
    "col2_text_rate,col2_rate_type_code,col2_ad_val_rate,col2_specific_rate,col2_other_rate,"
    "begin_effect_date,end_effective_date\n"
)
FREE = "Free,0,0,0,0"
DAYS = "2020-07-01,2050-12-31"


def read_line(tmp_path: Path, units: str, rate: str) -> dict[str, Any]:
    """Return the general rate of one line, taken apart."""
    with run_feed(find_feed("hts"), tmp_path) as run:
        run.read("hts8.csv", f"{HEADER}12345678,goods,{units},B,{rate},{FREE},{DAYS}\n")
        assert run.keep(()) == {}
        [row] = run.map_reference("reference.tariff_line")
    return {name.removeprefix("mfn_"): value for name, value in row.items() if name.startswith("mfn_")}


@pytest.mark.parametrize(
    ("units", "rate", "share", "specific", "unit", "other", "other_unit"),
    [
        ("NO,", "Free,0,0,0,0", "0", "0", None, "0", None),
        ("NO,", "6.8%,7,0.068,0,0", "0.068", "0", None, "0", None),
        ("NO,", "68 cents/head,1,0,0.68,0", "0", "0.68", "NO", "0", None),
        ("NO,", "89.6 cents/1000,1,0,0.000896,0", "0", "0.000896", "NO", "0", None),
        ("L,KG", "12.3 cents/kg,2,0,0.123,0", "0", "0.123", "KG", "0", None),
        ("L,PFL", "4.4 cents/liter + 31.4 cents/pf. liter,3,0,0.044,0.314", "0", "0.044", "L", "0.314", "PFL"),
        ("KG,", "$1.104/kg + 14.9%,4,0.149,1.104,0", "0.149", "1.104", "KG", "0", None),
        ("THS,KG", "57 cents/kg + 1.4%,5,0.014,0.57,0", "0.014", "0.57", "KG", "0", None),
        ("NO,KG", "13.5 cents/kg + 6.3% + 1.9 cents/article,6,0.063,0.019,0.135",
         "0.063", "0.019", "NO", "0.135", "KG"),
        ("KG,", "33 1/3%,7,0.333,0,0", "0.333333", "0", None, "0", None),
        ("KG,", "6.5% on the entire set,7,0.065,0,0", "0.065", "0", None, "0", None),
        ("KG,", "3.7 cents/kg on drained weight,1,0,0.037,0", "0", "0.037", "kg on drained weight", "0", None),
        ("KG,", "See additional U.S. note 2,9,0.042,0,0", None, None, None, None, None),
        ("KG,", "The rate of the article,X,9999.99,,", None, None, None, None, None),
        ("NO,", "The duty rate provided in such subheading minus 0.5%,7,0.17,0,0", None, None, None, None, None),
        ("KG,", ",,0,,", None, None, None, None, None),
    ],
)  # fmt: skip
def test_a_rate_is_taken_apart_by_its_type_and_stays_empty_where_it_is_words(
    tmp_path: Path, units: str, rate: str, share: str | None, specific: str | None, unit: str | None,
    other: str | None, other_unit: str | None,
) -> None:  # fmt: skip
    found = read_line(tmp_path, units, rate)
    wanted = [None if each is None else Decimal(each) for each in (share, specific, other)]
    assert [found["ad_valorem_rate"], found["specific_usd"], found["other_usd"]] == wanted
    assert (found["specific_unit"], found["other_unit"]) == (unit, other_unit)


def test_a_line_that_ends_before_it_begins_is_held(tmp_path: Path) -> None:
    with run_feed(find_feed("hts"), tmp_path) as run:
        run.read("hts8.csv", f"{HEADER}99038193,duty,,,B,{FREE},{FREE},2025-06-04,1950-12-31\n")
        assert run.keep(()) == {"hts": ["ends_before_it_begins"]}


@pytest.mark.parametrize(
    ("noun", "name", "text", "table", "rules"),
    [
        ("hts", "a.csv", f"{HEADER}1234,x,,,B,{FREE},{FREE},{DAYS}\n", "hts", ["malformed_hts8"]),
        ("hts", "a.csv", f"{HEADER}12345678,x,,,B,5%,8,0.05,0,0,{FREE},{DAYS}\n", "hts",
         ["unknown_mfn_rate_type_code"]),
        ("hts10", "a.csv", "hs10,description\n61091000,x\n", "hts10", ["malformed_hs10"]),
        ("section_301", "a.csv", "hts8,list,ch99_code\n61091000,1,990388\n", "section_301", ["malformed_ch99_code"]),
        ("section_122", "a.csv", "hts8\n6109\n", "section_122", ["malformed_hts8"]),
        ("section_232", "a.csv", "hts_prefix,annex,metal_type,source,effective_date\n7610,4,tin,p,2026-04-06\n",
         "section_232_annex", ["unknown_annex", "unknown_metal_type"]),
        ("section_232", "a.csv", "hts_prefix,ch99_code,derivative_type,effective_date\n761,9903.85.08,steel,\n",
         "section_232_derivative", ["malformed_hts_prefix"]),
        ("adcvd", "a.csv", "case_number,product,country_iso2,benchmark_rate_pct,federal_register_cite\n"
         "A-570-909,nails,XX,-1,90 FR 1\n", "adcvd", ["out_of_range_benchmark_rate_pct", "unknown_country_iso2"]),
    ],
)  # fmt: skip
def test_a_row_that_breaks_its_contract_is_held_under_the_rule(
    tmp_path: Path, noun: str, name: str, text: str, table: str, rules: list[str]
) -> None:
    with run_feed(find_feed(noun), tmp_path) as run:
        run.read(name, text)
        assert run.keep(()) == {table: rules}


def test_the_two_layouts_of_section_232_are_told_apart_by_their_header(tmp_path: Path) -> None:
    with run_feed(find_feed("section_232"), tmp_path) as run:
        run.read("one.csv", "hts_prefix,annex,metal_type,source,effective_date\n7610.10.00,1a,aluminum,p,2026-04-06\n")
        run.read("two.csv", "hts_prefix,ch99_code,derivative_type,effective_date\n84821050,9903.81.91,steel,\n")
        assert run.keep(()) == {}
        rows = run.map_reference("reference.tariff_action")
    assert [(row["list_name"], row["hts_prefix"], str(row["valid_from"])) for row in rows] == [
        ("annex 1a aluminum", "76101000", "2026-04-06"),
        ("derivative steel", "84821050", "1950-01-01"),
    ]


@pytest.mark.parametrize("header", ["hts_prefix,effective_date", "hts_prefix,annex,derivative_type"])
def test_a_section_232_file_of_neither_layout_is_refused(tmp_path: Path, header: str) -> None:
    with run_feed(find_feed("section_232"), tmp_path) as run, pytest.raises(FileRefusedError, match="header has"):
        run.read("one.csv", f"{header}\n")


@pytest.mark.parametrize("name", ["hts_prefixes", "hts8", "hts_prefix"])
def test_an_order_has_a_row_for_each_number_that_it_mentions(tmp_path: Path, name: str) -> None:
    header = f"case_number,product,country_iso2,benchmark_rate_pct,federal_register_cite,{name}\n"
    with run_feed(find_feed("adcvd"), tmp_path) as run:
        run.read("orders.csv", f"{header}A-570-909,nails,cn,118.04,90 FR 1,7317.00.55; 73170065\n")
        run.read("more.csv", header.replace(f",{name}", "") + "A-570-092,mattresses,CN,,90 FR 2\n")
        assert run.keep(()) == {}
        rows = run.map_reference("reference.adcvd_order")
    assert [(row["case_number"], row["hts_prefix"], row["benchmark_rate"]) for row in rows] == [
        ("A-570-092", "", None),
        ("A-570-909", "73170055", Decimal("1.1804")),
        ("A-570-909", "73170065", Decimal("1.1804")),
    ]


def test_texts_of_both_files_are_one_table(tmp_path: Path) -> None:
    feeds: list[Feed] = [find_feed("hts"), find_feed("hts10")]
    assert all("reference.tariff_text" in feed.core_tables for feed in feeds)
    with run_feed(feeds[1], tmp_path) as run:
        run.read("hts10.csv", "hs10,description\n6109100012,T-shirts : of cotton\n")
        assert run.keep(()) == {}
        assert [row["hts_code"] for row in run.map_reference("reference.tariff_text")] == ["6109100012"]
