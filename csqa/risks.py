"""list_risks: what may become a complaint, found before it is one (A7); the most urgent first.

Conversations and sources are listed, never people: agents are no unit of these tables.
"""

import numpy as np
import pandas as pd

from csqa.errors import DataError
from csqa.rules.phrase_rules import SEVERITIES
from csqa.sentiment_results import CONVERSATION_COLUMNS, FEEDBACK_COLUMNS, REASONS, RISK_COLUMNS

VERY_NEGATIVE = -0.5
"""An end level down to which a conversation ended badly whatever its course."""

MOST = 200
THREAT, DETERIORATED, ENDED_NEGATIVE, SOURCE_RISING = REASONS


def list_risks(
    conversations: pd.DataFrame,
    feedback: pd.DataFrame | None = None,
    *,
    very_negative: float = VERY_NEGATIVE,
    most: int = MOST,
    language: str = "zh",
) -> pd.DataFrame:
    """List conversations and sources that may become complaints, the most urgent first.

    Parameters
    ----------
    conversations : DataFrame
        From :func:`csqa.measure_sentiment`.
    feedback : DataFrame, optional
        From :func:`csqa.summarise_feedback`: sources and topics whose negative share rises.
    very_negative : float
        End level [-1, 0) down to which a conversation ended badly whatever its course.
    most : int
        Rows.
    language : {"zh", "en"}
        Of the tokens in masked texts.

    Returns
    -------
    DataFrame, one row per conversation or source, at most ``most``
        :data:`csqa.sentiment_results.RISK_COLUMNS`: ``reason`` says why: ``threat`` (a wording
        of the lexicon's ``risk``: ``rule``), ``deteriorated``, ``ended_negative``,
        ``source_rising``; ``severity``; ``evidence``: the message that says so, personal data
        masked. A conversation that is a complaint already is listed only if it threatens.

    Raises
    ------
    DataError
        If a table lacks columns, or ``very_negative`` is not in [-1, 0).

    Notes
    -----
    Order: severity, then threats before the rest, then the lowest end. Rising shares: Benjamini &
    Hochberg (1995), as :func:`csqa.summarise_feedback` adjusted them.

    Examples
    --------
    >>> from csqa.sentiment import measure_sentiment
    >>> messages = pd.DataFrame({"contact_id": "1", "seq": [1, 2], "sender": "客户"})
    >>> messages["text"] = ["还没人联系我", "再不处理我就打12315"]
    >>> list_risks(measure_sentiment(messages))[["severity", "reason", "evidence"]].values.tolist()
    [['critical', 'threat', '再不处理我就打12315']]
    """
    _require(conversations, "conversations", CONVERSATION_COLUMNS)
    if not -1 <= very_negative < 0:
        msg = f"`very_negative` 应为 -1 到 0 之间的数（不含 0），而不是 {very_negative!r}。"
        raise DataError(msg)
    found = _of_conversations(conversations, very_negative)
    if feedback is not None:
        _require(feedback, "feedback", FEEDBACK_COLUMNS)
        rising = _of_sources(feedback)
        found = (
            pd.concat([found, rising])
            if len(found) and len(rising)
            else (found if len(found) else rising)
        )
    order = {"severity": SEVERITIES[::-1], "reason": REASONS}
    ranks = {f"{key}_": found[key].map(list(order[key]).index) for key in order}
    keys = [*ranks, "end_level", "q", "contact_id", "unit"]
    ranked = found.assign(**ranks).sort_values(keys, kind="stable").head(most)
    ranked = ranked.assign(rank=range(1, len(ranked) + 1))
    return _mask(ranked.reset_index(drop=True), language)[list(RISK_COLUMNS)]


def _require(table: pd.DataFrame, name: str, columns: tuple[str, ...]) -> None:
    lacking = [column for column in columns if column not in getattr(table, "columns", ())]
    if lacking:
        msg = f"`{name}` 缺少列 {'、'.join(lacking[:5])}；应为 csqa 给出的表。"
        raise DataError(msg)


def _of_conversations(rows: pd.DataFrame, very_negative: float) -> pd.DataFrame:
    threat = rows["threat"].notna()
    complaint = rows["complaint"].fillna(False).astype(bool)
    falls = rows["course"].eq(DETERIORATED) & rows["worst_text"].notna() & ~complaint
    bad = (rows["end_level"] <= very_negative) & rows["worst_text"].notna() & ~complaint
    reason = np.select([threat, falls, bad], [THREAT, DETERIORATED, ENDED_NEGATIVE], "")
    very = np.where(rows["end_level"] <= very_negative, "major", "minor")
    rows = rows.assign(
        reason=reason,
        severity=rows["threat_severity"].where(threat, pd.Series(very, rows.index)),
        rule=rows["threat"],
        seq=rows["threat_seq"].where(threat, rows["worst_seq"]),
        evidence=rows["threat_text"].where(threat, rows["worst_text"]),
        unit=None,
        n=rows["messages"],
        share=np.nan,
        share_before=np.nan,
        q=np.nan,
    )
    listed: pd.DataFrame = rows[rows["reason"] != ""]
    return listed[[name for name in RISK_COLUMNS if name != "rank"]]


def _of_sources(feedback: pd.DataFrame) -> pd.DataFrame:
    rows = feedback[feedback["verdict"] == "rising"]
    told = rows.assign(
        reason=SOURCE_RISING,
        severity="major",
        topic=rows["unit"].where(rows["by"] == "topic"),
        share=rows["negative_share"],
        share_before=rows["negative_share_before"],
        contact_id=None,
        end_level=np.nan,
    )
    return told.reindex(columns=[name for name in RISK_COLUMNS if name != "rank"])


def _mask(rows: pd.DataFrame, language: str) -> pd.DataFrame:
    """Mask the evidence; importing the patterns costs, so only where there is any."""
    if rows["evidence"].isna().all():
        return rows
    from csqa.engine.personal import mask_personal

    told = rows["evidence"].astype("object")
    masked = mask_personal(told.fillna("").astype("object"), language=language)
    return rows.assign(evidence=masked.where(told.notna()))
