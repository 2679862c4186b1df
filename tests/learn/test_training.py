"""Training: what is refused, what is used, and that the same labels give the same tagger."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import csqa
from csqa.cause_results import TRAINING_COLUMNS
from csqa.errors import DataError, RuleError
from csqa.learn.store import write_tagger
from csqa.learn.training import Training
from tests.learn.sentences import SAYINGS, Bone, half_blind, make_labels, perfect

pytest.importorskip("sklearn", reason="scikit-learn is not installed (csqa[learn])")


@pytest.fixture(scope="module")
def training() -> Training:
    return csqa.train_causes(make_labels(400), Bone(), rule_hits=half_blind)


@pytest.fixture(scope="module")
def classes() -> Training:
    return csqa.train_causes(make_labels(300, single=True))


def test_it_is_used_where_it_beats_the_rules(training):
    report = training.report
    assert report.columns.tolist() == list(TRAINING_COLUMNS)
    assert report["verdict"].tolist() == ["model"] * 4
    assert training.tagger.causes == ("broken", "fee", "rude", "slow")
    assert (report["f1"] > 0.9).all()
    assert (report["rules_f1"] < 0.7).all()
    assert (report["difference_lower"] > 0).all()
    assert training.summary["calibration_error"] < 0.06


def test_the_figures_of_the_rules_are_counted_by_hand(training):
    labels = make_labels(400)
    wanted = labels["causes"].str.contains("slow")
    told = labels["text"].str.contains(SAYINGS["slow"][0])
    row = training.report.set_index("cause").loc["slow"]
    assert row["positives"] == wanted.sum()
    assert row["rules_recall"] == pytest.approx((wanted & told).sum() / wanted.sum())
    assert row["rules_precision"] == pytest.approx((wanted & told).sum() / told.sum())


def test_it_is_not_used_where_the_rules_are_as_good():
    training = csqa.train_causes(make_labels(120), Bone(), rule_hits=perfect)
    assert training.report["verdict"].tolist() == ["rules"] * 4
    assert training.tagger.causes == ()
    assert training.tagger.tag(["一直没有人处理"]) == [[]]


def test_new_texts_are_tagged_with_evidence(training):
    """The span holds most of the words that say it, and is no longer than it may be."""
    labels = make_labels(200, seed=99)
    right = 0
    for text, causes, tags in zip(
        labels["text"], labels["causes"], training.tagger.tag(labels["text"]), strict=True
    ):
        wanted = set(causes.split("+")) - {"none"}
        right += {tag[0] for tag in tags} == wanted
        for cause, chance, start, end in tags:
            assert 0 <= start < end <= len(text)
            assert end - start <= 24
            assert 0 < chance <= 1
            if cause in wanted:
                said = next(one for one in SAYINGS[cause] if one in text)
                shared = set(range(start, end)) & set(
                    range(text.index(said), text.index(said) + len(said))
                )
                assert len(shared) >= 2, (text, text[start:end])
    assert right > 180


def test_the_planted_words_are_the_evidence(training):
    text = (
        "你好，我上周买的台灯颜色是蓝的，尺寸正好，放在书架旁边，客服态度非常生硬，其余没什么可说的"
    )
    ((cause, chance, start, end),) = training.tagger.tag([text])[0]
    assert cause == "rude"
    assert chance > 0.5
    assert text[start:end] == "态度非常生硬"


def test_places_are_those_of_the_written_text(training):
    text = "\u200b\u200b  　　我的雨伞，一直没有\u200b人处理"
    ((_, _, start, end),) = training.tagger.tag([text])[0]
    assert set(text[start:end]) <= set("一直没有\u200b人处理")


def test_blocks_make_no_difference(training, monkeypatch):
    texts = make_labels(60, seed=5)["text"].tolist()
    whole = training.tagger.tag(texts), training.tagger.probabilities(texts)
    monkeypatch.setattr("csqa.learn.tagger.BLOCK_SIGNS", 50)
    assert training.tagger.tag(texts) == whole[0]
    pd.testing.assert_frame_equal(training.tagger.probabilities(texts), whole[1], check_exact=True)


@pytest.mark.parametrize("text", ["", None, float("nan"), "Ω∮", "\u200b", "😀"])
def test_what_says_nothing_has_no_tag(training, text):
    assert training.tagger.tag([text, "一直没有人处理"])[0] == []
    assert training.tagger.tag([]) == []


def test_one_class_per_text(classes):
    assert classes.summary["against"] == "always"
    assert classes.report["threshold"].isna().all()
    chances = classes.tagger.probabilities(make_labels(50, seed=4, single=True)["text"])
    assert chances.sum(axis=1).to_numpy() == pytest.approx(np.ones(50))
    texts = make_labels(100, seed=3, single=True)
    tags = classes.tagger.tag(texts["text"])
    assert [[tag[0] for tag in own] for own in tags] == [[label] for label in texts["label"]]


def test_the_same_labels_give_the_same_bytes(tmp_path):
    labels = make_labels(150)
    written = [
        write_tagger(
            csqa.train_causes(labels, Bone(), rule_hits=half_blind, trained_on="2025-06-30").tagger,
            tmp_path / f"{number}.npz",
        ).read_bytes()
        for number in range(2)
    ]
    assert written[0] == written[1]


def test_the_version_tells_labels_rules_and_day():
    labels = make_labels(150)
    versions = {
        csqa.train_causes(labels, Bone(), rule_hits=half_blind, trained_on=day).tagger.version
        for day in ("2025-06-30", "2025-07-01")
    } | {csqa.train_causes(labels.head(140), Bone(), rule_hits=half_blind).tagger.version}
    assert len(versions) == 3
    assert {version[:-9] for version in versions} == {"2025-06-30", "2025-07-01", "undated"}


def test_inputs_are_not_changed():
    labels = make_labels(100)
    before = labels.copy()
    csqa.train_causes(labels, Bone(), rule_hits=half_blind)
    pd.testing.assert_frame_equal(labels, before)


def test_fewer_than_seventy_are_refused():
    with pytest.raises(DataError, match=r"至少要 70 条，现有 69 条"):
        csqa.train_causes(make_labels(69), Bone(), rule_hits=half_blind)


def test_copies_do_not_count():
    labels = pd.concat([make_labels(60)] * 5)
    with pytest.raises(DataError, match=r"至少要 70 条，现有 60 条（相同或几乎相同的只算一条）"):
        csqa.train_causes(labels, Bone(), rule_hits=half_blind)


def test_one_class_alone_is_refused():
    labels = make_labels(300)
    labels = labels[labels["causes"].isin(["none", "slow"])]
    with pytest.raises(DataError, match=r"至少要有 2 类、每类 10 条.*slow \d+"):
        csqa.train_causes(labels, Bone(), rule_hits=half_blind)


def test_a_label_with_fewer_than_ten_is_left_to_the_rules():
    labels = make_labels(300)
    rude = labels["causes"].str.contains("rude")
    labels = labels[~rude | (rude.cumsum() <= 6)]
    training = csqa.train_causes(labels, Bone(), rule_hits=half_blind)
    assert training.tagger.names == ("broken", "fee", "slow")
    last = training.report.iloc[-1]
    assert (last["cause"], last["positives"], last["verdict"]) == ("rude", 6, "too_few")
    assert any("rude 6" in note for note in training.notes)


def test_contradictions_are_told():
    labels = make_labels(100)
    again = labels.head(1).assign(causes="none" if labels["causes"][0] != "none" else "slow")
    training = csqa.train_causes(pd.concat([labels, again]), Bone(), rule_hits=half_blind)
    assert "文字几乎相同、标注却不同的有 1 组，请核对。" in training.notes


def test_sentiment_has_one_verdict():
    labels = make_labels(300, single=True)
    labels = labels[labels["label"].isin(["slow", "rude", "fee"])]
    told = {"slow": "-1", "rude": 0, "fee": "positive"}
    labels = pd.DataFrame({"text": labels["text"], "sentiment": labels["label"].map(told)})
    training = csqa.train_sentiment(labels, rule_hits=lambda texts: [{"neutral"}] * len(texts))
    assert training.tagger.causes == ("negative", "neutral", "positive")
    assert training.tagger.tag(["说话很不耐烦"])[0][0][0] == "neutral"


def test_personal_data_is_not_learned(tmp_path):
    labels = make_labels(200)
    told = ["，请打13812345678", "，我叫欧阳娜娜", "，邮箱qiuqiu.xu@mail.example"]
    texts = [text + told[number % 3] for number, text in enumerate(labels["text"])]
    training = csqa.train_causes(labels.assign(text=texts), Bone(), rule_hits=half_blind)
    grams = training.tagger.vocabulary.grams
    known = {"".join(chr(code) for code in gram if code) for gram in grams}
    assert not {gram for gram in known if set(gram) & set("123456789")}
    assert not known & {"欧阳娜", "阳娜娜", "qiu", "欧阳"}
    assert max(map(len, known)) == 3
    written = write_tagger(training.tagger, tmp_path / "t.npz")
    assert b"1381" not in written.read_bytes()


def test_without_scikit_learn_one_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)
    with pytest.raises(RuleError, match=r'pip install "csqa\[learn\]"'):
        csqa.train_causes(make_labels(100), Bone(), rule_hits=half_blind)


def test_importing_csqa_imports_no_scikit_learn():
    code = "import sys, csqa; csqa.read_tagger; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
