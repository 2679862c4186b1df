"""What can be wrong with data as a whole: kinds of finding, how severe, in which words.

Rows that are wrong by themselves are the intake's business; what is here shows only in many rows.
Nothing found here sets a row aside.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from csqa import words
from csqa.schema import TABLES

WARNING, ERROR = "warning", "error"
KEPT, SET_ASIDE = "kept", "set_aside"

SENTENCES: dict[str, tuple[str, str]] = {
    "same_file": (
        "{files} 的内容完全相同：同一个文件放了两份。",
        "{files} have the same content: one file given twice.",
    ),
    "empty_file": ("{files} 只有表头，没有数据行。", "{files} has a header and no rows."),
    "row_cap": (
        "{files} 正好 {n} 行：多半被导出或 Excel 的行数上限截断，后面的行没有了。",
        "{files} has exactly {n} rows: probably cut off at a limit of the export or of Excel.",
    ),
    "volume_drop": (
        "{unit}在{when}只有 {n} 条，{peers}约应有 {expected} 条{end}。{advice}",
        "{unit}: {n} contacts {when}; {peers}, about {expected} would be usual{end}.{advice}",
    ),
    "column_stopped": (
        "“{column}”从 {period} 起全空（此前 {before} 有值）：导出或系统多半变了。",
        "{column} is empty from {period} on ({before} filled before): the export or the system"
        " has changed.",
    ),
    "completeness_drop": (
        "“{column}”在 {period} 只有 {share} 有值，其他月份 {others}；这样的差别不像偶然。",
        "{column} is {share} filled in {period}, {others} in the other months: hardly chance.",
    ),
    "date_only": (
        "“{column}”只有日期{where}：{n} 个值里 {midnight} 个是 00:00:00。"
        "由它算出的时长和时段不可信。",
        "{column} is date-only{where}: {midnight} of {n} values are 00:00:00. Durations and hours"
        " taken from it cannot be trusted.",
    ),
    "some_midnights": (
        "“{column}”有 {midnight} 个值正好是 00:00:00{where}，按偶然约应有 {expected} 个："
        "多半只有日期，或是系统在零点批量写入。",
        "{column}: {midnight} values are exactly 00:00:00{where}, about {expected} by chance:"
        " dates without a time, or written in bulk at midnight.",
    ),
    "date_only_order": (
        "“{reason}”的 {n} 行里，{midnight} 行的“{column}”只有日期（00:00）：不是真的倒序，"
        "是导出时丢了时分。",
        "“{reason}”: in {midnight} of {n} rows {column} is date-only (00:00); the order is not"
        " really wrong, the export lost the time of day.",
    ),
    "minute_only": (
        "“{column}”只精确到分钟（{n} 个值的秒数全是 0）：几十秒的时长量不出来。",
        "{column} is exact to the minute only (no seconds in {n} values): durations of some"
        " seconds cannot be told.",
    ),
    "id_reused": (
        "{table}里同一个“{column}”出现 {n} 次，只用了第一行：多半是占位符，或单号被循环使用。",
        "{table}: one {column} stands in {n} rows, of which the first is used: a placeholder, or"
        " ids used again.",
    ),
    "twins": (
        "{n} 条服务记录与另一条除单号外全同（客户、渠道、问题类型、工号、创建时间）："
        "疑似重复导出。",
        "{n} contacts repeat another in all but their id (customer, channel, topic, agent, time):"
        " perhaps exported twice.",
    ),
    "busiest_customer": (
        "有一个客户编号有 {n} 条记录，平均每天 {per_day} 条：多半是占位符或内部号码，"
        "会让一次解决率偏低。",
        "One customer has {n} contacts, {per_day} a day: probably a placeholder or an internal"
        " number; it lowers first-contact resolution.",
    ),
    "resolved_before_response": (
        "{n} 条的解决时间早于首次响应时间。",
        "{n} contacts were resolved before their first response.",
    ),
    "handled_longer_than_open": (
        "{n} 条的处理时长比从创建到解决还长：单位可能不对（分钟、毫秒？），或解决时间有误。",
        "{n} contacts were handled for longer than they were open: another unit (minutes,"
        " milliseconds?), or a wrong time of resolution.",
    ),
    "handled_over_a_day": (
        "{n} 条的处理时长超过 24 小时，会拉高平均处理时长。",
        "{n} contacts have a handle time over 24 hours, which raises the mean.",
    ),
    "resolved_without_time": (
        "{n} 条标为已解决却没有解决时间：不计入办结时长。",
        "{n} contacts are resolved without a time of it: left out of the time to resolution.",
    ),
    "time_without_resolved": (
        "{n} 条有解决时间却标为未解决：以标记为准。",
        "{n} contacts have a time of resolution but are marked unresolved: the mark counts.",
    ),
    "constant": (
        "“{column}”的 {n} 个值全是“{value}”：多半没有真正登记，或是映射里写的常数。",
        "{column} is {value} in all {n} values: probably not recorded, or a constant of the"
        " mapping.",
    ),
    "hours_without_agent": (
        "{hours} 有 {n} 条记录，全都没有工号：夜间排班、机器人或转派没有登记到人？",
        "{n} contacts at {hours} name no agent: night shifts, a bot, or transfers not booked?",
    ),
    "agents_around_the_clock": (
        "工号 {agents} 在一天的 {hours} 个不同钟点都有记录：多半是多人共用的工号或系统账号。",
        "Agents {agents} have contacts in {hours} different hours of a day: an account that"
        " several share, or a system.",
    ),
    "agents_on_one_day": (
        "{n} 个工号{scope}只有一天有记录（{agents}）：新人、借调，或工号写错。",
        "{n} agents have contacts on one day only{scope} ({agents}): new, on loan, or misspelt.",
    ),
    "metric_absent": ("算不出 {metrics}：{why}。", "Cannot be computed: {metrics}; {why}."),
    "metric_thin": (
        "{metrics}{scope}只计数、不评分：{why}。",
        "Only counted{scope}, not scored: {metrics}; {why}.",
    ),
    "unused_columns": (
        "{files} 里没有用到的列：{columns}。要找的列若在其中，请写进映射文件。",
        "Columns of {files} that went unused: {columns}. Map what you look for, if it is there.",
    ),
}
"""Kind of finding → its sentence, the most important kind first."""

ORDER = {kind: rank for rank, kind in enumerate(SENTENCES)}


@dataclass(frozen=True)
class Finding:
    """One thing found in the data as a whole."""

    kind: str
    """A key of :data:`SENTENCES`."""
    facts: dict[str, Any]
    """What the sentence names; texts in the readers' language."""
    table: str = "contacts"
    column: str = ""
    period: str = ""
    unit: str = ""
    value: float | None = None
    """How many rows, values or contacts it is about."""
    done: str = KEPT
    weight: float = 0.0
    """Within a kind, the heaviest comes first."""

    def sentence(self, language: str = "zh") -> str:
        """What was found, in one sentence."""
        return SENTENCES[self.kind][words.LANGUAGES.index(language)].format(**self.facts)


