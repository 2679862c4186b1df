"""pick_quotes: what customers said, as evidence for a problem's causes, personal data masked."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csqa.cause_results import NO_CAUSE
from csqa.engine.marks import Mark, move_marks, write_marks
from csqa.engine.personal import find_personal, mask_personal
from csqa.engine.problem_cases import count_causes
from csqa.engine.quoting import LEAST_QUOTED, MOST_QUOTED, cut_quote
from csqa.frames import records
from csqa.problem_results import QUOTE_COLUMNS
from csqa.problems.listing import first_problem, select_causes
from csqa.rules.standard import Standard

CANDIDATES_PER_CAUSE = 20
"""Texts that are read for each cause; masking is what costs time."""

BY_CUSTOMERS = ("message", "feedback")
"""Sources whose words are the customer's, not an inspector's."""


def pick_quotes(
    causes: pd.DataFrame,
    texts: pd.DataFrame,
    *,
    problem: pd.DataFrame | Mapping[str, Any] | None = None,
    facts: pd.DataFrame | None = None,
    standard: Standard | None = None,
    most: int = 3,
    language: str = "zh",
) -> pd.DataFrame:
    """Pick a few customers' words that show the causes of a problem: of each cause one, first.

    Parameters
    ----------
    causes : DataFrame
        From :func:`csqa.tag_causes`.
    texts : DataFrame
        From :func:`csqa.gather_texts`; at least ``case_id`` and ``text``.
    problem : DataFrame or mapping, optional
        From :func:`csqa.list_problems`: only its cases are quoted; of a table the first row's.
    facts, standard
        As for :func:`csqa.select_causes`.
    most : int
        Quotations.
    language : {"zh", "en"}
        Of the tokens that stand for personal data.

    Returns
    -------
    DataFrame, one row per quotation
        :data:`csqa.problem_results.QUOTE_COLUMNS`: different cases, different causes as far as
        there are any, the most frequent cause first; 15 to 120 characters, cut at sentences
        around the evidence where a text is longer.

    Notes
    -----
    A text is masked whole before it is cut, so that no part of a number is left over; see
    :func:`csqa.mask_personal`. What inspectors wrote is not quoted.

    Examples
    --------
    >>> causes = pd.DataFrame({"case_id": ["1"], "bone": ["process"], "cause": ["appointment"]})
    >>> causes = causes.assign(kind="words", start=4, end=6, evidence="改期")
    >>> texts = pd.DataFrame({"case_id": ["1"], "text": ["师傅又要改期了，打13812345678也不接。"]})
    >>> pick_quotes(causes, texts)[["text", "marks"]].values.tolist()
    [['师傅又要改期了，打[手机1]也不接。', '4-6:appointment']]
    """
    row = first_problem(problem) if problem is not None else None
    if row is not None:
        causes = select_causes(row, causes, facts, standard)
    spoken = _spoken(causes, texts)
    picked = _pick(_candidates(spoken, causes), most)
    found = pd.DataFrame([_quote(one, language) for one in picked], columns=list(QUOTE_COLUMNS))
    return found.assign(problem_id=str(row["problem_id"]) if row else "").astype({"seq": "Int64"})


def _spoken(causes: pd.DataFrame, texts: pd.DataFrame) -> pd.DataFrame:
    """Evidence in customers' words, beside the text it stands in."""
    said = causes[causes["kind"].isin(("words", "learned")) & causes["start"].notna()]
    said = said[said["cause"] != NO_CAUSE]
    keys = [key for key in ("case_id", "source", "seq") if key in said and key in texts]
    kept = texts[[*keys, "text"]].drop_duplicates(keys)
    if "seq" in keys:  # missing for feedback: no key then
        said, kept = (table.assign(seq=table["seq"].astype("Int64")) for table in (said, kept))
    rows = said.merge(kept, on=keys)
    if "source" in rows:
        rows = rows[rows["source"].isin(BY_CUSTOMERS)]
    long_enough = rows["text"].astype("str").str.len() >= LEAST_QUOTED
    return rows[long_enough].reset_index(drop=True)


def _candidates(spoken: pd.DataFrame, causes: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Of each cause, the most frequent first: those surest and nearest to a readable length."""
    if spoken.empty:
        return []
    far = (spoken["text"].str.len() - (LEAST_QUOTED + MOST_QUOTED) / 2).abs()
    sure = spoken["confidence"] if "confidence" in spoken else pd.Series(1.0, index=spoken.index)
    ordered = spoken.assign(far=far, unsure=-sure.astype("float64").fillna(0.0))
    ordered = ordered.sort_values(["unsure", "far", "case_id", "start"])
    order = count_causes(causes)["cause"].tolist()
    by_cause = {
        str(cause): rows.drop_duplicates(["case_id"]).head(CANDIDATES_PER_CAUSE)
        for cause, rows in ordered.groupby("cause", sort=False)
    }
    return [records(by_cause[cause]) for cause in order if cause in by_cause]


def _pick(by_cause: list[list[dict[str, Any]]], most: int) -> list[dict[str, Any]]:
    """Round after round one of each cause, no case and no text twice."""
    picked: list[dict[str, Any]] = []
    left = [list(rows) for rows in by_cause]
    while len(picked) < most and any(left):
        for rows in left:
            seen = {one[name] for one in picked for name in ("case_id", "text")}
            fresh = [one for one in rows if not {one["case_id"], one["text"]} & seen]
            quotable = next((one for one in fresh if _cut(one) is not None), None)
            if quotable is not None and len(picked) < most:
                picked.append(quotable)
            rows[:] = [one for one in fresh if one is not quotable] if quotable else []
    return picked


def _cut(one: dict[str, Any], language: str = "zh") -> tuple[str, list[Mark]] | None:
    text = str(one["text"])
    alone = pd.Series([text], dtype="str")
    masked = str(mask_personal(alone, language=language).iloc[0])
    found = find_personal(alone)
    hidden = list(zip(found["start"], found["end"], strict=True))
    mark = (int(one["start"]), int(one["end"]), str(one["cause"]))
    return cut_quote(masked, move_marks([mark], text, hidden, masked))


def _quote(one: dict[str, Any], language: str) -> dict[str, Any]:
    text, marks = _cut(one, language) or ("", [])
    kept = {name: one.get(name) for name in ("case_id", "source", "seq", "bone", "cause")}
    return kept | {"text": text, "marks": write_marks(marks)}
