"""Whether two names are of two persons: each has a given name that the other lacks.

One letter parts PAUL from PAULA as it parts JON from JOHN; only a list of names says which of the two is a slip.

Belongs here: the given names within a name, and whether two names, or the names of two parties, differ in them.
Belongs elsewhere: the list (policy/parties.yml), scores (pair.py), what follows for parties (link.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import permutations, product

from tidewaiter.parties.policy import Parties

# Each word of a name that is a given name, and the entries of the list that it is a spelling of.
Given = Mapping[str, frozenset[int]]
# Words of one name that may be fewer words of the other, with blanks gone astray.
MOST_STRAY = 3


class GivenNames:
    """The list of given names, and what it says of each name that was asked for."""

    def __init__(self, policy: Parties) -> None:
        """Take the list of the policy, and the words that say what a firm does; an initial is none."""
        self._entries = _list_entries(policy.given_names)
        self._trade = frozenset(word for word in policy.generic_words if len(word) > 1)
        self._read: dict[str, Given] = {}

    def read(self, name: str) -> Given:
        """Return the given names within a name in plain words; none where a word says what a firm does."""
        found = self._read.get(name)
        if found is None:
            words = name.split(" ")
            is_firm = not self._trade.isdisjoint(words)
            found = {} if is_firm else {word: self._entries[word] for word in words if word in self._entries}
            self._read[name] = found
        return found

    def are_two(self, one: str, two: str) -> bool:
        """Return whether each name has a given name that the other lacks, but for blanks that went astray."""
        return self._has_more(one, two) and self._has_more(two, one) and not _have_stray_blanks(one, two)

    def part(self, one: Iterable[str], two: Iterable[str]) -> bool:
        """Return whether the names of two parties are of two persons.

        A party whose own names are of two persons already is one by its keys, and is not held to one given name.
        """
        left, right = ([name for name in names if self.read(name)] for names in (one, two))
        return self._are_any_two(left, right) and not any(self._are_any_two(own, own) for own in (left, right))

    def _are_any_two(self, left: list[str], right: list[str]) -> bool:
        return any(self.are_two(one, two) for one, two in product(left, right))

    def _has_more(self, one: str, two: str) -> bool:
        """Return whether one has a given name that is none of the other's, nor one of its words mistyped."""
        own, others = self.read(one), self.read(two)
        if not own or not others:
            return False
        more = [word for word, name in own.items() if all(name.isdisjoint(other) for other in others.values())]
        slips = [word for word in two.split(" ") if word not in others and word not in one.split(" ")]
        return any(not _is_slip_of(word, slips) for word in more)


@cache
def _list_entries(given_names: tuple[str, ...]) -> Mapping[str, frozenset[int]]:
    """Return word -> places in the list of the entries that have it."""
    entries: dict[str, set[int]] = defaultdict(set)
    for place, entry in enumerate(given_names):
        for word in entry.split(" "):
            entries[word].add(place)
    return {word: frozenset(places) for word, places in entries.items()}


def _is_slip_of(word: str, slips: Iterable[str]) -> bool:
    from rapidfuzz.distance import OSA

    return any(OSA.distance(word, slip) <= 1 for slip in slips)


def _have_stray_blanks(one: str, two: str) -> bool:
    """Return whether blanks alone part the words that one has from those that two has: `dan iela`, but not `paul a`."""
    left, right = set(one.split(" ")), set(two.split(" "))
    left, right = left - right, right - left
    if min(map(len, left | right)) == 1 or max(len(left), len(right)) > MOST_STRAY:
        return False
    written = [{"".join(words) for words in permutations(side)} for side in (left, right)]
    return not written[0].isdisjoint(written[1])
