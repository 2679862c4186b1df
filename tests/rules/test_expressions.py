import datetime as dt

import pytest

from csqa.errors import RuleError
from csqa.rules.expression_tree import ARGUMENTS, COLUMNS, MOST_CHARACTERS
from csqa.rules.expressions import parse_expression, read_own_measure
from csqa.rules.measures import measure_of
from csqa.rules.standard_reader import read_standard
from tests.tables import write

OWN = """
standards:
  - effective: 2024-01-01
    weights: {{service: 1}}
    metrics:
      wait:
        name: {{zh: 首响到解决, en: Response to resolution}}
        dimension: service
        measure: {measure}
        {rest}
"""
WAIT = '{expression: "seconds_between(resolved_at, first_response_at)", kind: seconds}'


def own_standard(folder, measure: str, rest: str = "target: {at_most: 600}"):
    return read_standard(write(folder, OWN.format(measure=measure, rest=rest)))


def faults_of(text: str) -> str:
    with pytest.raises(RuleError, match=r"算式有 \d+ 处不对") as caught:
        parse_expression(text)
    return str(caught.value)


# --- what may be written ---


@pytest.mark.parametrize(
    ("text", "kind", "columns"),
    [
        ("seconds_between(resolved_at, first_response_at)",
         "number", "resolved_at first_response_at"),
        ("handle_seconds / 60", "number", "handle_seconds"),
        ("-csat * (nps - .5) + 1. - - departments", "number", "csat nps departments"),
        ("csat >= 4 AND NOT reopened OR complaint", "flag", "csat reopened complaint"),
        ("topic <> '退款' and team != 'it''s'", "flag", "topic team"),
        ("reopened", "flag", "reopened"),
        ("channel IN ('phone', 'online') OR csat NOT IN (1, -2)", "flag", "channel csat"),
        ("csat BETWEEN 2 AND 4 AND nps NOT BETWEEN 0 AND 6", "flag", "csat nps"),
        ("resolved_at IS NULL OR (csat > 3) IS NOT NULL", "flag", "resolved_at csat"),
        ("first_response_at <= resolved_at", "flag", "first_response_at resolved_at"),
        ("CASE WHEN reopened THEN 1 WHEN praise THEN NULL ELSE csat END",
         "number", "reopened praise csat"),
        ("case when csat > 3 then 'good' end = 'good'", "flag", "csat"),
        ("COALESCE(NULL, handle_seconds, NULLIF(csat, 0))", "number", "handle_seconds csat"),
        ("ROUND(csat) + ROUND(csat, 2) + FLOOR(csat) + CEIL(csat) + ABS(csat)", "number", "csat"),
        ("LEAST(csat, nps, NULL) < GREATEST(1, departments)", "flag", "csat nps departments"),
        ("LENGTH(LOWER(topic)) + LENGTH(UPPER(topic))", "number", "topic"),
        ("COALESCE(first_response_at, resolved_at) > created_at", "flag",
         "first_response_at resolved_at created_at"),
        ('"csat" + CSAT', "number", "csat"),
        ("csat\n  + 1", "number", "csat"),
        ("reopened = TRUE AND COALESCE(complaint, FALSE)", "flag", "reopened complaint"),
    ],
)  # fmt: skip
def test_what_may_be_written(text: str, kind: str, columns: str):
    found = parse_expression(text)
    assert (found.kind, " ".join(found.columns)) == (kind, columns)


def test_every_column_and_function_can_be_used():
    for name in COLUMNS:
        assert parse_expression(f"{name} IS NULL").columns == (name,)
    calls = {
        "COALESCE": "(csat, 1)", "NULLIF": "(csat, 1)", "LEAST": "(csat, 1)",
        "GREATEST": "(csat, 1)", "LOWER": "(topic) = ''", "UPPER": "(topic) = ''",
        "LENGTH": "(topic)", "SECONDS_BETWEEN": "(resolved_at, created_at)",
    }  # fmt: skip
    for name in ARGUMENTS:
        assert name in parse_expression(name + calls.get(name, "(csat)")).steps


