"""Columns and values of the tables about lasting problems, as a workbook calls them."""

from csqa.engine.cause_names import BONE_NAMES

HEADERS: dict[str, tuple[str, str]] = {
    "problem_id": ("问题编号", "Problem"),
    "part_of": ("属于问题", "Part of"),
    "explains_whole": ("单独造成整体未达标", "Explains the whole"),
    "since": ("自何时", "Since"),
    "from_start": ("数据之初即如此", "Since the data begin"),
    "question": ("5W1H", "5W1H"),
    "aspect": ("方面", "Aspect"),
    "answer": ("回答", "Answer"),
    "five_w.evidence": ("依据", "Evidence"),
    "five_w.status": ("填写", "Filled in"),
    "case_id": ("案例编号", "Case"),
    "quotes.source": ("来源", "Source"),
    "bone": ("鱼骨类别", "Bone"),
    "cause": ("根本原因", "Root cause"),
    "cases": ("案例数", "Cases"),
    "bone_cases": ("类别案例数", "Cases of the bone"),
    "links.root_cause": ("计划中写的根本原因", "Root cause in the plan"),
    "action_status": ("措施状态", "Measure's status"),
    "gap": ("缺环", "Missing link"),
    "quotes.text": ("客户原话（已遮盖个人信息）", "Customer's words (masked)"),
    "marks": ("标记", "Marks"),
    "example": ("原话示例", "Example"),
}
"""As :data:`csqa.show.headers.HEADERS`, of which it is a part."""

ASPECTS = {
    "value": ("现象", "Value"),
    "places": ("发生在哪里", "Places"),
    "since": ("何时开始", "Since"),
    "peak": ("高峰与非高峰", "Peak hours"),
    "hours": ("时段与星期", "Hours and weekdays"),
    "teams": ("班组", "Teams"),
    "agents": ("客服", "Agents"),
    "tenure": ("新老客服", "New and experienced"),
    "course": ("处理经过", "Course"),
    "sequence": ("典型经过", "Typical sequence"),
    "causes": ("案例中的原因", "Causes in the cases"),
    "root_cause": ("根本原因（会议确认）", "Root cause (confirmed by the meeting)"),
}
QUESTIONS = {
    "what": ("什么问题 What", "What"),
    "where": ("哪里 Where", "Where"),
    "when": ("何时 When", "When"),
    "who": ("谁 Who", "Who"),
    "how": ("怎样发生 How", "How"),
    "why": ("为什么 Why", "Why"),
}
GAPS = {
    "no_cause": ("没有查到的原因", "no cause found"),
    "no_measure": ("没有措施", "no measure"),
    "not_verified": ("完成而未验证", "done, not verified"),
}
VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "question": QUESTIONS,
    "aspect": ASPECTS,
    "five_w.status": {
        "filled": ("数据预填", "from the data"),
        "open": ("待会议填写", "to fill in"),
    },
    "gap": GAPS,
    "bone": BONE_NAMES,
    "quotes.source": {"message": ("会话", "conversation"), "feedback": ("客户反馈", "feedback")},
}
"""As :data:`csqa.show.headers.VALUES`, of which it is a part."""

LABELLED = ("question", "aspect", "bone", "action_status")
LISTED = ("gap",)
