"""What the lexicon reaches on real texts (text.md, “What to reach”); skipped without them."""

import pytest

from benchmarks import sentiment
from tests.conftest import SHARED

DATA = SHARED / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real texts are not in the project")


def test_chat_messages_are_told_apart():
    rows = sentiment.measure_labels(DATA).set_index("half")
    assert (rows["macro_f1"] >= 0.70).all()


def test_means_of_conversations_go_with_satisfaction():
    rows = sentiment.measure_dialogues(DATA).set_index("part")
    assert rows.loc["held out", "mean_of_rated_turns"] >= 0.60
    assert rows.loc["held out", "mean_of_all_turns"] >= 0.55
