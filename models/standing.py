"""Whether a model is in force, since when and why, or why not: the log of promotions and the gates in a sentence.

Belongs here: the standing of one version in words, and which model it is held against.
Belongs elsewhere: the log (promotion.py), the gates (gate.py), who decides (propose.py, tidewaiter/command).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.artifact import list_versions
from models.card import Card
from models.gate import Gate, list_failed
from models.promotion import Promotion, name_champion, read_log


@dataclass(frozen=True)
class Standing:
    """How a version stands.

    Args:
        tone: good: in force and past its gates; warn: in force in spite of a gate; none: not in force.
        rival: the version it took the place of, or would; None where there was none.
    """

    tone: Literal["good", "warn", "none"]
    sentence: str
    rival: str | None


def find_standing(models_dir: Path, card: Card, judged: tuple[Gate, ...]) -> Standing:
    """Return how a version stands by the log as it is now."""
    log = read_log(models_dir)
    own = [each for each in log if each.version == card.version]
    failed = list_failed(judged)
    if own:
        return _tell_promoted(own[-1], own[0].replaced, log)
    champion = name_champion(models_dir, card.as_of)
    if champion in (None, card.version):
        return Standing("none", "Nothing was ever promoted: the newest model trained by a date scores it.", None)
    why = f"it does not pass {', '.join(failed)}" if failed else "it passes its gates, and nobody has promoted it"
    rival = champion if champion in list_versions(models_dir) else None
    return Standing("none", f"Not in force, a challenger of {champion}: {why}.", rival)


def _tell_promoted(made: Promotion, replaced: str | None, log: list[Promotion]) -> Standing:
    act = "Promoted" if made.action == "promote" else "Put back"
    inspite = f" It took effect although it did not pass {', '.join(made.failed_gates)}." if made.failed_gates else ""
    later = [each for each in log[log.index(made) + 1 :] if each.effective_on >= made.effective_on]
    until = f" {later[0].version} takes its place from {later[0].effective_on} on." if later else ""
    sentence = f"{act} for nights from {made.effective_on} on by {made.by}: {made.reason}.{inspite}{until}"
    return Standing("warn" if made.failed_gates else "good", sentence, replaced)
