"""rank_cases: complaints, low ratings, critical findings; first what a reviewer learns most from.

What was said in them, sentence by sentence, is told by :func:`csqa.transcribe_cases`.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from csqa import results
from csqa.engine.case_rows import count_cases, fetch_cases, fetch_of_contacts, judge_items
from csqa.engine.dataset import Dataset
from csqa.engine.waits import measure_waits
from csqa.errors import DataError
from csqa.periods import check_month
from csqa.rules.case_settings import CaseSettings, read_case_settings
from csqa.rules.inspection import Form, read_form
from csqa.rules.phrase_rules import SEVERITIES

CANDIDATES_PER_LISTED = 5
"""Cases that are weighed for each that is listed: of more, the complaints and worst ratings."""

ITEM_JOINT = "、"
"""Between items: their names may hold spaces."""

Gains = Mapping[str, float]
"""What a case shows -> points for showing it first."""


def rank_cases(
    data: Dataset,
    findings: pd.DataFrame | None = None,
    settings: CaseSettings | None = None,
    *,
    period: str,
    form: Form | None = None,
) -> pd.DataFrame:
    """List complaints, low ratings and critical findings of a month, the most instructive first.

    Parameters
    ----------
    data : Dataset
        From :func:`csqa.load`; messages and inspections are looked at where there are any.
    findings : DataFrame, optional
        From :func:`csqa.review`; without it no sentence counts.
    settings : CaseSettings, optional
        From :func:`csqa.read_case_settings`: what makes a case, and what each thing in it adds.
    period : str
        The month in which the contacts were created, YYYY-MM.
    form : Form, optional
        What the inspected items are. Default: the shipped one.

    Returns
    -------
    DataFrame, one row per case, at most ``most_listed``
        :data:`csqa.results.CASE_COLUMNS`. ``csat`` [1–5]; ``longest_wait_seconds`` that the
        customer's words waited for an answer; NaN or missing where nothing is known.

    Raises
    ------
    DataError
        If there are no contacts.
    RuleError
        If ``period`` is no month.

    Notes
    -----
    The order is greedy: the next case is the one whose points are most when what earlier cases
    have shown already counts ``repeated`` times less for each of them. So the first few differ.
    Hints (``hint``) add nothing.

    Examples
    --------
    >>> contacts = pd.DataFrame({"contact_id": ["1", "2", "3"], "channel": "online"})
    >>> contacts["created_at"] = "2025-06-02 09:00:00"
    >>> contacts["csat"], contacts["complaint"] = [5, 2, 1], [False, False, True]
    >>> data = Dataset.from_frames({"contacts": contacts})
    >>> rank_cases(data, period="2025-06")[["contact_id", "points", "cases"]].values.tolist()
    [['3', 2.0, 2], ['2', 0.0, 2]]
    """
    check_month(period)
    if not isinstance(data, Dataset) or not data.has("contacts"):
        msg = "`data` 应为 csqa.load 给出的、含服务记录的 Dataset。"
        raise DataError(msg)
    rules = settings or read_case_settings()
    most = rules.most_listed * CANDIDATES_PER_LISTED
    named = _bad_enough(findings, rules.finding_from)
    found = fetch_cases(data, period, rules.low_rating, named, most)
    ids = found["contact_id"].tolist()
    messages = fetch_of_contacts(data, "messages", ids, ["contact_id", "seq"])
    inspections = fetch_of_contacts(data, "inspections", ids, ["contact_id", "item"])
    judged = judge_items(inspections, form or read_form())
    found = found.merge(_count_messages(messages), on="contact_id", how="left")
    found = found.merge(_sum_findings(findings, judged), on="contact_id", how="left")
    found = found.merge(_list_failed(judged), on="contact_id", how="left")
    ranked = _order(_fill(found), rules)
    total = count_cases(data, period, rules.low_rating, named)
    return ranked.assign(cases=total)[list(results.CASE_COLUMNS)]


def _bad_enough(findings: pd.DataFrame | None, severity: str) -> list[str]:
    """Contacts with a finding so bad that it makes a case by itself."""
    if findings is None or severity not in SEVERITIES:
        return []
    worst = findings["severity"].isin(SEVERITIES[SEVERITIES.index(severity) :])
    return sorted(set(findings.loc[worst & ~findings["hint"].astype(bool), "contact_id"]))


def _count_messages(messages: pd.DataFrame) -> pd.DataFrame:
    counted = messages.groupby("contact_id").size().rename("messages")
    waits = measure_waits(messages).groupby("contact_id")["wait_seconds"].max()
    return pd.concat([counted, waits.rename("longest_wait_seconds")], axis=1).reset_index(
        names="contact_id"
    )


def _list_failed(judged: pd.DataFrame) -> pd.DataFrame:
    failed = judged[judged["failed"]]
    return _join_words(failed, "item_key", "failed_items", ITEM_JOINT)


def _join_words(rows: pd.DataFrame, column: str, name: str, joint: str = " ") -> pd.DataFrame:
    """The different values of a column by contact, in one text."""
    words = rows[["contact_id", column]].drop_duplicates().sort_values(["contact_id", column])
    return words.groupby("contact_id")[column].agg(joint.join).rename(name).reset_index()


def _sum_findings(findings: pd.DataFrame | None, judged: pd.DataFrame) -> pd.DataFrame:
    """Rules that hit by contact, how bad, and which an inspector did not see."""
    columns = list(results.FINDING_COLUMNS)
    rows = pd.DataFrame(columns=columns) if findings is None else findings
    rows = rows[~rows["hint"].astype(bool)]
    level = rows["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    worst = level.groupby(rows["contact_id"]).max().map(dict(enumerate(SEVERITIES)))
    counted = rows.groupby("contact_id").size()
    by_severity = rows.assign(named=rows["severity"] + "/" + rows["rule"].astype("str"))
    listed = [
        _join_words(rows, "rule", "rules"),
        _join_words(by_severity, "named", "named"),
        _join_words(_overlooked(rows, judged), "rule", "overlooked"),
    ]
    parts: list[Any] = [counted.rename("findings"), worst.rename("severity")]
    parts += [table.set_index("contact_id") for table in listed]
    found: pd.DataFrame = pd.concat(parts, axis=1)
    return found.reset_index(names="contact_id")


def _overlooked(findings: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Findings on items that an inspector judged and nobody failed."""
    told = judged[judged["result"].ne("not_applicable")]
    failed = told.groupby(["contact_id", "item_kind"])["failed"].any()
    passed = set(failed[~failed].index)
    keys = zip(findings["contact_id"], findings["item"], strict=True)
    return findings[np.array([key in passed for key in keys], dtype=bool)]


