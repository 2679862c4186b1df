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


@pytest.mark.parametrize(
    ("columns", "asked", "cards"),
    [
        (4, None, False),
        (5, None, True),
        (4, True, True),
        (8, False, False),
    ],
)
def test_wide_tables_become_cards_unless_told(columns, asked, cards):
    made = table([str(number) for number in range(columns)], [], cards=asked)
    classes = BeautifulSoup(made.html, "html.parser").table["class"]
    assert classes == ["csqa", "cards"] if cards else ["csqa"]


def test_a_column_is_numeric_by_its_header_whatever_its_cells():
    made = table(["甲", "乙"], [["10", "–"], ["12", "1.5"]], numeric=["乙"])
    soup = BeautifulSoup(made.html, "html.parser")
    assert [cell.get("class") for cell in soup.find_all("td")] == [None, ["num"]] * 2


def test_a_sign_stays_with_its_word():
    made = table(["甲"], [[Badge("▼ special, worse")], [Badge("to be named")]])
    badges = BeautifulSoup(made.html, "html.parser").find_all("span")
    assert [badge.get_text() for badge in badges] == ["▼\xa0special, worse", "to be named"]
    assert "▼ special" in made.text


def test_pieces_follow_each_other():
    both = paragraph("一") + paragraph("二")
    assert repr(both) == "一\n二"
    assert both._repr_html_().index("一") < both._repr_html_().index("二")
