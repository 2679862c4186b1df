"""Phrases of texts without cutting them into words: character n-grams that hold together.

An n-gram is a phrase if its parts meet far more often than by chance (pointwise mutual
information) and if what stands before and after it varies (boundary entropy).
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHORTEST, LONGEST = 2, 8
"""Characters of a phrase."""

LONGEST_TEXT = 1_000
"""Characters of one text that are looked at."""

LEAST_BOND = 1.5
"""Pointwise mutual information, in bits, of the weakest place where a phrase could be cut."""

LEAST_FREEDOM = 0.9
"""Boundary entropy, in bits: what stands beside a phrase differs."""

SAME_COUNT = 0.8
"""A phrase of which this part stands inside a longer one is only that one's piece."""

_RUNS = re.compile(r"[一-鿿]+|[a-z]{2,}", re.IGNORECASE)
"""Chinese characters, or a word of letters; digits, signs and spaces part them."""


@dataclass(frozen=True)
class Mined:
    """Phrases, with the numbers of the texts that hold each."""

    texts: int
    places: dict[str, frozenset[int]]


def list_pieces(text: str) -> Iterable[str]:
    """All n-grams of a text, again and again; a word of letters is one piece.

    Examples
    --------
    >>> list(list_pieces("安装费 OK 3"))
    ['安装', '装费', '安装费', 'ok']
    """
    for run in _RUNS.findall(text[:LONGEST_TEXT]):
        if run[0].isascii():
            yield run.lower()
            continue
        for size in range(SHORTEST, min(LONGEST, len(run)) + 1):
            for start in range(len(run) - size + 1):
                yield run[start : start + size]


def mine_phrases(texts: Sequence[str], *, least: int = 5) -> Mined:
    """Find the phrases that at least so many texts hold.

    Parameters
    ----------
    texts : sequence of str
        One per case.
    least : int
        Fewest texts of a phrase.

    Notes
    -----
    Bouma (2009), Normalized pointwise mutual information in collocation extraction; boundary
    entropy: Tanaka-Ishii (2005), Entropy as an indicator of context boundaries.

    Examples
    --------
    >>> texts = [f"{who}安装费太贵{end}" for who in "我你他她它" for end in ("！", "啊", "")]
    >>> sorted(mine_phrases(texts, least=6).places)
    ['安装费太贵']
    """
    places: dict[str, set[int]] = defaultdict(set)
    for number, text in enumerate(texts):
        for piece in set(list_pieces(text)):
            places[piece].add(number)
    common = {piece: found for piece, found in places.items() if len(found) >= least}
    held = _hold_together(texts, common)
    kept = _drop_pieces({piece: common[piece] for piece in held})
    return Mined(len(texts), {piece: frozenset(found) for piece, found in kept.items()})


def _hold_together(texts: Sequence[str], common: dict[str, set[int]]) -> list[str]:
    """Pieces that are bound inside and free outside."""
    single: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    left: dict[str, Counter[str]] = defaultdict(Counter)
    right: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for run in _RUNS.findall(text[:LONGEST_TEXT]):
            if run[0].isascii():
                continue
            single.update(run)
            _count_run(run, common, counts, left, right)
    total = sum(single.values())
    return [
        piece
        for piece in common
        if piece.isascii()
        or (
            _bond(piece, counts, single, total) >= LEAST_BOND
            # Of the longest pieces it is not known where the phrase that they are part of ends.
            and (
                len(piece) == LONGEST
                or min(_entropy(left[piece]), _entropy(right[piece])) >= LEAST_FREEDOM
            )
        )
    ]


def _count_run(
    run: str,
    common: dict[str, set[int]],
    counts: "Counter[str]",
    left: dict[str, "Counter[str]"],
    right: dict[str, "Counter[str]"],
) -> None:
    for size in range(SHORTEST, min(LONGEST, len(run)) + 1):
        for start in range(len(run) - size + 1):
            piece = run[start : start + size]
            if piece not in common:
                continue
            counts[piece] += 1
            # The edge of a sentence is a new neighbour each time: it does not bind.
            left[piece][run[start - 1] if start else f"^{counts[piece]}"] += 1
            end = start + size
            right[piece][run[end] if end < len(run) else f"${counts[piece]}"] += 1


def _bond(piece: str, counts: "Counter[str]", single: "Counter[str]", total: int) -> float:
    """Mutual information of the weakest cut of a piece into two."""

    def chance(part: str) -> float:
        seen = single[part] if len(part) == 1 else counts[part] or counts[piece]
        return seen / total

    together = counts[piece] / total
    cuts = range(1, len(piece))
    return min(math.log2(together / (chance(piece[:cut]) * chance(piece[cut:]))) for cut in cuts)


def _entropy(neighbours: "Counter[str]") -> float:
    total = sum(neighbours.values())
    if not total:
        return 0.0
    return -sum(seen / total * math.log2(seen / total) for seen in neighbours.values())


def _drop_pieces(phrases: dict[str, set[int]]) -> dict[str, set[int]]:
    """Leave out what nearly always stands inside one longer phrase."""
    inside: dict[str, int] = {}
    for phrase, found in phrases.items():
        for size in range(SHORTEST, len(phrase)):
            for start in range(len(phrase) - size + 1):
                piece = phrase[start : start + size]
                if piece in phrases:
                    inside[piece] = max(inside.get(piece, 0), len(found))
    whole = [
        phrase
        for phrase, found in phrases.items()
        if inside.get(phrase, 0) < SAME_COUNT * len(found)
    ]
    return _drop_shifted({phrase: phrases[phrase] for phrase in whole})


def _drop_shifted(phrases: dict[str, set[int]]) -> dict[str, set[int]]:
    """Of phrases that overlap and stand in nearly the same texts, keep the most frequent one."""
    kept: dict[str, set[int]] = {}
    by_texts: dict[int, list[str]] = defaultdict(list)
    for phrase in sorted(phrases, key=lambda one: (-len(phrases[one]), -len(one), one)):
        found = phrases[phrase]
        near = {other for number in found for other in by_texts[number]}
        if any(_is_shifted(phrase, other, found, kept[other]) for other in near):
            continue
        kept[phrase] = found
        for number in found:
            by_texts[number].append(phrase)
    return kept


def _is_shifted(phrase: str, other: str, found: set[int], known: set[int]) -> bool:
    both = len(found & known)
    alike = both >= SAME_COUNT * max(len(found), len(known))
    edges = range(SHORTEST, min(len(phrase), len(other)))
    return alike and any(
        phrase[-size:] == other[:size] or other[-size:] == phrase[:size] for size in edges
    )
