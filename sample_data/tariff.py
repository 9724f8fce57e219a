"""The tariff of the sample: the lines its goods are on and those beside them, in the layouts of the tariff feeds.

Belongs here: two editions of each list, made from tariff.csv, and two invented orders.
Belongs elsewhere: the goods (goods.csv), reading tariffs (tidewaiter/ingest), rates of lists (policy/duties.yml).
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sample_data.list_scene import ListScene

FOREVER = "2050-12-31"
RAISED, HIGH_LISTS = "3=9903.88.03", {"1", "2", "3"}
RATES = ("text_rate", "rate_type_code", "ad_val_rate", "specific_rate", "other_rate")
FACTS = ("", "_kind", "_share", "_usd", "_other_usd")
ANNEX_FROM = "2026-04-06"
# Invented: no order has these numbers. The second, of the later edition, names no tariff number, as many lists do.
ORDERS = (
    ("A-570-999", "Sample Threaded Steel Bolts", "CN", "45.50", "sample order, no notice", "73181580"),
    ("C-552-998", "Sample Foam Mattress", "VN", "12.25", "sample order, no notice", ""),
)
Line = Mapping[str, str]
Row = Sequence[str]


class DutyChange(NamedTuple):
    """A day of the scene on which goods of some groups, made in China, come on a list of 25 %."""

    day: int
    groups: tuple[str, ...]


def write_tariff(scene: ListScene, folder: Path, change: DutyChange) -> None:
    """Writes the first day's edition, one in the middle with one order more, and one with the change of duty."""
    lines, words = _read("tariff.csv"), _list_words()
    days = {0, scene.days // 2, *({change.day} if change.day < scene.days else ())}
    for today in sorted(days):
        orders = ORDERS if scene.days > 1 and today >= scene.days // 2 else ORDERS[:1]
        lines = _raise_duty(lines, change.groups) if today >= change.day else lines
        day = (scene.first_day + timedelta(days=today)).isoformat()
        for feed, name, rows in _list_files(lines, words, orders):
            _write(folder / feed / day / name, rows)


def _raise_duty(lines: list[Line], groups: tuple[str, ...]) -> list[Line]:
    """The lines with those of the groups on list 3, unless a list of 25 % has them already."""
    raised = {row["hts8"] for row in _read("goods.csv") if row["group"] in groups}
    return [
        {**line, "lists_301": f"{line['lists_301']} {RAISED}".strip()}
        if line["hts8"] in raised and not HIGH_LISTS & {each.split("=")[0] for each in line["lists_301"].split()}
        else line
        for line in lines
    ]


def _list_files(
    lines: list[Line], words: Mapping[str, str], orders: Iterable[Row]
) -> Iterator[tuple[str, str, Iterable[Row]]]:
    yield "hts", "hts8.csv", _hts_rows(lines, words)
    yield "hts10", "hts10.csv", [("hs10", "description"), *((f"{code}00", text) for code, text in words.items())]
    lists = ((line["hts8"], *each.split("=")) for line in lines for each in line["lists_301"].split())
    yield "section_301", "lists.csv", [("hts8", "list", "ch99_code"), *lists]
    annex = sorted({tuple(each.split("=")) for line in lines for each in line["annexes_232"].split()})
    header = ("hts_prefix", "annex", "metal_type", "source", "effective_date")
    yield "section_232", "annex.csv", [header, *((*each, "proclamation", ANNEX_FROM) for each in annex)]
    metal = sorted({tuple(each.split("=")) for line in lines for each in line["metals_232"].split()})
    yield "section_232", "derivative.csv", [("hts_prefix", "ch99_code", "derivative_type", "effective_date"), *metal]
    yield "section_122", "exempt.csv", [("hts8",), *((line["hts8"],) for line in lines if line["is_exempt_122"] == "1")]
    columns = ("case_number", "product", "country_iso2", "benchmark_rate_pct", "federal_register_cite", "hts_prefixes")
    yield "adcvd", "orders.csv", [columns, *orders]


def _hts_rows(lines: list[Line], words: Mapping[str, str]) -> Iterator[Row]:
    sides = [f"{side}_{name}" for side in ("mfn", "col2") for name in RATES]
    yield (
        "hts8", "brief_description", "quantity_1_code", "quantity_2_code", "wto_binding_code", *sides,
        "begin_effect_date", "end_effective_date",
    )  # fmt: skip
    for line in lines:
        code = line["hts8"]
        rates = [line[f"{side}{name}"] for side in ("mfn", "col2") for name in FACTS]
        text = words.get(code, f"other goods of {code[:4]}.{code[4:6]}")
        yield code, text, line["unit_1"], line["unit_2"], "B", *rates, line["begins_on"], FOREVER


def _list_words() -> dict[str, str]:
    return {row["hts8"]: row["wordings"].split("|")[0] for row in _read("goods.csv")}


def _read(name: str) -> list[Line]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _write(path: Path, rows: Iterable[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)
