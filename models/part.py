"""The parts of the hybrid, and which catalogued inputs each of them reads; a part can be left out by policy.

Belongs here: inputs by part.
Belongs elsewhere: the switches (policy/model.yml), what each part does (evidence.py, tree.py, novelty.py).
"""

from collections.abc import Sequence

from tidewaiter.features.catalog import Feature, load_catalog
from tidewaiter.policy import Parts

RECORD_ENDINGS = ("_finding_share", "_exams_n")
# Catalog families that say who stands behind a shipment and what people wrote down to look for.
LISTS_NETWORK_FAMILIES = frozenset({"list_hit", "network"})
RULE_FAMILIES = frozenset({"rule"})


def choose_inputs(parts: Parts) -> tuple[str, ...]:
    """Return the catalog's model inputs, in its order, without those of parts that are left out."""
    return tuple(each.column for each in load_catalog().features if each.model_input and _is_wanted(each, parts))


def find_evidence(inputs: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs that carry list, network and rule evidence."""
    catalog = load_catalog()
    spoken = LISTS_NETWORK_FAMILIES | RULE_FAMILIES
    return tuple(name for name in inputs if catalog.feature(name).family in spoken)


def is_record(column: str) -> bool:
    """Return whether an input is a record of past exams."""
    return column.endswith(RECORD_ENDINGS)


def is_rule(column: str) -> bool:
    """Return whether an input is what rules add to log-odds."""
    return load_catalog().feature(column).family in RULE_FAMILIES


def _is_wanted(feature: Feature, parts: Parts) -> bool:
    if is_record(feature.column):
        return parts.record
    if feature.family in LISTS_NETWORK_FAMILIES:
        return parts.lists_network
    return parts.rules or feature.family not in RULE_FAMILIES
