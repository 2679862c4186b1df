"""Which cases a diagnosis rests on, and how many of them say anything in words."""

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.show.html import Html, paragraph, table

HEADERS = {
    "zh": ("案例", "例数", "仅因此", "有文字", "无文字"),
    "en": ("Cases", "Number", "For this alone", "With words", "Without"),
}
KINDS = {
    "complaint": ("投诉", "complaints"),
    "low_rating": ("低分评价", "low ratings"),
    "failed_inspection": ("质检不合格", "failed inspections"),
    "feedback": ("客户反馈", "feedback"),
    "all": ("合计（去重）", "all, each once"),
}
NONE = (
    "没有投诉、低分评价、质检不合格或差评。",
    "No complaints, low ratings, failures or bad feedback.",
)


def show_cases_gathered(gathered: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show how many cases there are of each kind, and how many have a text.

    Parameters
    ----------
    gathered : DataFrame
        From :func:`csqa.summarise_cases`.
    language : {"zh", "en"}
        Of all texts.
    """
    side = words.LANGUAGES.index(language)
    known = gathered[gathered["cases"] > 0]
    if known.empty:
        return paragraph(NONE[side], "verdict")
    headers = HEADERS[language]
    counted = ("cases", "alone", "with_text", "without_text")
    rows = [
        [KINDS[row["kind"]][side], *(f"{row[name]:,}" for name in counted)]
        for row in records(known)
    ]
    return table(headers, rows, numeric=headers[1:])
