"""review: phrase rules applied to conversations, to the exact sentence; findings summed up by unit.

Half of the scorecard's weight is quality judged from conversations (G1, G6). Rules do what rules
can do well: they find each forbidden wording, and what was owed and not said.
"""

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.text import Progress, scan_messages
from csqa.errors import DataError
from csqa.rules.phrases import Phrases, read_phrases


def review(
    data: Dataset | pd.DataFrame,
    phrases: Phrases | None = None,
    *,
    period: str | None = None,
    until: str | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Find in conversations what phrase rules forbid, and what they require and was not said.

    Parameters
    ----------
    data : Dataset or DataFrame
        From :func:`csqa.load`, with ``messages``; or the messages themselves: ``contact_id``,
        ``seq``, ``sender``, ``text`` and, if known, ``sent_at``.
    phrases : Phrases, optional
        From :func:`csqa.read_phrases`. Default: the shipped rules. A message is judged by the
        version of a rule in force on its day, a whole conversation by that of its first day;
        without a day, by the last version.
    period, until : str, optional
        Only conversations whose contact was created in a period (``2025-06``), or up to one.
    progress : callable, optional
        Called after each block with the messages done and those in all.

    Returns
    -------
    DataFrame, one row per hit, in the order of conversations
        :data:`csqa.results.FINDING_COLUMNS`: ``contact_id``; ``seq`` and ``sender`` of the
        message; ``rule`` and its ``version``; ``kind`` (``forbid``, ``require``, ``disclose``);
        ``severity``, already lowered where ``mitigated``; ``hint``: to look at, never to count;
        ``item`` of the inspection form; the characters ``start`` to ``end`` of the text and what
        they say, ``matched``; ``trigger_seq``: what called for what was not said. Where something
        was not said, ``seq``, ``start``, ``end`` and ``matched`` are missing.

    Raises
    ------
    DataError
        If there are no messages, or a period is asked for and there are no contacts.

    Notes
    -----
    text.md, “Phrase rules”. Of a message the first 5,000 characters are looked at. Characters that
    show nothing (zero-width, marks of direction) are looked through. The result does not depend on
    the order of the rows.

    Examples
    --------
    >>> messages = pd.DataFrame(
    ...     {
    ...         "contact_id": "C1",
    ...         "seq": [1, 2, 3],
    ...         "sender": ["客户", "客服", "客服"],
    ...         "text": ["到哪了", "您好，这个我不知道", "请问还有其他可以帮您的吗"],
    ...     }
    ... )
    >>> found = review(messages)
    >>> found.loc[~found["hint"], ["seq", "rule", "severity", "start", "end"]].values.tolist()
    [[2, 'dont_know', 'major', 6, 9]]
    """
    whole = _as_dataset(data)
    rules = phrases or read_phrases()
    return scan_messages(whole, rules, period=period, until=until, progress=progress)


def _as_dataset(data: Dataset | pd.DataFrame) -> Dataset:
    if isinstance(data, Dataset):
        return data
    if isinstance(data, pd.DataFrame):
        return Dataset.from_frames({"messages": data})
    msg = f"`data` 应为 Dataset 或 messages 的 DataFrame，而不是 {type(data).__name__}。"
    raise DataError(msg)
