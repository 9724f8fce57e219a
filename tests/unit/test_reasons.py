"""Reasons as an officer reads them: plain figures, a comparison that means something, sums that hold.

Belongs here: figures in words, sentences, comparisons, what is named and what is summed up.
Belongs elsewhere: contributions (test_models_explain.py, test_record_rule.py).
"""

from typing import Any

import numpy as np
import polars as pl
import pytest

from models.explain import FAMILY_WORDS
from tests.unit.labelled_world import FEATURES, make_features
from tidewaiter.features.catalog import load_catalog
from tidewaiter.parties.history_policy import History
from tidewaiter.policy import load_policy
from tidewaiter.settings import SHIPPED_POLICY
from tidewaiter.targeting.contribution import Contributions
from tidewaiter.targeting.figure import UNITS, write_figure
from tidewaiter.targeting.reason import Reason, Setting, describe_typical, write_reasons
from tidewaiter.targeting.sentence import write_sentence
from tidewaiter.targeting.story import tell_stories

POLICY = load_policy(SHIPPED_POLICY)
CATALOG = load_catalog()
ROWS = make_features(40, 5)


def contribute(**added: float) -> Contributions:
    """Return contributions of one row in which only the named facts add something."""
    given = np.array([[added.get(name, 0.0) for name in FEATURES]])
    base = np.array([-2.0])
    return Contributions(["entry:1"], FEATURES, given, base, base + given.sum(axis=1), ["starting point"])


def tell(row: dict[str, Any], limit: int = 5, days_known: int | None = None, **added: float) -> list[Reason]:
    """Return the reasons of one shipment of the made-up night whose figures are changed as given."""
    return tell_within(POLICY.history, row, limit, days_known, **added)


def tell_within(
    history: History, row: dict[str, Any], limit: int = 5, days_known: int | None = None, **added: float
) -> list[Reason]:
    """Return the same where policy lets figures look back so far."""
    one = ROWS.head(1).with_columns(
        pl.lit("low_value").alias("stream"), *(pl.lit(v, pl.Float64).alias(k) for k, v in row.items())
    )
    contributions = contribute(**added)
    setting = Setting(describe_typical(ROWS.lazy(), list(added)), days_known=days_known, history=history)
    return write_reasons(contributions, one, tell_stories(contributions, one, limit), setting)[0]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (-1.966, "log ratio", "0.14 times"), (3.2, "log ratio", "25 times"), (0.0, "log ratio", "1.00 times"),
        (-9.0, "log ratio", "less than 0.01 times"), (999.0, "log ratio", "more than a million times"),
        (1.9, "USD/kg", "USD 1.90/kg"), (14.2, "USD/kg", "USD 14.20/kg"),
        (799.99, "USD", "USD 799.99"), (1234567.8, "USD", "USD 1,234,568"),
        (0.35, "kg", "0.35 kg"), (12500.0, "kg", "12,500 kg"), (12.34, "kg", "12.3 kg"),
        (1.0, "days", "1 day"), (41.0, "days", "41 days"), (3.5, "hours", "3.5 hours"), (1.0, "parties", "1 party"),
        (0.123, "share", "12%"), (0.0432, "share", "4.3%"), (0.0004, "share", "under 0.1%"), (0.0, "share", "0%"),
        (0.994, "share", "99%"), (0.996, "share", "over 99%"), (1.0, "share", "100%"),
        (1.0, "yes/no", "yes"), (0.0, "yes/no", "no"), (3.0, "chapter", "03"), (61.0, "chapter", "61"),
        (1200.0, "shipments", "1,200 shipments"),
    ],
)  # fmt: skip
def test_figures_read_as_people_write_them(value: float, unit: str, words: str) -> None:
    assert write_figure(value, unit) == words


def test_every_unit_of_the_catalog_has_a_wording() -> None:
    assert {feature.unit for feature in CATALOG.features} <= UNITS


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 512.4])
def test_every_feature_has_a_sentence_for_every_figure(value: float) -> None:
    for feature in CATALOG.features:
        sentence = write_sentence(feature, value)
        assert not set("{}_") & set(sentence), sentence
        assert "None" not in sentence
        assert "nan" not in sentence


def test_a_low_price_stands_beside_its_line_and_origin() -> None:
    row = {"price_log_ratio": -2.0115, "value_per_kg_usd": 1.9, "price_median_usd_kg": 14.2, "price_history_n": 210.0}
    reason = tell(row, price_log_ratio=0.8)[0]
    assert reason["text"] == "declared value per kg is 0.13 times that of its tariff line and origin"
    assert reason["comparison"] == "USD 1.90/kg; this line and origin: USD 14.20/kg, from 210 shipments"
    assert reason["value"] == "0.13 times"


def test_other_figures_stand_beside_the_middle_of_their_own_stream() -> None:
    middle = ROWS.filter(stream="low_value")["pieces_n"].median()
    assert isinstance(middle, float)
    reason = tell({"pieces_n": 11.0}, pieces_n=0.4)[0]
    assert (reason["text"], reason["value"]) == ("11 pieces declared", "11 pieces")
    assert reason["comparison"] == f"tonight: median {write_figure(middle, 'pieces')}"


