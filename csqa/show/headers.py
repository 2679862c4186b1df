"""What columns and their values are called in a workbook, in Chinese and in English."""

from csqa import words
from csqa.show import (
    headers_agreement,
    headers_cases,
    headers_causes,
    headers_drivers,
    headers_emerging,
    headers_problems,
    headers_process,
    headers_sentiment,
    headers_standard,
)
from csqa.show.palette import TRENDS, VERDICTS

CHARTS = {"xmr": "XmR", "p": "p", "p_prime": "p′", "u": "u", "u_prime": "u′", "c": "c", "t": "t"}
"""Kind of control chart, as the field writes it."""

HEADERS: dict[str, tuple[str, str]] = {
    "rank": ("序号", "No."),
    "kind": ("类型", "Kind"),
    "period": ("时段", "Period"),
    "months": ("合并月数", "Months pooled"),
    "unit_kind": ("对象类别", "Unit kind"),
    "unit": ("对象", "Unit"),
    "team": ("班组", "Team"),
    "metric": ("指标", "Metric"),
    "name": ("指标", "Metric"),
    "dimension_name": ("监控维度", "Dimension"),
    "value": ("实际值", "Value"),
    "lower": ("95% 下限", "95 % lower"),
    "upper": ("95% 上限", "95 % upper"),
    "n": ("样本量", "n"),
    "method": ("区间方法", "Interval by"),
    "target": ("目标值", "Target"),
    "target_upper": ("目标上限", "Upper target"),
    "parts": ("分段", "Parts"),
    "met": ("是否达标", "Met"),
    "score": ("得分", "Score"),
    "deduction": ("扣分", "Points off"),
    "score_unkilled": ("未计致命项的得分", "Score without critical errors"),
    "reason": ("扣分原因", "Reason"),
    "status": ("状态", "Status"),
    "expected": ("同类工作预期", "Expected"),
    "lower_limit": ("控制下限", "Lower limit"),
    "upper_limit": ("控制上限", "Upper limit"),
    "lower_watch": ("警戒下限", "Lower 95 % limit"),
    "upper_watch": ("警戒上限", "Upper 95 % limit"),
    "z": ("标准化距离", "z"),
    "p": ("p 值", "p"),
    "q": ("校正后 p 值", "q"),
    "shrunken": ("预计下期值", "Expected next"),
    "shrunken_lower": ("真实水平下限", "True value, lower"),
    "shrunken_upper": ("真实水平上限", "True value, upper"),
    "miss_chance": ("真实水平未达标的概率", "Chance of missing"),
    "rebased": ("界限重算的原因", "New limits because"),
    "verdict": ("判断", "Verdict"),
    "complete": ("月份完整", "Complete"),
    "chart": ("控制图", "Chart"),
    "center": ("中心线", "Centre"),
    "trial": ("试行界限", "Trial limits"),
    "signals": ("触发规则", "Rules fired"),
    "variation": ("波动", "Variation"),
    "assurance": ("达标能力", "Assurance"),
    "run_length": ("连续未达标月数", "Months below"),
    "persistence": ("持续/偶发", "Persistence"),
    "evidence": ("证据", "Evidence"),
    "owner": ("责任人", "Owner"),
    "action_id": ("措施编号", "Action"),
    "sentence": ("说明", "What"),
    "composite": ("综合得分", "Composite"),
    "coverage": ("权重覆盖", "Coverage"),
    "metrics": ("计分指标数", "Metrics judged"),
    "composite.met": ("达标指标数", "Metrics met"),
    "change": ("变化", "Change"),
    "change_lower": ("变化下限", "Change, lower"),
    "change_upper": ("变化上限", "Change, upper"),
    "significant": ("变化显著", "Significant"),
    "topic": ("问题类型", "Topic"),
    "count": ("件数", "Count"),
    "share": ("占比", "Share"),
    "cumulative": ("累计占比", "Cumulative"),
    "vital": ("关键少数", "Vital few"),
    "before": ("此前占比", "Share before"),
    "actions.metric": ("待改进指标", "Metric to improve"),
    "state": ("现状描述", "Current state"),
    "root_cause": ("根本原因分析", "Root cause"),
    "goal": ("改进目标", "Goal"),
    "measure": ("具体措施", "Measure"),
    "due": ("计划完成时间", "Due"),
    "resources": ("所需资源", "Resources"),
    "actions.status": ("完成状态", "Status"),
    "verified": ("效果验证", "Verification"),
    "overdue_days": ("逾期天数", "Days overdue"),
    "fault": ("提醒", "Remark"),
    "table": ("表", "Table"),
    "file": ("文件", "File"),
    "column": ("列", "Column"),
    "note": ("说明", "Note"),
    "rows": ("行数", "Rows"),
    "rows_in": ("读入行数", "Rows in"),
    "rows_used": ("使用行数", "Rows used"),
    "rows_quarantined": ("隔离行数", "Rows set aside"),
    "encoding": ("编码", "Encoding"),
    "bytes": ("字节", "Bytes"),
    "unused_columns": ("未使用的列", "Unused columns"),
    "key": ("项目", "Item"),
    "content": ("内容", "Content"),
    "limits.value": ("数值", "Value"),
    "quality.value": ("涉及", "Concerns"),
    "quality.note": ("问题", "What"),
    "first_row": ("首见于第几行", "First row"),
    "hour": ("时段", "Hour"),
    "severity": ("程度", "Severity"),
    "hour_contacts": ("记录数", "Contacts"),
    "hour_agents": ("有记录的工号数", "Agents"),
    "hour_without_agent": ("没有工号的记录数", "Contacts without agent"),
    "agent_contacts": ("记录数", "Contacts"),
    "agent_days": ("有记录的天数", "Days with contacts"),
    "done": ("处理", "What was done"),
    "agent_id": ("工号", "Agent"),
    "manifest.period": ("统计月份", "Month"),
    "manifest.minimum_n": ("最少记录数", "Fewest records judged"),
    "manifest.time_zone": ("时区", "Time zone"),
    "manifest.standard": ("标准", "Standard"),
    "manifest.calendar": ("日历", "Calendar"),
    "manifest.form": ("质检表", "Inspection form"),
    "manifest.phrases": ("话术规则", "Phrase rules"),
    "manifest.fishbone": ("原因规则", "Rules of causes"),
    "manifest.lexicon": ("情绪词典", "Lexicon of sentiment"),
    "manifest.process": ("流程", "Process"),
    "sha256": ("指纹（SHA-256）", "SHA-256"),
}
for _part in (
    headers_standard,
    headers_agreement,
    headers_cases,
    headers_drivers,
    headers_problems,
    headers_causes,
    headers_emerging,
    headers_sentiment,
):
    HEADERS |= _part.HEADERS
