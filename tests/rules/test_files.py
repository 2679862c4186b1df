"""What is wrong with a rule file is said in plain words, with its line."""

import tempfile
from pathlib import Path

import pytest

from csqa.errors import RuleError
from csqa.rules.files import explain_os_error, read_yaml
from tests.users import as_nobody

TENFOLD = ", ".join(["*{0}"] * 10)
BILLION_LAUGHS = "a: &a [" + "x, " * 10 + "]\n"
BILLION_LAUGHS += "".join(
    f"{name}: &{name} [{TENFOLD.format(of)}]\n"
    for name, of in zip("bcdefghi", "abcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "应为“键: 值”的 YAML，这个文件是空的。"),
        ("# 只有注释\n", "这个文件是空的。"),
        ("随便写的一段话\n", "这个文件是一段文字。"),
        ("- a\n- b\n", "这个文件是一个列表。"),
        ("12\n", "这个文件只有一个值 12。"),
        ("a: [1, 2\n", "第 2 行，方括号 [ ] 没有配对，或少了逗号。"),
        ("a: {b: 1\nc: 2\n", "第 2 行，花括号 { } 没有配对，或少了逗号。"),
        ("a: b: c\n", "第 1 行，冒号的位置不对"),
        ("a: 1\n b: 2\n", "第 2 行，冒号的位置不对"),
        ("a:\n\t b: 1\n", "第 2 行，用了制表符（Tab）；缩进要用空格。"),
        ("b: 1\na: 'x\nc: 1\n", "第 2 行，引号没有闭合。"),
        ("a: @x\n", "第 1 行，有特殊符号的文字要加引号。"),
        ("a: *x\n", "第 1 行，有特殊符号的文字要加引号。"),
        ("a: %d\n", "第 1 行，有特殊符号的文字要加引号。"),
        ("a:\n  - 1\n b: 2\n", "第 3 行，缩进不齐，或引号里外不配对。"),
        ("a: 1\n- b\n", "第 2 行，列表的“-”位置不对（缩进不齐）。"),
        ("a: - 1\n", "第 1 行，列表的“-”位置不对（缩进不齐）。"),
        ('a: "C:\\q"\n', "第 1 行，双引号里的反斜线要写两次，或改用单引号。"),
        ("a: 1\n---\nb: 2\n", "第 2 行，一个文件只能有一份内容"),
        ("{a: 1}: 2\n", "第 1 行，名称不能是列表或花括号"),
        ("a: !x y\n", "第 1 行，不能用“!”开头的标记；文字要加引号。"),
        ("a: \x01\n", "有不可见的控制字符。"),
        ("a: 2025-02-30\n", "第 1 行，有不存在的日期或时间。"),
        ("2025-02-30: 1\n", "第 1 行，有不存在的日期或时间。"),
        ("b: 1\n!x a: 1\n", "第 2 行，不能用“!”开头的标记；文字要加引号。"),
        ("a: !!timestamp x\n", "格式不对（"),
        ("[" * 5000, "第 1 行，嵌套过深（最多 20 层）。"),
        ("\n".join("  " * level + "a:" for level in range(30)), "第 20 行，嵌套过深"),
        ("a: &a [1, *a]\n", "第 1 行，别名（*）所在的内容里有它自己。"),
        (BILLION_LAUGHS, "第 4 行，别名（*）展开后太大（最多 10,000 项），没有读取。"),
    ],
)
def test_a_wrong_file_is_told_in_chinese(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(RuleError, match=r"^.*rules\.yml：") as raised:
        read_yaml(path)
    assert told in str(raised.value)


def test_aliases_that_save_typing_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("base: &base {points: 10}\nfirst: *base\nsecond:\n  <<: *base\n  per: 5\n")
    content, _ = read_yaml(path)
    assert content["first"] == {"points": 10}
    assert content["second"] == {"points": 10, "per": 5}


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="读不到这个文件（这是文件夹，不是文件）。"):
        read_yaml(tmp_path)


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"none\.yml：没有这个文件。$"):
        read_yaml(tmp_path / "none.yml")


def test_no_permission_is_said_so() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        Path(name).chmod(0o755)
        path = Path(name, "locked.yml")
        path.write_text("a: 1\n")
        path.chmod(0)
        with as_nobody(), pytest.raises(RuleError, match="读不到这个文件（没有权限）。"):
            read_yaml(path)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied"), "没有权限"),
        (OSError(9999, "strange"), "strange"),
        (OSError("no number"), "no number"),
    ],
)
def test_what_the_system_says_is_put_in_chinese_where_we_know_it(error: OSError, told: str) -> None:
    assert explain_os_error(error) == told
