"""The sections after the first screen: tables on demand, each with what it rests on."""

from typing import Any

import pandas as pd

from csqa import results, schema, sentences, words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.show.html import Badge, Html, fold, paragraph, table
from csqa.show.screen import badge

VERDICT_MEANING = {
    results.BETTER: ("▲ ", "better"),
    results.WORSE: ("▼ ", "worse"),
    results.WATCH_BETTER: ("△ ", "watch"),
    results.WATCH_WORSE: ("▽ ", "watch"),
    results.TOO_FEW: ("○ ", "few"),
    results.NO_DIFFERENCE: ("● ", "neutral"),
    "rising": ("↑ ", "worse"),
    "falling": ("↓ ", "better"),
}
"""Sign and colour of a verdict."""


def show_horizontal(
    across: pd.DataFrame, standard: Standard, *, unit_kind: str, language: str = "zh"
) -> Html:
    """Show who stands out from peers with the same mix of work; the rest is counted, not ranked.

    Parameters
    ----------
    across : DataFrame
        From :func:`csqa.compare_horizontal`.
    standard : Standard
        For the names.
    unit_kind : str
        What the units are.
    """
    rows = across[across["unit"] != schema.UNKNOWN]
    out = rows[rows["verdict"].isin([results.BETTER, results.WORSE])]
    watch = rows[rows["verdict"].isin([results.WATCH_BETTER, results.WATCH_WORSE])]
    counted = paragraph(_counts(rows, unit_kind, language))
    if (rows["verdict"] == results.TOO_FEW).all():
        return counted
    shown = _across_table(out, standard, unit_kind, language) if len(out) else _nobody(language)
    if watch.empty:
        return counted + shown
    title = (
        f"留意名单（{len(watch)} 项，仅超出 95% 界限，多半是波动，不必处理）"
        if language == "zh"
        else f"To watch ({len(watch)}): beyond 95 % limits only, mostly chance; no action"
    )
    return counted + shown + fold(title, _across_table(watch, standard, unit_kind, language))


def _nobody(language: str) -> Html:
    text = "没有人超出界限。" if language == "zh" else "Nobody is outside the limits."
    return paragraph(text, "verdict")


def _counts(rows: pd.DataFrame, unit_kind: str, language: str) -> str:
    units, pairs = rows["unit"].nunique(), len(rows)
    few = int((rows["verdict"] == results.TOO_FEW).sum())
    judged = pairs - few
    if not judged:
        return (
            "样本均不足，未作比较。" if language == "zh" else "Too few records to compare anybody."
        )
    by_chance = words.round_half_up(judged * 0.05, 0)
    months = int(rows["months"].max()) if pairs else 1
    kind = words.label(unit_kind, language)
    if language == "zh":
        return (
            f"{_months(months)}，{units} 个{kind}、{pairs} 项比较，"
            f"其中 {few} 项样本不足、不作判断；"
            f"即使人人水平相同，{judged} 项中也约有 {by_chance} 项会偶然超出 95% 界限。"
        )
    return (
        f"{months} month(s), {units} units ({kind}), {pairs} comparisons, {few} of them with too "
        f"few records to judge. If all were equal, about {by_chance} of {judged} would still lie "
        "outside the 95 % limits."
    )


def _months(months: int) -> str:
    return f"近 {months} 个月" if months > 1 else "本月"


def _across_table(rows: pd.DataFrame, standard: Standard, unit_kind: str, language: str) -> Html:
    zh = language == "zh"
    usual = ("同类工作预期", "Expected")
    if rows["against"].eq("target").all():
        usual = ("目标", "Target")
    headers = (
        ("对象", "指标", "结果（95% 区间）", "n", usual[0], "99.8% 界限", "未达标概率", "判断")
        if zh
        else ("Unit", "Metric", "Value (95 %)", "n", usual[1], "99.8 % limits", "Misses", "Verdict")
    )
    rows = rows.sort_values(["metric", "unit"])
    body = [_across_row(row, standard, unit_kind, language) for row in records(rows)]
    return table(headers, body, numeric=(headers[3],), short=headers[:2])


def _across_row(
    row: dict[str, Any], standard: Standard, unit_kind: str, language: str
) -> list[str | Badge]:
    kind = row["kind"]
    value = words.format_value(row["value"], kind, language)
    sure = words.format_interval(row["lower"], row["upper"], kind, language)
    return [
        sentences.name_unit(unit_kind, row["unit"], language),
        standard.metric(row["metric"]).name(language),
        f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})",
        f"{row['n']:,}",
        words.format_value(row["expected"], kind, language),
        words.format_interval(row["lower_limit"], row["upper_limit"], kind, language),
        words.format_value(row["miss_chance"], "share", language),
        verdict_badge(row["verdict"], language, row["against"]),
    ]


def verdict_badge(verdict: str, language: str = "zh", against: str = "peers") -> Badge:
    """Show a verdict with its sign and colour, and against what it was given.

    Examples
    --------
    >>> verdict_badge("too_few")
    Badge(text='○ 样本不足', meaning='few')
    """
    sign, meaning = VERDICT_MEANING.get(verdict, ("", "neutral"))
    own = against == "target" and verdict in (results.BETTER, results.WORSE)
    return Badge(
        sign + words.label(f"{verdict}_than_target" if own else verdict, language), meaning
    )


