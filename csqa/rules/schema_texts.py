"""What each key of a standard means, in Chinese and in English: told by editors as one types."""

TEXTS: dict[str, tuple[str, str]] = {
    "": (
        "客服质量的评分标准：什么算好、差多少扣几分、从哪天起。",
        "What counts as good in customer service, what a miss costs, from when.",
    ),
    "settings": ("各段标准共用的设置。", "Settings that all versions share."),
    "standards": (
        "标准，按生效日期分段；后一段只写变化的部分，之前的月份仍按当时的标准评分。",
        "Versions by date; a later one holds only what changes, earlier months keep theirs.",
    ),
    "goals": (
        "目标：哪项指标、到什么值、到哪天为止；不影响评分。",
        "Goals: which metric, what value, by when; they don't change any score.",
    ),
    "process_changes": (
        "记录下来的过程变化：从哪天起、改了什么；控制图从那里起重新计算界限，此外从不重算。",
        "Recorded changes of the work: control charts get new limits there, and nowhere else.",
    ),
    "settings.repeat_contact_days": (
        "同一客户就同一问题在这么多天内再次来访，即算未一次解决。",
        "Days within which a further contact on that topic means: not resolved at once.",
    ),
    "settings.satisfied_from": (
        "满意度 1–5 分中，几分起算满意。",
        "Rating, of 1 to 5, from which on a customer counts as satisfied.",
    ),
    "settings.count_only_below": (
        "样本少于此数：只列计数，不评分。",
        "Below so many contacts: counted, not scored.",
    ),
    "settings.judge_from": (
        "样本达到此数：才与他人比较。",
        "From so many contacts on: compared with others.",
    ),
    "settings.persistent_months": (
        "连续几个月不达标算持续。",
        "Months in a row below target that count as persistent.",
    ),
    "settings.repeat_complaint_days": (
        "同一客户就同一问题在这么多天内再次投诉，算重复投诉。",
        "A complaint that follows another of that customer on that topic within so many days.",
    ),
    "settings.transferred_from": (
        "经过几个部门起算转接。",
        "Departments from which on a contact counts as transferred.",
    ),
    "settings.response_limit_seconds": (
        "首次响应的时限（秒）。",
        "Limit of the first response, in seconds.",
    ),
    "settings.at_risk_share": (
        "用去时限的这个比例（0–1）还没解决，算有超时风险。",
        "Share of the limit (0-1) from which on an open contact is at risk.",
    ),
    "settings.service_level_seconds": (
        "服务水平：几秒内接起算达到。",
        "Service level: seconds within which a call is answered.",
    ),
    "settings.short_abandon_seconds": (
        "几秒内挂断的不算放弃，也不算来电。",
        "Calls abandoned within so many seconds are neither abandoned nor offered.",
    ),
    "settings.attribution": (
        "记录算在谁名下：assignee 受理人、first_responder 首响人、last 末次处理人。",
        "Whose contact it is: agent in charge, first to answer, or last.",
    ),
    "settings.resolution_limit_hours": (
        "按优先级的解决时限（小时）。",
        "Hours within which a contact should be resolved, by priority.",
    ),
    "version.effective": (
        "从哪天起生效（含当天），如 2025-07-01，不加引号。",
        "First day on which it is in force, such as 2025-07-01, without quotes.",
    ),
    "version.dimensions": ("维度的名称。", "Names of the dimensions."),
    "version.weights": ("各维度的权重，合计为 1。", "Weights of the dimensions; they add up to 1."),
    "version.metrics": ("指标：键由自己起。", "Metrics, by keys of your own."),
    "metric.name": ("报告里的名称。", "Name in reports."),
    "metric.dimension": (
        "计入哪个维度：weights 里的一个。",
        "Dimension that it counts in: one of `weights`.",
    ),
    "metric.measure": (
        "取数方式：现成的一种，或自己的算式 {expression, kind} 或 {numerator, denominator}。"
        "算式由 csqa standard check 检查。",
        "How it is measured: a known way, or an expression of your own, which"
        " `csqa standard check` checks.",
    ),
    "metric.where": ("只看满足这些条件的记录。", "Only contacts that meet these conditions."),
    "metric.target": (
        "目标值：at_most、at_least 或 between 三选一；比率写 0–1，时间写秒。不写则只监控。",
        "One of at_most, at_least, between; shares as 0-1, times in seconds. None: only watched.",
    ),
    "metric.deduct": (
        "未达标扣多少分；proportional 为按实得比例计分。不写则不计分。",
        "What a miss costs; `proportional` scores the rate itself. None: not scored.",
    ),
    "metric.bonus": (
        "加分，不扣分的指标用（如表扬率）。",
        "Points earned, for a metric without deduction (praise).",
    ),
    "metric.weight": ("在维度内的权重，缺省为 1。", "Weight within its dimension; 1 if left out."),
    "metric.except": (
        "例外：满足条件的记录按另一个目标；最具体的一条优先。",
        "Where another target holds; the most specific line wins.",
    ),
    "metric.definition": ("指标的定义，印在报告里。", "Definition, printed in the report."),
    "metric.source": ("数据来源，印在报告里。", "Where the data come from, printed in the report."),
    "target.at_most": ("不超过。", "Not above."),
    "target.at_least": ("不低于。", "Not below."),
    "target.between": ("[下限, 上限]，都含。", "[lower, upper], both inside."),
    "deduct.points": ("每一档扣几分。", "Points that each step costs."),
    "deduct.per": ("一档有多大，用指标自己的单位。", "Size of a step, in the metric's own unit."),
    "deduct.mode": (
        "linear 按比例；step 不足一档按一档；proportional 按实得比例计分。",
        "linear; step: each step begun costs in full; proportional: 88 % scores 88.",
    ),
    "deduct.floor": ("最低得分。", "Lowest score."),
    "deduct.cap": ("最多扣几分；与 floor 写一个即可。", "Most points lost; write this or floor."),
    "bonus.points": ("每一档加几分。", "Points that each step earns."),
    "bonus.per": ("一档有多大，用指标自己的单位。", "Size of a step, in the metric's own unit."),
    "bonus.from": (
        "从哪个值起加分，缺省为 0。",
        "Value from which points are earned; 0 if left out.",
    ),
    "bonus.cap": ("最多加几分。", "Most points earned."),
    "exception.target": (
        "这里的目标，方向与指标相同。",
        "The target here, of the same direction as the metric's.",
    ),
    "exception.note": ("放宽的原因；放宽必须写。", "Why it is relaxed; a relaxation needs it."),
    "condition.team": ("班组的名称。", "Name of a team."),
    "condition.channel": ("渠道。", "Channel."),
    "condition.scene": ("业务场景。", "Scene."),
    "condition.topic": ("问题类型。", "Topic."),
    "condition.priority": ("优先级。", "Priority."),
    "condition.customer_type": ("客户类型。", "Customer type."),
    "condition.agent_id": ("工号。", "Agent."),
    "condition.peak": (
        "是否高峰时段（见 calendar.yml）。",
        "Whether in peak hours (see calendar.yml).",
    ),
    "own.expression": (
        "服务记录的列的算式，如 csat >= 4 AND NOT reopened；由 csqa standard check 检查。",
        "Expression over the columns of contacts; checked by `csqa standard check`.",
    ),
    "own.kind": (
        "算式得出：seconds 秒数、number 数、share 条件。",
        "What the expression gives: seconds, a number, or a condition (share).",
    ),
    "own.bad_when": (
        "只用于 share：条件成立（high）还是不成立（low）算一次未达标。",
        "For a share: a contact misses where its condition holds (high) or fails (low).",
    ),
    "own.numerator": ("分子：算式。", "Numerator: an expression."),
    "own.denominator": ("分母：条件，哪些记录计入。", "Denominator: the contacts that count."),
    "goal.metric": ("哪项指标：standards 里的键。", "Which metric: a key of `standards`."),
    "goal.target": (
        "到什么值：比现行目标更严，或相同。",
        "What value: as strict as the target, or more.",
    ),
    "goal.by": ("到哪天为止，如 2025-12-31。", "By when, such as 2025-12-31."),
    "goal.unit": (
        "谁的目标，如 {team: 在线一组}；不写为全部。",
        "Whose goal; left out: everybody's.",
    ),
    "goal.from": ("起点：现在的值和日期。", "Where it starts from: value and date."),
    "goal.owner": ("责任人。", "Who answers for it."),
    "goal.note": ("备注。", "Remark."),
    "pairs": (
        "容易此消彼长的指标：一项好了、另一项却差了，就提醒这项指标可能被“做”出来；不影响评分。",
        "Metrics that move apart when one is chased at the other's cost; they don't change scores.",
    ),
    "pair.improves": (
        "看上去变好的指标，或取数方式（所有这样取数的指标）。",
        "What improves: a metric, or a measure, which stands for every metric that counts it.",
    ),
    "pair.worsens": (
        "可能因此变差的指标或取数方式，一项或几项。",
        "What may get worse for it: metrics or measures, one or several.",
    ),
    "pair.note": ("这可能说明什么。", "What it may mean."),
    "change.from": (
        "从哪天或哪个时段起，如 2025-04-14、2025-04；含那一天的时段是新一段的第一点。",
        "Day or period it began with; the period that holds that day begins the new stretch.",
    ),
    "change.reason": ("改了什么、为什么；必须写。", "What was changed, and why; required."),
    "change.metric": ("哪项指标；不写为全部。", "Which metric; left out: all."),
    "change.unit": (
        "谁的变化，如 {team: 热线组}；不写为全部。",
        "Whose change; left out: everybody's.",
    ),
    "start.value": (
        "起点的值，用指标自己的单位。",
        "Value at the start, in the metric's own unit.",
    ),
    "start.date": ("起点的日期。", "Day of the start."),
}
"""Part and key → Chinese, English."""
