"""Columns and values of the tables about causes: what they weigh, and how they were judged."""

HEADERS: dict[str, tuple[str, str]] = {
    "cause_ranks.cause": ("原因", "Cause"),
    "cause_ranks.bone": ("大骨", "Bone"),
    "cause_ranks.cases": ("例数", "Cases"),
    "share": ("占比", "Share"),
    "corrected": ("已校正", "Corrected"),
    "audited": ("复核例数", "Judged"),
    "drawn": ("抽取例数", "Drawn"),
    "per_thousand": ("每千单", "Per 1,000"),
    "per_thousand_lower": ("每千单下限", "Per 1,000, lower"),
    "per_thousand_upper": ("每千单上限", "Per 1,000, upper"),
    "handle_hours": ("处理工时（小时）", "Handling (h)"),
    "repeat_contacts": ("重复来访", "Repeat contacts"),
    "cumulative": ("累计（按提及）", "Cumulative, of mentions"),
    "vital": ("累计 80% 以内", "Within 80 %"),
    "before_share": ("此前占比", "Share before"),
}
"""As :data:`csqa.show.headers.HEADERS`, of which it is a part."""

VALUES: dict[str, dict[str, tuple[str, str]]] = {}
LABELLED = ()
LISTED = ()
