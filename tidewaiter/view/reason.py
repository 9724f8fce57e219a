"""Reasons as a reader meets them: which come first, and each in one line.

Belongs here: choosing and wording stored reasons.
Belongs elsewhere: making reasons (tidewaiter/targeting/reason.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tidewaiter.features.catalog import load_catalog
from tidewaiter.targeting.reason import RULE_CODE

Reason = Mapping[str, Any]


def leading_reasons(reasons: Sequence[Reason], n: int) -> list[Reason]:
    """Return the first `n` reasons that state a fact of the shipment or a rule, or the first ones where none does.

    A score's starting point and its remainder are reasons too, so that the contributions sum; they are no news.
    """
    facts = set(load_catalog().columns)
    stated = [each for each in reasons if each["code"] in facts or each["code"].startswith(RULE_CODE)]
    return stated[:n] or list(reasons[:n])


def describe_reason(reason: Reason) -> str:
    """Return a reason's sentence with what its value is compared with."""
    return f"{reason['text']} ({reason['comparison']})" if reason["comparison"] else str(reason["text"])
