"""The anomaly watch for readers: what to look at now, and how often such a list cries wolf."""

from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.errors import check_option
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show.html import Badge, Html, paragraph, table

VOLUME = "contacts"
"""The metric's name where the number of records is watched."""

HEADERS = {
    "zh": ("日期", "对象", "指标", "实际值", "样本量", "预期", "正常范围", "判断"),
    "en": ("When", "Unit", "Metric", "Value", "n", "Expected", "Usual range", "Verdict"),
}
VERDICTS = {
    "better": ("▲ ", "better", ("变好", "better")),
    "worse": ("▼ ", "worse", ("变差", "worse")),
    "unusual": ("● ", "watch", ("异常", "unusual")),
}
"""Verdict → sign, meaning, words."""

SIDES = {"above": ("偏高", "high"), "below": ("偏低", "low")}
EVERY = {"day": ("天", "day(s)"), "week": ("周", "week(s)")}


def show_watch(
    found: pd.DataFrame, standard: Standard | None = None, *, language: str = "zh"
) -> Html:
    """Show the days or weeks that deviate from what was expected, and the rule's false alarms.

    Parameters
    ----------
    found : DataFrame
        From :func:`csqa.watch`, with its ``attrs``.
    standard : Standard, optional
        For the metrics' names. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.

    Returns
    -------
    Html
        What was watched and how many false alarms a month to expect, always; then the anomalies,
        the newest first, or that there is none.

    Raises
    ------
    RuleError
        If the language is unknown.

    Examples
    --------
    >>> from csqa import results
    >>> found = pd.DataFrame(columns=list(results.WATCH_COLUMNS))
    >>> found.attrs["watch"] = {"every": "day", "series": 9, "judged": 250, "left_out": 2}
    >>> found.attrs["watch"] |= {"false_alarms": 1.0, "first": "2025-06-02", "last": "2025-06-29"}
    >>> print(show_watch(found))
    2025-06-02 至 2025-06-29，监看 9 个序列、250 个数值；2 天未判断（节假日、调休、首尾或无记录）。
    按此规则，一切正常时平均每月误报 1.0 次。
    没有异常。
    """
    check_option("language", language, words.LANGUAGES)
    standard, zh = standard or read_standard(), language == "zh"
    said = (
        paragraph(_watched(found.attrs.get("watch", {}), language)) if found.attrs else Html("", "")
    )
    rule = _rule(found)
    if rule is not None:
        said = _join(said, paragraph(_promise(rule, language), "verdict"))
    if found.empty:
        return _join(said, paragraph("没有异常。" if zh else "No anomaly."))
    headers = HEADERS[language]
    rows = [_row(row, standard, language) for row in records(found)]
    return _join(said, table(headers, rows, numeric=(headers[4],), short=headers[:3]))


def _join(first: Html, second: Html) -> Html:
    return first + second if first.html else second


def _rule(found: pd.DataFrame) -> float | None:
    """False alarms a month, from the table itself where its attributes were lost."""
    told = found.attrs.get("watch", {}).get("false_alarms")
    if told is None and len(found):
        told = found["false_alarms"].iloc[0]
    return None if told is None else float(told)


def _watched(rule: dict[str, Any], language: str) -> str:
    if not rule or not rule["judged"]:
        return (
            "历史不足，还不能监看：需要至少七周的数据。"
            if language == "zh"
            else "Too little history to watch: at least seven weeks are needed."
        )
    every = EVERY[rule["every"]][words.LANGUAGES.index(language)]
    series, judged = rule["series"], words.format_count(rule["judged"])
    if language == "zh":
        return (
            f"{rule['first']} 至 {rule['last']}，监看 {series} 个序列、{judged} 个数值；"
            f"{rule['left_out']} {every}未判断（节假日、调休、首尾或无记录）。"
        )
    return (
        f"{rule['first']} to {rule['last']}: {series} series, {judged} values watched; "
        f"{rule['left_out']} {every} not judged (holidays, make-up days, edges, no records)."
    )


def _promise(false_alarms: float, language: str) -> str:
    count = words.round_half_up(false_alarms, 1 if false_alarms >= 0.1 else 3)
    if language == "zh":
        return f"按此规则，一切正常时平均每月误报 {count} 次。"
    return f"By this rule, {count} false alarm(s) a month on average where nothing is wrong."


def _row(row: dict[str, Any], standard: Standard, language: str) -> list[str | Badge]:
    place = words.LANGUAGES.index(language)
    volume = row["metric"] == VOLUME
    name = (
        ("服务量", "Contacts")[place] if volume else standard.metric(row["metric"]).name(language)
    )
    sign, meaning, said = VERDICTS[row["verdict"]]
    side = SIDES[row["side"]][place]
    text = f"{said[place]}（{side}）" if language == "zh" else f"{said[place]} ({side})"
    return [
        str(row["period"]),
        sentences.name_unit(row["unit_kind"], row["unit"], language),
        name,
        _value(row["value"], row, language),
        "–" if volume else words.format_count(row["n"]),
        _value(row["expected"], row, language),
        _range(row, language),
        Badge(sign + text, meaning),
    ]


def _value(value: float, row: dict[str, Any], language: str) -> str:
    if row["metric"] == VOLUME:
        return words.round_half_up(value, 0)
    return words.format_value(value, row["kind"], language)


def _range(row: dict[str, Any], language: str) -> str:
    if row["metric"] == VOLUME:
        return "–".join(_value(row[f"{end}_limit"], row, language) for end in ("lower", "upper"))
    return words.format_interval(row["lower_limit"], row["upper_limit"], row["kind"], language)
