"""Drafted mappings: they load, they say what they guess, and they copy nothing personal."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from csqa.cli import main
from csqa.draft import draft_mapping
from csqa.engine.dataset import Dataset
from csqa.errors import DataError, RuleError
from csqa.load import load
from csqa.paths import bundled
from csqa.rules.mapping import read_mapping
from csqa.workspace import make_workspace
from tests.conftest import SHARED

DATA = SHARED / "data"
on_real_data = pytest.mark.skipif(
    not DATA.exists(), reason="the real exports lie beside the project, not in it"
)

EXPORT = """流水号,客户姓名,联系手机,日期,时间,受理方式,坐席工号,技能组,\
处理时长(分钟),满意度,是否投诉,来源
A1,张三丰,13800138000,2025/6/1,9:05,热线,K01,一组,12.5,非常满意,是,王小明
A2,李四光,13900139000,2025/6/1,9:15,小程序,K02,二组,3,满意,否,赵小红
A3,王五岳,13700137000,2025/6/2,10:05,柜台,K02,二组,3,不满意,否,?
"""


def tried(source: Any) -> tuple[str, Dataset]:
    """A draft, and what it loads."""
    text = draft_mapping(source)
    return text, load(source, yaml.safe_load(text))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A generic Chinese export, as Excel would save it."""
    path = tmp_path / "六月.csv"
    path.write_bytes(EXPORT.encode("gb18030"))
    return path


def test_a_generic_chinese_export_loads_as_drafted(export: Path) -> None:
    text, data = tried(export)
    assert data.rows["rows_used"].tolist() == [3]
    assert not len(data.faults)
    assert data.contacts["created_at"].dt.strftime("%m-%d %H:%M").tolist() == [
        "06-01 09:05", "06-01 09:15", "06-02 10:05",
    ]  # fmt: skip
    assert data.contacts["handle_seconds"].tolist() == [750, 180, 180]
    assert data.contacts["channel"].tolist() == ["phone", "online", "other"]
    assert data.contacts["csat"].tolist() == [5, 4, 2]
    assert data.contacts["agent_id"].tolist() == ["K01", "K02", "K02"]
    assert "          柜台: other   # 不确定：认不出来，暂归 other，1 行" in text
    assert 'missing: ["?"]   # 不确定' in text


def test_names_and_numbers_of_people_are_not_copied(export: Path) -> None:
    text = draft_mapping(export)
    for personal in ("张三丰", "李四光", "王小明", "赵小红", "13800138000"):
        assert personal not in text
    assert "没有用到的表头：客户姓名、联系手机、来源" in text


def test_a_channel_full_of_numbers_is_not_copied() -> None:
    rows = pd.DataFrame(
        {
            "工单号": [f"W{i}" for i in range(12)],
            "渠道": ["电话", "在线", "13800138000", "ann@example.com"] * 3,
            "创建时间": "2025-06-01 09:00",
        }
    )
    text, data = tried(rows)
    assert "13800138000" not in text
    assert "ann@" not in text
    assert "不确定：有 6 行的值像个人信息或太长，没有列出，读入时会隔离" in text
    assert data.rows["rows_used"].tolist() == [6]


@pytest.mark.parametrize(
    ("first", "second", "written", "sure"),
    [
        ("13/06/2025 09:00", "01/02/2025 10:00", "%d/%m/%Y %H:%M", True),
        ("06/13/2025 09:00", "01/02/2025 10:00", "%m/%d/%Y %H:%M", True),
        ("01-02-2025", "03-04-2025", "%d-%m-%Y", False),
        ("1.2.2025 9:00:05", "13.4.2025 10:00:06", "%d.%m.%Y %H:%M:%S", True),
    ],
)
def test_day_and_month_are_told_apart_by_the_data(
    first: str, second: str, written: str, sure: bool
) -> None:
    rows = pd.DataFrame({"工单号": ["1", "2"], "渠道": "电话", "创建时间": [first, second]})
    text, data = tried(rows)
    assert f'format: "{written}"' in text
    assert ("看不出谁在前" in text) is not sure
    assert data.rows["rows_used"].tolist() == [2]


