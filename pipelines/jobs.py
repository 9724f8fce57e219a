"""Which assets run together.

Belongs here: job definitions.
Belongs elsewhere: when they run (schedules.py, sensors.py).
"""

import dagster as dg

from assets.manifests import SHIPMENT_RAW_ASSETS, core
from assets.reference import CODE_LIST_ASSETS
from assets.table import asset_key
from pipelines.resources import HISTORY_JOB
from tidewaiter.night.scoring import SCORE_TABLES
from tidewaiter.parties.picture import PICTURE

LANDING_ASSETS = [*SHIPMENT_RAW_ASSETS, *CODE_LIST_ASSETS, core]
_MODEL = dg.AssetSelection.assets(dg.AssetKey(["model", "version"]))
# What only a night has: queues, what is published of them, and the page about it.
_TARGETING = dg.AssetSelection.assets(
    *(asset_key(table) for table in (*SCORE_TABLES, PICTURE, "mart.release", "quality.report"))
)
# What looks at entries and manifests only: the two halves of a past date are built side by side (history.py).
_LANDING = dg.AssetSelection.assets(*(each for asset in LANDING_ASSETS for each in asset.keys))

NIGHTLY = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all() - _MODEL,
    executor_def=dg.in_process_executor,
    description="One night: landed files to queues and the published release.",
)
HISTORY = dg.define_asset_job(
    HISTORY_JOB,
    selection=dg.AssetSelection.all() - _MODEL - _TARGETING,
    executor_def=dg.in_process_executor,
    description="A past date without queues: what later nights and training look back on.",
)
HISTORY_LANDING = dg.define_asset_job(
    f"{HISTORY_JOB}_landing",
    selection=_LANDING,
    executor_def=dg.in_process_executor,
    description="The first half of a past date: entries and manifests to core tables, and the lists of their codes.",
)
HISTORY_FEATURES = dg.define_asset_job(
    f"{HISTORY_JOB}_features",
    selection=dg.AssetSelection.all() - _MODEL - _TARGETING - _LANDING,
    executor_def=dg.in_process_executor,
    description="The second half of a past date: lists, parties, outcomes, features, ledger.",
)
TRAIN = dg.define_asset_job(
    "train",
    selection=_MODEL,
    executor_def=dg.in_process_executor,
    description="A model from the labels known before the date.",
)
JOBS = [NIGHTLY, HISTORY, HISTORY_LANDING, HISTORY_FEATURES, TRAIN]
