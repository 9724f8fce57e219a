"""Every SQL family is key-local: its result on everything is the union over hash buckets."""

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from statistics import median_low

import duckdb
import polars as pl
import pytest

from tidewaiter.engine.keyed import KeyedSQL, run_keyed
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.keyed import CHANGE, COMPLIANCE, DUTY, ENTITY, KEYED_FAMILIES, LIST_HIT, NETWORK, PRICE

DAY = date(2026, 11, 20)
Inputs = Mapping[str, pl.DataFrame]


def price_inputs(draw: random.Random) -> Inputs:
    keys = [(f"6109{n:02d}", country) for n in range(9) for country in ("CN", "VN", "IN")]
    modes = ("1", "4", "5")
    history = [(*key, draw.choice(modes), draw.randrange(-20, 90), draw.randrange(1, 30)) for key in keys[4:] * 12]
    tonight = [(f"entry:{n}", *draw.choice(keys), draw.choice(modes), draw.uniform(0.1, 90)) for n in range(400)]
    names = ["hs6", "origin_country", "mode_group"]
    return {
        "tonight": pl.DataFrame(tonight, ["shipment_id", *names, "usd_per_kg"], orient="row"),
        "history": pl.DataFrame(history, [*names, "price_band", "shipments_n"], orient="row"),
    }


def entity_inputs(draw: random.Random) -> Inputs:
    keys = [(kind, f"e{n}", 100 * n + len(kind)) for kind in ("shipper", "lane") for n in range(60)]
    names = ["entity_kind", "entity_id", "entity_key"]
    days = [DAY - timedelta(days=n) for n in range(1, 60)]
    history = [(*draw.choice(keys), draw.choice(days), draw.randrange(-2, 9)) for _ in range(900)]
    outcome = [(*draw.choice(keys), DAY - timedelta(days=draw.randrange(-3, 40)), 2, 1) for _ in range(200)]
    return {
        "tonight": pl.DataFrame([(*key, 3, 9.5) for key in keys], [*names, "shipments_n", "value_usd"], orient="row"),
        "history": pl.DataFrame(history, [*names, "counted_on", "shipments_n"], orient="row"),
        "outcome": pl.DataFrame(outcome, [*names, "known_on", "exams_n", "findings_n"], orient="row"),
        "clock": pl.DataFrame({"today": [DAY], "prior_n": [20.0], "half_life_days": [90.0]}),
        "prior": pl.DataFrame(
            {"entity_kind": ["shipper", "lane"], "finding_rate": [0.1, 0.2], "recent_rate": [0.1, 0.3]}
        ),
    }


def change_inputs(draw: random.Random) -> Inputs:
    keys = range(120)
    days = [DAY - timedelta(days=n) for n in range(40)]
    sums = [
        (draw.choice(keys), draw.choice(days[1:]), draw.randrange(-1, 9), draw.randrange(-5, 99)) for _ in range(900)
    ]
    mix = [(draw.choice(keys), draw.choice("abcd"), draw.choice(days), draw.randrange(-1, 9)) for _ in range(900)]
    tonight = [("shipper", f"e{key}", key, DAY, 3, 9) for key in keys]
    day_names = ["entity_key", "counted_on", "shipments_n", "value_usd"]
    return {
        "tonight": pl.DataFrame(tonight, ["entity_kind", "entity_id", *day_names], orient="row"),
        "history": pl.DataFrame(sums, day_names, orient="row"),
        "mix": pl.DataFrame(mix, ["entity_key", "part", "counted_on", "shipments_n"], orient="row"),
        "state": pl.DataFrame(
            [(key, 1.5, 0.25 * key) for key in keys[:90]], ["entity_key", "up", "down"], orient="row"
        ),
        "met": pl.DataFrame([(key, 0.5) for key in keys[::2]], ["entity_key", "share"], orient="row"),
        "clock": pl.DataFrame({"today": [DAY], "short_days": [7], "long_days": [28]}).cast({pl.Int64: pl.Int32}),
    }


def network_inputs(draw: random.Random) -> Inputs:
    ids = [f"entry:{n}" for n in range(300)]
    counts = ("component_parties_n", "component_new_n", "community_parties_n", "address_parties_n", "phone_parties_n")
    near = [
        {"shipment_id": draw.choice(ids), "role": draw.choice(["shipper", "consignee"])}
        | {name: draw.choice([None, 1, 7, 30]) for name in counts}
        | {"neighbour_finding_share": draw.random(), "listed_hops_n": draw.choice([None, 0, 1, 2])}
        | {"spread_risk": draw.random(), "is_new_at_old_place": draw.random() < 0.5}
        for _ in range(500)
    ]
    return {
        "tonight": pl.DataFrame({"shipment_id": ids}),
        "near": pl.DataFrame(near),
        "same_text": pl.DataFrame({"shipment_id": ids[::3], "consignees_n": [4] * 100}),
    }


def list_hit_inputs(draw: random.Random) -> Inputs:
    ids = [f"entry:{n}" for n in range(300)]
    roles, bands, words = ("shipper", "consignee", "goods"), ("exact", "near", "possible"), ("one", "two")
    hits = [(draw.choice(ids), *map(draw.choice, (roles, bands, words)), draw.random()) for _ in range(80)]
    return {
        "tonight": pl.DataFrame({"shipment_id": ids}),
        "hit": pl.DataFrame(hits, ["shipment_id", "role", "band", "matched_key", "score"], orient="row"),
    }


