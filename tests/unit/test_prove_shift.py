"""The proofs of changes and networks run at a small size and measure what they say."""

from tidewaiter.policy import load_policy
from tidewaiter.prove.parties.component import measure_components
from tidewaiter.prove.parties.shift import measure_shift
from tidewaiter.settings import SHIPPED_POLICY


def test_a_threefold_rise_is_found_the_more_often_the_longer_it_lasts() -> None:
    shift = measure_shift(load_policy(SHIPPED_POLICY), 400)
    assert shift.found[7] < shift.found[14] <= shift.found[30]
    assert shift.found[30] > 0.6
    assert shift.false_share < 0.05


def test_components_of_made_edges_take_some_time() -> None:
    assert min(measure_components(1_000)) >= 0
