"""Fills the exams of one port that are not random, one after the other.

Each exam is given out under what the policy allows of so many exams, and stays given: whoever is chosen for n exams is
chosen for n + 1.

Belongs here: the order in which exams are given out, the share of one party.
Belongs elsewhere: shares (policy.py), random exams (random_slice.py), every port of a night (selection.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from tidewaiter.targeting.policy import Sharing

MANDATORY = "mandatory"
TARGETED = "targeted"
NOVELTY = "novelty"


@dataclass(frozen=True)
class Candidate:
    """A shipment that waits for an exam, and the parties on whom the exam would count."""

    shipment_id: str
    parties: tuple[str, ...]


@dataclass
class Filled:
    """What was given out: shipment -> why, in the order given; whom a party's share kept out, and who would be next."""

    chosen: dict[str, str] = field(default_factory=dict)
    kept_out: tuple[str, ...] = ()
    next_id: str | None = None
    mandatory_n: int = 0


class _Line:
    """Candidates in their order; those over the share of a party step aside and are asked again when it grows."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._coming: Iterator[Candidate] = iter(candidates)
        self._aside: list[Candidate] = []
        self._limit = 0
        self._asked = 0

    def take(self, filled: Filled, counts: Counter[str], limit: int) -> Candidate | None:
        """Return the first candidate that is not chosen yet and within the limit; None when there is none."""
        if limit > self._limit:
            self._limit, self._asked = limit, 0
        while self._asked < len(self._aside):
            each = self._aside[self._asked]
            if each.shipment_id in filled.chosen or _is_within(each, counts, limit):
                del self._aside[self._asked]
                if each.shipment_id not in filled.chosen:
                    return each
            else:
                # Counts only grow: under this limit it stays too many.
                self._asked += 1
        return self._take_coming(filled, counts, limit)

    def take_aside(self, filled: Filled) -> Candidate | None:
        """Return the first candidate that stepped aside, whatever it is over."""
        waiting = self.list_aside(filled)
        self._aside, self._asked = waiting[1:], 0
        return waiting[0] if waiting else None

    def list_aside(self, filled: Filled) -> list[Candidate]:
        """Return the candidates that stepped aside and are not chosen."""
        return [each for each in self._aside if each.shipment_id not in filled.chosen]

    def _take_coming(self, filled: Filled, counts: Counter[str], limit: int) -> Candidate | None:
        for each in self._coming:
            if each.shipment_id in filled.chosen:
                continue
            if _is_within(each, counts, limit):
                return each
            self._aside.append(each)
            self._asked = len(self._aside)
        return None


def fill_slots(
    slots: int,
    sharing: Sharing,
    mandatory: Iterable[Candidate],
    costliest: Iterable[Candidate],
    strangest: Iterable[Candidate] | None,
    novelty_lot: float,
) -> Filled:
    """Return who has the exams: mandatory rules first, then the costliest to miss, some to the strangest.

    Mandatory shipments count for their parties' shares and are not held to them. Where only shipments over a share
    are left, the exams go to them.

    Args:
        mandatory: shipments that a mandatory rule names, costliest first.
        costliest: every shipment, costliest first.
        strangest: every shipment, the most unlike anything seen first; None where nothing tells.
        novelty_lot: by which the share of the strangest is rounded (policy.py).
    """
    filled, counts = Filled(), Counter[str]()
    lines = {TARGETED: _Line(costliest)}
    if strangest is not None:
        lines[NOVELTY] = _Line(strangest)
    must = iter(mandatory)
    give_out = partial(_give_out, sharing, novelty_lot, filled, counts, must, lines)
    for slot in range(1, slots + 1):
        kind, found = give_out(slot)
        if found is None:
            break
        filled.chosen[found.shipment_id] = kind
        counts.update(found.parties)
    filled.kept_out = tuple(each.shipment_id for each in lines[TARGETED].list_aside(filled))
    _, following = give_out(slots + 1)
    filled.next_id = following.shipment_id if following else None
    return filled


def _give_out(
    sharing: Sharing,
    lot: float,
    filled: Filled,
    counts: Counter[str],
    must: Iterator[Candidate],
    lines: dict[str, _Line],
    slot: int,
) -> tuple[str, Candidate | None]:
    """Return who has the slot, and as what."""
    novelty_n = sharing.count_novelty(slot, lot) if NOVELTY in lines else 0
    is_strange = NOVELTY in lines and novelty_n > sharing.count_novelty(slot - 1, lot)
    if not is_strange and filled.mandatory_n < sharing.count_mandatory(slot - novelty_n):
        found = next((each for each in must if each.shipment_id not in filled.chosen), None)
        if found is not None:
            filled.mandatory_n += 1
            return MANDATORY, found
    kind = NOVELTY if is_strange else TARGETED
    line = lines[kind]
    found = line.take(filled, counts, sharing.count_party(slot))
    if found is None:
        found = line.take_aside(filled)
    return kind, found


def _is_within(candidate: Candidate, counts: Counter[str], limit: int) -> bool:
    return all(counts[party] < limit for party in candidate.parties)
