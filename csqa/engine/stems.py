"""Which messages can hold a hit at all: literal stems, looked for in all messages at once."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from operator import add
from typing import Any

Trie = dict[str, Any]
"""Character → what may follow; the empty text marks an end."""


class StemFinder:
    """Finds which of many groups of stems stand in which of many texts.

    Parameters
    ----------
    stems : mapping of str to set of int
        Stem, in lower case → the groups that it belongs to.

    Notes
    -----
    One pattern, a trie of all stems, runs over the joined texts and skips to the next text after
    each hit; only texts that were hit are then asked which stems they hold, by the pairs of
    characters in them.

    Examples
    --------
    >>> finder = StemFinder({"不知道": {0}, "不": {1}, "没法": {0, 2}})
    >>> finder.find(["您好", "我不知道", "真没法"])
    {1: {0, 1}, 2: {0, 2}}
    """

    def __init__(self, stems: Mapping[str, set[int]]) -> None:
        self._any = re.compile(_write(_make_trie(stems))) if stems else None
        self._groups = {stem: frozenset(groups) for stem, groups in stems.items()}
        self._signs = {stem for stem in stems if len(stem) == 1}
        self._longer: dict[str, list[str]] = {}
        """First two characters → the stems that begin so."""
        for stem in stems:
            if len(stem) > 1:
                self._longer.setdefault(stem[:2], []).append(stem)

    def find(self, texts: Sequence[str]) -> dict[int, set[int]]:
        """Find the groups of each text that holds any stem.

        Parameters
        ----------
        texts : sequence of str
            In any case.
        """
        if self._any is None:
            return {}
        lowered = [text.lower() for text in texts]
        # With single characters among the stems hardly a text is without one: no need to look.
        numbers = range(len(lowered)) if self._signs else self._numbers(lowered)
        asked = ((number, self._ask(lowered[number])) for number in numbers)
        return {number: groups for number, groups in asked if groups}

    def _numbers(self, texts: Sequence[str]) -> Iterable[int]:
        """Texts that hold a stem; all of them are looked through as one."""
        joined = "\n".join(texts)
        starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
        search = self._any.search  # type: ignore[union-attr]
        found = search(joined)
        while found is not None:
            number = bisect_right(starts, found.start()) - 1
            yield number
            found = search(joined, starts[number + 1])

    def _ask(self, text: str) -> set[int]:
        stems = self._signs.intersection(text) if self._signs else set[str]()
        for begin in self._longer.keys() & set(map(add, text, text[1:])):
            stems.update(stem for stem in self._longer[begin] if stem in text)
        groups: set[int] = set()
        for stem in stems:
            groups |= self._groups[stem]
        return groups


def _make_trie(stems: Iterable[str]) -> Trie:
    trie: Trie = {}
    for stem in stems:
        node = trie
        for sign in stem:
            node = node.setdefault(sign, {})
        node[""] = {}
    return trie


def _write(trie: Trie) -> str:
    """Write a trie as a pattern that takes the longest stem."""
    parts = [re.escape(sign) + _write(inner) for sign, inner in sorted(trie.items()) if sign]
    if not parts:
        return ""
    return f"(?:{'|'.join(parts)}){'?' if '' in trie else ''}"
