"""A tagger's file: it comes back as it was, and what is hostile in one is refused."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import csqa
from csqa.errors import RuleError
from csqa.learn.calibration import Calibration
from csqa.learn.ngrams import build_vocabulary
from csqa.learn.signs import read_signs
from csqa.learn.store import load_tagger, write_tagger
from csqa.learn.tagger import Tagger

TEXTS = ["一直没有人处理", "一直很慢", "态度很不好", "态度不好", "没有人管"]


def make_tagger(names: tuple[str, ...] = ("rude", "slow"), seed: int = 1, **changes) -> Tagger:
    """A tagger without training: its numbers are any numbers."""
    random = np.random.default_rng(seed)
    vocabulary = build_vocabulary(read_signs(TEXTS))
    labels, columns = len(names), len(vocabulary)
    weights = random.normal(size=(columns, labels)).astype(np.float32)
    made = {
        "kind": "causes",
        "names": names,
        "causes": names[:1],
        "vocabulary": vocabulary,
        "rarity": random.random(columns) + 1,
        "weights": weights.astype(np.float64),
        "biases": random.normal(size=labels).astype(np.float32).astype(np.float64),
        "calibration": Calibration(random.random(labels), random.normal(size=labels), 1.5, False),
        "thresholds": np.full(labels, 0.4),
        "rule_ids": (),
        "facts": {"trained_on": "2025-06-30"},
        "version": "2025-06-30-abcdef01",
    }
    return Tagger(**(made | changes))


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    return write_tagger(make_tagger(), tmp_path / "tagger.npz")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.text("原因ab", min_size=1, max_size=8), min_size=1, max_size=5, unique=True),
    st.integers(0, 99),
)
def test_a_tagger_comes_back_as_it_was(tmp_path, names, seed):
    tagger = make_tagger(tuple(names), seed)
    again = csqa.read_tagger(write_tagger(tagger, tmp_path / "any.npz"))
    assert again.names == tagger.names
    assert again.causes == tagger.causes
    assert again.version == tagger.version
    pd.testing.assert_frame_equal(
        again.probabilities(TEXTS), tagger.probabilities(TEXTS), check_exact=True
    )
    assert again.tag(TEXTS) == tagger.tag(TEXTS)


def test_the_same_tagger_gives_the_same_bytes(tmp_path):
    one, other = (write_tagger(make_tagger(), tmp_path / name) for name in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()


def test_every_array_reads_without_pickle(stored):
    with zipfile.ZipFile(stored) as archive:
        names = archive.namelist()
        for name in names:
            raw = io.BytesIO(archive.read(name))
            if name.endswith(".npy"):
                assert np.lib.format.read_array(raw, allow_pickle=False).dtype.kind in "fu"
            else:
                assert json.load(raw)["format"] == 1
    assert len(names) == 8


def test_nothing_below_what_is_asked(stored):
    assert csqa.read_tagger(stored, at_least=1.0).tag(TEXTS) == [[]] * 5
    with pytest.raises(RuleError, match=r"`at_least` 应为 0 到 1 的概率，而不是 1\.5"):
        csqa.read_tagger(stored, at_least=1.5)


def test_rules_are_asked_where_they_were(tmp_path):
    tagger = make_tagger(
        rule_ids=("slow",),
        weights=np.vstack([make_tagger().weights, [[0.0, 50.0]]]),
        causes=("slow",),
    )
    path = write_tagger(tagger, tmp_path / "t.npz")
    asked = csqa.read_tagger(path, rule_hits=lambda texts: [{"slow"}] + [set()] * (len(texts) - 1))
    chances = asked.probabilities(["一直", "一直"])["slow"]
    assert chances[0] > chances[1]
    with pytest.raises(RuleError, match=r"还要看规则的命中"):
        tagger.tag(TEXTS)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(RuleError, match=r"没有这个文件"):
        load_tagger(tmp_path / "none.npz")
    with pytest.raises(RuleError, match=r"这是文件夹"):
        load_tagger(tmp_path)
    with pytest.raises(RuleError, match=r"写不了这个文件"):
        write_tagger(make_tagger(), tmp_path / "none" / "t.npz")


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"text", pickle.dumps({"a": 1})])
def test_what_is_no_zip(tmp_path, raw):
    path = tmp_path / "t.npz"
    path.write_bytes(raw)
    with pytest.raises(RuleError, match=r"不是 csqa 的标注器文件：打不开或已损坏"):
        load_tagger(path)


Change = Callable[[dict[str, bytes]], object]


def array(values: object, **options: bool) -> bytes:
    made = io.BytesIO()
    np.lib.format.write_array(made, np.asarray(values), **options)
    return made.getvalue()


def about(**changes: object) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        told = json.loads(parts["tagger.json"]) | changes
        parts["tagger.json"] = json.dumps(told).encode()

    return change


def put(name: str, raw: bytes) -> Change:
    return lambda parts: parts.update({name: raw})


HOSTILE: dict[str, tuple[Change, str]] = {
    "an object array": (
        put("biases.npy", array(np.array([{}, {}], dtype=object), allow_pickle=True)),
        "biases 应为 float32 的数组，而不是 object",
    ),
    "a pickle": (put("biases.npy", pickle.dumps([1.0])), "biases 不是数组"),
    "another member": (put("evil.npy", b""), "应有 .*而不是"),
    "a member missing": (lambda parts: parts.pop("rarity.npy"), "应有 .*而不是"),
    "not a number": (put("biases.npy", array(np.float32([np.nan, 0]))), "biases 里有不是数的值"),
    "endless": (put("rarity.npy", array(np.full(11, np.inf))), "rarity 里有不是数的值"),
    "another type": (put("biases.npy", array([0.0, 0.0])), "biases 应为 float32 的数组"),
    "another shape": (put("biases.npy", array(np.float32([0.0]))), "biases 的形状应为"),
    "a huge shape": (
        put(
            "biases.npy",
            array(np.float32([0.0, 0.0]))
            .replace(b"(2,)", b"(9999999999,)")
            .replace(b" " * 9, b"", 1),
        ),
        "biases 的大小与它所说的形状|biases 不是数组",
    ),
    "cut short": (lambda parts: parts.update({"biases.npy": parts["biases.npy"][:-1]}), "大小"),
    "huge numbers": (put("biases.npy", array(np.float32([1e30, 0]))), "数值大得不合理"),
    "no threshold": (put("thresholds.npy", array([0.0, 0.5])), "thresholds 应大于 0"),
    "rarity below 0": (
        lambda parts: parts.update(
            {"rarity.npy": array(-np.lib.format.read_array(io.BytesIO(parts["rarity.npy"])))}
        ),
        "rarity 不能是负数",
    ),
    "grams in disorder": (
        lambda parts: parts.update(
            {
                "grams.npy": array(
                    np.lib.format.read_array(io.BytesIO(parts["grams.npy"]))[::-1].copy()
                )
            }
        ),
        "grams 不是排好序",
    ),
    "no JSON": (put("tagger.json", b"{"), r"tagger\.json 不是有效的 JSON"),
    "deep JSON": (put("tagger.json", b"[" * 100_000), r"tagger\.json 不是有效的 JSON"),
    "long JSON": (put("tagger.json", b" " * 1_000_001), r"tagger\.json 超过"),
    "a list": (put("tagger.json", b"[]"), "应为带 facts 的对象"),
    "another format": (about(format=2), "只读格式 1，请重新训练"),
    "another kind": (about(kind="weather"), "kind 应为"),
    "unknown causes": (about(causes=["x"]), "causes 里的 x 不在 names 里"),
    "names twice": (about(names=["a", "a"]), "names 应为最多 500 个不重复的短文字"),
    "a name that steers": (about(names=["a", "\x1b[2J"]), "names 应为最多"),
    "a long version": (about(version="x" * 101), "version 应为短的文字"),
    "no sharpness": (about(sharpness=0), "sharpness 应为 0 到 100 的数"),
    "no flag": (about(single="yes"), "single 应为 true 或 false"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(stored, name):
    change, told = HOSTILE[name]
    with zipfile.ZipFile(stored) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, raw in parts.items():
            archive.writestr(member, raw)
    with pytest.raises(RuleError, match=told):
        load_tagger(stored)


def test_a_bomb_is_not_unpacked(stored, monkeypatch):
    monkeypatch.setattr("csqa.learn.store.LARGEST_FILE_BYTES", 10_000)
    with zipfile.ZipFile(stored) as archive:
        parts = {member: archive.read(member) for member in archive.namelist()}
    parts["rarity.npy"] = b"\0" * 1_000_000
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, raw in parts.items():
            archive.writestr(member, raw)
    assert stored.stat().st_size < 10_000
    with pytest.raises(RuleError, match=r"rarity\.npy 超过 10,000 字节"):
        load_tagger(stored)
