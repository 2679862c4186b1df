"""The benchmark of the pass over messages: the same messages each time, every way runs."""

import pandas as pd
import pytest

from benchmarks import text


def test_the_messages_are_the_same_each_time():
    pd.testing.assert_frame_equal(text.make_messages(500), text.make_messages(500))
    sizes = text.make_messages(480).groupby("contact_id").size()
    assert sizes.unique().tolist() == [text.PER_CONVERSATION]


@pytest.mark.parametrize("way", [way for way in text.WAYS if way not in text.NEEDS])
def test_each_way_runs(way):
    measured = text.measure_one(way, 1_200)
    assert measured["megabytes"] > 0
    assert measured["peak_megabytes"] > 0
    assert (measured["found"] > 0) is (way != "raw scan")


@pytest.mark.parametrize("way", list(text.NEEDS))
def test_libraries_find_stems_in_the_same_messages(way):
    pytest.importorskip(text.NEEDS[way], reason="not a dependency of csqa")
    ours, theirs = (text.measure_one(one, 1_200)["found"] for one in ("stems", way))
    assert ours == theirs
