"""Expressions in engines: what they give is what SQL's logic gives, to the last digit."""

import datetime as dt
import math
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import csqa
from csqa.columntypes import FLAG, INTEGER, NUMBER, TEXT, TIME
from csqa.engine.dialect import DIALECTS, DUCKDB, MARIADB, POSTGRESQL, Dialect
from csqa.engine.expression_sql import write_expression, write_own
from csqa.errors import RuleError
from csqa.rules.expression_tree import ARGUMENTS, COLUMNS, KINDS_OF_COLUMN, Node
from csqa.rules.expressions import OWN_KINDS, OwnMeasure, parse_expression
from csqa.rules.standard_reader import read_standard
from csqa.show.definitions import show_definitions
from tests.tables import contacts, write

Row = dict[str, Any]

USED = (
    "topic", "team", "channel", "created_at", "first_response_at", "resolved_at",
    "handle_seconds", "csat", "nps", "departments", "resolved", "reopened",
)  # fmt: skip


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2025-06-{text}")


CELLS: list[tuple[Any, ...]] = [
    ("退款", "A", "phone", at("01 09:00"), at("01 09:00:30"), at("02 10:00"), 600.0, 5.0,
     10, 1, True, False),
    ("Ärger", "a", "online", at("01 09:00"), None, None, None, None, None, None, None, None),
    ("abc ", "B", "email", at("01 09:00:00.000400"), at("01 09:00:00.000399"),
     at("01 09:00:00.000400"), 0.0, 1.0, 0, 0, False, True),
    ("abc", None, "phone", at("30 23:59:59.999"), at("30 23:59:59.999999"), None, 0.0015,
     3.5, 6, 2, True, True),
    ("", "it's", "other", at("03 00:00"), at("03 00:01"), at("03 00:02"), 31622400.0, 4.2,
     7, 1000, False, None),
    (None, "%_", "phone", at("04 12:00"), None, at("05 12:00:00.123456"), 59.9994, None,
     9, 3, None, True),
    ("😀aB", "ABC", "social", at("06 01:02:03"), at("06 01:02:04.5"), at("07 00:00"), 2.5,
     2.0, None, 4, False, False),
    ("ß", "b", "online", at("08 00:00"), at("08 00:00"), at("08 00:00"), 1e-300,
     1.0000000000000002, 5, 1, True, None),
]  # fmt: skip
ROWS: list[Row] = [dict(zip(USED, cells, strict=True)) for cells in CELLS]


# --- what an expression gives, in a few lines of Python ---


def floor(value: float) -> float:
    return float(math.floor(value))


def in_milliseconds(moment: dt.datetime) -> int:
    return (moment - dt.datetime(1970, 1, 1)) // dt.timedelta(milliseconds=1)


