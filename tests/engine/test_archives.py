"""Archives: what is in them is read, nothing else is touched, and bombs are refused."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from csqa.engine import bombs
from csqa.engine.connection import open_connection, scalar
from csqa.engine.readers import Source, read_file
from csqa.errors import DataError

SHARED = Path(__file__).parents[3] / "shared" / "data"
TEXT = "服务单号,渠道,创建时间\nC1,电话,2025-06-01\nC2,在线,2025-06-02\n"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return open_connection()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "inner" / "scratch"
    folder.mkdir(parents=True)
    return folder


def pack(folder: Path, members: dict[str, str | bytes], name: str = "导出.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in members.items():
            archive.writestr(inside, content)
    return path


def count(connection: duckdb.DuckDBPyConnection, source: Source) -> object:
    return scalar(connection, f"SELECT count(*) FROM {source.view}")


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "服务记录"
    book.active.append(["服务单号", "渠道", "创建时间"])
    book.create_sheet("客户反馈").append(["反馈编号", "反馈时间"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_members_are_sources_in_the_order_of_their_names(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    members = {
        "b/服务记录.csv": TEXT.encode("gb18030"),
        "a.jsonl": '{"服务单号": "C3"}\n',
        "c.xlsx": workbook(),
        "b/readme.md": "x",
        "__MACOSX/b/._服务记录.csv": "x",
        "b/.DS_Store": "x",
        "b/~$c.xlsx": "x",
    }
    path = pack(tmp_path, members)
    sources = read_file(connection, path, scratch, "v")
    assert [source.label for source in sources] == [
        "导出.zip[a.jsonl]",
        "导出.zip[b/服务记录.csv]",
        "导出.zip[c.xlsx/服务记录]",
        "导出.zip[c.xlsx/客户反馈]",
    ]
    assert [count(connection, source) for source in sources] == [1, 2, 0, 0]
    assert sources[0].note == "压缩包里没有读的文件：b/readme.md"
    assert {source.bytes for source in sources} == {path.stat().st_size}
    assert len({source.sha256 for source in sources}) == 1


def test_parquet_inside_an_archive(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    inner = tmp_path / "rows.parquet"
    connection.execute(f"COPY (SELECT 1 AS id) TO '{inner}'")
    (source,) = read_file(connection, pack(tmp_path, {"r.pq": inner.read_bytes()}), scratch, "v")
    assert (source.headers, source.types) == (("id",), ("INTEGER",))
    assert (source.encoding, source.kept) == ("parquet", "")


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/etc/evil.csv", "..\\..\\evil.csv", "C:/e.csv"]
)
def test_names_that_lead_elsewhere_are_only_names(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path, name: str
) -> None:
    path = pack(tmp_path, {name: TEXT})
    before = set(tmp_path.rglob("*"))
    (source,) = read_file(connection, path, scratch, "v")
    assert source.sheet == name.replace("\\", "/")
    written = set(tmp_path.rglob("*")) - before
    assert written
    assert {file.parent for file in written} == {scratch}


def test_names_written_by_chinese_windows(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    path = pack(tmp_path, {"XXXXXXXX.csv": TEXT})
    content = path.read_bytes().replace(b"XXXXXXXX", "服务记录".encode("gb18030"))
    path.write_bytes(content)
    (source,) = read_file(connection, path, scratch, "v")
    assert source.sheet == "服务记录.csv"


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"a.csv": TEXT, "b.zip": b"PK\x05\x06" + bytes(18)}, r"\[b\.zip\] 是空的压缩包"),
        ({"a.csv": "", "b.csv": TEXT}, r"\[a\.csv\] 是空文件"),
        ({"a.png": "x", "b.doc": "x"}, "里没有数据表；里面是：a.png、b.doc"),
        ({"word/document.xml": "x"}, "而是Word 文档"),
        ({"content.xml": "x"}, "OpenDocument 文档，请另存为 .xlsx"),
        ({"xl/workbook.bin": "x"}, r"二进制工作簿（\.xlsb），请另存为 \.xlsx"),
        ({f"{i}.csv": "" for i in range(1001)}, "里有 1,001 个文件，最多读 1,000 个"),
        ({"a.csv": bytes(110 << 20)}, r"解压后是原来的 [\d,]+ 倍以上（最多 200 倍），像是压缩炸弹"),
    ],
)
def test_archives_that_are_refused(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    scratch: Path,
    members: dict[str, str | bytes],
    told: str,
) -> None:
    with pytest.raises(DataError, match=rf"^导出\.zip.*{told}"):
        read_file(connection, pack(tmp_path, members), scratch, "v")


def test_archives_in_archives_are_refused(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path
) -> None:
    inner = pack(tmp_path, {"b.csv": TEXT}, "inner.zip").read_bytes()
    for members in ({"inner.zip": inner}, {"inner.csv": inner}, {"i.csv.gz": gzip.compress(inner)}):
        path = pack(tmp_path, members)
        with pytest.raises(DataError, match="是压缩包里的压缩包，不再打开；请先解压"):
            read_file(connection, path, scratch, "v")


def test_a_password(connection: duckdb.DuckDBPyConnection, tmp_path: Path, scratch: Path) -> None:
    path = pack(tmp_path, {"a.csv": TEXT})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"导出\.zip 有密码保护；请去掉密码后再导出"):
        read_file(connection, path, scratch, "v")


def test_declared_sizes_are_not_believed(
    connection: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    scratch: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bombs, "SMALL_BYTES", 1 << 20)
    path = tmp_path / "导出.csv.gz"
    packed = bytearray(gzip.compress(bytes(8 << 20)))
    packed[-4:] = struct.pack("<I", 10)
    path.write_bytes(packed)
    with pytest.raises(DataError, match="像是压缩炸弹，没有读取"):
        read_file(connection, path, scratch, "v")
    assert sum(file.stat().st_size for file in scratch.iterdir()) < 5 << 20


def test_sizes_of_real_exports_pass() -> None:
    bombs.check_size("year.zip", 300 << 20, 6 << 20, bombs.MOST_INFLATED_BYTES)
    bombs.check_size("all.zip", 3 << 30, 300 << 20, bombs.MOST_INFLATED_BYTES)
    with pytest.raises(DataError, match="解压后超过 4,096 MB，没有读取；请先解压"):
        bombs.check_size("all.zip", 5 << 30, 1 << 30, bombs.MOST_INFLATED_BYTES)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="third-party data are not in the repository")
def test_a_real_archive_with_a_folder(connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    path = SHARED / "uci_incident" / "incident_event_log.zip"
    (source,) = read_file(connection, path, scratch, "v")
    assert source.label == f"{path.name}[incident_event_log/incident_event_log.csv]"
    assert source.headers[:3] == ("number", "ident_state", "active")
    assert count(connection, source) == 141_712
