"""transcribe_cases: what was said in a case, line by line, with marks, personal data masked."""

from typing import Any

import pandas as pd

from csqa import results
from csqa.engine.case_rows import fetch_of_contacts, judge_items
from csqa.engine.dataset import Dataset
from csqa.engine.marks import Mark, move_marks, write_marks
from csqa.engine.personal import find_personal, mask_personal
from csqa.frames import records
from csqa.rules.inspection import Form, read_form

SOURCES = ("message", "feedback", "inspection", "owed")
"""Where a line comes from, in the order of a case."""


def transcribe_cases(
    data: Dataset,
    cases: pd.DataFrame,
    findings: pd.DataFrame | None = None,
    *,
    form: Form | None = None,
    language: str = "zh",
) -> pd.DataFrame:
    """Write down the conversations of cases, with what rules and inspectors found where.

    Parameters
    ----------
    data : Dataset
        With messages, feedback, inspections, as far as there are any.
    cases : DataFrame
        From :func:`csqa.rank_cases`, or any table with ``contact_id``.
    findings : DataFrame, optional
        From :func:`csqa.review`.
    form : Form, optional
        Which scores of an item are a failure. Default: the shipped one.
    language : {"zh", "en"}
        Of the tokens that stand for personal data.

    Returns
    -------
    DataFrame, one row per line, case by case in the order of ``cases``
        :data:`csqa.results.CASE_LINE_COLUMNS`, without hints. ``gap_seconds`` NaN at the first
        line and where times are not given.

    Notes
    -----
    Personal data are masked over all lines together, so that one number has one token; see
    :func:`csqa.mask_personal`. Marks move along with the masked text.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1"], "channel": "online", "csat": 1})
    >>> contacts["created_at"] = "2025-06-02 09:00:00"
    >>> messages = pd.DataFrame({"contact_id": "1", "seq": [1, 2], "sender": ["客户", "客服"]})
    >>> messages["text"] = ["怎么退货？我的电话13912345678", "这个我不清楚。"]
    >>> data = Dataset.from_frames({"contacts": contacts, "messages": messages})
    >>> transcribe_cases(data, contacts)[["sender", "text"]].values.tolist()
    [['customer', '怎么退货？我的电话[手机1]'], ['agent', '这个我不清楚。']]
    """
    ids = cases["contact_id"].astype("str").tolist()
    found = _of_cases(findings, ids)
    parts = [
        _message_lines(data, ids, found),
        _feedback_lines(data, ids),
        _inspection_lines(data, ids, form or read_form()),
        _owed_lines(found),
    ]
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=list(results.CASE_LINE_COLUMNS))
    lines = _sort(pd.concat(filled, ignore_index=True), ids)
    lines["line"] = lines.groupby("contact_id", sort=False).cumcount() + 1
    return _mask(lines, found, language)[list(results.CASE_LINE_COLUMNS)]


def _of_cases(findings: pd.DataFrame | None, ids: list[str]) -> pd.DataFrame:
    if findings is None:
        return pd.DataFrame(columns=list(results.FINDING_COLUMNS))
    shown = findings["contact_id"].isin(ids) & ~findings["hint"].astype(bool)
    return findings[shown]


def _message_lines(data: Dataset, ids: list[str], findings: pd.DataFrame) -> pd.DataFrame:
    rows = fetch_of_contacts(data, "messages", ids, ["contact_id", "seq"])
    gap = rows.groupby("contact_id")["sent_at"].diff().dt.total_seconds()
    told = findings[findings["seq"].notna()]
    return pd.DataFrame(
        {
            "contact_id": rows["contact_id"],
            "source": "message",
            "seq": rows["seq"],
            "sender": rows["sender"],
            "gap_seconds": gap,
            "text": rows["text"].fillna(""),
            "rules": _rules_at(rows, told, "seq"),
            "owed": _rules_at(rows, _called_for(findings), "trigger_seq"),
        }
    )


def _called_for(findings: pd.DataFrame) -> pd.DataFrame:
    """What one message called for; an opening or a closing is owed whatever was said."""
    kinds = findings["seq"].isna() & findings["trigger_seq"].notna()
    return findings[kinds & findings["kind"].ne("require")]


