"""Pieces of HTML: every text escaped, one cell per header, the plain text beside it."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from csqa.show.html import Badge, figures, fold, numbered, paragraph, table

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


@pytest.mark.parametrize(
    "made",
    [
        paragraph(HOSTILE),
        table([HOSTILE], [[HOSTILE], [Badge(HOSTILE)]], caption=HOSTILE, cards=True),
        numbered([HOSTILE]),
        figures([(HOSTILE, HOSTILE, HOSTILE)]),
        fold(HOSTILE, paragraph(HOSTILE)),
    ],
)
def test_hostile_text_stays_text(made):
    soup = BeautifulSoup(made.html, "html.parser")
    assert soup.find(["script", "img"]) is None
    assert HOSTILE in soup.get_text()
    assert all("on" not in name for tag in soup.find_all() for name in tag.attrs)


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=4))
def test_a_table_keeps_every_cell(rows):
    made = table(["甲", "乙"], rows)
    cells = BeautifulSoup(made.html, "html.parser").find_all("td")
    assert [cell["data-label"] for cell in cells] == ["甲", "乙"] * len(rows)
    assert len(cells) == sum(map(len, rows))


def test_a_row_of_another_length_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        table(["甲", "乙"], [["1"]])


def test_pieces_follow_each_other():
    both = paragraph("一") + paragraph("二")
    assert repr(both) == "一\n二"
    assert both._repr_html_().index("一") < both._repr_html_().index("二")
