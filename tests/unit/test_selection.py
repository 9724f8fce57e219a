"""Selection within capacity: who is targeted, who is drawn, with what chance, and how a queue says so.

Belongs here: slots, the draw, places, the summary.
Belongs elsewhere: properties over made-up nights (tests/property/test_selection_properties.py).
"""

import hashlib
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tidewaiter.errors import ContractError
from tidewaiter.policy import PortQueue, Queues
from tidewaiter.targeting.lot import draw_shipments, find_random_mean, plan_queues, round_by_lot
from tidewaiter.targeting.policy import Sharing
from tidewaiter.targeting.selection import Selection, select_items

ON = date(2026, 3, 4)


def make_queues(capacity: int, *, share: float = 0.25, minimum: int = 1, default: int = 2) -> Queues:
    return Queues(
        random_share=share,
        random_minimum=minimum,
        random_salt="salt",
        default_capacity=default,
        default_team="exam",
        ports={"2704": PortQueue(team="seaport", capacity=capacity)},
    )


SHARING = Sharing(mandatory_share=0.5, novelty_share=0.25, party_share=0.25, party_minimum=1, trusted_factor=0.2)


def make_scored(consequences: list[float], port: str = "2704", **columns: list[Any]) -> pl.DataFrame:
    rows = [(f"entry:{place:03d}", port, "low_value", float(amount)) for place, amount in enumerate(consequences)]
    schema = {
        "shipment_id": pl.String,
        "port_code": pl.String,
        "stream": pl.String,
        "expected_consequence_usd": pl.Float64,
    }
    given = [pl.Series(name, values) for name, values in columns.items()]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(given)


def choose(consequences: list[float], capacity: int, **queues: float) -> Selection:
    return select_items(make_scored(consequences), make_queues(capacity, **queues), SHARING, ON, "run")  # type: ignore[arg-type]


def test_the_costliest_to_miss_are_targeted_with_certainty() -> None:
    chosen = choose([5, 90, 7, 80, 70, 1, 2, 3, 4, 6], 4).scored.filter(selector="targeted")
    assert chosen["shipment_id"].to_list() == ["entry:001", "entry:003", "entry:004"]
    assert chosen["inclusion_probability"].to_list() == [1.0] * 3


def test_the_rest_share_the_random_slots_evenly() -> None:
    rest = choose([5, 90, 7, 80, 70, 1, 2, 3, 4, 6], 4).scored.filter(pl.col("selector").ne_missing("targeted"))
    assert rest["inclusion_probability"].to_list() == [1 / 7] * 7
    assert rest["is_selected"].sum() == 1
    assert rest.filter("is_selected")["selector"].to_list() == ["random"]


def test_equal_consequences_go_by_shipment() -> None:
    chosen = choose([1.0] * 6, 3, share=0.0, minimum=0).scored.filter("is_selected")
    assert chosen["shipment_id"].to_list() == ["entry:000", "entry:001", "entry:002"]


def test_ranks_count_all_chosen_by_consequence_whatever_chose_them() -> None:
    chosen = choose([float(place) for place in range(40)], 8).scored.filter("is_selected").sort("rank")
    assert chosen["rank"].to_list() == list(range(1, 9))
    assert chosen["expected_consequence_usd"].is_sorted(descending=True)
    assert set(chosen["selector"]) == {"targeted", "random"}


def test_shipments_that_are_not_chosen_have_a_chance_but_no_place() -> None:
    left = choose([float(place) for place in range(40)], 8).scored.filter(~pl.col("is_selected"))
    assert left["rank"].null_count() == left["selector"].null_count() == left.height == 32
    assert left["inclusion_probability"].unique().to_list() == [2 / 34]


@pytest.mark.parametrize("shipments_n", [1, 5, 8])
def test_when_there_is_room_for_all_every_shipment_is_examined(shipments_n: int) -> None:
    selection = choose([1.0] * shipments_n, 8)
    assert selection.scored["is_selected"].all()
    assert selection.scored["inclusion_probability"].to_list() == [1.0] * shipments_n
    assert selection.summary["random_probability"].to_list() == [1.0]


