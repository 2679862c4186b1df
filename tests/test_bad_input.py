"""Whatever is not a table gets one clear sentence, and nothing is lost."""

import tempfile
from pathlib import Path

import pytest

from csqa.errors import DataError, RuleError
from csqa.load import load
from tests.users import as_nobody

HEADER = "服务单号,渠道,创建时间"
GOOD = f"{HEADER}\nC1,电话,2025-06-01 09:00\nC2,在线,2025-06-02 10:00\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file and give its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_missing_path(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"找不到 .*nothing.*没有这个文件或文件夹"):
        load(tmp_path / "nothing")


def test_path_with_a_null_byte() -> None:
    with pytest.raises(DataError, match="找不到"):
        load("a\x00b")


@pytest.mark.parametrize("scheme", ["oracle", "postgresql"])
def test_address_of_a_database_is_refused_without_repeating_its_password(scheme: str) -> None:
    with pytest.raises(DataError, match=r"不能读|读不了") as refused:
        load(f"{scheme}://ann:secret@127.0.0.1:1/qa")
    assert "secret" not in str(refused.value)


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="是空的：没有可读的文件"):
        load(tmp_path)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", "  \r\n"])
def test_empty_file(tmp_path: Path, content: str) -> None:
    with pytest.raises(DataError, match=r"服务记录\.csv 是空文件"):
        load(write(tmp_path, "服务记录.csv", content))


def test_header_only(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"服务记录\.csv 只有表头，没有数据行"):
        load(write(tmp_path, "服务记录.csv", HEADER + "\n"))


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html>\n<html><body>请先登录</body></html>",
        "\n  <HTML><head><title>502</title></head></HTML>",
        "\ufeff<!doctype HTML><p>1,2,3",
    ],
)
def test_web_page_saved_as_csv(tmp_path: Path, page: str) -> None:
    with pytest.raises(DataError, match="看起来是网页而不是数据（可能是登录页或报错页）"):
        load(write(tmp_path, "服务记录.csv", page))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG 图片"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF 文档"),
        (b"PK\x03\x04" + bytes(99), "不是完好的 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "另存为"),
        (b"\x1f\x8b\x08" + bytes(9), "gzip"),
        (b"PAR1" + bytes(99), "不是完好的 Parquet"),
        (bytes(range(256)) * 20, "二进制"),
    ],
)
def test_binary_file_with_a_csv_name(tmp_path: Path, content: bytes, name: str) -> None:
    with pytest.raises(DataError, match=rf"服务记录\.csv .*{name}"):
        load(write(tmp_path, "服务记录.csv", content))


def test_text_in_no_known_encoding(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="编码读不出来"):
        load(write(tmp_path, "服务记录.csv", b"\xff\xff\x80\x81" * 500))


def test_several_bad_files_are_named_in_one_message(tmp_path: Path) -> None:
    write(tmp_path, "服务记录_1.csv", "")
    write(tmp_path, "服务记录_2.csv", "<html></html>")
    write(tmp_path, "服务记录_3.csv", "渠道,创建时间\n电话,2025-06-01\n")
    with pytest.raises(
        DataError, match=r"(?s)3 处.*_1\.csv 是空文件.*_2\.csv 看起来.*_3\.csv.*缺少"
    ):
        load(tmp_path)


@pytest.mark.parametrize("inside", ["", "服务记录.csv"])
def test_no_permission(inside: str) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        folder = Path(name)
        folder.chmod(0o755)
        write(folder, "服务记录.csv", GOOD).chmod(0o644)
        with as_nobody():
            assert load(folder).rows["rows_used"].sum() > 0
        locked = folder / inside
        locked.chmod(0)
        try:
            with as_nobody(), pytest.raises(DataError, match="权限"):
                load(folder)
        finally:
            locked.chmod(0o700)


def test_missing_column_names_file_column_and_nearest_header(tmp_path: Path) -> None:
    path = write(tmp_path, "服务记录.csv", "服务单号,服务渠到,创建时间\nC1,电话,2025-06-01\n")
    expected = r"服务记录\.csv（服务记录）：缺少必需的列“渠道”（channel），最接近的表头是“服务渠到”"
    with pytest.raises(DataError, match=expected):
        load(path)


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"（contact_id）.*（channel）.*（created_at）"):
        load(write(tmp_path, "export.csv", "甲,乙\n1,2\n"))


def test_folder_without_contacts_says_what_was_looked_for(tmp_path: Path) -> None:
    write(tmp_path, "notes.csv", "甲,乙\n1,2\n")
    with pytest.raises(DataError, match=r"没有服务记录（contacts）.*渠道（channel）.*notes\.csv"):
        load(tmp_path)


