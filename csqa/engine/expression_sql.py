"""SQL of a measure of one's own: written from the checked tree, for the dialect at hand.

Nothing of the user's text gets here but names of our own columns, numbers that are written anew,
and texts as literals. All numbers are doubles and every engine computes them in the same steps,
so results agree to the last digit. What engines disagree on is spelled out: rounding is upwards
at a half, LEAST and GREATEST of a NULL are NULL, a division by 0 is NULL, LOWER and UPPER touch
A to Z only, texts compare by their code points.
"""

import string
from collections.abc import Callable, Iterable

from csqa.columntypes import FLAG, NUMBER, TEXT, TIME
from csqa.engine.connection import literal
from csqa.engine.dialect import MARIADB, SPARK, Dialect
from csqa.rules.expression_tree import COLUMNS, Node
from csqa.rules.expressions import OwnMeasure
from csqa.rules.standard import Standard

STORED_PER_UNIT = {"seconds": 1_000, "number": 1_000_000}
"""Facts hold whole milliseconds and whole millionths: sums then don't depend on their order."""

MOST_STORED = 10**15
"""Beyond it (30,000 years, a billion) no value is meant; squares of a billion of them still fit."""

Write = Callable[[Node, Dialect], str]


def own_values(standard: Standard, dialect: Dialect) -> str:
    """SQL of the facts' columns for a standard's own measures, each after a comma.

    Parameters
    ----------
    standard : Standard
        Of which all versions.
    dialect : Dialect
        Of the engine.

    Returns
    -------
    str
        Empty without own measures.
    """
    found = {
        metric.own.key: metric.own
        for version in standard.versions
        for metric in version.metrics
        if metric.own is not None
    }
    return "".join(f", {write_own(found[key], dialect)} AS {key}" for key in sorted(found))


def write_own(own: OwnMeasure, dialect: Dialect) -> str:
    """Write a measure as a whole number: milliseconds, millionths, or 1 and 0.

    Examples
    --------
    >>> from csqa.engine.dialect import DUCKDB
    >>> from csqa.rules.expressions import parse_expression
    >>> own = OwnMeasure(parse_expression("reopened OR complaint"), "share", "high")
    >>> write_own(own, DUCKDB)  # doctest: +NORMALIZE_WHITESPACE
    'CASE WHEN (contacts."reopened" OR contacts."complaint") THEN 1
     WHEN NOT (contacts."reopened" OR contacts."complaint") THEN 0 END'
    """
    value = write_expression(own.tree, dialect)
    if own.kind == "share":
        return f"CASE WHEN {value} THEN 1 WHEN NOT {value} THEN 0 END"
    stored = f"FLOOR({value} * {_number(STORED_PER_UNIT[own.kind], dialect)} + 0.5)"
    inside = f"ABS({value}) <= {MOST_STORED // STORED_PER_UNIT[own.kind]}"
    return f"CASE WHEN {inside} THEN CAST({stored} AS {dialect.whole}) END"


def write_expression(tree: Node, dialect: Dialect) -> str:
    """Write a checked tree over the relation called ``contacts``.

    Parameters
    ----------
    tree : Node
        Of an :class:`~csqa.rules.expressions.Expression`.
    dialect : Dialect
        Of the engine.

    Examples
    --------
    >>> from csqa.engine.dialect import MARIADB
    >>> from csqa.rules.expressions import parse_expression
    >>> write_expression(parse_expression("nps >= 9").tree, MARIADB)
    '(CAST(contacts.`nps` AS DOUBLE) >= CAST(9.0e0 AS DOUBLE))'
    """
    return WRITERS[tree.operator](tree, dialect)


def _written(node: Node, dialect: Dialect) -> list[str]:
    return [write_expression(one, dialect) for one in node.arguments]


def _column(node: Node, dialect: Dialect) -> str:
    column = COLUMNS[str(node.value)]
    name = f"contacts.{dialect.identifier(column.name)}"
    if node.kind == TEXT:
        return dialect.cast_text.format(x=name)
    if node.kind != NUMBER:
        return name
    number = f"CAST({name} AS {dialect.number})"
    if column.name.endswith("_seconds"):  # whole milliseconds, as in every measure
        return f"({_floor(f'{number} * 1000 + 0.5', dialect)} / {_number(1000, dialect)})"
    return number


def _number(value: float, dialect: Dialect) -> str:
    """A double, read by every engine from the same shortest digits."""
    digits = repr(float(value))
    return f"CAST({digits if 'e' in digits else f'{digits}e0'} AS {dialect.number})"


def _literal(node: Node, dialect: Dialect) -> str:
    if node.kind == NUMBER:
        return _number(float(node.value or 0), dialect)
    if node.kind == TEXT:
        return dialect.cast_text.format(x=literal(str(node.value)))
    return literal(bool(node.value))


