"""What differs between SQL engines: a handful of named fragments."""

from dataclasses import dataclass


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
