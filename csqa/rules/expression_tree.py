"""What an expression over the columns of contacts may hold, and the tree it becomes."""

from dataclasses import dataclass

from csqa.columntypes import CHOICE, FLAG, INTEGER, NUMBER, TEXT, TIME, Column
from csqa.schema import CONTACTS

MOST_CHARACTERS = 2_000
"""A formula that a person checks by reading is far shorter."""

MOST_DEPTH = 40
"""Levels of nesting, and operators in a row; every engine's own limit is higher."""

COSTLY = (("LEAST", "GREATEST"), ("LOWER", "UPPER"))
"""Functions that become long SQL: each of the first repeats its arguments, and each of the second
is 26 replacements in MariaDB, whose stack ends at some 500 calls."""

MOST_COSTLY = 3
"""How many of a pair may stand within each other."""

KINDS_OF_COLUMN = {kind: kind for kind in (TEXT, NUMBER, FLAG, TIME)} | {
    CHOICE: TEXT,
    INTEGER: NUMBER,
}
"""Kind of column → kind of value in an expression; others cannot be used."""

COLUMNS: dict[str, Column] = {
    column.name: column for column in CONTACTS.columns if column.kind in KINDS_OF_COLUMN
}
"""Columns that an expression may use."""

NULL = "null"
"""The kind of a bare NULL, until what stands beside it tells."""

KIND_NAMES = {NUMBER: "数", TEXT: "文字", TIME: "时间", FLAG: "条件（是或否）", NULL: "NULL"}

_GRAMMAR = "AND OR NOT IS NULL IN BETWEEN CASE WHEN THEN ELSE END TRUE FALSE"
WORDS = tuple(_GRAMMAR.split())
"""Words of the grammar."""

ARGUMENTS: dict[str, tuple[int, int]] = {
    "COALESCE": (2, 20),
    "NULLIF": (2, 2),
    "ABS": (1, 1),
    "ROUND": (1, 2),
    "FLOOR": (1, 1),
    "CEIL": (1, 1),
    "LEAST": (2, 20),
    "GREATEST": (2, 20),
    "LOWER": (1, 1),
    "UPPER": (1, 1),
    "LENGTH": (1, 1),
    "SECONDS_BETWEEN": (2, 2),
}
"""Function → fewest and most arguments."""

MOST_DIGITS = 6
"""Decimals that ROUND may keep."""


@dataclass(frozen=True)
class Node:
    """One step of an expression: a value, a column, an operator or a function."""

    operator: str
    """``number``, ``text``, ``flag``, ``null``, ``column``, or how it is written in SQL."""
    arguments: tuple["Node", ...] = ()
    """Of CASE: condition, value, condition, value, …, and what else."""
    value: float | str | bool | None = None
    """Of a literal; the name of a column."""
    position: int = 1
    """Where it starts, counted in characters from 1."""
    kind: str = ""
    """Kind of its value; empty until checked."""

    @property
    def height(self) -> int:
        """Levels of steps."""
        return 1 + max((one.height for one in self.arguments), default=0)


class Stop(Exception):
    """A fault after which the rest of an expression cannot be read."""

    def __init__(self, position: int, told: str) -> None:
        """Keep where it is, and what is told."""
        super().__init__(told)
        self.position, self.told = position, told
