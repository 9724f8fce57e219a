"""Sets the level of a night's chances: on average over its shipments they are the share of violations that labels say.

The share is that of tonight's mix of documents: a night without the entries is not lifted to the rate of entries.
Records of everyone rise from night to night while targeting finds much, and a model knows those of its training alone.
Without this, chances are too high before the next one is trained.

Belongs here: shifting a fitted hybrid to the shipments it is to score.
Belongs elsewhere: the share and what it is worth (fit.py), solving for the shift (calibrate.py).
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from models.artifact import Model
from models.background import sample_rows
from models.calibrate import find_level
from models.recipe import Fitted
from models.score import build_input, read_log_odds

# Fewer shipments have a mean of their own; more tell it no better.
LEAST_ROWS, SAMPLE_ROWS = 100, 6_000
# Findings by whose weight the level is left as it was.
PRIOR_N = 5.0


def level_model(model: Model, features: Path, *, threads: int = 1) -> Model:
    """Return the model at the level of a night.

    Args:
        features: the file of the night's features.

    Raises:
        ModelMismatchError: when the features are not the model's.
    """
    rows = sample_rows(features, SAMPLE_ROWS, model.fitted.features)
    return replace(model, fitted=set_level(model.fitted, rows, threads=threads))


def set_level(fitted: Fitted, rows: pl.DataFrame, *, threads: int = 1) -> Fitted:
    """Return the hybrid shifted so that its mean chance over the rows is the share that its labels say.

    All log-odds move alike, so no two shipments change places by chance. Few findings behind the share move it less;
    too few rows, or a hybrid whose chances were never calibrated, leave it as it is.
    """
    level = fitted.recipe.level
    if level is None or rows.height < LEAST_ROWS:
        return fitted
    sample = rows[np.unique(np.linspace(0, rows.height - 1, SAMPLE_ROWS).astype(np.intp))]
    log_odds = read_log_odds(fitted, sample, build_input(fitted, sample), threads)
    shift = find_level(log_odds, level.expect(sample["shipment_id"])) * level.findings_n / (level.findings_n + PRIOR_N)
    calibration = fitted.recipe.calibration
    return fitted.with_calibration(calibration.model_copy(update={"shift": shift}))
