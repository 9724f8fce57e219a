"""Where a run reads and writes: home, landing and policy folders.

Belongs here: folders and the environment variables that name them.
Belongs elsewhere: numbers that people decide (policy.py), table paths (lake.py).
"""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SHIPPED_POLICY = PROJECT / "policy"
SAMPLE_LANDING = PROJECT / "sample_data" / "landing"

HOME_VARIABLE = "TIDEWAITER_HOME"
LANDING_VARIABLE = "TIDEWAITER_LANDING"
POLICY_VARIABLE = "TIDEWAITER_POLICY"


@dataclass(frozen=True)
class Settings:
    """The three folders of a run, absolute."""

    home: Path
    landing: Path
    policy: Path

    @property
    def lake(self) -> Path:
        return self.home / "lake"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def releases(self) -> Path:
        return self.home / "releases"

    @property
    def quality(self) -> Path:
        return self.home / "quality"

    @property
    def dagster(self) -> Path:
        return self.home / "dagster"

    def to_environment(self) -> dict[str, str]:
        """Return the variables that give another process the same folders."""
        return {
            HOME_VARIABLE: str(self.home),
            LANDING_VARIABLE: str(self.landing),
            POLICY_VARIABLE: str(self.policy),
            "DAGSTER_HOME": str(self.dagster),
        }


def load_settings(home: Path | None = None, landing: Path | None = None, policy: Path | None = None) -> Settings:
    """Return the folders given, else those the environment names, else the defaults."""
    return Settings(
        home=_choose(home, HOME_VARIABLE, PROJECT / "data"),
        landing=_choose(landing, LANDING_VARIABLE, SAMPLE_LANDING),
        policy=_choose(policy, POLICY_VARIABLE, SHIPPED_POLICY),
    )


def _choose(given: Path | None, variable: str, default: Path) -> Path:
    named = os.environ.get(variable)
    return (given or (Path(named) if named else default)).resolve()
