"""Which table each source is; what serves none is said, what is lacking refused."""

from pathlib import Path

from csqa.engine.columns import Input
from csqa.engine.dataset import describe_source
from csqa.engine.derived_rows import fits
from csqa.engine.headers import Match, check_headers, find_table, match_headers
from csqa.engine.opening import Opened
from csqa.engine.readers import Source
from csqa.engine.sharing import serves
from csqa.errors import DataError
from csqa.rules.mapping import Mapping
from csqa.schema import CONTACTS, TABLES

Lines = list[dict[str, object]]


def sort_sources(opened: Opened, rules: Mapping) -> tuple[dict[str, list[Input]], Lines]:
    """Find each source's table; sources of none are unused.

    Parameters
    ----------
    opened : Opened
        The sources.
    rules : Mapping
        What the mapping says about files and columns goes first.

    Returns
    -------
    tuple of (dict of str to list of Input, list of dict)
        Table → its sources; lines of ``Dataset.sources`` for what serves no table.

    Raises
    ------
    DataError
        If there are no contacts, or a source lacks what it needs; all faults at once.
    """
    inputs: dict[str, list[Input]] = {}
    unused: Lines = []
    faults = [*opened.faults, *_unmatched_patterns(opened, rules)]
    for name, source in opened.sources:
        match = _match_named(name, source, rules) if opened.named else _match(name, source, rules)
        if match is None and opened.single:
            match = _match_contacts(source, rules)
        listed = _match_pattern(name, source, rules) is not None
        if match and match.lacking and not listed and source.label in opened.looked_up:
            match = None  # its name made it look like a table, but it is there to be looked up in
        if match is None:
            unused.append(_describe_unused(source, opened))
            continue
        try:
            check_headers(source.label, source.headers, match)
            inputs.setdefault(match.table.name, []).append(Input(source, match))
        except DataError as error:
            if source.shared_for:  # it serves another table; what this one would need is said
                unused.append({**describe_source(source, None, None), "note": str(error)})
            else:
                faults.append(str(error))
    if opened.named:
        faults += _unknown_names(opened, rules)
    _raise_all(faults)
    if CONTACTS.name not in inputs:
        raise DataError(_explain_no_contacts(opened, rules))
    return inputs, [*unused, *opened.unused]


def _describe_unused(source: Source, opened: Opened) -> dict[str, object]:
    line = describe_source(source, None, None)
    if source.label not in opened.looked_up:
        return line
    return {**line, "unused_columns": "", "note": "不是一张表，供映射查找"}


def _match(name: str, source: Source, rules: Mapping) -> Match | None:
    listed = _match_pattern(name, source, rules)
    if listed:
        return listed
    by_sheet = find_table(source.sheet, source.headers, rules) if source.sheet else None
    return by_sheet or find_table(Path(name).stem, source.headers, rules)


def _match_pattern(name: str, source: Source, rules: Mapping) -> Match | None:
    for table in rules.tables:
        if serves(name, source, table, rules):
            return match_headers(TABLES[table], source.headers, rules.table(table))
    return None


def _match_named(name: str, source: Source, rules: Mapping) -> Match | None:
    """A frame is the table it is called, unless the mapping says otherwise."""
    table = {table.zh: key for key, table in TABLES.items()}.get(name, name)
    if table in TABLES and not rules.table(table).files:
        return match_headers(TABLES[table], source.headers, rules.table(table))
    return _match_pattern(name, source, rules)


def _unknown_names(opened: Opened, rules: Mapping) -> list[str]:
    """Frames of unknown names, unless the mapping looks things up in them."""
    allowed = "、".join(TABLES)
    return [
        f"`source` 的表 {name!r} 应为 {allowed} 之一（或在映射的 files 里写明它是哪张表）。"
        for name, source in opened.sources
        if _match_named(name, source, rules) is None and source.label not in opened.looked_up
    ]


def _match_contacts(source: Source, rules: Mapping) -> Match:
    return match_headers(CONTACTS, source.headers, rules.table(CONTACTS.name))


def _unmatched_patterns(opened: Opened, rules: Mapping) -> list[str]:
    names = {name for name, _ in opened.sources}
    listed = "、".join(sorted(names))
    return [
        f"映射里 tables.{table}.files 的 {pattern} 没有匹配到文件；有的文件：{listed}"
        for table, rule in rules.tables.items()
        for pattern in rule.files
        if not any(fits(pattern, name, source) for name, source in opened.sources)
    ]


def _raise_all(faults: list[str]) -> None:
    if len(faults) == 1:
        raise DataError(faults[0])
    if faults:
        listed = "".join(f"\n  - {fault}" for fault in faults)
        msg = f"有 {len(faults)} 处问题，数据不能用：{listed}"
        raise DataError(msg)


def _explain_no_contacts(opened: Opened, rules: Mapping) -> str:
    """What was looked for and what the nearest file lacks."""
    required = "、".join(f"{CONTACTS.column(name).zh}（{name}）" for name in CONTACTS.required)
    message = (
        f"{opened.place} 里没有服务记录（contacts）："
        f"要有文件名含“服务记录”、或表头含 {required} 的表。"
    )
    sources = [source for _, source in opened.sources]
    matches = [(source, _match_contacts(source, rules)) for source in sources]
    near = max(matches, key=lambda pair: len(pair[1].positions), default=None)
    if near is None or not near[1].positions:
        found = "、".join(source.label for source in sources) or "没有 CSV、Excel 或 Parquet 文件"
        return f"{message}找到的是：{found}。"
    try:
        check_headers(near[0].label, near[0].headers, near[1])
    except DataError as error:
        return f"{message}最接近的是 {error}"
    return message
