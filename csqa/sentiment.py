"""What customers feel: texts rated, conversations followed to their end.

Single messages are read unreliably; what holds is the mean of a conversation, and how it ends.
Agents are never ranked by it: a customer's anger is mostly about something else.
"""

from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.clean_text import Cleaned, clean_texts
from csqa.engine.dataset import Dataset
from csqa.engine.sentiment_blocks import Rater, Ratings, Tagger
from csqa.engine.sentiment_rows import Progress, fetch_whose, read_conversations
from csqa.errors import DataError, check_option
from csqa.rules.sentiment import read_sentiment
from csqa.rules.sentiment_words import Lexicon, Reading
from csqa.schema import EVERY, UNKNOWN
from csqa.sentiment_results import (
    CONVERSATION_COLUMNS,
    CONVERSATION_UNITS,
    COURSES,
    RATED_COLUMNS,
)
from csqa.stats import wilson

JOINT = "、"
"""Between wordings."""

Span = tuple[int, int, str, float]
"""Start, end, id of the entry or class of the tagger, what it adds or how probable it is."""


def rate_sentiment(
    texts: "pd.DataFrame | pd.Series[Any]",
    lexicon: Lexicon | None = None,
    tagger: Tagger | None = None,
) -> pd.DataFrame:
    """Rate texts of customers: negative, neutral, positive, with the words that say so.

    Parameters
    ----------
    texts : DataFrame or Series
        With ``text``; other columns are kept.
    lexicon : Lexicon, optional
        From :func:`csqa.read_sentiment`. Default: the shipped one.
    tagger : Tagger, optional
        A trained one, whose classes (``causes``) are ``negative``, ``neutral``, ``positive``: it
        takes the place of the lexicon for those that it covers.

    Returns
    -------
    DataFrame, one row per text
        What came, and :data:`csqa.sentiment_results.RATED_COLUMNS`. A missing text is neutral.

    Raises
    ------
    DataError
        If there is no column ``text``.

    Notes
    -----
    text.md, “Sentiment”: the weights of what is found add up, turned round by a negation before
    them in their clause. Of a text the first 5,000 characters are looked at.

    Examples
    --------
    >>> rated = rate_sentiment(pd.Series(["怎么还没到", "可以退吗", "好的，谢谢"]))
    >>> rated[["text", "polarity", "evidence"]].values.tolist()
    [['怎么还没到', -1, '怎么还没'], ['可以退吗', 0, '吗'], ['好的，谢谢', 1, '好的，谢谢']]
    """
    table = texts.rename("text").to_frame() if isinstance(texts, pd.Series) else texts
    if not isinstance(table, pd.DataFrame) or "text" not in table.columns:
        msg = "`texts` 应为一列文字（Series），或有 text 列的 DataFrame。"
        raise DataError(msg)
    written = [text if isinstance(text, str) else "" for text in table["text"].tolist()]
    cleaned = clean_texts(written)
    ratings = Rater(lexicon or read_sentiment(), tagger).rate(cleaned)
    spans = _list_spans(cleaned, ratings)
    told = pd.DataFrame(
        {
            "score": ratings.score,
            "level": ratings.level,
            "polarity": ratings.polarity.astype("int64"),
            "words": [JOINT.join(dict.fromkeys(one[2] for one in own)) for own in spans],
            "evidence": [
                JOINT.join(text[a:b] for a, b, _, _ in own)
                for text, own in zip(written, spans, strict=True)
            ],
            "spans": pd.Series(spans, dtype=object).to_numpy(),
        },
        index=table.index,
    )
    kept = table.drop(columns=[name for name in RATED_COLUMNS if name in table.columns])
    return pd.concat([kept, told[list(RATED_COLUMNS)]], axis=1)


def _list_spans(texts: Cleaned, ratings: Ratings) -> list[tuple[Span, ...]]:
    """Evidence of each text, in the places of the text as it was written."""
    listed = []
    for number in range(len(texts.written)):
        hits = ratings.hits.get(number, ())
        found = [(hit.start, hit.end, hit.entry.id, hit.value) for hit in hits]
        if number in ratings.tags:
            name, probability, start, end = ratings.tags[number]
            found = [(start, end, name, probability)]
        listed.append(tuple((*texts.locate(number, a, b), id_, v) for a, b, id_, v in found))
    return listed


