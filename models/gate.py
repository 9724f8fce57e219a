"""What a model must pass before it may score: calibration, finds within capacity, subgroups, reviewed features.

Belongs here: the gates and what each found, in words.
Belongs elsewhere: the figures (card.py), acting on them (promotion.py, propose.py), limits (policy/model.yml).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from models.artifact import find_reworded
from models.card import Card, Figures, Reliability
from tidewaiter.policy import Gates

# One-sided 95 %: a model is held back for what is unlikely to be chance.
Z90 = 1.644854


@dataclass(frozen=True)
class Gate:
    """One gate: whether it is passed, and the figures that say so."""

    name: str
    passed: bool
    found: str


def judge_card(card: Card, gates: Gates) -> tuple[Gate, ...]:
    """Return every gate with its result, in a fixed order."""
    return (
        _judge_calibration(card.reliability[0], gates),
        _judge_capacity(card, gates),
        _judge_subgroups(card, gates),
        _judge_features(card),
    )


def list_failed(judged: tuple[Gate, ...]) -> tuple[str, ...]:
    """Return the names of the gates that are not passed."""
    return tuple(gate.name for gate in judged if not gate.passed)


def _judge_calibration(reliability: Reliability, gates: Gates) -> Gate:
    """Hold foretold chances against results of weeks that were not learned from."""
    beyond = _measure_beyond(reliability)
    passed = beyond <= gates.calibration_error and _agrees(reliability, gates)
    return Gate(
        "calibration",
        passed,
        f"{reliability.foretold:.2%} foretold, {_say(reliability)} found; "
        f"on average {beyond:.2%} outside the intervals of ten groups, at most {gates.calibration_error:.2%}",
    )


def _measure_beyond(reliability: Reliability) -> float:
    """Return how far foretold chances lie outside the intervals of what was found, on average over ten groups.

    The plain mean gap is as large as chance makes it where findings are few.
    """
    gaps = [
        max(each.mean_score - (each.found.high or 0.0), (each.found.low or 0.0) - each.mean_score, 0.0)
        for each in reliability.bins
    ]
    return sum(gaps) / max(len(gaps), 1)


def _judge_capacity(card: Card, gates: Gates) -> Gate:
    """Hold what the ranking finds within capacity against the record rule, on rows of the random slice.

    Rows that a model chose are alike to it and tell only what else orders them; few findings widen the tolerance.
    """
    if card.evaluation is None:
        return Gate("capacity", passed=True, found=card.evaluation_note)
    of = card.evaluation.random_slice
    ours, rule = (_find(of.rankings[name], gates) for name in ("model", "record_rule"))
    passed = ours + Z90 * (ours + rule + 1) ** 0.5 >= rule
    return Gate("capacity", passed, f"{ours:g} found against the record rule's {rule:g}, top {gates.capacity_share:.0%}"
                f" of {of.rows_n:,} rows of the random slice")  # fmt: skip


def _find(figures: Figures, gates: Gates) -> float:
    places = [each.found_n for each in figures.at_capacity if each.share == gates.capacity_share]
    return float(places[0]) if places else 0.0


def _judge_subgroups(card: Card, gates: Gates) -> Gate:
    """Hold each port group and family with findings enough to its own calibration."""
    groups = [*card.reliability_by_port_group, *card.reliability[1:]]
    judged = [each for each in groups if each.findings_n >= gates.least_findings]
    wrong = [f"{each.name}: {each.foretold:.2%} foretold, {_say(each)} found" for each in judged
             if not _agrees(each, gates)]  # fmt: skip
    return Gate("subgroups", not wrong, "; ".join(wrong) or f"{len(judged)} of {len(groups)} have findings enough")


def _judge_features(card: Card) -> Gate:
    """Hold the card's features against the reviewed catalog, word by word."""
    reworded = find_reworded(card)
    said = f"changed since: {', '.join(reworded)}" if reworded else f"{len(card.features)} as in the feature catalog"
    return Gate("features", not reworded, said)


def _agrees(reliability: Reliability, gates: Gates) -> bool:
    """Return whether what was foretold is within the interval of what was found, widened by the tolerance."""
    low, high = (bound or 0.0 for bound in (reliability.found.low, reliability.found.high))
    return low * (1 - gates.tolerance) <= reliability.foretold <= high * (1 + gates.tolerance)


def _say(reliability: Reliability) -> str:
    found = reliability.found
    return f"{found.value:.2%} ({found.low or 0:.2%} to {found.high or 0:.2%})"


def say_gates(judged: tuple[Gate, ...]) -> Iterator[str]:
    """Yield a line a gate."""
    for gate in judged:
        yield f"{'passed' if gate.passed else 'NOT PASSED'}  {gate.name}: {gate.found}"
