"""Customers' messages read by a lexicon, conversation by conversation; feedback of some months."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.connection import literal
from csqa.engine.dataset import Dataset
from csqa.engine.message_blocks import BLOCK, PARTS, Block, count_messages, stream_blocks
from csqa.engine.sentiment_blocks import Rater, Ratings
from csqa.rules.phrase_rules import SEVERITIES
from csqa.rules.sentiment_hits import Hit
from csqa.rules.sentiment_words import Reading

Row = dict[str, Any]
Progress = Callable[[int, int], None]

WHOSE = """SELECT contacts.contact_id AS contact_id, contacts.local_at AS local_at, {period} AS
period, contacts.channel AS channel, contacts.scene AS scene, contacts.topic AS topic,
contacts.complaint AS complaint
FROM {parts} AS parts JOIN {contacts} AS contacts ON contacts.contact_id = parts.contact_id"""

FEEDBACK = """SELECT feedback.feedback_id AS feedback_id, {month} AS period,
feedback.source AS source, feedback.rating AS rating, feedback.{text} AS said, {topic} AS topic
FROM {feedback} AS feedback{joined} WHERE {month} >= {first} AND {month} <= {last}
ORDER BY feedback.feedback_id"""

NUMBERS = ("mean", "start_level", "end_level", "worst_score")
WHOLE = (
    "messages",
    "negative",
    "positive",
    "worst_seq",
    "worst_start",
    "worst_end",
    "threat_seq",
    "threat_start",
    "threat_end",
)
TEXTS = ("contact_id", "worst_text", "threat", "threat_severity", "threat_text")


def read_conversations(
    data: Dataset, rater: Rater, *, period: str | None, progress: Progress | None = None
) -> pd.DataFrame:
    """Read what the customer says in each conversation.

    Parameters
    ----------
    data : Dataset
        With messages.
    rater : Rater
        The lexicon, ready.
    period : str, optional
        Only conversations whose contact was created in it.
    progress : callable, optional
        Called after each block with the messages done and those in all.

    Returns
    -------
    DataFrame, one row per conversation in which the customer wrote anything
        ``contact_id`` and the columns :data:`NUMBERS`, :data:`WHOLE`, :data:`TEXTS`, sorted.
    """
    total, done = count_messages(data, period=period), 0
    rows: list[Row] = []
    for block in stream_blocks(data, BLOCK):
        rows += read_block(block, rater)
        done += len(block)
        if progress is not None:
            progress(done, total)
    table = pd.DataFrame(rows, columns=[*TEXTS, *WHOLE, *NUMBERS])
    kinds = {**dict.fromkeys(TEXTS, "str"), **dict.fromkeys(WHOLE, "Int64")}
    return table.astype({**kinds, **dict.fromkeys(NUMBERS, "float64")})


def read_block(block: Block, rater: Rater) -> list[Row]:
    """Read the conversations of a block."""
    ratings = rater.rate(block.texts, block.days)
    rows = []
    for start, end in block.bounds:
        own = [
            at
            for at in range(start, end)
            if block.senders[at] == "customer" and block.texts.looked_at[at].strip()
        ]
        if own:
            rows.append(_read_one(block, own, ratings, rater.lexicon.reading))
    return rows


def _read_one(block: Block, own: list[int], ratings: Ratings, reading: Reading) -> Row:
    levels, polarities = ratings.level[own], ratings.polarity[own]
    last = min(reading.end_messages, max(len(own) // 2, 1))
    row: Row = {
        "contact_id": block.contacts[own[0]],
        "messages": len(own),
        "negative": int((polarities < 0).sum()),
        "positive": int((polarities > 0).sum()),
        "mean": float(levels.mean()),
        "start_level": float(levels[:last].mean()),
        "end_level": float(levels[-last:].mean()),
    }
    return row | _worst(block, own, ratings) | _threat(block, own, ratings)


def _worst(block: Block, own: list[int], ratings: Ratings) -> Row:
    """The most negative message, with the span that weighs most; the last of equals."""
    at = own[len(own) - 1 - int(np.argmin(ratings.score[own][::-1]))]
    if ratings.polarity[at] >= 0:
        return {}
    row: Row = {"worst_score": float(ratings.score[at]), "worst_seq": block.seqs[at]}
    row["worst_text"] = block.texts.written[at]
    spans = [(hit.value, hit.start, hit.end) for hit in ratings.hits.get(at, ()) if hit.value < 0]
    if at in ratings.tags:
        spans = [(-1.0, *ratings.tags[at][2:])]
    if spans:
        _, start, end = min(spans)
        row["worst_start"], row["worst_end"] = block.texts.locate(at, start, end)
    return row


def _threat(block: Block, own: list[int], ratings: Ratings) -> Row:
    """The gravest threat; the first of equals."""
    found: list[tuple[int, int, Hit]] = [
        (-SEVERITIES.index(hit.entry.severity), at, hit)
        for at in own
        for hit in ratings.hits.get(at, ())
        if hit.entry.severity is not None
    ]
    if not found:
        return {}
    _, at, hit = min(found, key=lambda one: one[:2])
    start, end = block.texts.locate(at, hit.start, hit.end)
    return {
        "threat": hit.entry.id,
        "threat_severity": hit.entry.severity,
        "threat_seq": block.seqs[at],
        "threat_start": start,
        "threat_end": end,
        "threat_text": block.texts.written[at],
    }


def fetch_whose(data: Dataset, every: str) -> pd.DataFrame:
    """Whose conversations were read: period, time and units of their contacts.

    Parameters
    ----------
    data : Dataset
        After :func:`read_conversations`.
    every : str
        Kind of period.
    """
    names = ["contact_id", "period", "channel", "scene", "topic"]
    if not data.has("contacts"):
        empty = pd.DataFrame(columns=[*names, "local_at", "complaint"], dtype="str")
        return empty.astype({"local_at": "datetime64[us]", "complaint": "boolean"})
    period = data.engine.dialect.periods[every].format(t="contacts.local_at")
    rows = data.engine.frame(
        WHOSE.format(period=period, parts=PARTS, contacts=data.relation("contacts"))
    )
    times = rows["local_at"].astype("datetime64[us]")
    return rows.astype(dict.fromkeys(names, "str") | {"complaint": "boolean"}).assign(
        local_at=times
    )


def fetch_feedback(data: Dataset, first: str, last: str) -> pd.DataFrame:
    """Feedback from a month up to another.

    Parameters
    ----------
    data : Dataset
        With feedback.
    first, last : str
        Months.

    Returns
    -------
    DataFrame
        ``feedback_id``, ``period``, ``source``, ``rating``, ``said``, ``topic`` of the contact
        that it names.
    """
    dialect, joined, topic = data.engine.dialect, "", literal("")
    if data.has("contacts") and data.has("feedback", "contact_id"):
        contacts, topic = data.relation("contacts"), "contacts.topic"
        joined = f" LEFT JOIN {contacts} AS contacts ON contacts.contact_id = feedback.contact_id"
    rows = data.engine.frame(
        FEEDBACK.format(
            month=dialect.periods["month"].format(t="feedback.local_at"),
            text=dialect.identifier("text"),
            topic=topic,
            feedback=data.relation("feedback"),
            joined=joined,
            first=literal(first),
            last=literal(last),
        )
    )
    texts = dict.fromkeys(["feedback_id", "period", "source", "said", "topic"], "str")
    rows = rows.astype({**texts, "rating": "float64"})
    return rows.assign(topic=rows["topic"].where(rows["topic"] != ""))
