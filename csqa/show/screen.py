"""The first screen: what a manager with two minutes must see, and nothing else.

The verdict, at most three things to know, one table of at most nine rows, the open actions and
the limits of the data. Tables come in, already computed; here they are only put into words.
"""

from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.frames import period_row, records
from csqa.rules.standard import Standard
from csqa.show.html import Badge, Html, figures, fold, numbered, paragraph, table

MOST_THINGS, MOST_ROWS = 3, 9
"""What fits into two minutes (methods.md, “What a monthly diagnostic must contain”)."""


def show_verdict(card: pd.DataFrame, *, period: str, contacts: int, language: str = "zh") -> Html:
    """Show the verdict of the month: composite, how sure, change, targets met.

    Parameters
    ----------
    card : DataFrame
        From :func:`csqa.composite`, of the whole.
    period : str
        The month.
    contacts : int
        Contacts counted in it.
    language : {"zh", "en"}
        Of the words.
    """
    row = period_row(card, period)
    zh = language == "zh"
    score = words.format_points(row["composite"])
    sure = words.format_points_interval(row["lower"], row["upper"])
    coverage = f"{words.round_half_up(row['coverage'] * 100, 0)}%"
    status = words.label(row["status"], language)
    items = [
        (score, "综合得分" if zh else "Composite", f"95% 区间 {sure}" if zh else f"95 % {sure}"),
        (
            words.format_signed(row["change"]),
            "较上月" if zh else "vs last month",
            sentences.about_change(row, language),
        ),
        (
            f"{row['met']}/{row['metrics']}" if row["metrics"] else "–",
            "项指标达标" if zh else "targets met",
            f"权重覆盖 {coverage}，{status}" if zh else f"weights covered {coverage}, {status}",
        ),
        (words.format_count(contacts), "条服务记录" if zh else "contacts", period),
    ]
    return figures(items) + paragraph(sentences.headline(row, period, language), "verdict")