def _rules_at(rows: pd.DataFrame, findings: pd.DataFrame, place: str) -> "pd.Series[str]":
    """Rules by contact and message, with spaces between."""
    seqs = findings[place].astype("Int64")
    listed = findings.groupby([findings["contact_id"], seqs], sort=False)["rule"].agg(
        lambda rules: " ".join(dict.fromkeys(rules))
    )
    at = {key: rules for key, rules in listed.items()}
    keys = zip(rows["contact_id"], rows["seq"], strict=True)
    return pd.Series([at.get(key, "") for key in keys], index=rows.index, dtype="str")


def _feedback_lines(data: Dataset, ids: list[str]) -> pd.DataFrame:
    rows = fetch_of_contacts(data, "feedback", ids, ["contact_id", "at", "feedback_id"])
    rows = rows[rows["text"].notna()]
    return _plain_lines(rows, "feedback", "customer", rows["text"], rows["source"].fillna(""))


def _inspection_lines(data: Dataset, ids: list[str], form: Form) -> pd.DataFrame:
    """What inspectors wrote of items that they failed; who they are is not told."""
    rows = fetch_of_contacts(data, "inspections", ids, ["contact_id", "item", "inspector"])
    rows = judge_items(rows, form)
    rows = rows[rows["failed"]]
    told = rows[["sentence", "note"]].fillna("")
    both = told["sentence"].where(told["note"] == "", told["sentence"] + "（" + told["note"] + "）")
    text = both.where(told["sentence"] != "", told["note"])
    lines = _plain_lines(rows, "inspection", "inspector", text, rows["item"])
    return lines.drop_duplicates(["contact_id", "text", "rules"])


def _plain_lines(
    rows: pd.DataFrame, source: str, sender: str, text: "pd.Series[str]", rules: "pd.Series[str]"
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "contact_id": rows["contact_id"],
            "source": source,
            "seq": pd.array([pd.NA] * len(rows), dtype="Int64"),
            "sender": sender,
            "gap_seconds": float("nan"),
            "text": text,
            "rules": rules,
            "owed": "",
        }
    )


def _owed_lines(findings: pd.DataFrame) -> pd.DataFrame:
    """What was not said although nothing in particular called for it: an opening, a closing."""
    here = findings.index.difference(_called_for(findings).index)
    rows = findings.loc[here][findings.loc[here, "seq"].isna()]
    empty = pd.Series("", index=rows.index, dtype="str")
    lines = _plain_lines(rows, "owed", "agent", empty, empty)
    return lines.assign(owed=rows["rule"].astype("str")).drop_duplicates(["contact_id", "owed"])


def _sort(lines: pd.DataFrame, ids: list[str]) -> pd.DataFrame:
    case = {contact: place for place, contact in enumerate(dict.fromkeys(ids))}
    source = {name: place for place, name in enumerate(SOURCES)}
    keyed = lines.assign(case=lines["contact_id"].map(case), kind=lines["source"].map(source))
    return keyed.sort_values(["case", "kind"], kind="stable", ignore_index=True)


def _mask(lines: pd.DataFrame, findings: pd.DataFrame, language: str) -> pd.DataFrame:
    texts = lines["text"].astype("str")
    conversations, speakers = lines["contact_id"], lines["source"] + " " + lines["sender"]
    joined: dict[str, Any] = {"conversations": conversations, "speakers": speakers}
    masked = mask_personal(texts, language=language, **joined)
    spans = find_personal(texts, **joined)
    hidden = {
        row: list(zip(at["start"], at["end"], strict=True)) for row, at in spans.groupby("row")
    }
    marks = _marks_of(findings)
    written = []
    for row, (contact, seq, text, shown) in enumerate(
        zip(lines["contact_id"], lines["seq"], texts, masked, strict=True)
    ):
        here = marks.get((contact, seq), []) if pd.notna(seq) else []
        written.append(write_marks(move_marks(here, text, hidden.get(row, []), shown)))
    return lines.assign(text=masked, marks=pd.Series(written, index=lines.index, dtype="str"))


def _marks_of(findings: pd.DataFrame) -> dict[tuple[str, int], list[Mark]]:
    """Marks by contact and message."""
    found: dict[tuple[str, int], list[Mark]] = {}
    for row in records(findings[findings["seq"].notna() & findings["start"].notna()]):
        mark = (int(row["start"]), int(row["end"]), str(row["rule"]))
        found.setdefault((row["contact_id"], int(row["seq"])), []).append(mark)
    return found
