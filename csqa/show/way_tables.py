"""Ways through the process for readers: the most frequent ones, and how long all of it takes."""

import pandas as pd

from csqa import words
from csqa.errors import check_option
from csqa.frames import records
from csqa.show.html import Cell, Html, paragraph, table
from csqa.show.process_tables import hours_text, range_text, share_text

TEXTS = {
    "nothing": ("没有流程节点的记录。", "No steps were given."),
    "p90": ("九成在", "90 % within"),
    "handovers": ("转手", "Hand-overs"),
    "way": ("走法", "Way"),
    "count": ("件数", "Contacts"),
    "way_share": ("占已办完的（95% 区间）", "Of those that ended (95 %)"),
    "way_hours": ("全程中位数", "Median in all"),
    "ways_note": (
        "共 {variants} 种走法，{ended} 条已办完。",
        "{variants} ways in all, of {ended} contacts that have ended.",
    ),
    "period": ("月份", "Month"),
    "contacts": ("记录", "Contacts"),
    "open_only": ("在办", "Open"),
    "cycle": ("全程中位数（95% 区间）", "Median in all (95 %)"),
    "departments": ("经过部门", "Departments"),
    "cycle_note": (
        "从进入第一个节点到最后一个节点结束，按{clock}；各月看到月末之后同样长的时间，可以比较。",
        "From entering the first node to the end of the last, by {clock}; each month is looked at "
        "equally long after its end.",
    ),
    "calendar": ("自然时间", "calendar time"),
    "business": ("营业时间", "business hours"),
}


def show_variants(variants: pd.DataFrame, *, most: int = 8, language: str = "zh") -> Html:
    """Show the most frequent ways through the process.

    Parameters
    ----------
    variants : DataFrame
        From :func:`csqa.list_variants`.
    most : int
        Ways listed.
    language : {"zh", "en"}
        Of the words.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    if variants.empty:
        return paragraph(_text("nothing", language))
    headers = [_text(key, language) for key in ("way", "count", "way_share", "way_hours")]
    body: list[list[Cell]] = [
        [
            str(row["way_zh" if language == "zh" else "way_en"]),
            f"{row['count']:,}",
            share_text(row["share"], row["lower"], row["upper"], language),
            hours_text(row["median_hours"], language),
        ]
        for row in records(variants.head(most))
    ]
    first = records(variants)[0]
    counts = {name: f"{first[name]:,}" for name in ("variants", "ended")}
    return table(headers, body, numeric=headers[1:2]) + paragraph(
        _text("ways_note", language, **counts)
    )


def show_cycles(cycles: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show how long the whole way takes, month by month.

    Parameters
    ----------
    cycles : DataFrame
        From :func:`csqa.measure_cycles`.
    language : {"zh", "en"}
        Of the words.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    if cycles.empty:
        return paragraph(_text("nothing", language))
    keys = ("period", "contacts", "open_only", "cycle", "p90", "departments", "handovers")
    headers = [_text(key, language) for key in keys]
    body: list[list[Cell]] = [
        [
            str(row["period"]),
            f"{row['contacts']:,}",
            f"{row['open']:,}",
            range_text(row, "median_hours", "lower", "upper", language),
            hours_text(row["p90_hours"], language),
            *(
                "–" if pd.isna(row[name]) else f"{row[name]:.1f}"
                for name in ("departments_per_contact", "handovers_per_contact")
            ),
        ]
        for row in records(cycles)
    ]
    clock = _text(cycles["hours"].iloc[0], language)
    note = paragraph(_text("cycle_note", language, clock=clock))
    return table(headers, body, numeric=headers[1:3], short=headers[:1]) + note


def _text(key: str, language: str, **values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**values)
