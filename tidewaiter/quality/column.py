"""What the report says of columns: how full they are, how their mix of codes and the size of their numbers moved.

Belongs here: figures of columns -> lines of the page.
Belongs elsewhere: feeds, files and checks (page.py), the figures (data_quality).
"""

from collections.abc import Iterator

from data_quality.chart import draw_strip, draw_trend
from data_quality.codes import load_codes
from data_quality.contract import Column, load_contract
from data_quality.drift import RARE, Move, compare_shares
from data_quality.expectation import show_figure
from data_quality.expected import MOVED, STABILITY
from data_quality.page import Bar, FillLine, MixLine, SizeLine, Tone
from data_quality.statistic import CODE, FILL, QUANTILE, REST
from data_quality.wording import spell
from tidewaiter.quality.night import TREND_NIGHTS, NightQuality, Result

# By custom in credit scoring, where the index comes from: under a tenth is noise, over a quarter is another population.
LITTLE, MUCH = 0.1, 0.25
BARS = 6
NAMES = {RARE: "all rare codes together", REST: "all other codes together"}


def list_fills(night: NightQuality) -> Iterator[FillLine]:
    """Yield each column that the policy wants filled, in its order."""
    for table, column in _watched(night):
        share = night.value(table, FILL, column.name)
        bounds = _results(night, table, column.name, ("too_empty", "emptier_than_wanted"))
        if share is None or not bounds:
            continue
        yield FillLine(
            column=spell(column.name),
            table=spell(table.split(".")[1]),
            meaning=column.description,
            tone=_tone(bounds),
            share=f"{share:.1%}",
            bound="; ".join(each.bound or "" for each in bounds),
            strip=draw_strip(night.series(table, FILL, column.name), night.on, TREND_NIGHTS),
        )


def list_mixes(night: NightQuality) -> Iterator[MixLine]:
    """Yield each coded column whose mix is compared, the furthest moved first."""
    found = [_compare_mix(night, table, column) for table, column in _watched(night)]
    yield from (line for _, line in sorted((each for each in found if each), key=lambda each: -each[0]))


def _compare_mix(night: NightQuality, table: str, column: Column) -> tuple[float, MixLine] | None:
    index = night.value(table, STABILITY, column.name)
    if index is None:
        return None
    tonight = {code: value for (of, name, kind, code), value in night.values.items()
               if (of, name, kind) == (table, column.name, CODE)}  # fmt: skip
    moves = compare_shares(night.past.typical_mix(table, column.name).shares, tonight, night.past.usual.rare_share)
    moved = night.value(table, MOVED, column.name) or 0.0
    bounds = _results(night, table, column.name, ("drifted", "mix_moved"))
    meanings, series = _meanings(column), night.series(table, STABILITY, column.name)
    size = "little" if index < LITTLE else "some" if index < MUCH else "much"
    return index, MixLine(
        column=spell(column.name),
        meaning=column.description,
        tone=_tone(bounds),
        verdict=size,
        index=f"{index:.2f}",
        moved=show_figure(moved, "share"),
        trend=draw_trend(series, night.on, TREND_NIGHTS, lambda x: f"{x:.2f}", MUCH),
        bars=tuple(_bar(move, meanings, max(max(each.before, each.tonight) for each in moves))
                   for move in moves[:BARS]) if index >= LITTLE else (),
    )  # fmt: skip


def _bar(move: Move, meanings: dict[str, str], widest: float) -> Bar:
    return Bar(
        code="" if move.code in NAMES else move.code,
        meaning=NAMES.get(move.code) or meanings.get(move.code, ""),
        before=f"{move.before:.1%}",
        tonight=f"{move.tonight:.1%}",
        change=f"{move.change * 100:+.1f} points",
        before_width=round(100 * move.before / widest, 1),
        tonight_width=round(100 * move.tonight / widest, 1),
    )


def list_sizes(night: NightQuality) -> Iterator[SizeLine]:
    """Yield each quantile that is compared with its usual."""
    for table, column in _watched(night):
        wanted = night.expectations.table(table).columns[column.name].shift
        for share in wanted.quantiles if wanted else ():
            value = night.value(table, QUANTILE, column.name, repr(share))
            if value is not None:
                yield _compare_size(night, table, column, share, value)


def _compare_size(night: NightQuality, table: str, column: Column, share: float, value: float) -> SizeLine:
    usual = night.past.typical_quantile(table, column.name, repr(share))
    is_known = usual.why_not is None and usual.value > 0
    bounds = [each for each in night.results if (each.table_name, each.rule) ==
              (table, f"shifted_{column.name}_{share * 100:g}")]  # fmt: skip
    unit = column.unit or ""
    series = night.series(table, QUANTILE, column.name, repr(share))
    return SizeLine(
        column=spell(column.name),
        what="half of the rows are below" if share == 0.5 else f"{share:.0%} of the rows are below",
        tone=_tone(bounds),
        tonight=f"{value:,.2f} {unit}",
        usual=f"{usual.value:,.2f} {unit}" if is_known else "not known yet",
        factor=f"{value / usual.value:.2f} times" if is_known else "",
        trend=draw_trend(series, night.on, TREND_NIGHTS, lambda x: f"{x:,.2f} {unit}"),
    )


def _watched(night: NightQuality) -> Iterator[tuple[str, Column]]:
    for table, wanted in night.expectations.tables.items():
        for name in wanted.columns:
            yield table, load_contract(table).column(name)


def _results(night: NightQuality, table: str, column: str, kinds: tuple[str, ...]) -> list[Result]:
    rules = {f"{kind}_{column}" for kind in kinds}
    return [each for each in night.results if each.table_name == table and each.rule in rules]


def _tone(bounds: list[Result]) -> Tone:
    """Return how the worst of some results stands; without one that was judged, nothing is known."""
    if any(each.stops for each in bounds):
        return "stop"
    if any(each.passed is False for each in bounds):
        return "warn"
    return "good" if any(each.passed for each in bounds) else "none"


def _meanings(column: Column) -> dict[str, str]:
    """Return what codes mean: by the column's own list, or by that which its name says."""
    named = [rule.code_list for rule in column.rules if rule.code_list] or [column.name.removesuffix("_code")]
    lists = load_codes()
    return dict(lists[named[0]]) if named[0] in lists else {}
