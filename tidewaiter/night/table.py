"""The stages of a night, in the order in which they can run.

A stage that makes a table between the raw rows and the queues is one entry here; the asset of the table and every run
without the shell take it from here.

Belongs here: which stages there are, what each reads and makes.
Belongs elsewhere: their functions (landing.py, scoring.py), running them (run.py).
"""

from collections.abc import Iterable
from functools import partial

from tidewaiter.duty.night import INPUTS as DUTY_INPUTS
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.family import FAMILY_INPUTS
from tidewaiter.ingest.mapping import CORE_TABLES
from tidewaiter.ingest.reference import CODE_TABLES, group_lists, list_tables
from tidewaiter.ingest.registry import FEEDS, SHIPMENT_FEEDS
from tidewaiter.night import landing, scoring
from tidewaiter.night.stage import Stage
from tidewaiter.outcomes.match import OUTCOME_TABLES
from tidewaiter.parties.change import CHANGE_TABLES
from tidewaiter.parties.history import HISTORY_TABLES
from tidewaiter.parties.network import NETWORK_TABLES
from tidewaiter.parties.picture import PICTURE, PICTURE_INPUTS
from tidewaiter.parties.resolve import PARTY_TABLES
from tidewaiter.parties.screen import HIT_TABLES
from tidewaiter.regime.compliance import COMPLIANCE_TABLES
from tidewaiter.regime.compliance import INPUTS as COMPLIANCE_INPUTS
from tidewaiter.rules.expression import RULE_FAMILY
from tidewaiter.wording.learn import STATE as WORD_HEADING

CODE_LISTS = tuple(table for table, _ in CODE_TABLES.values())
LIST_KINDS = group_lists(FEEDS)
FAMILIES = tuple(load_catalog().families)
# Families that read what is made of other families.
LATE_FAMILIES = ("change", RULE_FAMILY)
JOIN_INPUTS = ("core.shipment", "party.shipment_entity", *(f"feature.{each}" for each in FAMILIES))


def _list_stages() -> Iterable[Stage]:
    """Yield a stage for each kind of dated list."""
    for kind, feeds in LIST_KINDS.items():
        inputs = tuple(f"raw.{feed.noun}" for feed in feeds)
        outputs = (*landing.name_held_tables(feeds), *list_tables(feeds))
        yield Stage(f"{kind}_in_force", inputs, outputs, partial(landing.make_lists, feeds=feeds))


def _family_stages(families: Iterable[str]) -> Iterable[Stage]:
    """Yield a stage for each of the feature families."""
    for family in families:
        run = partial(scoring.make_family, family=family)
        yield Stage(f"compute_{family}", FAMILY_INPUTS[family], (f"feature.{family}",), run)


STAGES: tuple[Stage, ...] = (
    *_list_stages(),
    Stage(
        "core",
        (*(f"raw.{feed.noun}" for feed in SHIPMENT_FEEDS), *CODE_LISTS),
        (*landing.name_held_tables(SHIPMENT_FEEDS), *CORE_TABLES),
        landing.make_core,
    ),
    Stage("resolved_parties", scoring.PARTY_INPUTS, (*PARTY_TABLES, *HISTORY_TABLES), scoring.make_parties),
    Stage("compliance", COMPLIANCE_INPUTS, COMPLIANCE_TABLES, scoring.make_compliance),
    Stage("line_duty", DUTY_INPUTS, (scoring.DUTY,), scoring.make_duty),
    Stage("list_hits", scoring.HIT_INPUTS, HIT_TABLES, scoring.make_hits),
    Stage(
        "outcomes",
        (f"raw.{landing.FINDING_FEED.noun}", "core.shipment", "party.shipment_entity"),
        (*landing.name_held_tables([landing.FINDING_FEED]), *OUTCOME_TABLES),
        landing.make_outcomes,
    ),
    Stage("party_network", scoring.NETWORK_INPUTS, NETWORK_TABLES, scoring.make_network),
    Stage("learned_words", scoring.WORD_INPUTS, (WORD_HEADING,), scoring.make_words),
    *_family_stages(each for each in FAMILIES if each not in LATE_FAMILIES),
    Stage("changes", scoring.CHANGE_INPUTS, CHANGE_TABLES, scoring.make_changes),
    *_family_stages(LATE_FAMILIES),
    Stage("joined_features", JOIN_INPUTS, (scoring.JOINED,), scoring.make_joined),
    Stage("queues", scoring.SCORE_INPUTS, scoring.SCORE_TABLES, scoring.make_queues),
    Stage("pictures", PICTURE_INPUTS, (PICTURE,), scoring.make_pictures),
)


def find_stage(name: str) -> Stage:
    """Return the stage of that name; KeyError when there is none."""
    return {stage.name: stage for stage in STAGES}[name]


def list_needed(tables: Iterable[str]) -> tuple[Stage, ...]:
    """Return the stages without which these tables cannot be made, in order."""
    wanted, found = set(tables), []
    for stage in reversed(STAGES):
        if wanted.intersection(stage.outputs):
            found.append(stage)
            wanted.update(stage.inputs)
    return tuple(reversed(found))
