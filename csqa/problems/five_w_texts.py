"""What a 5W1H sheet says, in Chinese and in English."""

from csqa import words

TEXTS: dict[str, tuple[str, str]] = {
    "value": (
        "{unit} {metric} {value}（95% 区间 {interval}），目标 {target}，差 {gap}",
        "{unit}: {metric} {value} (95 % interval {interval}), target {target}, off by {gap}",
    ),
    "over_time": ("纵向对比，{period}", "comparison over time, {period}"),
    "since": (
        "自 {since} 起连续 {run} {periods}未达标，证据{evidence}",
        "missed since {since}, {run} {periods} running; {evidence}",
    ),
    "since_start": (
        "数据之初（{since}）就未达标，至今连续 {run} {periods}，证据{evidence}",
        "missed since the data begin ({since}), {run} {periods} running; {evidence}",
    ),
    "strong": ("充分", "strong evidence"),
    "weak": ("不足", "weak evidence"),
    "part": (
        "{part} {value}（n={n}），其余 {rest}，差 {gap}（95% 区间 {interval}）",
        "{part} {value} (n={n}), elsewhere {rest}: {gap} (95 % interval {interval})",
    ),
    "real": ("；多重比较校正后仍显著", "; still significant after correction"),
    "nowhere": (
        "各处都一样：按{kinds}看，校正后没有哪一处明显更差（共比较 {parts} 处）",
        "the same everywhere: by {kinds}, no part is clearly worse after correction"
        " ({parts} compared)",
    ),
    "too_few": (
        "样本不足：按{kinds}看，没有一处记录够比较",
        "too few: by {kinds}, no part has enough records to compare",
    ),
    "details": ("{kinds}的分项指标，{months} 合并", "measures by {kinds}, {months} pooled"),
    "hours": (
        "最差的时段：{hours}；最差的星期：{days}（只是描述，未作检验）",
        "worst hours: {hours}; worst weekday: {days} (described, not tested)",
    ),
    "hour": ("{hour} 时 {value}（n={n}）", "{hour}:00 {value} (n={n})"),
    "day": ("{day} {value}（n={n}）", "{day} {value} (n={n})"),
    "by_hour": ("按创建时间的小时与星期，{months}", "by weekday and hour of creation, {months}"),
    "agent": (
        "{unit} {value}（n={n}），同类工作 {expected}",
        "{unit} {value} (n={n}), peers {expected}",
    ),
    "outside": ("超出 99.8% 控制限的：{agents}", "outside 99.8 % limits: {agents}"),
    "nobody": (
        "参与比较的 {count} 位客服都没有差到控制限之外，不点名",
        "none of the {count} agents compared is outside the limits on the worse side:"
        " nobody is named",
    ),
    "few_agents": (
        "没有一位客服的样本够比较，不点名",
        "no agent has enough records to be compared: nobody is named",
    ),
    "across": (
        "横向对比（漏斗图），近 {months} 个月",
        "comparison across agents (funnel), {months} months",
    ),
    "new_agents": ("入职未满 {months} 个月的客服", "agents in their first {months} months"),
    "experienced_agents": ("老客服", "experienced agents"),
    "two_sides": (
        "{one} {value}（n={n}），{other} {rest}（n={n_rest}）；"
        "差 {gap}（95% 区间 {interval}，{sure}）",
        "{one} {value} (n={n}), {other} {rest} (n={n_rest}); difference {gap}"
        " (95 % interval {interval}, {sure})",
    ),
    "no_new": (
        "已知入职时间的记录里，没有入职未满 {months} 个月的客服",
        "no agent known to be in the first {months} months",
    ),
    "few_new": (
        "样本不足：入职未满 {months} 个月的客服只有 {n} 条记录",
        "too few: agents in their first {months} months have {n} records",
    ),
    "significant": ("显著", "significant"),
    "not_significant": ("不显著", "not significant"),
    "agents": ("按客服的分项指标，{months} 合并", "measures by agent, {months} pooled"),
    "transferred": ("经过 {from_} 个及以上部门", "passed {from_} or more departments"),
    "repeated": ("办结后同一问题又来", "came again after it was closed"),
    "reopened": ("被重开", "were reopened"),
    "wait": ("最久等待的中位数 {wait}", "median of the longest wait {wait}"),
    "share": ("{what} {count} 个（{share}）", "{count} {what} ({share})"),
    "own": ("指标本身未达到的案例", "cases that failed in the metric itself"),
    "unit": ("该对象的全部案例", "all cases of the unit"),
    "everything": ("全部案例，未限定到该对象", "all cases, not only of the unit"),
    "facts": ("案例事实：{basis}，{months}", "facts of cases: {basis}, {months}"),
    "cause": (
        "{name} {count} 例（{share}，95% 区间 {interval}{example}）",
        "{name} {count} ({share}, 95 % interval {interval}{example})",
    ),
    "example": ("，如“{words}”", ", such as “{words}”"),
    "unclassified": ("未归类 {count} 例（{share}）", "unclassified {count} ({share})"),
    "causes": ("原因标注：{kinds}；{basis}，{months}", "causes tagged: {kinds}; {basis}, {months}"),
    "words": ("原话 {} 条", "{} by words"),
    "fact": ("事实 {} 条", "{} by facts"),
    "learned": ("模型 {} 条", "{} by the tagger"),
    "audited": ("人工 {} 条", "{} by people"),
    "unaudited": ("；未经人工抽查，占比可能偏低", "; not audited, shares may be too low"),
    "few_cases": (
        "；案例不到 {least} 个，占比只作参考",
        "; fewer than {least} cases: take shares as a hint",
    ),
    "months": ("{since} 至 {period}", "{since} to {period}"),
}
PERIODS = {
    "day": ("天", "days"),
    "week": ("周", "weeks"),
    "month": ("个月", "months"),
    "quarter": ("个季度", "quarters"),
    "year": ("年", "years"),
}
WEEKDAYS = (
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
)


def text(key: str, language: str, /, **values: object) -> str:
    """Text of that key, filled in.

    Examples
    --------
    >>> text("fact", "zh"), text("months", "en", since="2025-05", period="2025-06")
    ('事实 {} 条', '2025-05 to 2025-06')
    """
    said = TEXTS[key][words.LANGUAGES.index(language)]
    return said.format(**values) if values else said
