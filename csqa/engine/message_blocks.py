"""Messages in blocks of whole conversations, in their order, from any engine."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa.engine.clean_text import Cleaned, clean_texts
from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.engines import keep, value
from csqa.errors import DataError
from csqa.periods import kind_of

BLOCK = 20_000
"""Messages that are looked at together."""

FETCHED = 200_000
"""Messages that are fetched together: a hundred megabytes or less."""

PARTS = "csqa_message_parts"

NO_DAY = np.iinfo(np.int64).max
"""Of a message that tells no time: it is judged by the rules in force last."""

SIZES = """SELECT messages.contact_id AS contact_id, COUNT(*) AS n
FROM {messages} AS messages{contacts} GROUP BY messages.contact_id"""
CHOSEN = " JOIN {contacts} AS contacts ON contacts.contact_id = messages.contact_id WHERE {where}"
CUT = """SELECT sizes.contact_id AS contact_id, sizes.n AS n,
    CAST(FLOOR((SUM(sizes.n) OVER (ORDER BY sizes.contact_id) - sizes.n) / {fetched}.0)
        AS {whole}) AS part
FROM ({sizes}) AS sizes"""
FETCH = """SELECT messages.contact_id AS contact_id, messages.seq AS seq,
    messages.sender AS sender, messages.{text} AS said, messages.sent_at AS sent_at,
    {local} AS local_at
FROM {parts} AS parts JOIN {messages} AS messages ON messages.contact_id = parts.contact_id{joined}
WHERE parts.part = {part}"""


@dataclass(frozen=True)
class Block:
    """Some whole conversations; the lists run over their messages."""

    contacts: list[str]
    seqs: list[int]
    senders: list[str]
    texts: Cleaned
    days: NDArray[np.int64]
    """Local day, counted from 1970; :data:`NO_DAY` where none is told."""
    bounds: list[tuple[int, int]]
    """First message of each conversation, and the one after its last."""

    def __len__(self) -> int:
        """How many messages."""
        return len(self.seqs)


def count_messages(data: Dataset, *, period: str | None = None, until: str | None = None) -> int:
    """Cut the messages into parts of whole conversations, and count them.

    Parameters
    ----------
    data : Dataset
        With ``messages``.
    period, until : str, optional
        Only conversations whose contact was created in a period, or up to one.

    Returns
    -------
    int
        Messages of these conversations.

    Raises
    ------
    DataError
        If there are no messages, or a period is asked for and there are no contacts.
    """
    if not data.has("messages"):
        msg = "没有提供会话消息（messages）：不能按话术规则检查。"
        raise DataError(msg)
    where = _where(data, period, until)
    engine, dialect = data.engine, data.engine.dialect
    contacts = ""
    if where:
        contacts = CHOSEN.format(contacts=data.relation("contacts"), where=where)
    sizes = SIZES.format(messages=data.relation("messages"), contacts=contacts)
    keep(engine, PARTS, CUT.format(sizes=sizes, fetched=FETCHED, whole=dialect.whole))
    return int(value(engine, f"SELECT COALESCE(SUM(n), 0) FROM {PARTS}"))


def _where(data: Dataset, period: str | None, until: str | None) -> str:
    """SQL of the contacts that are asked for; empty for all."""
    asked = [(label, sign) for label, sign in ((period, "="), (until, "<=")) if label is not None]
    if asked and not data.has("contacts"):
        msg = "没有提供服务记录（contacts）：不能按 `period` 或 `until` 挑选会话。"
        raise DataError(msg)
    periods = data.engine.dialect.periods
    return " AND ".join(
        f"{periods[kind_of(label)].format(t='contacts.local_at')} {sign} {literal(label)}"
        for label, sign in asked
    )


def stream_blocks(data: Dataset, size: int = BLOCK) -> Iterator[Block]:
    """Give the messages that were counted, block by block, conversations in order of their ids.

    Parameters
    ----------
    data : Dataset
        After :func:`count_messages`.
    size : int
        About how many messages a block has; a conversation is never cut.

    Yields
    ------
    Block
        Messages in the order of ``contact_id`` and ``seq``.
    """
    parts = data.engine.rows(f"SELECT DISTINCT part FROM {PARTS} ORDER BY part")
    for (part,) in parts:
        yield from cut_blocks(_fetch(data, int(part)), size)


def _fetch(data: Dataset, part: int) -> pd.DataFrame:
    has_contacts, dialect = data.has("contacts"), data.engine.dialect
    joined = ""
    if has_contacts:
        contacts = data.relation("contacts")
        joined = f" LEFT JOIN {contacts} AS contacts ON contacts.contact_id = messages.contact_id"
    local = "contacts.local_at" if has_contacts else f"CAST(NULL AS {dialect.time})"
    rows = data.engine.frame(
        FETCH.format(
            text=dialect.identifier("text"),
            local=local,
            parts=PARTS,
            messages=data.relation("messages"),
            joined=joined,
            part=part,
        )
    )
    sent = pd.to_datetime(rows["sent_at"]).astype("datetime64[us]").dt.tz_localize("UTC")
    sent = sent.dt.tz_convert(data.time_zone).dt.tz_localize(None)
    created = pd.to_datetime(rows["local_at"]).astype("datetime64[us]")
    rows = rows.assign(day=sent.fillna(created)).drop(columns=["sent_at", "local_at"])
    return rows.sort_values(["contact_id", "seq"], kind="stable", ignore_index=True)


def cut_blocks(rows: pd.DataFrame, size: int) -> Iterator[Block]:
    """Cut sorted rows into blocks of about a size, at the ends of conversations.

    Parameters
    ----------
    rows : DataFrame
        ``contact_id``, ``seq``, ``sender``, ``said``, ``day``, whole conversations.
    size : int
        A block ends with the first conversation that reaches it.
    """
    if rows.empty:
        return
    contacts = rows["contact_id"].to_numpy(dtype=object)
    starts = np.flatnonzero(np.r_[True, contacts[1:] != contacts[:-1]])
    ends = np.r_[starts[1:], len(rows)]
    first = 0
    while first < len(starts):
        last = int(np.searchsorted(ends, starts[first] + size)) + 1
        begin, end = int(starts[first]), int(ends[min(last, len(ends)) - 1])
        bounds = zip(starts[first:last] - begin, ends[first:last] - begin, strict=True)
        yield _make_block(rows.iloc[begin:end], [(int(a), int(b)) for a, b in bounds])
        first = last


def _make_block(rows: pd.DataFrame, bounds: list[tuple[int, int]]) -> Block:
    days = rows["day"].to_numpy(dtype="datetime64[D]")
    numbers = np.where(np.isnat(days), NO_DAY, days.astype("int64"))
    texts = [text if isinstance(text, str) else "" for text in rows["said"].tolist()]
    return Block(
        rows["contact_id"].tolist(),
        [int(seq) for seq in rows["seq"].tolist()],
        rows["sender"].tolist(),
        clean_texts(texts),
        numbers,
        bounds,
    )
