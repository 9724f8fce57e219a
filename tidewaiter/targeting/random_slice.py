"""The random slice of one port: which stream has how many random exams, and the exact chance of each shipment.

Every stream that has a shipment left gets one exam before any gets two; where there are fewer exams than streams,
streams are drawn with a chance in proportion to their size. More exams never take one from a stream.

Belongs here: exams a stream, chances.
Belongs elsewhere: lots of shipments (selection.py), how many exams are random (policy/queues.yml).
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

DRAW_BITS = 60


@dataclass(frozen=True)
class Stratum:
    """The shipments of one stream in one port: how many arrived, and how many of them are not chosen otherwise."""

    stream: str
    arrived_n: int
    left_n: int


@dataclass(frozen=True)
class Drawn:
    """How many of a stratum are drawn, and the chance that each of those left had of being drawn."""

    drawn_n: int
    chance: float


NOTHING_DRAWN = Drawn(0, 0.0)


def share_random(slots: int, strata: list[Stratum], on: date, port: str, salt: str) -> dict[str, Drawn]:
    """Return stream -> what is drawn of it; chances times shipments left sum to the exams, or to what is left."""
    open_strata = [each for each in sorted(strata, key=lambda each: each.stream) if each.left_n > 0]
    if slots >= len(open_strata):
        counts = allot(slots, open_strata)
        return {each.stream: Drawn(counts[each.stream], counts[each.stream] / each.left_n) for each in open_strata}
    sizes = {each.stream: each.arrived_n for each in open_strata}
    drawn = draw_strata(slots, sizes, on, port, salt)
    chances = find_chances(slots, sizes)
    return {each.stream: Drawn(int(each.stream in drawn), chances[each.stream] / each.left_n) for each in open_strata}


def allot(slots: int, strata: list[Stratum]) -> dict[str, int]:
    """Return stream -> exams: one each, then always to the stream with most shipments for each exam it has.

    The divisor method of Adams, which never takes from anyone when there is one more to give.
    """
    counts = dict.fromkeys((each.stream for each in strata), 0)
    for _ in range(min(slots, sum(each.left_n for each in strata))):
        waiting = [each for each in strata if counts[each.stream] < each.left_n]
        best = min(waiting, key=lambda each: (-_claim(each.arrived_n, counts[each.stream]), each.stream))
        counts[best.stream] += 1
    return counts


def _claim(size: int, has: int) -> float:
    return size / has if has else math.inf


def draw_strata(slots: int, sizes: Mapping[str, int], on: date, port: str, salt: str) -> set[str]:
    """Return the streams that get the exams when there are fewer exams than streams: one after the other, by size."""
    order = sorted(sizes, key=lambda stream: (_wait(sizes[stream], f"{salt}|{on.isoformat()}|{port}|{stream}"), stream))
    return set(order[:slots])


def _wait(size: int, lot: str) -> float:
    """Return an exponential waiting time of the rate `size`: the order of these is a draw in proportion to size."""
    digits = int(hashlib.sha256(lot.encode()).hexdigest()[: DRAW_BITS // 4], 16)
    return -math.log((digits + 1) / (2**DRAW_BITS + 1)) / size


def find_chances(slots: int, sizes: Mapping[str, int]) -> dict[str, float]:
    """Return the chance of each stream to be among the first `slots`, drawn one by one in proportion to size."""
    if slots <= 0:
        return dict.fromkeys(sizes, 0.0)
    total = sum(sizes.values())
    chances = dict.fromkeys(sizes, 0.0)
    for first, size in sizes.items():
        share = size / total
        chances[first] += share
        others = {stream: each for stream, each in sizes.items() if stream != first}
        for stream, later in find_chances(slots - 1, others).items():
            chances[stream] += share * later
    return chances
