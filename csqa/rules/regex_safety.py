"""Which regular expressions of a rule file may run: those that cannot backtrack without end.

Patterns come from users and run over customers' messages, so what one costs must be bounded before
it runs. The bound is the number of steps in which a backtracking engine may try all ways to match
from one place. It is counted on the parsed pattern, never by trying.
"""

import re
import warnings
from typing import Any

from csqa.rules.regex_sets import are_apart, count_prefixes, differ

LONGEST_PATTERN = 500
"""Characters; a longer one is several patterns, which a rule lists one by one."""

MOST_STEPS = 25_000
"""From one place: three times ``.{0,20}`` take 18,500; a fourth is no phrase any more."""

TOO_MANY = MOST_STEPS + 1
"""Where counting stops."""

LONGEST_TEXT = 5_000
"""Characters of a message that are examined, and so what a repeat without end may reach."""

DEEPEST = 12
"""Groups within groups."""

_REFUSED = {
    "GROUPREF": "不能用反向引用（\\1）",
    "GROUPREF_EXISTS": "不能用条件分组（(?(1)…)）",
    "GROUPREF_IGNORE": "不能用反向引用（\\1）",
}
_WIDE = ("ANY", "ANY_ALL", "NOT_LITERAL")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")

_parser: Any = re._parser  # type: ignore[attr-defined]  # the only way to a parsed pattern
ENDLESS = int(_parser.MAXREPEAT)

Tree = list[tuple[Any, Any]]
"""What ``re`` parses a pattern into: operators with their arguments."""


Cost = tuple[int, int]
"""Ways, and steps to try them all."""


class _Refused(Exception):
    """Why a pattern may not run."""


