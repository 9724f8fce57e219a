"""The Dagster code location.

Belongs here: putting assets, jobs, schedules, sensors and resources together.
Belongs elsewhere: each of them.
"""

import warnings

import dagster as dg

warnings.filterwarnings("ignore", category=dg.PreviewWarning)
warnings.filterwarnings("ignore", category=dg.BetaWarning)

from assets.compliance import COMPLIANCE_ASSETS  # noqa: E402
from assets.duty import DUTY_ASSETS  # noqa: E402
from assets.features import FEATURE_ASSETS  # noqa: E402
from assets.manifests import MANIFEST_ASSETS  # noqa: E402
from assets.outcomes import OUTCOME_ASSETS  # noqa: E402
from assets.parties import PARTY_ASSETS  # noqa: E402
from assets.quality import QUALITY_ASSETS  # noqa: E402
from assets.reference import REFERENCE_ASSETS  # noqa: E402
from assets.release import RELEASE_ASSETS  # noqa: E402
from assets.scoring import SCORING_ASSETS  # noqa: E402
from pipelines.failures import FAILURE_SENSORS  # noqa: E402
from pipelines.jobs import JOBS  # noqa: E402
from pipelines.resources import build_workspace  # noqa: E402
from pipelines.schedules import SCHEDULES  # noqa: E402
from pipelines.sensors import SENSORS  # noqa: E402
from tidewaiter.settings import Settings, load_settings  # noqa: E402


def build_definitions(settings: Settings) -> dg.Definitions:
    """Return the code location for these folders."""
    return dg.Definitions(
        assets=[
            *MANIFEST_ASSETS,
            *REFERENCE_ASSETS,
            *DUTY_ASSETS,
            *PARTY_ASSETS,
            *COMPLIANCE_ASSETS,
            *FEATURE_ASSETS,
            *OUTCOME_ASSETS,
            *SCORING_ASSETS,
            *QUALITY_ASSETS,
            *RELEASE_ASSETS,
        ],
        jobs=JOBS,
        # For what is materialized from the asset graph: a process a step would cost seconds each.
        executor=dg.in_process_executor,
        schedules=SCHEDULES,
        sensors=[*SENSORS, *FAILURE_SENSORS],
        resources={"workspace": build_workspace(settings)},
    )


def name_assets(definitions: dg.Definitions) -> dict[str, dg.AssetsDefinition]:
    """Return the assets by the name of their step."""
    assets = [each for each in definitions.assets or () if isinstance(each, dg.AssetsDefinition)]
    return {each.op.name: each for each in assets}


defs = build_definitions(load_settings())
