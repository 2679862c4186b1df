"""Labelled texts as they come: what is wrong is told with its row, all at once."""

import pandas as pd
import pytest

from csqa.errors import DataError, RuleError
from csqa.learn.labels import (
    CAUSE_HEADERS,
    parse_causes,
    parse_class,
    parse_classes,
    parse_sentiment,
    read_labels,
    refuse_many,
)

PARSE = parse_causes(["slow", "rude"])


def frame(*causes: str | None, text: str | None = "文字") -> pd.DataFrame:
    return pd.DataFrame({"text": text, "causes": list(causes)})


def test_ids_joined_by_plus():
    found = read_labels(frame("slow+rude", "none", " rude ＋ slow ", "slow"), CAUSE_HEADERS, PARSE)
    assert found.names == ("rude", "slow")
    assert found.truths.tolist() == [[True, True], [False, False], [True, True], [False, True]]
    assert not found.single


def test_a_few_bad_rows_are_left_out_and_told():
    found = read_labels(frame(*["slow"] * 18, "slwo", None), CAUSE_HEADERS, PARSE)
    assert len(found.texts) == 18
    assert found.notes == (
        "没有用的行：不认识的原因 'slwo'，是不是 'slow'？：1 行，第 19 行",
        "没有用的行：没有标注（一个也没有时写 none）：1 行，第 20 行",
    )


def test_many_bad_rows_are_refused_with_all_that_is_wrong():
    labels = pd.DataFrame(
        {"text": ["好", "", None, "好"], "causes": ["slow", "rude", "x", "一二三"]}
    )
    with pytest.raises(DataError, match=r"4 行里有 3 行不能用") as caught:
        read_labels(labels, CAUSE_HEADERS, PARSE)
    told = str(caught.value)
    assert "文本是空的：2 行，第 2、3 行" in told
    assert "不认识的原因 'x'：1 行，第 3 行" in told
    assert "不认识的原因 '一二三'：1 行，第 4 行" in told


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_are_those_of_the_file(tmp_path, encoding):
    path = tmp_path / "labels.csv"
    path.write_bytes("文本,原因\n太慢了,slow\n态度太差了,bad\n".encode(encoding))
    with pytest.raises(
        DataError, match=r"labels\.csv：2 行里有 1 行不能用(.|\n)*'bad'：1 行，第 3 行"
    ):
        read_labels(path, CAUSE_HEADERS, PARSE)


def test_a_workbook(tmp_path):
    path = tmp_path / "labels.xlsx"
    frame("slow", "rude+slow").to_excel(path, index=False)
    found = read_labels(path, CAUSE_HEADERS, PARSE)
    assert found.truths.tolist() == [[False, True], [True, True]]


def test_headers_of_ones_own():
    labels = pd.DataFrame({"留言详情": ["太慢了"], "一级标签": ["slow"]})
    asked = {"text_column": "留言详情", "label_column": "一级标签"}
    assert read_labels(labels, CAUSE_HEADERS, PARSE, **asked).names == ("slow",)
    with pytest.raises(DataError, match=r"没有文本列(.|\n)*没有标注列"):
        read_labels(labels, CAUSE_HEADERS, PARSE)
    with pytest.raises(
        RuleError, match=r"`text_column`：DataFrame 没有列 '详情'；有的列是 留言详情"
    ):
        read_labels(labels, CAUSE_HEADERS, PARSE, text_column="详情")


def test_no_file_and_no_rows(tmp_path):
    with pytest.raises(DataError, match=r"没有这个文件"):
        read_labels(tmp_path / "none.csv", CAUSE_HEADERS, PARSE)
    with pytest.raises(DataError, match=r"只有表头，没有数据行"):
        read_labels(frame().iloc[:0], CAUSE_HEADERS, PARSE)


def test_classes_of_ones_own():
    assert parse_class(" 城乡  建设 ") == {"城乡 建设"}
    assert parse_classes("质量+物流") == {"质量", "物流"}
    with pytest.raises(ValueError, match=r"类别超过 100 个字符"):
        parse_class("长" * 101)


@pytest.mark.parametrize("cell", ["2", "好评", "nan"])
def test_other_sentiments_are_refused(cell):
    with pytest.raises(ValueError, match=r"情感应为 -1、0、1 或 negative、neutral、positive"):
        parse_sentiment(cell)


def test_a_column_of_ids_is_no_label():
    labels = pd.DataFrame({"text": "文字", "causes": [f"W{n}" for n in range(501)]})
    with pytest.raises(DataError, match=r"有 501 种标注，最多 500 种"):
        refuse_many(read_labels(labels, CAUSE_HEADERS, parse_class))