def test_multiplication_binds_before_addition_and_comparison_before_not():
    tree = parse_expression("NOT 1 + csat * 2 = 3 AND reopened").tree
    assert tree.operator == "AND"
    assert tree.arguments[0].operator == "NOT"
    assert tree.arguments[0].arguments[0].operator == "="
    added = tree.arguments[0].arguments[0].arguments[0]
    assert (added.operator, added.arguments[1].operator) == ("+", "*")


def test_subtraction_goes_from_left_to_right():
    tree = parse_expression("csat - 2 - 1").tree
    assert [one.operator for one in tree.arguments] == ["-", "number"]


def test_columns_that_all_data_have_are_not_needed():
    found = parse_expression("seconds_between(resolved_at, created_at)")
    assert found.columns == ("resolved_at", "created_at")
    assert found.needs == ("resolved_at",)


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("csat", False), ("csat - 3", True), ("ABS(csat - 3)", False), ("-csat", True),
        ("seconds_between(resolved_at, created_at) / 60", False),
        ("CASE WHEN csat - 3 > 0 THEN 1 ELSE 0 END * csat", False),
    ],
)  # fmt: skip
def test_whether_a_number_may_be_below_zero(text: str, signed: bool):
    assert parse_expression(text).signed is signed


# --- what is refused, and how it is told ---


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("resolved_at - created_at",
         "第 1 个字符：- 要数，而这里是时间；时间相减请用 seconds_between"),
        ("csatt > 3", "第 1 个字符：服务记录没有 “csatt” 这一列，是不是 csat？"),
        ("解决时间 IS NULL", "“解决时间” 请写成列名 resolved_at"),
        ("roundd(csat)", "第 1 个字符：没有 “roundd” 这个函数，是不是 ROUND？"),
        ("csat > 3 且 nps > 3", "第 10 个字符：“且” 请写成 AND"),
        ("ABS（csat）", "第 4 个字符：“（” 不是半角符号，请改成 ("),
        ("topic = ‘退款’", "第 9 个字符：文字 “退款” 要用半角单引号"),
        ('topic = "退款"', "双引号 “\"退款\"” 里不是列名；文字要用单引号"),
        ("channel = '电话'", "channel 没有 “电话” 这个值，是不是 'phone'？"),
        ("channel = 'fax'", "channel 没有 “fax” 这个值，只有 phone, online"),
        ("csat == 4", "第 6 个字符：不认识 “==”：等于写成 ="),
        ("csat = '4'", "第 8 个字符：= 两边应是同一类：数，而这里是文字"),
        ("reopened > FALSE", "> 两边应是数、文字、时间，而这里是条件"),
        ("reopened = 1", "= 两边应是同一类：条件（是或否），而这里是数"),
        ("csat AND reopened", "AND 要条件（是或否），而这里是数"),
        ("seconds_between(resolved_at, 5)", "seconds_between 要时间，而这里是数"),
        ("CASE WHEN csat THEN 1 END", "CASE 要条件（是或否），而这里是数"),
        ("CASE WHEN reopened THEN 1 ELSE topic END", "CASE 的各个结果应是同一类：数，而这里是文字"),
        ("LEAST(topic, topic)", "LEAST 的各项应是数、时间，而这里是文字"),
        ("ABS(csat, 1)", "ABS 要 1 个参数，这里有 2 个"),
        ("ROUND(csat, nps)", "ROUND 的第二个参数应为 0 到 6 的整数"),
        ("ROUND(csat, 7)", "ROUND 的第二个参数应为 0 到 6 的整数"),
        ("csat NOT 3", "这里应为 IN 或 BETWEEN"),
        ("csat IN (1, NULL)", "IN 的括号里只能是数、文字、TRUE 和 FALSE"),
        ("csat IN ()", "第 10 个字符：“)” 的位置不对"),
        ("CASE csat WHEN 1 THEN 2 END", "CASE 后面应为 WHEN"),
        ("csat >", "第 7 个字符：算式没有写完"),
        ("csat nps", "第 6 个字符：“nps” 的位置不对"),
        ("1 + 2", "至少要有服务记录的一列"),
        ("NULL = NULL OR reopened", "只有 NULL，没有可算的"),
        ("NULL IS NULL AND reopened", "只有 NULL，没有可算的"),
        ("csat--5", "第 5 个字符：不能写注释 “--”（两个减号之间请加空格）"),
        ("LOWER = 'x'", "LOWER 是函数，后面要有括号"),
        ("csat(3) > 1", "csat 是列，不是函数"),
        ("", "算式没有写完"),
    ],
)  # fmt: skip
def test_faults_say_where_and_what(text: str, told: str):
    assert told in faults_of(text)


