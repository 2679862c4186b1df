"""Phrase rules for readers: how often inspectors bear each out, and which to retire."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.inspection import Form, read_form
from csqa.rules.phrases import Phrases
from csqa.show.html import Badge, Cell, Html, paragraph, table

TEXTS = {
    "rule": ("规则", "Rule"),
    "item": ("质检项", "Item"),
    "n": ("命中的抽检记录", "Inspected with a hit"),
    "precision": ("准确率（95% 区间）", "Precision (95 %)"),
    "n_failed": ("判不合格的记录", "Failed by inspectors"),
    "recall": ("其中被命中（95% 区间）", "Of them hit (95 %)"),
    "verdict": ("判断", "Verdict"),
    "nothing": ("没有可以评估的规则。", "There is no rule to evaluate."),
    "reading": (
        "准确率：命中的抽检记录里，质检员也判不合格的比例；有把握地低于 {floor} 的建议停用。"
        "一项不合格还有别的原因，所以“被命中”低不等于规则不好。{weighted}",
        "Precision: of the inspected records with a hit, how many inspectors failed too; surely "
        "below {floor}, a rule is proposed for retirement. An item fails for other reasons too, "
        "so a low share of failures hit is no fault of a rule.{weighted}",
    ),
    "weighted": (
        "比例按入样概率加权，与条数之比不同。",
        " Rates are weighted by the probability of being drawn, and differ from the counts.",
    ),
    "hint": ("（只作提示）", " (hint only)"),
    "keep": ("保留", "keep"),
    "watch": ("留意", "watch"),
    "propose_retirement": ("建议停用", "propose to retire"),
    "too_few": ("样本不足", "too few"),
    "no_item": ("无从评估", "cannot be told"),
}
MARKS = {
    "keep": ("● ", "neutral"),
    "watch": ("▽ ", "watch"),
    "propose_retirement": ("▼ ", "worse"),
    "too_few": ("○ ", "few"),
    "no_item": ("○ ", "few"),
}
UNTOLD = ("too_few", "no_item")


def show_rule_quality(
    found: pd.DataFrame,
    form: Form | None = None,
    phrases: Phrases | None = None,
    *,
    language: str = "zh",
) -> Html:
    """Show precision and recall of each phrase rule, those to be retired first.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.evaluate_rules`.
    form : Form, optional
        For the names of items and the floor. Default: the shipped one.
    phrases : Phrases, optional
        For the names of the rules; left out, their ids are shown.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        A table and how to read it; of rules with few hits only the counts.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> row = {"rule": "r1", "item": "wording", "hint": False, "n": 10, "precision": 0.1}
    >>> row |= {"precision_lower": 0.02, "precision_upper": 0.4, "n_failed": 1, "recall": 1.0}
    >>> row |= {"recall_lower": 0.2, "recall_upper": 1.0, "weighted": False}
    >>> row |= {"verdict": "propose_retirement"}
    >>> print(show_rule_quality(pd.DataFrame([row])).text.splitlines()[1])
    r1  用语规范  10  10.0%（2.0%–40.0%）  1  100.0%（20.0%–100.0%）  ▼ 建议停用
    """
    check_option("language", language, words.LANGUAGES)
    if found.empty:
        return paragraph(_text("nothing", language), "verdict")
    form = form or read_form()
    order = ("propose_retirement", "watch", "keep", "too_few", "no_item")
    place = found["verdict"].map({verdict: number for number, verdict in enumerate(order)})
    rows = found.assign(place=place).sort_values(["place", "rule"])
    keys = ("rule", "item", "n", "precision", "n_failed", "recall", "verdict")
    headers = [_text(key, language) for key in keys]
    body = [_row(row, form, phrases, language) for row in records(rows)]
    made = table(headers, body, numeric=(headers[2], headers[4]), short=headers[:2])
    floor = form.settings.rule_quality.precision_at_least
    reading = _text("reading", language).format(
        floor=words.format_value(floor, "share", language, short=True),
        weighted=_text("weighted", language) if found["weighted"].any() else "",
    )
    return made + paragraph(reading)


def _row(row: dict[str, Any], form: Form, phrases: Phrases | None, language: str) -> list[Cell]:
    name = phrases.name(row["rule"], language) if phrases else str(row["rule"])
    sign, meaning = MARKS[row["verdict"]]
    untold = row["verdict"] in UNTOLD
    return [
        name + (_text("hint", language) if row["hint"] else ""),
        form.name(row["item"], language) or "–",
        f"{row['n']:,}",
        "–" if untold else _share(row, "precision", language),
        f"{row['n_failed']:,}",
        "–" if untold else _share(row, "recall", language),
        Badge(sign + _text(row["verdict"], language), meaning),
    ]


def _share(row: dict[str, Any], name: str, language: str) -> str:
    if pd.isna(row[name]):
        return "–"
    value = words.format_value(row[name], "share", language)
    sure = words.format_interval(row[f"{name}_lower"], row[f"{name}_upper"], "share", language)
    return f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})"


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]
