"""Stems are found wherever they stand, single characters among them or not."""

from hypothesis import given
from hypothesis import strategies as st

from csqa.engine.stems import StemFinder

SIGNS = st.text("不知道没法ab", max_size=8)


@given(st.lists(st.text("不知道没法ab", min_size=1, max_size=4), unique=True), st.lists(SIGNS))
def test_as_many_as_looking_for_each(stems: list[str], texts: list[str]) -> None:
    finder = StemFinder({stem: {at} for at, stem in enumerate(stems)})
    wanted = [{at for at, stem in enumerate(stems) if stem in text} for text in texts]
    assert finder.find(texts) == {at: found for at, found in enumerate(wanted) if found}