def measure_sentiment(
    data: Dataset | pd.DataFrame,
    lexicon: Lexicon | None = None,
    *,
    period: str | None = None,
    every: str = "month",
    tagger: Tagger | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Follow the customer through each conversation: the mean, the end, and how it went.

    Parameters
    ----------
    data : Dataset or DataFrame
        With ``messages``, or the messages themselves.
    lexicon : Lexicon, optional
        Default: the shipped one. A message is read by the entries in force on its day.
    period : str, optional
        Only conversations whose contact was created in it.
    every : {"day", "week", "month", "quarter", "year"}
        Kind of the ``period`` that each row names.
    tagger : Tagger, optional
        As for :func:`rate_sentiment`.
    progress : callable, optional
        Called after each block with the messages done and those in all.

    Returns
    -------
    DataFrame, one row per conversation, sorted by contact
        :data:`csqa.sentiment_results.CONVERSATION_COLUMNS`.

    Raises
    ------
    DataError
        If there are no messages, or a period is asked for and there are no contacts.

    Notes
    -----
    text.md: the mean correlates .6-.7 with satisfaction, the end level .5-.6, the change by
    itself .15-.31; so a course is told only beyond a dead band and from some messages on.
    ``recovered``: it was negative and ends neutral or better, higher by more than the band;
    ``deteriorated``: it ends below neutral, lower by more than the band.

    Examples
    --------
    >>> messages = pd.DataFrame({"contact_id": "1", "seq": range(4), "sender": "客户"})
    >>> messages["text"] = ["怎么还没发货", "都三天了还没动静", "好的", "好的，谢谢"]
    >>> measure_sentiment(messages)[["contact_id", "messages", "course"]].values.tolist()
    [['1', 4, 'recovered']]
    """
    whole = _as_dataset(data)
    check_option("every", every, EVERY)
    rules = lexicon or read_sentiment()
    rows = read_conversations(whole, Rater(rules, tagger), period=period, progress=progress)
    rows = rows.merge(fetch_whose(whole, every), on="contact_id", how="left")
    rows = rows.assign(change=rows["end_level"] - rows["start_level"])
    rows = rows.assign(course=_courses(rows, rules.reading))
    rows = rows.sort_values("contact_id", kind="stable", ignore_index=True)
    return rows[list(CONVERSATION_COLUMNS)]


def _courses(rows: pd.DataFrame, reading: Reading) -> Any:
    end, change = rows["end_level"], rows["change"]
    few = rows["messages"].to_numpy(dtype=float) < reading.fewest_messages
    negative = (rows["start_level"] < 0) & (rows["negative"].to_numpy(dtype=float) > 0)
    recovered = negative & (end >= 0) & (change > reading.dead_band)
    deteriorated = (end < 0) & (change < -reading.dead_band)
    return np.select(
        [few, recovered, deteriorated], ["too_few", "recovered", "deteriorated"], "flat"
    )


def summarise_courses(conversations: pd.DataFrame, *, by: str = "period") -> pd.DataFrame:
    """Count how conversations went, by period, channel, scene or topic.

    Parameters
    ----------
    conversations : DataFrame
        From :func:`measure_sentiment`.
    by : {"period", "channel", "scene", "topic"}
        Never by agent.

    Returns
    -------
    DataFrame, one row per unit and course
        ``by``, ``unit``, ``course``, ``n`` conversations of the unit, ``count``, ``share`` [0-1]
        with its Wilson interval ``lower``, ``upper``.

    Raises
    ------
    RuleError
        If ``by`` is not one of those allowed.

    Examples
    --------
    >>> rows = pd.DataFrame({"channel": ["phone"] * 4, "course": ["flat"] * 3 + ["recovered"]})
    >>> counted = summarise_courses(rows, by="channel")
    >>> counted[["course", "n", "count", "share"]].values.tolist()[:2]
    [['recovered', 4, 1, 0.25], ['flat', 4, 3, 0.75]]
    """
    check_option("by", by, ("period", *CONVERSATION_UNITS))
    units = conversations[by].astype("object")
    units = units.where(units.notna(), UNKNOWN).astype("str")
    counted = pd.crosstab(units.rename("unit"), conversations["course"])
    counted = counted.reindex(columns=list(COURSES), fill_value=0)
    n = counted.sum(axis=1).rename("n").reset_index()
    rows = counted.reset_index().melt("unit", var_name="course", value_name="count")
    rows = rows.merge(n, on="unit").assign(by=by)
    order = rows["course"].map({course: at for at, course in enumerate(COURSES)})
    rows = rows.assign(order=order).sort_values(["unit", "order"], ignore_index=True)
    count, size = rows["count"].to_numpy(dtype=float), rows["n"].to_numpy(dtype=float)
    lower, upper = wilson(count, size)
    rows = rows.assign(share=count / size, lower=lower, upper=upper)
    return rows[["by", "unit", "course", "n", "count", "share", "lower", "upper"]]


def _as_dataset(data: Dataset | pd.DataFrame) -> Dataset:
    if isinstance(data, Dataset):
        return data
    if isinstance(data, pd.DataFrame):
        return Dataset.from_frames({"messages": data})
    msg = f"`data` 应为 Dataset 或 messages 的 DataFrame，而不是 {type(data).__name__}。"
    raise DataError(msg)
