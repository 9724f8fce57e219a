"""How far a mix of codes has moved from what it used to be.

Belongs here: population stability, the share that moved, which codes moved most.
Belongs elsewhere: shares of a night (statistic.py), which nights are compared (usual.py), bounds (expectation.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, log

RARE = "(rare)"
# A code that is new or gone has no logarithm; a hundredth of a percent stands in for its share.
FLOOR = 0.0001

Shares = Mapping[str, float]


@dataclass(frozen=True)
class Move:
    """One code's share before and tonight."""

    code: str
    before: float
    tonight: float

    @property
    def change(self) -> float:
        return self.tonight - self.before


def compare_shares(before: Shares, tonight: Shares, rare_share: float) -> tuple[Move, ...]:
    """Return each code's share before and tonight, the furthest moved first; codes rare in both are one, last or not.

    Args:
        rare_share: a code with less than this share before and tonight is rare.
    """
    codes = sorted({*before, *tonight})
    moves = [Move(code, before.get(code, 0.0), tonight.get(code, 0.0)) for code in codes]
    kept = [move for move in moves if max(move.before, move.tonight) >= rare_share]
    rare = [move for move in moves if max(move.before, move.tonight) < rare_share]
    if rare:
        kept.append(Move(RARE, fsum(move.before for move in rare), fsum(move.tonight for move in rare)))
    return tuple(sorted(kept, key=lambda move: (-round(abs(move.change), 9), move.code)))


def measure_stability(moves: tuple[Move, ...]) -> float:
    """Return the population stability index: the sum over codes of (tonight - before) * ln(tonight / before).

    By custom under 0.1 is little, over 0.25 is much (Siddiqi, Credit Risk Scorecards, 2006).
    """
    pairs = [(max(move.before, FLOOR), max(move.tonight, FLOOR)) for move in moves]
    return fsum((tonight - before) * log(tonight / before) for before, tonight in pairs)


def measure_moved_share(moves: tuple[Move, ...]) -> float:
    """Return the total variation: the share of rows that would need another code for the two mixes to be alike."""
    return fsum(abs(move.change) for move in moves) / 2
