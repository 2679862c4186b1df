"""Lasting problems for readers: the list, and the 5W1H sheet of one."""

from html import escape
from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.errors import check_option
from csqa.frames import records
from csqa.problem_results import QUESTIONS
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show.headers import header, value_text
from csqa.show.html import Badge, Html, paragraph, table

OPEN = "open"

TEXTS = {
    "none": ("没有持续未达标的问题。", "No target is missed lastingly."),
    "sheet": ("5W1H 问题分析表 · {problem}", "5W1H sheet · {problem}"),
    "open": ("待会议填写", "to fill in at the meeting"),
    "n": ("n={n}", "n={n}"),
    "part": ("是 {whole} 的一部分", "part of {whole}"),
    "explains": ("单独造成整体未达标", "explains the whole"),
}


def _text(key: str, language: str, **values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**values)


def show_problems(
    problems: pd.DataFrame, standard: Standard | None = None, *, language: str = "zh"
) -> Html:
    """Show the problems that last, one per row.

    Parameters
    ----------
    problems : DataFrame
        From :func:`csqa.list_problems`.
    standard : Standard, optional
        For the names of metrics. Default: the shipped one.
    language : {"zh", "en"}
        Of the words.
    """
    check_option("language", language, words.LANGUAGES)
    if problems.empty:
        return paragraph(_text("none", language))
    standard = standard or read_standard()
    columns = ("problem_id", "unit", "metric", "value", "target", "n", "since", "run_length")
    headers = [header("problems", column, language) for column in (*columns, "evidence")]
    rows = [_problem_row(row, standard, language) for row in records(problems)]
    return table(headers, rows, numeric=headers[3:6], short=(headers[0], headers[6]))


def _problem_row(row: dict[str, Any], standard: Standard, language: str) -> list[Any]:
    related = _text("part", language, whole=row["part_of"]) if row["part_of"] else ""
    if row["explains_whole"]:
        related = words.join_clauses([related, _text("explains", language)], language)
    strong = row["evidence"] == "strong"
    target = words.format_target(
        row["target"], row["direction"], row["kind"], language, upper=row["target_upper"]
    )
    return [
        row["problem_id"],
        sentences.name_unit(row["unit_kind"], row["unit"], language),
        words.join_clauses([standard.metric(row["metric"]).name(language), related], language),
        words.format_value(row["value"], row["kind"], language),
        target,
        words.format_count(row["n"]),
        row["since"],
        str(row["run_length"]),
        Badge(words.label(row["evidence"], language), "worse" if strong else "watch"),
    ]


def show_problem(sheet: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show the 5W1H sheet of a problem in two columns, to be printed and filled in by hand.

    Parameters
    ----------
    sheet : DataFrame
        From :func:`csqa.describe_problem`.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        A question at the left, its answers with their evidence at the right; a line to write on
        where the data cannot tell. Every text escaped.

    Examples
    --------
    >>> row = {"problem_id": "Q-csat-all", "question": "why", "aspect": "root_cause", "answer": ""}
    >>> shown = show_problem(pd.DataFrame([row | {"evidence": "", "n": None, "status": "open"}]))
    >>> print(shown)
    5W1H 问题分析表 · Q-csat-all
    为什么 Why
      根本原因（会议确认）：________（待会议填写）
    """
    check_option("language", language, words.LANGUAGES)
    if sheet.empty:
        return paragraph(_text("none", language))
    title = _text("sheet", language, problem=sheet["problem_id"].iloc[0])
    blocks = [
        (value_text("five_w", "question", question, language), records(rows))
        for question in QUESTIONS
        for rows in [sheet[sheet["question"] == question]]
        if len(rows)
    ]
    body = "\n".join(_block(name, rows, language) for name, rows in blocks)
    html = (
        f'<table class="csqa five-w"><caption>{escape(title)}</caption>\n<tbody>\n{body}\n'
        "</tbody></table>"
    )
    lines = [title]
    for name, rows in blocks:
        lines += [name, *(_line(row, language) for row in rows)]
    return Html(html, "\n".join(lines))


def _block(name: str, rows: list[dict[str, Any]], language: str) -> str:
    answers = "\n".join(_answer(row, language) for row in rows)
    return f'<tr><th scope="row">{escape(name)}</th><td>{answers}</td></tr>'


def _answer(row: dict[str, Any], language: str) -> str:
    aspect = escape(value_text("five_w", "aspect", row["aspect"], language))
    if row["status"] == OPEN:
        # A line to write on: a page's style may be stripped, the rule stays.
        said = escape(_text("open", language))
        return f'<p class="open"><b>{aspect}</b> <small>{said}</small></p><p>&nbsp;</p><hr>'
    source = f"<br><small>{escape(_source(row, language))}</small>"
    return f"<p><b>{aspect}</b> {escape(row['answer'])}{source}</p>"


def _source(row: dict[str, Any], language: str) -> str:
    n = "" if pd.isna(row["n"]) else _text("n", language, n=words.format_count(row["n"]))
    return " · ".join(filter(None, [row["evidence"], n]))


def _line(row: dict[str, Any], language: str) -> str:
    aspect = value_text("five_w", "aspect", row["aspect"], language)
    if row["status"] == OPEN:
        return f"  {aspect}：________（{_text('open', language)}）"
    return f"  {aspect}：{row['answer']}（{_source(row, language)}）"
