"""What is new: phrases that rise, and suggestions for rules."""

from html import escape
from typing import Any

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.show.html import Html, paragraph, table

MOST_SHOWN = 10

TEXTS = {
    "no_rising": ("没有明显增多的说法。", "No phrase rises."),
    "rising": (
        "与之前几个月相比，下列说法出现在明显更多的案例里（已控制误报）。是现象，不是原因。",
        "These phrases occur in surely more cases than in the months before (false discoveries "
        "controlled). They are symptoms, not causes.",
    ),
    "no_suggestions": (
        "未归类的案例里没有反复出现的说法。",
        "What is unclassified holds no phrase again and again.",
    ),
    "suggestions": (
        "未归类的案例里反复一起出现的说法。若确是一个原因，把下面的写法补全，放进归因规则文件。",
        "Phrases that occur together in unclassified cases. If they are a cause, complete the "
        "lines below and put them into the fishbone file.",
    ),
}
HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "rising": {
        "zh": ("说法", "本期案例", "占比", "此前占比", "变化（95% 区间）"),
        "en": ("Phrase", "Cases", "Share", "Before", "Change (95 %)"),
    },
    "suggestions": {
        "zh": ("说法", "案例", "占未归类", "例子"),
        "en": ("Phrases", "Cases", "Of unclassified", "Examples"),
    },
}


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def show_rising(rising: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show phrases that rise, the greatest change first.

    Parameters
    ----------
    rising : DataFrame
        From :func:`csqa.find_rising`.
    language : {"zh", "en"}
        Of all texts.
    """
    if rising.empty:
        return paragraph(_text("no_rising", language), "verdict")
    headers = HEADERS["rising"][language]
    rows = [_rising_row(row, language) for row in records(rising.head(MOST_SHOWN))]
    return table(headers, rows, numeric=headers[1:4]) + paragraph(_text("rising", language))


def _rising_row(row: dict[str, Any], language: str) -> list[str]:
    change = words.format_difference(row["change"], "share", language)
    sure = words.format_interval(row["change_lower"], row["change_upper"], "share", language)
    return [
        str(row["phrase"]),
        f"{row['cases']:,}",
        words.format_value(row["share"], "share", language),
        words.format_value(row["before_share"], "share", language),
        f"+{change}（{sure}）" if language == "zh" else f"+{change} ({sure})",
    ]


def show_suggestions(suggestions: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show suggestions for rules, with lines to complete.

    Parameters
    ----------
    suggestions : DataFrame
        From :func:`csqa.suggest_causes`.
    language : {"zh", "en"}
        Of all texts.
    """
    if suggestions.empty:
        return paragraph(_text("no_suggestions", language), "verdict")
    headers = HEADERS["suggestions"][language]
    shown = records(suggestions.head(MOST_SHOWN))
    rows = [
        [
            str(row["phrases"]),
            f"{row['cases']:,}",
            words.format_value(row["share"], "share", language),
            str(row["examples"]),
        ]
        for row in shown
    ]
    snippets = "".join(str(row["snippet"]) for row in shown)
    code = Html(f'<pre class="snippet">{escape(snippets)}</pre>', snippets)
    made = table(headers, rows, numeric=headers[1:3])
    return made + paragraph(_text("suggestions", language)) + code
