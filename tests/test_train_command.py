"""`csqa train`: labels in, a report and a file out."""

from pathlib import Path

import pytest

import csqa
from csqa.cli import main
from tests.learn.sentences import make_labels

pytest.importorskip("sklearn", reason="scikit-learn is not installed (csqa[learn])")


def said(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["train", *map(str, words)])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    make_labels(200, single=True).to_csv(path, index=False)
    return path


def test_classes_of_ones_own(capsys, labels, tmp_path):
    out = tmp_path / "classes.npz"
    code, told, _ = said(capsys, "causes", labels, "--out", out)
    assert code == 0
    lines = told.splitlines()
    assert lines[0].startswith("学了 200 条文字（不同的 ")
    assert lines[1] == "没有可比的规则：以下“规则”指不看文字、条条都标上。"
    assert lines[2].startswith("  broken：")
    assert lines[2].endswith("→ 用标注器")
    assert lines[-1].startswith(f"标注器：{out}（版本 20")
    tagger = csqa.read_tagger(out)
    assert tagger.tag(["态度非常生硬"])[0][0][0] == "rude"


def test_a_file_is_replaced_only_if_asked(capsys, labels, tmp_path):
    out = tmp_path / "labels.npz"
    out.write_bytes(b"precious")
    code, _, told = said(capsys, "causes", labels, "--out", out)
    assert (code, out.read_bytes()) == (2, b"precious")
    assert "要覆盖请加 --replace" in told
    assert said(capsys, "causes", labels, "--out", out, "--replace")[0] == 0
    assert out.read_bytes() != b"precious"


def test_too_few_labels(capsys, tmp_path):
    path = tmp_path / "few.csv"
    make_labels(20, single=True).to_csv(path, index=False)
    code, told, error = said(capsys, "causes", path, "--out", tmp_path / "x.npz")
    assert (code, told) == (3, "")
    assert "标注太少，不能训练（仍用规则）" in error
    assert not (tmp_path / "x.npz").exists()


def test_a_folder_that_is_not_there(capsys, labels, tmp_path):
    code, _, told = said(capsys, "causes", labels, "--out", tmp_path / "no" / "x.npz")
    assert code == 2
    assert "应为已有文件夹里的一个文件" in told


def test_without_more_words_it_says_what_there_is(capsys):
    code, told, _ = said(capsys)
    assert code == 2
    assert "sentiment" in told


def test_columns_of_ones_own_and_bad_rows(capsys, labels, tmp_path):
    table = make_labels(200, single=True).set_axis(["详情", "label"], axis=1)
    table.loc[3, "详情"] = ""
    table.to_csv(labels, index=False)
    words = ["causes", labels, "--text-column", "详情", "--out", tmp_path / "x.npz"]
    code, told, _ = said(capsys, *words)
    assert code == 0
    assert "注意：没有用的行：文本是空的：1 行，第 5 行" in told
