"""Rows of ref.*: codes and their meanings, from policy, the feature catalog and code lists.

Belongs here: one function a reference table, values in the order of its contract's columns.
Belongs elsewhere: the meanings themselves (policy, data_quality/codes, tidewaiter/features/catalog.yml).
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from data_quality.codes import load_codes
from tidewaiter.features.catalog import load_catalog
from tidewaiter.policy import Policy
from tidewaiter.release.table import Row
from tidewaiter.targeting.reason import RULE_CODE


@dataclass(frozen=True)
class ReferenceTable:
    """A table of codes; `rows` are made from the policy and the port codes that the date's shipments have."""

    name: str
    made_from: tuple[str, ...]
    rows: Callable[[Policy, Collection[str]], Iterator[Row]]


def list_findings(policy: Policy, _ports: Collection[str]) -> Iterator[Row]:
    """Yield every finding code."""
    for code, finding in policy.findings.codes.items():
        yield code, finding.family, finding.meaning, finding.is_label


def list_families(policy: Policy, _ports: Collection[str]) -> Iterator[Row]:
    """Yield every threat family with what a miss costs."""
    meanings = load_codes()["family"]
    for family in policy.findings.families:
        yield family, meanings[family], None if family == "revenue" else policy.costs.family_usd[family]


def list_regimes(policy: Policy, _ports: Collection[str]) -> Iterator[Row]:
    """Yield every rule by date."""
    for row in policy.regimes.rows:
        yield (
            row.id, row.sentence, row.valid_from, row.valid_to, row.source, row.checked, row.remark, row.owner,
            row.limit_usd, ", ".join(row.overrides),
        )  # fmt: skip


def list_signals(policy: Policy, _ports: Collection[str]) -> Iterator[Row]:
    """Yield every compliance signal."""
    for code, signal in policy.regimes.signals.items():
        yield code, signal.severity, signal.meaning, signal.text


def list_features(_policy: Policy, _ports: Collection[str]) -> Iterator[Row]:
    """Yield every feature of the catalog."""
    for each in load_catalog().features:
        yield (
            each.column, each.family, each.entity, each.unit, each.meaning,
            each.text, each.window, each.comparison, each.model_input, each.source,
        )  # fmt: skip


def list_rules(policy: Policy, _ports: Collection[str]) -> Iterator[Row]:
    """Yield every version of every rule of the targeting policy."""
    for each in policy.rules.rules:
        yield (
            f"{RULE_CODE}{each.id}", each.valid_from, each.valid_to, each.state, each.sentence, each.expression,
            each.family, each.weight, each.mandatory, "all" if each.ports == "all" else ", ".join(each.ports),
            each.owner, each.legal_basis, each.source,
        )  # fmt: skip


def list_ports(policy: Policy, ports: Collection[str]) -> Iterator[Row]:
    """Yield the ports of the date, of the policy and of the code list, with the team and capacity that hold there."""
    names, queues = load_codes()["port"], policy.queues
    for code in sorted({*names, *queues.ports, *ports}):
        queue = queues.port(code)
        yield code, names.get(code), queue.team, queue.capacity, code not in queues.ports


def _list_codes(name: str) -> Callable[[Policy, Collection[str]], Iterator[Row]]:
    def list_codes(_policy: Policy, _ports: Collection[str]) -> Iterator[Row]:
        yield from load_codes()[name].items()

    return list_codes


def _code_table(name: str) -> ReferenceTable:
    return ReferenceTable(f"ref.{name}", (f"data_quality/codes/{name}.csv",), _list_codes(name))


REFERENCE = (
    ReferenceTable("ref.finding", ("policy/findings.yml",), list_findings),
    ReferenceTable("ref.family", ("policy/costs.yml", "data_quality/codes/family.csv"), list_families),
    ReferenceTable("ref.feature", ("tidewaiter/features/catalog.yml",), list_features),
    ReferenceTable("ref.rule", ("policy/rules.yml",), list_rules),
    ReferenceTable("ref.regime", ("policy/regimes.yml",), list_regimes),
    ReferenceTable("ref.compliance_signal", ("policy/regimes.yml",), list_signals),
    ReferenceTable("ref.port", ("policy/queues.yml", "data_quality/codes/port.csv", "score.shipment"), list_ports),
    _code_table("country"),
    _code_table("mode"),
    _code_table("entry_type"),
    _code_table("stream"),
    _code_table("selector"),
)
