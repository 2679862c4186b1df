"""Columns and values of the tables about inspection: cases, what was said in them."""

HEADERS: dict[str, tuple[str, str]] = {
    "contact_id": ("服务单号", "Contact"),
    "local_at": ("创建时间", "Created"),
    "scene": ("业务场景", "Scene"),
    "topic": ("问题类型", "Topic"),
    "csat": ("满意度评分", "CSAT"),
    "complaint": ("投诉", "Complaint"),
    "messages": ("消息数", "Messages"),
    "findings": ("规则命中数", "Findings"),
    "cases.severity": ("最严重的命中", "Worst finding"),
    "rules": ("命中的规则", "Rules hit"),
    "failed_items": ("质检不合格项", "Items failed"),
    "overlooked": ("命中而质检判合格", "Hit, but passed"),
    "longest_wait_seconds": ("客户最久等待（秒）", "Longest wait (s)"),
    "cases.points": ("看点", "Worth reading"),
    "judgement": ("复核结论", "Judgement"),
    "problem_point": ("问题点", "Problem point"),
    "reviewer_note": ("复核备注", "Reviewer's note"),
    "case_lines.line": ("行", "Line"),
    "case_lines.source": ("来源", "Source"),
    "seq": ("消息序号", "Message"),
    "sender": ("发言方", "Sender"),
    "gap_seconds": ("间隔（秒）", "After (s)"),
    "text": ("内容", "Text"),
    "case_lines.rules": ("命中的规则或质检项", "Rules hit or items failed"),
    "owed": ("应说未说", "Owed, not said"),
}
"""As :data:`csqa.show.headers.HEADERS`, of which it is a part."""

VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "cases.severity": {
        "critical": ("致命", "critical"),
        "major": ("严重", "major"),
        "minor": ("轻微", "minor"),
    },
    "case_lines.source": {
        "message": ("会话", "conversation"),
        "feedback": ("客户反馈", "feedback"),
        "inspection": ("质检备注", "inspector's note"),
        "owed": ("整段没有", "missing from all of it"),
    },
    "sender": {
        "agent": ("客服", "agent"),
        "customer": ("客户", "customer"),
        "bot": ("机器人", "bot"),
        "system": ("系统", "system"),
        "inspector": ("质检员", "inspector"),
    },
}
"""As :data:`csqa.show.headers.VALUES`, of which it is a part."""

LABELLED = ("sender", "source", "scene")
LISTED = ()
