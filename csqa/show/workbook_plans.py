"""The sheets of a workbook: which table, which columns in which order, in which unit."""

from dataclasses import dataclass

from csqa.show.cells import COUNT, POINTS


@dataclass(frozen=True)
class SheetPlan:
    """One sheet: which table, under which name, which columns in which order."""

    table: str
    names: tuple[str, str]
    listed: str
    """Columns, with spaces between."""
    kind: str = ""
    """Kind of the measured columns where rows don't say it themselves."""
    blank: str = ""
    """Columns left empty, to be filled in by hand."""

    @property
    def columns(self) -> list[str]:
        """Columns in their order."""
        return self.listed.split()


SHEETS = (
    SheetPlan(
        "things",
        ("需要关注", "Attention"),
        "rank kind unit_kind unit metric value n persistence evidence run_length owner action_id"
        " sentence",
    ),
    SheetPlan(
        "scorecard",
        ("得分明细", "Scores"),
        "dimension_name name value lower upper n method target target_upper met score"
        " deduction bonus status reason",
    ),
    SheetPlan(
        "composite",
        ("综合得分", "Composite"),
        "period team composite lower upper coverage status metrics met change change_lower"
        " change_upper significant",
        "number",
    ),
    SheetPlan(
        "horizontal",
        ("横向对比", "Across units"),
        "period months unit_kind unit metric value lower upper n method expected lower_limit"
        " upper_limit lower_watch upper_watch z p q shrunken shrunken_lower shrunken_upper"
        " miss_chance target target_upper verdict",
    ),
    SheetPlan(
        "vertical",
        ("纵向对比", "Over time"),
        "period unit_kind unit metric value lower upper n method target target_upper met"
        " complete chart center lower_limit upper_limit trial signals variation assurance"
        " run_length persistence evidence rebased",
    ),
    SheetPlan(
        "topics",
        ("投诉主题", "Complaint topics"),
        "topic count share lower upper cumulative vital before change change_lower change_upper"
        " verdict",
        "share",
    ),
    SheetPlan(
        "actions",
        ("改进行动计划表", "Improvement plan"),
        "metric state root_cause goal measure owner due resources status verified overdue_days unit"
        " action_id fault",
    ),
)
"""In the order of the workbook; the plan's first nine columns are the guide's (G8)."""

STANDARD_SHEETS = (
    SheetPlan(
        "changes",
        ("得分变化分解", "Change explained"),
        "period since team agent_id channel dimension metric part points shown presence"
        " score_before score weight_before weight composite_before composite change_shown caveats",
        "number",
    ),
    SheetPlan(
        "relaxations",
        ("放宽的目标", "Relaxed targets"),
        "period team agent_id channel metric target_line target target_upper base base_upper note n"
        " share",
    ),
    SheetPlan(
        "restated",
        ("按现行标准重算", "Restated"),
        "period team agent_id channel metric n value target target_upper met score"
        " target_restated target_upper_restated met_restated score_restated changed complete",
    ),
    SheetPlan(
        "review",
        ("标准复核", "Review of the standard"),
        "metric line target target_upper verdict decision reason months months_met"
        " months_missed_last value_least value_median value_most value_last n value lower upper"
        " mean_score proposal target_proposed target_upper_proposed months_met_proposed"
        " mean_score_proposed",
        blank="decision",
    ),
    SheetPlan(
        "goals",
        ("改进目标（SMART）", "Goals (SMART)"),
        "metric unit direction target target_upper by start start_date owner missing advice note",
    ),
    SheetPlan(
        "inspections",
        ("质检得分", "Inspections"),
        "period team agent_id channel n_records n_rated n score lower upper score_unkilled"
        " lower_unkilled upper_unkilled n_critical_free critical_free lower_critical_free"
        " upper_critical_free set_aside status complete",
        "number",
    ),
    SheetPlan(
        "backlog",
        ("工单积压", "Backlog"),
        "period at team agent_id channel open over_limit at_risk in_time no_limit undecided"
        " median_age_seconds complete",
    ),
    SheetPlan(
        "cases",
        ("案例复核", "Cases"),
        "rank contact_id local_at judgement problem_point reviewer_note agent_id team channel scene"
        " topic csat complaint severity rules failed_items overlooked messages findings"
        " longest_wait_seconds points",
        "number",
        blank="judgement problem_point reviewer_note",
    ),
    SheetPlan(
        "case_lines",
        ("案例对话", "Conversations"),
        "contact_id line source seq sender gap_seconds text rules owed",
    ),
)
"""Written only where the record has the table: what a standard did, and what is to be decided."""

SCORED = {"scorecard": ("score",)}
"""Table -> its columns on the 100-point scale, coloured by whether points were lost."""

CHOICES = {
    "decision": ("保持,收紧,放宽,取消", "keep,tighten,relax,drop"),
    "judgement": ("属实,不属实,存疑", "confirmed,unfounded,unclear"),
}
"""What can be chosen in an empty column: by a meeting for a target, by a reviewer for a case."""

LIMITS = {"lower_limit", "upper_limit", "lower_watch", "upper_watch", "center", "expected"}
SHARES = {"share", "cumulative", "before", "change", "change_lower", "change_upper"}
MEASURED = (
    {"value", "lower", "upper", "target", "target_upper", "composite"}
    | {"value_least", "value_median", "value_most", "value_last", "start", "base", "base_upper"}
    | {"target_restated", "target_upper_restated", "target_proposed", "target_upper_proposed"}
    | {"shrunken", "shrunken_lower", "shrunken_upper"}
    | LIMITS
    | SHARES
)
"""Columns in the unit of the row's kind."""

RARE = {"target_upper", "target_upper_restated", "target_upper_proposed", "base_upper", "bonus"}
RARE |= {"rebased", "proposal", "target_proposed", "months_met_proposed", "mean_score_proposed"}
"""Columns that are left out where no row has them: ranges, bonuses, proposals."""

_OF_SHARES = "share weight weight_before critical_free lower_critical_free upper_critical_free"
OF_KIND = dict.fromkeys([*_OF_SHARES.split(), "miss_chance"], "share")
OF_KIND |= {"median_age_seconds": "seconds"}
"""Columns with a unit of their own, whatever the row is about."""

SIGNED = "+0.0;−0.0;0.0"
FORMATS = {"z": "0.00", "p": "0.0000", "q": "0.0000", "coverage": "0%", "score": POINTS}
FORMATS |= {"n": COUNT, "deduction": POINTS, "run_length": COUNT, "overdue_days": COUNT}
FORMATS |= {"points": "+0.00;−0.00;0.00", "shown": SIGNED, "change_shown": SIGNED}
