"""Which class each examined shipment teaches.

Belongs here: several families at once, rare families, the class of the others.
Belongs elsewhere: chances (test_models_score.py).
"""

import polars as pl

from models.target import Target, choose_classes
from tidewaiter.policy import FAMILIES, load_policy
from tidewaiter.settings import SHIPPED_POLICY

COSTS = load_policy(SHIPPED_POLICY).costs


def choose(*rows: tuple[set[str], float, int], least: int = 2) -> Target:
    """Return the target of rows given as (families, revenue loss, times)."""
    spread = [(families, loss) for families, loss, times in rows for _ in range(times)]
    frame = pl.DataFrame({
        "loss_usd": [loss for _, loss in spread],
        **{f"is_{family}": [family in families for families, _ in spread] for family in FAMILIES},
    })  # fmt: skip
    return choose_classes(frame, COSTS, least)


def classes_of(target: Target) -> list[str]:
    return [target.classes[place] for place in target.y.tolist()]


def test_a_family_with_enough_shipments_has_a_class() -> None:
    target = choose((set(), 0, 3), ({"revenue"}, 10, 2), ({"product"}, 0, 2))
    assert target.classes == ("none", "revenue", "product")
    assert classes_of(target) == ["none"] * 3 + ["revenue"] * 2 + ["product"] * 2


def test_several_families_teach_the_costliest() -> None:
    target = choose((set(), 0, 1), ({"product", "contraband"}, 0, 2), ({"product"}, 0, 2))
    assert classes_of(target)[1:3] == ["contraband", "contraband"]


def test_the_stated_loss_is_what_revenue_costs() -> None:
    target = choose((set(), 0, 1), ({"revenue", "product"}, 2001, 2), ({"revenue", "product"}, 1999, 2))
    assert classes_of(target)[1:] == ["revenue", "revenue", "product", "product"]


def test_rare_families_teach_another_violation_and_not_a_clear_shipment() -> None:
    target = choose((set(), 0, 2), ({"revenue"}, 10, 2), ({"forced_labor"}, 0, 1))
    assert target.classes == ("none", "revenue", "other")
    assert classes_of(target)[-1] == "other"
    assert (target.y > 0).sum() == 3


def test_a_shipment_of_a_rare_family_goes_to_its_next_family() -> None:
    target = choose((set(), 0, 1), ({"contraband", "product"}, 0, 1), ({"product"}, 0, 1))
    assert target.classes == ("none", "product")
    assert classes_of(target)[1:] == ["product", "product"]


def test_a_family_counts_the_shipments_that_are_its_own() -> None:
    target = choose((set(), 0, 1), ({"contraband", "product"}, 0, 3), ({"product"}, 0, 1))
    assert target.classes == ("none", "contraband", "other")


def test_without_a_family_of_its_own_every_violation_is_another() -> None:
    target = choose((set(), 0, 2), ({"revenue"}, 5, 1), ({"product"}, 0, 1))
    assert target.classes == ("none", "other")
    assert classes_of(target) == ["none", "none", "other", "other"]


def test_only_clear_shipments_have_one_class() -> None:
    assert choose((set(), 0, 4)).classes == ("none",)
