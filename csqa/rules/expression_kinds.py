"""Kinds in an expression: numbers with numbers, times with times; every fault is collected."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from csqa.columntypes import FLAG, NUMBER, TEXT, TIME
from csqa.rules.expression_tokens import Faults, quote
from csqa.rules.expression_tree import (
    COLUMNS,
    COSTLY,
    KIND_NAMES,
    KINDS_OF_COLUMN,
    MOST_COSTLY,
    MOST_DIGITS,
    NULL,
    Node,
)
from csqa.rules.faults import find_nearest

Told = Callable[[str, str], str]
"""Kinds that are wanted, and the kind found → the fault."""

UNKNOWN = ""
"""The kind of what has been told to be wrong already: it fits everywhere."""

TAKES: dict[str, str] = {
    **dict.fromkeys(("+", "-", "*", "/", "negative", "ABS", "ROUND", "FLOOR", "CEIL"), NUMBER),
    **dict.fromkeys(("LOWER", "UPPER", "LENGTH"), TEXT),
    **dict.fromkeys(("AND", "OR", "NOT"), FLAG),
    "SECONDS_BETWEEN": TIME,
}
"""Operators whose arguments are all of one kind."""

GIVES = TAKES | {"LENGTH": NUMBER, "SECONDS_BETWEEN": NUMBER}
"""The kind of what they give."""

ALIKE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("=", "<>", "IN", "NOT IN"), (NUMBER, TEXT, TIME, FLAG)),
    **dict.fromkeys(("<", "<=", ">", ">=", "BETWEEN", "NOT BETWEEN"), (NUMBER, TEXT, TIME)),
    **dict.fromkeys(("COALESCE", "NULLIF"), (NUMBER, TEXT, TIME, FLAG)),
    **dict.fromkeys(("LEAST", "GREATEST"), (NUMBER, TIME)),
}
"""Operators whose arguments are of the same kind, one of these."""

CONDITIONS = ("=", "<>", "<", "<=", ">", ">=", "IN", "NOT IN", "BETWEEN", "NOT BETWEEN")


def check_kinds(tree: Node, faults: Faults) -> Node:
    """Give each node its kind.

    Parameters
    ----------
    tree : Node
        From the grammar.
    faults : dict of int to str
        What does not fit is added by its position.

    Examples
    --------
    >>> from csqa.rules.expression_grammar import parse_tokens
    >>> from csqa.rules.expression_tokens import list_tokens
    >>> faults = {}
    >>> check_kinds(parse_tokens(list_tokens("csat > 3", faults)), faults).kind
    'flag'
    >>> check_kinds(parse_tokens(list_tokens("csat > 'x'", faults)), faults).kind, faults
    ('flag', {8: '> 两边应是同一类：数，而这里是文字'})
    """
    arguments = tuple(check_kinds(one, faults) for one in tree.arguments)
    _check_costly(tree, faults)
    return _kind_of(replace(tree, arguments=arguments), faults)


def _kind_of(node: Node, faults: Faults) -> Node:
    operator = node.operator
    if operator == "column":
        column = COLUMNS.get(str(node.value))
        return replace(node, kind=KINDS_OF_COLUMN[column.kind] if column else UNKNOWN)
    if not node.arguments:
        return replace(node, kind=operator)
    if operator in TAKES:
        given = [_ask(one, TAKES[operator], node, faults) for one in node.arguments]
        _check_call(node, faults)
        return replace(node, arguments=tuple(given), kind=GIVES[operator])
    if operator == "CASE":
        return _case(node, faults)
    if operator in ALIKE:
        return _alike(node, faults)
    return _is_null(node, faults)


def _ask(one: Node, kind: str, whole: Node, faults: Faults) -> Node:
    """An argument that must be of a kind; a bare NULL takes it on."""
    if one.kind == NULL:
        return replace(one, kind=kind)
    if one.kind not in (kind, UNKNOWN):
        hint = ""
        if whole.operator == "-" and one.kind == TIME:
            hint = "；时间相减请用 seconds_between(后, 前)"
        name = _written(whole)
        told = f"{name} 要{KIND_NAMES[kind]}，而这里是{KIND_NAMES[one.kind]}{hint}"
        faults.setdefault(one.position, told)
    return one


def _unify(
    listed: Sequence[Node],
    allowed: tuple[str, ...],
    told: Told,
    faults: Faults,
) -> list[Node]:
    """Arguments of one kind; the first that is no NULL says which."""
    kinds = [one.kind for one in listed if one.kind not in (NULL, UNKNOWN)]
    if not kinds:
        if UNKNOWN not in [one.kind for one in listed]:
            faults.setdefault(listed[0].position, "只有 NULL，没有可算的")
        return list(listed)
    kind = kinds[0]
    if kind not in allowed:
        faults.setdefault(
            listed[0].position, told("、".join(KIND_NAMES[one] for one in allowed), kind)
        )
        return list(listed)
    for one in listed:
        if one.kind not in (kind, NULL, UNKNOWN):
            faults.setdefault(one.position, told(f"同一类：{KIND_NAMES[kind]}", one.kind))
    return [replace(one, kind=kind) if one.kind == NULL else one for one in listed]


def _alike(node: Node, faults: Faults) -> Node:
    sides = "两边" if node.operator in CONDITIONS else "的各项"

    def told(wanted: str, found: str) -> str:
        return f"{_written(node)} {sides}应是{wanted}，而这里是{KIND_NAMES[found]}"

    arguments = _unify(node.arguments, ALIKE[node.operator], told, faults)
    _check_choices(node.operator, arguments, faults)
    kind = FLAG if node.operator in CONDITIONS else _first_kind(arguments)
    return replace(node, arguments=tuple(arguments), kind=kind)


def _case(node: Node, faults: Faults) -> Node:
    *pairs, otherwise = node.arguments
    conditions = [_ask(one, FLAG, node, faults) for one in pairs[::2]]

    def told(wanted: str, found: str) -> str:
        return f"CASE 的各个结果应是{wanted}，而这里是{KIND_NAMES[found]}"

    values = _unify([*pairs[1::2], otherwise], (NUMBER, TEXT, TIME, FLAG), told, faults)
    listed = [one for pair in zip(conditions, values[:-1], strict=True) for one in pair]
    return replace(node, arguments=(*listed, values[-1]), kind=_first_kind(values))


def _is_null(node: Node, faults: Faults) -> Node:
    if node.arguments[0].kind == NULL:
        faults.setdefault(node.arguments[0].position, "只有 NULL，没有可算的")
    return replace(node, kind=FLAG)


def _first_kind(listed: Sequence[Node]) -> str:
    return next((one.kind for one in listed if one.kind not in (NULL, UNKNOWN)), UNKNOWN)


def _check_call(node: Node, faults: Faults) -> None:
    """The decimals of ROUND are written as a number."""
    if node.operator == "ROUND" and len(node.arguments) == 2:
        digits = node.arguments[1]
        if digits.operator != "number" or digits.value not in range(MOST_DIGITS + 1):
            told = f"ROUND 的第二个参数应为 0 到 {MOST_DIGITS} 的整数"
            faults.setdefault(digits.position, told)


def _check_choices(operator: str, arguments: Sequence[Node], faults: Faults) -> None:
    """A column of a closed list never equals what is not in it."""
    columns = [COLUMNS.get(str(one.value)) for one in arguments if one.operator == "column"]
    if operator not in ("=", "<>", "IN", "NOT IN") or len(columns) != 1:
        return
    (column,) = columns
    for one in arguments:
        if column and column.choices and one.operator == "text":
            if one.value in column.choices:
                continue
            near = _nearest_choice(str(one.value), column.choices)
            allowed = f"是不是 '{near}'？" if near else f"只有 {', '.join(column.choices)}"
            told = f"{column.name} 没有 {quote(str(one.value))} 这个值，{allowed}"
            faults.setdefault(one.position, told)


def _nearest_choice(found: str, choices: dict[str, tuple[str, ...]]) -> str | None:
    named = next((ours for ours, theirs in choices.items() if found.lower() in theirs), None)
    return named or find_nearest(found[:60], choices)


def _check_costly(node: Node, faults: Faults) -> None:
    for pair in COSTLY:
        if node.operator in pair and _count_levels(node, pair) > MOST_COSTLY:
            told = f"{'、'.join(pair)} 互相嵌套太深（最多 {MOST_COSTLY} 层）"
            faults.setdefault(node.position, told)


def _count_levels(node: Node, operators: tuple[str, ...]) -> int:
    """How many of them stand within each other."""
    below = max((_count_levels(one, operators) for one in node.arguments), default=0)
    return below + (node.operator in operators)


def _written(node: Node) -> str:
    names = {"negative": "负号", "SECONDS_BETWEEN": "seconds_between"}
    return names.get(node.operator, node.operator)
