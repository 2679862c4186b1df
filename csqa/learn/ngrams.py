"""Texts as runs of one to three characters: what stands where, and how often in each text.

Characters match words within 1.5 points on Chinese service texts and need no segmentation. All
texts of a block are one array of code points; every step runs over it at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from csqa.learn.signs import (
    CODE_POINTS,
    NOTHING,
    Codes,
    Numbers,
    Signs,
    read_signs,
    split_blocks,
)

LONGEST_GRAM = 3
"""Characters."""
FEWEST_TEXTS = 2
"""A run of characters that only one text has tells of that text alone, and may be personal."""
MOST_GRAMS = 200_000
"""Kept of a vocabulary, those that most texts have: what bounds a tagger's file."""


@dataclass(frozen=True)
class Found:
    """Known runs of characters of several texts, where they stand."""

    at: Numbers
    """Number of the sign that each begins with."""
    columns: Numbers
    """Of the vocabulary."""
    lengths: Numbers
    """Characters."""


@dataclass(frozen=True)
class Vocabulary:
    """The runs of characters that a tagger knows, each a column.

    Every beginning and every end of a run is a run of it too, so that a longer run is looked for
    only where the two shorter ones stand.
    """

    grams: Codes
    """Shape (columns, 3): code points, 0 after the last; by length, then in order."""

    def __len__(self) -> int:
        """Columns."""
        return len(self.grams)

    @cached_property
    def _bounds(self) -> tuple[int, int]:
        """The first column of two characters, and of three."""
        used = (self.grams != 0).sum(axis=1)
        return int((used < 2).sum()), int((used < 3).sum())

    @cached_property
    def _ids(self) -> Numbers:
        """Code point → number in the alphabet from 1; 0 is unknown."""
        single, _ = self._bounds
        ids = np.zeros(CODE_POINTS, dtype=np.int64)
        ids[self.grams[:single, 0]] = np.arange(1, single + 1)
        return ids

    @cached_property
    def _pairs(self) -> Any:
        single, double = self._bounds
        first, second, _ = self._ids[self.grams[single:double]].T
        return pd.Index(first * (single + 1) + second)

    @cached_property
    def _triples(self) -> Any:
        single, double = self._bounds
        first, second, third = self._ids[self.grams[double:]].T
        pair = self._pairs.get_indexer(pd.Index(first * (single + 1) + second))
        return pd.Index(pair * (single + 1) + third)

    def is_sound(self) -> bool:
        """Whether it is what a vocabulary must be: for files that come from anywhere."""
        grams = self.grams.astype(np.int64)
        used = grams != 0
        filled = bool(used[:, 0].all() and (used[:, 1] >= used[:, 2]).all())
        known = bool((grams < CODE_POINTS).all())
        order = np.lexsort([grams[:, 2], grams[:, 1], grams[:, 0], used.sum(axis=1)])
        sorted_ = bool((order == np.arange(len(grams))).all())
        if not (filled and known and sorted_ and len(np.unique(grams, axis=0)) == len(grams)):
            return False
        single, double = self._bounds
        ids = self._ids[self.grams]
        pairs, triples = ids[single:double], ids[double:]
        ends = self._pairs.get_indexer(pd.Index(triples[:, 1] * (single + 1) + triples[:, 2]))
        beginnings = self._pairs.get_indexer(pd.Index(triples[:, 0] * (single + 1) + triples[:, 1]))
        parts = (pairs[:, :2] > 0).all(), (triples > 0).all(), (ends >= 0).all()
        return bool(all(parts) and (beginnings >= 0).all())

    def find(self, signs: Signs) -> Found:
        """Find every known run of characters."""
        single, double = self._bounds
        ids = self._ids[signs.codes]
        one = np.flatnonzero(ids)
        two = np.flatnonzero((ids[:-1] > 0) & (ids[1:] > 0))
        pair = self._pairs.get_indexer(pd.Index(ids[two] * (single + 1) + ids[two + 1]))
        two, pair = two[pair >= 0], pair[pair >= 0]
        follows = np.flatnonzero(np.diff(two) == 1)
        three, keys = two[follows], pair[follows] * (single + 1) + ids[two[follows] + 2]
        triple = self._triples.get_indexer(pd.Index(keys))
        three, triple = three[triple >= 0], triple[triple >= 0]
        lengths = np.repeat(np.arange(1, 4), [len(one), len(two), len(three)])
        columns = np.concatenate([ids[one] - 1, pair + single, triple + double])
        return Found(np.concatenate([one, two, three]), columns, lengths)

    def count(self, signs: Signs, found: Found | None = None) -> sp.csr_array:
        """How often each run stands in each text: shape (texts, columns), float64."""
        found = found or self.find(signs)
        rows, columns = signs.rows[found.at].astype(np.int32), found.columns.astype(np.int32)
        shape = signs.count, len(self)
        counts = sp.coo_array((np.ones(len(rows)), (rows, columns)), shape=shape)
        return sp.csr_array(counts)  # adds up what stands more than once


