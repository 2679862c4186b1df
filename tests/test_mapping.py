"""Mapping files: what they say is done, what they get wrong is said at once."""

import contextlib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.errors import DataError, RuleError
from csqa.load import load
from csqa.rules.files import DEFAULTS
from csqa.rules.mapping import (
    ColumnMapping,
    Mapping,
    TableMapping,
    check_time_zone,
    list_ready_mappings,
    named_sources,
    read_mapping,
)
from csqa.rules.mapping_tables import build_mapping

INCIDENTS = pd.DataFrame(
    {
        "number": ["I1", "I2", "I3"],
        "via": ["Phone", "Self service", "?"],
        "opened": ["29/02/2016 01:16", "01/03/2016 04:40", "02/03/2016 06:10"],
        "reopens": [0, 2, 1],
        "group": ["g1", "?", "g2"],
    }
)
COLUMNS = {
    "contact_id": "number",
    "channel": {"from": "via", "values": {"Phone": "phone", "Self service": "online"}},
    "created_at": {"from": "opened", "format": "%d/%m/%Y %H:%M"},
    "reopened": "reopens",
}


def faults_of(content: dict[str, object]) -> str:
    """All faults of a mapping, one per line."""
    faults: list[str] = []
    build_mapping(content, faults)
    return "\n".join(faults)


def contacts(columns: dict[str, object], **more: object) -> dict[str, object]:
    """A mapping of the table contacts."""
    return {"tables": {"contacts": {"columns": columns, **more}}}


def test_nothing_is_the_empty_mapping() -> None:
    assert read_mapping(None) == Mapping(None, (), {})
    assert named_sources(Mapping()) == ()
    assert read_mapping(Mapping()).table("contacts") == TableMapping()


