"""Row-wise feature families and their join."""

from collections.abc import Callable
from datetime import date, datetime

import polars as pl
import pytest

from data_quality.contract import FOLDER
from tidewaiter.features import placeholder, routing, shipment_fact, text
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.contract import render_contracts
from tidewaiter.parties import normalise
from tidewaiter.parties.normalise import address_key, is_placeholder, name_key
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY

POLICY = load_policy(SHIPPED_POLICY)
WORDS = POLICY.words
# Nothing is known of any word.
NO_WORDS = pl.DataFrame(
    schema={"word": pl.String, "heading": pl.String, "senders_n": pl.Float64, "tariff_share": pl.Float64}
)


def shipment(**changes: object) -> pl.DataFrame:
    row: dict[str, object] = {
        "shipment_id": "entry:A",
        "stream": "low_value",
        "value_usd": 750.0,
        "gross_weight_kg": 1.5,
        "listed_price_usd": 1500.0,
        "pieces_n": 3,
        "lines_n": 1,
        "versions_n": 1,
        "containers_n": 0,
        "hts10": "6109100012",
        "estimated_arrival_at": datetime(2026, 11, 20, 12),
        "filed_at": datetime(2026, 11, 20, 6),
        "account_opened_on": date(2026, 11, 10),
        "is_known_consignor": None,
        "is_screened": True,
        "mode_code": "50",
        "entry_type": "13",
        "description": "gift",
        "origin_country": "CN",
        "export_country": "HK",
        "packing_country": None,
    }
    schema: dict[str, type[pl.DataType]] = {"is_known_consignor": pl.Boolean, "packing_country": pl.String}
    schema["hts10"] = pl.String
    schema["gross_weight_kg"] = pl.Float64
    return pl.DataFrame([{**row, **changes}], schema_overrides=schema)


def test_facts_of_a_shipment_are_its_own_numbers() -> None:
    found = shipment_fact.compute(shipment()).row(0, named=True)
    assert found["value_per_kg_usd"] == 500
    assert found["value_per_piece_usd"] == 250
    assert (found["is_value_near_limit"], found["is_value_round"]) == (True, True)
    assert (found["lead_time_hours"], found["account_age_days"]) == (6, 10)
    assert (found["hts_chapter"], found["hts_digits_n"]) == (61, 10)
    assert found["listed_price_log_ratio"] == pytest.approx(0.693, abs=1e-3)


def test_nothing_is_divided_by_zero_or_made_up() -> None:
    found = shipment_fact.compute(shipment(value_usd=0.0, gross_weight_kg=None, hts10=None)).row(0, named=True)
    assert found["value_per_kg_usd"] is None
    assert found["listed_price_log_ratio"] is None
    assert found["hts_chapter"] is None
    assert found["is_known_consignor"] is None


def test_when_a_truck_was_filed_is_not_made_up() -> None:
    assert shipment_fact.compute(shipment(stream="truck")).row(0, named=True)["lead_time_hours"] is None


def test_vague_words_are_counted_as_a_share_of_the_text() -> None:
    frame = pl.concat(
        [shipment(), shipment(description="Household goods, blue ceramic vase"), shipment(description="")]
    )
    found = text.compute(frame.with_columns(pl.Series("shipment_id", ["a", "b", "c"])), NO_WORDS, POLICY)
    assert found["vague_words_share"].to_list() == [1.0, 0.4, None]
    assert found["description_words_n"].to_list() == [1, 5, 0]


def test_entropy_is_that_of_the_letters() -> None:
    found = text.compute(shipment(description="abab"), NO_WORDS, POLICY)
    assert found["description_entropy_bits"].to_list() == [1.0]


def test_countries_that_differ_are_seen_and_missing_ones_are_unknown() -> None:
    found = routing.compute(shipment()).row(0, named=True)
    assert found == {
        "shipment_id": "entry:A",
        "is_export_not_origin": True,
        "is_packing_not_origin": None,
        "is_packing_not_export": None,
    }


