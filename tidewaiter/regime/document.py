"""Writes docs/regimes.md, the rules by date for people: `python -m tidewaiter.regime.document`.

Belongs here: rows of policy/regimes.yml -> Markdown, and the words for their effects.
Belongs elsewhere: what the rows say (policy/regimes.yml), the table that commands print (view.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from data_quality.codes import load_codes
from tidewaiter.policy import load_policy
from tidewaiter.regime.policy import Effect, Excluded, ItemDuty, Regimes, Row
from tidewaiter.regime.signal import ELEMENT_TEXTS
from tidewaiter.settings import PROJECT, SHIPPED_POLICY

PATH = PROJECT / "docs" / "regimes.md"
CHECKED = {
    "notice": "read in the notice",
    "secondary": "read in law-firm notes or the trade press",
    "unchecked": "unchecked: read in one third-party place, or from general knowledge",
}
METHODS = {
    "exempt": "free of duty",
    "ad_valorem": "the duties of the tariff line",
    "ad_valorem_or_postal_item": "an ad valorem duty or a duty an item, as the carrier chooses",
    "unknown": "not known",
}
INTRODUCTION = """\
# What the law asks for, by date

This page is made from `policy/regimes.yml`; change it there, then run `python -m tidewaiter.regime.document`. What
holds on one date, or for one shipment, is printed by `tidewaiter regime --date D`.

- A row is in force from its first to its last day, both included. A day begins where the law's clock is ({zone}).
- Exemption, entry type and duty go by the day of **entry**: when the filing came or when the goods are expected,
  whichever is later. Required data goes by the day of **filing**.
- Where two rows differ, one says that it overrides the other; a file in which they contradict each other is refused.
- What no row answers is **unknown**. It is never taken for yes, no or zero.
"""


def render_document(regimes: Regimes) -> str:
    """Return the page: rows by first day, what answers them, and the signals."""
    rows = sorted(regimes.rows, key=lambda row: (row.valid_from, row.id))
    lines = [INTRODUCTION.format(zone=regimes.time_zone), "## At a glance", ""]
    lines += [_row(("from", "to", "rule", "source", "checked")), _row(["---"] * 5)]
    lines += [_row((*_dates(row), f"[{row.sentence}](#{row.id})", row.source, row.checked)) for row in rows]
    lines += ["", "## Rule by rule", "", *(line for row in rows for line in _render_row(row))]
    lines += [
        "## Signals",
        "",
        "A filing that claims what its date forbids is kept, and told of in one row a signal.",
        "",
    ]
    lines += [_row(("signal", "severity", "meaning", "sentence")), _row(["---"] * 4)]
    lines += [_row((f"`{code}`", each.severity, each.meaning, each.text)) for code, each in regimes.signals.items()]
    return "\n".join(lines) + "\n"


def _render_row(row: Row) -> Iterator[str]:
    first, last = _dates(row)
    yield f"### {row.id}"
    yield ""
    yield row.sentence
    yield ""
    yield f"- In force: from {first}" + (f" to {last}" if row.valid_to else "")
    yield f"- Source: {row.source} ({CHECKED[row.checked]}). Owner: {row.owner}"
    if row.remark:
        yield f"- Remark: {row.remark}"
    if row.overrides:
        yield f"- Overrides: {', '.join(f'[{each}](#{each})' for each in row.overrides)}"
    yield from (f"- {words}" for words in describe_effects(row))
    yield ""


def describe_effects(row: Row) -> Iterator[str]:
    """Yield each effect of a row in words: for what, and which answer."""
    if not row.effects:
        yield "Changes no answer."
    for effect in row.effects:
        yield f"{_describe_scope(row, effect)}: {'; '.join(_describe_answers(effect))}"


def _describe_scope(row: Row, effect: Effect) -> str:
    parts = [
        _describe_types(effect),
        _describe_origins(effect),
        _describe_modes(effect),
        {"any": "", "within": f"up to USD {row.limit_usd or 0:,}", "over": f"over USD {row.limit_usd or 0:,}"}[
            effect.value
        ],
    ]
    words = ", ".join(part for part in parts if part)
    return (words[0].upper() + words[1:]) if words else "All goods"


def _describe_types(effect: Effect) -> str:
    return "" if effect.entry_types == "all" else f"entry type {' or '.join(effect.entry_types)}"


def _describe_origins(effect: Effect) -> str:
    if isinstance(effect.origins, Excluded):
        return f"every origin but {_name_countries(effect.origins.excluded)}"
    return f"origin {_name_countries(effect.origins)}" if effect.origins != "all" else ""


def _name_countries(codes: Iterable[str]) -> str:
    return " or ".join(load_codes()["country"][code] for code in codes)


def _describe_modes(effect: Effect) -> str:
    if effect.modes == "all":
        return ""
    if isinstance(effect.modes, str):
        return {"mail": "by mail", "non_mail": "not by mail"}.get(effect.modes, f"by {effect.modes}")
    return f"mode {' or '.join(effect.modes)}"


def _describe_answers(effect: Effect) -> Iterator[str]:
    if effect.eligible is not None:
        yield "eligible for the low-value exemption" if effect.eligible else "not eligible for the low-value exemption"
    if effect.legal is not None:
        yield "may be used" if effect.legal else "may not be used"
    if effect.duty_method is not None:
        yield f"duty: {METHODS[effect.duty_method]}"
    if effect.item_duties is not None:
        yield f"duty an item: {', '.join(_describe_bands(effect.item_duties))}"
    if effect.required_data is not None:
        how = "asked for, not yet enforced" if effect.enforcement == "soft" else "required"
        yield f"{how}: {', '.join(ELEMENT_TEXTS[each] for each in effect.required_data)}"


def _describe_bands(bands: Sequence[ItemDuty]) -> Iterator[str]:
    for band in bands:
        if band.up_to_share is None:
            yield f"USD {band.usd} above"
        else:
            bound = "up to" if band.is_included else "under"
            yield f"USD {band.usd} where its origin's rate is {bound} {band.up_to_share:.0%}"


def _dates(row: Row) -> tuple[str, str]:
    return row.valid_from.isoformat(), row.valid_to.isoformat() if row.valid_to else ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def write_document(path: Path = PATH) -> None:
    """Write the page of the shipped policy."""
    path.write_text(render_document(load_policy(SHIPPED_POLICY).regimes), encoding="utf-8")


if __name__ == "__main__":
    write_document()
