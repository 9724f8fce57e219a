"""Numbers that people decide, read from the policy folder and checked on load.

Belongs here: one model a policy file, and the version that stamps what they shaped.
Belongs elsewhere: the numbers themselves (policy/*.yml).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data_quality.expectation_policy import Expectations
from tidewaiter.document import read_yaml
from tidewaiter.duty.fact import Duties
from tidewaiter.errors import PolicyError, PolicyFolderError
from tidewaiter.parties.change_policy import Change
from tidewaiter.parties.history_policy import History
from tidewaiter.parties.network_policy import Network
from tidewaiter.parties.policy import Parties, Words
from tidewaiter.parties.screen_policy import Screening
from tidewaiter.regime.policy import Regimes
from tidewaiter.rules.policy import Rules
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.targeting.policy import PortQueue as PortQueue
from tidewaiter.targeting.policy import Queues as Queues
from tidewaiter.targeting.policy import Sharing, Trusted
from tidewaiter.threat import FAMILIES as FAMILIES
from tidewaiter.threat import Family as Family
from tidewaiter.wording.policy import Text

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Usd = Annotated[float, Field(ge=0)]
# Shares of the rows within which a ranking's finds are counted.
CAPACITY_SHARES = (0.01, 0.05, 0.10, 0.20)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Costs(_File):
    """What a miss costs: of any violation, and beside it by threat family."""

    violation_usd: Usd
    family_usd: dict[Literal["contraband", "product", "forced_labor"], Usd]
    record_rule_usd: Usd
    revenue_loss_per_value: Usd
    revenue_loss_per_kg: Usd
    revenue_prior_n: Annotated[float, Field(gt=0)]


class FindingCode(_File):
    """What one finding code means, and its threat family."""

    family: Family | None
    meaning: str
    is_label: bool = True


class Findings(_File):
    """The closed list of what an examination can establish."""

    version: int
    families: tuple[Family, ...]
    codes: dict[Annotated[str, Field(pattern=r"^[A-Z_]+$")], FindingCode]

    @model_validator(mode="after")
    def _families_are_the_known_ones(self) -> "Findings":
        if self.families != FAMILIES:
            raise ValueError(f"families must be {', '.join(FAMILIES)}")
        return self


class ListAges(_File):
    """After how many days a dated list is called old, by the first part of its folder."""

    watchlist: Annotated[int, Field(ge=1)]
    tariff: Annotated[int, Field(ge=1)]
    place: Annotated[int, Field(ge=1)]

    def days(self, kind: str) -> int:
        """Return the limit of a kind of list; KeyError when there is none."""
        return {"watchlist": self.watchlist, "tariff": self.tariff, "place": self.place}[kind]


class Ingest(_File):
    """Limits at the door."""

    max_held_share: Share
    min_rows_for_held_share: Count
    max_unpacked_bytes: Annotated[int, Field(gt=0)]
    max_unpack_ratio: Annotated[float, Field(gt=1)]
    unpack_ratio_floor_bytes: Count
    max_list_age_days: ListAges
    max_document_bytes: Annotated[int, Field(gt=0)]


class Engine(_File):
    """Where feature SQL runs and how large it may grow."""

    engine: Literal["duckdb"]
    buckets: Annotated[int, Field(ge=1)]
    threads: Annotated[int, Field(ge=1)]
    memory_limit: Annotated[str, Field(pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$")]


class Parts(_File):
    """Which parts of the hybrid are used; without any of them there is the base rate."""

    record: bool
    lists_network: bool
    rules: bool
    trees: bool
    novelty: bool
    weights: bool
    calibration: bool


class Learning(_File):
    """How much labels count, and how far what they say is drawn towards what was thought before."""

    bags: Annotated[int, Field(ge=1)]
    folds: Annotated[int, Field(ge=2)]
    weight_cap: Annotated[float, Field(ge=1)]
    weight_power: Share
    weight_half_life_days: Annotated[float, Field(gt=0)]
    isotonic_positives: Annotated[int, Field(ge=1)]
    family_share: dict[Family, Annotated[float, Field(gt=0, lt=1)]]
    family_prior_n: Annotated[float, Field(gt=0)]
    background_days: Annotated[int, Field(ge=1)]
    background_rows: Annotated[int, Field(ge=100)]

    @model_validator(mode="after")
    def _every_family_has_a_share(self) -> "Learning":
        if set(self.family_share) != set(FAMILIES):
            raise ValueError(f"family_share must name {', '.join(FAMILIES)}")
        return self


class Gates(_File):
    """What a model must pass before it may score."""

    calibration_error: Share
    tolerance: Share
    capacity_share: Share
    least_findings: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _share_is_measured(self) -> "Gates":
        if self.capacity_share not in CAPACITY_SHARES:
            raise ValueError(f"capacity_share must be one of {', '.join(map(str, CAPACITY_SHARES))}")
        return self


class Drift(_File):
    """From where on tonight is said to look unlike what the model learned from."""

    stability_index: Annotated[float, Field(gt=0)]
    reference_days: Annotated[int, Field(ge=1)]
    least_rows: Annotated[int, Field(ge=1)]
    sample_rows: Annotated[int, Field(ge=100)]


class ModelPolicy(_File):
    """When a model may be trained, and how."""

    label_window_days: Annotated[int, Field(ge=1)]
    min_labels: Count
    min_positives: Count
    min_family_positives: Count
    evaluation_share: Annotated[float, Field(gt=0, lt=1)]
    parts: Parts
    learning: Learning
    lightgbm: dict[str, float | int]
    promotion: Literal["manual", "gated_automatic"]
    challenger_days: Count
    gates: Gates
    drift: Drift
    reasons_per_item: Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class Policy:
    """Every policy file of a folder; files that the folder lacks come from the shipped policy."""

    folder: Path
    queues: Queues
    costs: Costs
    findings: Findings
    ingest: Ingest
    engine: Engine
    history: History
    change: Change
    network: Network
    model: ModelPolicy
    words: Words
    text: Text
    parties: Parties
    screening: Screening
    expectations: Expectations
    regimes: Regimes
    duties: Duties
    rules: Rules
    sharing: Sharing
    trusted: Trusted

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change with any byte of a file that shapes rows."""
        return _digest(self.folder, set(FILES) - SHAPELESS)[:12]

    @property
    def shipped_files(self) -> tuple[str, ...]:
        """Names of the files that come from the shipped policy because the folder lacks them."""
        return tuple(name for name in FILES if _locate(self.folder, name).parent != self.folder)


