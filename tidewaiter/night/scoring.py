"""From core tables to queues: the order of the functions that follow the way in.

Belongs here: parties, compliance, duty, list hits, features, scores, for a night.
Belongs elsewhere: each of them (their packages).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tidewaiter.duty.by_regime import ByRegime
from tidewaiter.duty.night import DutyNight, find_line_duty
from tidewaiter.features.catalog import load_catalog
from tidewaiter.features.family import compute_family
from tidewaiter.features.join import join_families
from tidewaiter.features.request import FeatureRequest
from tidewaiter.night.context import Night
from tidewaiter.night.stage import Made, name_relations
from tidewaiter.parties.change import CHANGE_TABLES, find_changes
from tidewaiter.parties.history import HISTORY_TABLES, sum_days
from tidewaiter.parties.network import NETWORK_TABLES, find_network
from tidewaiter.parties.picture import PICTURE, PICTURE_INPUTS, draw_pictures
from tidewaiter.parties.resolve import PARTY_TABLES, resolve_parties
from tidewaiter.parties.screen import HIT_TABLES, screen_parties
from tidewaiter.regime import compliance
from tidewaiter.regime.relation import NumberedCase
from tidewaiter.targeting.night import ScoredNight, score_night
from tidewaiter.wording.learn import STATE as WORD_HEADING
from tidewaiter.wording.learn import learn_words

PARTY_INPUTS = ("core.shipment", "core.shipment_party", "core.shipment_version")
CHANGE_INPUTS = ("party.entity_day", "party.mix_day", "party.party", "party.shipment_entity", "feature.entity")
NETWORK_INPUTS = (
    "core.shipment_party",
    "party.alias",
    "party.shipment_entity",
    "party.party",
    "party.hit",
    "outcome.entity_outcome",
)
HIT_INPUTS = ("core.shipment_party", "core.shipment_line", "party.alias", "reference.watchlist_entry")
WORD_INPUTS = ("reference.tariff_text",)
DUTY = "core.line_duty"
JOINED = "feature.shipment"
SCORE_INPUTS = ("core.shipment", "core.compliance_signal", "feature.shipment", "party.shipment_entity")
SCORE_TABLES = (
    "score.shipment",
    "score.rule_hit",
    "score.fairness",
    "score.shadow",
    "queue.item",
    "queue.group",
    "queue.summary",
)


def make_parties(night: Night) -> Made:
    """Make the parties of the date, the entities behind each shipment, and their sums."""
    night.scan(PARTY_INPUTS)
    resolve_parties(night.con, night.lake, night.on, night.policy)
    sum_days(night.con, night.lake, night.on)
    in_order = ("party.alias", "party.link", "party.shipment_entity")
    return Made(name_relations((*PARTY_TABLES, *HISTORY_TABLES)), in_order=in_order)


def make_hits(night: Night) -> Made:
    """Screen the parties of the date against the lists in force."""
    night.scan(HIT_INPUTS)
    screen_parties(night.con, night.lake, night.on, night.policy)
    return Made(name_relations(HIT_TABLES))


def make_changes(night: Night) -> Made:
    """Move what is usual of each watched entity on by the date, and find which have moved from it."""
    night.scan(CHANGE_INPUTS)
    find_changes(night.con, night.lake, night.on, night.policy.change)
    return Made(name_relations(CHANGE_TABLES))


def make_network(night: Night) -> Made:
    """Find what is near the parties of the date."""
    night.scan(NETWORK_INPUTS)
    prior_rate = night.policy.history.record_prior_rate
    find_network(night.con, night.lake, night.on, night.policy.network, prior_rate)
    return Made(name_relations(NETWORK_TABLES))


def make_pictures(night: Night) -> Made:
    """Draw the neighbourhood of what was selected."""
    night.scan(PICTURE_INPUTS)
    return Made({PICTURE: draw_pictures(night.con, night.lake, night.on, night.policy.network)})


def make_words(night: Night) -> Made:
    """Learn what words of goods texts say, from entries that are clear by the date and from the tariff."""
    night.scan(WORD_INPUTS)
    learn_words(night.con, night.lake, night.on, night.policy)
    return Made(name_relations((WORD_HEADING,)))


@dataclass(frozen=True)
class MadeCompliance(Made):
    """The tables of rules and signals, and the cases behind them."""

    cases: Sequence[NumberedCase]


def make_compliance(night: Night) -> MadeCompliance:
    """Judge each shipment by the rules of its date."""
    night.scan(compliance.INPUTS)
    cases = compliance.find_signals(night.con, night.policy.regimes)
    return MadeCompliance(name_relations(compliance.COMPLIANCE_TABLES), cases)


def make_duty(night: Night) -> Made:
    """Find what each line owes."""
    asked = DutyNight(night.on, ByRegime(night.policy.regimes), night.carried)
    return Made({DUTY: find_line_duty(night.con, night.lake, night.policy, asked)})


def make_family(night: Night, family: str) -> Made:
    """Compute one feature family."""
    return Made({f"feature.{family}": compute_family(night.con, family, ask_features(night))})


def make_joined(night: Night) -> Made:
    """Join every family."""
    join_families(night.con, ask_features(night), "joined_feature", load_catalog().families)
    return Made({JOINED: "joined_feature"}, in_order=(JOINED,))


def ask_features(night: Night) -> FeatureRequest:
    """Return what a feature family is computed from."""
    return FeatureRequest(night.lake, night.on, night.policy)


@dataclass(frozen=True)
class MadeQueues(Made):
    """The tables of scores and queues, and what did the scoring."""

    scored: ScoredNight


def make_queues(night: Night) -> MadeQueues:
    """Score every shipment and choose within each port's capacity."""
    scored = score_night(night.lake, night.policy, night.settings.models, night.on)
    relations = name_relations(SCORE_TABLES)
    frames = (
        scored.score_shipment,
        scored.score_rule_hit,
        scored.score_fairness,
        scored.score_shadow,
        scored.queue_item,
        scored.queue_group,
        scored.queue_summary,
    )
    for relation, frame in zip(relations.values(), frames, strict=True):
        night.con.register(relation, frame.to_arrow())
    return MadeQueues(relations, scored, in_order=SCORE_TABLES)
