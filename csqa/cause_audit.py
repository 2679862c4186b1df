"""Audits of causes: a random sheet for people to judge, by which shares are corrected."""

import hashlib
from pathlib import Path

import pandas as pd

from csqa.cause_results import AUDIT_COLUMNS, BONES, NO_CAUSE
from csqa.engine.audit_sheets import check_audit, read_sheet
from csqa.engine.dataset import Dataset
from csqa.engine.personal import mask_personal
from csqa.errors import RuleError
from csqa.rules.fishbone import Fishbone, read_fishbone

JOINT, NONE = "+", "none"
"""Between ids of causes; and where there is none."""

LONGEST_TEXT = 2_000
"""Characters of a case on the sheet."""


def audit_causes(
    causes: pd.DataFrame, texts: pd.DataFrame, *, size: int = 100, seed: int = 0
) -> pd.DataFrame:
    """Draw cases at random for people to say their causes.

    Parameters
    ----------
    causes : DataFrame
        From :func:`csqa.tag_causes`.
    texts : DataFrame
        The texts that were tagged: ``case_id``, ``text``.
    size : int
        Cases to draw; all of them if there are no more.
    seed : int
        The same seed draws the same cases, whatever the order of the rows and whatever is added.

    Returns
    -------
    DataFrame, one row per case drawn, in an order by chance
        :data:`csqa.cause_results.AUDIT_COLUMNS`; ``audited`` is empty.

    Raises
    ------
    RuleError
        If ``size`` is not a positive whole number.

    Notes
    -----
    Each case has the same chance: cases are sorted by SHA-256 of seed and id, and the first ones
    taken. Who fills the sheet should not look at ``causes`` first: hide the column.

    Examples
    --------
    >>> texts = pd.DataFrame({"case_id": ["A", "B"], "text": ["安装费太贵", "打我 13812345678"]})
    >>> causes = pd.DataFrame({"case_id": ["A", "B"], "cause": ["charges", "unclassified"]})
    >>> sheet = audit_causes(causes, texts, size=2)
    >>> sheet.sort_values("case_id")[["text", "causes", "cases"]].values.tolist()
    [['安装费太贵', 'charges', 2], ['打我 [手机1]', 'none', 2]]
    """
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        msg = f"`size` 应为正整数，而不是 {size!r}。"
        raise RuleError(msg)
    cases = sorted(set(causes["case_id"].astype("str")))
    drawn = sorted(cases, key=lambda case: hashlib.sha256(f"{seed}|{case}".encode()).digest())
    drawn = drawn[:size]
    sheet = pd.DataFrame({"case_id": drawn}, dtype="str")
    sheet["text"] = sheet["case_id"].map(_join_texts(texts, drawn)).fillna("")
    sheet["causes"] = sheet["case_id"].map(list_causes(causes)).fillna(NONE)
    sheet["audited"] = pd.Series(pd.NA, index=sheet.index, dtype="string")
    return sheet.assign(cases=len(cases))[list(AUDIT_COLUMNS)]


def _join_texts(texts: pd.DataFrame, drawn: list[str]) -> "pd.Series[str]":
    ids = texts["case_id"].astype("str")
    own = texts[ids.isin(drawn)].assign(case_id=ids)
    joined = own["text"].fillna("").astype("str").groupby(own["case_id"], sort=True).agg("\n".join)
    masked = mask_personal(joined)
    found: pd.Series[str] = masked.str.slice(0, LONGEST_TEXT)
    return found


def list_causes(causes: pd.DataFrame) -> "pd.Series[str]":
    """Ids of the causes of each case, ``+`` between, by ``case_id``.

    Examples
    --------
    >>> causes = pd.DataFrame({"case_id": ["A", "A"], "cause": ["handover", "charges"]})
    >>> list_causes(causes)["A"]
    'charges+handover'
    """
    known = causes[causes["cause"] != NO_CAUSE]
    pairs = known[["case_id", "cause"]].astype("str").drop_duplicates()
    pairs = pairs.sort_values(["case_id", "cause"])
    joined: pd.Series[str] = pairs.groupby("case_id")["cause"].agg(JOINT.join)
    return joined


def read_audit(source: str | Path | pd.DataFrame, fishbone: Fishbone | None = None) -> pd.DataFrame:
    """Read an audit sheet that people have filled in.

    Parameters
    ----------
    source : str, Path, DataFrame or Dataset
        The workbook or CSV that was written, a table with ``case_id`` and ``audited``, or data
        with the table ``cause_audits``; without it nothing was audited.
    fishbone : Fishbone, optional
        Its causes may be named, by id or name, and its bones. Default: the shipped one.

    Returns
    -------
    DataFrame
        ``case_id``; ``audited``: ids with ``+`` between, ``none``, or missing; ``bones``: the bone
        of each of them, in the same order.

    Raises
    ------
    DataError
        With every fault in one message: unknown causes (and the nearest known one), cases without
        id or twice.

    Examples
    --------
    >>> told = pd.DataFrame(
    ...     {"case_id": ["A", "B", "C"], "audited": ["推诿转手、收费争议", "无", None]}
    ... )
    >>> read_audit(told)["audited"].tolist()
    ['charges+handover', 'none', <NA>]
    """
    rules = fishbone or read_fishbone()
    names = {
        name: id_
        for id_ in (*rules.ids, *BONES)
        for name in (id_, rules.name(id_, "zh"), rules.name(id_, "en"))
    }
    if isinstance(source, Dataset):
        source = source.table("cause_audits")
    if isinstance(source, pd.DataFrame):
        read = check_audit(source, names, "audited")
    else:
        read = check_audit(read_sheet(source), names, str(source))
    bones = [_bones(told, rules) for told in read["audited"]]
    return read.assign(bones=pd.Series(bones, index=read.index, dtype="string"))


def _bones(told: object, rules: Fishbone) -> str | None:
    if not isinstance(told, str):
        return None
    return JOINT.join(one if one == NONE else rules.bone_of(one) for one in told.split(JOINT))
