"""Labelled texts, ready to learn from; what makes them too few."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from csqa.errors import DataError

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

FEWEST_TEXTS = 70
"""Below it a machine loses to the rules even with their help: so it was on labelled complaints."""
FEWEST_OF_LABEL = 10
"""Different texts with a label, and without it."""
FEWEST_LABELS = 2


@dataclass(frozen=True)
class Labelled:
    """Texts with their labels."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    """Of the labels, sorted."""
    truths: Flags
    """Shape (texts, labels)."""
    single: bool
    """Whether each text has exactly one."""
    notes: tuple[str, ...] = ()
    """What was left out, and why, for the reader."""

    @classmethod
    def from_sets(
        cls, texts: Sequence[str], labels: Sequence[frozenset[str]], notes: Sequence[str] = ()
    ) -> "Labelled":
        """Make it of each text's labels.

        Examples
        --------
        >>> made = Labelled.from_sets(["太慢", "好"], [frozenset({"slow"}), frozenset()])
        >>> made.names, made.single
        (('slow',), False)
        """
        names = tuple(sorted(frozenset().union(*labels)))
        truths = np.array([[name in own for name in names] for own in labels], dtype=bool)
        single = all(len(own) == 1 for own in labels)
        truths = truths.reshape(len(texts), len(names))
        return cls(tuple(texts), names, truths, single, tuple(notes))


def keep_learnable(
    labelled: Labelled, groups: Numbers
) -> tuple[Labelled, Numbers, tuple[str, ...]]:
    """Leave out labels that too few texts have.

    Parameters
    ----------
    labelled : Labelled
        All of them.
    groups : ndarray of int, shape (texts,)
        Texts that are nearly the same count once.

    Returns
    -------
    Labelled
        Where each text has one label, texts of a label that is left out are left out too.
    ndarray
        Its groups.
    tuple of str
        The labels that are left out.

    Raises
    ------
    DataError
        If fewer than 70 texts or fewer than two labels are left: how many there are of each.
    """
    having = [len(np.unique(groups[truth])) for truth in labelled.truths.T]
    without = [len(np.unique(groups[~truth])) for truth in labelled.truths.T]
    pairs = zip(having, without, strict=True)
    enough: Flags = np.array([min(pair) >= FEWEST_OF_LABEL for pair in pairs], dtype=bool)
    _refuse_few(labelled, groups, having, enough)
    counts = dict(zip(labelled.names, having, strict=True))
    names = tuple(name for name, kept in zip(labelled.names, list(enough), strict=True) if kept)
    left = tuple(name for name in labelled.names if name not in names)
    rows = np.asarray(labelled.truths[:, enough].any(axis=1) | (not labelled.single))
    kept_ones = replace(
        labelled,
        texts=tuple(text for text, kept in zip(labelled.texts, list(rows), strict=True) if kept),
        names=names,
        truths=labelled.truths[rows][:, enough],
        notes=(*labelled.notes, *_tell_left({name: counts[name] for name in left})),
    )
    _refuse_few(kept_ones, groups[rows], [], np.ones(len(names), dtype=bool))
    return kept_ones, groups[rows], left


def _tell_left(counts: dict[str, int]) -> tuple[str, ...]:
    if not counts:
        return ()
    listed = "、".join(f"{name} {count}" for name, count in counts.items())
    return (f"不同的文字不足 {FEWEST_OF_LABEL} 条，不学，仍由规则判断：{listed}",)


def _refuse_few(labelled: Labelled, groups: Numbers, having: list[int], enough: Flags) -> None:
    faults = []
    texts = len(np.unique(groups))
    if texts < FEWEST_TEXTS:
        faults.append(
            f"不同的文字至少要 {FEWEST_TEXTS} 条，现有 {texts} 条（相同或几乎相同的只算一条）"
        )
    if int(enough.sum()) < FEWEST_LABELS:
        counts = zip(labelled.names, having, strict=False)
        listed = "、".join(f"{name} {count}" for name, count in counts)
        faults.append(
            f"至少要有 {FEWEST_LABELS} 类、每类 {FEWEST_OF_LABEL} 条不同的文字"
            f"（不属于该类的也要 {FEWEST_OF_LABEL} 条），现有：{listed or '没有'}"
        )
    if faults:
        listed = "\n".join(f"  - {fault}" for fault in faults)
        msg = f"标注太少，不能训练（仍用规则）：\n{listed}"
        raise DataError(msg)
