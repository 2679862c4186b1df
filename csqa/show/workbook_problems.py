"""The sheets of a workbook about lasting problems."""

from csqa.show.workbook_plans import SheetPlan

PROBLEM_SHEETS = (
    SheetPlan(
        "problems",
        ("持续问题", "Lasting problems"),
        "rank problem_id part_of explains_whole unit_kind unit metric value lower upper n target"
        " target_upper since from_start run_length evidence",
    ),
    SheetPlan(
        "five_w",
        ("5W1H", "5W1H"),
        "problem_id question aspect answer evidence n status",
        "number",
    ),
    SheetPlan(
        "links",
        ("问题—原因—措施—验证", "Problem to verification"),
        "problem_id unit_kind unit metric bone cause cases share action_id root_cause measure owner"
        " due action_status verified gap",
        "share",
    ),
    SheetPlan(
        "fishbone",
        ("鱼骨图数据", "Fishbone"),
        "bone cause cases share lower upper n bone_cases",
        "share",
    ),
    SheetPlan(
        "quotes",
        ("客户原话", "Quotations"),
        "problem_id case_id source seq bone cause text",
        "number",
    ),
)
"""Table -> its columns; ids of causes become names with :func:`csqa.tables.name_causes`."""
