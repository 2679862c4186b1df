"""From the YAML of one column to its frozen mapping: origin, values, format, unit, lookup."""

import re
import unicodedata
from typing import Any

from csqa.columntypes import CHOICE, DATE, FLAG, NUMBER, TIME, Column
from csqa.rules.faults import find_nearest
from csqa.rules.mapping_entries import entries, flag, header, is_header, one_of, plain_text, texts
from csqa.rules.mapping_parts import (
    DERIVED,
    TAKES,
    UNIT_WORDS,
    UNITS,
    ColumnMapping,
    Condition,
    Derivation,
    Lookup,
    Order,
)

LOOKUP_KEYS = ("in", "on", "where", "after", "before", "take", "order")
DERIVATION_KEYS = ("from", "join", "first_of", "filled", "row_number", "optional", *LOOKUP_KEYS)
COLUMN_KEYS = ("from", "values", "format", "constant", "unit", *DERIVATION_KEYS[1:])
ORIGINS = ("from", "first_of", "filled", "row_number", "constant")

FORMAT = re.compile(r"([^%]|%[YymdHMSfzpIbB])*%[YymdHMSfzpIbB]([^%]|%[YymdHMSfzpIbB])*")
"""A ``strptime`` format of the signs that the engine knows."""

DURATION_FORMATS = ("%M:%S", "%H:%M")
"""What 3:25 may mean as a duration."""

