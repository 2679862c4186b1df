"""Each fragment of a dialect on the engine it is for, with answers to check by hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from csqa.engine.addresses import read_address
from csqa.engine.connection import identifier, literal, open_connection
from csqa.engine.databases import connect
from csqa.engine.engines import DuckDBEngine, keep, value
from csqa.engine.sessions import open_session
from csqa.engine.spark import SETTINGS, SparkEngine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(params=["duckdb", "postgresql", "mariadb", "spark"], scope="module")
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "duckdb":
        yield DuckDBEngine(open_connection())
        return
    if request.param == "spark":
        session = request.getfixturevalue("spark_session").newSession()
        for key, setting in SETTINGS.items():
            session.conf.set(key, setting)
        yield SparkEngine(session)
        return
    server = request.getfixturevalue(f"{request.param}_server")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSQA_DATABASE_PASSWORD", server.password)
        address = read_address(server.address(server.create("dialect")))
        yield open_session(connect(address))


def at(moment: str, engine: Any) -> str:
    return f"CAST({literal(moment)} AS {engine.dialect.time})"


@pytest.mark.parametrize(
    ("later", "earlier", "milliseconds"),
    [
        ("2025-06-01 00:00:01.999999", "2025-06-01 00:00:00", 1999),
        ("2025-06-01 00:00:01", "2025-06-01 00:00:00.000001", 1000),
        ("1970-01-01 00:00:00", "1969-12-31 23:59:59.999500", 1),
        ("2025-06-01 00:00:00", "2025-06-01 00:01:00", -60_000),
        ("2099-12-31 00:00:00", "1990-01-01 00:00:00", 40_176 * 86_400_000),
    ],
)
def test_milliseconds_are_those_of_whole_milliseconds(
    engine: Any, later: str, earlier: str, milliseconds: int
) -> None:
    between = engine.dialect.milliseconds_between(at(later, engine), at(earlier, engine))
    assert value(engine, f"SELECT {between}") == milliseconds


@pytest.mark.parametrize(
    ("moment", "labels"),
    [
        ("2024-12-30 00:00:00", ["2024-12-30", "2025-W01", "2024-12", "2024-Q4", "2024"]),
        ("2027-01-03 23:59:59.999999", ["2027-01-03", "2026-W53", "2027-01", "2027-Q1", "2027"]),
        ("2025-03-09 12:00:00", ["2025-03-09", "2025-W10", "2025-03", "2025-Q1", "2025"]),
    ],
)
def test_periods_are_labelled_as_csqa_writes_them(
    engine: Any, moment: str, labels: list[str]
) -> None:
    moments = {"t": at(moment, engine)}
    listed = ", ".join(text.format(**moments) for text in engine.dialect.periods.values())
    assert list(engine.rows(f"SELECT {listed}")[0]) == labels


def test_minutes_of_the_day(engine: Any) -> None:
    minute = engine.dialect.minute_of_day.format(t=at("2025-06-01 23:59:59.999999", engine))
    assert value(engine, f"SELECT {minute}") == 1439


@pytest.mark.parametrize(("seconds", "hour"), [(-28_800, 16), (3600, 1)])
def test_seconds_are_added_without_losing_a_microsecond(
    engine: Any, seconds: int, hour: int
) -> None:
    moved = engine.dialect.add_seconds.format(
        t=at("2025-06-02 00:00:00.000001", engine), n=f"({seconds})"
    )
    found = value(engine, f"SELECT {moved}")
    assert (found.hour, found.microsecond) == (hour, 1)


def test_sums_of_squares_beyond_64_bits_are_exact(engine: Any) -> None:
    dialect = engine.dialect
    rows = " UNION ALL ".join(
        f"SELECT CAST({v} AS {dialect.whole}) AS v" for v in (9_000_000_001,) * 3
    )
    found = value(engine, f"SELECT SUM(CAST(v AS {dialect.wide}) * v) FROM ({rows}) AS x")
    assert found == 3 * 9_000_000_001**2


HOSTILE = [
    "it's",
    "a\\",
    "a\\'b",
    "\\n",
    'say "no"',
    "`",
    "'; DROP TABLE x; --",
    "中文😀",
    "%s {x}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_literal_is_the_text_whatever_stands_in_it(engine: Any, text: str) -> None:
    assert value(engine, f"SELECT {literal(text)}") == text


@pytest.mark.parametrize("name", ["a b", 'a"b', "a`b", "工单号", "select", "a\\b"])
def test_a_name_is_a_name_whatever_stands_in_it(engine: Any, name: str) -> None:
    own, standard = engine.dialect.identifier(name), identifier(name)
    assert value(engine, f"SELECT {own} FROM (SELECT 7 AS {standard}) AS named") == 7


def test_texts_are_compared_by_their_code_points(engine: Any) -> None:
    cast = engine.dialect.cast_text
    pairs = [("a", "A"), ("a", "a "), ("é", "e")]
    listed = ", ".join(
        f"CASE WHEN {cast.format(x=literal(a))} = {cast.format(x=literal(b))} THEN 1 ELSE 0 END"
        for a, b in pairs
    )
    assert engine.rows(f"SELECT {listed}")[0] == (0, 0, 0)


def test_blanks_are_stripped_at_both_ends_only(engine: Any) -> None:
    blanks = " \t\n\r\u00a0\u3000\u200b\ufeff"
    text = engine.dialect.cast_text.format(x=literal(f"{blanks}a \u3000b{blanks}"))
    stripped = engine.dialect.strip.format(x=text, blanks=literal(blanks))
    assert value(engine, f"SELECT {stripped}") == "a \u3000b"


def test_only_numbers_are_read_as_numbers(engine: Any) -> None:
    texts = ["12.5", "-3", "1e3", ".5", "x", "", "1,000"]
    rows = " UNION ALL ".join(
        f"SELECT {i} AS i, {engine.dialect.cast_text.format(x=literal(text))} AS x"
        for i, text in enumerate(texts)
    )
    read = engine.dialect.read_number.format(x="x")
    found = engine.rows(f"SELECT {read} FROM ({rows}) AS told ORDER BY i")
    assert [row[0] for row in found] == [12.5, -3, 1000, 0.5, None, None, None]


def test_what_is_kept_can_be_kept_again_and_dropped(engine: Any) -> None:
    for number in (1, 2):
        keep(engine, "csqa_kept", f"SELECT {number} AS a UNION ALL SELECT {number}")
        assert engine.rows("SELECT a FROM csqa_kept") == [(number,)] * 2
    engine.drop("csqa_kept")
    engine.drop("csqa_kept")
    with pytest.raises(Exception, match=r"(?i)csqa_kept"):
        engine.rows("SELECT a FROM csqa_kept")
