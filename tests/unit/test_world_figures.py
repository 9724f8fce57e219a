"""The world's own statistics against the sources they are said to follow.

Belongs here: volumes, ports, base rates, first digits, fill rates, inequality, overlap, adaptation.
Belongs elsewhere: whether a world is reproducible and can be read (test_world.py).
"""

from dataclasses import replace
from datetime import date, timedelta
from math import log10

import polars as pl
import pytest

from sample_data.world import DEFAULT, Day, Parameters, World
from sample_data.world.simulation import ADVERSARIES

START = date(2026, 8, 3)
# Shares of filled rows in the public AMS release of 2020.
AMS_FILLED = {
    ("header", "measurement_unit"): 0.70, ("header", "in_bond_entry_type"): 0.084,
    ("header", "secondary_notify_party_1"): 0.348, ("billgen", "house_bol_number"): 0.43,
    ("container", "seal_number_1"): 0.987, ("tariff", "harmonized_number"): 0.908,
    ("shipper", "city"): 0.28, ("marksnumbers", "marks_and_numbers_2"): 0.53,
}  # fmt: skip


def share(flags: pl.Series) -> float:
    """The share of rows that are true, or the mean of a column of numbers."""
    return float(flags.cast(pl.Float64).to_numpy().mean())


@pytest.fixture(scope="module")
def days() -> list[Day]:
    world = World(11, 0.001, START)
    return [world.open_day(START + timedelta(days=place)) for place in range(14)]


@pytest.fixture(scope="module")
def entries(days: list[Day]) -> pl.DataFrame:
    rows = pl.concat(day.tables["raw.low_value_entry"] for day in days)
    return rows.filter(pl.col("line_number") == "1", pl.col("record_status") == "new")


@pytest.fixture(scope="module")
def truth(days: list[Day]) -> pl.DataFrame:
    return pl.concat(day.truth for day in days)


def test_volumes_are_those_of_the_scale(entries: pl.DataFrame, truth: pl.DataFrame) -> None:
    assert entries.height / 14 == pytest.approx(4_000, rel=0.1)
    assert (truth.height - entries.height) / 14 == pytest.approx(120, rel=0.15)


def test_a_quarter_of_what_flies_enters_at_jfk(entries: pl.DataFrame) -> None:
    air = entries.filter(pl.col("mode_code").is_in(["40", "41"]))
    assert 0.18 < share(air["port_code"] == "4701") < 0.34
    assert air.height / entries.height > 0.75


def test_most_of_it_is_made_in_china(entries: pl.DataFrame) -> None:
    assert 0.55 < share(entries["origin_country"] == "CN") < 0.8


def test_first_digits_of_values_follow_the_law(entries: pl.DataFrame) -> None:
    digit = entries["value_usd"].cast(pl.Float64).filter(entries["value_usd"].cast(pl.Float64) >= 1)
    shown = digit.cast(pl.String).str.slice(0, 1).value_counts(normalize=True)
    shares = dict(shown.iter_rows())
    misses = [abs(shares.get(str(k), 0.0) - log10(1 + 1 / k)) for k in range(1, 10)]
    assert sum(misses) / 9 < 0.02


def test_violations_are_as_rare_as_in_published_studies(truth: pl.DataFrame) -> None:
    by_kind = truth.group_by("ref_kind").agg(pl.mean("is_violation")).sort("ref_kind")
    assert 0.012 < share(truth["is_violation"]) < 0.082
    assert all(0.005 < part < 0.1 for part in by_kind["is_violation"])
    honest = truth.filter(pl.col("scheme") == "honest_mistake").height / truth.height
    assert 0.008 < honest < 0.025


@pytest.mark.parametrize(("place", "filled"), AMS_FILLED.items(), ids=lambda value: str(value))
def test_ocean_tables_are_filled_as_in_the_public_release(
    days: list[Day], place: tuple[str, str], filled: float
) -> None:
    column = pl.concat(day.tables[f"raw.ocean_ams_{place[0]}"] for day in days)[place[1]]
    assert share(column.is_not_null()) == pytest.approx(filled, abs=0.08)