def test_without_capacity_nothing_is_chosen_and_no_chance_is_claimed() -> None:
    selection = choose([3.0, 2.0], 0)
    assert selection.scored["inclusion_probability"].to_list() == [0.0, 0.0]
    row = selection.summary.row(0, named=True)
    assert (row["targeted_n"], row["random_n"], row["random_probability"], row["threshold_usd"]) == (0, 0, 0.0, None)
    assert row["explanation"] == "2 shipments for 0 exams: nothing is chosen."


@pytest.mark.parametrize(
    ("capacity", "share", "minimum", "mean"),
    [(0, 0.1, 1, 0), (1, 0.1, 1, 0.1), (2, 0.1, 1, 1), (2, 0.1, 0, 0.2), (40, 0.1, 1, 4), (10, 0.0, 0, 0),
     (3, 0.1, 5, 2), (4, 1.0, 1, 4)],
)  # fmt: skip
def test_random_exams_follow_share_and_minimum(capacity: int, share: float, minimum: int, mean: float) -> None:
    assert find_random_mean(capacity, make_queues(capacity, share=share, minimum=minimum)) == mean


@pytest.mark.parametrize("minimum", [0, 1, 3])
@pytest.mark.parametrize("lot", [0.0, 0.3, 0.999])
def test_a_larger_capacity_never_has_fewer_targeted_exams(minimum: int, lot: float) -> None:
    for share in (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0):
        queues = make_queues(1, share=share, minimum=minimum)
        targeted = [capacity - round_by_lot(find_random_mean(capacity, queues), lot) for capacity in range(80)]
        assert targeted == sorted(targeted)
        assert min(targeted) == 0


def test_over_many_nights_a_small_queue_has_its_share_of_random_exams() -> None:
    nights = [date(2020, 1, 1) + timedelta(days=place) for place in range(300)]
    plans = [plan_queues(pl.Series(["2704"]), make_queues(3, share=0.1, minimum=0), on) for on in nights]
    slots = pl.concat(plans).filter(port_code="2704")["random_slots"]
    # 300 nights with a mean of 0.3: 90 expected, 8 standard deviation.
    assert 60 < slots.sum() < 120
    assert slots.max() == 1


def test_the_exam_that_hangs_on_the_lot_and_the_rest_have_their_chances_over_both_lots() -> None:
    scored = make_scored([float(place) for place in range(12)])
    nights = [date(2020, 1, 1) + timedelta(days=place) for place in range(150)]
    queues = make_queues(2, share=0.2, minimum=0)
    chosen = [select_items(scored, queues, SHARING, on, "run").scored for on in nights]
    first = chosen[0]["inclusion_probability"]
    assert first.to_list() == pytest.approx([0.4 / 11] * 10 + [0.6 + 0.4 / 11, 1.0])
    assert all(each["inclusion_probability"].equals(first) for each in chosen)
    counts = pl.concat(chosen).group_by("shipment_id").agg(pl.col("is_selected").mean()).sort("shipment_id")
    # 150 nights: a standard deviation of .015 for the rest, .039 for the one that hangs on the lot.
    assert counts["is_selected"].to_list() == pytest.approx(first.to_list(), abs=0.13)
    assert counts["is_selected"].to_list()[:10] == pytest.approx([0.4 / 11] * 10, abs=0.06)


def test_estimates_by_one_over_the_chance_are_right_over_many_nights() -> None:
    scored = make_scored([float(place) for place in range(60)]).with_columns(
        stream=pl.Series(["low_value"] * 50 + ["ocean"] * 10), found=pl.Series([place % 4 == 0 for place in range(60)])
    )
    nights = [date(2020, 1, 1) + timedelta(days=place) for place in range(300)]
    queues = make_queues(6, share=0.25, minimum=0)
    chosen = pl.concat([select_items(scored, queues, SHARING, on, "run").scored for on in nights]).filter("is_selected")
    estimate = float((chosen["found"] / chosen["inclusion_probability"]).sum()) / len(nights)
    assert estimate == pytest.approx(15, rel=0.15)


