"""Reading labelled texts: a CSV or Excel file, or a DataFrame; what is wrong with which row."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from csqa.engine.connection import identifier, open_connection
from csqa.engine.headers import normalise_header
from csqa.engine.readers import read_file
from csqa.engine.scratch import scratch_folder
from csqa.errors import DataError, RuleError
from csqa.learn.labelled import Labelled
from csqa.learn.stored_text import LONGEST_NAME, MOST_LABELS
from csqa.rules.faults import find_nearest

TEXT_HEADERS = ("text", "文本", "正文", "内容")
CAUSE_HEADERS = ("causes", "cause", "原因", "根因")
CLASS_HEADERS = ("label", "class", "category", "标签", "类别", "分类")
SENTIMENT_HEADERS = ("sentiment", "label", "情感", "情绪")

NOTHING = "none"
"""Stands for: a person looked and found none."""
BETWEEN = re.compile(r"[+＋]")
SENTIMENTS = {
    "negative": ("-1", "-1.0", "负面", "消极", "不满"),
    "neutral": ("0", "0.0", "-0.0", "中性"),
    "positive": ("1", "1.0", "+1", "正面", "积极", "满意"),
}
"""What each class of sentiment may be called."""
_SENTIMENT_OF = {name: own for own, words in SENTIMENTS.items() for name in (own, *words)}

BAD_AT_MOST = 0.1
"""Share of bad rows up to which they are left out and told; beyond, the file is refused."""
SHOWN = 10
"""Bad rows of a kind that are told one by one."""

Parse = Callable[[str], frozenset[str]]
"""Labels of a cell; a ValueError says what is wrong with it."""


@dataclass
class Table:
    """Rows as they came."""

    source: str
    """What to call it."""
    headers: list[str]
    rows: list[tuple[int, tuple[str | None, ...]]]
    """Row as a spreadsheet shows it, and its cells."""
    faults: dict[str, list[int]] = field(default_factory=dict)
    """What is wrong → the rows."""

    def find_column(self, asked: str | None, usual: Iterable[str], option: str) -> int | None:
        """Place of a column by its name or one of the usual ones; none is none."""
        plain = [normalise_header(header) for header in self.headers]
        for name in (asked,) if asked is not None else tuple(usual):
            if normalise_header(name) in plain:
                return plain.index(normalise_header(name))
        if asked is None:
            return None
        msg = f"`{option}`：{self.source} 没有列 {asked!r}；有的列是 {'、'.join(self.headers)}。"
        raise RuleError(msg)


def read_labels(
    labels: str | Path | pd.DataFrame,
    usual: Iterable[str],
    parse: Parse,
    *,
    text_column: str | None = None,
    label_column: str | None = None,
) -> Labelled:
    """Read labelled texts.

    Parameters
    ----------
    labels : str, Path or DataFrame
        One row per text.
    usual : iterable of str
        Headers that the labels usually stand under.
    parse : callable
        Labels of a cell.
    text_column, label_column : str, optional
        Their headers, where they are others.

    Raises
    ------
    DataError
        If a column is missing, there is no usable row, or more than a tenth are not usable: what
        is wrong with which rows, all at once.
    RuleError
        If a column that was asked for is not there.
    """
    table = read_table(labels)
    text = table.find_column(text_column, TEXT_HEADERS, "text_column")
    label = table.find_column(label_column, usual, "label_column")
    _require(table, {"文本": (text, TEXT_HEADERS), "标注": (label, tuple(usual))})
    texts, found = [], []
    for row, cells in table.rows:
        own = _read_row(table, row, cells[text or 0], cells[label or 0], parse)
        if own is not None:
            texts.append(own[0])
            found.append(own[1])
    return Labelled.from_sets(texts, found, _tell_faults(table, len(texts)))


def has_column(labels: str | Path | pd.DataFrame, usual: Iterable[str]) -> bool:
    """Whether a table has a column under one of the usual headers."""
    return read_table(labels).find_column(None, usual, "label_column") is not None


def list_cells(
    labels: str | Path | pd.DataFrame, usual: Iterable[str], label_column: str | None
) -> list[str]:
    """What stands in the column of labels."""
    table = read_table(labels)
    place = table.find_column(label_column, usual, "label_column")
    return [cells[place] or "" for _, cells in table.rows] if place is not None else []


def read_table(labels: str | Path | pd.DataFrame) -> Table:
    """Read all cells of a file or a DataFrame as texts.

    Raises
    ------
    DataError
        If the file can't be read, or is a workbook with several sheets of rows.
    """
    if isinstance(labels, pd.DataFrame):
        cells = labels.astype(object).where(labels.notna(), None).to_numpy().tolist()
        rows = [
            (number, tuple(None if cell is None else str(cell) for cell in row))
            for number, row in enumerate(cells, start=1)
        ]
        return Table("DataFrame", [str(name) for name in labels.columns], rows)
    path = Path(labels)
    if not path.is_file():
        msg = f"{path}：没有这个文件。"
        raise DataError(msg)
    connection = open_connection()
    with scratch_folder() as scratch:
        sources = read_file(connection, path, Path(scratch), "labels")
        if len(sources) > 1:
            msg = f"{path}：有 {len(sources)} 个工作表；标注应只在一个表里。"
            raise DataError(msg)
        columns = ", ".join(f"c{i}::VARCHAR" for i in range(len(sources[0].headers)))
        query = f"SELECT row, {columns} FROM {identifier(sources[0].view)} ORDER BY row"
        found = [(int(row), tuple(own)) for row, *own in connection.execute(query).fetchall()]
    connection.close()
    return Table(path.name, list(sources[0].headers), found)


def _require(table: Table, wanted: dict[str, tuple[int | None, tuple[str, ...]]]) -> None:
    faults = [
        f"没有{what}列（{'、'.join(usual)}）；可用 --text-column、--label-column 指定"
        for what, (place, usual) in wanted.items()
        if place is None
    ]
    if faults:
        there = "、".join(table.headers)
        listed = "\n".join(f"  - {fault}" for fault in faults)
        msg = f"{table.source}：读到的列是 {there}：\n{listed}"
        raise DataError(msg)


def _read_row(
    table: Table, row: int, text: str | None, label: str | None, parse: Parse
) -> tuple[str, frozenset[str]] | None:
    faults = []
    if not (text or "").strip():
        faults.append("文本是空的")
    found: frozenset[str] = frozenset()
    if not (label or "").strip():
        faults.append("没有标注（一个也没有时写 none）")
    else:
        try:
            found = parse(str(label))
        except ValueError as error:
            faults.append(str(error))
    for fault in faults:
        table.faults.setdefault(fault, []).append(row)
    return None if faults else (str(text), found)


def _tell_faults(table: Table, usable: int) -> list[str]:
    """Say what is wrong; refuse a table with nothing usable, or too much that isn't."""
    told = []
    for fault, rows in table.faults.items():
        shown = "、".join(map(str, rows[:SHOWN])) + ("…" if len(rows) > SHOWN else "")
        told.append(f"{fault}：{len(rows)} 行，第 {shown} 行")
    bad = len({row for rows in table.faults.values() for row in rows})
    if usable and bad <= BAD_AT_MOST * len(table.rows):
        return [f"没有用的行：{line}" for line in told]
    listed = "\n".join(f"  - {line}" for line in told) or "  - 只有表头，没有数据行"
    msg = f"{table.source}：{len(table.rows)} 行里有 {bad} 行不能用：\n{listed}"
    raise DataError(msg)


