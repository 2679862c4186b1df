"""Encodings are told by marks, by what decodes and by what reads plausibly."""

from pathlib import Path

import pytest

from csqa.engine.decode import decode
from csqa.engine.encodings import guess_legacy
from csqa.errors import DataError

TEXTS = {
    "gb18030": "工号,班组\n1001,售后一组\n1002,镕基专线\n",
    "big5": "工號,班組\n1001,客服一組\n1002,臺北中心\n1003,電話銷售\n",
    "shift_jis": "番号,担当\n1001,サポート一課\n1002,お客様窓口\n",
    "cp1252": "id,team\n1001,Zürich\n1002,Genève\n1003,“€uro” – déjà\n",
}


def clean(folder: Path, content: bytes) -> tuple[str, str, str]:
    """Text, encoding and note of a file."""
    path = folder / "export.csv"
    path.write_bytes(content)
    text = decode(path, folder / "clean.csv")
    return text.path.read_text(encoding="utf-8"), text.encoding, text.note


@pytest.mark.parametrize(("encoding", "text"), TEXTS.items())
def test_encodings_without_a_mark(tmp_path: Path, encoding: str, text: str) -> None:
    codec = {"big5": "cp950", "shift_jis": "cp932"}.get(encoding, encoding)
    found, name, note = clean(tmp_path, text.encode(codec))
    assert (found, name) == (text, encoding)
    assert ("编码没有标记" in note) == (encoding != "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "utf-32"])  # fmt: skip
def test_encodings_of_unicode(tmp_path: Path, encoding: str) -> None:
    text = TEXTS["gb18030"] + "1003,😀\n"
    found, name, note = clean(tmp_path, text.encode(encoding))
    assert (found.removeprefix("\ufeff"), name, note) == (text, encoding, "")


@pytest.mark.parametrize(
    "text", ["电话", "张三", "喆", "鑫", "堃", "投诉：不满意！", "ＡＢ", "联通"]
)
def test_short_chinese_texts_stay_chinese(text: str) -> None:
    assert guess_legacy(text.encode("gb18030"))[0] == "gb18030"


@pytest.mark.parametrize(
    "text", ["née à l’été", "Süd", "Ürümqi", "größere Öfen für früh", "€ 5", "“a”", "señor, ¿qué?"]
)
def test_short_western_texts_stay_western(text: str) -> None:
    assert guess_legacy(text.encode("cp1252"))[0] == "cp1252"


def test_what_is_not_clear_is_said() -> None:
    encoding, note = guess_legacy("喆堃".encode("gb18030"))
    assert encoding == "gb18030"
    assert "编码没有标记，按内容看像 gb18030" in note


def test_a_few_lines_in_utf8_do_not_become_other_characters(tmp_path: Path) -> None:
    lines = [f"{i},一组" for i in range(20)]
    content = b"\n".join(
        line.encode("utf-8" if i == 7 else "gb18030") for i, line in enumerate(lines)
    )
    found, encoding, _ = clean(tmp_path, content)
    expected = ["7," + "\ufffd" * 6 if i == 7 else line for i, line in enumerate(lines)]
    assert (found.split("\n"), encoding) == (expected, "gb18030")


def test_a_mark_before_a_line_of_chinese_is_taken_off(tmp_path: Path) -> None:
    content = "工号,班组\n".encode("gb18030") + b"\xef\xbb\xbf" + "C1,一组\n".encode("gb18030")
    assert clean(tmp_path, content)[0] == "工号,班组\nC1,一组\n"


def test_halves_in_two_encodings_are_refused_with_the_place(tmp_path: Path) -> None:
    half = "1001,售后一组\n" * 10
    with pytest.raises(DataError, match=r"最像 UTF-8，.*20 个.*10 行不是（第一处在第 11 行）"):
        clean(tmp_path, half.encode() + half.encode("gb18030"))


def test_a_file_of_holes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"export\.csv 的编码读不出来：5,000 个字符.*可能已损坏"):
        clean(tmp_path, TEXTS["cp1252"].encode() + bytes(5000))


def test_last_blank_line_and_blocks(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("\na\n\n" + "b\n" * 700_000 + "\n" + "c\n" * 3, encoding="utf-8")
    text = decode(path, tmp_path / "clean.csv")
    assert (text.lines, text.last_blank) == (700_007, 700_004)


def test_a_line_without_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "x" * (3 << 20) + "\n", encoding="utf-8")
    assert decode(path, tmp_path / "clean.csv").endless
