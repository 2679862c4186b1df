"""Every rule has its sentence, in Chinese and in English."""

import re

import pandas as pd
import pytest

from csqa.engine.checks import ORDERS, UNPARSEABLE
from csqa.engine.dataset import Dataset
from csqa.engine.reasons import NUMBERS, SENTENCES, explain
from csqa.schema import TABLES

CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


def rules_of(column) -> set[str]:
    rules = {"missing_value", "undecodable_text", UNPARSEABLE.get(column.kind, "missing_value")}
    if column.kind in ("time", "date") or column.maximum is not None:
        rules.add("out_of_range")
    return rules | ({"negative_value"} if column.minimum == 0 else set())


FAULTS = [
    (rule, table.name, column.name)
    for table in TABLES.values()
    for column in table.columns
    for rule in sorted(rules_of(column))
] + [
    *(("duplicate_key", table.name, table.key[0]) for table in TABLES.values() if table.key),
    *((rule, "contacts", column) for column, rule in ORDERS.items()),
    ("leaving_before_entry", "steps", "left_at"),
    ("no_contact", "messages", "contact_id"),
    ("future_time", "contacts", "created_at"),
    ("unreadable_line", "contacts", ""),
    ("wrong_field_count", "contacts", ""),
    ("repeated_header", "contacts", ""),
]


def test_every_rule_is_met_here():
    assert {rule for rule, _, _ in FAULTS} == SENTENCES.keys() | {"unparseable_number"}
    assert NUMBERS.keys() == {"number", "integer"}


@pytest.mark.parametrize(("rule", "table", "column"), FAULTS)
def test_sentences_are_complete_in_both_languages(rule, table, column):
    chinese, english = (explain(rule, table, column, language) for language in ("zh", "en"))
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)
    for sentence in (chinese, english):
        assert not re.search(r"[{}]|  |\bNone\b|between  ", sentence)


@pytest.mark.parametrize(
    ("rule", "table", "column", "zh", "en"),
    [
        (
            "unparseable_time",
            "actions",
            "due",
            "计划完成时间不是能认出的日期（如 2025-06-01；别的写法请在映射文件写 format）",
            "due is not a recognised date (such as 2025-06-01; for other ways of writing, set"
            " format in the mapping file)",
        ),
        (
            "duplicate_key",
            "messages",
            "contact_id",
            "服务单号、消息序号与前面的行重复，只用第一行",
            "same contact_id and seq as an earlier row; only the first is used",
        ),
        (
            "out_of_range",
            "contacts",
            "created_at",
            "创建时间应在 1990-01-01 与 2100-01-01 之间",
            "created_at must be between 1990-01-01 and 2100-01-01",
        ),
        (
            "out_of_range",
            "contacts",
            "nps",
            "NPS评分应在 0 到 10 之间",
            "nps must be between 0 and 10",
        ),
    ],
)
def test_what_they_say(rule, table, column, zh, en):
    assert explain(rule, table, column) == zh
    assert explain(rule, table, column, "en") == en


def test_the_reason_in_the_faults_is_the_explanation():
    columns = ["contact_id", "channel", "created_at", "resolved_at", "csat", "handle_seconds"]
    day = "2025-06-01 09:00"
    contacts = pd.DataFrame(
        [
            ("C1", "phone", day, day, 5, 1),
            ("C1", "phone", day, day, 5, 1),
            ("C2", "fax", "x", day, 9, -1),
            ("C3", None, day, "2025-05-01 09:00", 5, 1),
        ],
        columns=columns,
    )
    faults = Dataset.from_frames({"contacts": contacts}).faults
    kinds = faults[["rule", "table", "column"]].itertuples(index=False)
    assert faults["reason"].tolist() == [explain(*kind) for kind in kinds]
    assert set(faults["rule"]) == {
        "duplicate_key",
        "unknown_value",
        "unparseable_time",
        "out_of_range",
        "negative_value",
        "missing_value",
        "resolution_before_creation",
    }