def split_cell(cell: str) -> list[str]:
    """Labels that stand in a cell, ``none`` left out.

    Examples
    --------
    >>> split_cell("people + none+质量")
    ['people', '质量']
    """
    parts = [" ".join(part.split()) for part in BETWEEN.split(cell)]
    return [part for part in parts if part and part.lower() != NOTHING]


def parse_causes(known: Collection[str]) -> Parse:
    """Read ids joined by ``+``; ``none`` is none of them.

    Examples
    --------
    >>> sorted(parse_causes(["people", "logistics"])("people+logistics"))
    ['logistics', 'people']
    >>> parse_causes(["people"])("poeple")
    Traceback (most recent call last):
        ...
    ValueError: 不认识的原因 'poeple'，是不是 'people'？
    """

    def parse(cell: str) -> frozenset[str]:
        named = split_cell(cell)
        foreign = [one for one in named if one not in known]
        if foreign:
            near = find_nearest(foreign[0], known)
            hint = f"，是不是 {near!r}？" if near else ""
            msg = f"不认识的原因 {foreign[0][:LONGEST_NAME]!r}{hint}"
            raise ValueError(msg)
        return frozenset(named)

    return parse


def parse_class(cell: str) -> frozenset[str]:
    """Read one class, whatever it is called."""
    name = " ".join(cell.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        msg = f"类别超过 {LONGEST_NAME} 个字符，或有不可见的字符"
        raise ValueError(msg)
    return frozenset({name})


def parse_classes(cell: str) -> frozenset[str]:
    """Read classes of one's own, joined by ``+``."""
    return frozenset().union(*(parse_class(name) for name in split_cell(cell)))


def parse_sentiment(cell: str) -> frozenset[str]:
    """Read a sentiment: -1, 0, 1 or its word.

    Examples
    --------
    >>> sorted(parse_sentiment("-1")), sorted(parse_sentiment("正面"))
    (['negative'], ['positive'])
    """
    own = _SENTIMENT_OF.get(cell.strip().lower())
    if own is None:
        msg = f"情感应为 -1、0、1 或 {'、'.join(SENTIMENTS)}，而不是 {cell.strip()[:40]!r}"
        raise ValueError(msg)
    return frozenset({own})


def refuse_many(labelled: Labelled) -> Labelled:
    """Refuse labels that are no classes: an id of each text, say.

    Raises
    ------
    DataError
        If there are more than 500.
    """
    if len(labelled.names) <= MOST_LABELS:
        return labelled
    msg = f"有 {len(labelled.names):,} 种标注，最多 {MOST_LABELS} 种：标注列是不是选错了？"
    raise DataError(msg)
