"""How large and how small the numbers of an expression can get, whatever the data.

Some servers end a query where a double overflows, or underflows to 0; others go on with infinity.
So an expression that could get there on any data is refused when it is read. Of each number
two powers of two are known: no value is larger than 2**most, and every value is a multiple of
2**grain, so that none but 0 is smaller. A product adds both; a sum of doubles is a multiple of
the smaller grain, for rounding only drops digits; a quotient x / y is at most 2**(most of x) /
2**(grain of y), and not below 2**(grain of x) / 2**(most of y), of which a double keeps 53 bits.
"""

import math
from dataclasses import dataclass

from csqa.columntypes import INTEGER, NUMBER
from csqa.rules.expression_tokens import Faults
from csqa.rules.expression_tree import COLUMNS, Node

MOST_POWER = 900
"""A double holds up to 2**1023, and down to 2**-1022 with all its bits."""

BITS = 53
"""Bits that a double keeps."""

MILLISECOND = 10 + BITS
"""A millisecond in seconds, 0.001, is more than 2**-10."""

MOST_SECONDS = 44
"""Years as far as servers know them, 300,000, are less than 2**44 seconds."""

MOST_CHARACTERS = 32
"""A text has fewer than 2**32 characters."""


@dataclass(frozen=True)
class Reach:
    """Powers of two between which numbers are."""

    most: float
    grain: float


def check_reach(tree: Node, faults: Faults) -> None:
    """Add a fault where a number could leave what a double holds.

    Examples
    --------
    >>> from csqa.rules.expression_grammar import parse_tokens
    >>> from csqa.rules.expression_kinds import check_kinds
    >>> from csqa.rules.expression_tokens import list_tokens
    >>> faults = {}
    >>> check_reach(check_kinds(parse_tokens(list_tokens("csat / (nps - 5)", {})), {}), faults)
    >>> faults
    {}
    """
    _reach(tree, faults)


def _reach(node: Node, faults: Faults) -> Reach:
    below = [_reach(one, faults) for one in node.arguments]
    if node.kind != NUMBER:
        return Reach(0, 0)
    found = _leaf(node) or _step(node.operator, node, below)
    if found.most > MOST_POWER or found.grain < -MOST_POWER:
        faults.setdefault(node.position, "乘除太多，数可能大到或小到算不出")
        return Reach(0, 0)
    return found


def _leaf(node: Node) -> Reach | None:
    if node.operator == "number":
        value = float(node.value or 0)
        power = math.log2(value) if value else 0
        return Reach(power, 0 if value.is_integer() else math.floor(power) - BITS)
    if node.operator == "column":
        column = COLUMNS[str(node.value)]
        ends = [abs(end) for end in (column.minimum, column.maximum) if end is not None]
        return Reach(math.log2(max(ends)), 0 if column.kind == INTEGER else -MILLISECOND)
    if node.operator == "SECONDS_BETWEEN":
        return Reach(MOST_SECONDS, -MILLISECOND)
    if node.operator in ("LENGTH", "null"):
        return Reach(MOST_CHARACTERS, 0)
    return None


def _step(operator: str, node: Node, below: list[Reach]) -> Reach:
    values = [one for one, part in zip(below, node.arguments, strict=True) if part.kind == NUMBER]
    most, grain = max(one.most for one in values), min(one.grain for one in values)
    if operator in ("+", "-"):
        return Reach(most + 1, grain)
    if operator == "*":
        return Reach(sum(one.most for one in values), sum(one.grain for one in values))
    if operator == "/":
        above, under = values
        return Reach(above.most - under.grain, above.grain - under.most - BITS - 1)
    if operator in ("FLOOR", "CEIL"):
        return Reach(max(most, 0) + 1, 0)
    if operator == "ROUND":
        # Kept decimals times 10**6, halves added, divided again.
        return Reach(max(values[0].most, 0) + 22, -20 - BITS)
    return Reach(most, grain)