def _null(node: Node, dialect: Dialect) -> str:
    if node.kind == TEXT:
        return dialect.cast_text.format(x="NULL")
    types = {NUMBER: dialect.number, TIME: dialect.time, FLAG: dialect.flag}
    return f"CAST(NULL AS {types[node.kind]})"


def _between_operands(node: Node, dialect: Dialect) -> str:
    left, right = _written(node, dialect)
    return f"({left} {node.operator} {right})"


def _divide(node: Node, dialect: Dialect) -> str:
    above, under = _written(node, dialect)
    return f"({above} / NULLIF({under}, {_number(0, dialect)}))"


def _before(node: Node, dialect: Dialect) -> str:
    (inner,) = _written(node, dialect)
    return f"({'-' if node.operator == 'negative' else 'NOT '}{inner})"


def _after(node: Node, dialect: Dialect) -> str:
    (inner,) = _written(node, dialect)
    return f"({inner} {node.operator})"


def _in(node: Node, dialect: Dialect) -> str:
    value, *listed = _written(node, dialect)
    return f"({value} {node.operator} ({', '.join(listed)}))"


def _within(node: Node, dialect: Dialect) -> str:
    value, low, high = _written(node, dialect)
    return f"({value} {node.operator} {low} AND {high})"


def _case(node: Node, dialect: Dialect) -> str:
    *pairs, otherwise = _written(node, dialect)
    listed = zip(pairs[::2], pairs[1::2], strict=True)
    whens = " ".join(f"WHEN {condition} THEN {value}" for condition, value in listed)
    return f"(CASE {whens} ELSE {otherwise} END)"


def _call(node: Node, dialect: Dialect) -> str:
    return f"{node.operator}({', '.join(_written(node, dialect))})"


def _floor(inner: str, dialect: Dialect, name: str = "FLOOR") -> str:
    """Spark's gives a whole number."""
    return f"CAST({name}({inner}) AS {dialect.number})" if dialect == SPARK else f"{name}({inner})"


def _floor_call(node: Node, dialect: Dialect) -> str:
    (inner,) = _written(node, dialect)
    return _floor(inner, dialect, node.operator)


def _round(node: Node, dialect: Dialect) -> str:
    """Half upwards: engines round a half to the even number, or away from 0."""
    inner = write_expression(node.arguments[0], dialect)
    digits = int(node.arguments[1].value or 0) if len(node.arguments) > 1 else 0
    if not digits:
        return _floor(f"{inner} + {_number(0.5, dialect)}", dialect)
    scale = _number(10**digits, dialect)
    return f"({_floor(f'{inner} * {scale} + {_number(0.5, dialect)}', dialect)} / {scale})"


def _extreme(node: Node, dialect: Dialect) -> str:
    """Some engines pass over a NULL here, some give NULL: standard SQL does."""
    listed = _written(node, dialect)
    known = " AND ".join(f"{one} IS NOT NULL" for one in listed)
    return f"(CASE WHEN {known} THEN {node.operator}({', '.join(listed)}) END)"


def _letters(node: Node, dialect: Dialect) -> str:
    (inner,) = _written(node, dialect)
    old, new = string.ascii_uppercase, string.ascii_lowercase
    if node.operator == "UPPER":
        old, new = new, old
    if dialect != MARIADB:
        return f"TRANSLATE({inner}, {literal(old)}, {literal(new)})"
    for one, other in zip(old, new, strict=True):
        inner = f"REPLACE({inner}, {literal(one)}, {literal(other)})"
    return inner


def _length(node: Node, dialect: Dialect) -> str:
    (inner,) = _written(node, dialect)
    return f"CAST(CHAR_LENGTH({inner}) AS {dialect.number})"


def _seconds(node: Node, dialect: Dialect) -> str:
    later, earlier = _written(node, dialect)
    between = dialect.milliseconds_between(later, earlier)
    return f"(CAST({between} AS {dialect.number}) / {_number(1000, dialect)})"


def _of(operators: Iterable[str], write: Write) -> dict[str, Write]:
    return dict.fromkeys(operators, write)


WRITERS: dict[str, Write] = {
    **_of(("number", "text", "flag"), _literal),
    "column": _column,
    "null": _null,
    **_of(("+", "-", "*", "=", "<>", "<", "<=", ">", ">=", "AND", "OR"), _between_operands),
    "/": _divide,
    **_of(("negative", "NOT"), _before),
    **_of(("IS NULL", "IS NOT NULL"), _after),
    **_of(("IN", "NOT IN"), _in),
    **_of(("BETWEEN", "NOT BETWEEN"), _within),
    "CASE": _case,
    **_of(("COALESCE", "NULLIF", "ABS"), _call),
    **_of(("FLOOR", "CEIL"), _floor_call),
    "ROUND": _round,
    **_of(("LEAST", "GREATEST"), _extreme),
    **_of(("LOWER", "UPPER"), _letters),
    "LENGTH": _length,
    "SECONDS_BETWEEN": _seconds,
}
"""Operator → how it is written; there is no other way into SQL."""
