"""Places of units for readers."""

import pandas as pd
import pytest

import csqa
from csqa.show.order import show_order


def card(*composites: float, half: float) -> pd.DataFrame:
    """Composites of teams A, B, C …, all of one dimension."""
    values = pd.Series(composites)
    return pd.DataFrame(
        {
            "period": "2025-06",
            "team": list("ABCD")[: len(values)],
            "composite": values,
            "lower": values - half,
            "upper": values + half,
            "quality": values,
        }
    )


@pytest.mark.parametrize(
    ("composites", "verdict"),
    [
        ((90.0, 89.0), "没有任何两个对象分得出高下：不要排名。"),
        ((90.0, 60.0), "每两个对象都分得出高下。"),
        ((90.0, 89.0, 60.0), "只有 1 个对象与其他对象都分得出高下"),
        ((90.0,), "没有可以比较的对象。"),
        ((float("nan"),), "没有可以比较的对象。"),
    ],
)
def test_whether_any_order_stands_is_said_first(composites, verdict):
    places = csqa.order_sensitivity(card(*composites, half=2.0), period="2025-06")
    assert show_order(places, unit_kind="team").text.startswith(verdict)


def test_units_stand_by_name_with_the_places_open_to_them():
    places = csqa.order_sensitivity(card(60.0, 90.0, 89.0, half=2.0), period="2025-06")
    lines = show_order(places, unit_kind="team", language="en").text.splitlines()
    assert lines[1].split("  ")[-3:] == ["By chance", "By both", "Not told apart from"]
    assert lines[2] == "A  60.0 (58.0–62.0)  3  3  3  –"
    assert lines[3] == "B  90.0 (88.0–92.0)  1  1–2  1–2  C"


def test_names_are_escaped():
    table = card(90.0, 89.0, half=2.0).assign(team=["<b>", "B"])
    page = show_order(csqa.order_sensitivity(table, period="2025-06"), unit_kind="team")
    assert "<b>" not in page.html.replace("<b></b>", "")
    assert "&lt;b&gt;" in page.html