def _fill(cases: pd.DataFrame) -> pd.DataFrame:
    words = ["severity", "rules", "named", "failed_items", "overlooked"]
    counts = ["messages", "findings"]
    filled = cases.assign(
        **{name: cases[name].astype("object").where(cases[name].notna(), "") for name in words},
        **{name: cases[name].fillna(0).astype("int64") for name in counts},
    )
    return filled.astype(dict.fromkeys(words, "str"))


def _order(cases: pd.DataFrame, rules: CaseSettings) -> pd.DataFrame:
    rows = list(cases.to_dict("records"))
    gains = [_gains({str(key): value for key, value in row.items()}, rules) for row in rows]
    chosen, points = _choose(gains, rules)
    ranked = cases.iloc[chosen].reset_index(drop=True)
    return ranked.assign(rank=np.arange(1, len(ranked) + 1), points=np.array(points, dtype=float))


def _gains(case: dict[str, Any], rules: CaseSettings) -> Gains:
    """What a case shows, and what showing it first is worth."""
    gains: dict[str, float] = {}
    for named in case["named"].split():
        severity, _, rule = named.partition("/")
        gains[f"rule {rule}"] = max(gains.get(f"rule {rule}", 0), rules.points[severity])
    gains |= {f"item {key}": rules.points["failed_item"] for key in _split(case["failed_items"])}
    gains |= {f"over {key}": rules.points["overlooked"] for key in case["overlooked"].split()}
    facts = {
        "long_wait": case["longest_wait_seconds"] >= rules.long_wait_seconds,
        "lowest_rating": case["csat"] == 1,
        "complaint": case["complaint"] is True,
    }
    return gains | {name: rules.points[name] for name, true in facts.items() if true}


def _split(items: str) -> list[str]:
    return items.split(ITEM_JOINT) if items else []


def _choose(gains: list[Gains], rules: CaseSettings) -> tuple[list[int], list[float]]:
    """Take the case that adds most, again and again; of equals the first."""
    shown: Counter[str] = Counter()
    left = list(range(len(gains)))
    chosen: list[int] = []
    points: list[float] = []
    while left and len(chosen) < rules.most_listed:
        worth = [_worth(gains[place], shown, rules.repeated) for place in left]
        best = int(np.argmax(worth))
        points.append(worth[best])
        chosen.append(left.pop(best))
        shown.update(gains[chosen[-1]].keys())
    return chosen, points


def _worth(gains: Gains, shown: Counter[str], repeated: float) -> float:
    return sum(points * repeated ** shown[key] for key, points in gains.items())