def test_dates_written_both_ways_are_said_to_be() -> None:
    rows = pd.DataFrame(
        {"工单号": ["1", "2"], "渠道": "电话", "创建时间": ["13/06/2025", "06/13/2025"]}
    )
    assert "不确定：日在前和月在前的写法混在一起，请先统一" in draft_mapping(rows)


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("处理时长(小时)", "1.5", "unit: hours"),
        ("通话时长", "90", "没有写单位，当作秒"),
        ("通话时长", "3:25", 'format: "%M:%S"'),
        ("通话时长", "00:03:25", "handle_seconds: 通话时长"),
        ("处理时长（秒）", "90", 'handle_seconds: "处理时长（秒）"'),
    ],
)
def test_units_of_durations(header: str, cell: str, expected: str) -> None:
    rows = pd.DataFrame(
        {"工单号": ["1", "2"], "渠道": "电话", "创建时间": "2025-06-01", header: cell}
    )
    text, data = tried(rows)
    assert expected in text
    assert data.rows["rows_used"].tolist() == [2]


def test_a_clock_that_looks_like_utc_is_said() -> None:
    night = pd.date_range("2025-06-01 00:00", periods=40, freq="15min").astype("str")
    rows = pd.DataFrame({"工单号": range(40), "渠道": "电话", "创建时间": night})
    assert "# source_time_zone: Etc/UTC   # 不确定：60% 的记录在零点到六点" in draft_mapping(rows)
    aware = rows.assign(创建时间=night + "Z")
    assert "time_zone: Asia/Shanghai   # 时间自带时区" in draft_mapping(aware)


def test_what_is_lacking_is_said_and_a_log_is_recognised() -> None:
    rows = pd.DataFrame({"甲": ["x", "y"], "乙": ["p", "p"]})
    text = draft_mapping(rows)
    assert "      # created_at:   # 没有像创建时间的列；补上它，数据才能用" in text
    assert "channel: {constant: other}   # 不确定：没有像渠道的列" in text
    assert "contact_id: 甲   # 不确定：只看内容像服务单号" in text
    log = pd.DataFrame({"工单号": ["1", "1", "1", "2"], "渠道": "电话", "创建时间": "2025-06-01"})
    assert "# one_row_per: {column: 工单号, keep: last}   # 不确定：4 行里只有 2 个编号" in (
        draft_mapping(log)
    )


def test_headers_that_try_to_be_yaml() -> None:
    nasty = 'a: [b]\n# c "d"'
    rows = pd.DataFrame(
        {"工单号": ["1"], "渠道": ["电话"], "创建时间": ["2025-06-01"], nasty: ["x"],
         "班组: {x}": ["一组"], "优先级\n": ["!!python/object:os.system"]}
    )  # fmt: skip
    text, data = tried(rows)
    assert data.rows["rows_used"].tolist() == [1]
    assert data.contacts["team"].tolist() == ["一组"]
    assert all(line.lstrip().startswith(("#", "'", '"')) or "!!python" not in line
               for line in text.splitlines())  # fmt: skip


def test_values_that_yaml_would_rewrite_keep_their_meaning() -> None:
    rows = pd.DataFrame(
        {"工单号": ["1", "2", "3"], "渠道": ["no", "007", "电话"], "创建时间": "2025-06-01"}
    )
    text, data = tried(rows)
    assert '"no": other' in text
    assert '"007": other' in text
    assert data.contacts["channel"].tolist() == ["other", "other", "phone"]


def test_the_same_export_gives_the_same_draft(export: Path) -> None:
    assert draft_mapping(export) == draft_mapping(export)


