"""What the judge measures of a run: the oracle, estimates, calibration, discovery, the bar.

Belongs here: figures from rows that are written out.
Belongs elsewhere: runs (tests/integration/test_targeting_proof.py).
"""

from datetime import date

import polars as pl
import pytest

from models.measure import find_wilson
from tidewaiter.errors import ProofError
from tidewaiter.policy import load_policy
from tidewaiter.prove.targeting.calibration import find_error
from tidewaiter.prove.targeting.chooser.registry import CHOOSERS, check_names
from tidewaiter.prove.targeting.estimate import estimate_week
from tidewaiter.prove.targeting.finding_book import FindingBook
from tidewaiter.prove.targeting.measure import add_oracle, measure_groups, measure_schemes
from tidewaiter.prove.targeting.plan import Plan, print_plan
from tidewaiter.prove.targeting.summary import judge_bar, summarise
from tidewaiter.settings import SHIPPED_POLICY

DAY = date(2026, 9, 7)


def rows(*given: tuple[str, bool, float, bool]) -> pl.DataFrame:
    """Shipments of one night and port: id, violation, loss, whether it came through to the night's choice."""
    schema = ["shipment_id", "is_violation", "loss_usd", "is_there"]
    return pl.DataFrame(given, schema=schema, orient="row").with_columns(on=pl.lit(DAY), port_code=pl.lit("4701"))


def test_the_oracle_takes_what_capacity_allows_of_what_it_could_choose() -> None:
    found = add_oracle(
        rows(("a", True, 5.0, True), ("b", True, 9.0, True), ("c", True, 7.0, True), ("d", True, 99.0, False)),
        pl.DataFrame({"port_code": ["4701"], "capacity": [2]}),
    )
    assert found["is_oracle_hit"].sum() == 2
    assert found["oracle_loss_usd"].sum() == 16.0
    assert found.filter("is_slot").height == 2


def test_an_oracle_finds_no_more_than_there_is() -> None:
    found = add_oracle(
        rows(("a", True, 5.0, True), ("b", False, 0.0, True)), pl.DataFrame({"port_code": ["4701"], "capacity": [9]})
    )
    assert (found["is_oracle_hit"].sum(), found["is_slot"].sum()) == (1, 2)


def test_an_estimate_weighs_random_exams_by_their_chance() -> None:
    week = pl.DataFrame(
        {
            # The exam that was aimed at would have been drawn had the lot fallen otherwise.
            "inclusion_probability": [0.9, *[0.5] * 8],
            "selector": ["targeted", *["random", None] * 4],
            "is_selected": [True, *[True, False] * 4],
            "is_found": [True, True, None, False, None, False, None, False, None],
            "is_violation": [True, True, True, *[False] * 6],
        }
    )
    found = estimate_week(week)
    assert found is not None
    estimate, low, high, truth, is_covered = found
    assert estimate == pytest.approx((1 + 8 * 0.25) / 9)
    assert truth == pytest.approx(3 / 9)
    assert low < truth < high
    assert is_covered


def test_a_week_without_random_exams_or_with_young_ones_has_no_estimate() -> None:
    targeted = {"inclusion_probability": [0.9], "is_selected": [True], "is_found": [True], "is_violation": [True]}
    assert estimate_week(pl.DataFrame({**targeted, "selector": ["targeted"]})) is None
    young = {"inclusion_probability": [0.5] * 4, "is_selected": [True] * 4, "is_found": [True, None, None, None]}
    assert estimate_week(pl.DataFrame({**young, "selector": ["random"] * 4, "is_violation": [False] * 4})) is None


def test_wilson_is_the_published_interval() -> None:
    low, high = find_wilson(0.1, 50)
    assert [low, high] == pytest.approx([0.04348, 0.21360], abs=1e-4)


def test_chances_that_are_true_have_no_error_and_no_chances_no_figure() -> None:
    frame = pl.DataFrame(
        {"shipment_id": [str(n) for n in range(20)], "chance": [0.5] * 20, "is_violation": [True, False] * 10}
    )
    assert find_error(frame) == pytest.approx(0.0)
    assert find_error(frame.with_columns(chance=pl.lit(0.7))) == pytest.approx(0.2)
    assert find_error(frame.with_columns(chance=pl.lit(None, pl.Float64))) is None


def test_a_scheme_is_caught_by_an_exam_that_says_so() -> None:
    frame = pl.DataFrame(
        {
            "scheme": ["new"] * 3,
            "on": [date(2026, 9, 1), date(2026, 9, 4), date(2026, 9, 6)],
            "is_violation": [True] * 3,
            "is_selected": [False, True, True],
            "is_found": [None, False, True],
            "loss_usd": [1.0] * 3,
        }
    )
    (row,) = measure_schemes(frame, frozenset({"old"})).to_dicts()
    assert (row["is_new"], row["hits_n"], row["first_caught_days"]) == (True, 2, 5)


