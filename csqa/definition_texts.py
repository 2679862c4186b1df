"""How csqa counts each measure, and what it leaves out: the texts, in Chinese and in English.

Words in braces are the settings of the standard.
"""

COMPUTED: dict[str, tuple[str, str]] = {
    "first_response_seconds": (
        "首次响应时间 − 创建时间，取平均",
        "first response minus creation, mean",
    ),
    "handle_seconds": ("登记的处理时长，取平均", "handle time as recorded, mean"),
    "resolution_seconds": ("解决时间 − 创建时间，取平均", "resolution minus creation, mean"),
    "first_contact_resolution": (
        "已解决、未重开、且同一客户 {days} 天内没有就同一问题再来，才算一次解决",
        "resolved, not reopened, and no further contact of that customer on that topic within"
        " {days} days",
    ),
    "business_resolution_seconds": (
        "解决时间 − 创建时间，只数营业时间，取平均；除以一个营业日的营业时长即为工作日数",
        "resolution minus creation in open hours, mean; divided by the open hours of a day it is"
        " working days",
    ),
    "resolved": (
        "登记了“是否解决”的以登记为准；其余看有没有解决时间",
        "the flag resolved where given; else whether there is a time of resolution",
    ),
    "within_limit": (
        "在优先级的时限（{limits}）内解决的占比；未解决且已超时限算未达标",
        "share resolved within the limit of their priority ({limits}); open and late is a miss",
    ),
    "over_limit": (
        "超过优先级的时限（{limits}）才解决、或仍未解决的占比；未解决而未到时限的不计入",
        "share not resolved within the limit of their priority ({limits}); open in time is left"
        " out",
    ),
    "within_response_limit": (
        "创建后 {response} 秒内首次响应的占比；未响应、未解决且已超时限算未达标",
        "share answered within {response} s of their creation; without an answer, open and late is"
        " a miss",
    ),
    "reopened": ("重开过的占比", "share reopened at least once"),
    "departments": ("经过的部门数，取平均", "departments passed, mean"),
    "transferred": (
        "经过 {transferred} 个及以上部门的占比",
        "share that passed {transferred} departments or more",
    ),
    "csat_satisfied": ("评分 ≥ {satisfied} 分的占比", "share of ratings of {satisfied} or more"),
    "csat_responded": ("有满意度评分的记录 ÷ 全部记录", "contacts rated / all contacts"),
    "nps": (
        "9–10 分的占比 − 0–6 分的占比",
        "share of ratings 9–10 minus share of ratings 0–6",
    ),
    "complaint": ("标为投诉的占比", "share marked as complaints"),
    "repeat_complaint": (
        "投诉中，同一客户此前 {complaint_days} 天内已就同一问题投诉过的占比",
        "share of complaints that follow another of that customer on that topic within"
        " {complaint_days} days",
    ),
    "praise": ("标为表扬的占比", "share marked as praise"),
    "record_score": (
        "各质检项按权重计的记录得分，取平均；有致命项不合格的记录算 0 分",
        "score of a record from its items by weight, mean; 0 where a critical item failed",
    ),
    "record_score_unkilled": (
        "各质检项按权重计的记录得分，取平均；致命项也只按权重算",
        "score of a record from its items by weight, mean; critical items by their weight only",
    ),
    "critical_free": (
        "没有致命差错的记录占比",
        "share of records without a critical error",
    ),
    "answer_wait_seconds": (
        "接起的来电的排队时长，取平均",
        "time in the queue of answered calls, mean",
    ),
    "abandonment": (
        "放弃 ÷（全部来电 − 不到 {short} 秒就放弃的）",
        "abandoned / (offered - abandoned within {short} s)",
    ),
    "service_level": (
        "排队不超过 {level} 秒接起 ÷（全部来电 − 不到 {short} 秒就放弃的）；其余放弃的算未达标",
        "answered within {level} s / (offered - abandoned within {short} s); other abandoned calls"
        " are a miss",
    ),
}
"""Measure → how it is counted; others by their kind."""

DECLARED = (
    "登记了“是否一次解决”的以登记为准；其余：",
    "as the flag first_contact_resolved says; else: ",
)
"""Before the rule for first-contact resolution, where contacts tell it themselves."""

BY_KIND: dict[str, tuple[str, str]] = {
    "seconds": ("取平均", "mean"),
    "number": ("取平均", "mean"),
    "share": ("占比", "share"),
    "nps": ("推荐者占比 − 贬损者占比", "promoters minus detractors"),
    "per_hundred": (
        "抽检记录中判为不合格的项数 × 100 ÷ 抽检且适用的记录数",
        "items judged as failed × 100 / records inspected to which the item applied",
    ),
}

CLOCKS = {
    "calendar": ("按自然时间", "by calendar time"),
    "business": ("按营业时间（日历文件）", "by business hours (calendar file)"),
    "days": ("按自然日", "by calendar days"),
    "recorded": ("以系统登记为准", "as the system records it"),
    "none": ("–", "–"),
}

ATTRIBUTED = {
    "assignee": ("每条记录算在受理人（“工号”）名下。", "A contact counts for its agent_id."),
    "first_responder": (
        "每条记录算在首次响应的客服（“首响工号”）名下，没有的算“工号”。",
        "A contact counts for its first_agent_id, failing that its agent_id.",
    ),
    "last": (
        "每条记录算在最后处理的客服（“末次处理工号”）名下，没有的算“工号”。",
        "A contact counts for its last_agent_id, failing that its agent_id.",
    ),
}

_LATE = ("未到时限还没解决，或没有优先级", "open in time, or no priority")

EXCLUDED: dict[str, tuple[str, str]] = {
    "within_limit": _LATE,
    "over_limit": _LATE,
    "within_response_limit": (
        "没有首次响应时间（放弃的、已解决的、未到时限的）",
        "without a first response: abandoned, resolved, or open in time",
    ),
    "repeat_complaint": (
        "不是投诉、没有客户编号，或距数据开头不足 {complaint_days} 天",
        "no complaints, without a customer, or within {complaint_days} days of the data's start",
    ),
    "answer_wait_seconds": (
        "放弃了，或没有排队时长",
        "abandoned, or without a time in the queue",
    ),
    "abandonment": (
        "不到 {short} 秒就放弃，或没有登记是否放弃",
        "abandoned within {short} s, or not known to be abandoned or not",
    ),
    "service_level": (
        "不到 {short} 秒就放弃，或没有登记是否放弃、排队多久",
        "abandoned within {short} s, or not known to be abandoned or how long they waited",
    ),
}
"""Measure → why a contact in its scope does not count, where it is not an empty column."""

WEIGHTED = (
    "；各条的入样概率不同，按概率加权，计入数是等效样本量",
    "; weighted back for unequal chances to be drawn, n is the effective size",
)
"""Added where inspected records had unequal chances to be drawn."""
