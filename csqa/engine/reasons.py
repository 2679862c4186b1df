"""Why a row was set aside, as a sentence: per rule, table and column, Chinese and English."""

from csqa.columntypes import DATE, INTEGER, NUMBER, TIME, Column
from csqa.engine import cells
from csqa.schema import TABLES

SENTENCES = {
    "unreadable_line": (
        "这一行读不出来（引号没有闭合，或不是一个完整的对象）",
        "this line cannot be read (an unclosed quotation mark, or no whole object)",
    ),
    "wrong_field_count": (
        "字段数与表头不同（多了或少了分隔符）",
        "not as many fields as the header (a separator too many or too few)",
    ),
    "repeated_header": ("这一行是重复的表头", "this row repeats the header"),
    "missing_value": ("{zh}不能为空", "{en} must not be empty"),
    "undecodable_text": ("{zh}里有无法解码的字符", "{en} holds characters that cannot be decoded"),
    "unparseable_time": (
        "{zh}不是能认出的{moment}（如 {example}；别的写法请在映射文件写 format）",
        "{en} is not a recognised {moment} (such as {example};"
        " for other ways of writing, set format in the mapping file)",
    ),
    "unparseable_flag": ("{zh}应为是或否（或一个次数）", "{en} must be yes or no (or a count)"),
    "unknown_value": (
        "{zh}只能是{choices}（或用映射文件的 values 说明）",
        "{en} must be one of {choices} (or map it by values in the mapping file)",
    ),
    "out_of_range": ("{zh}应在 {low} {to} {high} 之间", "{en} must be between {low} and {high}"),
    "future_time": ("{zh}在将来，多半是写错了", "{en} lies in the future"),
    "negative_value": ("{zh}不能是负数", "{en} must not be negative"),
    "response_before_creation": (
        "首次响应早于创建",
        "the first response is before the creation",
    ),
    "resolution_before_creation": ("解决早于创建", "the resolution is before the creation"),
    "leaving_before_entry": ("离开时间早于进入时间", "left before it was entered"),
    "duplicate_key": (
        "{key}与前面的行重复，只用第一行",
        "same {key} as an earlier row; only the first is used",
    ),
    "no_contact": (
        "服务单号不在可用的服务记录里",
        "contact_id is in none of the usable contacts",
    ),
}
"""Rule → sentence, with places for what the table and the column say."""

BOTH_MISSING = ("{zh}、{other}不能都为空", "{en} and {or_else} must not both be empty")
"""Of ``missing_value``, where another column can stand in."""

NUMBERS = {
    NUMBER: ("{zh}不是数字", "{en} is not a number"),
    INTEGER: ("{zh}不是整数", "{en} is not a whole number"),
}
"""Sentences of ``unparseable_number``."""

MOMENTS: dict[str, tuple[str, ...]] = {
    TIME: ("时间", "time", "2025-06-01 09:05"),
    DATE: ("日期", "date", "2025-06-01"),
}
"""What such a column holds, and how it is written."""


def explain(rule: str, table: str, column: str, language: str = "zh") -> str:
    """Explain a fault.

    Parameters
    ----------
    rule, table, column : str
        As in a line of ``Dataset.faults``; ``column`` is "" where the row as a whole is wrong.
    language : {"zh", "en"}
        English names columns as csqa does, Chinese by the header that csqa writes.

    Examples
    --------
    >>> explain("missing_value", "contacts", "channel")
    '渠道不能为空'
    >>> explain("out_of_range", "contacts", "csat", "en")
    'csat must be between 1 and 5'
    """
    place = 0 if language == "zh" else 1
    if not column:
        return SENTENCES[rule][place]
    told = TABLES[table].column(column)
    moment = MOMENTS.get(told.kind, ("", ""))
    return _sentence(rule, told)[place].format(
        zh=told.zh,
        en=column,
        or_else=told.or_else,
        other=TABLES[table].column(told.or_else).zh if told.or_else else "",
        moment=moment[place],
        example=moment[-1],
        choices=_choices(told, language),
        key=_key(table, language),
        **_range(told),
    )


def _sentence(rule: str, column: Column) -> tuple[str, str]:
    if rule == "missing_value" and column.or_else:
        return BOTH_MISSING
    return NUMBERS[column.kind] if rule == "unparseable_number" else SENTENCES[rule]


def _choices(column: Column, language: str) -> str:
    if language == "zh":
        return "、".join(names[0] for names in column.choices.values())
    return ", ".join(column.choices)


def _key(table: str, language: str) -> str:
    key = TABLES[table].key
    if language == "zh":
        return "、".join(TABLES[table].column(name).zh for name in key)
    return " and ".join(key)


def _range(column: Column) -> dict[str, str]:
    if column.kind in (TIME, DATE):
        return {"low": cells.EARLIEST, "high": cells.LATEST, "to": "与"}
    low, high = column.minimum, column.maximum
    return {
        "low": "" if low is None else f"{low:g}",
        "high": "" if high is None else f"{high:g}",
        "to": "到",
    }
