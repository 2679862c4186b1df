"""What differs between SQL engines: a handful of named fragments, and quoting."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Dialect:
    """Fragments of SQL that are not the same everywhere."""

    milliseconds: str
    """Whole milliseconds from ``{b}`` to ``{a}``."""
    minute_of_day: str
    """Minutes from midnight of the local time ``{t}``."""
    periods: dict[str, str]
    """Label of the period that holds the local time ``{t}``, as csqa writes periods."""
    wide: str
    """An exact integer type wide enough for sums of squared milliseconds."""

    def milliseconds_between(self, later: str, earlier: str) -> str:
        """SQL for ``later - earlier`` in whole milliseconds."""
        return self.milliseconds.format(a=later, b=earlier)


DUCKDB = Dialect(
    milliseconds="(epoch_ms({a}) - epoch_ms({b}))",
    minute_of_day="(60 * hour({t}) + minute({t}))",
    periods={
        "day": "strftime({t}, '%Y-%m-%d')",
        "week": "strftime({t}, '%G-W%V')",
        "month": "strftime({t}, '%Y-%m')",
        "quarter": "year({t}) || '-Q' || quarter({t})",
        "year": "strftime({t}, '%Y')",
    },
    wide="HUGEINT",
)
"""The embedded default."""


def literal(value: Any) -> str:
    """Write a value as an SQL literal; text is quoted, so that no rule file can inject SQL.

    Raises
    ------
    TypeError
        If the value is no text, number or truth value.

    Examples
    --------
    >>> literal("it's"), literal(0.5), literal(True)
    ("'it''s'", '0.5', 'TRUE')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    msg = f"no SQL literal for {type(value).__name__}"
    raise TypeError(msg)