def test_yes_and_no_stand_beside_how_common_yes_is() -> None:
    common = ROWS.filter(stream="low_value")["is_value_near_limit"].mean()
    assert isinstance(common, float)
    reason = tell({"is_value_near_limit": 1.0}, is_value_near_limit=0.4)[0]
    assert reason["text"] == "value just under the low-value limit: yes"
    assert reason["comparison"] == f"tonight: yes for {write_figure(common, 'share')}"


def test_a_past_rate_says_how_many_exams_stand_behind_it() -> None:
    reason = tell({"shipper_finding_share": 0.3, "shipper_exams_n": 1.0}, shipper_finding_share=0.4)[0]
    assert reason["text"] == "the shipper: past finding rate 30%, smoothed"
    assert str(reason["comparison"]).startswith("from 1 exam; tonight: median ")


@pytest.mark.parametrize(
    ("shorter", "said"),
    [
        ({"window_days": 30}, "the consignee: not seen in the 90 days before (30 days on record)"),
        ({"long_window_days": 120}, "the consignee: not seen in the 90 days before"),
        (
            {"long_window_days": 120, "window_days": 60},
            "the consignee: not seen in the 90 days before (40 days on record)",
        ),
    ],
)
def test_a_window_that_policy_cut_short_is_said_to_be(shorter: dict[str, int], said: str) -> None:
    history = POLICY.history.model_copy(update=shorter)
    known = 40 if "window_days" in shorter and "long_window_days" in shorter else 400
    row = {"consignee_first_seen_days": 0.0}
    assert tell_within(history, row, days_known=known, consignee_first_seen_days=1.0)[0]["text"] == said


def test_each_kind_of_party_has_the_window_of_its_own() -> None:
    history = POLICY.history.model_copy(update={"long_window_days": 120})
    row = {"shipper_first_seen_days": 0.0}
    assert "(120 days on record)" in tell_within(history, row, shipper_first_seen_days=1.0)[0]["text"]
    assert history.reach_days("price", None) == history.price_window_days
    assert history.reach_days("network", None) is None


def test_a_tariff_chapter_is_a_name_and_has_no_middle() -> None:
    reason = tell({"hts_chapter": 3.0}, hts_chapter=0.4)[0]
    assert (reason["text"], reason["comparison"]) == ("tariff chapter 03", None)


def test_a_new_party_is_called_new() -> None:
    assert tell({"shipper_first_seen_days": 0.0}, shipper_first_seen_days=1.0)[0]["text"] == (
        "the shipper: not seen in the 365 days before"
    )


def test_a_sum_over_shipments_without_a_value_is_not_called_zero_dollars() -> None:
    filer = load_catalog().feature("filer_value_today_usd")
    assert write_sentence(filer, 0.0) == "the filer: no declared value on this date"
    assert write_sentence(filer, 12.5) == "the filer: USD 12.50 in all on this date"
    reason = tell({"filer_value_today_usd": 0.0}, filer_value_today_usd=0.3)[0]
    assert (reason["text"], reason["value"]) == ("the filer: no declared value on this date", "not declared")


def test_forced_labor_is_spelled_in_one_way() -> None:
    assert "forced labor" in FAMILY_WORDS.values()


def test_a_late_filing_is_not_filed_minus_hours_before() -> None:
    assert tell({"lead_time_hours": -3.0}, lead_time_hours=1.0)[0]["text"] == "filed 3 hours after arrival"


def test_what_is_not_known_is_no_reason() -> None:
    reasons = tell({"account_age_days": None}, account_age_days=0.4, pieces_n=0.1)
    assert [each["code"] for each in reasons] == ["pieces_n", "rest", "base"]
    assert reasons[1]["contribution"] == pytest.approx(0.4)


def test_what_nobody_could_check_is_no_reason() -> None:
    assert [each["code"] for each in tell({}, spread_risk=0.4)] == ["rest", "base"]


def test_facts_of_one_topic_are_one_reason_that_has_what_all_of_them_add() -> None:
    row = {"shipper_shipments_7d_n": 4.0, "shipper_shipments_28d_n": 9.0, "shipper_shipments_90d_n": 12.0}
    added = {"shipper_shipments_7d_n": 0.5, "shipper_shipments_28d_n": 0.3, "shipper_shipments_90d_n": 0.1}
    reason, base = tell(row, 5, None, **added)
    assert reason["text"] == "the shipper: 4 shipments in the 7 days before, 9 shipments in the 28 days before"
    assert reason["value"] == "4 shipments; 9 shipments"
    assert str(reason["comparison"]).count("median") == 2
    assert reason["contribution"] == pytest.approx(0.9)
    assert base["code"] == "base"


