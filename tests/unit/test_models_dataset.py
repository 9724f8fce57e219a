"""What a model learns from: examined shipments only, known in time, with the features of their own night.

Belongs here: labels, the join to features, the matrix.
Belongs elsewhere: fitting (test_models_train.py).
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from models.dataset import feature_matrix, read_examples, read_labels
from tests.unit.labelled_world import AS_OF, FEATURES, FIRST, make_features, make_labels, make_world, put
from tidewaiter.errors import ModelMismatchError
from tidewaiter.lake import Lake

NOON = datetime(2026, 1, 2, 12)


def label_rows(shipment_id: str, *found: str, known_at: datetime, on: date = FIRST, loss: float = 0.0) -> pl.DataFrame:
    """Return one shipment's four label rows."""
    one = make_labels(make_features(1, 0), on, 0)
    return one.with_columns(
        pl.lit(shipment_id).alias("shipment_id"),
        pl.col("family").is_in(list(found)).cast(pl.Int32).alias("y"),
        pl.lit(known_at).cast(pl.Datetime("us")).alias("known_at"),
        pl.lit(loss).cast(pl.Decimal(18, 2)).alias("loss_usd"),
    )


def test_a_null_becomes_nan_and_never_zero() -> None:
    frame = make_features(3, 1).with_columns(pl.Series("value_usd", [None, 0.0, 5.0]))
    column = feature_matrix(frame, FEATURES)[:, FEATURES.index("value_usd")]
    assert np.isnan(column[0])
    assert column[1:].tolist() == [0.0, 5.0]


def test_the_matrix_has_the_asked_order_in_float32_rows() -> None:
    frame = make_features(4, 1).select("shipment_id", *reversed(FEATURES))
    matrix = feature_matrix(frame, FEATURES)
    assert matrix.dtype == np.float32
    assert matrix.flags.c_contiguous
    assert matrix[:, 1].tolist() == frame[FEATURES[1]].cast(pl.Float32).to_list()


def test_missing_and_unexpected_columns_are_named() -> None:
    frame = make_features(2, 1).drop("pieces_n").with_columns(moon_phase=pl.lit(0.5))
    with pytest.raises(ModelMismatchError, match="missing pieces_n; unexpected moon_phase"):
        feature_matrix(frame, FEATURES)


def test_a_column_that_no_model_may_learn_from_is_let_through() -> None:
    assert "price_median_usd_kg" in make_features(2, 1).columns
    assert feature_matrix(make_features(2, 1), FEATURES).shape == (2, len(FEATURES))


def test_text_in_the_place_of_a_number_is_refused() -> None:
    frame = make_features(2, 1).with_columns(pieces_n=pl.lit("many"))
    with pytest.raises(ModelMismatchError, match="pieces_n: not numbers"):
        feature_matrix(frame, FEATURES)


def test_a_shipment_without_a_finding_is_not_an_example(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    features = make_features(50, 0)
    put(lake, "feature.shipment", FIRST, features)
    put(lake, "outcome.label", FIRST, make_labels(features.head(7), FIRST, 0))
    examples = read_examples(lake, AS_OF, 365, FEATURES)
    assert examples.frame["shipment_id"].to_list() == features["shipment_id"].head(7).to_list()


@pytest.mark.parametrize(("known_at", "rows_n"), [(datetime(2026, 1, 13, 23, 59), 1), (datetime(2026, 1, 14), 0)])
def test_only_results_known_before_the_date_begins_are_read(tmp_path: Path, known_at: datetime, rows_n: int) -> None:
    put(Lake(tmp_path), "outcome.label", FIRST, label_rows("entry:A", known_at=known_at))
    assert read_labels(Lake(tmp_path), AS_OF, 365).height == rows_n


def test_a_partition_that_landed_later_is_not_read(tmp_path: Path) -> None:
    put(Lake(tmp_path), "outcome.label", AS_OF + timedelta(days=1), label_rows("entry:A", known_at=NOON))
    assert read_labels(Lake(tmp_path), AS_OF, 365).is_empty()


def test_a_shipment_older_than_the_window_is_not_read(tmp_path: Path) -> None:
    put(Lake(tmp_path), "outcome.label", FIRST, label_rows("entry:A", known_at=NOON))
    assert read_labels(Lake(tmp_path), AS_OF, 13).height == 1
    assert read_labels(Lake(tmp_path), AS_OF, 12).is_empty()


def test_a_violation_stays_when_a_later_exam_clears_and_the_first_source_counts(tmp_path: Path) -> None:
    lake, later = Lake(tmp_path), NOON + timedelta(days=3)
    put(
        lake,
        "outcome.label",
        date(2026, 1, 5),
        label_rows("entry:A", known_at=later).with_columns(source=pl.lit("field")),
    )
    first = label_rows("entry:A", "revenue", known_at=NOON, loss=90.5).with_columns(source=pl.lit("random"))
    put(lake, "outcome.label", date(2026, 1, 2), first)
    row = read_labels(lake, AS_OF, 365).row(0, named=True)
    assert (row["is_revenue"], row["is_product"], row["source"], row["loss_usd"]) == (True, False, "random", 90.5)
    assert row["known_at"] == later


def test_the_loss_of_another_family_is_not_revenue_lost(tmp_path: Path) -> None:
    put(Lake(tmp_path), "outcome.label", FIRST, label_rows("entry:A", "contraband", known_at=NOON, loss=90.5))
    assert read_labels(Lake(tmp_path), AS_OF, 365)["loss_usd"].to_list() == [0.0]


def test_labels_without_features_are_counted(tmp_path: Path) -> None:
    world = make_world(tmp_path, rows_n=10)
    world.lake.path("feature.shipment", FIRST).unlink()
    second = FIRST + timedelta(days=1)
    put(world.lake, "feature.shipment", second, make_features(10, 1).head(8))
    examples = read_examples(world.lake, AS_OF, 365, FEATURES)
    assert (examples.without_partition_n, examples.without_features_n) == (10, 2)
    assert examples.frame.height == 120 - 12


def test_a_night_with_other_features_is_named(tmp_path: Path) -> None:
    world = make_world(tmp_path, rows_n=5)
    put(world.lake, "feature.shipment", FIRST, make_features(5, 0).drop("pieces_n"))
    with pytest.raises(ModelMismatchError, match=r"date=2026-01-01.*missing pieces_n"):
        read_examples(world.lake, AS_OF, 365, FEATURES)


def test_no_labels_at_all_is_an_empty_set_of_examples(tmp_path: Path) -> None:
    examples = read_examples(Lake(tmp_path), AS_OF, 365, FEATURES)
    assert examples.frame.is_empty()
    assert set(FEATURES) <= set(examples.frame.columns)