def test_all_faults_are_told_at_once_in_their_order():
    told = faults_of("csatt > 3 AND topic > 5 OR npss(1) = 'x'; DROP")
    places = [line.partition("：")[0] for line in told.splitlines()[1:]]
    assert places == [f"  - 第 {at} 个字符" for at in (1, 28, 41, 43)]
    told = faults_of("csatt + topic > 3 AND nps = 'x'")
    places = [line.partition("：")[0] for line in told.splitlines()[1:]]
    assert places == [f"  - 第 {at} 个字符" for at in (1, 9, 29)]


def test_a_long_list_of_faults_is_cut():
    told = faults_of(" + ".join(f"x{i}" for i in range(14)))
    assert "算式有 14 处不对" in told
    assert told.endswith("还有 4 处。")


HOSTILE = [
    # other statements, other tables
    "csat; DROP TABLE contacts", "csat;", "1; SELECT 1", "csat); DELETE FROM contacts; --",
    "(SELECT csat FROM contacts)", "(SELECT MAX(csat) FROM other)", "csat IN (SELECT 1)",
    "EXISTS (SELECT 1)", "csat UNION SELECT 1", "csat UNION ALL SELECT password FROM users",
    "csat FROM contacts", "contacts.csat", "information_schema.tables", "pg_catalog.pg_user",
    "WITH x AS (SELECT 1) SELECT 1", "csat > ALL (SELECT 1)", "csat OVER ()", "COUNT(*)",
    "SUM(csat)", "csat INTO OUTFILE '/tmp/x'", "VALUES (1)", "TABLE contacts", "FROM contacts",
    # files, network, the system
    "read_csv('/etc/passwd')", "read_text('/etc/passwd')", "read_parquet('s3://x/y')",
    "'/etc/passwd'", "glob('*')", "LOAD_FILE('/etc/passwd')", "pg_read_file('/etc/passwd')",
    "COPY contacts TO '/tmp/x'", "ATTACH 'x.db'", "INSTALL httpfs", "LOAD httpfs",
    "getenv('HOME')", "current_setting('x')", "SET memory_limit = 1", "PRAGMA version",
    "CALL dbgen(1)", "pg_sleep(10)", "SLEEP(10)", "BENCHMARK(100000000, MD5(1))", "version()",
    "current_user", "@@version", "@x := 1", "$1", "?", ":name", "%s", "{csat}", "{0}",
    "java_method('java.lang.System', 'exit')", "reflect('java.lang.Runtime', 'getRuntime')",
    "query('SELECT 1')", "duckdb_settings()", "eval('1')", "EXECUTE x", "__import__('os')",
    # comments
    "csat -- x", "csat /* x */", "csat /*! + 1 */", "csat # x", "csat--", "/*", "*/ csat",
    # patterns, casts, other syntax
    "topic LIKE '%a%'", "topic ILIKE 'a'", "topic ~ '(a+)+$'", "topic RLIKE '(a+)+$'",
    "topic REGEXP '(a|a)*'", "topic SIMILAR TO 'a'", "regexp_matches(topic, '(a+)+')",
    "topic GLOB '*'", "CAST(topic AS INTEGER)", "csat::text", "TRY_CAST(topic AS INT)",
    "topic COLLATE nocase", "topic || topic", "csat % 2", "csat ^ 2", "csat ** 2", "csat // 2",
    "csat | 1", "csat & 1", "~csat", "!reopened", "csat << 1", "csat <=> 1", "csat !> 1",
    "x -> x + 1", "[1, 2]", "csat[1]", "{'a': 1}", "ARRAY[1]", "INTERVAL '1' DAY",
    "DATE '2025-01-01'", "TIMESTAMP '2025-01-01'", "X'41'", "E'\\n'", "N'x' = topic", "U&'x'",
    "b'1'", "$$x$$", "repeat('a', 1000000000)", "range(1000000000)", "REPEAT(topic, 999999)",
    "CASE csat WHEN 1 THEN 1 END", "reopened ISNULL", "csat IS TRUE", "csat IS DISTINCT FROM 1",
    "* ", "*", "csat, nps", "()", "(csat", "csat)", "csat AS x", "DISTINCT csat", "csat ORDER BY 1",
    "csat LIMIT 1", "csat WHERE TRUE", "csat = ANY(1)", "COLUMNS('.*')", "#1", "csat XOR nps",
    # quotes, backslashes, what does not print
    "topic = '\\'", "topic = '\\' OR 1=1 -- '", "topic = 'a\\'' OR TRUE", "topic = 'x",
    "topic = x'",
    'topic = "x"', 'topic = "a""; DROP"', "topic = `x`", "`csat`", "[csat]", "topic = ’x’",
    "topic = ʼxʼ", "topic = ＇x＇", "topic = 'a\x00b'", "csat\x00", "\x00", "topic = '\x1b[31m'",
    "topic = '\u202etxt'", "topic = 'a\nb'", "topic = 'a\u2028b'", "topic = '\ud800'",
    "csat\u00a0+1",
    "csat\u200b", "ｃｓａｔ", "cѕat", "сsat", "ﬂoor(csat)", "csat > ３", "csat > ²", "csat > ٣",
    '"csat"";"', '""', "''", "' OR ''='", "'; DROP TABLE contacts; --'",
    # numbers
    "csat * 1e308", "csat * 1e5", "csat * 0x10", "csat * 1_000", "csat + " + "9" * 400,
    "csat + 10000000000000000", "csat + 0.0000000001", "csat + 0.1234567890123456", "csat + 1.2.3",
    "csat + 1..2", "csat + .", "csat + inf", "csat + 'nan'", "csat + infinity", "csat + 12abc",
    # size
    "(" * 10_000 + "csat" + ")" * 10_000, "(" * 500 + "csat" + ")" * 500, "(" * 1_999,
    "NOT " * 400 + "reopened", "- " * 900 + "csat", "csat" + " + 1" * 450,
    "csat" + " AND csat" * 200,
    "ABS(" * 400 + "csat" + ")" * 400, "CASE WHEN " * 150 + "reopened", "csat + 1 " * 1_000_000,
    "LEAST(1, " * 150 + "csat" + ")" * 150, "'" * 1_999, '"' * 1_999, "csat" * 400,
    "LEAST(1, LEAST(1, LEAST(1, LEAST(1, csat))))", "LOWER(UPPER(LOWER(UPPER(topic)))) = ''",
    "handle_seconds" + " * handle_seconds" * 38, "1 / csat" + " / csat" * 30,
]  # fmt: skip
"""What nobody needs for a measure, and what others have tried elsewhere."""


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_texts_are_refused_with_a_message(text: str):
    told = faults_of(text)
    assert "个字符：" in told
    assert len(told) < 6_000
    assert all(line.isprintable() for line in told.splitlines())


