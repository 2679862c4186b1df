"""review: phrase rules applied to conversations, to the exact sentence; findings summed up by unit.

Half of the scorecard's weight is quality judged from conversations (G1, G6). Rules do what rules
can do well: they find each forbidden wording, and what was owed and not said.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.reviewed import fetch_reviewed
from csqa.engine.text import Progress, scan_messages
from csqa.errors import DataError
from csqa.rules.phrase_rules import SEVERITIES
from csqa.rules.phrases import Phrases, read_phrases
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import wilson

SUMMARY_COLUMNS = (
    "rule",
    "kind",
    "hint",
    "n",
    "contacts",
    "rate",
    "lower",
    "upper",
    "hits",
    *SEVERITIES,
    "mitigated",
    "status",
)
"""Of a summary of findings, after the unit columns."""


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
        message; ``rule``, its ``version`` and ``effective_from``; ``kind`` (``forbid``,
        ``require``, ``disclose``); ``severity``, already lowered where ``mitigated``; ``hint``: to
        look at, never to count; ``item`` of the inspection form; the characters ``start`` to
        ``end`` of the text and what they say, ``matched``; ``trigger_seq``: what called for what
        was not said. Where something was not said, ``seq``, ``start``, ``end`` and ``matched`` are
        missing.

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
    found = scan_messages(whole, rules, period=period, until=until, progress=progress)
    found.attrs["review"] = {"period": period, "until": until}
    return found


def summarise_findings(
    findings: pd.DataFrame,
    data: Dataset | pd.DataFrame,
    phrases: Phrases | None = None,
    *,
    by: Sequence[str] | str = (),
    period: str | None = None,
    until: str | None = None,
    standard: Standard | None = None,
) -> pd.DataFrame:
    """Sum findings up: in how many of the contacts looked at each rule found something.

    Parameters
    ----------
    findings : DataFrame
        From :func:`review`.
    data : Dataset or DataFrame
        What they were found in.
    phrases : Phrases, optional
        The rules they were found by; each has a row, also if it found nothing. Default: the
        shipped rules.
    by : str or sequence of str
        Unit columns of the contacts: ``agent_id``, ``team``, ``channel`` …; empty for the whole.
    period, until : str, optional
        As they were given to :func:`review`; left out, they are what the findings remember.
    standard : Standard, optional
        From how many contacts on a rate is judged. Default: the shipped one.

    Returns
    -------
    DataFrame, one row per unit and rule, units sorted, rules in their order
        The unit columns; ``rule``, ``kind``, ``hint``; ``n`` contacts looked at (those in which an
        agent spoke); ``contacts`` with a finding and their share ``rate`` [0–1] with its 95 %
        Wilson interval ``lower``, ``upper``; ``hits`` in all, by severity ``minor``, ``major``,
        ``critical``, and how many were ``mitigated``; ``status``: ``ok``, ``small``, ``too_few``,
        ``no_data``.

    Raises
    ------
    RuleError
        If ``by`` is not one of those allowed.
    DataError
        If there are no messages.

    Notes
    -----
    methods.md 4.2: Wilson (1927). Whose contact it is says the column of the unit itself.

    Examples
    --------
    >>> messages = pd.DataFrame(
    ...     {
    ...         "contact_id": ["C1", "C2"],
    ...         "seq": [1, 1],
    ...         "sender": "客服",
    ...         "text": ["您好，这个我不知道", "您好，已为您办好，祝您愉快"],
    ...     }
    ... )
    >>> summary = summarise_findings(review(messages), messages)
    >>> summary.loc[summary["rule"] == "dont_know", ["n", "contacts", "rate", "status"]]
       n  contacts  rate   status
    2  2         1   0.5  too_few
    """
    units = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    asked = findings.attrs.get("review", {})
    looked_at = fetch_reviewed(
        _as_dataset(data),
        units,
        period=period or asked.get("period"),
        until=until or asked.get("until"),
    )
    rules = _rules_of(phrases or read_phrases(), findings)
    owned = findings.merge(looked_at, on="contact_id", how="inner")
    n = _count(looked_at.assign(whole_=0), ["whole_", *units])
    rows = n.rename("n").reset_index().merge(rules, how="cross")
    counted = _count_findings(owned.assign(whole_=0), ["whole_", *units, "rule"])
    rows = rows.merge(counted, on=["whole_", *units, "rule"], how="left")
    whole = ["contacts", "hits", *SEVERITIES, "mitigated"]
    rows[whole] = rows[whole].fillna(0).astype("int64")
    judged = _judge(rows, standard or read_standard())
    order = [*units, "order_"]
    return judged.sort_values(order, ignore_index=True)[[*units, *SUMMARY_COLUMNS]]


def _rules_of(phrases: Phrases, findings: pd.DataFrame) -> pd.DataFrame:
    """Rules that hold, and those that found something; hints last."""
    ids = [*(rule.id for rule in phrases.in_force()), *findings["rule"].unique()]
    known = [(id_, phrases.rule(id_)) for id_ in dict.fromkeys(ids) if id_ in phrases.ids]
    rows = [(id_, rule.kind, rule.hint) for id_, rule in known]
    rows.sort(key=lambda row: row[2])
    table = pd.DataFrame(rows, columns=["rule", "kind", "hint"])
    return table.assign(order_=range(len(table)))


def _count(rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    return rows.groupby(keys)["contact_id"].nunique()


def _count_findings(findings: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    flags = {name: (findings["severity"] == name).astype("int64") for name in SEVERITIES}
    flags["mitigated"] = findings["mitigated"].astype("int64")
    grouped = findings.assign(hits=1, **flags).groupby(keys)
    sums = grouped[["hits", *flags]].sum()
    return sums.assign(contacts=grouped["contact_id"].nunique()).reset_index()


def _judge(rows: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    n = rows["n"].to_numpy(dtype=float)
    lower, upper = wilson(rows["contacts"].to_numpy(dtype=float), n)
    few, small = n < standard.count_only_below, n < standard.judge_from
    status = np.select([n == 0, few, small], ["no_data", "too_few", "small"], "ok")
    return rows.assign(rate=rows["contacts"] / rows["n"], lower=lower, upper=upper, status=status)


def _as_dataset(data: Dataset | pd.DataFrame) -> Dataset:
    if isinstance(data, Dataset):
        return data
    if isinstance(data, pd.DataFrame):
        return Dataset.from_frames({"messages": data})
    msg = f"`data` 应为 Dataset 或 messages 的 DataFrame，而不是 {type(data).__name__}。"
    raise DataError(msg)