BRACKETS = re.compile(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")


def build_column(column: Column, entry: Any, where: str, faults: list[str]) -> ColumnMapping:
    """Check the mapping of one of our columns; faults are added to the list.

    Examples
    --------
    >>> from csqa.schema import CONTACTS
    >>> build_column(CONTACTS.column("team"), {"from": "组"}, "team", []).source
    '组'
    """
    if is_header(entry):
        entry = {"from": entry}
    keys = entries(entry, where, COLUMN_KEYS, faults)
    built = build_derivation(keys, where, faults, constant=keys.get("constant") is not None)
    simple = built is None and is_header(keys.get("from"))
    source = str(keys["from"]) if simple else None if built is None else DERIVED + column.name
    return ColumnMapping(
        source,
        _values(column, keys.get("values"), f"{where}.values", faults),
        _format(column, keys.get("format"), f"{where}.format", faults),
        None if keys.get("constant") is None else plain_text(keys["constant"]),
        _unit(column, keys.get("unit"), source if simple else None, where, faults),
        built,
        flag(keys.get("optional"), f"{where}.optional", faults, default=False),
    )


def build_derivation(
    keys: dict[Any, Any], where: str, faults: list[str], *, constant: bool = False
) -> Derivation | None:
    """Check how a column is made; None where it is a plain header or a constant."""
    counted = keys.get("in") is not None and keys.get("take") in ("count", "any")
    given = [name for name in ORIGINS if keys.get(name) is not None]
    if len(given) != 1 and not (counted and not given):
        faults.append(
            f"{where} 要么写 from（他们的表头），要么写 constant（固定值）、first_of、filled"
            " 或 row_number，只能写一种。"
        )
        return None
    optional = keys.get("optional") is True
    if keys.get("in") is not None:
        return Derivation(lookup=_lookup(keys, where, faults), optional=optional)
    alone = [name for name in LOOKUP_KEYS if name in keys]
    if alone:
        faults.append(f"{where} 写了 {'、'.join(alone)}，还要写 in（到哪个文件里找）。")
    if constant or is_header(keys.get("from")):
        return None
    if keys.get("row_number") is not None:
        flag(keys["row_number"], f"{where}.row_number", faults, default=True)
        return Derivation(row_number=True)
    return Derivation(
        parts=texts(keys.get("from"), f"{where}.from", faults),
        join=str(keys.get("join", " ")),
        first_of=texts(keys.get("first_of"), f"{where}.first_of", faults),
        filled=header(keys.get("filled"), f"{where}.filled", faults),
        optional=optional,
    )


def _lookup(keys: dict[Any, Any], where: str, faults: list[str]) -> Lookup:
    take = one_of(keys.get("take"), f"{where}.take", TAKES, faults)
    if take not in ("count", "any") and keys.get("from") is None:
        faults.append(f"{where} 的 take: {take} 还要写 from（取哪一列）。")
    if keys.get("on") is None and keys.get("where") is None:
        faults.append(f"{where} 要写 on（他们的列: 我们来源的列），说明哪些行是一回事。")
    return Lookup(
        header(keys.get("in"), f"{where}.in", faults) or "",
        header(keys.get("from"), f"{where}.from", faults),
        pairs(keys.get("on"), f"{where}.on", faults),
        build_conditions(keys.get("where"), f"{where}.where", faults),
        pairs(keys.get("after"), f"{where}.after", faults),
        pairs(keys.get("before"), f"{where}.before", faults),
        take,
        build_order(keys.get("order"), f"{where}.order", faults),
    )


def pairs(content: Any, where: str, faults: list[str]) -> tuple[tuple[str, str], ...]:
    """Their header → ours."""
    found = entries(content, where, None, faults)
    wrong = [key for key, value in found.items() if not (is_header(key) and is_header(value))]
    faults += [f"{where} 的 {key} 应对应一个表头，而不是 {found[key]!r:.80}。" for key in wrong]
    return tuple((str(key), str(value)) for key, value in found.items() if key not in wrong)


def build_conditions(content: Any, where: str, faults: list[str]) -> tuple[Condition, ...]:
    """Check ``where``: a header → a value, a list of them, or ``{not: …}``."""
    found = entries(content, where, None, faults)
    return tuple(_condition(str(key), value, where, faults) for key, value in found.items())


def _condition(name: str, content: Any, where: str, faults: list[str]) -> Condition:
    negated = isinstance(content, dict)
    if isinstance(content, dict):
        content = entries(content, f"{where}.{name}", ("not",), faults).get("not")
    listed = content if isinstance(content, list) else [content]
    wrong = [value for value in listed if isinstance(value, list | dict)]
    faults += [f"{where}.{name} 应为值或值的列表，而不是 {value!r:.80}。" for value in wrong]
    values = [None if v is None else plain_text(v).strip().lower() for v in listed]
    return Condition(name, tuple(values), negated)


def build_order(content: Any, where: str, faults: list[str]) -> Order | None:
    """Check ``order``: a header, or one with the format of its times."""
    if content is None or is_header(content):
        return None if content is None else Order(str(content))
    keys = entries(content, where, ("column", "format"), faults)
    named = header(keys.get("column"), f"{where}.column", faults)
    written = keys.get("format")
    if named is None:
        faults.append(f"{where} 要写按哪一列排序：列名，或 {{column: 列名, format: 写法}}。")
    if written is not None and not FORMAT.fullmatch(str(written)):
        faults.append(f"{where}.format 的写法如 %d/%m/%Y %H:%M，而不是 {written!r}。")
    return Order(named or "", None if written is None else str(written))


def _format(column: Column, written: Any, where: str, faults: list[str]) -> str | None:
    if written is None:
        return None
    text = str(written)
    if _is_duration(column) and text not in DURATION_FORMATS:
        faults.append(
            f"{where} 用于时长时只能是 {' 或 '.join(DURATION_FORMATS)}，而不是 {text!r}。"
        )
    elif not _is_duration(column) and (
        column.kind not in (TIME, DATE) or not FORMAT.fullmatch(text)
    ):
        faults.append(f"{where} 只用于时间列，写法如 %d/%m/%Y %H:%M，而不是 {written!r}。")
    return text


def _unit(
    column: Column, unit: Any, source: str | None, where: str, faults: list[str]
) -> str | None:
    """The unit of a duration; the one in the header's brackets must not be forgotten."""
    if unit is not None and not _is_duration(column):
        faults.append(f"{where}.unit 只用于时长列，{column.zh}不是。")
        return None
    if unit is not None and unit not in tuple(UNITS):  # a list cannot be looked up
        near = find_nearest(unit, UNITS)
        hint = f"，是不是 {near}？" if near else "。"
        faults.append(f"{where}.unit 应为 {'、'.join(UNITS)} 之一，而不是 {unit!r}{hint}")
        return None
    said = unit_of_header(source) if source and _is_duration(column) else None
    if said and said != (unit or "seconds"):
        found = f"unit 却是 {unit}" if unit else f"却没有写 unit: {said}"
        faults.append(f"{where} 的表头“{source}”写的单位是 {said}，{found}。")
    return None if unit is None else str(unit)


def unit_of_header(text: str) -> str | None:
    """The unit that a header names in brackets.

    Examples
    --------
    >>> unit_of_header("处理时长（分钟）"), unit_of_header("处理时长")
    ('minutes', None)
    """
    inside = [found.strip() for found in BRACKETS.findall(unicodedata.normalize("NFKC", text))]
    named = [unit for word in inside for unit, words in UNIT_WORDS.items() if word.lower() in words]
    return named[0] if named else None


def _is_duration(column: Column) -> bool:
    return column.kind == NUMBER and column.name.endswith("_seconds")


def _values(column: Column, entry: Any, where: str, faults: list[str]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for theirs, ours in entries(entry, where, None, faults).items():
        if isinstance(theirs, bool):
            faults.append(f"{where} 的 yes、no、true、false 等要加引号，否则 YAML 会改写它们。")
            continue
        text = None if ours is None else plain_text(ours)
        allowed = ("true", "false") if column.kind == FLAG else tuple(column.choices)
        if text is not None and column.kind in (CHOICE, FLAG) and text not in allowed:
            faults.append(f"{where} 里 {theirs} 只能对应 {'、'.join(allowed)}，而不是 {text}。")
        values[str(theirs).strip()] = text
    return values
