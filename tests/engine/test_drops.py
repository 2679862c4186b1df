"""Drops in volume: found where they are, told once, and hardly ever where nothing is wrong."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.engine.drops import Drop, find_drops

DAYS = pd.date_range("2025-01-01", "2025-06-30")  # a Wednesday to a Monday


def daily(**channels: object) -> pd.DataFrame:
    """Days in rows, one count per channel and day."""
    counts = pd.DataFrame(channels, index=DAYS.strftime("%Y-%m-%d")).rename_axis("period")
    long = counts.melt(ignore_index=False, var_name="unit", value_name="n").reset_index()
    return long[long["n"] > 0]


def steady(n: float, lost: tuple[str, str] | None = None, left: float = 0) -> np.ndarray:
    """The same count on all days but the lost ones."""
    counts = pd.Series(n, index=DAYS)
    if lost:
        counts[lost[0] : lost[1]] = left
    return counts.to_numpy(copy=True)


def told(drop: Drop) -> tuple[str, str, str, int, float]:
    return drop.unit, str(drop.first.date()), str(drop.last.date()), drop.n, drop.expected


def test_no_contacts_no_drops():
    assert find_drops(pd.DataFrame({"period": [], "unit": [], "n": []})) == []


def test_a_steady_series_has_none():
    assert find_drops(daily(phone=steady(100), online=steady(3))) == []


def test_a_lost_day_is_compared_with_its_weekdays():
    weekend = DAYS.day_of_week >= 5
    counts = np.where(weekend, 10, 100)
    counts[pd.Timestamp("2025-03-12") == DAYS] = 10  # a Wednesday like a Sunday
    (drop,) = find_drops(daily(phone=counts))
    assert told(drop) == ("all", "2025-03-12", "2025-03-12", 10, 100.0)
    assert not drop.to_the_end


def test_days_in_a_row_are_one_drop():
    (drop,) = find_drops(daily(phone=steady(100, ("2025-03-10", "2025-03-14"), 5)))
    assert told(drop) == ("all", "2025-03-10", "2025-03-14", 25, 500.0)
    assert drop.days == 5


def test_one_channel_that_stops_is_named_and_lasts_to_the_end():
    online = steady(40, ("2025-05-01", "2025-06-30"))
    (drop,) = find_drops(daily(phone=steady(400), online=online))
    # The last day of the data is left out: exports end in the middle of a day.
    assert told(drop) == ("online", "2025-05-01", "2025-06-29", 0, 2400.0)
    assert drop.to_the_end


def test_a_drop_longer_than_its_peers_is_measured_by_what_was_before():
    (drop,) = find_drops(daily(phone=steady(100, ("2025-02-10", "2025-05-11"), 2)))
    assert (drop.first, drop.last) == (pd.Timestamp("2025-02-10"), pd.Timestamp("2025-05-11"))
    assert drop.expected == 91 * 100


def test_what_all_channels_share_is_said_once():
    lost = ("2025-03-12", "2025-03-12")
    (drop,) = find_drops(daily(phone=steady(100, lost, 5), online=steady(80, lost, 5)))
    assert told(drop) == ("all", "2025-03-12", "2025-03-12", 10, 180.0)


def test_a_small_channel_is_judged_by_weeks():
    counts = np.where(DAYS.day_of_week < 5, 3, 0)
    counts[(DAYS >= "2025-03-10") & (DAYS <= "2025-04-06")] = 0
    (drop,) = find_drops(daily(phone=steady(300), email=counts))
    assert drop.weekly
    assert told(drop) == ("email", "2025-03-10", "2025-04-06", 0, 60.0)


def test_the_first_and_the_last_day_may_be_partial():
    counts = steady(200)
    counts[[0, -1]] = 1
    assert find_drops(daily(phone=counts)) == []


def test_the_largest_loss_comes_first():
    counts = steady(100, ("2025-03-12", "2025-03-12"), 5)
    counts[pd.Timestamp("2025-05-14") == DAYS] = 40
    assert [drop.n for drop in find_drops(daily(phone=counts))] == [5, 40]


@pytest.mark.parametrize("days", [1, 2, 8, 30])
def test_too_short_a_series_says_nothing(days: int):
    frame = pd.DataFrame(
        {
            "period": DAYS[:days].strftime("%Y-%m-%d"),
            "unit": "phone",
            "n": [50, 0, *[50] * 28][:days],
        }
    )
    assert find_drops(frame) == []


@pytest.mark.slow
@pytest.mark.parametrize("level", [10, 40, 400])
def test_false_alarms_are_as_rare_as_said(level: int):
    rng = np.random.default_rng(level)
    shares = {"phone": 0.45, "online": 0.4, "email": 0.15}
    alarms = sum(
        bool(find_drops(daily(**{c: rng.poisson(level * s, len(DAYS)) for c, s in shares.items()})))
        for _ in range(100)
    )
    assert alarms <= 10  # 1 of 20, and three standard errors


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.integers(0, 60), min_size=3, max_size=120),
    st.lists(st.integers(0, 60), min_size=3, max_size=120),
)
def test_drops_lie_inside_and_lose_something(phone: list[int], online: list[int]):
    frame = pd.concat(
        pd.DataFrame({"period": DAYS[: len(n)].strftime("%Y-%m-%d"), "unit": unit, "n": n})
        for unit, n in (("phone", phone), ("online", online))
    )
    frame = frame[frame["n"] > 0]
    drops = find_drops(frame)
    for drop in drops:
        assert DAYS[0] < drop.first <= drop.last < DAYS[max(len(phone), len(online)) - 1]
        assert drop.n < drop.expected
    shuffled = frame.sample(frac=1, random_state=1)
    assert find_drops(shuffled) == drops