def any_null(give: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: None if None in values else give(*values)


def kleene_and(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if None in (one, other) else True


def negate(one: bool | None) -> bool | None:
    return None if one is None else not one


def between(value: Any, low: Any, high: Any) -> bool | None:
    return kleene_and(GIVES["<="](low, value), GIVES["<="](value, high))


def swap_ascii(text: str, upper: bool) -> str:
    return "".join((c.upper() if upper else c.lower()) if c.isascii() else c for c in text)


def round_up(value: float, digits: float = 0) -> float:
    if not digits:
        return floor(value + 0.5)
    return floor(value * 10.0**digits + 0.5) / 10.0**digits


GIVES: dict[str, Callable[..., Any]] = {
    "+": any_null(lambda a, b: a + b),
    "-": any_null(lambda a, b: a - b),
    "*": any_null(lambda a, b: a * b),
    "/": any_null(lambda a, b: a / b if b else None),
    "negative": any_null(lambda a: -a),
    "=": any_null(lambda a, b: a == b),
    "<>": any_null(lambda a, b: a != b),
    "<": any_null(lambda a, b: a < b),
    "<=": any_null(lambda a, b: a <= b),
    ">": any_null(lambda a, b: a > b),
    ">=": any_null(lambda a, b: a >= b),
    "AND": kleene_and,
    "OR": lambda a, b: negate(kleene_and(negate(a), negate(b))),
    "NOT": negate,
    "IS NULL": lambda a: a is None,
    "IS NOT NULL": lambda a: a is not None,
    "IN": lambda a, *listed: None if a is None else a in listed,
    "NOT IN": lambda a, *listed: None if a is None else a not in listed,
    "BETWEEN": between,
    "NOT BETWEEN": lambda *values: negate(between(*values)),
    "COALESCE": lambda *values: next((v for v in values if v is not None), None),
    "NULLIF": lambda a, b: None if a is not None and a == b else a,
    "ABS": any_null(abs),
    "ROUND": any_null(round_up),
    "FLOOR": any_null(floor),
    "CEIL": any_null(lambda a: float(math.ceil(a))),
    "LEAST": any_null(min),
    "GREATEST": any_null(max),
    "LOWER": any_null(lambda a: swap_ascii(a, upper=False)),
    "UPPER": any_null(lambda a: swap_ascii(a, upper=True)),
    "LENGTH": any_null(lambda a: float(len(a))),
    "SECONDS_BETWEEN": any_null(lambda a, b: (in_milliseconds(a) - in_milliseconds(b)) / 1000),
}


def evaluate(node: Node, row: Row) -> Any:
    if node.operator == "column":
        value = row[str(node.value)]
        if node.value == "handle_seconds" and value is not None:
            return floor(value * 1000 + 0.5) / 1000
        return float(value) if node.kind == NUMBER and value is not None else value
    if not node.arguments:
        return node.value
    values = [evaluate(one, row) for one in node.arguments]
    if node.operator == "CASE":
        *pairs, otherwise = values
        return next((v for c, v in zip(pairs[::2], pairs[1::2], strict=True) if c), otherwise)
    return GIVES[node.operator](*values)


# --- random expressions ---


NAMES = {
    kind: [
        name
        for name in USED
        if KINDS_OF_COLUMN[COLUMNS[name].kind] == kind and not COLUMNS[name].choices
    ]
    for kind in (NUMBER, TEXT, TIME, FLAG)
}
LITERALS = {
    NUMBER: ["0", "1", "0.5", "3.5", "600", "1000.25", "NULL"],
    TEXT: ["'abc'", "'ABC'", "'退款'", "''", "'it''s'", "'b'", "NULL"],
    TIME: ["NULL"],
    FLAG: ["TRUE", "FALSE", "NULL"],
}
ANY_KIND = ["COALESCE({k}, {k})", "NULLIF({k}, {k})", "CASE WHEN {flag} THEN {k} ELSE {k} END",
            "CASE WHEN {flag} THEN {k} WHEN {flag} THEN {k} END"]  # fmt: skip
SHAPES: dict[str, list[str]] = {
    NUMBER: [
        "({number} + {number})", "({number} - {number})", "({number} * {number})",
        "({number} / {number})", "(- {number})", "ABS({number})", "ROUND({number})",
        "ROUND({number}, 2)", "FLOOR({number})", "CEIL({number})", "LEAST({number}, {number})",
        "GREATEST({number}, {number}, {number})", "LENGTH({text})",
        "seconds_between({time}, {time})",
    ],
    TEXT: ["LOWER({text})", "UPPER({text})"],
    TIME: ["LEAST({time}, {time})", "GREATEST({time}, {time})"],
    FLAG: [
        "({flag} AND {flag})", "({flag} OR {flag})", "(NOT {flag})", "({number} IS NULL)",
        "({flag} IS NOT NULL)", "({number} BETWEEN {number} AND {number})",
        "({text} NOT BETWEEN {text} AND {text})", "({number} IN (0, 3.5, -1))",
        "({text} NOT IN ('abc', 'B', '退款'))", "({flag} = {flag})",
        *(f"({{{kind}}} {sign} {{{kind}}})"
          for kind in (NUMBER, TEXT, TIME) for sign in ("=", "<>", "<", "<=", ">", ">=")),
    ],
}  # fmt: skip

Choose = Callable[[list[str]], str]


def write_random(choose: Choose, kind: str, depth: int) -> str:
    """An expression of a kind, by a function that chooses from a list."""
    if depth == 0 or choose(["deeper", "deeper", "leaf"]) == "leaf":
        return choose(NAMES[kind] * 2 + LITERALS[kind])
    text = choose(SHAPES[kind] + ANY_KIND).replace("{k}", f"{{{kind}}}")
    while "{" in text:
        before, _, rest = text.partition("{")
        inner, _, after = rest.partition("}")
        text = before + write_random(choose, inner, depth - 1) + after
    return text


def read_if_allowed(text: str) -> Node | None:
    """The tree; None for what has no column, or only NULLs where a kind is needed."""
    try:
        return parse_expression(text).tree
    except RuleError as error:
        if any(
            told in str(error) for told in ("至少要有", "只有 NULL", "互相嵌套", "太长", "太深")
        ):
            return None
        raise


# --- the engines ---


def cell(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return f"'{value}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else repr(value)


def create_table(dialect: Dialect) -> list[str]:
    kinds = {
        NUMBER: dialect.number,
        INTEGER: "BIGINT",
        FLAG: "BOOLEAN",
        TIME: dialect.time,
    }
    text = "VARCHAR(50)"
    columns = ", ".join(
        f"{dialect.identifier(name)} {kinds.get(COLUMNS[name].kind, text)}" for name in USED
    )
    lines = ", ".join(f"({', '.join(map(cell, row.values()))})" for row in ROWS)
    return [f"CREATE TABLE contacts ({columns})", f"INSERT INTO contacts VALUES {lines}"]


def ask(trees: list[Node], dialect: Dialect) -> str:
    listed = ", ".join(f"{write_expression(one, dialect)} AS v{i}" for i, one in enumerate(trees))
    order = ", ".join(map(dialect.identifier, ("created_at", "channel", "nps")))
    return f"SELECT {listed} FROM contacts ORDER BY {order}"


EXPECTED_ROWS = sorted(ROWS, key=lambda row: (row["created_at"], row["channel"] != "online"))
SETTINGS = {
    "postgresql": "SET timezone = 'UTC'; SET extra_float_digits = 3",
    "mariadb": "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES';"
    " SET NAMES utf8mb4 COLLATE utf8mb4_general_ci; SET SESSION time_zone = '+00:00'",
}


@pytest.fixture(scope="module")
def table() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for statement in create_table(DUCKDB):
            connection.execute(statement)
        yield connection


def same(kind: str, found: Any, expected: Any) -> bool:
    if found is None or expected is None:
        return found is expected
    return bool(found) is expected if kind == FLAG else found == expected


def check(trees: list[Node], texts: list[str], rows: list[tuple[Any, ...]]) -> None:
    for row, cells in zip(EXPECTED_ROWS, rows, strict=True):
        for tree, text, found in zip(trees, texts, cells, strict=True):
            expected = evaluate(tree, row)
            assert same(tree.kind, found, expected), (text, row, found, expected)


@given(st.data())
def test_random_expressions_give_what_sqls_logic_gives(table, data: st.DataObject):
    kind = data.draw(st.sampled_from([NUMBER, TEXT, TIME, FLAG]))
    text = write_random(lambda options: data.draw(st.sampled_from(options)), kind, 4)
    tree = read_if_allowed(text)
    if tree is not None:
        check([tree], [text], table.execute(ask([tree], DUCKDB)).fetchall())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["postgresql", "mariadb"])
def test_servers_give_the_same(name: str, request: pytest.FixtureRequest):
    dialect = {"postgresql": POSTGRESQL, "mariadb": MARIADB}[name]
    server = request.getfixturevalue(f"{name}_server")
    server.create("expressions")
    for statement in create_table(dialect):
        server.execute(f"{SETTINGS[name]}; {statement}", "expressions")
    dice = random.Random(20250601)
    for _ in range(25):
        found = [write_random(dice.choice, dice.choice(list(NAMES)), 4) for _ in range(20)]
        trees = {text: tree for text in found if (tree := read_if_allowed(text)) is not None}
        query = f"{SETTINGS[name]}; {ask(list(trees.values()), dialect)}"
        check(list(trees.values()), list(trees), server.execute(query, "expressions"))


# --- by hand ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("csat / 0", None),
        ("csat / (nps - nps)", None),
        ("nps / 4", 2.5),
        ("- nps - -1", -9.0),
        ("10 - nps - 1", -1.0),
        ("2 + nps * 3", 32.0),
        ("NULL + nps", None),
        ("COALESCE(NULL, csat, 1)", 5.0),
        ("NULLIF(csat, 5)", None),
        ("LEAST(csat, nps, NULL)", None),
        ("GREATEST(csat, nps)", 10.0),
        ("ROUND(csat / 2)", 3.0),
        ("ROUND(- csat / 2)", -2.0),
        ("ROUND(csat / 3, 2)", 1.67),
        ("FLOOR(- csat / 2)", -3.0),
        ("LENGTH(topic)", 2.0),
        ("seconds_between(first_response_at, created_at)", 30.0),
        ("seconds_between(created_at, first_response_at)", -30.0),
        ("csat > 3 AND NULL", None),
        ("csat < 3 AND NULL", False),
        ("csat > 3 OR NULL", True),
        ("NOT (reopened OR NULL)", None),
        ("csat NOT IN (1, 2)", True),
        ("NULL NOT IN (1, 2) OR reopened", None),
        ("topic = '退款' AND LOWER(team) = 'a' AND team <> 'a'", True),
        ("CASE WHEN NULL THEN 1 WHEN resolved THEN nps END", 10.0),
        ("CASE WHEN reopened THEN nps END", None),
    ],
)
def test_what_the_first_contact_gives(table, text: str, expected: object):
    tree = parse_expression(text).tree
    first = f"SELECT {write_expression(tree, DUCKDB)} FROM contacts WHERE topic = '退款'"
    assert table.execute(first).fetchone() == (expected,)
    assert evaluate(tree, ROWS[0]) == expected


