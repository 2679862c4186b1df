"""Runs of characters: the same as scikit-learn's, without what could be personal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.learn.ngrams import MOST_GRAMS, Vocabulary, build_vocabulary
from csqa.learn.signs import fold_texts, read_signs, split_blocks
from csqa.learn.weighing import measure_rarity, weigh
from tests.learn.sentences import make_labels

SIGNS = st.text(alphabet="一二三四abAB 　\t１2９，。\u200b", max_size=12)


def names(vocabulary: Vocabulary) -> list[str]:
    return ["".join(chr(code) for code in gram if code) for gram in vocabulary.grams]


def weights_of(texts: list[str]) -> tuple[list[str], np.ndarray]:
    signs = read_signs(texts)
    vocabulary = build_vocabulary(signs)
    counts = vocabulary.count(signs)
    return names(vocabulary), weigh(counts, measure_rarity(counts)).toarray()


def weights_of_scikit_learn(texts: list[str], names: list[str]) -> np.ndarray:
    reason = "scikit-learn is not installed (csqa[learn])"
    vectoriser = pytest.importorskip("sklearn.feature_extraction.text", reason=reason)
    tfidf = vectoriser.TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), min_df=2, lowercase=False, sublinear_tf=True
    )
    weighed = tfidf.fit_transform(fold_texts(texts)).toarray()
    assert sorted(tfidf.vocabulary_) == sorted(names)
    return weighed[:, [tfidf.vocabulary_[name] for name in names]]


def test_the_same_runs_and_weights_as_scikit_learn():
    texts = make_labels(120)["text"].tolist()
    found, weights = weights_of(texts)
    assert max(map(len, found)) == 3
    np.testing.assert_allclose(
        weights, weights_of_scikit_learn(texts, found), rtol=1e-13, atol=1e-15
    )


@given(st.lists(SIGNS, max_size=8))
def test_any_texts_give_the_weights_of_scikit_learn(texts):
    texts = [*texts, "一二三四", "一二三四"]
    found, weights = weights_of(texts)
    np.testing.assert_allclose(
        weights, weights_of_scikit_learn(texts, found), rtol=1e-13, atol=1e-15
    )


def test_counts_by_hand():
    signs = read_signs(["慢慢", "慢"])
    vocabulary = build_vocabulary(signs)
    assert names(vocabulary) == ["慢"]
    assert vocabulary.count(signs).toarray().tolist() == [[2.0], [1.0]]


@given(st.lists(SIGNS, min_size=1, max_size=6))
def test_places_lead_back_to_the_text(texts):
    signs = read_signs(texts)
    for code, row, place in zip(signs.codes, signs.rows, signs.places, strict=True):
        if code:
            assert fold_texts([texts[row][place]])[0] == chr(code)
    assert signs.count == len(texts)


def test_what_only_one_text_says_is_not_kept():
    found = names(build_vocabulary(read_signs(["王小明来电", "李大力来电", "13912345678", "电"])))
    assert found == ["来", "电", "来电"]


def test_all_digits_are_one():
    assert fold_texts(["13912345678", "６２２２"]) == ["0" * 11, "0000"]


def test_no_text_is_an_empty_one():
    signs = read_signs([None, float("nan"), ""])
    assert signs.codes.tolist() == [0, 0, 0]
    assert build_vocabulary(signs).grams.shape == (0, 3)


def test_a_vocabulary_is_bounded(monkeypatch):
    monkeypatch.setattr("csqa.learn.ngrams.MOST_GRAMS", 50)
    vocabulary = build_vocabulary(read_signs(make_labels(100)["text"]))
    assert len(vocabulary) == 50 < MOST_GRAMS
    assert vocabulary.is_sound()


@pytest.mark.parametrize(
    "grams",
    [
        [[0x4E00, 0x4E01, 0]],  # its characters are no columns
        [[0x4E01, 0, 0], [0x4E00, 0, 0]],
        [[0x4E00, 0, 0], [0x4E00, 0, 0]],
        [[0x4E00, 0, 0x4E00]],
        [[0, 0, 0]],
        [[0x110000, 0, 0]],
    ],
)
def test_an_unsound_vocabulary_is_told(grams):
    assert not Vocabulary(np.array(grams, dtype=np.uint32)).is_sound()


@given(st.lists(st.text(max_size=5), max_size=20), st.integers(1, 12))
def test_blocks_are_all_texts(texts, size):
    assert [text for block in split_blocks(texts, size) for text in block] == texts
