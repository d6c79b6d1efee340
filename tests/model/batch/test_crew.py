"""Neighbours go to the same worker, and no run is handed out twice or forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from model.batch.crew import Shares


def test_each_lane_goes_through_neighbours() -> None:
    shares = Shares("abcdefgh")
    first = [shares.take("1")]
    second = [shares.take("2")]
    for _ in range(3):
        first.append(shares.take("1"))
        second.append(shares.take("2"))
    assert first == list("abcd")
    assert second == list("efgh")
    assert shares.take("1") is None


def test_a_lane_that_is_done_takes_over_the_rear_half_of_the_longest_share() -> None:
    shares = Shares("abcdefgh")
    assert [shares.take("1") for _ in range(2)] == ["a", "b"]
    assert [shares.take("2") for _ in range(4)] == ["f", "g", "h", "d"]
    assert (shares.take("1"), shares.take("2")) == ("c", "e")


def test_what_a_lost_lane_had_goes_to_the_others() -> None:
    shares = Shares("abcd")
    assert shares.take("1") == "a"
    shares.leave("1")
    shares.put_back("a")
    assert [shares.take("2") for _ in range(5)] == ["b", "c", "d", "a", None]


@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["take", "take", "take", "leave", "again"]))))
def test_every_run_is_handed_out_once_whatever_the_lanes_do(steps: list[tuple[str, str]]) -> None:
    keys = [str(number) for number in range(12)]
    shares, taken = Shares(keys), list[str]()
    for lane, step in steps:
        if step == "leave":
            shares.leave(lane)
        elif step == "again" and taken:
            shares.put_back(taken.pop())
        elif (key := shares.take(lane)) is not None:
            taken.append(key)
        assert len(shares) == len(keys) - len(taken)
    while (key := shares.take("4")) is not None:
        taken.append(key)
    assert sorted(taken) == sorted(keys)
