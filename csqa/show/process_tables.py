"""The process for readers: its nodes, and the node that costs most."""

from typing import Any

import pandas as pd

from csqa import words
from csqa.errors import check_option
from csqa.frames import records
from csqa.show.html import Badge, Cell, Html, paragraph, table

SECONDS_PER_HOUR = 3_600

TEXTS = {
    "nothing": (
        "没有流程节点的记录，看不出时间花在哪一步。",
        "No steps were given: where time goes cannot be told.",
    ),
    "step": ("节点", "Node"),
    "owner": ("责任人", "Owner"),
    "visits": ("次数", "Visits"),
    "median": ("停留中位数（95% 区间）", "Median stay (95 %)"),
    "p90": ("九成在", "90 % within"),
    "hours": ("占总时长", "Share of time"),
    "limit": ("时限", "Limit"),
    "over": ("超时占比（95% 区间）", "Late (95 %)"),
    "returns": ("退回", "Returns"),
    "handovers": ("转手", "Hand-overs"),
    "open": ("在办 / 超时", "Open / late"),
    "steps_note": (
        "停留含还没办完的（Kaplan–Meier）；超时占比的分母是已办完或已超时的。退回：离开后又回到这个节点。"
        "不在流程文件里的节点没有时限。",
        "Stays include those that are open (Kaplan-Meier); late: of those that are over, or late "
        "already. Returns: the contact had left the node before. Nodes that the process file does "
        "not name have no limit.",
    ),
    "varies": ("按优先级", "by priority"),
    "rank": ("序号", "No."),
    "cost": ("超时时长", "Time past limits"),
    "cost_total": ("总时长", "Total time"),
    "share": ("占比（95% 区间）", "Share (95 %)"),
    "per_contact": ("平均每单", "Per contact"),
    "before": ("此前每单", "Before"),
    "change": ("变化", "Change"),
    "verdict": ("判断", "Verdict"),
    "too_few": (
        "本月有流程节点的记录不足 {n} 条，不判断瓶颈。",
        "Fewer than {n} contacts with steps: no bottleneck is named.",
    ),
    "found": (
        "瓶颈是“{step}”{owner}：占{basis}的 {share}，平均每单 {hours}。",
        "The bottleneck is “{step}”{owner}: {share} of {basis}, {hours} per contact.",
    ),
    "perhaps": (
        "最费时的可能是{steps}，数据还分不出先后。",
        "What costs most may be {steps}: the data do not tell which.",
    ),
    "none": ("没有节点超过时限。", "No node is past its limit."),
    "beyond_limit": ("超时时长", "the time past limits"),
    "total": ("总时长", "all time"),
    "of_owner": ("（{owner}）", " ({owner})"),
}
VERDICTS = {
    "bottleneck": ("▼", "worse"),
    "maybe_bottleneck": ("▽", "watch"),
    "no_bottleneck": ("●", "neutral"),
    "waits_for_others": ("○", "neutral"),
    "too_few": ("○", "few"),
}
CHANGES = {"rising": "worse", "falling": "better"}


