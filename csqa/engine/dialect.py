"""What differs between SQL engines: a handful of named fragments.

Everything else in the passes is SQL that DuckDB, PostgreSQL, MariaDB and Spark all read. Sessions
are set so that literals and quoted names mean the same in all of them: in '…' nothing is special
but the doubled quote, and "…" is a name (:mod:`csqa.engine.sessions`, :mod:`csqa.engine.spark`).
"""

from dataclasses import dataclass

DECIMAL_NUMBER = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
"""How a number may be written where the engine has no cast that gives NULL."""


@dataclass(frozen=True)
class Dialect:
    """Fragments of SQL that are not the same everywhere."""

    name: str
    milliseconds: str
    """Whole milliseconds from ``{b}`` to ``{a}``."""
    minute_of_day: str
    """Minutes from midnight of the local time ``{t}``."""
    periods: dict[str, str]
    """Label of the period that holds the local time ``{t}``, as csqa writes periods."""
    wide: str
    """An exact integer type wide enough for sums of squared milliseconds."""
    text: str
    """The type of a text of any length."""
    number: str
    """The type of a double."""
    whole: str
    """The type of a 64-bit integer."""
    flag: str
    """The type of a truth value."""
    time: str
    """The type of a time in UTC without a zone, to the microsecond."""
    add_seconds: str
    """The time ``{t}`` shifted by ``{n}`` seconds."""
    quote: str
    """What encloses a name; inside one it is doubled."""
    keep: str
    """Statement that makes the table ``{name}`` of this session for the rows of ``{query}``; where
    the rows are put in by a statement of their own, an empty one."""
    drop: str
    """Statement that lets go of what was kept under ``{name}``, if anything; empty where that is
    no statement."""
    cast_text: str
    """``{x}`` as a text that is compared and ordered by its code points."""
    strip: str
    """The text ``{x}`` without any of the characters ``{blanks}`` (a literal) at its ends."""
    read_number: str
    """The double that the text ``{x}`` is written as, NULL if it is none."""
    quantiles: str | None
    """Exact quantiles ``{ps}`` of ``{x}`` over a group, interpolated, as one array; None where
    windows must do it."""
    once: str = ""
    """After a subquery: works its columns out once, where an engine would write each anew in every
    place that refers to it (a zone's history, in each check of each time)."""

    def milliseconds_between(self, later: str, earlier: str) -> str:
        """SQL for ``later - earlier`` in whole milliseconds."""
        return self.milliseconds.format(a=later, b=earlier)

    def identifier(self, name: str) -> str:
        """Write a name so that it is a name whatever stands in it.

        Examples
        --------
        >>> MARIADB.identifier("a`b")
        '`a``b`'
        """
        return self.quote + name.replace(self.quote, 2 * self.quote) + self.quote


DUCKDB = Dialect(
    name="duckdb",
    # Not epoch_ms, which rounds: all engines cut. Counted from the year 1, for // cuts towards 0.
    milliseconds="((epoch_us({a}) + 62135596800000000) // 1000"
    " - (epoch_us({b}) + 62135596800000000) // 1000)",
    minute_of_day="(60 * hour({t}) + minute({t}))",
    periods={
        "day": "strftime({t}, '%Y-%m-%d')",
        "week": "strftime({t}, '%G-W%V')",
        "month": "strftime({t}, '%Y-%m')",
        "quarter": "year({t}) || '-Q' || quarter({t})",
        "year": "strftime({t}, '%Y')",
    },
    wide="HUGEINT",
    text="VARCHAR",
    number="DOUBLE",
    whole="BIGINT",
    flag="BOOLEAN",
    time="TIMESTAMP",
    add_seconds="({t} + to_seconds({n}))",
    quote='"',
    keep="CREATE OR REPLACE TEMP TABLE {name} AS {query}",
    drop="DROP TABLE IF EXISTS {name}",
    cast_text="CAST({x} AS VARCHAR)",
    strip="TRIM({x}, {blanks})",
    read_number="TRY_CAST({x} AS DOUBLE)",
    quantiles="quantile_cont({x}, [{ps}])",
)
"""The embedded default."""

