"""What is wrong with a row: one SQL condition per rule, over the cells of the row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csqa.engine import cells
from csqa.engine.columns import raw_of, text_of, value_of
from csqa.engine.connection import literal
from csqa.engine.headers import Match
from csqa.engine.readers import Source
from csqa.schema import CHOICE, DATE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column

UNPARSEABLE = {
    TIME: "unparseable_time",
    DATE: "unparseable_time",
    NUMBER: "unparseable_number",
    INTEGER: "unparseable_number",
    FLAG: "unparseable_flag",
    CHOICE: "unknown_value",
}
"""Rule broken by a cell that can't be read as its kind."""

ORDERS = {
    "first_response_at": ("response_before_creation", "首次响应早于创建"),
    "resolved_at": ("resolution_before_creation", "解决早于创建"),
}
"""Times of a contact that can't be before its creation."""


@dataclass(frozen=True)
class Check:
    """One way a row can be wrong."""

    rule: str
    column: str
    condition: str
    """SQL over the texts ``t_…``, the values ``v_…``, ``fields`` and ``extra`` of a row."""
    value: str
    """SQL of what was found."""
    reason: str


def shape_checks(source: Source, match: Match) -> list[Check]:
    """Checks of a row as a whole; where one fails, its cells stand under wrong headers."""
    return list(_shape_checks(source, match))


def cell_checks(source: Source, match: Match) -> list[Check]:
    """Checks of the cells of a row, in the order of the table's columns, then of their times."""
    columns = [column for column in match.table.columns if column.name in match.given]
    return [
        *(check for column in columns for check in _cell_checks(column, source)),
        *_order_checks(match),
    ]


def any_of(checks: Sequence[Check]) -> str:
    """SQL of whether any check finds a fault; never NULL.

    Examples
    --------
    >>> any_of([])
    'FALSE'
    """
    return " OR ".join(f"coalesce({check.condition}, FALSE)" for check in checks) or "FALSE"


def _shape_checks(source: Source, match: Match) -> Iterator[Check]:
    width = len(source.headers)
    if source.encoding not in ("parquet", "DataFrame"):
        yield Check(
            "wrong_field_count",
            "",
            f"fields <> {width}",
            "CASE WHEN fields < 0 THEN '无法解析' ELSE fields::VARCHAR END",
            f"表头有 {width} 个字段，这一行不是（引号没有闭合、多了或少了分隔符）",
        )
    named = {name: i for name, i in match.positions.items() if source.types[i] == "VARCHAR"}
    if named:
        yield Check(
            "repeated_header",
            "",
            " AND ".join(
                f"{raw_of(name)} = {literal(source.headers[i])}" for name, i in named.items()
            ),
            literal(source.headers[next(iter(named.values()))]),
            "这一行是重复的表头",
        )


def _cell_checks(column: Column, source: Source) -> Iterator[Check]:
    name, text, value = column.name, text_of(column.name), value_of(column.name)
    shown = f"{text}::VARCHAR"
    if column.required:
        yield Check("missing_value", name, f"{text} IS NULL", "NULL", f"{column.zh}不能为空")
    if source.damaged:
        reason = f"{column.zh}里有无法解码的字符"
        yield Check("undecodable_text", name, f"contains({shown}, chr(65533))", shown, reason)
    if column.kind != TEXT:
        condition = f"{text} IS NOT NULL AND {value} IS NULL"
        yield Check(UNPARSEABLE[column.kind], name, condition, shown, _explain(column))
    if column.kind in (TIME, DATE):
        low, high = cells.EARLIEST, cells.LATEST
        condition = f"({value} < TIMESTAMP '{low}' OR {value} >= TIMESTAMP '{high}')"
        reason = f"{column.zh}应在 {low} 与 {high} 之间"
        yield Check("out_of_range", name, condition, shown, reason)
    if column.minimum == 0:
        yield Check("negative_value", name, f"{value} < 0", shown, f"{column.zh}不能是负数")
    elif column.minimum is not None:
        reason = _range_reason(column)
        yield Check("out_of_range", name, f"{value} < {column.minimum}", shown, reason)
    if column.maximum is not None:
        reason = _range_reason(column)
        yield Check("out_of_range", name, f"{value} > {column.maximum}", shown, reason)


def _order_checks(match: Match) -> Iterator[Check]:
    for name, (rule, reason) in ORDERS.items():
        if match.table.name == "contacts" and {name, "created_at"} <= set(match.given):
            condition = f"{value_of(name)} < {value_of('created_at')}"
            yield Check(rule, name, condition, f"{text_of(name)}::VARCHAR", reason)


def _explain(column: Column) -> str:
    if column.kind == CHOICE:
        allowed = "、".join(names[0] for names in column.choices.values())
        return f"{column.zh}只能是{allowed}（或用映射文件的 values 说明）"
    return {
        TIME: f"{column.zh}不是能认出的时间（如 2025-06-01 09:05；别的写法请在映射文件写 format）",
        DATE: f"{column.zh}不是能认出的日期（如 2025-06-01；别的写法请在映射文件写 format）",
        NUMBER: f"{column.zh}不是数字",
        INTEGER: f"{column.zh}不是整数",
        FLAG: f"{column.zh}应为是或否（或一个次数）",
    }[column.kind]


def _range_reason(column: Column) -> str:
    return f"{column.zh}应在 {column.minimum:g} 到 {column.maximum:g} 之间"
