"""Patterns of a rule file: those that could run without end are refused, the others are not."""

import re
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.rules.regex_safety import (
    LONGEST_TEXT,
    count_cost,
    find_pattern_fault,
    parse_pattern,
)
from csqa.rules.regex_stems import find_stems

ENDLESS = (
    "(a+)+b",
    "(a|a)*b",
    "(a|ab)*c",
    "a*a*b",
    r"\s*\s*x",
    r"(\w+\s?)*$",
    ".*.*x",
    "(.*)*",
    "退货.*政策",
    "(a?){30}a{30}",
    "(?:(?:a{1,9}){1,9}){1,9}",
    "(x+x+)+y",
    r"^(\d+)*$",
    "(a|b|ab){1,50}c",
    "((a{1,100}){1,100}){1,100}",
    "[^a]*b[^c]*d",
    "(?=(a+)+)b",
    ".{0,4000}.{0,4000}x",
    "(?:a*?)*?b",
    ".{0,16}.{0,16}.{0,16}a*b",
    "(?:a|b)*(?:b|a)*c",
    "(?>a*)*b",
    "(?:aa?){0,40}b",
    "(ha)*(hah)*ah!",
)
HARMLESS = (
    "不(?:太)?清楚.{0,20}吗",
    r"退\s*货\s*政策",
    r"\d+天",
    "(?:您好|你好)[呢哦~]*",
    r"\b(?:don't|do not) know\b",
    "(?:7|七)[天日].{0,6}无理由",
    "呢+吗+",
    ".{0,20}a.{0,20}b.{0,20}c",
    "(?:我|我们|这边){1,3}没",
    "(?:第[一二三]次|再|又)?(?:说|讲)了(?:很?多|好几)(?:次|遍)",
)
HOSTILE = ("a" * LONGEST_TEXT, "1" * LONGEST_TEXT, " " * LONGEST_TEXT, "呢" * LONGEST_TEXT)


@pytest.mark.parametrize("pattern", ENDLESS)
def test_a_pattern_that_backtracks_is_refused(pattern):
    assert re.search("重复|没有尽头", find_pattern_fault(pattern) or "")


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_harmless_pattern_passes_and_is_quick(pattern):
    assert find_pattern_fault(pattern) is None
    began = thread_time()
    for text in HOSTILE:
        re.search(pattern, text, re.IGNORECASE)
    assert thread_time() - began < 2


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (r"(a)\1", "反向引用"),
        (r"(a)(?(1)a|b)c", "条件分组"),
        ("", "空的"),
        ("a?", "空文字"),
        ("(?:)", "空文字"),
        ("退货(", "第 3 个字符：括号没有闭合"),
        ("a" * 501, "太长"),
        ("(" * 100 + "a" + ")" * 100, "嵌套过深"),
        ("a(?i)b", "不是正则表达式"),
        (
            "(?i)ab",
            "不是正则表达式",
        ),  # it could not be anchored; letters match in either case anyway
    ],
)
def test_what_else_is_refused_is_told(pattern, told):
    assert told in (find_pattern_fault(pattern) or "")


PIECES = st.sampled_from(["a", "b", "ab", "[ab]", ".", "[^b]", r"\d", r"\s", "a?"])
PATTERNS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds("{}{}".format, inner, inner),
        st.builds(
            "(?:{}){}".format, inner, st.sampled_from(["*", "+", "?", "{0,3}", "{1,20}", "*?"])
        ),
    ),
    max_leaves=8,
)


@given(PATTERNS)
@settings(max_examples=60, deadline=None)
def test_what_is_let_pass_ends_soon(pattern):
    if find_pattern_fault(pattern + "c") is not None:
        return
    began = thread_time()
    for text in ("a" * LONGEST_TEXT, "ab" * (LONGEST_TEXT // 2), "a1 " * (LONGEST_TEXT // 3)):
        re.search(pattern + "c", text, re.IGNORECASE)
    assert thread_time() - began < 15


@given(PATTERNS, st.text("aB1 c", max_size=12))
@settings(max_examples=200, deadline=None)
def test_every_match_holds_a_stem(pattern, text):
    pattern += "c"
    stems = find_stems(pattern)
    if stems and re.search(pattern, text, re.IGNORECASE):
        assert any(stem in text.lower() for stem in stems)


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("(?:太慢|太贵|很慢|很贵)", 1),
        ("(?:快|快递|快递员|慢)", 3),
        ("(?:天(?!气)|天(?:天)?)", 3),
        ("(?:一|一.)", 2),
    ],
)
def test_texts_that_cannot_stand_together_are_not_added_up(pattern, ways):
    assert count_cost(parse_pattern(pattern))[0] == ways
