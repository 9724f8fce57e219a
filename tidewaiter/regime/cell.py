"""What the rules by date tell apart: two cases of one cell have the same answers, whatever the question.

Belongs here: dates, codes and values that stand for all those alike, and cases that lack some of them.
Belongs elsewhere: the answers (answer.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from data_quality.codes import load_codes
from tidewaiter.regime.rule import Rule
from tidewaiter.regime.scope import Case

MOST = 99


@dataclass(frozen=True)
class Cells:
    """First days between which nothing changes, groups of codes that are alike, and limits of value, all in order.

    A place counts from 1; 0 stands for a date before the first, for a code or a value that is not given.
    """

    days: tuple[date, ...]
    origins: tuple[tuple[str, ...], ...]
    modes: tuple[tuple[str, ...], ...]
    entry_types: tuple[tuple[str, ...], ...]
    limits_usd: tuple[Decimal, ...]

    def make_case(self, day: int, origin: int, mode: int, entry_type: int, value: int) -> Case:
        """Return a case that stands for all those of these places."""
        return Case(
            on=self.days[day - 1] if day else date.min,
            origin=self.origins[origin - 1][0] if origin else None,
            mode_code=self.modes[mode - 1][0] if mode else None,
            entry_type=self.entry_types[entry_type - 1][0] if entry_type else None,
            value_usd=self._stand_in(value) if value else None,
        )

    def _stand_in(self, place: int) -> Decimal:
        """Return the highest value that is over all limits before the place, or one over the last limit."""
        return self.limits_usd[place - 1] if place <= len(self.limits_usd) else self.limits_usd[-1] + 1

    def spread(self, case: Case) -> Iterator[Case]:
        """Yield the case with every code that it can have where one is not given; its value stays as it is."""
        origins = [case.origin] if case.origin is not None else [each[0] for each in self.origins]
        modes = [case.mode_code] if case.mode_code is not None else [each[0] for each in self.modes]
        types = [case.entry_type] if case.entry_type is not None else [each[0] for each in self.entry_types]
        for origin, mode, entry_type in product(origins, modes, types):
            yield replace(case, origin=origin, mode_code=mode, entry_type=entry_type)


def find_cells(rules: Sequence[Rule]) -> Cells:
    """Return what these rules tell apart.

    Raises:
        ValueError: there are more dates, groups or limits than two digits can number.
    """
    scopes = [rule.scope for rule in rules]
    ends = [each.valid_to + timedelta(days=1) for each in scopes if each.valid_to is not None]
    limits = [limit for each in scopes for limit in (each.over_usd, each.up_to_usd) if limit is not None]
    found = Cells(
        days=tuple(sorted({*(each.valid_from for each in scopes), *ends})),
        origins=_group(load_codes()["country"], [each.origins for each in scopes]),
        modes=_group(load_codes()["mode"], [each.modes for each in scopes]),
        entry_types=tuple((code,) for code in sorted(load_codes()["entry_type"])),
        limits_usd=tuple(sorted(set(limits))),
    )
    if max(len(each) for each in vars(found).values()) >= MOST:
        raise ValueError(f"the rules tell more than {MOST - 1} dates, groups of codes or limits apart")
    return found


def _group(codes: Iterable[str], sets: Sequence[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """Return the codes in groups whose members are in the same sets."""
    groups: dict[tuple[bool, ...], list[str]] = {}
    for code in sorted(codes):
        groups.setdefault(tuple(code in each for each in sets), []).append(code)
    return tuple(tuple(group) for group in groups.values())


def number_codes(groups: Sequence[Sequence[str]]) -> Mapping[str, int]:
    """Return each code with the place of its group."""
    return {code: place for place, group in enumerate(groups, start=1) for code in group}