def build_vocabulary(signs: Signs) -> Vocabulary:
    """Take the runs of characters that several texts have, at most :data:`MOST_GRAMS`.

    Parameters
    ----------
    signs : Signs
        Of the texts to learn from.

    Examples
    --------
    >>> known = build_vocabulary(read_signs(["太慢了", "慢了点", "太贵"]))
    >>> ["".join(chr(code) for code in gram if code) for gram in known.grams]
    ['了', '太', '慢', '慢了']
    """
    kept, texts_with = _single(signs)
    parts, sizes = [kept], [texts_with]
    ids = np.zeros(CODE_POINTS, dtype=np.int64)
    ids[kept[:, 0]] = np.arange(1, len(kept) + 1)
    now, base = ids[signs.codes], len(kept) + 1
    at, known = np.flatnonzero(now), now[now > 0] - 1
    for _ in range(1, LONGEST_GRAM):
        follows = np.flatnonzero(np.diff(at) == 1)
        length = len(parts)
        start = at[follows]
        keys = known[follows] * base + now[start + length]
        chosen, known_now, sizes_now = _shared(keys, signs.rows[start])
        shorter = parts[-1][chosen // base]
        shorter[:, length] = kept[chosen % base - 1, 0]
        parts.append(shorter)
        sizes.append(sizes_now)
        at, known = start[known_now >= 0], known_now[known_now >= 0]
    return Vocabulary(_most_shared(np.concatenate(parts), np.concatenate(sizes)))


def count_texts(vocabulary: Vocabulary, texts: Sequence[str]) -> sp.csr_array:
    """How often each run stands in each of many texts, counted block by block."""
    blocks = [vocabulary.count(read_signs(block)) for block in split_blocks(texts)]
    return sp.csr_array(sp.vstack(blocks)) if blocks else vocabulary.count(read_signs(texts))


def _single(signs: Signs) -> tuple[Codes, Numbers]:
    chosen, _, sizes = _shared(signs.codes.astype(np.int64), signs.rows)
    sizes, chosen = sizes[chosen != NOTHING], chosen[chosen != NOTHING]
    grams = np.zeros((len(chosen), LONGEST_GRAM), dtype=np.uint32)
    grams[:, 0] = chosen
    return grams, sizes


def _shared(keys: Numbers, rows: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Keys that several texts have; of each key given, which one it is (else -1); texts with it."""
    # Hashed, not sorted: of millions of runs most stand in one text and are not kept.
    found, unique = pd.factorize(keys)
    texts = int(rows.max(initial=0)) + 1
    pairs = pd.unique(found * texts + rows)
    sizes = np.bincount(pairs // texts, minlength=len(unique))
    kept = np.flatnonzero(sizes >= FEWEST_TEXTS)
    kept = kept[np.argsort(unique[kept])]
    numbers = np.full(len(unique), -1)
    numbers[kept] = np.arange(len(kept))
    return unique[kept], numbers[found], sizes[kept]


def _most_shared(grams: Codes, sizes: Numbers) -> Codes:
    """The grams that most texts have; a run's beginning and end are never rarer than it is."""
    if len(grams) <= MOST_GRAMS:
        return grams
    order = np.lexsort([np.arange(len(grams)), -sizes])  # shorter ones first among equals
    return grams[np.sort(order[:MOST_GRAMS])]