def test_times_are_cut_to_milliseconds_not_rounded(table):
    between = parse_expression("seconds_between(first_response_at, created_at)").tree
    first = f"SELECT {write_expression(between, DUCKDB)} FROM contacts WHERE topic LIKE 'abc%'"
    # 59.999999 after 59.999, and 0.000399 after 0.000400
    assert table.execute(first).fetchall() == [(0.0,), (0.0,)]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_nothing_of_the_text_reaches_sql_but_literals_written_anew(dialect: Dialect):
    text = "  rOuNd( \"csat\" ,1)+ .50 > 1.0 aNd TOPIC<>'-- it''s; /* {x} %s' "
    written = write_expression(parse_expression(text).tree, dialect)
    literal = "'-- it''s; /* {x} %s'"
    assert written.count(literal) == 1
    rest = written.replace(literal, "")
    for piece in ("rOuNd", "aNd", "TOPIC", ".50", "--", ";", "/*", "{", "%", "  "):
        assert piece not in rest
    assert dialect.identifier("csat") in rest


def test_a_value_beyond_what_is_stored_is_left_out(table):
    def stored(text: str, kind: str) -> list[Any]:
        sql = write_own(OwnMeasure(parse_expression(text), kind, "low"), DUCKDB)
        query = f"SELECT {sql} FROM contacts WHERE topic IN ('退款', '') ORDER BY csat DESC"
        return [value for (value,) in table.execute(query).fetchall()]

    assert stored("handle_seconds", "seconds") == [600_000, 31_622_400_000]
    assert stored("nps / 3", "number") == [3_333_333, 2_333_333]
    assert stored("handle_seconds * 1000000", "number") == [600_000_000_000_000, None]
    assert stored("- handle_seconds", "seconds") == [-600_000, -31_622_400_000]
    assert stored("reopened", "share") == [0, None]


