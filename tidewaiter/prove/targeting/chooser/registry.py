"""The policies by name, in the order in which they are shown.

Belongs here: which policies there are.
Belongs elsewhere: each of them (one module each).
"""

from collections.abc import Callable, Sequence
from functools import partial

from tidewaiter.errors import ProofError
from tidewaiter.prove.targeting.chooser import isolation, trees
from tidewaiter.prove.targeting.chooser.expert import ExpertRules
from tidewaiter.prove.targeting.chooser.isolation import IsolationForest
from tidewaiter.prove.targeting.chooser.ours import WITHOUT, Ours
from tidewaiter.prove.targeting.chooser.random_draw import RandomDraw
from tidewaiter.prove.targeting.chooser.record import RANDOM_SHARES, RecordRule
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
# The same ones otherwise set, for tuning, on worlds that are not reported; and ours without one of its parts.
_SET: tuple[Callable[[], Chooser], ...] = (
    *(partial(RecordRule, share) for share in RANDOM_SHARES),
    *(partial(BoostedTrees, setting) for setting in trees.SETTINGS),
    *(partial(IsolationForest, setting) for setting in isolation.SETTINGS),
    *(partial(Ours, part) for part in WITHOUT),
)
VARIANTS = {make().name: make for make in _SET if make().name not in CHOOSERS}


def make_chooser(name: str) -> Chooser:
    """Return a policy that has learned nothing; KeyError when there is none of the name."""
    return {**CHOOSERS, **VARIANTS}[name]()


def check_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the policies named, each once, in the order in which they are shown.

    Raises:
        ProofError: there is no such policy, or what it needs is not installed.
    """
    known = (*CHOOSERS, *VARIANTS)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ProofError(f"there is no policy {', '.join(unknown)}.", fix=f"the policies are {', '.join(known)}")
    if any(name.startswith(IsolationForest.name) for name in names):
        # Asked for at once: the first forest grows only after the warm-up.
        isolation.find_forest()
    return tuple(name for name in known if name in names)
