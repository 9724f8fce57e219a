"""The commands `rules check`, `list`, `backtest` and `report`.

Belongs here: which rule is meant, choosing the form.
Belongs elsewhere: judging rules (tidewaiter/rules), laying out (tidewaiter/view/rule_page.py).
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import typer
import yaml
from pydantic import BaseModel, ValidationError
from rich.console import Console

from tidewaiter.command.console import open_console
from tidewaiter.document import read_yaml
from tidewaiter.errors import PolicyError, TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.policy import load_policy
from tidewaiter.rules.backtest import backtest_rule
from tidewaiter.rules.policy import Rule, Rules
from tidewaiter.rules.record import read_records
from tidewaiter.settings import Settings
from tidewaiter.view.rule_page import print_backtest, print_records, print_rules

FILE_SUFFIXES = (".yml", ".yaml")


def check_rules(settings: Settings, *, as_json: bool) -> None:
    """Print how many rules there are in each state.

    Raises:
        PolicyError: naming the file and key that is wrong.
    """
    rules = load_policy(settings.policy).rules.rules
    states = dict(sorted(Counter(rule.state for rule in rules).items()))
    if as_json:
        typer.echo(json.dumps({"rules_n": len(rules), "states": states}, indent=2))
        return
    counted = ", ".join(f"{count} {state}" for state, count in states.items())
    typer.echo(f"{len(rules)} rules can be evaluated: {counted}")


def list_rules(settings: Settings, on: date | None, *, as_json: bool) -> None:
    """Print every rule, or those in force on a date in whatever state."""
    rules = [rule for rule in load_policy(settings.policy).rules.rules if on is None or rule.is_valid(on)]
    _show([rule.model_dump(mode="json") for rule in rules], lambda console: print_rules(rules, console), as_json)


def show_backtest(settings: Settings, given: str, family: str, first: date, last: date, *, as_json: bool) -> None:
    """Print what a rule would have done."""
    rule = find_rule(load_policy(settings.policy).rules, given, family, first)
    found = backtest_rule(Lake(settings.lake), rule, first, last)
    content = {**asdict(found), "rule": rule.model_dump(mode="json"), "alerts_n": found.alerts_n}
    content["alerts_by_night"] = {on.isoformat(): count for on, count in found.alerts_by_night.items()}
    _show(content, lambda console: print_backtest(found, console), as_json)


def show_report(settings: Settings, first: date, last: date, *, as_json: bool) -> None:
    """Print the record of every rule."""
    policy = load_policy(settings.policy)
    records = read_records(Lake(settings.lake), policy.rules, policy.history, first, last)
    _show([asdict(each) for each in records], lambda console: print_records(records, console), as_json)


def find_rule(rules: Rules, given: str, family: str, first: date) -> Rule:
    """Return the newest version of the rule of that id, the rule of that file, or a draft of that expression.

    Raises:
        PolicyError: the file's rule is wrong.
        TidewaiterError: it is no rule's id and no expression that can be evaluated.
    """
    versions = rules.versions(given)
    if versions:
        return versions[-1]
    if given.endswith(FILE_SUFFIXES):
        return read_rule(Path(given))
    try:
        return Rule(
            id="draft", sentence="as asked", expression=given, family=family, weight=0.0, owner="whoever asks",  # type: ignore[arg-type]
            legal_basis="none yet", source="none yet", valid_from=first, valid_to=None, state="draft",
        )  # fmt: skip
    except ValidationError as problem:
        said = "; ".join(f"{each['loc'][0]}: {each['msg'].removeprefix('Value error, ')}" for each in problem.errors())
        raise TidewaiterError(
            f"{given}: no rule has this id, and as a draft it has {said}.",
            fix="`tidewaiter rules list` names the rules; quote an expression",
        ) from problem


def read_rule(file: Path) -> Rule:
    """Return the one rule of a YAML file, laid out as an entry of rules.yml."""
    try:
        given = read_yaml(file)
        entry = given[0] if isinstance(given, list) and len(given) == 1 else given
        return Rule.model_validate(entry)
    except (OSError, yaml.YAMLError) as problem:
        raise PolicyError(file, "file", str(problem)) from problem
    except ValidationError as problem:
        first = min(problem.errors(), key=lambda each: each["type"] != "extra_forbidden")
        raise PolicyError(
            file, ".".join(map(str, first["loc"])) or "rule", first["msg"].removeprefix("Value error, ")
        ) from problem


def _show(content: Any, render: Callable[[Console], None], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(content, indent=2, default=_write_plain))
    else:
        render(open_console())


def _write_plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no place in a report")
