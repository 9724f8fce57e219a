"""The commands `models list`, `show`, `report`, `gates`, `promote` and `rollback`.

Belongs here: what they print, and the line that an act adds to the log.
Belongs elsewhere: arguments (tidewaiter/cli_models.py), the log (models/promotion.py), the gates (models/gate.py).
"""

import json
import webbrowser
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import typer

from models.artifact import list_versions, load_model, read_card
from models.card import Card
from models.gate import judge_card, list_failed, say_gates
from models.promotion import (
    Promotion,
    add_promotion,
    check_version,
    find_earlier,
    find_next,
    name_challenger,
    name_champion,
    read_log,
)
from models.report import read_content, render_model_report, write_model_report
from tidewaiter.errors import ArgumentError, ModelMismatchError, TidewaiterError
from tidewaiter.lake import Lake
from tidewaiter.policy import Policy, load_policy
from tidewaiter.quality.report import write_page
from tidewaiter.settings import Settings
from tidewaiter.targeting.record_rule import VERSION as RECORD_RULE


@dataclass(frozen=True)
class Act:
    """What a person decides: why, who, from which date on, whether in spite of a gate."""

    reason: str
    by: str
    first: date | None
    force: bool


def show_models(settings: Settings, given: date | None, *, as_json: bool) -> None:
    """Print every version with its part on a date, what scores it where that is none of them, and the log."""
    versions, log = list_versions(settings.models), read_log(settings.models)
    on = given or _newest_day(versions, log)
    parts = {}
    if on is not None:
        parts = {name_challenger(settings.models, on): "challenger", name_champion(settings.models, on): "champion"}
    others = [each for each in parts if each is not None and each not in versions]
    if as_json:
        rows = [{"version": each, "part": parts.get(each)} for each in [*versions, *others]]
        typer.echo(json.dumps({"on": str(on), "models": rows, "log": [_plain(each) for each in log]}, indent=2))
        return
    if not versions and not others:
        typer.echo("no model was trained; nights run on the record rule")
    for each in versions:
        typer.echo(f"{each}  {parts.get(each, ''):<10}".rstrip())
    for each in others:
        missing = "" if each == RECORD_RULE else ", but its folder is missing: no night can run on it"
        typer.echo(f"{each}  {parts[each]}{missing}")
    for line in log:
        words = f"{line.effective_on}: {line.action} {line.version}, by {line.by}: {line.reason}"
        # A reason of several lines would read as acts that nobody did.
        typer.echo(" ".join(words.split()))


def show_model(settings: Settings, version: str, *, as_json: bool) -> None:
    """Print the card of a version."""
    card = _read_card(settings, version)
    if as_json:
        typer.echo(json.dumps(card.model_dump(mode="json"), indent=2))
        return
    labels = card.labels
    typer.echo(f"{card.version}: learned from {labels.shipments_n:,} examined shipments with {labels.violations_n:,} "
               f"violations, {labels.first_on} to {labels.last_on}")  # fmt: skip
    typer.echo(f"  weighted, they are worth {labels.worth_n:,.0f} shipments drawn at random")
    for family in card.families:
        typer.echo(f"  {family.family}: {family.findings_n} findings, stands on {family.stands_on}")
    typer.echo(f"  judged on {card.evaluation_note}")
    if card.fairness is not None:
        typer.echo(f"  {card.fairness.sentence}")
    for limit in card.limits:
        typer.echo(f"  limit: {limit}")
    typer.echo(f"  for its page: tidewaiter models report {version}")


def report_model(settings: Settings, given: str | None, *, against: str | None, html: Path | None, opens: bool) -> None:
    """Write the page of a version, the newest one where none is given, and print where it lies.

    Raises:
        ModelMismatchError: when there is no such version, or none at all.
    """
    versions = list_versions(settings.models)
    if given is None and not versions:
        raise ModelMismatchError("no model was trained.", fix="train one with `tidewaiter train`")
    version = given or versions[-1]
    for each in (version, against) if against else (version,):
        check_version(settings.models, each, date.max)
    gates = load_policy(settings.policy).model.gates
    if html is None:
        path = write_model_report(settings.models, version, gates, against).resolve()
    else:
        path = html.resolve()
        write_page(path, render_model_report(read_content(settings.models, version, gates, against)))
    typer.echo(f"report: {path}")
    if opens:
        webbrowser.open(path.as_uri())