@pytest.mark.slow
def test_the_sample_data_load_by_their_draft() -> None:
    text, data = tried(bundled("sample"))
    assert 'files: ["服务记录_*.csv"]' in text
    assert "会话消息.csv：按表头认得是会话消息，不用写" in text
    plain = load(bundled("sample"))
    faxes = (plain.faults["value"] == "传真").sum()
    drafted = data.rows.set_index("file")["rows_used"]
    used = plain.rows.set_index("file")["rows_used"]
    contacts = used.index.str.startswith("服务记录")
    assert drafted[contacts].sum() == used[contacts].sum() + faxes
    assert (drafted[~contacts] == used[~contacts]).all()


@on_real_data
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "came", "used"),
    [
        ("uci_incident/incidents.parquet", 24_918, 24_918),
        ("dbt_zendesk_seeds/ticket_data.csv", 10, 10),
        ("car_complaints/car_complain_600_gbk.csv", 600, 600),
        ("car_complaints", 1_230, 900),
        ("uci_incident/incident_event_log.zip", 141_712, 24_918),
    ],
)
def test_real_exports_load_by_their_draft(name: str, came: int, used: int) -> None:
    _, data = tried(DATA / name)
    assert data.rows[["rows_in", "rows_used"]].sum().tolist() == [came, used]
    assert set(data.faults["rule"]) <= {"duplicate_key"}


def test_a_database_cannot_be_drafted_from_and_its_password_is_not_repeated() -> None:
    with pytest.raises(RuleError, match="数据库请用自带的映射") as raised:
        draft_mapping("postgresql://ann:secret@host/db")
    assert "secret" not in str(raised.value)


def test_nothing_to_draft_from(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="找不到"):
        draft_mapping(tmp_path / "nowhere")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match=r"empty\.csv 是空文件"):
        draft_mapping(tmp_path / "empty.csv")


def test_a_workspace_of_ones_own(export: Path, tmp_path: Path) -> None:
    place = tmp_path / "qa"
    told = make_workspace(place, export)
    assert sorted(path.name for path in place.iterdir()) == [
        ".gitignore",
        "README.md",
        "calendar.yml",
        "fishbone.yml",
        "mapping.yml",
        "standard.schema.json",
        "standard.yml",
    ]
    assert told[1:] == [
        "mapping.yml 里有 3 行不确定，请核对。",
        "按这份草稿试读：服务记录 3 行，可用 3 行。",
    ]
    assert "reports/" in (place / ".gitignore").read_text("utf-8")
    assert load(export, place / "mapping.yml").rows["rows_used"].tolist() == [3]
    (place / "mapping.yml").write_text("我写的", "utf-8")
    (place / "README.md").unlink()
    with pytest.raises(
        RuleError, match=r"已经有 mapping\.yml、fishbone\.yml、\.gitignore、standard\.yml"
    ):
        make_workspace(place, export)
    assert (place / "mapping.yml").read_text("utf-8") == "我写的"
    assert not (place / "README.md").exists()


def test_a_bare_workspace_has_a_mapping_that_can_be_read(tmp_path: Path) -> None:
    make_workspace(tmp_path)
    assert read_mapping(tmp_path / "mapping.yml").time_zone == "Asia/Shanghai"


def test_init_on_the_command_line(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "qa"), "--from", str(export)]) == 0
    assert "可用 3 行" in capsys.readouterr().out
    assert main(["init", str(tmp_path / "qa")]) == 2
    assert "不覆盖" in capsys.readouterr().err
    assert main(["init", str(tmp_path / "other"), "--from", str(tmp_path / "nowhere")]) == 3
    assert not (tmp_path / "other").exists()


def test_a_draft_that_cannot_be_loaded_yet_is_said(tmp_path: Path) -> None:
    pd.DataFrame({"甲": ["x", "y"]}).to_csv(tmp_path / "a.csv", index=False)
    told = make_workspace(tmp_path / "qa", tmp_path / "a.csv")
    assert told[-1].startswith("按这份草稿还读不进来：")