def show_vertical(
    over: pd.DataFrame, standard: Standard, *, period: str, language: str = "zh"
) -> Html:
    """Show each unit's metrics that miss their target, with how long and how surely.

    Parameters
    ----------
    over : DataFrame
        From :func:`csqa.compare_vertical`.
    standard : Standard
        For the names.
    period : str
        The month.
    """
    headers = {
        "zh": ["对象", "指标", "本月（95% 区间）", "n", "目标", "波动", "连续月数", "持续/偶发"],
        "en": ["Unit", "Metric", "This month", "n", "Target", "Variation", "Missed", "Persistence"],
    }[language]
    now = over[(over["period"] == period) & (over["unit"] != schema.UNKNOWN)]
    missed = now[now["met"].eq(False) & now["met"].notna()]
    if missed.empty:
        return paragraph(_none_missed(now, language), "verdict")
    missed = missed.sort_values(["run_length", "metric", "unit"], ascending=[False, True, True])
    rows = [_over_row(row, standard, language) for row in records(missed)]
    return table(headers, rows, numeric=(headers[3], headers[6]), short=(*headers[:2], headers[4]))


def _none_missed(now: pd.DataFrame, language: str) -> str:
    judged = int(now["met"].notna().sum())
    if not judged:
        return (
            "月份不完整或样本不足，不判断偶发与持续。"
            if language == "zh"
            else "A partial month or too few records: nothing is judged."
        )
    if language == "zh":
        return f"可判断的 {judged} 项均达标。"
    return f"All {judged} targets that can be judged are met."


def _over_row(row: dict[str, Any], standard: Standard, language: str) -> list[str | Badge]:
    kind = row["kind"]
    value = words.format_value(row["value"], kind, language)
    sure = words.format_interval(row["lower"], row["upper"], kind, language)
    evidence = words.label(row["evidence"], language)
    strong = row["evidence"] in ("strong", "special_cause")
    return [
        sentences.name_unit(row.get("unit_kind", ""), row["unit"], language),
        standard.metric(row["metric"]).name(language),
        f"{value}（{sure}）" if language == "zh" else f"{value} ({sure})",
        f"{row['n']:,}",
        words.format_target(
            row["target"], row["direction"], kind, language, upper=row["target_upper"]
        ),
        badge(row["variation"], language),
        str(row["run_length"]),
        Badge(
            f"{words.label(row['persistence'], language)}·{evidence}",
            "worse" if strong else "watch",
        ),
    ]


def show_scores(scores: pd.DataFrame, standard: Standard, *, language: str = "zh") -> Html:
    """Show every metric's value, target, score and the reason for the deduction.

    Parameters
    ----------
    scores : DataFrame
        From :func:`csqa.score`, of one period and unit.
    """
    headers = {
        "zh": ("维度", "指标", "目标", "实际值", "n", "得分", "扣分原因"),
        "en": ("Dimension", "Metric", "Target", "Value", "n", "Score", "Reason"),
    }[language]
    version = standard.versions[-1]
    rows = [
        [
            version.dimension_name(row["dimension"], language),
            standard.metric(row["metric"]).name(language),
            words.format_target(
                row["target"],
                row["direction"],
                row["kind"],
                language,
                upper=row["target_upper"],
            ),
            words.format_value(row["value"], row["kind"], language),
            f"{row['n']:,}",
            words.format_points(row["score"]),
            row["reason"],
        ]
        for row in records(scores)
    ]
    return table(headers, rows, numeric=(headers[4], headers[5]), short=headers[:4])


def show_units(card: pd.DataFrame, *, period: str, unit_kind: str, language: str = "zh") -> Html:
    """Show the composite of each unit with its interval, by name: this is no ranking.

    Parameters
    ----------
    card : DataFrame
        From :func:`csqa.composite`, split by the unit.
    period : str
        The month.
    unit_kind : str
        Its unit column.
    """
    zh = language == "zh"
    headers = (
        ("对象", "综合得分（95% 区间）", "较上月", "达标", "覆盖")
        if zh
        else ("Unit", "Composite (95 %)", "vs last month", "Targets met", "Coverage")
    )
    now = card[(card["period"] == period) & (card[unit_kind] != schema.UNKNOWN)]
    rows = [
        [
            sentences.name_unit(unit_kind, row[unit_kind], language),
            _composite_text(row, zh),
            f"{words.format_signed(row['change'])} {sentences.about_change(row, language)}",
            f"{row['met']}/{row['metrics']}",
            words.label(row["status"], language),
        ]
        for row in records(now.sort_values(unit_kind))
    ]
    return table(headers, rows)


def _composite_text(row: dict[str, Any], zh: bool) -> str:
    score = words.format_points(row["composite"])
    sure = words.format_points_interval(row["lower"], row["upper"])
    return f"{score}（{sure}）" if zh else f"{score} ({sure})"
