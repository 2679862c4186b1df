"""Near-duplicates, folds, thresholds and the comparison with the rules."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.learn.duplicates import group_texts
from csqa.learn.figures import choose_thresholds, compare, count_hits, decide
from csqa.learn.folds import FOLDS, assign_folds
from csqa.learn.signs import read_signs

LONG = (
    "我上周买的热水壶打开就是坏的，按下去没有反应，客服说话很不耐烦，一直没有人处理，希望尽快回复"
)


def groups(*texts: str) -> list[int]:
    return group_texts(read_signs(texts)).tolist()


def test_the_same_but_for_numbers_and_spaces():
    assert groups("订单 123 没到", "订单4 5没到", "别的话题") == [0, 0, 2]


def test_nearly_the_same():
    assert groups(LONG, LONG + "！", LONG.replace("上周", "前天")) == [0, 0, 0]


def test_short_texts():
    assert groups("好", "好", "好的", "", "", "坏") == [0, 0, 2, 3, 3, 5]


def test_half_the_same_is_another_text():
    other = "另外一件事：账单金额不对，多扣了一笔钱，请退回来，手续费也不应该由我出"
    assert groups(LONG, LONG[:20] + other) == [0, 1]


@given(st.lists(st.text(alphabet="一二三 1", max_size=6), max_size=12))
def test_equal_texts_share_a_group(texts):
    found = groups(*texts)
    for one, first in zip(texts, found, strict=True):
        assert all(first == other for text, other in zip(texts, found, strict=True) if text == one)


@given(st.integers(0, 1_000))
def test_folds_keep_groups_together_and_spread_labels(seed):
    random = np.random.default_rng(seed)
    own = random.integers(0, 60, 100)
    truths = random.random((100, 3)) < [0.5, 0.2, 0.1]
    folds = assign_folds(truths, own, seed)
    assert set(folds) <= set(range(FOLDS))
    assert all(len(set(folds[own == group])) == 1 for group in set(own))
    assert folds.tolist() == assign_folds(truths, own, seed).tolist()


def test_each_fold_has_its_share_of_a_rare_label():
    truths = np.zeros((100, 2), dtype=bool)
    truths[:10, 0] = True
    truths[10:60, 1] = True
    folds = assign_folds(truths, np.arange(100), 3)
    assert np.bincount(folds[:10]).tolist() == [2] * 5
    assert np.bincount(folds[10:60]).tolist() == [10] * 5
    assert np.bincount(folds).tolist() == [20] * 5


def test_a_rare_class_is_not_drowned():
    """Nine of ten are common; where a rare one has a third, it is told once that has paid off."""
    chances = np.array([[0.65, 0.35]] * 20 + [[0.95, 0.05]] * 180)
    truths = np.eye(2, dtype=bool)[[1] * 14 + [0] * 186]
    thresholds = choose_thresholds(chances, truths, single=True)
    assert decide(chances, thresholds, single=True)[:20, 1].all()
    assert not decide(chances, thresholds, single=True)[20:, 1].any()


def test_nothing_is_told_below_what_is_asked():
    chances = np.array([[0.6, 0.4], [0.9, 0.1]])
    told = decide(chances, np.ones(2), single=True, at_least=0.7)
    assert told.tolist() == [[False, False], [True, False]]
    told = decide(chances, np.array([0.3, 0.3]), single=False, at_least=0.5)
    assert told.tolist() == [[True, False], [True, False]]


def test_the_comparison_by_hand():
    """The machine finds all 10 of 20, the rules 5 of them: F1 1 and 2/3."""
    truths = (np.arange(20) < 10)[:, None]
    ruled = (np.arange(20) < 5)[:, None]
    found = compare(truths, ruled, truths, np.arange(20), seed=1)
    assert found.difference[0] == pytest.approx(1 / 3)
    assert found.lower[0] < 1 / 3 < found.upper[0]
    assert found.better[0] > 0.95


def test_what_is_drawn_together_counts_once():
    truths = (np.arange(20) < 10)[:, None]
    ruled = (np.arange(20) < 5)[:, None]
    alone = compare(truths, ruled, truths, np.arange(20), seed=1)
    together = compare(truths, ruled, truths, np.arange(20) // 5, seed=1)
    assert together.upper[0] - together.lower[0] > alone.upper[0] - alone.lower[0]


def test_the_same_tags_are_a_draw():
    truths = (np.arange(20) < 10)[:, None]
    found = compare(truths, truths, truths, np.arange(20), seed=1, macro=True)
    assert found.better.tolist() == [0.5]
    assert found.difference.tolist() == [0.0]


def test_without_tags_there_is_no_precision():
    hits = count_hits(np.zeros((3, 1), dtype=bool), np.zeros((3, 1), dtype=bool))
    assert np.isnan([hits.precision[0], hits.recall[0], hits.f1[0]]).all()
