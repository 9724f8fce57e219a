"""What becomes of a trained model: it scores at once where nothing else does, or where policy lets its gates decide.

Belongs here: the step from a trained version to a line in the log, and what is said of it.
Belongs elsewhere: the log (promotion.py), the gates (gate.py), the command that promotes by hand (tidewaiter/command).
"""

from datetime import date
from pathlib import Path

from models.artifact import Model
from models.gate import judge_card, list_failed
from models.promotion import BY_TRAINING, Promotion, add_promotion, name_challenger, name_champion, read_log
from models.standing import say_how
from tidewaiter.policy import Policy

FIRST = "the first model: no other could score"
GATED = "policy lets a model that passes its gates take effect without a person"


def propose_model(models_dir: Path, model: Model, policy: Policy, as_of: date) -> str:
    """Promote the model from its date on where policy says so, and return in words what became of it."""
    judged = judge_card(model.card, policy.model.gates)
    failed = list_failed(judged)
    champion = _find_rival(models_dir, model.version, as_of)
    if champion is None:
        reason = FIRST
    elif policy.model.promotion == "gated_automatic" and not failed:
        reason = GATED
    else:
        why = (
            f"it did not pass {', '.join(failed)}" if failed else f"policy asks for a person: {say_how(model.version)}"
        )
        if name_challenger(models_dir, as_of) == model.version:
            return f"model {model.version} is a challenger of {champion}: {why}"
        shadow = "no night is scored by it in shadow, because another model is of its date"
        return f"model {model.version} does not take the place of {champion}, and {shadow}: {why}"
    promotion = Promotion(
        action="promote",
        version=model.version,
        replaced=champion,
        effective_on=as_of,
        by=BY_TRAINING,
        reason=reason,
        failed_gates=failed,
        policy_version=policy.version,
    )
    add_promotion(models_dir, promotion)
    return f"model {model.version} is ready for nights from {as_of} on"


def _find_rival(models_dir: Path, version: str, as_of: date) -> str | None:
    """Return the version that scores the date without this one; None where no promotion says so."""
    if not any(each.effective_on <= as_of and each.version != version for each in read_log(models_dir)):
        return None
    return name_champion(models_dir, as_of)
