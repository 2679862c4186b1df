"""Tokens in place of personal data in what a notebook records."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from csqa.engine.personal_outputs import (
    is_id_header,
    list_strings,
    mask_strings,
    replace_strings,
)
from csqa.engine.personal_texts import list_ids

if TYPE_CHECKING:
    import pandas as pd

_HOLD_TEXT = ("object", "str", "string", "category")
"""Types of columns that may hold text."""


def mask_record(
    tables: Mapping[str, "pd.DataFrame"],
    summary: Mapping[str, Any],
    manifest: Mapping[str, Any],
    language: str,
) -> "tuple[dict[str, pd.DataFrame], dict[str, Any], dict[str, Any]]":
    """Mask tables, summary and manifest by one numbering; columns of ids stay.

    Examples
    --------
    >>> import pandas as pd
    >>> cases = pd.DataFrame({"contact_id": ["13812345678"], "text": ["打13912345678"]})
    >>> tables, summary, _ = mask_record({"cases": cases}, {"note": "13912345678"}, {}, "zh")
    >>> tables["cases"].loc[0].tolist(), summary
    (['13812345678', '打[手机1]'], {'note': '[手机1]'})
    """
    ids = list_ids(tables)
    texts = {text for table in tables.values() for text in _texts(table)}
    texts |= {*list_strings(summary), *list_strings(manifest)}
    masked = mask_strings(sorted(texts), language=language, ids=ids)
    told = dict(tables)
    if masked:
        told = {name: _replace(table, masked) for name, table in tables.items()}
    return told, replace_strings(dict(summary), masked), replace_strings(dict(manifest), masked)


def _texts(table: "pd.DataFrame") -> Iterator[str]:
    for column in _columns(table):
        for cell in table[column]:
            yield from list_strings(cell)


def _columns(table: "pd.DataFrame") -> list[Any]:
    kinds = {column: str(kind) for column, kind in table.dtypes.items()}
    return [
        column
        for column, kind in kinds.items()
        if kind.startswith(_HOLD_TEXT) and not is_id_header(column)
    ]


def _replace(table: "pd.DataFrame", masked: Mapping[str, str]) -> "pd.DataFrame":
    import pandas as pd

    replaced = table.copy()
    for column in _columns(table):
        before = table[column].tolist()
        cells = [replace_strings(cell, masked) for cell in before]
        if cells != before:
            kind = "str" if str(table[column].dtype) == "category" else table[column].dtype
            replaced[column] = pd.Series(cells, index=table.index, dtype=kind)
    return replaced