def test_a_file_says_the_same_as_a_dict(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(
        "time_zone: Etc/UTC\nmissing: ['?']\ntables:\n  contacts:\n    only: true\n"
        "    files: ['a*.csv']\n    columns:\n      team: {constant: 一组}\n",
        encoding="utf-8",
    )
    table = TableMapping(("a*.csv",), {"team": ColumnMapping(constant="一组")}, only=True)
    assert read_mapping(path) == Mapping("Etc/UTC", ("?",), {"contacts": table})


def test_columns_values_format_zone_and_missing() -> None:
    mapping = {**contacts(COLUMNS), "time_zone": "Etc/UTC", "missing": ["?"]}
    data = load(INCIDENTS, mapping)
    assert data.contacts["channel"].tolist() == ["phone", "online"]
    assert data.contacts["created_at"].tolist() == [
        pd.Timestamp("2016-02-29 01:16", tz="UTC"),
        pd.Timestamp("2016-03-01 04:40", tz="UTC"),
    ]
    assert data.contacts["reopened"].tolist() == [False, True]
    assert data.contacts["team"].isna().tolist() == [False, True]
    assert data.faults[["row", "column", "rule"]].to_numpy().tolist() == [
        [4, "channel", "missing_value"]
    ]


def test_only_leaves_out_what_is_not_listed() -> None:
    data = load(INCIDENTS, contacts(COLUMNS, only=True))
    assert not data.has("contacts", "team")
    assert data.sources["unused_columns"].tolist() == ["group"]


def test_a_constant_and_a_value_that_means_missing() -> None:
    columns = {
        **COLUMNS,
        "channel": {"constant": "phone"},
        "team": {"from": "group", "values": {"g1": "一组", "g2": None}},
        "complaint": {"constant": False},
    }
    data = load(INCIDENTS, {**contacts(columns), "missing": "?"})
    assert data.contacts["channel"].tolist() == ["phone"] * 3
    assert data.contacts["complaint"].tolist() == [False] * 3
    assert data.contacts["team"].fillna("-").tolist() == ["一组", "-", "-"]
    assert data.has("contacts", "complaint")


def test_time_zone_argument_goes_before_the_mapping() -> None:
    data = load(INCIDENTS, {**contacts(COLUMNS), "time_zone": "Etc/UTC"}, time_zone="Asia/Tokyo")
    assert data.time_zone == "Asia/Tokyo"


def test_header_that_is_not_there_is_named_with_the_nearest() -> None:
    columns = {**COLUMNS, "team": "groups"}
    with pytest.raises(
        DataError, match="映射里 team 来自“groups”，但没有这个表头，最接近的表头是“group”"
    ):
        load(INCIDENTS, contacts(columns))


def test_pattern_without_a_file(tmp_path: Path) -> None:
    INCIDENTS.to_csv(tmp_path / "incidents.csv", index=False)
    with pytest.raises(DataError, match=r"files 的 tickets_\*\.csv 没有匹配到文件.*incidents\.csv"):
        load(tmp_path, contacts(COLUMNS, files=["tickets_*.csv"]))


def test_patterns_choose_the_files(tmp_path: Path) -> None:
    INCIDENTS.head(2).to_csv(tmp_path / "incidents.csv", index=False)
    INCIDENTS.head(2).to_csv(tmp_path / "服务记录.csv", index=False)
    data = load(tmp_path, contacts(COLUMNS, files=["inc*.csv"]))
    assert data.rows["file"].tolist() == ["incidents.csv"]
    assert data.sources.loc[data.sources["table"] == "", "file"].tolist() == ["服务记录.csv"]


def test_every_fault_is_found() -> None:
    wrong = {
        "time_zone": "Mars/Base",
        "tables": {
            "contact": {},
            "contacts": {
                "only": "yes please",
                "columns": {
                    "chanel": "via",
                    "team": {},
                    "csat": {"from": "x", "constant": 3},
                    "topic": {"from": "x", "format": "%d"},
                    "channel": {"from": "via", "values": {"Fax": "fax", True: "phone"}},
                    "scene": {"from": "s", "value": {}},
                    "resolved_at": {"from": "x", "format": "%Y-%m-%d %Q"},
                },
            },
        },
    }
    faults: list[str] = []
    build_mapping(wrong, faults)
    assert len(faults) == 11
    message = "\n".join(faults)
    for part in (
        "Mars/Base",
        "不认识的键 contact（在 tables 里），是不是 contacts？",
        "only 应为 true 或 false",
        "不认识的键 chanel（在 tables.contacts.columns 里），是不是 channel？",
        "columns.team 要么写 from",
        "columns.csat 要么写 from",
        "columns.topic.format 只用于时间列",
        "Fax 只能对应 phone、online、email、social、other，而不是 fax",
        "要加引号",
        "columns.resolved_at.format 只用于时间列",
        "不认识的键 value（在 tables.contacts.columns.scene 里），是不是 values？",
    ):
        assert part in message


def test_faults_are_listed_up_to_five_and_then_counted() -> None:
    five = contacts(dict.fromkeys(["a1", "a2", "a3", "a4", "a5"], "x"))
    with pytest.raises(RuleError, match=r"(?s)^映射有 5 处错误：.*a5（在") as raised:
        read_mapping(five)
    assert str(raised.value).count("\n") == 5
    seven = contacts(dict.fromkeys(["a1", "a2", "a3", "a4", "a5", "a6", "a7"], "x"))
    with pytest.raises(RuleError, match=r"\n  等 7 处。$") as raised:
        read_mapping(seven)
    assert str(raised.value).count("\n") == 6


@pytest.mark.parametrize("name", ["standard.yml", "calendar.yml"])
def test_another_file_of_ours_is_no_mapping(name: str) -> None:
    told = rf"^映射文件 {name} 看起来不是映射文件：应有 tables:"
    with pytest.raises(RuleError, match=told):
        read_mapping(DEFAULTS / name)


def test_a_far_name_is_not_suggested() -> None:
    with pytest.raises(
        RuleError, match="不认识的键 customers，可用的有 time_zone、source_time_zone、miss"
    ):
        read_mapping({"customers": 1, "tables": {}})
    with pytest.raises(RuleError, match=r"看起来不是映射文件：.*而这里是 customers、a、b。"):
        read_mapping({"customers": 1, "a": 2, "b": 3, "c": 4})


@pytest.mark.parametrize("content", ["tables: [1, 2", "!!python/object/apply:os.getcwd []"])
def test_yaml_that_is_none_or_unsafe(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RuleError, match=r"mapping\.yml.*不是有效的 YAML"):
        read_mapping(path)


def test_missing_mapping_file(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"nowhere\.yml：没有这个文件。"):
        read_mapping(tmp_path / "nowhere.yml")


@pytest.mark.parametrize("name", ["北京", "", "../etc/passwd", "Asia", 8])
def test_zones_that_do_not_exist(name: object) -> None:
    with pytest.raises(RuleError, match="`time_zone` 应为 Asia/Shanghai"):
        check_time_zone(name)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ({"from": "x", "unit": "minuts"}, "unit 应为 milliseconds、seconds、minutes、hours、days"
         " 之一，而不是 'minuts'，是不是 minutes？"),
        ("处理时长(分钟)", "的表头“处理时长(分钟)”写的单位是 minutes，却没有写 unit: minutes。"),
        ({"from": "处理时长(小时)", "unit": "minutes"}, "写的单位是 hours，unit 却是 minutes。"),
        ({"from": "x", "format": "%H:%M:%S"}, "format 用于时长时只能是 %M:%S 或 %H:%M"),
        ({"from": "x", "first_of": ["y"]}, "只能写一种"),
        ({"from": [["x"]]}, "from 应为文字的列表"),
        ({"from": "x", "in": "t"}, "要写 on"),
        ({"from": "x", "on": {"a": "b"}}, "写了 on，还要写 in"),
        ({"from": "x", "in": "t", "on": {"a": "b"}, "take": "mx"}, "take 应为 first、last、min、max"
         "、sum、count、any 之一，而不是 'mx'，是不是 max？"),
        ({"in": "t", "on": {"a": "b"}, "take": "min"}, "要么写 from"),
        ({"from": "x", "in": "t", "on": {"a": ["b"]}}, "on 的 a 应对应一个表头"),
        ({"from": "x", "in": "t", "on": {"a": "b"}, "where": {"c": {"is": 1}}}, "不认识的键 is"),
        ({"from": "x", "in": "t", "on": {"a": "b"}, "order": {"format": "%d"}}, "按哪一列排序"),
        ({"from": "x", "in": "t", "on": {"a": "b"}, "optional": 1}, "optional 应为 true"),
    ],
)  # fmt: skip
def test_faults_of_a_column(column: object, told: str) -> None:
    assert told in faults_of(contacts({"handle_seconds": column}))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"one_row_per": {"keep": "last"}}, "one_row_per 要写 column"),
        (
            {"one_row_per": {"column": "n", "keep": "lst"}},
            "keep 应为 last、first 之一，而不是 'lst'",
        ),
        ({"header": "no"}, "header 应为 true 或 false"),
        ({"source_time_zone": "Mars"}, "source_time_zone` 应为 Asia/Shanghai 这样的时区名"),
        ({"derived": {"x": {"from": "y"}}}, "derived.x 只是换个名字；直接用表头 y 即可"),
        ({"derived": {"x": {"form": "y"}}}, "不认识的键 form（在 tables.contacts.derived.x 里），"),
    ],
)
def test_faults_of_a_table(table: dict[str, object], told: str) -> None:
    assert told in faults_of(contacts({}, **table))


