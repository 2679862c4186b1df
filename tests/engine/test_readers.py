"""Files become views of raw rows: what is in them, under which headers, and what is said."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csqa.engine.connection import open_connection
from csqa.engine.jsonlines import MOST_KEYS
from csqa.engine.readers import Source, read_file
from csqa.errors import DataError

HEADER = "服务单号,渠道,创建时间"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return open_connection()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_cells(connection: duckdb.DuckDBPyConnection, source: Source) -> list[tuple[Any, ...]]:
    """Row number, number of fields and cells of each row."""
    cells = ", ".join(f"c{i}" for i in range(len(source.headers)))
    query = f"SELECT row, fields, {cells} FROM {source.view} ORDER BY row"
    return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (f"明细\n{HEADER}\nC1,电话,2025\n", 3),
        (f"明细\n\n{HEADER}\nC1,电话,2025\n", 4),
        (f'"明细\n六月"\n{HEADER}\nC1,电话,2025\n', 3),
        (f"\n\n{HEADER}\n\nC1,电话,2025\n", 5),
        (f'{HEADER}\n"C1",电话,2025\n', 2),
    ],
)
def test_rows_keep_the_numbers_that_a_spreadsheet_shows(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path, text: str, first: int
) -> None:
    path = write(tmp_path, "a.csv", text)
    (source,) = read_file(connection, path, scratch, "v")
    assert source.headers == ("服务单号", "渠道", "创建时间")
    assert read_cells(connection, source) == [(first, 3, "C1", "电话", "2025")]


@pytest.mark.parametrize("name", ["C1", "C,1"])
def test_formulas_that_only_show_a_text(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path, name: str
) -> None:
    row = f'"=""00123""",="电话","{name}=""x"""'
    path = write(tmp_path, "a.csv", f"{HEADER}\n{row}\n\n{row}\n")
    (source,) = read_file(connection, path, scratch, "v")
    assert read_cells(connection, source) == [
        (number, 3, "00123", "电话", f'{name}="x"') for number in (2, 4)
    ]


def test_title_rows_are_told(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    path = write(tmp_path, "a.csv", f"明细\n导出人：张三\n{HEADER}\n1,2,3\n")
    (source,) = read_file(connection, path, scratch, "v")
    assert source.note == "表头在第 3 行，上面的 2 行当作标题，没有读入"


def test_json_lines(connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path) -> None:
    objects = [
        {"id": 12345678901234567890123, "a/b~c": "x", "": True, 'q"': None},
        {"tags": ["a", {"级": 1}], "id": "中\n文", "late": 0.5},
        {},
    ]
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
    path = write(tmp_path, "a.jsonl", f"{text}\nno json\n[1]\n" + '{"id": 1, "id": 2}\n')
    (source,) = read_file(connection, path, scratch, "v")
    assert source.headers == ("id", "a/b~c", "", 'q"', "tags", "late")
    assert read_cells(connection, source) == [
        (1, 6, "12345678901234567890123", "x", "true", None, None, None),
        (2, 6, "中\n文", None, None, None, '["a",{"级":1}]', "0.5"),
        (3, 6, None, None, None, None, None, None),
        (5, -1, "no json", None, None, None, None, None),
        (6, -1, "[1]", None, None, None, None, None),
        (7, -1, '{"id": 1, "id": 2}', None, None, None, None, None),
    ]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["a.json", "a.txt"])
def test_json_arrays(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    scratch: Path,
    indent: int | None,
    name: str,
) -> None:
    # Large enough that objects lie across the blocks that are read.
    objects = [{"id": str(i), "text": "说" * 4000} for i in range(600)]
    path = write(tmp_path, name, json.dumps(objects, ensure_ascii=False, indent=indent))
    (source,) = read_file(connection, path, scratch, "v")
    found = read_cells(connection, source)
    assert [row[2] for row in found] == [one["id"] for one in objects]
    assert {row[3] for row in found} == {"说" * 4000}


def test_objects_that_an_answer_wraps(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    whole = {"tickets": [{"id": 1}, {"id": 2}], "count": 2, "next": None}
    (source,) = read_file(connection, write(tmp_path, "a.json", json.dumps(whole)), scratch, "v")
    assert read_cells(connection, source) == [(1, 1, "1"), (2, 1, "2")]
    assert source.note == "读的是“tickets”里的对象"
    contact = {"服务单号": "C1", "渠道": "电话", "标签": [{"级别": 1}]}
    path = write(tmp_path, "b.json", json.dumps(contact))
    (source,) = read_file(connection, path, scratch, "w")
    assert source.headers == ("服务单号", "渠道", "标签")


def test_a_broken_object_of_an_array_ends_where_the_next_begins(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    path = write(tmp_path, "a.json", '[{"id": "1"},\n{"id": "2},\n{"id": "3"}, {"id": ')
    (source,) = read_file(connection, path, scratch, "v")
    assert [(row[1], row[2]) for row in read_cells(connection, source)] == [
        (1, "1"),
        (-1, '{"id": "2},'),
        (1, "3"),
        (-1, '{"id": '),
    ]


def test_characters_that_json_escapes_hide_are_damage(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    path = write(tmp_path, "a.jsonl", '{"id": "C\\u00001"}\n')
    (source,) = read_file(connection, path, scratch, "v")
    assert source.damaged
    assert read_cells(connection, source) == [(1, 1, "C\ufffd1")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "里没有 JSON 对象"),
        ("[" * 100_000, "里没有 JSON 对象"),
        ('{"a":' * 100_000, "里没有 JSON 对象"),
        ("1\n2\n", "里没有 JSON 对象"),
        (
            "".join(f'{{"k{i}": 1}}\n' for i in range(MOST_KEYS + 1)),
            r"有 2,001 个不同的键，最多 2,000 个",
        ),
    ],
)
def test_json_that_is_no_table(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path, text: str, told: str
) -> None:
    path = write(tmp_path, "a.json", text)
    with pytest.raises(DataError, match=rf"a\.json.*{told}"):
        read_file(connection, path, scratch, "v")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(99), "是旧版 Office 文件，请在 Excel 里另存为"),
        (
            b"\xd0\xcf\x11\xe0" + bytes((1 << 20) - 10) + "EncryptedPackage".encode("utf-16-le"),
            "有密码保护；请在 Excel 里去掉密码",
        ),
        ("<html><table><tr><td>1</td></tr></table></html>", "是网页格式的表格，请.*另存为"),
        ('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>', "是 XML 格式的旧表格"),
        (bytes(257) + b"ustar" + bytes(99), "tar 压缩包（请先解压）"),
        (b"Rar!\x1a\x07", "rar 压缩包（请先解压）"),
        (b"PK\x05\x06" + bytes(18), "是空的压缩包"),
        (b"PAR1" + bytes(99), "不是完好的 Parquet 文件"),
        (b"\x1f\x8b\x08" + bytes(9), "不是完好的 gzip 压缩包"),
    ],
)
def test_files_that_are_no_tables_say_what_they_are(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    scratch: Path,
    content: str | bytes,
    told: str,
) -> None:
    path = write(tmp_path, "导出.xls", content)
    with pytest.raises(DataError, match=rf"^导出\.xls .*{told}"):
        read_file(connection, path, scratch, "v")