POSTGRESQL = Dialect(
    name="postgresql",
    milliseconds="(CAST(FLOOR(EXTRACT(EPOCH FROM {a}) * 1000) AS BIGINT)"
    " - CAST(FLOOR(EXTRACT(EPOCH FROM {b}) * 1000) AS BIGINT))",
    minute_of_day="CAST(60 * EXTRACT(HOUR FROM {t}) + EXTRACT(MINUTE FROM {t}) AS INTEGER)",
    periods={
        "day": "TO_CHAR({t}, 'YYYY-MM-DD')",
        "week": "TO_CHAR({t}, 'IYYY-\"W\"IW')",
        "month": "TO_CHAR({t}, 'YYYY-MM')",
        "quarter": "TO_CHAR({t}, 'YYYY-\"Q\"Q')",
        "year": "TO_CHAR({t}, 'YYYY')",
    },
    wide="NUMERIC",
    text="TEXT",
    number="DOUBLE PRECISION",
    whole="BIGINT",
    flag="BOOLEAN",
    time="TIMESTAMP",
    add_seconds="({t} + ({n}) * INTERVAL '1 second')",
    quote='"',
    keep="CREATE TEMPORARY TABLE {name} AS {query} WITH NO DATA",
    drop="DROP TABLE IF EXISTS pg_temp.{name}",
    cast_text='(CAST({x} AS TEXT) COLLATE "C")',
    strip="BTRIM({x}, {blanks})",
    read_number=f"CASE WHEN {{x}} ~ '{DECIMAL_NUMBER}' THEN CAST({{x}} AS DOUBLE PRECISION) END",
    quantiles="PERCENTILE_CONT(ARRAY[{ps}]::DOUBLE PRECISION[]) WITHIN GROUP (ORDER BY {x})",
    once=" OFFSET 0",
)

MARIADB = Dialect(
    name="mariadb",
    milliseconds="(CAST(FLOOR(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {a}) / 1000) AS SIGNED)"
    " - CAST(FLOOR(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {b}) / 1000) AS SIGNED))",
    minute_of_day="(60 * HOUR({t}) + MINUTE({t}))",
    periods={
        "day": "DATE_FORMAT({t}, '%Y-%m-%d')",
        "week": "DATE_FORMAT({t}, '%x-W%v')",
        "month": "DATE_FORMAT({t}, '%Y-%m')",
        "quarter": "CONCAT(YEAR({t}), '-Q', QUARTER({t}))",
        "year": "DATE_FORMAT({t}, '%Y')",
    },
    wide="DECIMAL(38, 0)",
    text="CHAR",
    number="DOUBLE",
    whole="SIGNED",
    flag="UNSIGNED",
    time="DATETIME(6)",
    add_seconds="({t} + INTERVAL ({n}) SECOND)",
    quote="`",
    keep="CREATE TEMPORARY TABLE {name} AS SELECT * FROM ({query}) AS made LIMIT 0",
    drop="DROP TEMPORARY TABLE IF EXISTS {name}",
    cast_text="(CONVERT({x} USING utf8mb4) COLLATE utf8mb4_nopad_bin)",
    strip="REGEXP_REPLACE({x}, CONCAT('^[', {blanks}, ']+|[', {blanks}, ']+$'), '')",
    read_number=f"CASE WHEN {{x}} REGEXP '{DECIMAL_NUMBER}' THEN CAST({{x}} AS DOUBLE) END",
    quantiles=None,
)
"""Also MySQL 8, as far as it is the same."""

SPARK = Dialect(
    name="spark",
    milliseconds="(UNIX_MILLIS(CAST({a} AS TIMESTAMP_LTZ))"
    " - UNIX_MILLIS(CAST({b} AS TIMESTAMP_LTZ)))",
    minute_of_day="(60 * HOUR({t}) + MINUTE({t}))",
    periods={
        "day": "DATE_FORMAT({t}, 'yyyy-MM-dd')",
        "week": "CONCAT(EXTRACT(YEAROFWEEK FROM {t}), '-W',"
        " LPAD(CAST(EXTRACT(WEEK FROM {t}) AS STRING), 2, '0'))",
        "month": "DATE_FORMAT({t}, 'yyyy-MM')",
        "quarter": "CONCAT(YEAR({t}), '-Q', QUARTER({t}))",
        "year": "DATE_FORMAT({t}, 'yyyy')",
    },
    wide="DECIMAL(38, 0)",
    text="STRING",
    number="DOUBLE",
    whole="BIGINT",
    flag="BOOLEAN",
    time="TIMESTAMP_NTZ",
    add_seconds="({t} + MAKE_DT_INTERVAL(0, 0, 0, {n}))",
    quote="`",
    keep="CACHE TABLE {name} AS {query}",
    drop="",
    cast_text="CAST({x} AS STRING)",
    strip="TRIM(BOTH {blanks} FROM {x})",
    read_number="TRY_CAST({x} AS DOUBLE)",
    quantiles="PERCENTILE({x}, ARRAY({ps}))",
)

DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, POSTGRESQL, MARIADB, SPARK)}