def test_a_second_fact_that_says_the_same_is_not_told() -> None:
    row = {"shipper_shipments_28d_n": 9.0, "shipper_shipments_90d_n": 9.0}
    reason = tell(row, shipper_shipments_28d_n=0.5, shipper_shipments_90d_n=0.4)[0]
    assert reason["text"] == "the shipper: 9 shipments in the 28 days before"
    assert reason["contribution"] == pytest.approx(0.9)


def test_a_fact_that_works_against_its_topic_is_not_named() -> None:
    reason = tell({"pieces_n": 3.0, "gross_weight_kg": 2.0}, pieces_n=0.5, gross_weight_kg=-0.3)[0]
    assert reason["text"] == "3 pieces declared"
    assert reason["contribution"] == pytest.approx(0.2)


def test_a_record_that_is_shorter_than_a_window_is_said_to_be() -> None:
    row = {"shipper_first_seen_days": 0.0, "shipper_shipments_7d_n": 2.0}
    assert tell(row, days_known=20, shipper_first_seen_days=1.0)[0]["text"] == (
        "the shipper: not seen in the 365 days before (20 days on record)"
    )
    assert (
        tell(row, days_known=20, shipper_shipments_7d_n=1.0)[0]["text"]
        == "the shipper: 2 shipments in the 7 days before"
    )
    assert "on record" not in tell(row, days_known=365, shipper_first_seen_days=1.0)[0]["text"]


def test_a_heading_is_compared_with_the_one_that_the_words_mean() -> None:
    row = {"text_heading_log_ratio": -3.0, "text_likely_heading": 6403.0, "price_median_usd_kg": 14.2}
    reason = tell(row, text_heading_log_ratio=0.4)[0]
    usual = ROWS.filter(stream="low_value")["text_heading_log_ratio"].median()
    assert isinstance(usual, float)
    assert reason["comparison"] == (
        f"goods with such words are mostly of heading 6403; tonight: median {write_figure(usual, 'log ratio')}"
    )


@pytest.mark.parametrize(
    ("value", "words"), [(2.5, "2.5 standard deviations above"), (-1.0, "1 standard deviation below")]
)
def test_a_deviation_says_on_which_side_it_lies(value: float, words: str) -> None:
    reason = tell({"shipper_volume_deviation_n": value}, shipper_volume_deviation_n=0.4)[0]
    assert reason["text"] == f"the shipper: shipments of the 7 days to tonight {words} those of the 28 days before"


def test_what_raises_the_score_comes_first_and_what_lowers_it_says_so() -> None:
    added = {"pieces_n": 0.3, "lead_time_hours": -0.9, "value_usd": 0.5, "hts_chapter": 0.1, "account_age_days": 0.2}
    reasons = tell({"account_age_days": 7.0, "lead_time_hours": 5.0}, 3, None, **added)
    assert [each["code"] for each in reasons] == ["value_usd", "pieces_n", "lead_time_hours", "rest", "base"]
    assert reasons[2]["text"] == "speaks against: filed 5 hours before arrival"
    assert reasons[3]["text"] == "everything else, 2 facts"
    assert reasons[3]["contribution"] == pytest.approx(0.3)


def test_contributions_add_up_to_what_is_explained() -> None:
    added = {"pieces_n": 0.3, "lines_n": -0.9, "value_usd": 0.5, "is_air": 0.1, "is_mail": 0.2}
    for limit in (1, 2, 3, 9):
        assert sum(each["contribution"] for each in tell({}, limit, None, **added)) == pytest.approx(
            -2.0 + 0.2, abs=1e-9
        )


def test_a_fact_that_adds_nothing_is_no_reason() -> None:
    assert [each["code"] for each in tell({}, pieces_n=0.3)] == ["pieces_n", "base"]


def test_no_reason_carries_an_identifier_of_a_party_or_shipment() -> None:
    reasons = tell({}, 99, None, **dict.fromkeys(FEATURES, 0.1))
    text = " ".join(f"{each['text']} {each['value']} {each['comparison']}" for each in reasons)
    assert str(ROWS["shipment_id"][0]) not in text
    assert "_" not in text


def test_a_signal_of_the_shipment_speaks_for_its_feature() -> None:
    one = make_features(1, 4).with_columns(is_exemption_barred=pl.lit(1.0))
    contributions = contribute(is_exemption_barred=0.4)
    stories = tell_stories(contributions, one, 1)
    sentence = "claims the low-value exemption for CN origin, barred since 2025-05-02"
    told = {(str(one["shipment_id"][0]), "EXEMPTION_BARRED_ORIGIN"): sentence}
    typical = describe_typical(one.lazy(), ["is_exemption_barred"])
    ((reason, *_),) = write_reasons(contributions, one, stories, Setting(typical, told))
    assert (reason["code"], reason["text"], reason["value"]) == ("is_exemption_barred", sentence, "yes")
    ((silent, *_),) = write_reasons(contributions, one, stories, Setting(typical))
    assert silent["text"] == "claims the low-value exemption while it is closed: yes"
