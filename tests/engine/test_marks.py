"""Marks as cells, and moved along when spans of a text are replaced by tokens."""

from hypothesis import given
from hypothesis import strategies as st

from csqa.engine.marks import move_marks, read_marks, write_marks

SPANS = st.lists(st.integers(0, 30), min_size=2, max_size=8, unique=True).map(sorted)


def replaced(text: str, hidden: list[tuple[int, int]]) -> str:
    for number, (start, end) in reversed(list(enumerate(hidden, start=1))):
        text = f"{text[:start]}[手机{number}]{text[end:]}"
    return text


def test_a_cell_holds_marks_in_the_order_of_the_text():
    marks = [(7, 9, "b"), (0, 2, "a")]
    assert read_marks(write_marks(marks)) == [(0, 2, "a"), (7, 9, "b")]
    assert read_marks("") == []


@given(SPANS, st.integers(0, 39), st.integers(1, 10))
def test_what_is_marked_outside_of_tokens_stays_marked(places, start, length):
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 40)))
    hidden = list(zip(places[::2], places[1::2], strict=False))
    masked = replaced(text, hidden)
    end = min(start + length, len(text))
    ((begin, close, _),) = move_marks([(start, end, "r")], text, hidden, masked)
    seen = [sign for place, sign in enumerate(text) if start <= place < end]
    kept = {sign for sign in seen if sign in masked}
    assert {sign for sign in masked[begin:close] if sign in text} == kept


def test_a_mark_inside_of_a_token_marks_all_of_it():
    found = move_marks([(2, 4, "r")], "打13912345678", [(1, 12)], "打[手机1]")
    assert found == [(1, 6, "r")]


def test_overlapping_spans_are_one_token():
    found = move_marks([(6, 8, "r")], "0123456789", [(1, 3), (2, 5)], "0[号]56789")
    assert found == [(5, 7, "r")]


def test_texts_that_do_not_fit_together_have_no_marks():
    assert move_marks([(0, 2, "r")], "abc", [(1, 2)], "xyz") == []
    assert move_marks([(0, 2, "r")], "abc", [], "abcd") == []
