"""pseudonyms: stable names in place of agents' ids, for reports that leave the team.

The same key gives the same name every month, so that a person can be followed without being
named; without the key nobody can tell who it is. Names of topics and of teams stay.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Collection, Iterable, Mapping
from typing import overload

import pandas as pd

from csqa import schema
from csqa.errors import DataError, RuleError, check_option

KEY_VARIABLE = "CSQA_PSEUDONYM_KEY"
"""Environment variable that the key is taken from where none is given."""

SHORTEST_KEY = 12
"""Characters: agents' ids are easily guessed, so a short key would be found by trying."""

CODE_LENGTH = 6
"""Hexadecimal digits: two of 300 people share a code in 0.3 % of teams; then it gets longer."""

PEOPLE = {
    "agent_id": ("客服", "Agent"),
    "first_agent_id": ("客服", "Agent"),
    "last_agent_id": ("客服", "Agent"),
    "inspector": ("质检员", "Inspector"),
    "owner": ("责任人", "Owner"),
}
"""Columns that name people, and what stands before the code, in Chinese and in English."""

NOBODY = ("", schema.UNKNOWN, schema.OVERALL, "全部", "全员", "整体")
"""What stands in such columns and names nobody."""

_LANGUAGES = ("zh", "en")


@overload
def pseudonymise(
    tables: pd.DataFrame,
    key: str | None = ...,
    *,
    columns: Iterable[str] | None = ...,
    people: Collection[str] = ...,
    language: str = ...,
) -> pd.DataFrame: ...
@overload
def pseudonymise(
    tables: Mapping[str, pd.DataFrame],
    key: str | None = ...,
    *,
    columns: Iterable[str] | None = ...,
    people: Collection[str] = ...,
    language: str = ...,
) -> dict[str, pd.DataFrame]: ...
def pseudonymise(
    tables: pd.DataFrame | Mapping[str, pd.DataFrame],
    key: str | None = None,
    *,
    columns: Iterable[str] | None = None,
    people: Collection[str] = (),
    language: str = "zh",
) -> pd.DataFrame | dict[str, pd.DataFrame]:
    """Put stable pseudonyms in place of the ids of people.

    Parameters
    ----------
    tables : DataFrame or mapping of str to DataFrame
        Measures or any result table; several at once by name. One call on the measures is enough:
        what is computed from them has the pseudonyms.
    key : str, optional
        Secret of at least 12 characters; keep it, and the names stay the same. Default: the
        environment variable ``CSQA_PSEUDONYM_KEY``. It is never written anywhere.
    columns : iterable of str, optional
        Columns that name people. Default: ``agent_id``, ``first_agent_id``, ``last_agent_id``,
        ``inspector``, ``owner``, and ``unit`` in rows whose ``unit_kind`` is ``agent_id``.
    people : collection of str
        Ids that are also replaced where they stand in other texts as whole words (a plan's
        ``unit`` and ``state``). Names that stand in texts in other forms are not found.
    language : {"zh", "en"}
        Of the word before the code.

    Returns
    -------
    DataFrame or dict of DataFrame
        New tables: ``客服-7F3A2C`` for an agent, ``质检员-…``, ``责任人-…``. The same id has the
        same code in every column. Empty cells and words such as 全员 stay as they are. Rows of
        units are sorted anew: their old order would tell the order of the ids.

    Raises
    ------
    RuleError
        If there is no key, it is too short, or a column of ``columns`` is not there.
    DataError
        If what is given is no table.

    Notes
    -----
    The first digits of HMAC-SHA256 (RFC 2104) of the id. Where two ids of a table share them,
    both get as many more as tell them apart. Whoever knows the key can find out who is meant by
    trying all ids: it is a pseudonym, not anonymity (个人信息保护法 第七十三条).

    Examples
    --------
    >>> measures = pd.DataFrame({"agent_id": ["K1001", "unknown"], "n": [30, 2]})
    >>> pseudonymise(measures, key="a long secret of ours")
        agent_id   n
    0    unknown   2
    1  客服-CA3389  30
    """
    check_option("language", language, _LANGUAGES)
    secret = _read_key(key)
    listed = None if columns is None else list(columns)
    if isinstance(tables, pd.DataFrame):
        return _rename({"table": tables}, secret, listed, people, language)["table"]
    if not isinstance(tables, Mapping):
        told = "一张表，或名称到表的字典；换名在计量之后，对 csqa.measure(…) 的结果做"
        msg = f"`tables` 应为{told}，而不是 {type(tables).__name__}。"
        raise DataError(msg)
    return _rename(tables, secret, listed, people, language)


def _read_key(key: str | None) -> bytes:
    found = os.environ.get(KEY_VARIABLE, "") if key is None else key
    if not found:
        how = f"传入 `key`，或设置环境变量 {KEY_VARIABLE}"
        msg = f"换名需要密钥：{how}（至少 {SHORTEST_KEY} 个字符）。"
        raise RuleError(msg)
    if not isinstance(found, str) or len(found) < SHORTEST_KEY:
        msg = f"换名的密钥太短：至少 {SHORTEST_KEY} 个字符，否则可以试出来。"
        raise RuleError(msg)
    return found.encode()