def parse_pattern(text: str) -> Tree:
    """Parse a pattern as ``re`` does, matching letters of either case.

    Raises
    ------
    re.error
        If it is no pattern.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of set notations of the future
        return list(_parser.parse(text, re.IGNORECASE))


def find_pattern_fault(text: str) -> str | None:
    """Say why a pattern may not be used; None if it may.

    Parameters
    ----------
    text : str
        A regular expression of Python's ``re``.

    Returns
    -------
    str or None
        A sentence in Chinese without full stop.

    Examples
    --------
    >>> find_pattern_fault("不(?:太)?清楚.{0,20}吗")
    >>> find_pattern_fault("(a+)+b")
    '重复里套着重复，或几处重复彼此重叠，可能回溯不尽；请写明次数，如 .{0,20}'
    >>> find_pattern_fault("退货(")
    '不是正则表达式（第 3 个字符：括号没有闭合）'
    """
    if not text.strip():
        return "是空的"
    if len(text) > LONGEST_PATTERN:
        return f"太长（{len(text)} 个字符，最多 {LONGEST_PATTERN} 个）；请分成几条写"
    try:
        tree = parse_pattern(text)
        _check_tree(tree, 0)
        if max(count_cost(tree)) > MOST_STEPS:
            return "重复里套着重复，或几处重复彼此重叠，可能回溯不尽；请写明次数，如 .{0,20}"
        re.compile(rf"(?:{text})\Z", re.IGNORECASE)  # as exceptions are anchored
        if re.compile(text, re.IGNORECASE).match(""):
            return "能匹配空文字，每条消息都会命中"
    except _Refused as refused:
        return str(refused)
    except re.error as error:
        return _explain(error)
    except (RecursionError, OverflowError, MemoryError):
        return "嵌套过深或次数过大"
    return None


def _explain(error: re.error) -> str:
    told = "括号没有闭合" if "unterminated subpattern" in str(error) else error.msg
    place = f"第 {error.pos + 1} 个字符：" if error.pos is not None else ""
    return f"不是正则表达式（{place}{told}）"


def _check_tree(tree: Tree, depth: int) -> None:
    """Refuse operators whose cost has no bound, and endless repeats of nearly anything."""
    if depth > DEEPEST:
        msg = f"分组嵌套过深（最多 {DEEPEST} 层）"
        raise _Refused(msg)
    for operator, argument in tree:
        name = str(operator)
        if name in _REFUSED:
            raise _Refused(_REFUSED[name])
        if name in _REPEATS and argument[1] == ENDLESS and _is_wide(list(argument[2])):
            msg = "“.*”“.+” 一类没有尽头的重复会把整条消息吃进去；请写明次数，如 .{0,20}"
            raise _Refused(msg)
        for inner in inner_trees(name, argument):
            _check_tree(inner, depth + 1)


def _is_wide(tree: Tree) -> bool:
    if len(tree) != 1:
        return False
    name, argument = str(tree[0][0]), tree[0][1]
    if name == "IN":
        kinds = [(str(one), inner) for one, inner in argument]
        negated = bool(kinds) and kinds[0][0] == "NEGATE"
        return negated or any(
            one == "CATEGORY" and ("NOT" in str(inner) or "WORD" in str(inner))
            for one, inner in kinds
        )
    if name == "SUBPATTERN":
        return _is_wide(list(argument[3]))
    return name in _WIDE


def inner_trees(name: str, argument: Any) -> list[Tree]:
    """Patterns that stand directly in an operator."""
    if name in _REPEATS:
        return [list(argument[2])]
    if name == "SUBPATTERN":
        return [list(argument[3])]
    if name == "BRANCH":
        return [list(one) for one in argument[1]]
    if name in ("ASSERT", "ASSERT_NOT"):
        return [list(argument[1])]
    return [list(argument)] if name == "ATOMIC_GROUP" else []


def count_cost(tree: Tree, *, last: bool = True) -> Cost:
    """Bound in how many ways a parsed pattern can match from one place, and in how many steps.

    Parameters
    ----------
    tree : list
        From :func:`parse_pattern`.
    last : bool
        Whether the pattern ends here: what ends it is never tried a second time.

    Returns
    -------
    (int, int)
        At least the true numbers on any text of :data:`LONGEST_TEXT` characters, as far as
        :data:`MOST_STEPS`: beyond that it is not counted further.

    Notes
    -----
    In sequence, ways multiply, and each part takes its steps once for every way before it.
    Alternatives add up, except texts that can't stand at one place together. A repeat of ``m`` to
    ``n`` adds up the powers of what it repeats: a bound on the leaves of the search tree. A repeat
    whose follower can't begin with what it repeats has one way only: it ends where they end.

    Examples
    --------
    >>> count_cost(parse_pattern("不.{0,20}清楚")), count_cost(parse_pattern(r"[a-c]{0,9}[0-9]"))
    ((21, 63), (1, 10))
    """
    ways, steps = 1, 0
    for place, (operator, argument) in enumerate(tree):
        following = tree[place + 1 :]
        ends = last and not following
        own_ways, own_steps = _cost_of(str(operator), argument, following, ends)
        steps = min(steps + ways * own_steps, TOO_MANY)
        ways = min(ways * own_ways, TOO_MANY)
    return ways, steps


def _cost_of(name: str, argument: Any, following: Tree, last: bool) -> Cost:
    inner = inner_trees(name, argument)
    if name in _REPEATS:
        apart = last or are_apart(inner[0], following)
        return _repeat(argument[0], argument[1], count_cost(inner[0], last=False), apart)
    costs = [count_cost(one, last=last) for one in inner] or [(1, 1)]
    steps = min(sum(steps for _, steps in costs), TOO_MANY)
    if name != "BRANCH":
        return min(sum(own for own, _ in costs), TOO_MANY), steps
    if differ(inner):
        return max(own for own, _ in costs), steps
    ways, wide = count_prefixes(inner)
    return min(ways + sum(count_cost(one, last=last)[0] for one in wide), TOO_MANY), steps


def _repeat(least: int, most: int, inner: Cost, apart: bool) -> Cost:
    ways, steps = inner
    most = max(min(int(most), LONGEST_TEXT), 1)
    if ways == 1:
        return (1 if apart else max(most - least + 1, 1)), most * steps
    total, power = 0, 1
    for times in range(most + 1):
        total += power if times >= least else 0
        power = min(power * ways, TOO_MANY)
        if max(total, power) >= TOO_MANY and times < most:
            return TOO_MANY, TOO_MANY
    return total, min(total * steps, TOO_MANY)