def compliance_inputs(draw: random.Random) -> Inputs:
    ids = [f"entry:{n}" for n in range(300)]
    told = [(each, draw.choice(["EXEMPTION_BARRED", "VALUE_OVER_INFORMAL", "DATA_MISSING"])) for each in ids[:120]]
    return {
        "tonight": pl.DataFrame({"shipment_id": ids}),
        "regime": pl.DataFrame({"shipment_id": ids, "is_exempt_eligible": [draw.choice([True, None]) for _ in ids]}),
        "signal": pl.DataFrame(told, ["shipment_id", "signal_code"], orient="row"),
        "day_value": pl.DataFrame({"shipment_id": ids[::2], "consignee_day_value_usd": [9.5] * 150}),
    }


def duty_inputs(draw: random.Random) -> Inputs:
    ids = [f"entry:{n}" for n in range(300)]
    measures = ("duty_rate", "duty_owed_usd", "duty_forgone_usd", "duty_at_stake_usd")
    marks = ("is_duty_known", "has_section_301", "has_section_232", "has_adcvd")
    lines = [
        {"shipment_id": draw.choice(ids), "line_number": number}
        | {name: draw.choice([None, 1.5, 20.25]) for name in measures}
        | {name: draw.random() < 0.5 for name in marks}
        for number in range(600)
    ]
    return {"tonight": pl.DataFrame({"shipment_id": ids}), "duty": pl.DataFrame(lines)}


CASES: dict[str, tuple[KeyedSQL, Callable[[random.Random], Inputs]]] = {
    "price": (PRICE, price_inputs),
    "entity": (ENTITY, entity_inputs),
    "change": (CHANGE, change_inputs),
    "network": (NETWORK, network_inputs),
    "list_hit": (LIST_HIT, list_hit_inputs),
    "compliance": (COMPLIANCE, compliance_inputs),
    "duty": (DUTY, duty_inputs),
}


def run(keyed: KeyedSQL, inputs: Inputs, buckets: int) -> pl.DataFrame:
    with duckdb.connect() as con:
        for name, frame in inputs.items():
            con.register(f"given_{name}", frame.to_arrow())
        relations = {name: f"given_{name}" for name in inputs}
        target = run_keyed(con, keyed, buckets, relations)
        return con.sql(f"select * from {target} order by all").pl()


@pytest.mark.parametrize("family", CASES)
@pytest.mark.parametrize("buckets", [7, 16])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_family_on_everything_equals_the_union_over_buckets(family: str, buckets: int, seed: int) -> None:
    keyed, make = CASES[family]
    inputs = make(random.Random(seed))
    whole = run(keyed, inputs, 1)
    assert whole.height > 100
    assert whole.equals(run(keyed, inputs, buckets))


def test_every_sql_family_of_the_catalog_is_shown_here() -> None:
    assert {keyed.name for keyed in KEYED_FAMILIES} == set(CASES)
    families = load_catalog().families
    assert all(families[keyed.name].key == keyed.key for keyed in KEYED_FAMILIES)


def test_an_outcome_known_on_the_date_or_later_counts_for_nothing() -> None:
    inputs = dict(entity_inputs(random.Random(1)))
    before = run(ENTITY, inputs, 1)
    late = inputs["outcome"].filter(pl.col("known_on") >= DAY)
    assert late.height > 0
    inputs["outcome"] = inputs["outcome"].filter(pl.col("known_on") < DAY)
    assert before.equals(run(ENTITY, inputs, 1))


def weighted_median(group: pl.DataFrame) -> pl.DataFrame:
    bands = [band for band, count in group.select("price_band", "shipments_n").iter_rows() for _ in range(count)]
    return group.head(1).select("hs6", "origin_country", band=pl.lit(float(median_low(bands))))


def test_the_median_is_that_of_the_history_within_the_width_of_a_band() -> None:
    inputs = price_inputs(random.Random(5))
    found = run(PRICE, inputs, 1).filter(pl.col("price_history_n") > 0).join(inputs["tonight"], on="shipment_id")
    medians = inputs["history"].group_by("hs6", "origin_country").map_groups(weighted_median)
    joined = found.join(medians, on=["hs6", "origin_country"])
    error = (pl.col("price_median_usd_kg").log() * 20 - pl.col("band")).abs()
    assert joined.height > 100
    assert joined.select(error.max()).item() <= 0.5 + 1e-9


def test_whether_the_exemption_is_barred_is_unknown_where_the_rules_do_not_say() -> None:
    inputs = compliance_inputs(random.Random(1))
    found = run(COMPLIANCE, inputs, 1).join(inputs["regime"], on="shipment_id")
    told = inputs["signal"].filter(signal_code="EXEMPTION_BARRED")["shipment_id"]
    barred = pl.col("shipment_id").is_in(told.implode())
    assert set(found.filter(barred)["is_exemption_barred"]) == {1.0}
    silent = found.filter(~barred)
    assert set(silent.filter(is_exempt_eligible=True)["is_exemption_barred"]) == {0.0}
    assert set(silent.filter(pl.col("is_exempt_eligible").is_null())["is_exemption_barred"]) == {None}