# --- as metrics ---

STANDARD = """
standards:
  - effective: 2024-01-01
    dimensions: {service: 服务}
    weights: {service: 1}
    metrics:
      wait:
        name: 首响到解决
        dimension: service
        measure: {expression: "seconds_between(resolved_at, first_response_at)", kind: seconds}
        target: {at_most: 600}
        deduct: {points: 10, per: 60}
        except:
          - {channel: phone, target: {at_most: 60}}
      above:
        name: 评分高出四分
        dimension: service
        measure: {expression: "csat - 4", kind: number}
        target: {at_least: 0.3}
      good:
        name: 好评且未重开
        dimension: service
        measure: {expression: "csat >= 4 AND NOT reopened", kind: share}
        where: {channel: online}
        target: {at_least: 0.9}
      again:
        name: 重开
        dimension: service
        measure: {expression: "reopened", kind: share}
        target: {at_most: 0.1}
"""


def own_table() -> pd.DataFrame:
    def moment(minute: int) -> str:
        return f"2025-06-02 09:{minute:02}:00"

    return contacts(
        {"first_response_at": moment(1), "resolved_at": moment(21), "csat": 5, "reopened": False},
        {"first_response_at": moment(1), "resolved_at": moment(11), "csat": 4, "reopened": True},
        {"first_response_at": moment(1), "resolved_at": None, "csat": 3, "reopened": None},
        {"first_response_at": moment(0), "resolved_at": moment(2), "csat": 4.5, "reopened": None,
         "channel": "phone"},
    )  # fmt: skip