def test_the_corpus_is_large_and_has_no_twins():
    assert len(HOSTILE) == len(set(HOSTILE)) > 150


def test_size_is_limited_and_what_is_below_is_read():
    text = "csat IN (" + ", ".join(map(str, range(400))) + ")"
    assert len(text) < MOST_CHARACTERS
    assert parse_expression(text).kind == "flag"
    padded = f"csat{' ' * (MOST_CHARACTERS - 4)}"
    assert parse_expression(padded).columns == ("csat",)
    assert "算式太长（2,001 个字符，最多 2,000）" in faults_of(f"{padded} ")
    assert parse_expression("csat" + " + 1" * 38).kind == "number"


# --- in a standard ---


def test_a_standard_defines_a_measure(tmp_path):
    metric = own_standard(tmp_path, WAIT).metric("wait")
    measure = measure_of(metric)
    assert metric.measure == metric.own.key
    assert metric.own.key.startswith("own_")
    assert metric.own.key.isidentifier()
    assert (measure.kind, measure.table) == ("seconds", "contacts")
    assert measure.needs == ("resolved_at", "first_response_at")
    assert measure.zh == "的服务“首响到解决”超过"
    assert metric.own.expression.text == "seconds_between(resolved_at, first_response_at)"


@pytest.mark.parametrize(
    ("measure", "rest", "bad_when"),
    [
        ("{expression: reopened, kind: share}", "target: {at_most: 0.1}", "high"),
        ("{expression: csat > 3, kind: share}", "target: {at_least: 0.9}", "low"),
        ("{expression: csat > 3, kind: share}", "source: 台账", "low"),
        ("{expression: reopened, kind: share, bad_when: high}", "source: 台账", "high"),
    ],
)
def test_which_flag_misses_follows_the_target(tmp_path, measure: str, rest: str, bad_when: str):
    metric = own_standard(tmp_path, measure, rest).metric("wait")
    assert measure_of(metric).bad_when == bad_when


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("{expression: csat > 3, kind: number}", "kind 为 number 时算式应得出数，而它得出的是条件"),
        ("{expression: csat, kind: share}",
         "kind 为 share 时算式应得出条件（是或否），而它得出的是数"),
        ("{expression: topic, kind: number}", "应得出数，而它得出的是文字"),
        ("{expression: created_at, kind: seconds}", "应得出数，而它得出的是时间"),
        ("{expression: csat}", "measure.kind：不认识 None；可用的有 seconds, number, share。"),
        ("{expression: csat, kind: nps}", "measure.kind：不认识 'nps'"),
        ("{kind: number}", "measure.expression：应为一个算式（文字），而不是 None。"),
        ("{expression: 5, kind: number}", "measure.expression：应为一个算式（文字），而不是 5。"),
        ("{expression: [csat], kind: number}", "应为一个算式（文字）"),
        ("{expresion: csat, kind: number}", "measure：不认识 'expresion'，是不是 'expression'？"),
        ("{expression: csat, kind: number, bad_when: low}",
         "bad_when：应为 low 或 high，且只用于 share"),
        ("{expression: csat > 3, kind: share, bad_when: up}", "bad_when：应为 low 或 high"),
        ("{expression: csatt > foo, kind: share}",
         "measure.expression：第 1 个字符：服务记录没有 “csatt”"),
        ("{expression: csatt > foo, kind: share}",
         "measure.expression：第 9 个字符：服务记录没有 “foo”"),
        ("{}", "measure.kind：不认识 None"),
    ],
)  # fmt: skip
def test_faults_of_a_measure_are_told_in_the_standard(tmp_path, measure: str, told: str):
    with pytest.raises(RuleError, match=r"standard\.yml：有 \d+ 处不对") as caught:
        own_standard(tmp_path, measure)
    assert told in str(caught.value)
    assert "metrics.wait.measure" in str(caught.value)


