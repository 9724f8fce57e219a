"""The page of the proof: one HTML file that needs nothing but itself.

Belongs here: which figures and pictures it has, rendering it.
Belongs elsewhere: figures (measure.py, summary.py), pictures as numbers (picture.py), layout (templates).
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tidewaiter.prove.targeting.ablation import BRINGS, Brought, compare_parts
from tidewaiter.prove.targeting.picture import HEIGHT, WIDTH, draw_reliability, draw_weeks
from tidewaiter.prove.targeting.plan import Plan
from tidewaiter.prove.targeting.summary import MEASURES, OURS, Bar

TEMPLATES = Path(__file__).parent / "templates"
REFERENCE = "record_rule"
WEEKLY = {
    "recall": "Violations found",
    "revenue_recall": "Revenue at stake found",
    "new_recall": "Violations of new schemes found",
}
MOST_GROUPS = 12
NONE = "\N{EN DASH}"


@dataclass(frozen=True)
class Content:
    """What the page says."""

    plan: Plan
    seeds: tuple[int, ...]
    policies: tuple[str, ...]
    tables: Mapping[str, pl.DataFrame]
    summary: pl.DataFrame
    bars: Sequence[Bar]


def render_page(content: Content) -> str:
    """Return the page as HTML; every text in it is escaped."""
    style = (TEMPLATES / "targeting.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    week = content.tables["week"]
    found = _environment().get_template("targeting.html.j2")
    return found.render(
        content=content,
        style=style,
        style_digest=digest,
        width=WIDTH,
        height=HEIGHT,
        measures=_list_measures(content),
        charts=[(words, draw_weeks(week, content.policies, name, REFERENCE)) for name, words in WEEKLY.items()],
        reliability=draw_reliability(content.tables["bin"], content.policies),
        parts=_list_parts(content),
        brings=BRINGS,
        schemes=_list_schemes(content),
        groups={kind: _list_groups(content, kind) for kind in ("size", "origin")},
        ours=OURS,
        reference=REFERENCE,
    )


def _list_measures(content: Content) -> list[tuple[str, list[str]]]:
    found = {(policy, name): (mean, spread) for policy, name, mean, spread, _ in content.summary.iter_rows()}
    return [
        (words, [_write(name, *found[policy, name]) for policy in content.policies]) for name, words in MEASURES.items()
    ]


def _write(name: str, mean: float | None, spread: float | None) -> str:
    if mean is None:
        return NONE
    if name.endswith("_days"):
        return f"{mean:.1f}" + ("" if spread is None else f" ± {spread:.1f}")
    return f"{mean:.1%}" + ("" if spread is None else f" ± {spread:.1%}")


def _list_parts(content: Content) -> dict[str, list[tuple[Brought, str]]]:
    """Return each part that was left out in a run with what it brings to each measure, and that in words."""
    parts: dict[str, list[tuple[Brought, str]]] = {}
    for each in compare_parts(content.tables["total"], content.policies):
        parts.setdefault(each.part, []).append((each, _write_gain(each)))
    return parts


def _write_gain(brought: Brought) -> str:
    if brought.mean is None:
        return NONE
    return f"{brought.mean:+.1%}" + ("" if brought.deviation is None else f" ± {brought.deviation:.1%}")


def _list_schemes(content: Content) -> list[dict[str, Any]]:
    """Return each scheme with what every policy found of it, new ones first."""
    schemes = content.tables["scheme"]
    counted = schemes.group_by("scheme").agg(pl.col("is_new").any(), pl.col("violations_n").mean())
    rows = counted.sort("is_new", "scheme", descending=[True, False]).to_dicts()
    return [{**row, "cells": [_tell_scheme(schemes, row["scheme"], each) for each in content.policies]} for row in rows]


def _tell_scheme(schemes: pl.DataFrame, scheme: str, policy: str) -> dict[str, Any]:
    own = schemes.filter((pl.col("scheme") == scheme) & (pl.col("policy") == policy))
    counted = own.select(pl.col("hits_n").sum(), pl.col("violations_n").sum()).row(0)
    days = own["first_caught_days"].drop_nulls()
    return {
        "share": counted[0] / counted[1] if counted[1] else 0.0,
        "caught_n": len(days),
        "runs_n": own.height,
        "days": None if days.is_empty() else f"{float(days.cast(pl.Float64).to_numpy().mean()):.0f}",
    }


def _list_groups(content: Content, kind: str) -> list[dict[str, Any]]:
    """Return each group of honest shipments with the share that every policy held, the largest groups first."""
    groups = content.tables["group"].filter(pl.col("kind") == kind)
    largest = groups.group_by("name").agg(pl.col("honest_n").sum()).sort("honest_n", "name", descending=[True, False])
    names = largest["name"].head(MOST_GROUPS).to_list()
    shares = {
        (policy, name): held / honest
        for policy, name, held, honest in groups.group_by("policy", "name")
        .agg(pl.col("false_holds_n").sum(), pl.col("honest_n").sum())
        .iter_rows()
    }
    return [{"name": name, "cells": [_tell_group(shares, each, name) for each in content.policies]} for name in names]


def _tell_group(shares: Mapping[tuple[str, str], float], policy: str, name: str) -> dict[str, float] | None:
    """Return the share, and how long its bar is on the scale of the table."""
    share = shares.get((policy, name))
    return None if share is None else {"share": share, "width": 100 * share / (max(shares.values()) or 1.0)}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["policy"] = lambda name: str(name).replace("_", " ").replace("-", " ")
    environment.filters["percent"] = lambda share: f"{share:.1%}"
    return environment
