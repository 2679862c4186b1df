"""Which tables of a database are needed, and which of their columns."""

import fnmatch
from collections.abc import Iterable, Iterator

from csqa.engine.headers import find_position, find_table, match_headers, normalise_header
from csqa.engine.opening import Opened
from csqa.engine.spool import DatabaseColumn, DatabaseTable
from csqa.errors import DataError
from csqa.rules.mapping import Derivation, Mapping, TableMapping, named_sources
from csqa.schema import CONTACTS, TABLES

MOST_LISTED = 30
"""Tables named in a message; the rest is counted."""

Chosen = list[tuple[DatabaseTable, tuple[DatabaseColumn, ...]]]


def choose_tables(tables: list[DatabaseTable], rules: Mapping, opened: Opened) -> Chosen:
    """Tables that are needed, each with the columns that can be; none if there are no contacts.

    Parameters
    ----------
    tables : list of DatabaseTable
        What the database has.
    rules : Mapping
        The tables it names are taken; if it names none, those whose name or columns fit ours.
    opened : Opened
        Gets what may not be read: a fault if it serves a table of ours, else a line of ``unused``.
    """
    serving = serving_tables(tables, rules)
    if CONTACTS.name not in {ours for served in serving.values() for ours in served}:
        return []
    patterns = named_sources(rules)
    chosen: Chosen = []
    for table in tables:
        served = serving.get(table.name, [])
        if not served and not fits_any(table.name, patterns):
            continue
        if table.readable:
            wanted = _wanted(table, rules, served)
            opened.faults += _unreadable(table, wanted)
            chosen.append((table, _pick(table, wanted)))
        elif served:
            opened.faults.append(f"{opened.place} 的表 {table.name} 没有读取权限。")
        else:
            opened.unused.append(_describe(table, "没有读取权限，没有读取"))
    return chosen


def serving_tables(tables: list[DatabaseTable], rules: Mapping) -> dict[str, list[str]]:
    """Table in the database → ours that it serves: as the mapping says, or else as names fit."""
    if not any(rule.files for rule in rules.tables.values()):
        return _fitting(tables, rules)
    return {
        table.name: served
        for table in tables
        if (served := [n for n, r in rules.tables.items() if fits_any(table.name, r.files)])
    }


def _fitting(tables: list[DatabaseTable], rules: Mapping) -> dict[str, list[str]]:
    """Tables that are ours by their own name, or else by a name or columns that fit."""
    fitting: dict[str, list[str]] = {}
    for table in tables:
        match = find_table(table.name, _with_derived(table, rules), rules)
        if match and not match.lacking and table.readable:
            fitting.setdefault(match.table.name, []).append(table.name)
    served: dict[str, list[str]] = {}
    for ours, names in fitting.items():
        # The table or view that is called like ours was made for the purpose.
        own = [name for name in names if name in (ours, TABLES[ours].zh)]
        for name in own or names:
            served.setdefault(name, []).append(ours)
    return served


def _with_derived(table: DatabaseTable, rules: Mapping) -> list[str]:
    """Headers of a table, and those that the mapping can make of them."""
    headers = list(table.headers)
    for rule in rules.tables.values():
        for header, made in rule.derivations.items():
            if all(find_position(headers, need) is not None for need in made.ours):
                headers.append(header)
    return headers


def _wanted(table: DatabaseTable, rules: Mapping, served: list[str]) -> set[str]:
    """Headers of a table that can be needed: message texts fill a disk for nothing."""
    wanted: set[str] = set()
    for name in served:
        rule = rules.table(name)
        match = match_headers(TABLES[name], table.headers, rule)
        wanted |= {table.headers[i] for i in match.positions.values()}
        wanted |= set(_headers_of(rule))
    for pattern, source in rules.sources.items():
        if fits_any(table.name, [pattern]):
            wanted |= {header for made in source.derived.values() for header in made.ours}
    for made in _derivations(rules):
        if made.lookup and fits_any(table.name, [made.lookup.table]):
            wanted |= set(made.lookup.theirs)
    return wanted


def _headers_of(rule: TableMapping) -> Iterator[str]:
    """Headers that a table's mapping mentions."""
    yield from (column.source for column in rule.columns.values() if column.source)
    for made in rule.derivations.values():
        yield from made.ours
    yield from (condition.header for condition in rule.where)
    if rule.one_row_per:
        yield from rule.one_row_per.headers
        if rule.one_row_per.order:
            yield rule.one_row_per.order.header


def _derivations(rules: Mapping) -> Iterator[Derivation]:
    for table in rules.tables.values():
        yield from table.derivations.values()
    for source in rules.sources.values():
        yield from source.derived.values()


def _unreadable(table: DatabaseTable, wanted: set[str]) -> list[str]:
    """What to say of columns that the mapping names and that cannot be read."""
    return [
        f"{table.name} 的列 {column.name} 的类型 {column.kind} 不能读；映射里不能用它。"
        for column in table.columns
        if not column.type
        and any(find_position([column.name], header) is not None for header in wanted)
    ]


def _pick(table: DatabaseTable, wanted: Iterable[str]) -> tuple[DatabaseColumn, ...]:
    """The wanted columns in the table's order; all if none is, so that a message can name them."""
    plain = {normalise_header(header) for header in wanted}
    readable = tuple(column for column in table.columns if column.type)
    picked = tuple(column for column in readable if normalise_header(column.name) in plain)
    return picked or readable


def fits_any(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name fits one of some patterns; ``|`` separates alternatives within one.

    Examples
    --------
    >>> fits_any("ost_ticket", ["ticket|ost_ticket"]), fits_any("tickets", ["ticket"])
    (True, False)
    """
    ways = (way for pattern in patterns for way in pattern.split("|"))
    return any(fnmatch.fnmatchcase(name, way) for way in ways)


def check_patterns(tables: list[DatabaseTable], rules: Mapping, opened: Opened) -> None:
    """Say at once which tables the mapping names are not in the database.

    Raises
    ------
    DataError
        If one is not there; names those that are.
    """
    names = [table.name for table in tables]
    lacking = [
        pattern
        for rule in rules.tables.values()
        for pattern in rule.files
        if not any(fits_any(name, [pattern]) for name in names)
    ]
    if lacking:
        more = f" 等 {len(names)} 张" if len(names) > MOST_LISTED else ""
        listed = "、".join(names[:MOST_LISTED]) or "无"
        msg = (
            f"{opened.place} 里没有映射所写的表 {'、'.join(lacking)}（或没有读它的权限）；"
            f"有的表：{listed}{more}。"
        )
        raise DataError(msg)


def list_unreadable(chosen: Chosen) -> list[dict[str, object]]:
    """Lines of ``Dataset.sources`` for columns whose type cannot be read."""
    return [
        _describe(table, f"列 {column.name} 的类型 {column.kind} 不能读，已略过", column.name)
        for table, _ in chosen
        for column in table.columns
        if not column.type
    ]


def _describe(table: DatabaseTable, note: str, column: str = "") -> dict[str, object]:
    """Line of ``Dataset.sources`` for what was not read."""
    return {
        "file": table.name,
        "table": "",
        "encoding": "",
        "bytes": 0,
        "sha256": "",
        "rows": None,
        "unused_columns": column,
        "note": note,
    }
