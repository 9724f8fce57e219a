"""What a model says about itself: the typed content of card.json.

Belongs here: the shape of a card and of the figures in it.
Belongs elsewhere: computing the figures (evaluate.py, train.py), writing the file (artifact.py).
"""

import hashlib
from datetime import date

from pydantic import BaseModel, ConfigDict

from tidewaiter.features.catalog import load_catalog
from tidewaiter.policy import Parts

INTENDED_USE = (
    "Ranks shipments for examination within a port's capacity. "
    "It estimates what an exam would establish; an officer decides."
)
LIMITS = (
    "Not evidence: a score shows no violation, and by itself may not hold, seize, refuse or release goods.",
    "Not for persons: no credit, employment, travel or immigration decision, and no profile of an individual.",
    "Not by nationality: no input stands for who a person is, and an origin is that of goods; who would be chosen for "
    "nothing, by origin, size of shipper and mode, is under fairness; who was, each night in score.fairness.",
    "Learned from examined shipments only; what officers never opened is known through the random slice alone.",
    "A family that borrows has the chance of any violation times its usual share: it tells shipments apart only as far "
    "as violations of every kind do.",
    "Not for another country, another feed or a date before as_of.",
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Estimate(_Part):
    """A share with its 95 % Wilson interval; no interval where it is an expectation, not a count."""

    value: float
    low: float | None
    high: float | None
    of_n: int


class AtCapacity(_Part):
    """What is found when the top `share` of the rows is examined."""

    share: float
    examined_n: int
    found_n: float
    precision: Estimate
    recall: Estimate | None
    revenue_recall: float | None


class Bin(_Part):
    """Rows of neighbouring scores: what was foretold and what was found."""

    rows_n: int
    mean_score: float
    found: Estimate


class Figures(_Part):
    """How one way of ranking does; null where the rows cannot say."""

    auc: float | None
    log_loss: float | None
    calibration_error: float | None
    at_capacity: tuple[AtCapacity, ...]


class Missed(_Part):
    """What randomly drawn exams say of the shipments they stand for, with a 95 % interval; null without any."""

    drawn_n: int
    found_n: int
    shipments_n: float
    share: float | None
    low: float | None
    high: float | None
    missed_n: float | None


class Reliability(_Part):
    """Foretold against found over all shipments that the labels stand for: rows are weighted, and cross-fitted."""

    name: str
    findings_n: int
    foretold: float
    found: Estimate
    calibration_error: float
    bins: tuple[Bin, ...]


class FamilyStanding(_Part):
    """What a family's chances stand on."""

    family: str
    findings_n: int
    stands_on: str
    usual_share: float


class Slice(_Part):
    """Every way of ranking on the same rows."""

    rows_n: int
    violations_n: int
    revenue_loss_usd: float
    rankings: dict[str, Figures]
    calibration: tuple[Bin, ...]


class Evaluation(_Part):
    """Figures on the newest labels, by a booster that learned only from what was known when they began."""

    cut_on: date
    learned_from_n: int
    overall: Slice
    random_slice: Slice


class Group(_Part):
    """Shipments of one origin, size of shipper or mode on held-back nights, and exams of them.

    `chosen` is the share of the sampled shipments. Of all that the exams stand for, `violation` is the share with one,
    and `false_alarm` the share of those without that would be chosen; both are empty without such an exam. Clear exams
    are worth `clear_worth_n` drawn at random.
    """

    kind: str
    name: str
    shipments_n: int
    chosen: Estimate
    exams_n: int
    clear_n: int
    clear_worth_n: float
    violation: Estimate | None
    false_alarm: Estimate | None


class Fairness(_Part):
    """Who would be chosen on nights that were not learned from, when exams reach `chosen_share` of all shipments."""

    first_on: date
    last_on: date
    chosen_share: float
    whole: Group
    groups: tuple[Group, ...]
    sentence: str


class Importance(_Part):
    """One topic of facts: its share of what all topics move, and of the gain of each family's own trees."""

    topic: str
    share: float
    inputs_n: int
    strongest: tuple[str, ...]
    by_family: dict[str, float]


class CardFeature(_Part):
    """One input: its unit, a fingerprint of its catalog entry, and what learning saw of its nulls."""

    column: str
    unit: str
    fingerprint: str
    null_n: int
    stand_in: float | None


class LabelCount(_Part):
    """Examined shipments of one source, and how many had each family's violation."""

    source: str
    shipments_n: int
    violations_n: int
    by_family: dict[str, int]


class Labels(_Part):
    """What the model learned from, and what it could not use."""

    shipments_n: int
    violations_n: int
    first_on: date
    last_on: date
    window_days: int
    without_partition_n: int
    without_features_n: int
    priced_revenue_n: int
    without_stored_chance_n: int
    worth_n: float
    by_source: tuple[LabelCount, ...]


class Card(_Part):
    """Everything a reader must know before trusting the model beside it."""

    version: str
    as_of: date
    parts: Parts
    families: tuple[FamilyStanding, ...]
    features: tuple[CardFeature, ...]
    revenue_loss_ratio: float
    labels: Labels
    evaluation: Evaluation | None
    evaluation_note: str
    fairness: Fairness | None
    importance: tuple[Importance, ...]
    reliability: tuple[Reliability, ...]
    reliability_by_port_group: tuple[Reliability, ...]
    missed: dict[str, Missed]
    policy_version: str
    parameters: dict[str, str | bool | int | float]
    libraries: dict[str, str]
    intended_use: str
    limits: tuple[str, ...]
    files: dict[str, str]


def fingerprint_feature(column: str) -> str:
    """Return twelve hex digits that change with any word of the feature's catalog entry."""
    entry = load_catalog().feature(column).model_dump_json()
    return hashlib.sha256(entry.encode()).hexdigest()[:12]