def test_folder_with_a_near_miss_says_what_it_lacks(tmp_path: Path) -> None:
    write(tmp_path, "export.csv", "服务单号,渠道\n1,电话\n")
    with pytest.raises(DataError, match=r"没有服务记录.*export\.csv.*“创建时间”（created_at）"):
        load(tmp_path)


def test_no_usable_row_says_why(tmp_path: Path) -> None:
    path = write(tmp_path, "服务记录.csv", f"{HEADER}\nC1,电话,01/02/2025\nC2,电话,x\n")
    with pytest.raises(
        DataError, match=r"(?s)2 行服务记录全部被隔离.*2 行：创建时间不是能认出的时间"
    ):
        load(path)


@pytest.mark.parametrize("source", [None, 3, ["a.csv"]])
def test_source_of_another_type(source: object) -> None:
    with pytest.raises(RuleError, match="`source` 应为文件夹、文件、DataFrame"):
        load(source)  # type: ignore[arg-type]


def test_unknown_zone(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"`time_zone` 应为 Asia/Shanghai 这样的时区名.*北京"):
        load(write(tmp_path, "服务记录.csv", GOOD), time_zone="北京")


def test_header_twice(tmp_path: Path) -> None:
    data = load(write(tmp_path, "服务记录.csv", GOOD + GOOD.replace("C", "D")))
    assert data.rows[["rows_in", "rows_used", "rows_quarantined"]].to_numpy().tolist() == [
        [5, 4, 1]
    ]
    assert data.faults[["row", "rule"]].to_numpy().tolist() == [[4, "repeated_header"]]


def test_unclosed_quotation_mark_costs_one_row_only(tmp_path: Path) -> None:
    lines = [f"C{i},电话,2025-06-01 09:00" for i in range(300)]
    lines[5] = '"C5,电话,2025-06-01 09:00'
    data = load(write(tmp_path, "服务记录.csv", "\n".join([HEADER, *lines])))
    assert data.rows["rows_used"].tolist() == [299]
    assert data.faults[["row", "rule"]].to_numpy().tolist() == [[7, "unreadable_line"]]
    assert data.quarantine["contacts"].iloc[0, 2].startswith('"C5,电话')


def test_too_many_and_too_few_fields(tmp_path: Path) -> None:
    rows = "C3,电话\nC4,电话,2025-06-01,多\nC5,电话,2025-06-01,多,多\nC6,电话,2025-06-03,,\n"
    data = load(write(tmp_path, "服务记录.csv", GOOD + rows))
    assert data.contacts["contact_id"].tolist() == ["C1", "C2", "C6"]
    assert data.faults[["row", "rule", "value"]].to_numpy().tolist() == [
        [4, "wrong_field_count", "2"],
        [5, "wrong_field_count", "4"],
        [6, "wrong_field_count", "5"],
    ]
    assert data.quarantine["contacts"]["多余字段"].tolist()[1:] == ["多", "多,多"]


def test_blank_lines_are_no_rows_and_keep_the_numbers(tmp_path: Path) -> None:
    text = f"\n{HEADER}\nC1,电话,2025-06-01\n\n,,\nC2,电话,x\n\n"
    data = load(write(tmp_path, "服务记录.csv", text))
    assert data.rows["rows_in"].tolist() == [2]
    assert data.faults["row"].tolist() == [6]


def test_undecodable_rows_are_set_aside(tmp_path: Path) -> None:
    rows = "".join(f"C{i},电话,2025-06-01 09:00\n" for i in range(100))
    content = f"{HEADER}\n{rows}".encode().replace(b"C7,", b"C\xff\xfe7,")
    data = load(write(tmp_path, "服务记录.csv", content))
    assert data.rows["rows_used"].tolist() == [99]
    assert data.faults[["row", "rule", "column"]].to_numpy().tolist() == [
        [9, "undecodable_text", "contact_id"]
    ]


def test_null_characters_are_set_aside(tmp_path: Path) -> None:
    rows = "".join(f"C{i},电话,2025-06-01 09:00\n" for i in range(1000))
    content = f"{HEADER}\n{rows}".replace("C900,", "C\x00900,")
    data = load(write(tmp_path, "服务记录.csv", content))
    assert data.faults["rule"].tolist() == ["undecodable_text"]


def test_a_hostile_file_name_is_only_a_name(tmp_path: Path) -> None:
    name = "服务记录'; DROP TABLE contacts; --[1]*?.csv"
    data = load(write(tmp_path, name, GOOD))
    assert data.sources["file"].tolist() == [name]
    assert data.rows["rows_used"].tolist() == [2]