def test_a_few_shippers_send_most(truth: pl.DataFrame) -> None:
    sent = truth.filter(pl.col("ref_kind") == "entry")["shipper_key"].value_counts(sort=True)["count"]
    top = float(sent.to_numpy()[: max(1, len(sent) // 10)].sum() / sent.to_numpy().sum())
    assert 0.3 < top < 0.8


def test_most_consignees_are_strangers_and_some_are_regulars(truth: pl.DataFrame) -> None:
    counts = truth.filter(pl.col("ref_kind") == "entry")["consignee_key"].value_counts()["count"]
    assert share(counts == 1) > 0.5
    assert counts.to_numpy().max() > 10


def test_names_are_spelt_in_more_ways_than_there_are_parties(days: list[Day], truth: pl.DataFrame) -> None:
    rows = pl.concat(
        day.tables["raw.low_value_entry"].filter(pl.col("line_number") == "1", pl.col("record_status") == "new")
        for day in days
    ).with_columns(shipment_ref=pl.col("entry_number").str.replace_all("-", ""))
    both = rows.join(truth.filter(pl.col("ref_kind") == "entry"), on="shipment_ref")
    assert both.height == rows.height
    spelt = both.group_by("shipper_key").agg(pl.n_unique("shipper_name"), pl.len())
    assert share(spelt.filter(pl.col("len") > 60)["shipper_name"]) > 2
    odd = both.group_by("shipper_key", "shipper_name").len().group_by("shipper_key").agg(pl.max("len") / pl.sum("len"))
    assert 0.85 < share(odd["len"]) < 0.99


def test_money_and_harm_are_where_the_codes_say(truth: pl.DataFrame) -> None:
    lost = truth.filter(pl.col("loss_usd") > 0)
    assert set(lost["family"]) == {"revenue"}
    assert truth.filter(~pl.col("is_violation"))["loss_usd"].sum() == 0
    assert truth.filter(pl.col("is_violation"))["finding_code"].is_in(["NO_DISCREPANCY"]).sum() == 0


def one_scheme(name: str) -> Parameters:
    """Entries only, without honest mistakes, in a world in which a scheme has begun on the first day."""
    figures = replace(getattr(DEFAULT, name), first_day=0)
    if hasattr(figures, "first_day_spread"):
        figures = replace(figures, first_day_spread=0)
    if hasattr(figures, "change_day"):
        figures = replace(figures, change_day=0, lag_days=0.1)
    entries_only = replace(DEFAULT.volumes, bills=0)
    honest = replace(DEFAULT.noise, mistake_share=0.0)
    return replace(DEFAULT, volumes=entries_only, noise=honest, **{name: figures})


@pytest.mark.parametrize("name", [kind.name for kind in ADVERSARIES])
def test_a_scheme_that_is_caught_goes_on_otherwise(name: str) -> None:
    opened = {}
    for examines in (False, True):
        world, rows = World(5, 0.0005, START, one_scheme(name)), []
        for place in range(12):
            on = START + timedelta(days=place)
            truth = world.open_day(on).truth
            rows.append(truth.filter(pl.col("scheme") == name))
            if examines:
                world.examine(on, rows[-1].select("shipment_id"))
        opened[examines] = pl.concat(rows)
    assert opened[False].height > 25
    assert 0.3 < share(opened[False]["is_violation"]) <= 1.0
    keys = ["shipper_key", "consignee_key", "port_code", "loss_usd"]
    assert not opened[True].select(keys).equals(opened[False].select(keys))


def test_the_new_schemes_begin_after_the_eighth_week() -> None:
    for name in ("sibling_slider", "account_borrower"):
        figures = getattr(DEFAULT, name)
        assert figures.first_day - figures.first_day_spread >= 56
    for seed in range(8):
        first = {each.name: each.figures.first_day for each in World(seed, 0.0001, START).adversaries}
        assert 56 <= first["sibling_slider"] <= 98
        assert 70 <= first["account_borrower"] <= 112


def test_the_law_of_the_date_decides_entry_types() -> None:
    types = {}
    for on in (date(2025, 4, 1), date(2025, 6, 2), date(2026, 3, 2), date(2026, 8, 3)):
        rows = World(3, 0.0005, on).open_day(on).tables["raw.low_value_entry"]
        types[on] = set(rows["entry_type"])
        if on == date(2025, 6, 2):
            barred = rows.filter(pl.col("origin_country").is_in(["CN", "HK"]))
            assert not set(barred["entry_type"]) & {"86", "321"}
    assert types[date(2025, 4, 1)] >= {"86", "321", "11"}
    assert types[date(2026, 3, 2)] == {"01", "11"}
    assert types[date(2026, 8, 3)] == {"01", "11", "13"}