def test_placeholder_and_absent_parties_are_counted() -> None:
    parties = pl.DataFrame({"shipment_id": ["entry:A"], "role": ["consignee"], "name": ["TO  ORDER."]})
    alias = pl.DataFrame({"name": ["TO  ORDER.", "Kestrel Ltd"], "is_placeholder": [True, False]})
    found = placeholder.compute(shipment(), parties, alias).row(0, named=True)
    assert (found["placeholder_parties_n"], found["absent_parties_n"]) == (1, 1)
    none = placeholder.compute(shipment(), parties.clear(), alias).row(0, named=True)
    assert (none["placeholder_parties_n"], none["absent_parties_n"]) == (0, 2)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Éxample Trading Co., Ltd.", "example trading"),
        ("TRADING EXAMPLE LTD", "example trading"),
        ("O'Neil & Sons", "oneil sons"),
        ("深圳示例有限公司", "shenzhenshiliyouxiangongsi"),
        ("\u0415\u0445\u0430m\u0440le Trdg", "example trading"),
        ("Co., Ltd.", None),
        ("---", None),
    ],
)
def test_spellings_of_one_name_have_one_key(name: str, key: str | None) -> None:
    assert pl.select(name_key(pl.lit(name), WORDS)).item() == key


@pytest.mark.parametrize("name", ["TO ORDER", "To the order of Example Bank", "N/A", "same as consignee", "..."])
def test_a_name_in_form_only_is_a_placeholder(name: str) -> None:
    assert pl.select(is_placeholder(pl.lit(name), WORDS)).item()


def test_an_ordinary_name_is_no_placeholder() -> None:
    assert not pl.select(is_placeholder(pl.lit("Order Fulfilment Inc"), WORDS)).item()


def test_an_address_is_compared_by_house_number_street_and_unit() -> None:
    filed = pl.DataFrame({"address": ["12, Main St. #4", "12 N Main Street Apt 4", "Room 5, Example Road", "", None]})
    found = filed.select(address_key(pl.col("address"), load_policy(SHIPPED_POLICY).parties))["address"].to_list()
    assert found == ["12 main 4", "12 main 4", "room 5 example road", None, None]


KEYS: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "address": lambda text: address_key(text, POLICY.parties),
    "name": lambda text: name_key(text, WORDS),
    "placeholder": lambda text: is_placeholder(text, WORDS),
}


@pytest.mark.parametrize("kind", KEYS)
def test_the_plain_form_of_a_text_is_made_once_for_its_key(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    plain = normalise._to_ascii

    def note(texts: pl.Series) -> pl.Series:
        read.extend(texts)
        return plain(texts)

    text = pl.DataFrame({"text": ["12 Main St. #4"]})
    # What words.yml lists is plain from the first use on.
    text.select(KEYS[kind](pl.col("text")))
    monkeypatch.setattr(normalise, "_to_ascii", note)
    text.select(KEYS[kind](pl.col("text")))
    assert len(read) == 1


def test_the_catalog_names_each_feature_once_and_explains_it() -> None:
    catalog = load_catalog()
    assert len(set(catalog.columns)) == len(catalog.columns)
    assert all("{value}" in feature.text and feature.meaning and feature.source for feature in catalog.features)
    assert {feature.family for feature in catalog.features} == set(catalog.families)
    assert {feature.entity for feature in catalog.of_family("entity")} == set(catalog.entities)


def test_no_feature_stands_for_a_persons_nationality() -> None:
    banned = ("nationality", "citizen", "birth", "gender", "ethnic", "religion")
    assert not [each.column for each in load_catalog().features if any(word in each.column for word in banned)]


def test_the_feature_contracts_are_those_of_the_catalog() -> None:
    for name, content in render_contracts().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == content, "run python -m tidewaiter.features.contract"