def test_a_port_without_its_own_queue_has_the_defaults() -> None:
    selection = select_items(make_scored([1, 2, 3], "9999"), make_queues(4), SHARING, ON, "run")
    row = selection.summary.filter(port_code="9999").row(0, named=True)
    assert (row["team"], row["capacity"], row["shipments_n"], row["targeted_n"]) == ("exam", 2, 3, 1)


def test_a_queue_to_which_nothing_arrived_is_in_the_summary() -> None:
    selection = select_items(make_scored([1, 2, 3], "9999"), make_queues(4), SHARING, ON, "run")
    row = selection.summary.filter(port_code="2704").row(0, named=True)
    assert (row["capacity"], row["shipments_n"], row["targeted_n"]) == (4, 0, 0)
    assert row["explanation"] == "0 shipments for 4 exams: nothing is chosen."


def test_the_lot_is_a_hash_of_salt_date_and_shipment() -> None:
    lots = draw_shipments(pl.Series(["entry:1", "entry:2"]), ON, "salt")
    digest = hashlib.sha256(b"salt|2026-03-04|entry:1").hexdigest()
    assert lots[0] == int(digest[:15], 16)


def test_another_date_draws_others() -> None:
    scored = make_scored([1.0] * 200)
    queues = make_queues(20, share=1.0)
    first, second = (select_items(scored, queues, SHARING, on, "run").scored for on in (ON, date(2026, 3, 5)))
    assert not first["is_selected"].equals(second["is_selected"])


def test_over_many_nights_every_shipment_of_the_rest_is_drawn_alike() -> None:
    scored = make_scored([float(place) for place in range(12)])
    nights = [date(2026, 1, 1) + timedelta(days=place) for place in range(90)]
    chosen = [select_items(scored, make_queues(5, share=0.4), SHARING, on, "run").scored for on in nights]
    drawn = (
        pl.concat(chosen).group_by("shipment_id").agg(pl.col("selector").eq_missing("random").sum()).sort("shipment_id")
    )
    counts = drawn["selector"].to_list()
    assert counts[9:] == [0, 0, 0]
    # 90 nights with 2 of 9 each: 20 expected, 3.9 standard deviation.
    assert all(8 < count < 33 for count in counts[:9])


def test_the_summary_says_how_the_queue_was_filled() -> None:
    explanation = choose([float(place) for place in range(40)], 8).summary["explanation"][0]
    assert explanation == (
        "40 shipments for 8 exams: the 6 with the highest expected consequence (USD 34.00 or more) "
        "and 2 drawn at random from the other 34, each with a chance of 5.9%."
    )
    small = choose([float(place) for place in range(4000)], 2).summary["explanation"][0]
    assert small.endswith("and 1 drawn at random from the other 3,999, each with a chance of 1 in 3,999.")


@pytest.mark.parametrize("consequence", [None, float("nan"), float("inf")])
def test_a_shipment_without_a_consequence_is_refused(consequence: float | None) -> None:
    scored = make_scored([1.0]).with_columns(expected_consequence_usd=pl.lit(consequence, pl.Float64))
    with pytest.raises(ContractError, match="no expected consequence"):
        select_items(scored, make_queues(2), SHARING, ON, "run")


def test_an_empty_night_has_empty_queues() -> None:
    selection = select_items(make_scored([]), make_queues(2), SHARING, ON, "run")
    assert selection.scored.is_empty()
    assert selection.summary["shipments_n"].to_list() == [0]


def choose_marked(
    consequences: list[float], capacity: int, parties: pl.DataFrame | None = None, **columns: list[Any]
) -> Selection:
    queues = make_queues(capacity, share=0.0, minimum=0)
    return select_items(make_scored(consequences, "2704", **columns), queues, SHARING, ON, "run", parties)


def selectors(selection: Selection) -> dict[str, str]:
    chosen = selection.scored.filter("is_selected").sort("rank").select("shipment_id", "selector")
    return dict(chosen.rows())