# What another table calls so already keeps its name.
HEADERS = headers_process.HEADERS | HEADERS
"""``column``, or ``table.column`` where a table uses a name its own way -> (Chinese, English)."""

VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "things.kind": {
        "run": ("未达标", "target missed"),
        "topic": ("投诉主题上升", "topic on the rise"),
        "agent": ("差于同类", "worse than peers"),
    },
    "signals": {
        "beyond_limits": ("超出控制限", "beyond the limits"),
        "trend": ("连续同向变化", "trend"),
        "two_of_three": ("三点中两点近限", "two of three near a limit"),
        "three_of_four": ("四点中三点近限", "three of four near a limit"),
        "four_of_five": ("五点中四点偏离", "four of five off centre"),
        "run": ("连续偏于一侧", "run on one side"),
        "long_run": ("异常长的一侧连续", "unusually long run"),
        "few_crossings": ("穿越中心线过少", "unusually few crossings"),
    },
    "fault": {
        "overdue": ("已逾期", "overdue"),
        "no_owner": ("缺责任人", "no owner"),
        "no_due": ("缺完成时间", "no due date"),
        "vague_goal": ("目标没有数值", "goal without a value"),
        "not_verified": ("完成未验证", "done, not verified"),
    },
    "severity": {"error": ("错误", "error"), "warning": ("警告", "warning")},
    "done": {"set_aside": ("已隔离", "set aside"), "kept": ("保留", "kept")},
    "method": {
        "wilson": ("Wilson 区间", "Wilson"),
        "t": ("t 区间", "Student t"),
        "adjusted_wald": ("校正 Wald 区间", "adjusted Wald"),
        "poisson_exact": ("Poisson 精确区间", "exact Poisson"),
    },
    "topics.verdict": {
        "rising": ("上升", "rising"),
        "falling": ("下降", "falling"),
        "no_difference": ("无明显变化", "no clear change"),
    },
    "chart": {name: (sign, sign) for name, sign in CHARTS.items()},
}
VALUES |= headers_standard.VALUES | headers_cases.VALUES | headers_drivers.VALUES
VALUES |= headers_problems.VALUES | headers_sentiment.VALUES | headers_causes.VALUES
"""Values that are words only in one column; all others are labels of :mod:`csqa.words`."""

LABELLED = (
    "unit_kind",
    "unit",
    "team",
    "topic",
    "status",
    "variation",
    "assurance",
    "persistence",
    "evidence",
    "verdict",
    "method",
    "chart",
    "kind",
    "table",
    "severity",
    "done",
    *headers_standard.LABELLED,
    *headers_cases.LABELLED,
    *headers_drivers.LABELLED,
    *headers_problems.LABELLED,
)
LISTED = (
    "signals",
    "fault",
    *headers_standard.LISTED,
    *headers_cases.LISTED,
    *headers_problems.LISTED,
)
"""Columns of one word of ours, and of several with spaces between."""


def header(table: str, column: str, language: str = "zh") -> str:
    """Header of a column; its own name where it has none.

    Examples
    --------
    >>> header("actions", "metric"), header("vertical", "metric", "en"), header("rows", "x")
    ('待改进指标', 'Metric', 'x')
    """
    names = HEADERS.get(f"{table}.{column}") or HEADERS.get(column)
    return names[words.LANGUAGES.index(language)] if names else column


def value_text(table: str, column: str, value: str, language: str = "zh") -> str:
    """Write a value of ours for readers; text from data stays as it is.

    Examples
    --------
    >>> value_text("horizontal", "verdict", "worse"), value_text("vertical", "signals", "run trend")
    ('▼ 差于同类', '连续偏于一侧、连续同向变化')
    >>> value_text("actions", "owner", "high")
    'high'
    """
    if column in LISTED:
        texts = [_word(table, column, one, language) for one in value.split()]
        return ("、" if language == "zh" else ", ").join(texts)
    if column not in LABELLED:
        return value
    text = _word(table, column, value, language)
    mark = VERDICTS.get(value) or TRENDS.get(value) if column == "verdict" else None
    return f"{mark.sign} {text}" if mark else text


def _word(table: str, column: str, value: str, language: str) -> str:
    own = VALUES.get(f"{table}.{column}") or VALUES.get(column, {})
    if value in own:
        return own[value][words.LANGUAGES.index(language)]
    return words.label(value, language)
