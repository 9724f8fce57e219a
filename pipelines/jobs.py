"""Which assets run together.

Belongs here: job definitions.
Belongs elsewhere: when they run (schedules.py, sensors.py).
"""

import dagster as dg

from assets.scoring import SCORE_TABLES
from assets.table import asset_key
from pipelines.partitions import DAILY
from pipelines.resources import HISTORY_JOB

_MODEL = dg.AssetSelection.assets(dg.AssetKey(["model", "version"]))
_TARGETING = dg.AssetSelection.assets(dg.AssetKey(["mart", "release"]), *(asset_key(table) for table in SCORE_TABLES))

NIGHTLY = dg.define_asset_job(
    "nightly",
    selection=dg.AssetSelection.all() - _MODEL,
    partitions_def=DAILY,
    executor_def=dg.in_process_executor,
    description="One night: landed files to queues and the published release.",
)
HISTORY = dg.define_asset_job(
    HISTORY_JOB,
    selection=dg.AssetSelection.all() - _MODEL - _TARGETING,
    partitions_def=DAILY,
    executor_def=dg.in_process_executor,
    description="A past date without queues: what later nights and training look back on.",
)
TRAIN = dg.define_asset_job(
    "train",
    selection=_MODEL,
    partitions_def=DAILY,
    executor_def=dg.in_process_executor,
    description="A model from the labels known before the date.",
)
JOBS = [NIGHTLY, HISTORY, TRAIN]
