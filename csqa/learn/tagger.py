"""A trained tagger: what it says of texts, how sure it is, and which characters made it say so."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csqa.errors import RuleError
from csqa.learn.calibration import Calibration, Flags, Floats
from csqa.learn.evidence import find_spans, trim_span
from csqa.learn.figures import decide
from csqa.learn.ngrams import Found, Vocabulary
from csqa.learn.signs import BLOCK_SIGNS, Signs, read_signs, split_blocks
from csqa.learn.weighing import weigh

RuleHits = Callable[[Sequence[str]], Sequence[Collection[str]]]
"""What the rules find in each text: ids of causes and bones, or of classes."""

Tag = tuple[str, float, int, int]
"""Label, probability, start and end of the characters that weighed most."""

RULE_WEIGHT = 0.5
"""Of a rule's hit beside a text's runs of characters, whose weights have length 1 together."""


@dataclass(frozen=True, eq=False)
class Tagger:
    """A trained tagger.

    Notes
    -----
    Made by :func:`csqa.train_causes` or :func:`csqa.read_tagger`. It needs nothing but numpy and
    scipy; what it holds of the texts are runs of at most three characters that several had.
    """

    kind: str
    """``causes``, ``sentiment`` or ``classes``."""
    names: tuple[str, ...]
    """All labels that it knows."""
    causes: tuple[str, ...]
    """Those it is used for: cross-validation beat the rules."""
    vocabulary: Vocabulary
    rarity: Floats
    """Of each column of the vocabulary."""
    weights: Floats
    """Shape (columns + rules, labels)."""
    biases: Floats
    calibration: Calibration
    """How a score becomes a probability."""
    thresholds: Floats
    """The probability from which each label is told; where each text has exactly one, the one is
    told whose probability is the greatest multiple of its threshold."""
    rule_ids: tuple[str, ...]
    """Rules whose hits it looks at besides; none from 700 labels on."""
    facts: Mapping[str, Any]
    """When, on what and by which version it was trained, and its figures then."""
    version: str
    """Day of training and fingerprint."""
    rule_hits: RuleHits | None = None
    rules_changed: bool = False
    """Whether the rules are others than those it was trained with."""
    at_least: float = 0.0
    """No label is told below this probability."""

    def tag(self, texts: Sequence[str]) -> list[list[Tag]]:
        """Tag texts.

        Parameters
        ----------
        texts : sequence of str
            Any number: they are looked at in blocks.

        Returns
        -------
        list of list of tuple
            Per text its tags: label (one of ``causes``), probability, start and end of the
            characters that weighed most. A text without any known character has none.
        """
        tags: list[list[Tag]] = []
        for block in split_blocks(list(texts), BLOCK_SIGNS):
            tags.extend(self._tag(block))
        return tags

    def probabilities(self, texts: Sequence[str]) -> pd.DataFrame:
        """Give the probability of each label, used or not.

        Returns
        -------
        DataFrame, one row per text
            A column per label [0–1]; they add up to 1 where each text has exactly one.
        """
        blocks = [self._look(block)[2] for block in split_blocks(list(texts), BLOCK_SIGNS)]
        chances = np.concatenate(blocks) if blocks else np.empty((0, len(self.names)))
        return pd.DataFrame(chances, columns=list(self.names))

    def _tag(self, block: Sequence[str]) -> Iterator[list[Tag]]:
        signs, found, chances = self._look(block)
        known = np.bincount(signs.rows[found.at], minlength=signs.count) > 0
        told = decide(
            chances, self.thresholds, single=self.calibration.single, at_least=self.at_least
        )
        rows, labels = np.nonzero(told & known[:, None] & self._used)
        spans = find_spans(signs, found, self._pulls, rows, labels).tolist()
        tags: list[list[Tag]] = [[] for _ in range(signs.count)]
        sure = chances[rows, labels].tolist()
        for row, label, chance, (start, end) in zip(
            rows.tolist(), labels.tolist(), sure, spans, strict=True
        ):
            span = trim_span(block[row], start, end)
            tags[row].append((self.names[label], chance, *span))
        return iter(tags)

    def _look(self, block: Sequence[str]) -> tuple[Signs, Found, Floats]:
        signs = read_signs(block)
        found = self.vocabulary.find(signs)
        columns = len(self.vocabulary)
        weighed = weigh(self.vocabulary.count(signs, found), self.rarity)
        scores = weighed @ self.weights[:columns] + self.biases
        if self.rule_ids:
            scores = scores + self._ask_rules(block) @ self.weights[columns:]
        return signs, found, self.calibration.probabilities(scores)

    def _ask_rules(self, block: Sequence[str]) -> Floats:
        if self.rule_hits is None:
            msg = (
                "这个标注器还要看规则的命中：请在 `read_tagger` 里给出 `fishbone` 或 `rule_hits`。"
            )
            raise RuleError(msg)
        texts = [text if isinstance(text, str) else "" for text in block]
        return RULE_WEIGHT * mark_hits(self.rule_hits(texts), self.rule_ids)

    @cached_property
    def _used(self) -> Flags:
        return np.array([name in self.causes for name in self.names], dtype=bool)

    @cached_property
    def _pulls(self) -> Floats:
        return self.weights[: len(self.vocabulary)] * self.rarity[:, None]


def mark_hits(hits: Sequence[Collection[str]], ids: Sequence[str]) -> npt.NDArray[np.float64]:
    """Give 1 where a rule hit a text; shape (texts, ids).

    Examples
    --------
    >>> mark_hits([{"slow"}, set()], ["rude", "slow"]).tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    marked = [[float(one in own) for one in ids] for own in hits]
    return np.array(marked, dtype=np.float64).reshape(len(hits), len(ids))
