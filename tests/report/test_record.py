"""What a notebook records comes back as it was, and is the same from run to run."""

import json

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nbformat import v4

from csqa.errors import ReportError, RuleError
from csqa.show.record import MIME, Record, plain_values, read_record, record


def carried(recorded: Record) -> Record:
    """Send a record through a notebook file's text."""
    output = v4.new_output("display_data", recorded._repr_mimebundle_())
    notebook = v4.new_notebook(cells=[v4.new_code_cell("record()", outputs=[output])])
    return read_record(nbformat.reads(nbformat.writes(notebook), as_version=4))


def test_each_kind_of_column_comes_back() -> None:
    table = pd.DataFrame(
        {
            "period": ["2025-06", None],
            "met": pd.Series([True, None], dtype=object),
            "enough": [True, False],
            "value": [0.25, np.nan],
            "limit": [np.inf, -np.inf],
            "n": pd.array([3, None], dtype="Int64"),
            "count": [3, 4],
            "at": pd.to_datetime(["2025-06-01T08:00:00.5Z", None]),
            "day": pd.to_datetime(["2025-06-01", None]),
            "month": pd.PeriodIndex(["2025-05", "2025-06"], freq="M"),
            "signals": pd.Series([["a", "b"], None], dtype=object),
        }
    )
    pd.testing.assert_frame_equal(carried(record({"t": table}, {}, {})).tables["t"], table)


def test_an_empty_table_keeps_its_columns() -> None:
    table = pd.DataFrame({"value": [0.5], "period": ["2025-06"]}).iloc[:0]
    pd.testing.assert_frame_equal(carried(record({"t": table}, {}, {})).tables["t"], table)


def test_tables_keep_their_order() -> None:
    tables = {name: pd.DataFrame({"x": [1]}) for name in ("zeta", "alpha", "中文")}
    assert list(carried(record(tables, {}, {})).tables) == ["zeta", "alpha", "中文"]


def test_a_named_index_becomes_columns_and_another_is_dropped() -> None:
    named = pd.DataFrame({"n": [1]}, index=pd.Index(["一组"], name="team"))
    plain = pd.DataFrame({"n": [1]}, index=[7])
    back = carried(record({"named": named, "plain": plain}, {}, {})).tables
    assert list(back["named"].columns) == ["team", "n"]
    assert list(back["plain"].columns) == ["n"]
    assert list(back["plain"].index) == [0]


def test_floats_keep_ten_significant_digits() -> None:
    assert plain_values([0.1 + 0.2, 1234567.8912345678]) == [0.3, 1234567.891]


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1.7976931345e308)
def test_rounding_twice_changes_nothing(value: float) -> None:
    once = plain_values(value)
    assert plain_values(once) == once
    assert once == pytest.approx(value, rel=1e-9)


@given(
    st.dictionaries(
        st.text(), st.none() | st.booleans() | st.integers() | st.floats() | st.text(), max_size=5
    )
)
def test_a_summary_is_always_strict_json(summary: dict[str, object]) -> None:
    shown = record({}, summary, {})._repr_mimebundle_()[MIME]
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown


def test_numpy_and_pandas_values_become_plain() -> None:
    found = plain_values({"n": np.int64(3), "ok": np.bool_(True), "na": pd.NA, "nat": pd.NaT})
    assert found == {"n": 3, "ok": True, "na": None, "nat": None}
    assert found["ok"] is True


def test_a_value_that_json_cannot_say_is_refused() -> None:
    with pytest.raises(RuleError, match="不能写成 JSON 的值：set"):
        record({}, {"teams": {"一组"}}, {})


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "a b"])
def test_a_table_name_must_be_a_file_name(name: str) -> None:
    with pytest.raises(RuleError, match=r"表名 .* 只能含"):
        record({name: pd.DataFrame()}, {}, {})


def test_columns_must_differ() -> None:
    with pytest.raises(RuleError, match="表 t 有重名的列：x"):
        record({"t": pd.DataFrame([[1, 2]], columns=["x", "x"])}, {}, {})


def test_a_notebook_without_a_record_is_refused() -> None:
    with pytest.raises(ReportError, match="没有记录结果"):
        read_record(v4.new_notebook(cells=[v4.new_code_cell("1"), v4.new_markdown_cell("x")]))


def test_the_text_form_is_one_stable_line() -> None:
    shown = record({"t": pd.DataFrame()}, {"a": 1, "b": 2}, {})
    assert shown._repr_mimebundle_()["text/plain"] == "已记录 1 张表、2 项摘要。"
