"""Computes each feature family of a date.

Belongs here: which published tables a family reads.
Belongs elsewhere: the computation (sql/*.sql and one module a Polars family), families side by side (join.py).
"""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from tidewaiter.engine.keyed import run_keyed
from tidewaiter.features import placeholder, routing, shipment_fact, text
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.join import OWN, join_features
from tidewaiter.features.keyed import COMPLIANCE, DUTY, LIST_HIT, PRICE
from tidewaiter.features.movement import compute_change
from tidewaiter.features.neighbourhood import compute_network
from tidewaiter.features.record import compute_records
from tidewaiter.features.request import FeatureRequest, scan_date, scan_history
from tidewaiter.ingest.landed import list_dates
from tidewaiter.ingest.registry import SHIPMENT_FEEDS
from tidewaiter.rules.expression import RULE_FAMILY
from tidewaiter.rules.hit import list_columns, score_rules

Compute = Callable[[duckdb.DuckDBPyConnection, FeatureRequest], str]


def compute_family(con: duckdb.DuckDBPyConnection, family: str, request: FeatureRequest) -> str:
    """Make the family's temp table and return its name; KeyError for a family that is not catalogued."""
    return FAMILIES[family](con, request)


def _shipment_fact(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    shipment = request.frame("core.shipment", shipment_fact.COLUMNS)
    return _register(con, "shipment_fact", shipment_fact.compute(shipment))


def _text(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    shipment, known = request.frame("core.shipment", text.COLUMNS), request.frame("party.word_heading")
    return _register(con, "text", text.compute(shipment, known, request.policy))


def _routing(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    return _register(con, "routing", routing.compute(request.frame("core.shipment", routing.COLUMNS)))


def _placeholder(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    shipment = request.frame("core.shipment", ("shipment_id",))
    party = request.frame("core.shipment_party", placeholder.PARTY_COLUMNS)
    alias = request.frame("party.alias", placeholder.ALIAS_COLUMNS)
    return _register(con, "placeholder", placeholder.compute(shipment, party, alias))


def _register(con: duckdb.DuckDBPyConnection, family: str, frame: pl.DataFrame) -> str:
    con.register(f"frame_{family}", frame.to_arrow())
    return f"frame_{family}"


def _price(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    scan_history(con, request, "party.price_day", request.policy.history.price_window_days)
    scan_date(con, request, "core.shipment")
    con.execute("""
        create or replace temp view priced_tonight as
        select shipment_id, left(hts10, 6) as hs6, origin_country, left(mode_code, 1) as mode_group,
            value_usd::double / gross_weight_kg::double as usd_per_kg
        from core_shipment
        where value_usd > 0 and gross_weight_kg > 0 and length(hts10) >= 6 and origin_country is not null
    """)
    buckets = request.policy.engine.buckets
    return run_keyed(con, PRICE, buckets, {"tonight": "priced_tonight", "history": "price_day_history"})


def _list_hit(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    scan_date(con, request, "core.shipment")
    scan_date(con, request, "party.hit")
    relations = {"tonight": "core_shipment", "hit": "party_hit"}
    return run_keyed(con, LIST_HIT, request.policy.engine.buckets, relations)


def _compliance(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    for table in ("core.shipment", "core.shipment_regime", "core.compliance_signal", "party.shipment_entity"):
        scan_date(con, request, table)
    con.execute("""
        create or replace temp table consignee_day as
        select shipment.shipment_id, sum(shipment.value_usd) over (partition by entity.consignee_id, regime.entered_on)
            as consignee_day_value_usd
        from core_shipment as shipment
        join core_shipment_regime as regime on regime.shipment_id = shipment.shipment_id
        join party_shipment_entity as entity on entity.shipment_id = shipment.shipment_id
        where shipment.entry_type is not null and entity.consignee_id is not null
    """)
    relations = {
        "tonight": "core_shipment",
        "regime": "core_shipment_regime",
        "signal": "core_compliance_signal",
        "day_value": "consignee_day",
    }
    return run_keyed(con, COMPLIANCE, request.policy.engine.buckets, relations)


def _duty(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    scan_date(con, request, "core.shipment")
    scan_date(con, request, "core.line_duty")
    relations = {"tonight": "core_shipment", "duty": "core_line_duty"}
    return run_keyed(con, DUTY, request.policy.engine.buckets, relations)


def _rule(con: duckdb.DuckDBPyConnection, request: FeatureRequest) -> str:
    """Weigh the rules in force over the figures of every other family, some rows at a time."""
    rules, catalog = request.policy.rules, load_catalog()
    features = [catalog.feature(name) for name in list_columns(rules.in_force(request.on)) if name not in OWN]
    weighed = [score_rules(part, rules, request.on) for part in join_features(request, features).slices()]
    return _register(con, RULE_FAMILY, pl.concat(weighed))


FAMILIES: dict[str, Compute] = {
    "shipment_fact": _shipment_fact,
    "price": _price,
    "entity": compute_records,
    "change": compute_change,
    "network": compute_network,
    "text": _text,
    "routing": _routing,
    "placeholder": _placeholder,
    "list_hit": _list_hit,
    "compliance": _compliance,
    "duty": _duty,
    RULE_FAMILY: _rule,
}

# price_day, entity_day and entity_outcome are read of earlier dates too. The graph names the date's own only: with the
# earlier ones in it, Dagster's backfill of some dates would go on to every later date, and take tables before dates.
FAMILY_INPUTS: dict[str, tuple[str, ...]] = {
    "shipment_fact": ("core.shipment",),
    "price": ("core.shipment", "party.price_day"),
    "entity": ("party.entity_day", "party.party", "outcome.entity_outcome"),
    "change": (
        "party.entity_day",
        "party.mix_day",
        "party.party",
        "party.change_state",
        "party.shipment_entity",
        "feature.entity",
    ),
    "network": ("core.shipment", "core.shipment_party", "party.shipment_entity", "party.network"),
    "text": ("core.shipment", "party.word_heading"),
    "routing": ("core.shipment",),
    "placeholder": ("core.shipment", "core.shipment_party", "party.alias"),
    "list_hit": ("core.shipment", "party.hit"),
    "compliance": ("core.shipment", "core.shipment_regime", "core.compliance_signal", "party.shipment_entity"),
    "duty": ("core.shipment", "core.line_duty"),
    RULE_FAMILY: (
        "core.shipment",
        "party.shipment_entity",
        *(f"feature.{name}" for name in load_catalog().families if name != RULE_FAMILY),
    ),
}


def missing_history(request: FeatureRequest, landing: Path) -> list[date]:
    """Return the dates of the window for which shipments landed but no entity sums are published."""
    first = request.on - timedelta(days=request.policy.history.window_days)
    built = set(request.lake.dates("party.entity_day"))
    landed = {day for feed in SHIPMENT_FEEDS for day in list_dates(landing, feed) if first <= day < request.on}
    return sorted(landed - built)
