"""The random slice of a port: exams by stream, exact chances, and growth that takes nothing away.

Belongs here: allotments and chances of made-up strata.
Belongs elsewhere: whole queues (test_selection.py).
"""

from collections import Counter
from datetime import date, timedelta

import pytest

from tidewaiter.targeting.random_slice import Stratum, allot, draw_strata, find_chances, share_random

ON = date(2026, 3, 4)
SIZES = {"air": 9, "low_value": 90, "ocean": 1}


def make_strata(**left: int) -> list[Stratum]:
    return [Stratum(stream, SIZES[stream], left_n) for stream, left_n in left.items()]


def test_chances_of_streams_are_those_of_drawing_them_one_by_one() -> None:
    assert find_chances(1, SIZES) == pytest.approx({"air": 0.09, "low_value": 0.9, "ocean": 0.01})
    two = find_chances(2, SIZES)
    assert two["ocean"] == pytest.approx(0.01 + 0.9 * (1 / 10) + 0.09 * (1 / 91))
    assert sum(two.values()) == pytest.approx(2.0)


def test_over_many_nights_streams_are_drawn_as_often_as_their_chance_says() -> None:
    nights = [date(2000, 1, 1) + timedelta(days=place) for place in range(3000)]
    counts = Counter(stream for on in nights for stream in draw_strata(2, SIZES, on, "4701", "salt"))
    for stream, chance in find_chances(2, SIZES).items():
        assert counts[stream] / 3000 == pytest.approx(chance, abs=0.03)


def test_chances_times_shipments_left_sum_to_the_exams() -> None:
    for slots in range(12):
        strata = make_strata(air=4, low_value=80, ocean=1)
        drawn = share_random(slots, strata, ON, "4701", "salt")
        total = sum(drawn[each.stream].chance * each.left_n for each in strata)
        assert total == pytest.approx(slots)
        assert sum(each.drawn_n for each in drawn.values()) == slots


def test_another_exam_takes_none_from_a_stream() -> None:
    strata = make_strata(air=4, low_value=80, ocean=1)
    before = dict.fromkeys(SIZES, 0)
    for slots in range(86):
        after = {stream: each.drawn_n for stream, each in share_random(slots, strata, ON, "4701", "salt").items()}
        assert all(after[stream] >= before[stream] for stream in SIZES), slots
        before = after
    assert before == {"air": 4, "low_value": 80, "ocean": 1}


def test_a_stream_of_which_nothing_is_left_gets_nothing_and_the_others_its_exams() -> None:
    drawn = share_random(3, make_strata(air=0, low_value=80, ocean=1), ON, "4701", "salt")
    assert {stream: each.drawn_n for stream, each in drawn.items()} == {"low_value": 2, "ocean": 1}


def test_equal_claims_go_by_name() -> None:
    strata = [Stratum("b", 10, 10), Stratum("a", 10, 10)]
    assert allot(3, strata) == {"a": 2, "b": 1}
