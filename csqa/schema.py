"""The tables, named by their rows: columns, types, units, and the header names of real exports.

Every stage takes and gives tables declared here, and nothing else connects the stages.
Times are stored in UTC and bucketed in one declared zone; rates are 0–1; null is never 0.
"""

from csqa.audit_tables import CAUSE_AUDITS
from csqa.columntypes import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column, Table
from csqa.inspection_tables import CONTACT_ID_NAMES, DISPUTES, INSPECTIONS
from csqa.step_tables import STEPS

DEFAULT_TIME_ZONE = "Asia/Shanghai"
"""Zone of times that carry none, and of the months, unless a mapping declares another."""

CHANNELS = {
    "phone": ("电话", "热线", "呼入", "电话渠道", "call", "ivr", "voice"),
    "online": ("在线", "在线客服", "在线聊天", "网页", "微信", "app", "chat", "web", "live chat"),
    "email": ("邮件", "邮箱", "电子邮件", "e-mail", "mail"),
    "social": ("社交媒体", "微博", "抖音", "小红书"),
    "other": ("其他", "其它"),
}
SCENES = {
    "presale": ("售前", "售前咨询", "pre-sale", "presales"),
    "insale": ("售中", "售中服务", "in-sale"),
    "aftersale": ("售后", "售后服务", "after-sale", "aftersales"),
    "complaint": ("投诉", "投诉处理", "售后投诉"),
}

CONTACTS = Table(
    name="contacts",
    zh="服务记录",
    row="one contact: a call, a chat or a ticket",
    key=("contact_id",),
    aliases=("工单", "会话列表", "来电", "tickets", "incidents", "cases", "calls"),
    columns=(
        Column(
            "contact_id",
            TEXT,
            "服务单号",
            CONTACT_ID_NAMES,
            required=True,
        ),
        Column("customer_id", TEXT, "客户编号", ("客户id", "会员号", "用户id", "caller id")),
        Column(
            "customer_type",
            CHOICE,
            "客户类型",
            choices={"new": ("新客户", "新客"), "returning": ("老客户", "老客", "回头客")},
        ),
        Column(
            "channel", CHOICE, "渠道", ("服务渠道", "来源渠道"), required=True, choices=CHANNELS
        ),
        Column("scene", CHOICE, "业务场景", ("场景", "业务类型"), choices=SCENES),
        Column("topic", TEXT, "问题类型", ("问题分类", "咨询类型", "category")),
        Column(
            "priority",
            CHOICE,
            "优先级",
            ("紧急程度",),
            choices={
                "urgent": ("特急", "紧急", "critical"),
                "high": ("高", "较高"),
                "normal": ("普通", "一般", "中", "moderate", "medium"),
                "low": ("低",),
            },
        ),
        Column("agent_id", TEXT, "工号", ("客服工号", "坐席工号", "坐席", "客服", "agent")),
        Column("first_agent_id", TEXT, "首响工号", ("首响客服", "首次响应客服")),
        Column("last_agent_id", TEXT, "末次处理工号", ("最后处理人", "末次处理客服")),
        Column("team", TEXT, "班组", ("小组", "组别", "团队", "客服组", "group")),
        Column(
            "created_at", TIME, "创建时间", ("进线时间", "开始时间", "opened at"), required=True
        ),
        Column("first_response_at", TIME, "首次响应时间", ("首响时间", "接通时间", "首次回复时间")),
        Column("resolved_at", TIME, "解决时间", ("完成时间", "结束时间", "办结时间")),
        Column(
            "handle_seconds",
            NUMBER,
            "处理时长秒",
            ("处理时长", "通话时长秒"),
            minimum=0,
            maximum=366 * 86_400,
        ),
        Column("resolved", FLAG, "是否解决", ("已解决",)),
        Column("first_contact_resolved", FLAG, "是否一次解决", ("一次解决", "首次解决", "fcr")),
        Column("reopened", FLAG, "是否重开", ("重开次数", "reopen count")),
        Column("departments", INTEGER, "流转部门数", ("经过部门数",), minimum=0, maximum=1000),
        Column("csat", NUMBER, "满意度评分", ("满意度", "csat score"), minimum=1, maximum=5),
        Column("nps", INTEGER, "NPS评分", ("推荐意愿", "nps score"), minimum=0, maximum=10),
        Column("complaint", FLAG, "是否投诉", ("投诉",)),
        Column("praise", FLAG, "是否表扬", ("表扬",)),
        Column("abandoned", FLAG, "是否放弃", ("放弃", "abandon")),
        Column(
            "wait_seconds",
            NUMBER,
            "排队时长秒",
            ("排队时长", "等待时长秒", "queue seconds"),
            minimum=0,
            maximum=86_400,
        ),
    ),
)

