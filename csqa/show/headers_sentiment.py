"""Columns and values of the tables about what customers feel."""

HEADERS: dict[str, tuple[str, str]] = {
    "course": ("走势", "Course"),
    "conversations.messages": ("客户消息数", "Customer's messages"),
    "negative": ("负面", "Negative"),
    "neutral": ("中性", "Neutral"),
    "positive": ("正面", "Positive"),
    "mean": ("平均情绪（-1 到 1）", "Mean (-1 to 1)"),
    "start_level": ("开始时", "Start"),
    "end_level": ("结束时情绪", "End"),
    "conversations.change": ("结束减开始", "End - start"),
    "worst_score": ("最负面的得分", "Worst score"),
    "worst_seq": ("最负面的消息序号", "Worst message"),
    "worst_text": ("最负面的消息", "Worst message said"),
    "threat": ("风险言语", "Threat"),
    "threat_severity": ("风险程度", "Severity of threat"),
    "threat_seq": ("风险消息序号", "Message of threat"),
    "threat_text": ("风险消息", "Message that threatens"),
    "by": ("分组", "By"),
    "negative_share": ("负面占比", "Negative share"),
    "negative_lower": ("负面占比下限", "Negative, lower"),
    "negative_upper": ("负面占比上限", "Negative, upper"),
    "neutral_share": ("中性占比", "Neutral share"),
    "neutral_lower": ("中性占比下限", "Neutral, lower"),
    "neutral_upper": ("中性占比上限", "Neutral, upper"),
    "positive_share": ("正面占比", "Positive share"),
    "positive_lower": ("正面占比下限", "Positive, lower"),
    "positive_upper": ("正面占比上限", "Positive, upper"),
    "rated": ("有评分的反馈", "Rated"),
    "mean_rating": ("平均评分", "Mean rating"),
    "rating_lower": ("评分下限", "Rating, lower"),
    "rating_upper": ("评分上限", "Rating, upper"),
    "both": ("既有评分又有文字", "Words and rating"),
    "agreement": ("文字与评分一致", "Words agree with rating"),
    "kappa": ("一致性 κ", "Kappa"),
    "n_before": ("此前样本量", "n before"),
    "negative_share_before": ("此前负面占比", "Negative share before"),
    "share": ("占比", "Share"),
    "share_before": ("此前占比", "Share before"),
    "risks.severity": ("紧急程度", "Urgency"),
    "risks.reason": ("为什么", "Why"),
    "risks.rule": ("风险言语", "Threat"),
    "risks.evidence": ("证据（已脱敏）", "Evidence (masked)"),
}
"""As :data:`csqa.show.headers.HEADERS`, of which it is a part."""

COURSES: dict[str, tuple[str, str]] = {
    "recovered": ("好转", "recovered"),
    "flat": ("平稳", "flat"),
    "deteriorated": ("恶化", "deteriorated"),
    "too_few": ("话太少", "too few words"),
}
VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "course": COURSES,
    "risks.severity": {
        "critical": ("马上处理", "act now"),
        "major": ("尽快回访", "call back soon"),
        "minor": ("留意", "watch"),
    },
    "risks.reason": {
        "threat": ("扬言升级", "threatens"),
        "deteriorated": ("越谈越不满", "deteriorated"),
        "ended_negative": ("结束时很不满", "ended very negative"),
        "source_rising": ("负面占比上升", "negative share rises"),
    },
}
"""As :data:`csqa.show.headers.VALUES`, of which it is a part."""
