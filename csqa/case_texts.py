"""gather_texts, gather_facts: what was said and recorded in the cases that a diagnosis looks at.

A case is a contact of the months that is a complaint, was rated low, failed in an inspected item,
or on which there is bad feedback; and bad feedback that names no contact. Feedback that names one
belongs to that contact's case, so that no case is counted twice. Left out: all other contacts,
feedback that is neither low nor a complaint, blind second codings, what agents and bots said, and
inspectors' words on items that did not fail.
"""

from collections.abc import Sequence

import pandas as pd

from csqa.cause_results import CASE_FACT_COLUMNS, CASE_TEXT_COLUMNS
from csqa.engine.case_facts import (
    KINDS,
    Scope,
    fetch_case_facts,
    fetch_failed,
    fetch_free_feedback,
    fetch_of_cases,
    keep_cases,
)
from csqa.engine.case_history import agent_days, count_repeats, longest_waits
from csqa.engine.case_rows import judge_items
from csqa.engine.dataset import Dataset
from csqa.errors import DataError, RuleError, check_option
from csqa.periods import check_month
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.case_settings import CaseSettings, read_case_settings
from csqa.rules.inspection import Form, read_form
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

MOST_MONTHS = 120
ITEM_JOINT = "、"
SUMMARY_COLUMNS = ("kind", "cases", "alone", "with_text", "without_text")


def gather_texts(
    data: Dataset,
    *,
    period: str,
    months: int = 1,
    kinds: Sequence[str] = KINDS,
    settings: CaseSettings | None = None,
    form: Form | None = None,
) -> pd.DataFrame:
    """Gather what customers and inspectors wrote in the cases of some months.

    Parameters
    ----------
    data : Dataset
        From :func:`csqa.load`, with contacts; messages, feedback and inspections where given.
    period : str
        The last month, YYYY-MM: contacts count by their creation, feedback that names none by
        its own time.
    months : int
        How many months up to it.
    kinds : sequence of str
        What makes a case: ``complaint``, ``low_rating``, ``failed_inspection``, ``feedback``.
    settings : CaseSettings, optional
        From :func:`csqa.read_case_settings`: what is a low rating, which sources are complaints.
    form : Form, optional
        What the inspected items are. Default: the shipped one.

    Returns
    -------
    DataFrame, one row per text, by case, source and place in the conversation
        :data:`csqa.cause_results.CASE_TEXT_COLUMNS`: the customer's messages, feedback, and
        what inspectors wrote of failed items (``inspection``: the sentence, then the note).

    Raises
    ------
    DataError
        If there are no contacts.
    RuleError
        If ``period`` is no month, or a kind or ``months`` is not allowed.

    Notes
    -----
    Texts are raw: they hold personal data. Whoever shows or writes them masks them first
    (:func:`csqa.mask_personal`); the ``show_`` functions do.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2"], "channel": "online"})
    >>> contacts["created_at"], contacts["complaint"] = "2025-06-02 09:00", [True, False]
    >>> said = pd.DataFrame({"contact_id": ["1", "1", "2"], "seq": [1, 2, 1]})
    >>> said["sender"], said["text"] = ["customer", "agent", "customer"], ["坏了", "您好", "谢谢"]
    >>> data = Dataset.from_frames({"contacts": contacts, "messages": said})
    >>> gather_texts(data, period="2025-06")[["case_id", "source", "text"]].values.tolist()
    [['1', 'message', '坏了']]
    """
    scope = _scope(data, period, months, kinds, settings, form)
    keep_cases(data, scope)
    parts = [_messages(data), _feedback(data, scope), _inspections(data, scope.form)]
    filled = [part for part in parts if len(part)] or parts[:1]
    texts = pd.concat(filled, ignore_index=True)
    texts = texts[texts["text"].str.strip().ne("") & texts["text"].notna()]
    order = texts.assign(place=texts["source"].map({"message": 0, "feedback": 1, "inspection": 2}))
    keys = ["case_id", "place", "seq", "order"]
    ordered = order.sort_values(keys, kind="stable", ignore_index=True)
    return ordered[list(CASE_TEXT_COLUMNS)]