MESSAGES = Table(
    name="messages",
    zh="会话消息",
    row="one message of a contact",
    key=("contact_id", "seq"),
    aliases=("聊天记录", "对话", "chat_log"),
    columns=(
        Column("contact_id", TEXT, "服务单号", CONTACT_ID_NAMES, required=True),
        Column("seq", INTEGER, "消息序号", ("序号",), required=True, minimum=0),
        Column("sent_at", TIME, "发送时间"),
        Column(
            "sender",
            CHOICE,
            "发送方",
            ("发送者", "角色"),
            required=True,
            choices={
                "agent": ("客服", "坐席"),
                "customer": ("客户", "用户", "顾客"),
                "bot": ("机器人",),
                "system": ("系统",),
            },
        ),
        Column("text", TEXT, "消息内容", ("内容", "文本")),
    ),
)

FEEDBACK = Table(
    name="feedback",
    zh="客户反馈",
    row="one survey answer, review or complaint",
    key=("feedback_id",),
    aliases=("反馈", "评价", "survey"),
    columns=(
        Column("feedback_id", TEXT, "反馈编号", required=True),
        Column("contact_id", TEXT, "服务单号", CONTACT_ID_NAMES),
        Column("source", TEXT, "反馈来源", ("来源",)),
        Column("at", TIME, "反馈时间", ("提交时间",), required=True),
        Column("rating", NUMBER, "反馈评分", ("评分", "星级"), minimum=1, maximum=5),
        Column("text", TEXT, "反馈内容", ("内容",)),
    ),
)

ACTIONS = Table(
    name="actions",
    zh="改进行动计划表",
    row="one measure of the improvement plan (G8)",
    key=("action_id",),
    aliases=("行动计划", "改进计划", "plan"),
    columns=(
        Column("action_id", TEXT, "措施编号", ("编号",), required=True),
        Column("metric", TEXT, "待改进指标", ("指标",), required=True),
        Column("unit", TEXT, "改进对象", ("对象",)),
        Column("state", TEXT, "现状描述"),
        Column("root_cause", TEXT, "根本原因分析", ("根本原因",)),
        Column("goal", TEXT, "改进目标"),
        Column("measure", TEXT, "具体措施", ("措施",), required=True),
        Column("owner", TEXT, "责任人"),
        Column("started", DATE, "开始时间", ("开始日期",)),
        Column("due", DATE, "计划完成时间", ("截止日期", "完成期限")),
        Column("resources", TEXT, "所需资源"),
        Column(
            "status",
            CHOICE,
            "完成状态",
            ("状态",),
            choices={
                "not_started": ("未开始",),
                "in_progress": ("进行中",),
                "done": ("已完成", "完成"),
                "delayed": ("延期", "已延期"),
            },
        ),
        Column("verified", TEXT, "效果验证", ("验证结果",)),
    ),
)

AGENT_TEAMS = Table(
    name="agent_teams",
    zh="人员班组",
    row="one span of days in which an agent belonged to a team",
    key=("agent_id", "since"),
    aliases=("花名册", "人员名单", "roster"),
    columns=(
        Column("agent_id", TEXT, "工号", ("客服工号", "坐席工号", "agent"), required=True),
        Column("team", TEXT, "班组", ("小组", "组别", "团队", "group"), required=True),
        Column("since", DATE, "起始日期", ("开始日期", "入组日期", "from"), required=True),
        Column("until", DATE, "截止日期", ("结束日期", "离组日期", "to")),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        CONTACTS,
        MESSAGES,
        INSPECTIONS,
        FEEDBACK,
        ACTIONS,
        AGENT_TEAMS,
        DISPUTES,
        CAUSE_AUDITS,
        STEPS,
    )
}
"""All input tables by name. ``contacts`` is enough for a first report."""

EVERY = ("day", "week", "month", "quarter", "year")
"""Periods that contacts can be bucketed in."""

UNITS = (
    "team",
    "agent_id",
    "channel",
    "scene",
    "topic",
    "priority",
    "customer_type",
    "peak",
)
"""Columns that contacts can be compared by."""

OVERALL = "all"
"""The unit of a table that was not split by anything."""

UNKNOWN = "unknown"
"""The unit of contacts whose unit column is empty."""

UNCLASSIFIED = ("其他", "其它", "未分类", UNKNOWN)
"""Topics that say nothing: never ranked by size, always last."""
