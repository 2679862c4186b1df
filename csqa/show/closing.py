"""The sections at the end: what complaints are about, open actions, limits, origin."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa import schema, sentences, words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.show.headers import header
from csqa.show.html import Badge, Html, numbered, paragraph, table
from csqa.show.sections import verdict_badge

MOST_TOPICS = 10
"""Topics shown; the rest is counted in a note."""

MOST_UNCLASSIFIED = 0.2
"""Share of complaints without a topic above which a Pareto says little (methods.md 4.9)."""

SHOWN_OF_HASH = 12
"""Characters of a fingerprint shown, enough to tell files apart; the manifest has the whole."""


def show_topics(topics: pd.DataFrame, *, known: bool = True, language: str = "zh") -> Html:
    """Show what complaints are about, the most frequent first, beside the months before.

    Parameters
    ----------
    topics : DataFrame
        From :func:`csqa.rank_topics`.
    known : bool
        Whether the data tell which contacts were complaints at all.
    """
    zh = language == "zh"
    if not known:
        text = "没有投诉数据：未提供“是否投诉”列。" if zh else "No data on complaints were given."
        return paragraph(text, "verdict")
    if topics.empty or not topics["count"].sum():
        return paragraph("本月没有投诉记录。" if zh else "No complaints this month.", "verdict")
    headers = (
        ("问题类型", "件数", "占比（95% 区间）", "累计", "此前占比", "变化")
        if zh
        else ("Topic", "Count", "Share (95 %)", "Cumulative", "Share before", "Change")
    )
    rows = [_topic_row(row, language) for row in records(topics.head(MOST_TOPICS))]
    total = words.format_count(topics["count"].sum())
    note = f"本月投诉共 {total} 件。" if zh else f"{total} complaints this month."
    rest = topics.iloc[MOST_TOPICS:]["count"].sum()
    if rest:
        note += f"其余类型 {rest} 件未列出。" if zh else f" {rest} of other topics are not listed."
    unsorted = topics.loc[topics["topic"].isin(schema.UNCLASSIFIED), "share"].sum()
    if unsorted > MOST_UNCLASSIFIED:
        note += "未归类超过 20%，请先完善分类。" if zh else " Over 20 % are unclassified."
    return table(headers, rows, numeric=(headers[1], headers[3], headers[4])) + paragraph(note)


def _topic_row(row: dict[str, Any], language: str) -> list[str | Badge]:
    share = words.format_value(row["share"], "share", language)
    sure = words.format_interval(row["lower"], row["upper"], "share", language)
    return [
        sentences.name_unit("topic", row["topic"], language),
        f"{row['count']:,}",
        f"{share}（{sure}）" if language == "zh" else f"{share} ({sure})",
        words.format_value(row["cumulative"], "share", language),
        words.format_value(row["before"], "share", language),
        _topic_badge(row["verdict"], language),
    ]


def _topic_badge(verdict: str, language: str) -> Badge:
    if verdict == "no_difference":
        return Badge("无明显变化" if language == "zh" else "no clear change")
    return verdict_badge(verdict, language)


def show_actions(
    plan: pd.DataFrame, standard: Standard, *, given: bool = True, language: str = "zh"
) -> Html:
    """Show the open measures of the plan, overdue first, and the done ones without a check.

    Parameters
    ----------
    plan : DataFrame
        From :func:`csqa.check_plan`; may be empty.
    standard : Standard
        For the metrics' names.
    given : bool
        Whether the data have a plan at all.
    """
    zh = language == "zh"
    if not given:
        text = "没有提供改进行动计划表。" if zh else "No improvement plan was given."
        return paragraph(text, "verdict")
    shown = plan[plan["open"] | plan["fault"].str.contains("not_verified")]
    if shown.empty:
        return paragraph("没有未完成的改进行动。" if zh else "No open actions.", "verdict")
    headers = (
        ("编号", "待改进指标", "对象", "具体措施", "责任人", "计划完成", "状态", "提醒")
        if zh
        else ("No.", "Metric", "Unit", "Measure", "Owner", "Due", "Status", "Remark")
    )
    rows = [_action_row(row, standard, language) for row in records(shown)]
    made = table(headers, rows, short=(headers[0], headers[5], headers[6]), cards=True)
    day = f"{shown['as_of'].iloc[0]:%Y-%m-%d}"
    return paragraph(f"截至 {day}。" if zh else f"As of {day}.") + made


def _action_row(row: dict[str, Any], standard: Standard, language: str) -> list[str | Badge]:
    due = "–" if pd.isna(row["due"]) else row["due"].strftime("%Y-%m-%d")
    remark = _remark(row, language)
    return [
        _text(row["action_id"]),
        standard.metric(row["metric_key"]).name(language) if row["metric_key"] else row["metric"],
        words.label("all", language) if row["unit"] == "全部" else _text(row["unit"]),
        _text(row["measure"]),
        _text(row["owner"]),
        due,
        words.label(_text(row["status"]), language),
        Badge(remark, "worse") if remark else "",
    ]


def _remark(row: dict[str, Any], language: str) -> str:
    zh = language == "zh"
    days = row["overdue_days"]
    texts = {
        "overdue": f"逾期 {days} 天" if zh else f"{days} days overdue",
        "no_owner": "缺责任人" if zh else "no owner",
        "no_due": "缺完成时间" if zh else "no due date",
        "vague_goal": "目标没有数值" if zh else "goal without a value",
        "not_verified": "完成未验证" if zh else "done, not verified",
    }
    return words.join((texts[fault] for fault in row["fault"].split()), language)


def _text(value: Any) -> str:
    return "–" if pd.isna(value) or not str(value).strip() else str(value)


def show_limits(lines: list[str], *, language: str = "zh") -> Html:
    """Show the limits of the data, one sentence each.

    Parameters
    ----------
    lines : list of str
        From :func:`csqa.list_limits`.
    """
    places = {"zh": "细节见“数据质量”。", "en": "Details are under Data quality."}
    return numbered(lines, "limits") + paragraph(places[language])


def show_manifest(manifest: Mapping[str, Any], *, language: str = "zh") -> Html:
    """Show what the report rests on: data, rules, version.

    Parameters
    ----------
    manifest : mapping
        From :func:`csqa.describe_origin`.
    """
    zh = language == "zh"
    headers = ("项目", "内容") if zh else ("Item", "Content")
    rows = [
        [header("manifest", key, language), _written(value, language)]
        for key, value in manifest.items()
        if key not in ("sources", "standard_history")
    ]
    made = table(headers, rows)
    used = [source for source in manifest.get("sources", []) if source["table"]]
    names = (
        ("文件", "表", "编码", "行数", "SHA-256")
        if zh
        else ("File", "Table", "Encoding", "Rows", "SHA-256")
    )
    listed = [
        [
            str(source["file"]),
            words.label(source["table"], language),
            str(source["encoding"]),
            words.format_count(source["rows"]),
            str(source["sha256"])[:SHOWN_OF_HASH],
        ]
        for source in used
    ]
    made += table(names, listed, numeric=(names[3],))
    return made + _count_unused(len(manifest.get("sources", [])) - len(used), language)


def _count_unused(count: int, language: str) -> Html:
    if not count:
        return Html("", "")
    if language == "zh":
        return paragraph(f"另有 {count} 个文件不是所需的数据，没有使用。")
    files = "other file holds" if count == 1 else "other files hold"
    return paragraph(f"{count} {files} nothing that this report needs and went unused.")


def _written(value: Any, language: str) -> str:
    if isinstance(value, Mapping):
        texts = [value.get("file"), f"SHA-256 {str(value.get('sha256', ''))[:SHOWN_OF_HASH]}"]
        return ("，" if language == "zh" else ", ").join(filter(None, texts))
    return str(value)