def test_unit_only_for_durations() -> None:
    assert "unit 只用于时长列，满意度评分不是" in faults_of(
        contacts({"csat": {"from": "x", "unit": "minutes"}})
    )


def test_spans_of_a_team_that_overlap_are_both_named() -> None:
    told = faults_of(
        {
            "agent_teams": [
                {"agent": "K01", "team": "一班", "from": "2025-01-01", "until": "2025-06-15"},
                {"agent": "K01", "team": "二班", "from": "2025-06-15"},
                {"agent": "K02", "team": "二班", "from": "2025-06-15", "until": "2025-06-14"},
                {"agent": "K03", "team": "二班"},
                {"agent": "K04", "team": "二班", "from": "六月"},
            ]
        }
    )
    assert "K01 在 一班（2025-01-01 至 2025-06-15） 与 K01 在 二班（2025-06-15 至 今） 重叠" in told
    assert "agent_teams[2] 的 until（2025-06-14）早于 from（2025-06-15）" in told
    assert "agent_teams[3] 缺少 from" in told
    assert "agent_teams[4].from 应为 2025-06-14 这样的日期，而不是 '六月'" in told
    assert told.count("\n") == 3


def test_spans_that_follow_one_another_are_no_fault() -> None:
    spans = [
        {"agent": "K01", "team": "二班", "from": "2025-06-15"},
        {"agent": "K01", "team": "一班", "from": "2025-01-01", "until": "2025-06-14"},
    ]
    assert len(read_mapping({"agent_teams": spans}).agent_teams) == 2


def test_on_needs_no_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text(
        "tables:\n  contacts:\n    columns:\n      team: {from: name, in: groups, on: {id: gid}}\n",
        encoding="utf-8",
    )
    derivation = read_mapping(path).table("contacts").columns["team"].derivation
    assert derivation is not None
    assert derivation.lookup is not None
    assert derivation.lookup.on == (("id", "gid"),)


@pytest.mark.parametrize("name", list_ready_mappings())
def test_a_ready_mapping_goes_by_its_name(name: str) -> None:
    assert read_mapping(name).table("contacts").columns["contact_id"].source


def test_a_name_that_is_none_of_the_ready_mappings() -> None:
    with pytest.raises(RuleError, match="没有名为 zendsk 的映射，也没有这个文件；是不是 zendesk？"):
        read_mapping("zendsk")
    with pytest.raises(
        RuleError, match="自带的有 chatwoot、chinese、osticket、servicenow、zendesk"
    ):
        read_mapping("freshservice")


def test_a_folder_of_the_same_name_does_not_hide_a_ready_mapping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zendesk").mkdir()
    monkeypatch.chdir(tmp_path)
    assert read_mapping("zendesk").tables["contacts"].only


KEYS = st.sampled_from(
    ["from", "in", "on", "where", "take", "order", "values", "unit", "format", "constant",
     "first_of", "after", "optional", "filled", "row_number", "join", "column", "not", "x",
     True, 1, None]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 9), st.text(max_size=3), st.just("last"),
    st.dates(), st.floats(allow_nan=True),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda kids: st.one_of(st.lists(kids, max_size=3), st.dictionaries(KEYS, kids, max_size=4)),
    max_leaves=12,
)


@given(TREES, TREES, TREES, TREES)
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_mapping_is_read_or_refused(
    column: Any, derived: Any, rows: Any, teams: Any
) -> None:
    table = {
        "columns": {"handle_seconds": column, "channel": column, "created_at": column},
        "derived": derived,
        "where": rows,
        "one_row_per": rows,
        "files": derived,
    }
    content = {"tables": {"contacts": table}, "sources": {"x": derived}, "agent_teams": teams}
    with contextlib.suppress(RuleError):
        assert isinstance(named_sources(read_mapping(content)), tuple)