def show_gates(settings: Settings, version: str, *, as_json: bool) -> int:
    """Print the gates of a version and return 0 when it passes them all, else 1."""
    judged = judge_card(_read_card(settings, version), load_policy(settings.policy).model.gates)
    if as_json:
        typer.echo(json.dumps([asdict(gate) for gate in judged], indent=2))
    else:
        for line in say_gates(judged):
            typer.echo(line)
    return 1 if list_failed(judged) else 0


def promote_model(settings: Settings, version: str, act: Act) -> None:
    """Add the promotion of a version, or of the record rule under its name, to the log.

    Raises:
        ModelMismatchError: when a gate is not passed and the act is not forced, or there is no such version.
        TidewaiterError: when no night could run on it, because a file is damaged or its inputs are not the catalog's.
        ArgumentError: when the record rule is promoted without a date; it has none of its own.
    """
    _check_words(act)
    policy = load_policy(settings.policy)
    failed: tuple[str, ...] = ()
    if version == RECORD_RULE:
        on = _read_first(act)
    else:
        card = _read_card(settings, version)
        failed, on = _judge(card, policy, act), act.first or _choose_first(settings, card)
        load_model(settings.models / version)
    promotion = Promotion(
        action="promote",
        version=version,
        replaced=name_champion(settings.models, on),
        effective_on=on,
        by=act.by,
        reason=act.reason,
        failed_gates=failed,
        policy_version=policy.version,
    )
    _add(settings, promotion)


def roll_back(settings: Settings, act: Act) -> None:
    """Add to the log that what scored before the champion scores again.

    Raises:
        TidewaiterError: when nothing scored before, it is no longer there, or no night could run on it.
    """
    _check_words(act)
    on = _read_first(act)
    earlier = find_earlier(settings.models, on)
    if earlier.version != RECORD_RULE:
        load_model(settings.models / earlier.version)
    promotion = Promotion(
        action="rollback",
        version=earlier.version,
        replaced=name_champion(settings.models, on),
        effective_on=on,
        by=act.by,
        reason=act.reason,
        failed_gates=earlier.failed_gates,
        policy_version=load_policy(settings.policy).version,
    )
    _add(settings, promotion)


def _judge(card: Card, policy: Policy, act: Act) -> tuple[str, ...]:
    """Return the gates that a version does not pass.

    Raises:
        ModelMismatchError: when there are any and the act is not forced.
    """
    failed = list_failed(judge_card(card, policy.model.gates))
    if failed and not act.force:
        raise ModelMismatchError(
            f"model {card.version} does not pass {', '.join(failed)}.",
            fix=f"look at `tidewaiter models gates {card.version}`; --force promotes it all the same",
        )
    return failed


def _choose_first(settings: Settings, card: Card) -> date:
    """Return the first date that has no queue yet: a night that is run again keeps the model that it had."""
    after = [on + timedelta(days=1) for on in Lake(settings.lake).dates("queue.summary")[-1:]]
    return max([card.as_of, *after])


def _read_first(act: Act) -> date:
    if act.first is None:
        raise ArgumentError("the first date is needed.", fix="name it with --from")
    return act.first


def _add(settings: Settings, promotion: Promotion) -> None:
    is_added = add_promotion(settings.models, promotion)
    after = find_next(settings.models, promotion)
    until = f", until {after.version} takes its place on {after.effective_on}, as promoted before" if after else ""
    if not is_added:
        typer.echo(f"{promotion.version} scores from {promotion.effective_on} on already{until}; nothing was added")
        return
    before = f", in place of {promotion.replaced}" if promotion.replaced else ""
    typer.echo(f"{promotion.version} scores from {promotion.effective_on} on{before}{until}")


def _check_words(act: Act) -> None:
    if not act.reason.strip() or not act.by.strip():
        raise TidewaiterError("a promotion needs a reason and a name.", fix="fill --reason and --by")


def _read_card(settings: Settings, version: str) -> Card:
    check_version(settings.models, version, date.max)
    return read_card(settings.models / version)


def _newest_day(versions: list[str], log: list[Promotion]) -> date | None:
    """Return the day of the newest version or of the last promotion to take effect, whichever is later."""
    days = [date.fromisoformat(each[:10]) for each in versions[-1:]] + [each.effective_on for each in log]
    return max(days, default=None)


def _plain(promotion: Promotion) -> dict[str, Any]:
    return promotion.model_dump(mode="json")