def show_steps(steps: pd.DataFrame, *, language: str = "zh") -> Html:
    """Show each node of the process: stays, limit, late ones, returns, hand-overs, open ones.

    Parameters
    ----------
    steps : DataFrame
        From :func:`csqa.measure_steps`; not split by a unit.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    Html
        Nodes that nobody came to have a line too. Of too few visits no figure is shown.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    if steps.empty:
        return paragraph(_text("nothing", language))
    keys = ("step", "owner", "visits", "median", "p90", "hours", "limit", "over", "returns")
    headers = [_text(key, language) for key in (*keys, "handovers", "open")]
    body = [_step_row(row, language) for row in records(steps)]
    numeric = [_text(key, language) for key in ("visits", "hours", "returns", "handovers")]
    made = table(headers, body, numeric=numeric, short=headers[:1])
    return made + paragraph(_text("steps_note", language))


def _step_row(row: dict[str, Any], language: str) -> list[Cell]:
    few = row["status"] == "too_few"
    note: Cell = Badge(f"○ {words.label('too_few', language)}", "few") if row["visits"] else "–"
    limit = hours_text(row["limit_hours"], language)
    if row["n_limited"] and pd.isna(row["limit_hours"]):
        limit = _text("varies", language)
    over = share_text(row["over_share"], row["lower"], row["upper"], language)
    return [
        _name(row, language),
        _owner(row, language) or "–",
        f"{row['visits']:,}",
        note if few else range_text(row, "median_hours", "median_lower", "median_upper", language),
        "–" if few else hours_text(row["p90_hours"], language),
        words.format_value(row["share_of_hours"], "share", language),
        limit,
        "–" if few or not row["n_limited"] else over,
        f"{row['returns']:,}",
        f"{row['handovers']:,}",
        f"{row['open']:,} / {row['open_over']:,}",
    ]


def show_bottlenecks(bottlenecks: pd.DataFrame, *, most: int = 10, language: str = "zh") -> Html:
    """Show which node costs most, in a sentence and a table.

    Parameters
    ----------
    bottlenecks : DataFrame
        From :func:`csqa.find_bottlenecks`.
    most : int
        Nodes listed.
    language : {"zh", "en"}
        Of the words.

    Raises
    ------
    RuleError
        If the language is unknown.
    """
    check_option("language", language, words.LANGUAGES)
    if bottlenecks.empty:
        return paragraph(_text("nothing", language))
    said = paragraph(_sentence(bottlenecks, language), "verdict")
    cost = "cost" if bottlenecks["basis"].iloc[0] == "beyond_limit" else "cost_total"
    keys = ("rank", "step", "owner", cost, "share", "per_contact", "before", "change", "verdict")
    headers = [_text(key, language) for key in keys]
    body = [_cost_row(row, language) for row in records(bottlenecks.head(most))]
    numeric = [_text(key, language) for key in ("rank", cost, "per_contact", "before")]
    return said + table(headers, body, numeric=numeric, short=headers[1:2])


def _sentence(bottlenecks: pd.DataFrame, language: str) -> str:
    first = records(bottlenecks)[0]
    if first["verdict"] == "too_few":
        return _text("too_few", language, n=30)
    if first["verdict"] == "bottleneck":
        owner = _owner(first, language)
        return _text(
            "found",
            language,
            step=_name(first, language),
            owner=_text("of_owner", language, owner=owner) if owner else "",
            basis=_text(first["basis"], language),
            share=words.format_value(first["cost_share"], "share", language),
            hours=hours_text(first["per_contact_hours"], language),
        )
    perhaps = bottlenecks[bottlenecks["verdict"] == "maybe_bottleneck"]
    if len(perhaps):
        names = words.join((_name(row, language) for row in records(perhaps)), language)
        return _text("perhaps", language, steps=names)
    return _text("none", language)


def _cost_row(row: dict[str, Any], language: str) -> list[Cell]:
    sign, meaning = VERDICTS[row["verdict"]]
    change: Cell = "–"
    if row["change"] != "too_few":
        told = f"{words.label(row['change'], language)} {_signed(row['change_hours'], language)}"
        change = Badge(told, CHANGES.get(row["change"], "neutral"))
    return [
        f"{row['rank']:,}",
        _name(row, language),
        _owner(row, language) or "–",
        hours_text(row["cost_hours"], language),
        share_text(row["cost_share"], row["lower"], row["upper"], language),
        hours_text(row["per_contact_hours"], language),
        hours_text(row["before_hours"], language),
        change,
        Badge(f"{sign} {words.label(row['verdict'], language)}", meaning),
    ]


def _text(key: str, language: str, **values: object) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)].format(**values)


def _name(row: dict[str, Any], language: str) -> str:
    return str(row["name_zh" if language == "zh" else "name_en"])


def _owner(row: dict[str, Any], language: str) -> str:
    return str(row["owner_zh" if language == "zh" else "owner_en"])


def hours_text(hours: float, language: str) -> str:
    """A duration, a dash where it is not known."""
    known = not pd.isna(hours)
    return words.format_value(hours * SECONDS_PER_HOUR, "seconds", language) if known else "–"


def _signed(hours: float, language: str) -> str:
    return f"{'+' if hours >= 0 else '−'}{hours_text(abs(hours), language)}"


def range_text(row: dict[str, Any], value: str, lower: str, upper: str, language: str) -> str:
    """A duration with its interval."""
    if pd.isna(row[value]):
        return "–"
    ends = f"{hours_text(row[lower], language)}–{hours_text(row[upper], language)}"
    if language == "zh":
        return f"{hours_text(row[value], language)}（{ends}）"
    return f"{hours_text(row[value], language)} ({ends})"


def share_text(value: float, lower: float, upper: float, language: str) -> str:
    """A share with its interval."""
    if pd.isna(value):
        return "–"
    shown = words.format_value(value, "share", language)
    sure = words.format_interval(lower, upper, "share", language)
    return f"{shown}（{sure}）" if language == "zh" else f"{shown} ({sure})"
