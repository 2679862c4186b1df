"""Columns and values of the tables of diagnosis: drivers, facts of cases."""

HEADERS: dict[str, tuple[str, str]] = {
    "drivers.outcome": ("结果", "Outcome"),
    "drivers.factor": ("因素", "Factor"),
    "drivers.level": ("取值", "Level"),
    "drivers.compared_with": ("对照", "Compared with"),
    "drivers.contacts": ("服务记录数", "Contacts"),
    "drivers.contact_share": ("占全部记录", "Share of contacts"),
    "drivers.response_share": ("结果已知的比例", "Outcome known"),
    "drivers.outcomes": ("发生数", "Outcomes"),
    "drivers.share": ("发生率", "Rate"),
    "drivers.n_reference": ("对照样本量", "n, compared with"),
    "drivers.outcomes_reference": ("对照发生数", "Outcomes, compared with"),
    "drivers.share_reference": ("对照发生率", "Rate, compared with"),
    "drivers.crude": ("粗差", "Crude difference"),
    "drivers.crude_lower": ("粗差 95% 下限", "Crude, 95 % lower"),
    "drivers.crude_upper": ("粗差 95% 上限", "Crude, 95 % upper"),
    "drivers.difference": ("分层差", "Stratified difference"),
    "drivers.strata": ("可比的层数", "Strata compared"),
    "drivers.compared_share": ("可比部分", "Share compared"),
    "drivers.excess": ("相伴多出的件数", "Excess that goes with it"),
    "drivers.excess_lower": ("多出件数下限", "Excess, lower"),
    "drivers.excess_upper": ("多出件数上限", "Excess, upper"),
    "drivers.odds_ratio": ("优势比（模型）", "Odds ratio (model)"),
    "drivers.odds_lower": ("优势比下限", "Odds ratio, lower"),
    "drivers.odds_upper": ("优势比上限", "Odds ratio, upper"),
    "drivers.model": ("模型", "Model"),
    "case_facts.case_id": ("案例编号", "Case"),
    "case_facts.low_rating": ("低分评价", "Low rating"),
    "case_facts.failed_inspection": ("质检不合格", "Failed inspection"),
    "case_facts.feedback": ("负面反馈", "Bad feedback"),
    "case_facts.departments": ("流转部门数", "Departments"),
    "case_facts.reopened": ("是否重开", "Reopened"),
    "case_facts.repeated": ("问题再次来访", "Came back"),
    "case_facts.repeat_contacts": ("再次来访次数", "Times it came back"),
    "case_facts.agent_days": ("客服在岗天数", "Agent's days"),
    "case_facts.handle_seconds": ("处理时长（秒）", "Handle time (s)"),
    "case_facts.first_response_seconds": ("首次响应（秒）", "First response (s)"),
}
"""As :data:`csqa.show.headers.HEADERS`, of which it is a part."""

FACTORS: dict[str, tuple[str, str]] = {
    "first_response": ("首次响应", "first response"),
    "handling": ("处理时长", "handle time"),
    "transfers": ("流转部门", "departments"),
    "repeated": ("问题再次来访", "came back after it was resolved"),
    "reopened": ("重开", "reopened"),
    "peak": ("高峰时段", "peak hours"),
    "new_agent": ("新客服", "new agent"),
    "new_customer": ("新客户", "new customer"),
    "wording": ("不当用语", "forbidden wording"),
    "topic": ("问题类型", "topic"),
    "channel": ("渠道", "channel"),
}
"""What is looked at, as readers call it."""

LEVELS: dict[str, tuple[str, str]] = {
    "within_target": ("达标", "within target"),
    "over_target": ("超目标（2 倍以内）", "over target (up to 2×)"),
    "over_twice_target": ("超目标 2 倍以上", "over twice the target"),
    "fewer": ("更少", "fewer"),
    "no_hit": ("未命中", "no hit"),
    "hit": ("命中", "hit"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "rest": ("其余", "the rest"),
}
"""Levels of a factor; topics are called as they are, channels as everywhere."""

VERDICTS: dict[str, tuple[str, str]] = {
    "associated_worse": ("相伴更多", "more go with it"),
    "associated_better": ("相伴更少", "fewer go with it"),
    "no_difference": ("不显著", "not significant"),
    "too_few": ("样本不足", "too few"),
}

METHODS: dict[str, tuple[str, str]] = {
    "mantel_haenszel": ("Mantel–Haenszel 分层", "Mantel-Haenszel"),
    "mantel_haenszel_cluster": (
        "Mantel–Haenszel 分层，按客服放宽",
        "Mantel-Haenszel, widened by agents",
    ),
    "firth_wald": ("逻辑回归（Firth）", "logistic regression (Firth)"),
    "firth_cluster": (
        "逻辑回归（Firth），误差按客服",
        "logistic regression (Firth), errors by agents",
    ),
}

VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "drivers.factor": FACTORS,
    "drivers.level": LEVELS,
    "drivers.compared_with": LEVELS,
    "drivers.verdict": VERDICTS,
    "drivers.method": METHODS,
    "drivers.model": METHODS,
    "drivers.outcome": {
        "low_rating": ("低分评价", "low rating"),
        "complaint": ("投诉", "complaint"),
    },
}
"""As :data:`csqa.show.headers.VALUES`, of which it is a part."""

LABELLED = ("factor", "level", "compared_with", "outcome", "model")
