"""The policies by name, in the order in which they are shown.

Belongs here: which policies there are.
Belongs elsewhere: each of them (one module each).
"""

from collections.abc import Callable, Sequence

from tidewaiter.errors import ProofError
from tidewaiter.prove.targeting.chooser.expert import ExpertRules
from tidewaiter.prove.targeting.chooser.isolation import IsolationForest
from tidewaiter.prove.targeting.chooser.ours import Ours
from tidewaiter.prove.targeting.chooser.random_draw import RandomDraw
from tidewaiter.prove.targeting.chooser.record import RecordRule
from tidewaiter.prove.targeting.chooser.trees import BoostedTrees
from tidewaiter.prove.targeting.choosing import Chooser

CHOOSERS: dict[str, Callable[[], Chooser]] = {
    RandomDraw.name: RandomDraw,
    RecordRule.name: RecordRule,
    ExpertRules.name: ExpertRules,
    BoostedTrees.name: BoostedTrees,
    IsolationForest.name: IsolationForest,
    Ours.name: Ours,
}


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the policies named, each once, in the order in which they are shown.

    Raises:
        ProofError: there is no such policy.
    """
    unknown = [name for name in names if name not in CHOOSERS]
    if unknown:
        raise ProofError(f"there is no policy {', '.join(unknown)}.", fix=f"the policies are {', '.join(CHOOSERS)}")
    return tuple(name for name in CHOOSERS if name in names)
