"""Findings of phrase rules for readers: how often each rule found something, and how sure that is.

No text of a conversation is shown here: who needs the sentence gets it masked, in the cases.
"""

from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.errors import check_option
from csqa.frames import records, unit_columns
from csqa.rules.phrase_rules import SEVERITIES
from csqa.rules.phrases import Phrases, read_phrases
from csqa.show.html import Badge, Html, paragraph, table

HEADERS = {
    "zh": (
        "规则",
        "类别",
        "检查会话",
        "命中会话",
        "每百个会话（95% 区间）",
        "轻微 / 严重 / 致命",
        "建议",
    ),
    "en": (
        "Rule",
        "Kind",
        "Contacts looked at",
        "With a finding",
        "Per 100 contacts (95% interval)",
        "Minor / major / critical",
        "Advice",
    ),
}
HINT = ("提示", "hint")
TEXTS = {
    "nothing": ("没有会话消息，未按话术规则检查。", "No messages: nothing was looked at."),
    "hints": (
        "标“提示”的规则常有误判，只供复核参考，不计分。",
        "Rules marked “hint” err often: for a reviewer to look at, never counted.",
    ),
}
PER = 100.0


def show_findings(
    summary: pd.DataFrame,
    phrases: Phrases | None = None,
    *,
    language: str = "zh",
    hints: bool = True,
) -> Html:
    """Show how often each phrase rule found something, the most frequent of each unit first.

    Parameters
    ----------
    summary : DataFrame
        From :func:`csqa.summarise_findings`.
    phrases : Phrases, optional
        For names and advice. Default: the shipped rules.
    language : {"zh", "en"}
        Of all texts.
    hints : bool
        Whether rules that are hints are shown, after the others.

    Returns
    -------
    Html
        A table; what a hint is, if there are any.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> row = {"rule": "dont_know", "kind": "forbid", "hint": False, "n": 40, "contacts": 2}
    >>> row |= {"rate": 0.05, "lower": 0.014, "upper": 0.165, "hits": 3, "status": "ok"}
    >>> row |= {"minor": 1, "major": 2, "critical": 0, "mitigated": 1}
    >>> print(show_findings(pd.DataFrame([row])).text.splitlines()[1][:41])
    说不知道  禁用  40  2  5.0（1.4–16.5）  1 / 2 / 0
    """
    check_option("language", language, words.LANGUAGES)
    place = words.LANGUAGES.index(language)
    rules = phrases or read_phrases()
    shown = summary if hints else summary[~summary["hint"]]
    if shown.empty:
        return paragraph(TEXTS["nothing"][place])
    units = unit_columns(shown)
    rows = shown.sort_values(
        [*units, "hint", "rate"], ascending=[*[True] * len(units), True, False]
    )
    headers = [*(words.label(unit, language) for unit in units), *HEADERS[language]]
    cells = [_row(row, units, rules, language) for row in records(rows)]
    numeric = headers[len(units) + 2 : len(units) + 4]
    made = table(headers, cells, numeric=numeric, short=headers[: len(units) + 2])
    return made + paragraph(TEXTS["hints"][place]) if shown["hint"].any() else made


def _row(row: dict[str, Any], units: list[str], rules: Phrases, language: str) -> list[str | Badge]:
    known = row["rule"] in rules.ids
    advice = dict(rules.rule(row["rule"]).advice).get(language, "") if known else ""
    kind = words.label(row["kind"], language)
    if row["hint"]:
        mark = HINT[words.LANGUAGES.index(language)]
        kind = f"{kind}（{mark}）" if language == "zh" else f"{kind} ({mark})"
    return [
        *(sentences.name_unit(unit, str(row[unit]), language) for unit in units),
        rules.name(row["rule"], language),
        kind,
        words.format_count(row["n"]),
        words.format_count(row["contacts"]),
        _rate(row, language),
        " / ".join(words.format_count(row[name]) for name in SEVERITIES),
        advice,
    ]


def _rate(row: dict[str, Any], language: str) -> str | Badge:
    """The rate with its interval; of too few contacts only that they are too few."""
    if row["status"] in ("too_few", "no_data"):
        return Badge(f"○ {words.label(row['status'], language)}", "few")
    value, *ends = (words.round_half_up(PER * row[name]) for name in ("rate", "lower", "upper"))
    sure = "–".join(ends)
    told = f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})"
    return f"{told} {words.label('small', language)}" if row["status"] == "small" else told
