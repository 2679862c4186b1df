"""What customers feel, as readers see it: escaped, masked, with its numbers."""

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import csqa
from csqa import sentiment_results
from csqa.errors import RuleError
from csqa.show import plots, tables
from csqa.show.headers import HEADERS
from csqa.show.headers_sentiment import VALUES
from tests.show.pictures import assert_readable

COUNTS = {"recovered": 10, "flat": 25, "deteriorated": 5, "too_few": 60}


def courses(units: list[str]) -> pd.DataFrame:
    rows = pd.DataFrame(
        [(unit, course) for unit in units for course, n in COUNTS.items() for _ in range(n)],
        columns=["topic", "course"],
    )
    return csqa.summarise_courses(rows, by="topic")


def risks(text: str) -> pd.DataFrame:
    said = pd.DataFrame({"contact_id": "<b>1</b>", "seq": [1], "sender": "客户", "text": [text]})
    return csqa.list_risks(csqa.measure_sentiment(said))


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("count", [1, 40])
def test_bars_are_stacked_to_the_whole(count, language):
    units = [f"某某业务名称特别特别长的问题类型{at:02}" for at in range(count)]
    ax = plots.sentiment(courses(units), language=language)
    shown = min(count, 20)
    assert len(ax.patches) == 3 * shown
    for at in range(shown):
        widths = [bar.get_width() for bar in ax.patches if round(bar.get_y() + 0.31) == at]
        assert sum(widths) == pytest.approx(100)
    assert "n = 40" in [text.get_text() for text in ax.texts]
    assert_readable(ax.figure)


def test_conversations_too_short_are_not_drawn():
    rows = courses(["甲"])
    ax = plots.sentiment(rows[rows["course"] == "too_few"])
    assert not ax.patches


def test_tables_have_intervals():
    told = tables.show_sentiment(courses(["<i>甲</i>"]))
    assert "&lt;i&gt;甲" in told.html
    lower, upper = csqa.stats.wilson(10, 100)
    assert f"10.0%（{lower:.1%}–{upper:.1%}）" in told.text


def test_feedback_is_shown():
    rows = pd.DataFrame({"feedback_id": list("abc"), "source": ["<b>", "电话回访", "电话回访"]})
    rows = rows.assign(at="2025-06-02 10:00", text=["太差了", "很满意", None], rating=[1, None, 4])
    told = csqa.summarise_feedback(rows, period="2025-06")
    shown = tables.show_feedback(told)
    assert "&lt;b&gt;" in shown.html
    assert "电话回访  1  0.0%" in shown.text
    assert "Change" in tables.show_feedback(told, language="en").text


def test_evidence_is_masked_escaped_and_cut():
    told = tables.show_risks(risks(f"我要曝光，电话13812345678<script>{'长' * 300}"))
    assert "13812345678" not in told.html
    assert "<script>" not in told.html
    assert "&lt;script&gt;" in told.html
    assert "长" * 121 not in told.html
    assert "扬言曝光" in told.text


def test_what_is_empty_says_so():
    empty = risks("你好")
    assert tables.show_risks(empty).text == "没有发现早期风险。"
    assert "No early risks" in tables.show_risks(empty, language="en").text
    with pytest.raises(RuleError, match="language"):
        tables.show_risks(empty, language="fr")


def test_workbook_columns_have_headers():
    names = {*sentiment_results.FEEDBACK_COLUMNS, *sentiment_results.RISK_COLUMNS}
    known = {key.split(".")[-1] for key in HEADERS}
    assert names - known == set()
    assert set(VALUES["course"]) == set(sentiment_results.COURSES)
    assert set(VALUES["risks.reason"]) == set(sentiment_results.REASONS)