def _rename(
    tables: Mapping[str, pd.DataFrame],
    secret: bytes,
    columns: list[str] | None,
    people: Collection[str],
    language: str,
) -> dict[str, pd.DataFrame]:
    """Rename all tables by one list of codes, so that a person is one in all of them."""
    named = {name: _columns(table, name, columns) for name, table in tables.items()}
    ids = {str(one) for one in people if str(one) not in NOBODY}
    for name, table in tables.items():
        for column in named[name]:
            ids |= set(_ids(table, column))
    codes = _codes(ids, secret)
    within = _pattern(people)
    place = _LANGUAGES.index(language)
    agents = {one: f"{PEOPLE['agent_id'][place]}-{codes[one]}" for one in ids}
    renamed = {}
    for name, table in tables.items():
        new = table.copy()
        for column in named[name]:
            word = PEOPLE.get(column, PEOPLE["agent_id"])[place]
            new[column] = _put_codes(table, column, codes, word)
        if within is not None:
            new = _replace_within(new, within, agents, skip=named[name])
        renamed[name] = _sort_anew(new) if {"agent_id", "unit"} & set(named[name]) else new
    return renamed


def _put_codes(table: pd.DataFrame, column: str, codes: Mapping[str, str], word: str) -> pd.Series:
    cells = table[column].astype(object)
    texts = cells.astype(str)
    chosen = _rows(table, column) & cells.notna() & ~texts.isin(NOBODY)
    renamed = cells.mask(chosen, word + "-" + texts.map(codes).astype(str))
    kept = isinstance(table[column].dtype, pd.StringDtype)
    return renamed.astype(table[column].dtype) if kept else renamed


def _sort_anew(table: pd.DataFrame) -> pd.DataFrame:
    keys = ("period", *schema.UNITS, "unit_kind", "metric", "target_line", "unit")
    listed = [column for column in keys if column in table]
    return table.sort_values(listed, kind="stable", ignore_index=True, key=lambda c: c.astype(str))


def _columns(table: pd.DataFrame, name: str, columns: list[str] | None) -> list[str]:
    if not isinstance(table, pd.DataFrame):
        msg = f"`tables` 里的 {name} 应为表，而不是 {type(table).__name__}。"
        raise DataError(msg)
    if columns is None:
        found = [column for column in PEOPLE if column in table]
        return [*found, "unit"] if {"unit", "unit_kind"} <= set(table.columns) else found
    missing = [column for column in columns if column not in table]
    if missing:
        msg = f"`columns`：{name} 没有列 {'、'.join(missing)}。"
        raise RuleError(msg)
    return columns


def _rows(table: pd.DataFrame, column: str) -> pd.Series:
    """Rows whose cell names a person."""
    if column == "unit" and "unit_kind" in table:
        return table["unit_kind"] == "agent_id"
    return pd.Series(True, index=table.index)


def _ids(table: pd.DataFrame, column: str) -> Iterable[str]:
    cells = table.loc[_rows(table, column), column].dropna().astype(str).unique()
    return (cell for cell in cells if cell not in NOBODY)


def _codes(ids: Iterable[str], secret: bytes) -> dict[str, str]:
    """Shortest beginnings of the hashes, of at least CODE_LENGTH, that tell all ids apart."""
    full = {one: hmac.new(secret, one.encode(), hashlib.sha256).hexdigest().upper() for one in ids}
    codes: dict[str, str] = {}
    left, length = sorted(full), CODE_LENGTH
    while left:
        short = {one: full[one][:length] for one in left}
        counts = pd.Series(list(short.values())).value_counts()
        codes |= {one: code for one, code in short.items() if counts[code] == 1}
        left, length = [one for one in left if counts[short[one]] > 1], length + 2
    return codes


def _pattern(people: Collection[str]) -> re.Pattern[str] | None:
    """Any of the ids as a whole word: K100 is not in K1001."""
    listed = sorted((str(one) for one in people if str(one) not in NOBODY), key=len, reverse=True)
    if not listed:
        return None
    either = "|".join(map(re.escape, listed))
    return re.compile(rf"(?<![A-Za-z0-9_]){'(?:' + either + ')'}(?![A-Za-z0-9_])")


def _replace_within(
    table: pd.DataFrame, within: re.Pattern[str], names: Mapping[str, str], skip: list[str]
) -> pd.DataFrame:
    texts = [
        column
        for column in table.columns
        if column not in skip and pd.api.types.is_string_dtype(table[column].dropna())
    ]
    replaced = {
        column: table[column].str.replace(within, lambda hit: names[hit[0]], regex=True)
        for column in texts
    }
    return table.assign(**replaced)