def test_the_summary_says_how_the_lot_has_fallen() -> None:
    nights = [date(2020, 1, 1) + timedelta(days=place) for place in range(20)]
    queues, scored = make_queues(2, share=0.2, minimum=0), make_scored([1.0] * 12)
    said = {select_items(scored, queues, SHARING, on, "run").summary["explanation"][0].split(". ")[-1] for on in nights}
    assert said == {
        "0.4 a night are drawn at random on average; the lot says none tonight.",
        "0.4 a night are drawn at random on average; the lot says 1 tonight.",
    }


def make_parties(shippers: list[str | None]) -> pl.DataFrame:
    nobody: list[str | None] = [None] * len(shippers)
    ids = [f"entry:{place:03d}" for place in range(len(shippers))]
    columns = {"shipment_id": ids, "shipper_id": shippers, "seller_id": nobody, "consignee_id": nobody}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def test_mandatory_shipments_come_first_whatever_they_cost() -> None:
    chosen = choose_marked([5.0, 90.0, 7.0, 80.0], 2, is_mandatory=[True, False, False, False])
    assert selectors(chosen) == {"entry:000": "mandatory", "entry:001": "targeted"}
    assert chosen.summary["explanation"][0] == (
        "4 shipments for 2 exams: 1 that a mandatory rule names and the 1 with the highest expected consequence "
        "(USD 90.00 or more)."
    )


def test_mandatory_shipments_beyond_their_share_are_counted_and_named() -> None:
    chosen = choose_marked([5.0, 6.0, 7.0, 80.0, 90.0], 2, is_mandatory=[True, True, True, False, False])
    assert selectors(chosen) == {"entry:002": "mandatory", "entry:004": "targeted"}
    assert chosen.scored["passed_over"].to_list() == ["mandatory_full", "mandatory_full", None, None, None]
    assert chosen.summary["mandatory_left_n"].to_list() == [2]
    assert (
        "2 shipments that mandatory rules name are left out: such rules take at most 50% of the exams "
        "that are neither random nor for the unlike anything seen." in (chosen.summary["explanation"][0])
    )


def test_some_exams_go_to_what_is_unlike_anything_seen() -> None:
    chosen = choose_marked([9.0, 8.0, 7.0, 6.0, 5.0, 4.0], 4, novelty=[0.1, 0.2, 0.3, 0.4, 0.5, 0.9])
    assert selectors(chosen) == {
        "entry:000": "targeted", "entry:001": "targeted", "entry:002": "targeted", "entry:005": "novelty"
    }  # fmt: skip
    assert chosen.summary["novelty_n"].to_list() == [1]
    assert "1 most unlike anything seen before" in chosen.summary["explanation"][0]


def test_where_nothing_tells_what_is_novel_its_exams_are_targeted() -> None:
    chosen = choose_marked([9.0, 8.0, 7.0, 6.0, 5.0, 4.0], 4, novelty=[None] * 6)
    assert set(selectors(chosen).values()) == {"targeted"}


def test_one_party_has_no_more_than_its_share() -> None:
    parties = make_parties(["A", "A", "A", "A", "B", "C", None, None])
    chosen = choose_marked([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0], 4, parties)
    assert list(selectors(chosen)) == ["entry:000", "entry:004", "entry:005", "entry:006"]
    assert chosen.scored["passed_over"].to_list()[1:4] == ["party_share"] * 3
    assert (
        "3 shipments with more at stake are left out because the shipper, seller or consignee has its share already: "
        "at most 1 of the 4 exams that are not random" in (chosen.summary["explanation"][0])
    )


def test_exams_are_not_left_unused_for_the_sake_of_a_share() -> None:
    chosen = choose_marked([9.0, 8.0, 7.0, 6.0, 5.0], 4, make_parties(["A"] * 5))
    assert list(selectors(chosen)) == ["entry:000", "entry:001", "entry:002", "entry:003"]
    assert chosen.scored["passed_over"].to_list() == [None] * 5
    assert chosen.summary["party_left_n"].to_list() == [0]
    assert "more at stake" not in chosen.summary["explanation"][0]