FILES: dict[str, type[BaseModel]] = {
    "queues.yml": Queues,
    "costs.yml": Costs,
    "findings.yml": Findings,
    "ingest.yml": Ingest,
    "engine.yml": Engine,
    "history.yml": History,
    "change.yml": Change,
    "network.yml": Network,
    "model.yml": ModelPolicy,
    "words.yml": Words,
    "text.yml": Text,
    "parties.yml": Parties,
    "screening.yml": Screening,
    "expectations.yml": Expectations,
    "regimes.yml": Regimes,
    "duties.yml": Duties,
    "rules.yml": Rules,
    "selection.yml": Sharing,
    "trusted.yml": Trusted,
}
# Where work is done, and what is said of it: neither changes a scored row.
SHAPELESS = frozenset({"engine.yml", "expectations.yml"})
_Model = TypeVar("_Model", bound=BaseModel)


def load_policy(folder: Path) -> Policy:
    """Return the policy of a folder.

    Raises:
        PolicyError: naming the file and key that is unknown, missing or out of range.
    """
    if not folder.is_dir():
        raise PolicyFolderError(folder, "folder", "it does not exist", fix="name another with --policy")
    _refuse_strangers(folder)
    return _parse_policy(folder, _digest(folder, FILES))


@cache
def _parse_policy(folder: Path, _content: str) -> Policy:
    """Read every file; asked again for the same content, the same policy comes back."""
    policy = _read_every(folder)
    unknown = sorted(set(policy.text.spoiled_by) - set(policy.findings.codes))
    if unknown:
        raise PolicyError(
            _locate(folder, "text.yml"), "spoiled_by", f"findings.yml has no {', '.join(unknown)}",
            fix="use codes of findings.yml, or add the code there",
        )  # fmt: skip
    return policy


def _read_every(folder: Path) -> Policy:
    return Policy(
        folder=folder,
        queues=_read(folder, "queues.yml", Queues),
        costs=_read(folder, "costs.yml", Costs),
        findings=_read(folder, "findings.yml", Findings),
        ingest=_read(folder, "ingest.yml", Ingest),
        engine=_read(folder, "engine.yml", Engine),
        history=_read(folder, "history.yml", History),
        change=_read(folder, "change.yml", Change),
        network=_read(folder, "network.yml", Network),
        model=_read(folder, "model.yml", ModelPolicy),
        words=_read(folder, "words.yml", Words),
        text=_read(folder, "text.yml", Text),
        parties=_read(folder, "parties.yml", Parties),
        screening=_read(folder, "screening.yml", Screening),
        expectations=_read(folder, "expectations.yml", Expectations),
        regimes=_read(folder, "regimes.yml", Regimes),
        duties=_read(folder, "duties.yml", Duties),
        rules=_read(folder, "rules.yml", Rules),
        sharing=_read(folder, "selection.yml", Sharing),
        trusted=_read(folder, "trusted.yml", Trusted),
    )


def _digest(folder: Path, names: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for name in sorted(names):
        digest.update(name.encode() + b"\0" + _locate(folder, name).read_bytes() + b"\0")
    return digest.hexdigest()


def _refuse_strangers(folder: Path) -> None:
    for path in sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]):
        if path.name not in FILES:
            raise PolicyError(path, "file", "no such policy file", fix=f"the files are {', '.join(FILES)}")


def _locate(folder: Path, name: str) -> Path:
    own = folder / name
    return own if own.exists() else SHIPPED_POLICY / name


def _read(folder: Path, name: str, model: type[_Model]) -> _Model:
    path = _locate(folder, name)
    try:
        return model.model_validate(read_yaml(path))
    except yaml.YAMLError as problem:
        raise PolicyError(path, "syntax", str(problem)) from problem
    except ValidationError as problem:
        # An unknown key comes first: a misspelt one is also missing under its right name.
        first = min(problem.errors(), key=lambda each: each["type"] != "extra_forbidden")
        key = ".".join(str(part) for part in first["loc"]) or "file"
        raise PolicyError(path, key, first["msg"].removeprefix("Value error, ")) from problem