def test_measures_by_hand(tmp_path):
    standard = read_standard(write(tmp_path, STANDARD))
    found = csqa.measure(own_table(), standard).set_index(["metric", "target_line"])
    columns = ["n", "total", "total_squares", "over"]
    base = "2024-01-01/base"
    values = {
        key: [float(row[name]) for name in columns] for key, row in found.iterrows()
    }  # 20, 10 and 2 minutes; +1, 0, -1, +0.5; good: yes, no, no (3 < 4); reopened: no, yes
    assert values == {
        ("wait", base): [2, 1800, 1200**2 + 600**2, 1],
        ("wait", "2024-01-01/channel=phone"): [1, 120, 120**2, 1],
        ("above", base): [4, 0.5, 2.25, 2],
        ("good", base): [3, 1, 1, 2],
        ("again", base): [2, 1, 1, 1],
    }


def test_scores_and_definitions_tell_the_expression(tmp_path):
    standard = read_standard(write(tmp_path, STANDARD.replace("csat >= 4", "team <> '<b>x'")))
    data = csqa.load(own_table().assign(team="A"))
    scores = csqa.score(csqa.measure(data, standard), standard)
    assert scores.set_index("metric").loc["above", ["kind", "value", "n"]].tolist() == [
        "number",
        0.125,
        4,
    ]
    defined = csqa.define_metrics(data, scores, standard, period="2025-06").set_index("metric")
    assert defined.loc["wait", "computed"] == (
        "算式 seconds_between(resolved_at, first_response_at)，取平均"
    )
    assert defined.loc["wait", "clock"] == "按自然时间"
    assert defined.loc["wait", ["n", "left_out", "exclusions"]].tolist() == [3, 1, "1 条算不出值"]
    assert defined.loc["good", "computed"] == "满足 team <> '<b>x' AND NOT reopened 的占比"
    page = show_definitions(standard, defined.reset_index()).html
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page


def test_times_that_cannot_be_worked_out_are_counted_as_left_out(tmp_path):
    standard = read_standard(write(tmp_path, STANDARD))
    told = csqa.list_limits(csqa.load(own_table()), standard, period="2025-06")
    assert "首响到解决：1 条按算式没有值，未计入。" in told


def test_an_interval_of_a_number_below_zero_goes_below_zero(tmp_path):
    standard = read_standard(write(tmp_path, STANDARD))
    table = contacts(*({"csat": 1 + i % 4} for i in range(40)))
    scores = csqa.score(csqa.measure(table, standard), standard).set_index("metric")
    lower, value, upper = scores.loc["above", ["lower", "value", "upper"]]
    assert value == -1.5
    assert lower < value < upper < 0


def test_without_its_columns_a_metric_has_no_source(tmp_path):
    standard = read_standard(write(tmp_path, STANDARD))
    table = contacts({"csat": 5}, {"csat": 3})
    measures = csqa.measure(table, standard)
    assert measures["metric"].unique().tolist() == ["above"]
    scores = csqa.score(measures, standard).set_index("metric")
    assert scores.loc[["wait", "good", "again"], "status"].tolist() == ["no_source"] * 3


def test_quantiles_are_in_the_metrics_unit(tmp_path):
    standard = read_standard(write(tmp_path, STANDARD))
    found = csqa.measure_quantiles(own_table(), standard, probabilities=[0.5])
    assert found[["metric", "value"]].to_numpy().tolist() == [["above", 0.25], ["wait", 600.0]]


def test_two_metrics_of_one_expression_share_a_column(tmp_path):
    again = "      often:\n        name: 重开二\n        dimension: service\n"
    again += "        measure: {expression: reopened, kind: share}\n"
    standard = read_standard(write(tmp_path, STANDARD + again))
    data = csqa.load(own_table())
    totals = csqa.measure(data, standard).groupby("metric")["total"].sum()
    assert totals["again"] == totals["often"] == 1
    columns = [row[0] for row in data.engine.rows("DESCRIBE csqa_facts")]
    assert sum(name.startswith("own_") for name in columns) == 4


def test_the_manual_names_what_may_be_written():
    manual = (Path(__file__).parents[2] / "docs" / "standards.md").read_text(encoding="utf-8")
    part = manual[manual.index("## 自己的取数方式") :].split("\n## ")[0]
    for name in ARGUMENTS:
        assert f"`{name.lower() if name == 'SECONDS_BETWEEN' else name}" in part
    written = re.findall(r'expression: "([^"]+)", kind: (\w+)', part)
    kinds = [(parse_expression(text).kind, OWN_KINDS[kind]) for text, kind in written]
    assert kinds == [(NUMBER, NUMBER), (FLAG, FLAG)]
