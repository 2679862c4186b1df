"""The sheets of a workbook about causes, drivers, the process and what customers feel."""

from csqa.show.workbook_plans import SheetPlan

CAUSE_SHEETS = (
    SheetPlan(
        "cause_ranks",
        ("原因（帕累托）", "Causes (Pareto)"),
        "bone cause cases n share lower upper corrected audited drawn method per_thousand"
        " per_thousand_lower per_thousand_upper handle_hours repeat_contacts cumulative vital"
        " before_share change change_lower change_upper p q verdict",
        "share",
    ),
    SheetPlan(
        "rising",
        ("增多的说法", "Rising phrases"),
        "phrase cases n share cases_before n_before before_share change change_lower change_upper"
        " p q examples",
        "share",
    ),
    SheetPlan(
        "suggestions",
        ("规则建议", "Suggested rules"),
        "topic phrases cases share examples snippet",
        "share",
    ),
    SheetPlan(
        "drivers",
        ("与不满意相伴", "Drivers"),
        "outcome factor level compared_with n outcomes share share_reference difference lower upper"
        " strata p q excess odds_ratio odds_lower odds_upper method model verdict",
        "share",
    ),
    SheetPlan(
        "bottlenecks",
        ("流程瓶颈", "Bottlenecks"),
        "rank step name_zh name_en owner_zh contacts visited cost_hours cost_share lower"
        " upper per_contact_hours before_hours change_hours change_lower change_upper verdict",
        "number",
    ),
    SheetPlan(
        "steps",
        ("流程节点", "Steps"),
        "step name_zh name_en limit_hours contacts visits visits_per_contact median_hours"
        " median_lower median_upper p90_hours total_hours share_of_hours n_limited n_over"
        " over_share lower upper beyond_hours returns handovers open open_over open_at_risk",
        "share",
    ),
    SheetPlan(
        "risks",
        ("早期风险", "Early risks"),
        "rank severity reason contact_id unit local_at channel scene topic end_level change share"
        " share_before n evidence",
        "number",
    ),
)
"""Table -> its columns; ids of causes become names with :func:`csqa.tables.name_causes`."""
