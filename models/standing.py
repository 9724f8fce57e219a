"""Whether a model is in force, since when and why, or why not: the log of promotions and the gates in a sentence.

Belongs here: the standing of one version in words, which model it is held against, which one waits for a person.
Belongs elsewhere: the log (promotion.py), the gates (gate.py), who decides (propose.py, tidewaiter/command).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from models.artifact import read_card
from models.card import Card
from models.gate import Gate, judge_card, list_failed
from models.promotion import Promotion, list_in_force, list_newer, name_challenger, name_champion
from tidewaiter.errors import TidewaiterError
from tidewaiter.policy import Gates
from tidewaiter.targeting.record_rule import VERSION as RECORD_RULE


@dataclass(frozen=True)
class Standing:
    """How a version stands.

    Args:
        tone: good: in force and past its gates; warn: in force in spite of a gate; none: not in force.
        rival: the version it took the place of, or would; None where there was none or its card cannot be read.
    """

    tone: Literal["good", "warn", "none"]
    sentence: str
    rival: str | None


@dataclass(frozen=True)
class Waiting:
    """The challenger of a date.

    Attributes:
        failed: the gates that it does not pass; with none a person may promote it.
        since: the date of the first model newer than the champion.
    """

    version: str
    failed: tuple[str, ...]
    since: date

    def is_overdue(self, on: date, most_days: int) -> bool:
        """Return whether it passes its gates and the champion has been outdated for more days than that."""
        return not self.failed and (on - self.since).days > most_days

    def __str__(self) -> str:
        if self.failed:
            return f"{self.version} does not pass {', '.join(self.failed)}"
        return f"{self.version} passes its gates; newer models wait since {self.since}: {say_how(self.version)}"


def find_waiting(models_dir: Path, on: date, gates: Gates) -> Waiting | None:
    """Return the challenger of a date, None where none challenges or its card cannot be read."""
    newer = list_newer(models_dir, on)
    if not newer:
        return None
    try:
        judged = judge_card(read_card(models_dir / newer[-1]), gates)
    except TidewaiterError:
        return None
    return Waiting(newer[-1], list_failed(judged), date.fromisoformat(newer[0][:10]))


def say_how(version: str) -> str:
    """Return what a person who decides on a challenger gives."""
    return (
        f"see `tidewaiter models report {version}` and, after some nights, `tidewaiter models shadow {version}`; "
        f"then `tidewaiter models promote {version} --reason … --by …`"
    )


def find_standing(models_dir: Path, card: Card, judged: tuple[Gate, ...]) -> Standing:
    """Return how a version stands by the log as it is now."""
    log = list_in_force(models_dir, date.max)
    own = [place for place, each in enumerate(log) if each.version == card.version]
    failed = list_failed(judged)
    if own:
        rival, missing = _find_rival(models_dir, card, log[own[0]].replaced)
        tone: Literal["good", "warn"] = "warn" if log[own[-1]].failed_gates else "good"
        return Standing(tone, f"{_tell_promoted(log, own[-1])}{missing}", rival)
    champion = name_champion(models_dir, card.as_of)
    if champion in (None, card.version):
        return Standing("none", "Nothing was ever promoted: the newest model trained by a date scores it.", None)
    why = f"it does not pass {', '.join(failed)}" if failed else "it passes its gates, and nobody has promoted it"
    rival, missing = _find_rival(models_dir, card, champion)
    is_challenger = name_challenger(models_dir, card.as_of) == card.version
    part = "a challenger of" if is_challenger else "nor scored in shadow, because another is of its date, beside"
    return Standing("none", f"Not in force, {part} {_name(champion)}: {why}.{missing}", rival)


def _find_rival(models_dir: Path, card: Card, other: str | None) -> tuple[str | None, str]:
    """Return the other version where its card can be read, else a sentence that says why nothing is held against it."""
    if other in (None, card.version, RECORD_RULE):
        return None, ""
    try:
        read_card(models_dir / other)
    except TidewaiterError as problem:
        return None, f" It is held against no other model: {problem.cause}"
    return other, ""


def _tell_promoted(log: list[Promotion], place: int) -> str:
    """Return what is said of the promotion at a place of the log, which is in the order of the dates it names."""
    made = log[place]
    act = "Promoted" if made.action == "promote" else "Put back"
    inspite = f" It took effect although it did not pass {', '.join(made.failed_gates)}." if made.failed_gates else ""
    later = log[place + 1 :]
    # Of several that take effect on one date the last scores it.
    successors = [each for each in later if each.effective_on == later[0].effective_on]
    until = f" From {later[0].effective_on} on {_name(successors[-1].version)} takes its place." if later else ""
    why = made.reason.rstrip(".")
    return f"{act} for nights from {made.effective_on} on by {made.by}: {why}.{inspite}{until}"


def _name(version: str | None) -> str:
    return "the record rule" if version == RECORD_RULE else str(version)
