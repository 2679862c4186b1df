"""What stands in the sheets for one-to-one talks, in Chinese and in English."""

TEXTS = {
    "title": ("{agent}（{period}）", "{agent} ({period})"),
    "stands_out": (
        "和做同类工作的同事相比，有些方面明显不同，值得聊一聊。",
        "Some things clearly differ from colleagues with the same kind of work: worth a talk.",
    ),
    "like_peers": (
        "和做同类工作的同事没有明显差别：差距都在正常波动之内。",
        "No clear difference from colleagues with the same kind of work: all within chance.",
    ),
    "too_few": (
        "这段时间的记录还少，不作判断；先聊工作感受和需要的支持。",
        "Too few records so far to judge anything; talk about the work and the support needed.",
    ),
    "strengths": ("长处：{}", "Strengths: {}"),
    "no_strength": (
        "长处：数据里没有哪一项明显突出——这很正常，请补充平时看到的。",
        "Strengths: no figure clearly stands out, which is normal; add what you have seen.",
    ),
    "secure": ("稳定达标：{}", "Surely on target: {}"),
    "maybe_strength": ("可能的长处（也可能是偶然）：{}", "Perhaps a strength, perhaps chance: {}"),
    "weaknesses": ("可以一起改进：{}", "To work on together: {}"),
    "no_weakness": (
        "没有需要专门改进的指标。",
        "Nothing in the figures asks for special work.",
    ),
    "maybe_weakness": (
        "先留意、不必处理（多半是波动）：{}",
        "Only to keep an eye on, mostly chance: {}",
    ),
    "trend": (
        "自己和自己比，近期有变化信号（单个信号也可能是偶然，先核对原因）：{}",
        "Against their own past there are signals of change (one may be chance; ask first): {}",
    ),
    "improving": ("{}在变好", "{} is getting better"),
    "declining": ("{}在变差", "{} is getting worse"),
    "apart": (
        "{name} {value}，同类工作的同事约 {expected}",
        "{name} {value}, colleagues {expected}",
    ),
    "parts": ("主要在{}", "mainly in {}"),
    "part": ("{part}（{value}，同事 {expected}，n={n}）", "{part} ({value} vs {expected}, n={n})"),
    "workload": ("工作量", "Workload"),
    "workload_headers": (
        ("月份", "服务记录", "有记录的天数", "平均每天（只算有记录的日子）"),
        ("Month", "Contacts", "Days with contacts", "Contacts per such day"),
    ),
    "partial": ("{}（不完整）", "{} (partial)"),
    "no_workload": ("没有工作量数据。", "No workload was given."),
    "figures": ("全部指标，供核对", "All figures, to check"),
    "headers": (
        ("指标", "近 {} 个月（95% 区间）", "n", "同事的正常范围", "预计下期", "目标", "判断"),
        ("Metric", "{} months (95 %)", "n", "Peers' range", "Expected next", "Target", "Verdict"),
    ),
    "note": (
        "“同事”指做同类工作（同样的班组、渠道、问题类型）的其他人；不排名。"
        "记录少于 {} 条的不作判断。数字是谈话的起点，不是结论。",
        "Colleagues are all others, given the same mix of work; nobody is ranked. Fewer than {} "
        "records are not judged. Figures begin a talk, they don't end it.",
    ),
    "nobody": ("没有可以出表的客服。", "There are no agents to show."),
}

SIGNS = {
    "strength": ("▲ ", "better"),
    "maybe_strength": ("△ ", "watch"),
    "like_peers": ("● ", "neutral"),
    "maybe_weakness": ("▽ ", "watch"),
    "weakness": ("▼ ", "worse"),
    "too_few": ("○ ", "few"),
}
SIDE_WORDS = {
    "strength": ("长处", "strength"),
    "maybe_strength": ("可能的长处", "perhaps a strength"),
    "like_peers": ("与同事相当", "like peers"),
    "maybe_weakness": ("留意", "keep an eye on"),
    "weakness": ("可以改进", "to work on"),
    "too_few": ("样本不足", "too few"),
}