def test_a_share_grows_with_the_exams() -> None:
    parties = make_parties(["A"] * 10 + ["B"] * 2 + [None] * 8)
    chosen = choose_marked([float(90 - place) for place in range(20)], 8, parties)
    assert sum(each < "entry:010" for each in selectors(chosen)) == 2


def test_a_trusted_trader_counts_for_a_part_unless_a_rule_is_mandatory() -> None:
    trusted = [True, False, True]
    chosen = choose_marked([30.0, 7.0, 30.0], 1, is_trusted=trusted)
    assert selectors(chosen) == {"entry:001": "targeted"}
    assert chosen.scored["passed_over"].to_list() == ["trusted_trader", None, "trusted_trader"]
    assert "2 shipments of trusted traders with more at stake are left out" in chosen.summary["explanation"][0]
    must = choose_marked([30.0, 7.0, 30.0], 1, is_trusted=trusted, is_mandatory=[False, False, True])
    assert selectors(must) == {"entry:002": "mandatory"}


def test_where_all_are_trusted_none_is_left_out_with_more_at_stake_than_those_chosen() -> None:
    chosen = choose_marked([30.0, 20.0, 10.0], 1, is_trusted=[True] * 3)
    assert selectors(chosen) == {"entry:000": "targeted"}
    assert chosen.scored["passed_over"].to_list() == [None] * 3
    assert chosen.summary["trusted_left_n"].to_list() == [0]


def test_chances_that_are_written_alike_are_written_once() -> None:
    streams = ["low_value"] * 450 + ["ocean"] * 449
    chosen = select_items(
        make_scored([1.0] * 899, stream=streams), make_queues(90, share=1.0, minimum=0), SHARING, ON, "run"
    )
    assert chosen.scored["inclusion_probability"].n_unique() == 2
    assert chosen.summary["explanation"][0].endswith("each with a chance of 10%.")


def test_the_random_slice_covers_trusted_traders() -> None:
    scored = make_scored([30.0] * 12, is_trusted=[True] * 12)
    nights = [date(2026, 1, 1) + timedelta(days=place) for place in range(30)]
    chosen = [select_items(scored, make_queues(2, share=1.0), SHARING, on, "run").scored for on in nights]
    assert all(each["inclusion_probability"].to_list() == [1 / 6] * 12 for each in chosen)
    assert pl.concat(chosen).filter("is_selected")["shipment_id"].n_unique() > 9


def test_every_stream_of_a_port_is_in_the_random_slice() -> None:
    streams = ["low_value"] * 90 + ["ocean"] * 10
    scored = make_scored([1.0] * 100).with_columns(stream=pl.Series(streams))
    selection = select_items(scored, make_queues(5, share=1.0), SHARING, ON, "run")
    drawn = selection.scored.filter("is_selected")["stream"].value_counts(sort=True).rows()
    assert drawn == [("low_value", 4), ("ocean", 1)]
    assert selection.scored["inclusion_probability"].unique().sort().to_list() == [4 / 90, 1 / 10]
    assert "each with a chance of 4.4% to 10%, by stream" in selection.summary["explanation"][0]


def test_with_fewer_random_exams_than_streams_chances_follow_size() -> None:
    streams = ["low_value"] * 90 + ["ocean"] * 10
    scored = make_scored([1.0] * 100).with_columns(stream=pl.Series(streams))
    nights = [date(2020, 1, 1) + timedelta(days=place) for place in range(200)]
    chosen = [select_items(scored, make_queues(1, share=1.0), SHARING, on, "run").scored for on in nights]
    assert all(each["inclusion_probability"].to_list() == pytest.approx([1 / 100] * 100) for each in chosen)
    ocean = pl.concat(chosen).filter("is_selected", stream="ocean").height
    # 200 nights with one in ten: 20 expected, 4.2 standard deviation.
    assert 7 < ocean < 34
