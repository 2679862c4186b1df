"""The tables of inspection: what was judged, and what was disputed; :mod:`csqa.schema` has all."""

from csqa.columntypes import CHOICE, FLAG, NUMBER, TEXT, TIME, Column, Table

CONTACT_ID_NAMES = ("工单号", "工单编号", "会话id", "ticket id")
"""Headers of the contact's id, in every table."""

MOST_WEIGHT = 10_000
"""The greatest weight of an inspected item: a form's weights add up to 1, 100 or 1,000."""

RESULTS: dict[str, tuple[str, ...]] = {
    "pass": ("合格", "通过", "是"),
    "fail": ("不合格", "不通过", "否"),
    "not_applicable": ("不适用", "n/a", "na"),
}
"""What an inspector, or the decision on a dispute, finds of an item."""
LEAST_PROBABILITY = 0.000001
"""Least chance of a contact to be drawn for inspection: none that was drawn had a chance of 0."""

INSPECTIONS = Table(
    name="inspections",
    zh="质检记录",
    row="one item judged on one contact",
    aliases=("抽检", "质检"),
    columns=(
        Column("contact_id", TEXT, "服务单号", CONTACT_ID_NAMES, required=True),
        Column("inspector", TEXT, "质检员"),
        # Of the user's own form: what items mean is in its file (csqa.rules.inspection).
        Column("item", TEXT, "质检项", ("质检项目", "检查项"), required=True),
        Column(
            "result",
            CHOICE,
            "质检结果",
            ("结果", "判定"),
            required=True,
            or_else="score",
            choices=RESULTS,
        ),
        Column("points", NUMBER, "扣分", minimum=0),
        Column("critical", FLAG, "是否致命", ("致命",)),
        Column("note", TEXT, "质检备注", ("备注",)),
        Column("sentence", TEXT, "问题语句", ("原句",)),
        Column("weight", NUMBER, "质检权重", minimum=0, maximum=MOST_WEIGHT),
        Column("score", NUMBER, "质检得分", ("得分", "单项得分")),
        # Blind, for the agreement of inspectors only: it never counts as another record.
        Column("second_coding", FLAG, "是否复评", ("复评", "盲评", "双人复评")),
        Column("inspected_at", TIME, "质检时间", ("质检日期", "评分时间")),
        Column(
            "inclusion_probability",
            NUMBER,
            "入样概率",
            ("抽样概率", "抽中概率"),
            minimum=LEAST_PROBABILITY,
            maximum=1,
        ),
    ),
)

DISPUTES = Table(
    name="disputes",
    zh="申诉记录",
    row="one dispute over a judged item",
    key=("dispute_id",),
    aliases=("申诉", "质检申诉", "appeals"),
    columns=(
        Column("dispute_id", TEXT, "申诉编号", ("申诉单号", "appeal id"), required=True),
        Column("contact_id", TEXT, "服务单号", CONTACT_ID_NAMES, required=True),
        Column("item", TEXT, "质检项", ("质检项目", "检查项"), required=True),
        Column("inspector", TEXT, "质检员", ("原质检员",)),
        Column("agent_id", TEXT, "工号", ("申诉人", "申诉人工号", "客服工号", "坐席工号", "agent")),
        Column("judged_at", TIME, "判定时间", ("质检时间", "质检日期")),
        Column("filed_at", TIME, "申诉时间", ("提出时间", "申诉提交时间"), required=True),
        Column("decided_at", TIME, "裁定时间", ("复核时间", "裁决时间", "申诉处理时间")),
        Column(
            "outcome",
            CHOICE,
            "申诉结果",
            ("裁定结果", "复核结果"),
            choices={
                "upheld": ("维持", "维持原判", "驳回", "申诉不成立"),
                "overturned": ("改判", "申诉成立"),
                "withdrawn": ("撤回", "已撤回"),
                "pending": ("待定", "待裁定", "待处理", "处理中"),
            },
        ),
        Column("corrected_result", CHOICE, "改判后结果", ("改判结果",), choices=RESULTS),
        Column("corrected_score", NUMBER, "改判后得分", ("改判得分",)),
        Column("reason", TEXT, "申诉理由", ("申诉原因",)),
    ),
)
