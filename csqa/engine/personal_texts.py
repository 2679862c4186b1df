"""The columns of free text in tables that are handed on: all kinds of personal data masked.

Other columns hold words of the report, where only what is sure is looked for
(:mod:`csqa.engine.personal_outputs`); what people wrote is masked as messages are.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from csqa.engine.personal import mask_personal
from csqa.engine.personal_blocks import KINDS, TOKEN
from csqa.engine.personal_outputs import is_id_header, list_strings, replace_strings

if TYPE_CHECKING:
    import pandas as pd

TEXT_COLUMNS = (
    "reason",
    "note",
    "sentence",
    "text",
    "matched",
    "evidence",
    "example",
    "snippet",
    "worst_text",
    "threat_text",
)
"""Columns of what customers and reviewers wrote."""
_LEAST_ID = 8
"""Characters of ids that are kept as they are: shorter ones may be groups of a phone number."""
_KEPT = "\ue000"
_WORD = re.compile(rf"[A-Za-z0-9_\-]{{{_LEAST_ID},}}|{_KEPT}")
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}


def mask_columns(
    tables: "Mapping[str, pd.DataFrame]", *others: Any, language: str = "zh"
) -> "dict[str, pd.DataFrame]":
    """Mask the columns :data:`TEXT_COLUMNS` of tables, by one numbering.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Tables whose sure numbers are masked already.
    *others : object
        Nested lists and mappings that go with them: the numbers of their tokens stay their own.
    language : {"zh", "en"}
        Of the tokens.

    Returns
    -------
    dict of str to DataFrame
        New tables. Tokens stay, and so do ids of the tables' columns of ids.

    Examples
    --------
    >>> import pandas as pd
    >>> notes = pd.DataFrame({"note": ["收货人：李四", "[姓名3]来电"], "team": ["我叫李四", ""]})
    >>> mask_columns({"notes": notes})["notes"].to_numpy().tolist()
    [['收货人：[姓名4]', '我叫李四'], ['[姓名3]来电', '']]
    """
    texts = {
        text
        for table in tables.values()
        for column in _text_columns(table)
        for cell in table[column]
        for text in list_strings(cell)
    }
    if not texts:
        return dict(tables)
    every = [list_strings(table[column].tolist()) for table in tables.values() for column in table]
    taken = _taken(text for part in (*every, *map(list_strings, others)) for text in part)
    masked = _mask(sorted(texts), list_ids(tables), taken, language)
    return {name: _replace(table, masked) for name, table in tables.items()}


def _text_columns(table: "pd.DataFrame") -> list[Any]:
    return [column for column in table.columns if column in TEXT_COLUMNS]


def list_ids(tables: "Mapping[str, pd.DataFrame]") -> set[str]:
    """Ids of contacts, orders and staff that stand in columns of ids."""
    return {
        str(cell)
        for table in tables.values()
        for column in table.columns
        if is_id_header(column)
        for cell in table[column]
        if isinstance(cell, str | int)
    }


def _taken(texts: Iterable[str]) -> dict[tuple[str, str], int]:
    """The highest number of each kind that stands in a token, as the number of nothing."""
    taken: dict[tuple[str, str], int] = {}
    for text in texts:
        for token in TOKEN.finditer(text) if "[" in text else ():
            key = _KIND_OF[token[1]], ""
            taken[key] = max(taken.get(key, 0), int(token[2]))
    return taken


def _mask(
    texts: list[str], ids: Collection[str], taken: Mapping[tuple[str, str], int], language: str
) -> dict[str, str]:
    import pandas as pd

    kept: list[list[str]] = []

    def keep(word: re.Match[str]) -> str:
        if word[0] != _KEPT and word[0] not in ids:
            return word[0]
        kept[-1].append(word[0])
        return _KEPT

    hidden = []
    for text in texts:
        kept.append([])
        hidden.append(_WORD.sub(keep, text))
    told = mask_personal(pd.Series(hidden, dtype=object), language=language, numbers=taken)
    masked = {}
    for text, words, one in zip(texts, kept, told, strict=True):
        parts = iter(words)
        masked[text] = re.sub(_KEPT, lambda _, parts=parts: next(parts, ""), one)  # type: ignore[misc]
    return {text: one for text, one in masked.items() if one != text}


def _replace(table: "pd.DataFrame", masked: Mapping[str, str]) -> "pd.DataFrame":
    import pandas as pd

    replaced = table.copy()
    for column in _text_columns(table):
        before = table[column].tolist()
        cells = [replace_strings(cell, masked) for cell in before]
        if any(new is not old for new, old in zip(cells, before, strict=True)):
            kind = "str" if str(table[column].dtype) == "category" else table[column].dtype
            replaced[column] = pd.Series(cells, index=table.index, dtype=kind)
    return replaced