def show_things(things: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show at most three things to know, and how many more there are.

    Parameters
    ----------
    things : DataFrame
        From :func:`csqa.brief`.
    """
    zh = language == "zh"
    if things.empty:
        return paragraph(
            "本月无需要升级的信号。" if zh else "Nothing this month needs escalation.", "verdict"
        )
    shown = numbered(things["sentence"].head(MOST_THINGS))
    rest = things.iloc[MOST_THINGS:]
    if rest.empty:
        return shown
    names = words.join(rest["title"].drop_duplicates().head(MOST_THINGS), language)
    names += "" if len(rest) <= MOST_THINGS else (" 等" if zh else " …")
    count = len(rest)
    text = f"另有 {count} 项同样证据充分：{names}" if zh else f"{count} more as certain: {names}"
    return shown + fold(text, numbered(rest["sentence"], "more"))


def show_metrics(
    scores: pd.DataFrame,
    over: pd.DataFrame,
    plan: pd.DataFrame,
    standard: Standard,
    *,
    period: str,
    language: str = "zh",
) -> Html:
    """Show the metrics of the month in one table, the worst first.

    Parameters
    ----------
    scores : DataFrame
        From :func:`csqa.score`, of the whole.
    over : DataFrame
        From :func:`csqa.compare_vertical`, of the whole.
    plan : DataFrame
        From :func:`csqa.check_plan`; may be empty.
    standard : Standard
        For the names.
    period : str
        The month.
    """
    now = scores[(scores["period"] == period) & scores["direction"].notna()]
    judged = ["metric", "variation", "assurance", "persistence", "evidence"]
    now = now.merge(over.loc[over["period"] == period, judged], on="metric", how="left")
    fed = now[~now["status"].isin(["no_source", "no_data"])]
    fed = fed.sort_values(_URGENCY, key=_urgency, kind="stable", na_position="last")
    head = _METRIC_HEADERS[language]
    rows = [_metric_row(row, plan, standard, language) for row in records(fed.head(MOST_ROWS))]
    shown = table(head, rows, numeric=(head[3],), short=(head[0], head[2]), cards=True)
    return shown + _left_out(fed, now, standard, language)


_URGENCY = ["score", "persistence", "variation", "evidence", "metric"]
"""Worst first: points lost, then what lasts, what changed, what is only just met."""

_ORDER = ("persistent", "occasional", "concern", "marginal")


def _urgency(column: "pd.Series[Any]") -> "pd.Series[Any]":
    if column.name not in ("persistence", "variation", "evidence"):
        return column
    return column.map(lambda word: _ORDER.index(word) if word in _ORDER else len(_ORDER))


_METRIC_HEADERS = {
    "zh": (
        "指标",
        "本月（n，95% 区间）",
        "目标",
        "得分",
        "波动",
        "达标能力",
        "持续/偶发",
        "责任人",
    ),
    "en": (
        "Metric",
        "This month (n, 95 %)",
        "Target",
        "Score",
        "Variation",
        "Assurance",
        "Persistence",
        "Owner",
    ),
}

_MEANING = {
    "improvement": "better",
    "concern": "worse",
    "consistently_met": "better",
    "consistently_failed": "worse",
    "persistent": "worse",
    "occasional": "watch",
    "met": "met",
}
_SIGN = {
    "improvement": "▲ ",
    "concern": "▼ ",
    "common": "● ",
    "consistently_met": "✓ ",
    "consistently_failed": "✗ ",
    "inconsistent": "～ ",
}


def badge(value: Any, language: str = "zh") -> Badge:
    """Show a value of ours with its sign, its words and the colour of its meaning.

    Examples
    --------
    >>> badge("concern")
    Badge(text='▼ 特殊原因·恶化', meaning='worse')
    """
    key = "none" if value is None or value != value else str(value)
    text = _SIGN.get(key, "") + words.label(key, language)
    return Badge(text, _MEANING.get(key, "neutral"))


def _metric_row(
    row: dict[str, Any], plan: pd.DataFrame, standard: Standard, language: str
) -> list[str | Badge]:
    kind = row["kind"]
    value = words.format_value(row["value"], kind, language)
    sure = words.format_interval(row["lower"], row["upper"], kind, language)
    few = row["status"] in ("too_few", "small")
    remark = f" {words.label(row['status'], language)}" if few else ""
    met = "" if row["met"] is None else ("✓ " if row["met"] else "✗ ")
    meaning = "neutral" if row["met"] is None else ("met" if row["met"] else "missed")
    return [
        standard.metric(row["metric"]).name(language),
        (
            f"{value}（n={row['n']:,}，{sure}）{remark}"
            if language == "zh"
            else f"{value} (n={row['n']:,}, {sure}){remark}"
        ),
        words.format_target(
            row["target"], row["direction"], kind, language, upper=row["target_upper"]
        ),
        Badge(met + words.format_points(row["score"]), meaning),
        badge(row["variation"], language),
        badge(row["assurance"], language),
        _persistence(row, language),
        _owner(row, plan, language),
    ]


def _persistence(row: dict[str, Any], language: str) -> Badge:
    shown = badge(row["persistence"], language)
    if row["persistence"] in (None, "none") or row["persistence"] != row["persistence"]:
        return shown
    evidence = words.label(row["evidence"], language)
    weak = row["evidence"] in ("weak", "may_be_noise")
    return Badge(f"{shown.text}·{evidence}", "watch" if weak else shown.meaning)


def _owner(row: dict[str, Any], plan: pd.DataFrame, language: str) -> str:
    """Who is at a metric that is missed; nobody is needed for one that is met."""
    if plan.empty:
        return ""
    mine = plan[plan["open"] & (plan["metric_key"] == row["metric"])]
    names = [str(name) for name in mine["owner"].dropna().unique() if str(name).strip()]
    missing = ("待指定" if language == "zh" else "to be named") if row["met"] is False else ""
    return words.join(names, language) if names else missing


def _count_lines(target_line: str) -> int:
    """Lines that judged, whatever the version of the standard that each is of."""
    return len({line.split("/", 1)[-1] for line in target_line.split("; ")})


def _left_out(fed: pd.DataFrame, now: pd.DataFrame, standard: Standard, language: str) -> Html:
    """Name what the table leaves out: the well ones beyond nine rows, and those without data."""
    rest = fed["metric"].iloc[MOST_ROWS:]
    absent = now.loc[now["status"].isin(["no_source", "no_data"]), "metric"]
    relaxed = fed.loc[fed["target_line"].map(_count_lines) > 1, "metric"]
    notes = zip(_NOTES[language], (rest, absent, relaxed), strict=True)
    said = [
        note.format(words.join((standard.metric(key).name(language) for key in keys), language))
        for note, keys in notes
        if len(keys)
    ]
    return paragraph(" ".join(said)) if said else Html("", "")


_NOTES = {
    "zh": (
        "其余见“服务质量监控指标表”：{}。",
        "没有数据、未计入得分：{}。",
        "{}的目标因场景、时段等而异（见指标定义），表中是按本月构成加权的值。",
    ),
    "en": (
        "The rest is under Scorecard: {}.",
        "No data, left out of the score: {}.",
        "{}: the target depends on the contact (see definitions); shown is the weighted mean.",
    ),
}
"""What is said of the rows left out, of the metrics without data, and of relaxed targets."""
