"""A measure of one's own: an expression over the columns of contacts, parsed and restricted.

The text of a user never reaches an engine. It is cut into tokens, parsed by a grammar of our
own, its kinds are checked, and each engine gets SQL written from the tree.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from csqa.columntypes import FLAG, NUMBER
from csqa.errors import RuleError
from csqa.rules.expression_grammar import parse_tokens
from csqa.rules.expression_kinds import check_kinds
from csqa.rules.expression_reach import check_reach
from csqa.rules.expression_tokens import Faults, list_tokens
from csqa.rules.expression_tree import COLUMNS, KIND_NAMES, MOST_CHARACTERS, Node, Stop
from csqa.rules.faults import add_unknown, as_mapping, refuse_unknown

OWN_KINDS = {"seconds": NUMBER, "number": NUMBER, "share": FLAG}
"""Kind of a measure of one's own → kind of value its expression must have."""

RATIO = ("numerator", "denominator")

BAD_WHEN = ("low", "high")

MOST_TOLD = 10
"""Faults of one expression that are told."""


@dataclass(frozen=True)
class Expression:
    """An expression that was checked."""

    text: str
    """As the user wrote it: for readers, never for an engine."""
    tree: Node
    """With the kind of each step."""

    @property
    def kind(self) -> str:
        """Kind of its value: of :mod:`csqa.columntypes`."""
        return self.tree.kind

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of contacts that it uses, in the order of their first use."""
        return tuple(dict.fromkeys(_list_columns(self.tree)))

    @property
    def needs(self) -> tuple[str, ...]:
        """Of them, those that data need not have."""
        return tuple(name for name in self.columns if not COLUMNS[name].required)

    @property
    def steps(self) -> frozenset[str]:
        """Operators and functions that it uses."""
        return frozenset(_list_steps(self.tree))

    @property
    def signed(self) -> bool:
        """Whether its number may be below 0."""
        return _may_be_negative(self.tree)


@dataclass(frozen=True)
class OwnMeasure:
    """A measure that a standard defines by itself."""

    expression: Expression
    kind: str
    """``seconds``, ``number`` or ``share``."""
    bad_when: str
    """For a share: whether a contact misses when its condition is ``low`` (0) or ``high`` (1)."""
    among: Expression | None = None
    """The denominator: the condition of the contacts that count; None for all."""

    @property
    def key(self) -> str:
        """Its name in the engine: ours, the same for the same expression and kind."""
        among = f" / {self.among.text}" if self.among else ""
        told = f"{self.kind} {self.expression.text}{among}".encode()
        return f"own_{hashlib.sha256(told).hexdigest()[:16]}"

    @property
    def tree(self) -> Node:
        """What a contact's value is; NULL where it does not count."""
        tree = self.expression.tree
        if self.among is None:
            return tree
        return Node("CASE", (self.among.tree, tree, Node("null", kind=tree.kind)), kind=tree.kind)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of contacts that it uses."""
        among = self.among.columns if self.among else ()
        return tuple(dict.fromkeys((*self.expression.columns, *among)))

    @property
    def needs(self) -> tuple[str, ...]:
        """Of them, those that data need not have."""
        return tuple(name for name in self.columns if not COLUMNS[name].required)

    @property
    def steps(self) -> frozenset[str]:
        """Operators and functions that it uses."""
        return self.expression.steps | (self.among.steps if self.among else frozenset())


def _may_be_negative(node: Node) -> bool:
    """Whether a number may be below 0: columns are not, and times come in their order."""
    if node.operator in ("-", "negative"):
        return True
    if node.operator in ("ABS", "LENGTH", "SECONDS_BETWEEN"):
        return False
    return any(_may_be_negative(one) for one in node.arguments if one.kind == NUMBER)


def parse_expression(text: str) -> Expression:
    """Parse an expression over the columns of contacts.

    Parameters
    ----------
    text : str
        Columns, numbers, texts in single quotes, arithmetic, comparisons, ``AND OR NOT``,
        ``IS NULL``, ``IN``, ``BETWEEN``, ``CASE`` and a dozen functions.

    Returns
    -------
    Expression
        Checked: names, kinds, size.

    Raises
    ------
    RuleError
        With every fault and its position, counted in characters from 1.

    Examples
    --------
    >>> found = parse_expression("seconds_between(resolved_at, first_response_at) / 60")
    >>> found.kind, found.columns
    ('number', ('resolved_at', 'first_response_at'))
    >>> parse_expression("resolved_at - csatt")
    Traceback (most recent call last):
        ...
    csqa.errors.RuleError: 算式有 2 处不对：
      - 第 1 个字符：- 要数，而这里是时间；时间相减请用 seconds_between(后, 前)。
      - 第 15 个字符：服务记录没有 “csatt” 这一列，是不是 csat？
    """
    faults: Faults = {}
    found = _parse(text, faults)
    if faults or found is None:
        listed = "\n".join(f"  - {told}" for told in _tell(faults))
        msg = f"算式有 {len(faults)} 处不对：\n{listed}"
        raise RuleError(msg)
    return found


def read_own_measure(
    place: str, value: Any, direction: str | None, faults: list[str]
) -> OwnMeasure | None:
    """Read ``{expression: …, kind: …}`` or ``{numerator: …, denominator: …}``.

    Parameters
    ----------
    place : str
        Where it stands, for messages.
    value : Any
        What YAML gave.
    direction : str, optional
        ``at_most`` or ``at_least`` of the target: tells which flag of a share misses.
    faults : list of str
        Every fault is added; the measure is then None.

    Examples
    --------
    >>> own = read_own_measure(
    ...     "measure", {"expression": "csat >= 3", "kind": "share"}, "at_least", []
    ... )
    >>> own.bad_when, own.expression.needs
    ('low', ('csat',))
    >>> ratio = {"numerator": "reopened", "denominator": "resolved"}
    >>> own = read_own_measure("measure", ratio, "at_most", [])
    >>> own.kind, own.needs
    ('share', ('reopened', 'resolved'))
    """
    count = len(faults)
    body = as_mapping(place, value, faults)
    ratio = "numerator" in body or "denominator" in body
    texts = RATIO if ratio else ("expression",)
    refuse_unknown(place, body, (*texts, "kind", "bad_when"), faults)
    kind = body.get("kind", "share" if ratio else None)
    if kind not in OWN_KINDS:
        add_unknown(f"{place}.kind", kind, OWN_KINDS, faults)
    bad_when = body.get("bad_when", "high" if direction == "at_most" else "low")
    if bad_when not in BAD_WHEN or ("bad_when" in body and kind != "share"):
        faults.append(f"{place}.bad_when：应为 low 或 high，且只用于 share，而不是 {bad_when!r}。")
    found = [_read_expression(f"{place}.{name}", body.get(name), faults) for name in texts]
    if len(faults) > count or found[0] is None:
        return None
    _check_fit(place if not ratio else f"{place}.numerator", found[0], str(kind), faults)
    among = found[1] if ratio else None
    if among:
        _check_denominator(f"{place}.denominator", among, faults)
    return OwnMeasure(found[0], str(kind), bad_when, among) if len(faults) == count else None


def _read_expression(place: str, text: Any, faults: list[str]) -> Expression | None:
    if not isinstance(text, str):
        faults.append(f"{place}：应为一个算式（文字），而不是 {text!r}。")
        return None
    told: Faults = {}
    found = _parse(text, told)
    faults += [f"{place}：{one}" for one in _tell(told)]
    return found


def _parse(text: str, faults: Faults) -> Expression | None:
    if len(text) > MOST_CHARACTERS:
        faults[1] = f"算式太长（{len(text):,} 个字符，最多 {MOST_CHARACTERS:,}）"
        return None
    tokens = list_tokens(text, faults)
    try:
        tree = check_kinds(parse_tokens(tokens), faults)
    except Stop as stop:
        # After another fault the rest may read wrongly because of it.
        if not faults:
            faults[stop.position] = stop.told
        return None
    if not faults:
        check_reach(tree, faults)
    expression = Expression(text.strip(), tree)
    if not faults and not expression.columns:
        faults[1] = "算式里至少要有服务记录的一列"
    return expression


def _check_fit(place: str, found: Expression, kind: str, faults: list[str]) -> None:
    wanted = OWN_KINDS[kind]
    if found.kind != wanted:
        faults.append(
            f"{place}：kind 为 {kind} 时算式应得出{KIND_NAMES[wanted]}，"
            f"而它得出的是{KIND_NAMES[found.kind]}。"
        )


def _check_denominator(place: str, found: Expression, faults: list[str]) -> None:
    """A ratio of two sums of numbers has no interval that the sums of its parts would give."""
    if found.kind != FLAG:
        faults.append(
            f"{place}：应得出条件（是或否），即哪些记录计入分母，而它得出的是"
            f"{KIND_NAMES[found.kind]}；两列之和相除没有可以相加的区间，"
            "请改写成每条记录的算式（expression），取平均。"
        )


def _tell(faults: Faults) -> list[str]:
    told = [f"第 {position} 个字符：{_end(faults[position])}" for position in sorted(faults)]
    more = len(told) - MOST_TOLD
    return [*told[:MOST_TOLD], *([f"还有 {more} 处。"] if more > 0 else [])]


def _end(told: str) -> str:
    return told if told.endswith("？") else f"{told}。"


def _list_columns(node: Node) -> Iterator[str]:
    if node.operator == "column":
        yield str(node.value)
    for one in node.arguments:
        yield from _list_columns(one)


def _list_steps(node: Node) -> Iterator[str]:
    yield node.operator
    for one in node.arguments:
        yield from _list_steps(one)
