"""The table of the process: where a contact was, from when to when; :mod:`csqa.schema` has all."""

from csqa.columntypes import INTEGER, TEXT, TIME, Column, Table
from csqa.inspection_tables import CONTACT_ID_NAMES

STEPS = Table(
    name="steps",
    zh="流程节点",
    row="one stay of a contact in a node of the process, or one event of its log",
    # No key: a log may hold the same minute, state and department twice.
    aliases=("流转记录", "流转日志", "节点记录", "process_steps", "step_log"),
    columns=(
        Column("contact_id", TEXT, "服务单号", CONTACT_ID_NAMES, required=True),
        # Tells the order of rows of the same moment: a log may be exact to the minute only.
        Column("seq", INTEGER, "节点序号", ("序号", "步骤序号"), minimum=0),
        # Of the user's own process: what nodes mean is in its file (csqa.rules.process).
        Column(
            "step",
            TEXT,
            "节点",
            ("流程节点", "环节", "步骤", "节点名称", "工单状态", "node", "state", "stage"),
            required=True,
            or_else="department",
        ),
        Column("department", TEXT, "处理部门", ("部门", "流转部门", "assignment group")),
        Column("agent_id", TEXT, "工号", ("处理人", "经办人", "处理人工号", "handler")),
        Column(
            "entered_at",
            TIME,
            "进入时间",
            ("节点进入时间", "节点开始时间", "流转时间", "到达时间", "entry time", "event time"),
            required=True,
        ),
        Column(
            "left_at",
            TIME,
            "离开时间",
            ("节点离开时间", "节点结束时间", "流出时间", "exit time"),
        ),
    ),
)
