"""What the columns of a source look like: filled, unique, times, numbers, flags, few values."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from csqa.engine import cells
from csqa.engine.connection import identifier, literal, scalar
from csqa.engine.lookups import Cells, Reading
from csqa.engine.sources import Source
from csqa.rules.mapping import Order
from csqa.schema import DEFAULT_TIME_ZONE

LOOKED_AT = 10_000
"""Rows that are looked at for what a column holds; what must not be missed, asks all rows."""

DAY_OR_MONTH_FIRST = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})( \d{1,2}:\d{2}(:\d{2})?)?"
CLOCK = r"\d{1,2}:\d{2}(:\d{2})?"
DATE_SIGNS = r"\d{4}[-/.年]\d{1,2}|20\d{12}"
OFFSET = r".*\d(Z|[+-]\d{2}:?\d{2})"
PERSONAL = r".*(@|\d[\d -]{6,}\d).*"
"""Mail addresses, phone and identity numbers: never copied into a mapping."""


def _count(condition: str) -> str:
    return f"coalesce(sum(n) FILTER (WHERE {condition}), 0)::BIGINT"


MEASURES = {
    "filled": "sum(n)::BIGINT",
    "distinct": "count(*)",
    "longest": "max(length(text))",
    "times": _count("instant IS NOT NULL"),
    "ambiguous": _count(f"regexp_full_match(text, {literal(DAY_OR_MONTH_FIRST)})"),
    "offsets": _count(f"instant IS NOT NULL AND regexp_full_match(text, {literal(OFFSET)})"),
    "days": _count("instant IS NOT NULL AND (NOT contains(text, ':') OR text LIKE '% 00:00:00')"),
    "clocks": _count(f"regexp_full_match(text, {literal(CLOCK)})"),
    "numbers": _count("number IS NOT NULL"),
    "low": "coalesce(min(number), 0)",
    "high": "coalesce(max(number), 0)",
    "flags": _count("flag IS NOT NULL"),
    "durations": _count("number IS NULL AND duration IS NOT NULL"),
    "personal": _count(f"instant IS NULL AND regexp_full_match(text, {literal(PERSONAL)})"),
    "shape": "arg_max(regexp_replace(text, '[0-9]+', '9', 'g'), (n, text))",
}
"""What is asked of a column → SQL over its different texts, each with how often it stands."""


EMPTY = {name: "" if name == "shape" else 0 for name in MEASURES}
"""A column without any filled cell."""


@dataclass(frozen=True)
class Profile:
    """One column of a source, by its first rows; counts are of cells."""

    header: str
    type: str
    rows: int
    filled: int
    distinct: int
    longest: int
    times: int
    """Unambiguous times and dates."""
    ambiguous: int
    """Like 01/02/2025."""
    offsets: int
    """Times that name their zone."""
    days: int
    """Times without a time of the day."""
    clocks: int
    """Times of the day without a date."""
    numbers: int
    low: float
    high: float
    flags: int
    durations: int
    """Lengths of time with units, or as 00:03:25."""
    personal: int
    shape: str
    """Most frequent text, each run of digits as 9."""

    def mostly(self, count: int) -> bool:
        """Whether at least nine of ten filled cells are so."""
        return self.filled > 0 and count >= 0.9 * self.filled

    @property
    def is_time(self) -> bool:
        """Whether it holds times, ambiguous or not."""
        return self.mostly(self.times + self.ambiguous)


def profile_columns(
    connection: duckdb.DuckDBPyConnection, source: Source, missing: tuple[str, ...] = ()
) -> list[Profile]:
    """Look at the first rows of a source.

    Parameters
    ----------
    connection : DuckDBPyConnection
        With the source's view.
    source : Source
        Which one.
    missing : tuple of str
        Texts that mean an empty cell besides those that always do.

    Returns
    -------
    list of Profile
        One per column, in their order.
    """
    if not source.headers:
        return []
    first = f"(SELECT * FROM {identifier(source.view)} LIMIT {LOOKED_AT})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE looked_at AS FROM {first}")
    found = connection.execute(
        f"SELECT place, {', '.join(MEASURES.values())} FROM ({_read_texts(source, missing)})"
        " WHERE text IS NOT NULL GROUP BY place"
    ).fetchall()
    total = int(str(scalar(connection, "SELECT count(*) FROM looked_at")))
    connection.execute("DROP TABLE looked_at")
    measured = {line[0]: dict(zip(MEASURES, line[1:], strict=True)) for line in found}
    return [
        Profile(header, kind, total, **measured.get(place, EMPTY))
        for place, (header, kind) in enumerate(zip(source.headers, source.types, strict=True))
    ]


def _read_texts(source: Source, missing: tuple[str, ...]) -> str:
    """SQL of the different texts of each column, read as whatever they can be read as."""
    rows = Cells(source.headers, source.types, Reading(DEFAULT_TIME_ZONE, ()))
    texts = " UNION ALL ".join(
        f"SELECT {i} AS place, {cells.strip(rows.plain(i), plain=False)} AS text FROM looked_at"
        for i in range(len(source.headers))
    )
    instant = cells.parse_instant("text", DEFAULT_TIME_ZONE)
    dated = f"regexp_matches(text, {literal(DATE_SIGNS)})"
    return (
        f"SELECT *, CASE WHEN {dated} THEN {instant} END AS instant,"
        f" try_cast(text AS DOUBLE) AS number, {cells.parse_flag('text')} AS flag,"
        f" {cells.parse_duration('text')} AS duration FROM (SELECT place,"
        f" {cells.drop_missing('text', missing)} AS text, count(*) AS n"
        f" FROM ({texts}) GROUP BY 1, 2)"
    )


def find_markers(
    connection: duckdb.DuckDBPyConnection, source: Source, words: Sequence[str]
) -> list[str]:
    """Those of some words that stand alone in cells of the first rows."""
    rows = Cells(source.headers, source.types, Reading(DEFAULT_TIME_ZONE, ()))
    listed = ", ".join(map(literal, words))
    texts = [
        f"SELECT {cells.strip(rows.plain(i), plain=False)} AS text"
        f" FROM (SELECT * FROM {identifier(source.view)} LIMIT {LOOKED_AT})"
        for i in range(len(source.headers))
    ]
    if not texts:
        return []
    query = f"SELECT DISTINCT text FROM ({' UNION ALL '.join(texts)}) WHERE text IN ({listed})"
    found = {line[0] for line in connection.execute(query).fetchall()}
    return [word for word in words if word in found]


def count_values(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    header: str,
    most: int,
    missing: tuple[str, ...] = (),
) -> dict[str, int] | None:
    """Texts of a column → rows, the most frequent first; None if there are more than ``most``."""
    rows = Cells(source.headers, source.types, Reading(DEFAULT_TIME_ZONE, missing))
    text = rows.text(header)
    found = connection.execute(
        f"SELECT {text}, count(*) FROM {rows.read(identifier(source.view), [header])}"
        f" WHERE {text} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {most + 1}"
    ).fetchall()
    return None if len(found) > most else dict(found)


def count_repeats(
    connection: duckdb.DuckDBPyConnection, source: Source, header: str
) -> tuple[int, int]:
    """Filled cells of a column, and how many of them differ."""
    rows = Cells(source.headers, source.types, Reading(DEFAULT_TIME_ZONE, ()))
    text = rows.text(header)
    found = connection.execute(
        f"SELECT count({text}), count(DISTINCT {text})"
        f" FROM {rows.read(identifier(source.view), [header])}"
    ).fetchall()
    return found[0][0], found[0][1]


def day_and_month(
    connection: duckdb.DuckDBPyConnection, source: Source, header: str
) -> tuple[int, int]:
    """Greatest first and second number of dates like 01/02/2025, in all rows."""
    rows = Cells(source.headers, source.types, Reading(DEFAULT_TIME_ZONE, ()))
    parts = (
        f"max(try_cast(regexp_extract({rows.text(header)}, {literal(DAY_OR_MONTH_FIRST)}, {part})"
        " AS INTEGER))"
        for part in (1, 2)
    )
    found = connection.execute(
        f"SELECT {', '.join(parts)} FROM {rows.read(identifier(source.view), [header])}"
    ).fetchall()
    return found[0][0] or 0, found[0][1] or 0


def night_share(
    connection: duckdb.DuckDBPyConnection, source: Source, header: str, hours_ahead: int
) -> float:
    """Share of times between midnight and six, were the clock so many hours ahead."""
    rows = Cells(source.headers, source.types, Reading("UTC", ()))
    hour = f"hour(to_timestamp({rows.rank(header)}) + INTERVAL {int(hours_ahead)} HOUR)"
    first = f"(SELECT * FROM {identifier(source.view)} LIMIT {LOOKED_AT})"
    found = connection.execute(
        f"SELECT avg(({hour} < 6)::INT) FROM {rows.read(first, [], [Order(header)])}"
    ).fetchall()
    return float(found[0][0] or 0)
