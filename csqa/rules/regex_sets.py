"""What a part of a parsed pattern can begin with: whether two parts can begin alike."""

from itertools import combinations
from typing import Any

Item = tuple[Any, Any]
"""An operator with its argument, as ``re`` parses a pattern."""

PROBES = tuple(map(chr, (9, 10, 32, 48, 57, 65, 95, 97, 0x3000, 0x4E0D, 0xFF10, 0xFF0C)))
"""A character of each category: what only categories tell is tried on these."""

MOST_TEXTS = 200
"""That an item can match, looked at one by one."""

Texts = frozenset[str]
NOTHING: Texts = frozenset({""})

MOST_MEMBERS = 2_000
"""Of a set whose characters are looked at one by one."""

_SETS = ("LITERAL", "IN", "NOT_LITERAL", "ANY", "ANY_ALL")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def are_apart(one: list[Item], other: list[Item]) -> bool:
    """Whether two sequences can never begin with the same character.

    Examples
    --------
    >>> from csqa.rules.regex_safety import parse_pattern
    >>> pairs = [("a+", "b"), ("ab", "ac"), ("[0-9]", "天|日"), ("[^,]", ","), ("a", "b?")]
    >>> [are_apart(*map(parse_pattern, pair)) for pair in pairs]
    [True, False, True, True, False]
    """
    first, second = beginnings(one), beginnings(other)
    if first is None or second is None:
        return False
    return not any(_overlap(a, b) for a in first for b in second)


def differ(branches: list[list[Item]]) -> bool:
    """Whether the first character tells which of several branches is meant."""
    found = [beginnings(branch) for branch in branches]
    if len(found) > 80 or any(one is None for one in found):
        return False
    return not any(
        _overlap(a, b)
        for first, second in combinations(found, 2)
        for a in first or ()
        for b in second or ()
    )


def beginnings(tree: list[Item]) -> list[Item] | None:
    """Sets of characters that a sequence can begin with; None if it may be empty, or is unclear."""
    found: list[Item] = []
    for item in tree:
        name, argument = str(item[0]), item[1]
        if name in _SETS:
            return [*found, item]
        if name in _REPEATS:
            inner = beginnings(list(argument[2]))
            if inner is None:
                return None
            found += inner
            if argument[0] > 0:
                return found
        elif name in ("SUBPATTERN", "ATOMIC_GROUP", "BRANCH"):
            parts = [beginnings(one) for one in _inner(name, argument)]
            if any(part is None for part in parts):
                return None
            return found + [one for part in parts for one in part or ()]
        elif name not in ("ASSERT_NOT", "AT", "ASSERT"):
            return None
    return None


def _inner(name: str, argument: Any) -> list[list[Item]]:
    if name == "BRANCH":
        return [list(one) for one in argument[1]]
    return [list(argument[3] if name == "SUBPATTERN" else argument)]


def _overlap(one: Item, other: Item) -> bool:
    """Whether two sets of characters can hold the same one."""
    for first, second in ((one, other), (other, one)):
        members = _members(first)
        if members is not None:
            return any(_holds(second, sign) for sign in members)
    if any(_is_negated(item) for item in (one, other)):
        return True
    return any(_holds(one, sign) and _holds(other, sign) for sign in PROBES)


def _is_negated(item: Item) -> bool:
    name, argument = str(item[0]), item[1]
    return name not in ("LITERAL", "IN") or (name == "IN" and str(argument[0][0]) == "NEGATE")


def _members(item: Item) -> list[str] | None:
    """All characters of a set; None where they are too many or known by category only."""
    name, argument = str(item[0]), item[1]
    if name == "LITERAL":
        return _both_cases(chr(argument))
    if _is_negated(item):
        return None
    found: list[str] = []
    for kind, inner in argument:
        if str(kind) == "LITERAL":
            found += _both_cases(chr(inner))
        elif str(kind) == "RANGE" and inner[1] - inner[0] <= MOST_MEMBERS:
            found += [one for n in range(inner[0], inner[1] + 1) for one in _both_cases(chr(n))]
        else:
            return None
    return found


def _both_cases(sign: str) -> list[str]:
    return list({sign, sign.lower(), sign.upper()})


def _holds(item: Item, sign: str) -> bool:
    name, argument = str(item[0]), item[1]
    if name == "LITERAL":
        return sign in _both_cases(chr(argument))
    if name == "NOT_LITERAL":
        return sign != chr(argument)
    if name != "IN":
        return True
    parts = [(str(kind), inner) for kind, inner in argument]
    held = any(_part_holds(kind, inner, sign) for kind, inner in parts if kind != "NEGATE")
    return held != (parts[0][0] == "NEGATE")


def _part_holds(kind: str, inner: Any, sign: str) -> bool:
    if kind == "LITERAL":
        return sign in _both_cases(chr(inner))
    if kind == "RANGE":
        return any(inner[0] <= ord(one) <= inner[1] for one in _both_cases(sign) if len(one) == 1)
    category = str(inner)
    for name, test in (("DIGIT", str.isdigit), ("SPACE", str.isspace)):
        if name in category:
            return test(sign) != ("NOT" in category)
    return (sign.isalnum() or sign == "_") != ("NOT" in category)


def list_texts(name: str, argument: Any) -> Texts | None:
    """All texts, in lower case, that an item can match; None if they are too many to list."""
    if name == "LITERAL":
        return frozenset({chr(argument).lower()})
    if name in ("ASSERT", "ASSERT_NOT", "AT"):
        return NOTHING
    if name == "IN":
        return _list_of_set(argument)
    if name == "SUBPATTERN":
        return _list_of_sequence(list(argument[3]))
    if name == "BRANCH":
        parts = [_list_of_sequence(list(one)) for one in argument[1]]
        whole = frozenset(text for part in parts if part for text in part)
        return whole if None not in parts and len(whole) <= MOST_TEXTS else None
    if name in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] <= 1:
        inner = _list_of_sequence(list(argument[2]))
        return inner if inner is None or argument[0] else inner | NOTHING
    return None


def _list_of_set(parts: list[Any]) -> Texts | None:
    if all(str(kind) == "LITERAL" for kind, _ in parts) and len(parts) <= MOST_TEXTS:
        return frozenset(chr(inner).lower() for _, inner in parts)
    return None


def _list_of_sequence(tree: list[Item]) -> Texts | None:
    texts: Texts = NOTHING
    for operator, argument in tree:
        exact = list_texts(str(operator), argument)
        if exact is None or len(texts) * len(exact) > MOST_TEXTS:
            return None
        texts = frozenset(a + b for a in texts for b in exact)
    return texts


def count_prefixes(branches: list[list[Item]]) -> tuple[int, list[list[Item]]]:
    """In how many ways branches can match at one place, and branches too wide to tell.

    Each way takes a text that stands there, so all of them are beginnings of the longest.

    Examples
    --------
    >>> from csqa.rules.regex_safety import parse_pattern
    >>> [
    ...     count_prefixes([parse_pattern(one) for one in ones])[0]
    ...     for ones in (
    ...         ["太慢", "太贵"],
    ...         ["快", "快递", "快递员", "慢"],
    ...         ["天(?!气)", "天(?:天)?"],
    ...     )
    ... ]
    [1, 3, 3]
    """
    texts: list[str] = []
    wide = []
    for branch in branches:
        own = _list_of_sequence(branch)
        if own is None:
            wide.append(branch)
        else:
            texts += own
    chains = (sum(one.startswith(other) for other in texts) for one in texts)
    return max(chains, default=0), wide