def gather_facts(
    data: Dataset,
    standard: Standard | None = None,
    *,
    period: str,
    months: int = 1,
    kinds: Sequence[str] = KINDS,
    settings: CaseSettings | None = None,
    form: Form | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Gather what was recorded of the cases of some months.

    Parameters
    ----------
    data, period, months, kinds, settings, form
        As for :func:`gather_texts`; the same cases.
    standard : Standard, optional
        Whose contact it is, and the window of repeats. Default: the shipped one.
    calendar : Calendar, optional
        Default: the shipped one.

    Returns
    -------
    DataFrame, one row per case, by id
        :data:`csqa.cause_results.CASE_FACT_COLUMNS`. ``local_at``: wall time of the contact's
        creation or of the feedback. Times in seconds; what is not known is missing.

    Raises
    ------
    DataError
        If there are no contacts.
    RuleError
        As for :func:`gather_texts`.

    Notes
    -----
    ``repeated``: the matter came back. The contact was called resolved and the customer came
    again on the same topic within the window, or an earlier contact within the window had been
    called resolved; ``repeat_contacts`` counts those later and earlier ones. Missing without a
    customer, and where the window after the contact is not over and nothing came yet.
    ``longest_wait_seconds``: from the customer's words to the agent's next ones.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2"], "customer_id": "K", "topic": "维修"})
    >>> contacts["channel"], contacts["resolved"] = "online", True
    >>> contacts["created_at"] = ["2025-06-02 09:00", "2025-06-05 09:00"]
    >>> contacts["complaint"] = [False, True]
    >>> data = Dataset.from_frames({"contacts": contacts})
    >>> facts = gather_facts(data, period="2025-06")
    >>> facts[["case_id", "repeated", "repeat_contacts"]].values.tolist()
    [['2', True, 1]]
    """
    standard = standard or read_standard()
    scope = _scope(data, period, months, kinds, settings, form)
    keep_cases(data, scope)
    facts = fetch_case_facts(data, standard, calendar or read_calendar())
    facts["case_id"] = facts["contact_id"]
    facts = facts.merge(count_repeats(data, standard), on="contact_id", how="left")
    facts = facts.merge(longest_waits(data), on="contact_id", how="left")
    facts = facts.merge(_list_failed(data, scope.form), on="contact_id", how="left")
    facts["agent_days"] = agent_days(data, standard, facts)
    free = fetch_free_feedback(data, scope).assign(feedback=True)
    free = free.reindex(columns=list(CASE_FACT_COLUMNS))
    free["feedback"] = free["feedback"].astype("boolean")
    facts = facts[list(CASE_FACT_COLUMNS)]
    free = free.astype(facts.dtypes.to_dict())
    found = pd.concat([facts, free], ignore_index=True) if len(free) else facts
    return found.sort_values("case_id", kind="stable", ignore_index=True)


def summarise_cases(facts: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """Count the cases by what made them cases, and how many have a text to read.

    Parameters
    ----------
    facts : DataFrame
        From :func:`gather_facts`.
    texts : DataFrame
        From :func:`gather_texts`, of the same cases.

    Returns
    -------
    DataFrame, one row per kind, then ``all``
        ``kind``; ``cases``; ``alone``: cases for this reason only; ``with_text`` and
        ``without_text``: of the latter nothing can be said but by facts. Kinds overlap: they add
        up to more than ``all``.

    Examples
    --------
    >>> facts = pd.DataFrame({"case_id": ["1", "2"], "complaint": [True, True]})
    >>> facts = facts.assign(low_rating=[True, False], failed_inspection=None, feedback=False)
    >>> counted = summarise_cases(facts, pd.DataFrame({"case_id": ["1", "1"]}))
    >>> counted[counted["cases"] > 0].values.tolist()
    [['complaint', 2, 1, 1, 1], ['low_rating', 1, 0, 1, 0], ['all', 2, 1, 1, 1]]
    """
    reasons = facts[list(KINDS)].astype("boolean").fillna(value=False).astype(bool)
    told = facts["case_id"].isin(texts["case_id"])
    alone = reasons.sum(axis=1) == 1
    rows = []
    for kind in (*KINDS, "all"):
        chosen = reasons[kind] if kind != "all" else pd.Series(True, index=facts.index)
        counted = [chosen, chosen & alone, chosen & told, chosen & ~told]
        rows.append([kind, *(int(flags.sum()) for flags in counted)])
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def _scope(
    data: Dataset,
    period: str,
    months: int,
    kinds: Sequence[str],
    settings: CaseSettings | None,
    form: Form | None,
) -> Scope:
    check_month(period)
    if not isinstance(data, Dataset) or not data.has("contacts"):
        msg = "`data` 应为 csqa.load 给出的、含服务记录的 Dataset。"
        raise DataError(msg)
    if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= MOST_MONTHS:
        msg = f"`months` 应为 1 到 {MOST_MONTHS} 的整数，而不是 {months!r}。"
        raise RuleError(msg)
    asked = (kinds,) if isinstance(kinds, str) else tuple(dict.fromkeys(kinds))
    if not asked:
        msg = f"`kinds` 应至少有一种：{'、'.join(KINDS)}。"
        raise RuleError(msg)
    for kind in asked:
        check_option("kinds", kind, KINDS)
    return Scope(period, months, asked, settings or read_case_settings(), form or read_form())


def _texts(rows: pd.DataFrame, case_ids: "pd.Series[str]", source: str) -> pd.DataFrame:
    """Texts of one source in the columns of all."""
    sender = "inspector" if source == "inspection" else "customer"
    seq = rows["seq"] if "seq" in rows else pd.Series(pd.NA, index=rows.index)
    made = rows.assign(
        case_id=case_ids.astype("str"),
        source=source,
        sender=sender,
        seq=seq.astype("Float64").astype("Int64"),
        text=rows["text"].astype("str"),
    )
    return made[["case_id", "source", "seq", "sender", "text", "order"]]


def _messages(data: Dataset) -> pd.DataFrame:
    spoken = "t.sender = 'customer' AND t.text IS NOT NULL"
    rows = fetch_of_cases(data, "messages", ["contact_id", "seq", "text"], spoken)
    return _texts(rows.assign(order=""), rows["contact_id"], "message")


def _feedback(data: Dataset, scope: Scope) -> pd.DataFrame:
    """Feedback on the contacts, and bad feedback that names none."""
    columns = ["feedback_id", "contact_id", "text"]
    named = fetch_of_cases(data, "feedback", columns, "t.text IS NOT NULL")
    free = fetch_free_feedback(data, scope).rename(columns={"case_id": "contact_id"})
    parts = [part[columns] for part in (named, free) if len(part)]
    rows = pd.concat(parts, ignore_index=True) if parts else named[columns]
    return _texts(rows.assign(order=rows["feedback_id"]), rows["contact_id"], "feedback")


def _inspections(data: Dataset, form: Form) -> pd.DataFrame:
    """What inspectors wrote of items that failed: the sentence, then the note."""
    columns = ["contact_id", "inspector", "item", "result", "score", "note", "sentence"]
    first = "NOT COALESCE(t.second_coding, FALSE)"
    rows = fetch_of_cases(data, "inspections", columns, first)
    texts = dict.fromkeys([name for name in columns if name != "score"], "str")
    judged = judge_items(rows.astype({**texts, "score": "float64"}), form)
    judged = judged.astype({"item_key": "str"}).fillna({"inspector": ""})
    failed = judged.merge(fetch_failed(data, form), on=["contact_id", "item_key", "inspector"])
    told = failed.melt(
        ["contact_id", "item_key", "inspector"], ["sentence", "note"], "kind", value_name="text"
    ).dropna(subset="text")
    place = told["kind"].map({"sentence": "1", "note": "2"}).astype("str")
    order = told["item_key"] + "\n" + told["inspector"] + "\n" + place
    return _texts(told.assign(order=order), told["contact_id"], "inspection").drop_duplicates()


def _list_failed(data: Dataset, form: Form) -> pd.DataFrame:
    failed = fetch_failed(data, form)[["contact_id", "item_key"]].drop_duplicates()
    joined = failed.sort_values(["contact_id", "item_key"]).groupby("contact_id")["item_key"]
    return joined.agg(ITEM_JOINT.join).astype("str").rename("failed_items").reset_index()