def sort_findings(findings: Iterable[Finding], period: str = "") -> list[Finding]:
    """Put the most important first; within a kind, what is of the month, then the heaviest."""
    return sorted(
        findings,
        key=lambda found: (
            ORDER[found.kind],
            not found.period.startswith(period),
            -found.weight,
        ),
    )


def name_column(table: str, column: str, language: str) -> str:
    """Name a column for readers: by its Chinese header, or as csqa does.

    Examples
    --------
    >>> name_column("contacts", "csat", "zh"), name_column("contacts", "csat", "en")
    ('满意度评分', 'csat')
    """
    return TABLES[table].column(column).zh if language == "zh" else column


def list_some(names: Iterable[str], language: str, most: int = 5) -> str:
    """Name the first few, and say that there are more.

    Examples
    --------
    >>> list_some(["a", "b", "c"], "zh", 2)
    'a、b 等'
    """
    named = list(names)
    told = words.join(named[:most], language)
    more = " 等" if language == "zh" else f" and {len(named) - most} more"
    return told + more if len(named) > most else told


def percent(share: float) -> str:
    """Write a share; what is not all is never 100 %, what is not nothing never 0 %.

    Examples
    --------
    >>> percent(0.5), percent(0.99999), percent(0.00001), percent(1)
    ('50.0%', '>99.9%', '<0.1%', '100%')
    """
    if share in (0, 1):
        return f"{share:.0%}"
    if share > 0.9995:
        return ">99.9%"
    return "<0.1%" if share < 0.0005 else f"{words.round_half_up(100 * share)}%"
