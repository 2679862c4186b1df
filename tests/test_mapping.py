"""Mapping files: what they say is done, what they get wrong is said at once."""

from pathlib import Path

import pandas as pd
import pytest

from csqa.errors import DataError, RuleError
from csqa.load import load
from csqa.rules.files import DEFAULTS
from csqa.rules.mapping import (
    ColumnMapping,
    Mapping,
    TableMapping,
    _build,
    check_time_zone,
    read_mapping,
)

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


def contacts(columns: dict[str, object], **more: object) -> dict[str, object]:
    """A mapping of the table contacts."""
    return {"tables": {"contacts": {"columns": columns, **more}}}


def test_nothing_is_the_empty_mapping() -> None:
    assert read_mapping(None) == Mapping(None, (), {})
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
    _build(wrong, faults)
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
    with pytest.raises(RuleError, match="不认识的键 customers，可用的有 time_zone、missing、tabl"):
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


def test_the_example_of_the_manual_is_a_mapping(tmp_path: Path) -> None:
    manual = Path(__file__).parents[1] / "docs" / "data.md"
    example = manual.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "mapping.yml"
    path.write_text(example, encoding="utf-8")
    values = {"热线": "phone", "小程序": "online", "门店": None}
    columns = read_mapping(path).table("contacts").columns
    assert columns["channel"] == ColumnMapping("入口", values)