def test_proportional_deduction_is_for_own_shares_too(tmp_path):
    share = "{expression: csat > 3, kind: share}"
    rest = "target: {at_least: 0.9}\n        deduct: proportional"
    assert own_standard(tmp_path, share, rest).metric("wait").deduction.mode == "proportional"
    with pytest.raises(RuleError, match="proportional 只用于 0–1 的比率"):
        own_standard(tmp_path, WAIT, rest)


def test_a_later_version_keeps_the_expression_and_cannot_change_it(tmp_path):
    later = "\n  - effective: 2025-01-01\n    metrics:\n      wait: {change}\n"
    text = OWN.format(measure=WAIT, rest="target: {at_most: 600}")
    path = write(tmp_path, text + later.format(change="{target: {at_most: 300}}"))
    standard = read_standard(path)
    old, new = (standard.metric_on("wait", dt.date(year, 6, 1)) for year in (2024, 2025))
    assert (old.measure, old.lines[0].target) == (new.measure, 600)
    assert new.lines[0].target == 300
    change = "{measure: {expression: csat, kind: number}}"
    with pytest.raises(RuleError, match="不能改变取数方式"):
        read_standard(write(tmp_path, text + later.format(change=change)))


def test_the_key_is_ours_and_the_same_for_the_same_measure():
    def key(text: str, kind: str = "number") -> str:
        own = read_own_measure("m", {"expression": text, "kind": kind}, None, [])
        assert own is not None
        return own.key

    assert key("csat") == key(" csat ")
    assert len({key("csat"), key("nps"), key("csat", "seconds"), key("-csat")}) == 4
    assert all(name.isascii() and name.isidentifier() for name in (key("csat"), key("-csat")))
