"""Stems: literal texts of which each match of a pattern holds at least one.

A message without any of them cannot match, and literal texts are looked for much faster than
patterns: they are what makes a million messages cheap.
"""

from typing import Any

from csqa.rules.regex_safety import Tree, parse_pattern
from csqa.rules.regex_sets import MOST_TEXTS, NOTHING, Texts, list_texts

MOST_STEMS = MOST_TEXTS
"""Of a pattern: more of them would filter no better."""


def find_stems(pattern: str) -> tuple[str, ...]:
    """Literal texts, in lower case, of which every match holds at least one.

    Parameters
    ----------
    pattern : str
        A regular expression.

    Returns
    -------
    tuple of str
        Sorted; empty if no such texts could be found, and each message must be tried.

    Examples
    --------
    >>> find_stems("没(?:有)?(?:办法|法)")
    ('没办法', '没有办法', '没有法', '没法')
    >>> find_stems("[您你].{0,5}密码"), find_stems("[0-9]{6}")
    (('密码',), ())
    """
    found = sorted(_required(parse_pattern(pattern)) or ())
    return tuple(one for one in found if not any(o in one for o in found if o != one))


def _required(tree: Tree) -> Texts | None:
    """The best texts that a sequence needs: the longest, then the fewest."""
    candidates: list[Texts] = []
    run: Texts = NOTHING
    for operator, argument in tree:
        exact = list_texts(str(operator), argument)
        joined = None if exact is None else frozenset(a + b for a in run for b in exact)
        if joined is not None and len(joined) <= MOST_STEMS:
            run = joined
            continue
        candidates.append(run)
        run = NOTHING if exact is None else exact
        needed = _needed(str(operator), argument) if exact is None else None
        if needed:
            candidates.append(needed)
    candidates.append(run)
    usable = [one for one in candidates if len(one) <= MOST_STEMS and min(map(len, one)) > 0]
    return min(usable, key=lambda one: (-_worth(one), len(one)), default=None)


def _worth(texts: Texts) -> int:
    """Shortest text; beyond two characters longer ones are no better."""
    return min(min(map(len, texts)), 3)


def _needed(name: str, argument: Any) -> Texts | None:
    """Texts that an item needs though it cannot be listed."""
    if name == "SUBPATTERN":
        return _required(list(argument[3]))
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[0] > 0:
        return _required(list(argument[2]))
    if name == "ATOMIC_GROUP":
        return _required(list(argument))
    if name == "BRANCH":
        parts = [_required(list(one)) for one in argument[1]]
        whole = frozenset(text for part in parts if part for text in part)
        return whole if None not in parts and len(whole) <= MOST_STEMS else None
    return None
