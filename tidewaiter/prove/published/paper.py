"""What the authors of the release publish of their baselines, each figure with its source and whether it was checked.

Belongs here: published figures.
Belongs elsewhere: our own (proof.py).
"""

from dataclasses import dataclass

PAPER = "Jeong, Kim, Park, Choi: Customs Import Declaration Datasets, arXiv 2208.02484"
NOTEBOOK = (
    "the authors' notebook codes/50_Compare_multi_algorithm.ipynb at b9337a1, section 2-2: learned from the training "
    "part, measured on the test part, of the files as they stood that day"
)


@dataclass(frozen=True)
class Published:
    """A figure as published.

    Attributes:
        ranking: the name of the ranking here that it stands beside, None when there is none.
        is_checked: whether the figure was read in its source; else it is quoted from elsewhere.
    """

    model: str
    ranking: str | None
    measure: str
    value: float
    of: str
    source: str
    is_checked: bool


LIGHTGBM, XGBOOST, LOGISTIC = "LightGBM, shipped settings", "XGBoost-like, depth 4", "logistic, codes as numbers"


def _auc(model: str, ranking: str | None, value: float) -> Published:
    return Published(model, ranking, "auc", value, "synthetic release", NOTEBOOK, is_checked=True)


PUBLISHED = (
    Published("LightGBM", LIGHTGBM, "p5", 0.762, "synthetic release", PAPER, is_checked=False),
    Published("LightGBM", None, "p5", 0.604, "real source data, which is not public", PAPER, is_checked=False),
    _auc("LightGBM", LIGHTGBM, 0.7426),
    _auc("XGBoost", XGBOOST, 0.7033),
    _auc("CatBoost", None, 0.6912),
    _auc("random forest", None, 0.6351),
    _auc("AdaBoost", None, 0.6186),
    _auc("decision tree", None, 0.6081),
    _auc("logistic regression", LOGISTIC, 0.5254),
)


def find_published(ranking: str, measure: str) -> Published | None:
    """Return the published figure that a figure of ours stands beside, None when there is none."""
    return next((each for each in PUBLISHED if (each.ranking, each.measure) == (ranking, measure)), None)
