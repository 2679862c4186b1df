r"""Personal data in messages (个人信息): find it, and put stable tokens in its place.

The steps: the messages of a block are one text, so that each rule passes over it once; what a
speaker sends in several messages in a row may be one number (:data:`~.personal_numbers.TURN_END`);
numbers come first, then mail, plates, ids and names; what overlaps is one span, and is hidden
whole. Postal addresses are only suspected (``suspect_address``).

Tokens (``[手机1]``) count the different numbers of a run. See ``docs/privacy.md``.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.personal_blocks import KINDS, LANGUAGES, find_all, number_hits, write_tokens
from csqa.engine.personal_runs import Hit
from csqa.errors import RuleError, check_option

_ROUNDS = 4
"""Masking may bring together what was apart; more rounds than this were never needed."""


def find_personal(
    texts: "pd.Series[str]",
    *,
    conversations: "pd.Series[Any] | None" = None,
    speakers: "pd.Series[Any] | None" = None,
    kinds: Collection[str] | None = None,
) -> pd.DataFrame:
    """Find personal data in messages.

    Parameters
    ----------
    texts : Series of str
        Messages in their order; NA and what is no text hold nothing.
    conversations, speakers : Series, optional
        Conversation and speaker of each message, in the same order. With both, a number that is
        split over consecutive messages of one speaker is found.
    kinds : collection of str, optional
        Which of :data:`KINDS`; all if left out.

    Returns
    -------
    DataFrame, one row per place
        ``row`` (position of the message, from 0), ``kind``, ``start``, ``end`` (in characters);
        none overlap. What was found is not in it.

    Raises
    ------
    RuleError
        If ``conversations`` or ``speakers`` is given alone or has another length, or a kind is
        unknown.

    Examples
    --------
    >>> texts = pd.Series(["打138-1234-5678找我", "订单号13812345678", "座机010-12345678"])
    >>> find_personal(texts)
       row    kind  start  end
    0    0  mobile      1   14
    1    2   phone      2   14
    """
    chosen = _chosen(kinds)
    found = [
        (row, hit.kind, hit.start, hit.end)
        for row, hit in find_all(_listed(texts), _turns(texts, conversations, speakers), chosen)
    ]
    table = pd.DataFrame(found, columns=["row", "kind", "start", "end"])
    return table.astype({"row": "int64", "kind": "str", "start": "int64", "end": "int64"})


def mask_personal(
    texts: "pd.Series[str]",
    *,
    conversations: "pd.Series[Any] | None" = None,
    speakers: "pd.Series[Any] | None" = None,
    language: str = "zh",
    kinds: Collection[str] | None = None,
    numbers: Mapping[tuple[str, str], int] | None = None,
) -> "pd.Series[str]":
    """Put stable tokens in the place of personal data.

    Parameters
    ----------
    texts, conversations, speakers, kinds
        As in :func:`find_personal`.
    language : {"zh", "en"}
        Of the tokens: ``[手机1]`` or ``[mobile 1]``.
    numbers : mapping, optional
        From :func:`number_personal`: numbers of tokens that hold for several calls. Left out, the
        texts given are numbered on their own.

    Returns
    -------
    Series of str
        New texts under the same index; NA stays. The same number has the same token, however it
        was written; each part of a number that was split over messages has it.

    Raises
    ------
    RuleError
        As :func:`find_personal`, and if ``language`` is another.

    Notes
    -----
    Tokens are numbered in the order of an HMAC-SHA256 (RFC 2104) of the numbers whose key is made
    of all numbers of the run together: whatever comes first in the texts, the same texts give the
    same tokens, and nobody can try a number out who does not know all the others already.

    Examples
    --------
    >>> mask_personal(
    ...     pd.Series(["打138-1234-5678找我", "我是１３８１２３４５６７８", None])
    ... ).tolist()
    ['打[手机1]找我', '我是[手机1]', nan]
    """
    check_option("language", language, LANGUAGES)
    chosen, turns = _chosen(kinds), _turns(texts, conversations, speakers)
    listed = _listed(texts)
    known, changed = dict(numbers or {}), set[int]()
    rows = np.arange(len(listed))
    for _ in range(_ROUNDS):
        part = [listed[row] for row in rows]
        goes_on = None if turns is None else turns[rows]
        found = [(int(rows[nth]), hit) for nth, hit in find_all(part, goes_on, chosen)]
        if not found:
            break
        new = [hit for _, hit in found if (hit.kind, hit.value) not in known]
        known |= number_hits(new, _most(known))
        changed |= _replace(listed, found, known, language)
        rows = _same_turns(sorted({row for row, _ in found}), turns)
    return _put(texts, {row: listed[row] for row in changed})


def number_personal(
    texts: "pd.Series[str]",
    *,
    conversations: "pd.Series[Any] | None" = None,
    speakers: "pd.Series[Any] | None" = None,
) -> dict[tuple[str, str], int]:
    """Number the personal data of all texts of a run, for calls of :func:`mask_personal` on parts.

    Returns
    -------
    dict
        (kind, plain form) -> number of its token. It holds the data itself: never show it.

    Examples
    --------
    >>> numbers = number_personal(pd.Series(["13812345678", "13912345678"]))
    >>> sorted(numbers.values())
    [1, 2]
    """
    found = find_all(_listed(texts), _turns(texts, conversations, speakers), frozenset(KINDS))
    return number_hits((hit for _, hit in found), {})


def mask_messages(messages: pd.DataFrame, *, language: str = "zh") -> pd.DataFrame:
    """Mask the column ``text`` of a table of messages that stand in their order.

    Parameters
    ----------
    messages : DataFrame
        ``contact_id``, ``sender``, ``text``.

    Returns
    -------
    DataFrame
        A new table; see :func:`mask_personal`.
    """
    masked = mask_personal(
        messages["text"].astype("str"),
        conversations=messages["contact_id"],
        speakers=messages["sender"],
        language=language,
    )
    return messages.assign(text=masked)


def mask_text(text: str, *, language: str = "zh") -> str:
    """Mask one text on its own, as :func:`mask_personal` does.

    Examples
    --------
    >>> mask_text("li.wei@example.com", language="en")
    '[email 1]'
    """
    return str(mask_personal(pd.Series([text], dtype="str"), language=language).iloc[0])


def _turns(
    texts: "pd.Series[Any]",
    conversations: "pd.Series[Any] | None",
    speakers: "pd.Series[Any] | None",
) -> "np.ndarray[Any, Any] | None":
    """Whether each message goes on where the one before it stopped."""
    if conversations is None and speakers is None:
        return None
    if conversations is None or speakers is None:
        message = "`conversations` 和 `speakers` 要么都给，要么都不给：拆开的号码按同一说话人合并。"
        raise RuleError(message)
    goes_on = np.ones(len(texts), dtype=bool)
    for name, column in (("conversations", conversations), ("speakers", speakers)):
        if len(column) != len(texts):
            message = f"`{name}` 应与 `texts` 等长（{len(texts)} 行），而不是 {len(column)} 行。"
            raise RuleError(message)
        codes, _ = pd.factorize(np.asarray(column, dtype=object))
        goes_on[1:] &= (codes[1:] == codes[:-1]) & (codes[1:] >= 0)
    goes_on[:1] = False
    return goes_on


def _same_turns(
    rows: list[int], turns: "np.ndarray[Any, Any] | None"
) -> "np.ndarray[Any, np.dtype[np.intp]]":
    """The messages that were changed, and those of the same turns: only there may be more."""
    if turns is None:
        return np.array(rows, dtype=np.intp)
    turn_of = np.cumsum(~turns)
    return np.flatnonzero(np.isin(turn_of, turn_of[rows]))


def _replace(
    texts: list[str],
    found: list[tuple[int, Hit]],
    numbers: Mapping[tuple[str, str], int],
    language: str,
) -> set[int]:
    """Write the tokens into a list of texts; which of them changed."""
    by_row: dict[int, list[Hit]] = {}
    for row, hit in found:
        by_row.setdefault(row, []).append(hit)
    for row, hits in by_row.items():
        texts[row] = write_tokens(texts[row], hits, numbers, language)
    return set(by_row)


def _most(numbers: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The highest number of each kind."""
    most: dict[str, int] = {}
    for (kind, _), number in numbers.items():
        most[kind] = max(most.get(kind, 0), number)
    return most


def _put(texts: "pd.Series[str]", changed: Mapping[int, str]) -> "pd.Series[str]":
    masked = texts.copy()
    if changed:
        rows = sorted(changed)
        values = masked.to_numpy(dtype=object, copy=True)
        values[rows] = np.array([changed[row] for row in rows], dtype=object)
        masked = pd.Series(values, index=texts.index, name=texts.name, dtype=texts.dtype)
    return masked


def _listed(texts: "pd.Series[Any]") -> list[str]:
    return [text if isinstance(text, str) else "" for text in texts.tolist()]


def _chosen(kinds: Collection[str] | None) -> frozenset[str]:
    chosen = frozenset(KINDS if kinds is None else [kinds] if isinstance(kinds, str) else kinds)
    for kind in sorted(chosen - set(KINDS)):
        check_option("kinds", kind, tuple(KINDS))
    return chosen
