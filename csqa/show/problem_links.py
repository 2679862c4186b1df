"""Chains from problem to verification, causes as a table, and customers' words as evidence."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.cause_results import NO_CAUSE
from csqa.engine.cause_names import Names, name_cause
from csqa.engine.marks import read_marks
from csqa.engine.problem_cases import count_causes
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show.headers import header, value_text
from csqa.show.html import Badge, Html, paragraph, table

TEXTS = {
    "no_links": ("没有持续的问题需要关联。", "No lasting problem to link."),
    "no_quotes": (
        "没有可以引用的原话：案例没有文字，或长度不合适。",
        "Nothing to quote: the cases have no text, or none of a fitting length.",
    ),
    "no_causes": ("没有可用的原因标注。", "No causes tagged."),
    "shown_by": ("{cause} · 案例 {case}", "{cause} · case {case}"),
    "problem": ("表面问题", "Surface problem"),
    "verification": ("效果验证", "Verification"),
    "whole": ("完整", "complete"),
    "share": ("占比（95% 区间）", "Share (95 % interval)"),
}


def _text(key: str, language: str, **values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**values)


def name_causes(table: pd.DataFrame, *, names: Names = None, language: str = "zh") -> pd.DataFrame:
    """Write the names of causes in place of their ids, for a workbook.

    Parameters
    ----------
    table : DataFrame
        Links, quotations or causes counted, with ``cause``.
    names : Fishbone or mapping of id to name, optional
        Of the causes.
    language : {"zh", "en"}
        Of the names.

    Returns
    -------
    DataFrame
        A copy.

    Examples
    --------
    >>> table = pd.DataFrame({"cause": ["charges", "unclassified", ""]})
    >>> name_causes(table, names={"charges": "收费争议"})["cause"].tolist()
    ['收费争议', '未归类', '']
    """
    return table.assign(cause=[name_cause(str(one), names, language) for one in table["cause"]])


def show_links(
    links: pd.DataFrame,
    standard: Standard | None = None,
    *,
    names: Names = None,
    language: str = "zh",
) -> Html:
    """Show surface problem, root cause, measure and verification, and which link is missing.

    Parameters
    ----------
    links : DataFrame
        From :func:`csqa.link_problems`.
    standard : Standard, optional
        For the names of metrics. Default: the shipped one.
    names : Fishbone or mapping of id to name, optional
        Of the causes.
    language : {"zh", "en"}
        Of the words.
    """
    check_option("language", language, words.LANGUAGES)
    if links.empty:
        return paragraph(_text("no_links", language))
    standard = standard or read_standard()
    headers = [
        _text("problem", language),
        header("links", "cause", language),
        header("links", "measure", language),
        header("links", "owner", language),
        _text("verification", language),
        header("links", "gap", language),
    ]
    rows = [_link_row(row, standard, names, language) for row in records(links)]
    return table(headers, rows, merged=1)


def _link_row(row: dict[str, Any], standard: Standard, names: Names, language: str) -> list[Any]:
    unit = sentences.name_unit(row["unit_kind"], row["unit"], language)
    metric = standard.metric(row["metric"]).name(language)
    cause = ""
    if row["cause"]:
        share = words.format_value(row["share"], "share", language, short=True)
        cause = f"{name_cause(row['cause'], names, language)} {row['cases']}（{share}）"
    measure = f"{row['action_id']} {row['measure']}".strip()
    status = words.label(row["action_status"], language) if row["action_status"] else ""
    gap = value_text("links", "gap", row["gap"], language)
    badge = Badge(gap, "worse") if gap else Badge(_text("whole", language), "met")
    verified = words.join_clauses([status, row["verified"]], language)
    return [
        f"{unit} {metric}（{row['problem_id']}）",
        cause,
        measure,
        row["owner"],
        verified,
        badge,
    ]


def show_quotes(quotes: pd.DataFrame, *, names: Names = None, language: str = "zh") -> Html:
    """Show what customers said, the evidence marked.

    Parameters
    ----------
    quotes : DataFrame
        From :func:`csqa.pick_quotes`: masked.
    names : Fishbone or mapping of id to name, optional
        Of the causes.
    language : {"zh", "en"}
        Of the words.

    Examples
    --------
    >>> quote = {"case_id": "C1", "cause": "appointment", "text": "又<改期>了", "marks": "1-5:a"}
    >>> shown = show_quotes(pd.DataFrame([quote]), names={"appointment": "预约改期"})
    >>> print(shown)
    “又【<改期>】了” 预约改期 · 案例 C1
    >>> "<mark>&lt;改期&gt;</mark>" in shown.html
    True
    """
    check_option("language", language, words.LANGUAGES)
    if quotes.empty:
        return paragraph(_text("no_quotes", language))
    made = [_quote(row, names, language) for row in records(quotes)]
    html = "\n".join(one.html for one in made)
    return Html(html, "\n".join(one.text for one in made))


def _quote(row: dict[str, Any], names: Names, language: str) -> Html:
    text, html, plain, read = str(row["text"]), "", "", 0
    for start, end, _ in read_marks(row["marks"]):
        start, end = max(start, read), min(end, len(text))
        if start < end:
            html += f"{escape(text[read:start])}<mark>{escape(text[start:end])}</mark>"
            plain += f"{text[read:start]}【{text[start:end]}】"
            read = end
    html, plain = html + escape(text[read:]), plain + text[read:]
    cause = name_cause(row["cause"], names, language)
    said = _text("shown_by", language, cause=cause, case=row["case_id"])
    quoted = f"<blockquote><p>“{html}”</p><p><small>{escape(said)}</small></p></blockquote>"
    return Html(quoted, f"“{plain}” {said}")


def show_fishbone(
    causes: pd.DataFrame,
    *,
    names: Names = None,
    examples: Mapping[str, str] | None = None,
    language: str = "zh",
) -> Html:
    """Show a fishbone as a table, for screen readers and for whoever reads the figures.

    Parameters
    ----------
    causes : DataFrame
        As for :func:`csqa.plots.fishbone`.
    names : Fishbone or mapping of id to name, optional
        Of the causes and bones.
    examples : mapping of cause to text, optional
        Words of customers for a cause, masked already, from :func:`csqa.pick_quotes`.
    language : {"zh", "en"}
        Of the words.
    """
    check_option("language", language, words.LANGUAGES)
    counted = count_causes(causes) if "cases" not in causes else causes
    if counted.empty:
        return paragraph(_text("no_causes", language))
    counted = counted.assign(last=counted["bone"] == NO_CAUSE)
    counted = counted.sort_values(["last", "cases", "cause"], ascending=[True, False, True])
    headers = [header("fishbone", column, language) for column in ("bone", "cause", "cases")]
    headers += [_text("share", language), header("fishbone", "example", language)]
    rows = [_cause_row(row, names, examples or {}, language) for row in records(counted)]
    return table(headers, rows, numeric=headers[2:4], merged=0)


def _cause_row(
    row: dict[str, Any], names: Names, examples: Mapping[str, str], language: str
) -> list[str]:
    share = row.get("share", row["cases"] / row["n"] if row.get("n") else float("nan"))
    said = words.format_value(float(share), "share", language)
    if not pd.isna(row.get("lower")):
        said += f"（{words.format_interval(row['lower'], row['upper'], 'share', language)}）"
    return [
        name_cause(row["bone"], names, language),
        name_cause(row["cause"], names, language),
        words.format_count(float(row["cases"])),
        said,
        examples.get(row["cause"], ""),
    ]
