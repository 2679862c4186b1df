"""What the shipped causes reach on real texts (text.md, “What to reach”); skipped without them."""

import pytest

from benchmarks import causes
from tests.conftest import SHARED

DATA = SHARED / "data"


@pytest.fixture(scope="module")
def figures():
    if not DATA.is_dir():
        pytest.skip("the real texts are not in the project")
    by_bone = causes.measure_bones(causes.read_labels(DATA))
    return causes.sum_up(by_bone).set_index(["half", "bones"])


@pytest.mark.parametrize("half", ["developed", "held out"])
def test_causes_are_precise_on_the_bones_that_the_labels_know(figures, half):
    """The labels know no environment: what hangs on it is right or wrong by no label."""
    own = figures.loc[(half, "labels' bones")]
    assert own["precision"] >= 0.85
    assert own["macro_f1"] >= 0.65


def test_praise_is_tagged_far_less_than_blame():
    if not DATA.is_dir():
        pytest.skip("the real texts are not in the project")
    reviews = causes.read_reviews(DATA, 600)
    tagged = reviews.assign(tagged=[len(bones) > 0 for bones in causes.find_bones(reviews["text"])])
    shares = tagged.groupby("negative")["tagged"].mean()
    assert shares[True] > 3 * shares[False]


def test_speed_is_measured_on_any_texts():
    measured = causes.measure_speed(["安装费太贵", "好的"] * 50, "own")
    assert (measured["count"], measured["tagged"]) == (100, 0.5)
    assert measured["mean_characters"] == 3.5