def test_groups_are_of_honest_shipments_only() -> None:
    frame = pl.DataFrame(
        {
            "sender": ["a"] * 300 + ["b"] * 250,
            "origin_country": ["CN"] * 550,
            "is_violation": [True] * 50 + [False] * 500,
            "is_selected": [True] * 100 + [False] * 450,
        }
    )
    by = {(row["kind"], row["name"]): row["false_hold_share"] for row in measure_groups(frame, 1).to_dicts()}
    assert by == {("origin", "CN"): pytest.approx(0.1), ("size", "large"): pytest.approx(0.1)}


def test_findings_are_matched_to_the_exams_of_the_run() -> None:
    book = FindingBook(load_policy(SHIPPED_POLICY).findings)
    choice = {"shipment_id": ["entry:ZZA00000001", "entry:ZZA00000002"], "is_selected": [True, False]}
    exams = book.order(DAY, pl.DataFrame({**choice, "selector": ["random", None]}))
    assert exams.select("shipment_ref", "ref_kind").rows() == [("ZZA00000001", "entry")]
    others = {"shipment_id": ["entry:1", "entry:2"], "is_selected": [True, True], "selector": ["novelty", "mandatory"]}
    assert book.order(DAY, pl.DataFrame(others))["selected_by"].to_list() == ["targeted", "targeted"]
    codes = ["UNDERVALUED", "UNDERVALUED", "CANCELLED"]
    refs = ["ZZA-0000000-1", "ZZA-0000000-2", "ZZA00000001"]
    landed = {"shipment_ref": refs, "ref_kind": ["entry"] * 3, "finding_code": codes, "loss_usd": ["2.5", "9", ""]}
    book.land(date(2026, 9, 9), pl.DataFrame(landed))
    assert book.findings.select("shipment_id", "is_violation", "loss_usd").rows() == [("entry:ZZA00000001", True, 2.5)]


def test_the_bar_says_what_does_not_hold() -> None:
    measures = summarise(frame_totals({"ours": 0.2, "record_rule": 0.3}), ["record_rule", "ours"])
    found = judge_bar(frame_totals({"ours": 0.2, "record_rule": 0.3}), measures)
    bars = {bar.asked: bar.holds for bar in found}
    assert bars["mean recall is above every baseline's"] is False
    assert bars["the deviation of recall over seeds is no larger than the record rule's"] is True
    assert found[-1].found == "50.0% of 8 weeks"


def test_beside_the_deviation_of_recall_stands_what_counting_alone_would_make_of_it() -> None:
    totals = frame_totals({"ours": 0.2, "record_rule": 0.5})
    found = {bar.asked: bar.found for bar in judge_bar(totals, summarise(totals, ["record_rule", "ours"]))}
    said = "0.0000 against 0.0000; of so few violations 0.0400 against 0.0500 would be chance alone"
    assert found["the deviation of recall over seeds is no larger than the record rule's"] == said


@pytest.mark.parametrize(
    ("caught", "holds", "words"),
    [
        ([1.0, 1.0], True, "2 of 2 seeds"), ([1.0, 0.5], False, "1 of 2 seeds"),
        ([1.0, None], None, "1 of 1 seeds; in 1 more none had begun"),
        ([0.5, None], False, "0 of 1 seeds; in 1 more none had begun"),
        ([None, None], None, "0 of 0 seeds; in 2 more none had begun"),
    ],
)  # fmt: skip
def test_new_schemes_are_judged_where_they_had_begun(
    caught: list[float | None], holds: bool | None, words: str
) -> None:
    totals = frame_totals({"ours": 0.2, "record_rule": 0.3}).with_columns(
        new_caught_share=pl.Series([*caught, *caught], dtype=pl.Float64)
    )
    bars = judge_bar(totals, summarise(totals, ["record_rule", "ours"]))
    bar = next(each for each in bars if each.asked.startswith("both new schemes"))
    assert (bar.holds, bar.found) == (holds, words)


def frame_totals(recalls: dict[str, float]) -> pl.DataFrame:
    """Totals of two seeds whose other figures are all one half."""
    from tidewaiter.prove.targeting.summary import MEASURES

    plain = {**dict.fromkeys(MEASURES, 0.5), "estimate_weeks_n": 4, "violations_n": 100}
    return pl.DataFrame(
        [{"seed": seed, "policy": name, **plain, "recall": r} for name, r in recalls.items() for seed in (1, 2)]
    )


def test_policies_are_named_once_in_their_order_and_a_stranger_is_refused() -> None:
    assert check_names(["ours", "random", "ours"]) == ("random", "ours")
    assert tuple(CHOOSERS)[-1] == "ours"
    with pytest.raises(ProofError, match="there is no policy guess"):
        check_names(["guess"])


def test_another_figure_of_the_plan_is_another_print() -> None:
    assert print_plan(Plan()) == print_plan(Plan())
    assert print_plan(Plan()) != print_plan(Plan(weeks=25))
    assert len(Plan().warm_up_days) == 56
    assert [Plan().week(day) for day in (Plan().days[0], Plan().days[-1])] == [1, 26]
