"""measure_agreement: do inspectors judge alike what at least two of them judged.

Only what at least two inspectors judged on the same contact tells: everything else compares
inspectors who saw different records.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from csqa import schema
from csqa.engine.dataset import Dataset
from csqa.engine.judgements import fetch_shared
from csqa.errors import check_option
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.inspection import Form, read_form
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import (
    Agreement,
    cohen_kappa,
    gwet_ac1,
    krippendorff_alpha,
    raw_agreement,
)

ITEM = "item"
PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not_applicable"

AGREEMENT_COLUMNS = (
    "level",
    "n",
    "n_inspectors",
    "n_minority",
    "agreement",
    "agreement_lower",
    "agreement_upper",
    "spread",
    "alpha",
    "alpha_lower",
    "alpha_upper",
    "ac1",
    "ac1_lower",
    "ac1_upper",
    "kappa",
    "kappa_lower",
    "kappa_upper",
    "status",
    "flagged",
)
"""Of :func:`measure_agreement`, after the columns of ``by``."""

TOO_FEW = "too_few"
FEWEST_RARE = 5
"""Records with the rarer verdict that alpha and kappa need; ours, measured by
``python -m benchmarks.agreement``."""

DIGITS = 9
"""To which a share is compared with a limit: 1 - 0.7 is not above 0.3."""

HALF = 0.5
"""Of a rating; below it an item has failed (methods.md 4.1)."""


def measure_agreement(
    data: Dataset,
    form: Form | None = None,
    *,
    by: Sequence[str] | str = (ITEM,),
    period: str | None = None,
    standard: Standard | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Measure how far inspectors agree on what at least two of them judged.

    Parameters
    ----------
    data : Dataset
        From :func:`csqa.load`, with ``inspections`` that name their ``inspector``.
    form : Form, optional
        From :func:`csqa.read_form`; its ``agreement`` says when an item is flagged. Default: the
        shipped one.
    by : str or sequence of str
        ``item``, and columns of :data:`csqa.schema.UNITS`; without ``item``, items are pooled.
    period : str, optional
        A day, week, month, quarter or year in which the contacts were created. Default: all.
    standard, calendar
        Whose contact it is, and peak hours. Default: the shipped ones.

    Returns
    -------
    DataFrame, one row per group, sorted
        The columns of ``by``; ``level``: ``nominal`` (pass, fail, not applicable) or ``interval``
        (scores); ``n`` judged by two or more, ``n_inspectors`` who did, ``n_minority`` on which
        any of them said other than most say (missing for scores); ``agreement`` [0–1], the share
        of pairs of inspectors who say exactly the same, with Wilson's interval; ``spread`` [0–1],
        by how much two inspectors differ on average, as a share of the scale (of pass and fail:
        how often); Krippendorff's ``alpha``, Gwet's ``ac1`` (AC2 with quadratic weights for
        scores) and, where the same two inspectors judged everything, Cohen's ``kappa``
        (quadratic for scores), each with its interval; ``status``: ``too_few`` (nothing but
        counts), ``all_agree`` (全部一致: one verdict throughout, so that alpha and kappa cannot be
        told from chance), ``rare`` (``n_minority`` is below 5: intervals of alpha and kappa then
        hold the truth too seldom), ``ok``; ``flagged`` (bool): ``spread`` is above the form's
        limit.

    Raises
    ------
    DataError
        If there are no inspections.
    RuleError
        If ``by`` is not one of those allowed, or ``period`` is none.

    Notes
    -----
    methods.md 4.7; formulas and sources in :mod:`csqa.stats`. An inspector who judged an item of a
    contact twice is taken with the mean, as in the scores. A pass against not applicable is a
    disagreement; of scores, not applicable is missing.

    Examples
    --------
    Two inspectors on six records, at odds over one of them:

    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": list("123456"),
    ...         "channel": "online",
    ...         "created_at": "2025-06-02 09:00:00",
    ...     }
    ... )
    >>> first = pd.DataFrame({"contact_id": list("123456"), "inspector": "甲", "item": "语气"})
    >>> first["result"] = ["pass", "pass", "fail", "pass", "fail", "pass"]
    >>> second = first.assign(inspector="乙")
    >>> second.loc[5, "result"] = "fail"
    >>> judged = pd.concat([first, second])
    >>> data = Dataset.from_frames({"contacts": contacts, "inspections": judged})
    >>> measure_agreement(data)[["item", "n", "agreement", "alpha", "flagged"]].round(2)
      item  n  agreement  alpha  flagged
    0   语气  6       0.83   0.69     True
    """
    keys = _check_keys(by)
    form, units = form or read_form(), [key for key in keys if key != ITEM]
    rules, hours = standard or read_standard(), calendar or read_calendar()
    judged = fetch_shared(data, rules, hours, form, units, period)
    settings = form.settings.agreement
    lines = [
        dict(zip(keys, name, strict=True)) | _agree(rows, settings.fewest_units)
        for name, rows in (judged.groupby(keys, sort=True) if keys else [((), judged)])
        if len(rows)
    ]
    found = pd.DataFrame(lines, columns=[*keys, *AGREEMENT_COLUMNS])
    found = found.astype({"n_minority": "Int64"})
    spread = found["spread"].astype("float64").round(DIGITS)
    return found.assign(flagged=spread > settings.flag_above)


def _check_keys(by: Sequence[str] | str) -> list[str]:
    keys = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    for key in keys:
        check_option("by", key, (ITEM, *schema.UNITS))
    return keys


def _agree(rows: pd.DataFrame, fewest: int) -> dict[str, Any]:
    """One group: nothing but counts where there are few."""
    scored = bool(rows["scored"].any())
    rows = rows.assign(said=_said(rows, scored)).dropna(subset="said")
    unit = rows.groupby([ITEM, "contact_id"], sort=True)
    rows = rows[unit["said"].transform("size") >= 2]
    level = "interval" if scored else "nominal"
    n = rows.groupby([ITEM, "contact_id"]).ngroups
    told = {"level": level, "n": n, "n_inspectors": rows["inspector"].nunique()}
    if n < fewest:
        return told | {"status": TOO_FEW, "spread": np.nan}
    table = _units_by(rows, rows.groupby([ITEM, "contact_id"]).cumcount())
    raw = raw_agreement(table.to_numpy(dtype=object))
    told |= _named("agreement", raw)
    told["spread"] = _spread(table.to_numpy(dtype=float)) if scored else 1 - raw.value
    told |= _coefficients(table, rows, scored)
    told["n_minority"] = pd.NA if scored else _count_minority(rows)
    return told | {"status": _status(rows, told["n_minority"])}


def _count_minority(rows: pd.DataFrame) -> int:
    """Units on which anyone said other than most say."""
    usual = rows["said"].mode().iloc[0]
    return int(rows[rows["said"] != usual].groupby([ITEM, "contact_id"]).ngroups)


def _status(rows: pd.DataFrame, minority: Any) -> str:
    if bool((rows["said"] == rows["said"].iloc[0]).all()):
        return "all_agree"
    return "rare" if not pd.isna(minority) and minority < FEWEST_RARE else "ok"


def _said(rows: pd.DataFrame, scored: bool) -> pd.Series:
    """What an inspector said: the rating of a score, else pass, fail or not applicable."""
    if scored:
        return rows["rating"]
    said = np.select([rows["rating"].isna(), rows["rating"] < HALF], [NOT_APPLICABLE, FAIL], PASS)
    return pd.Series(said, index=rows.index, dtype=object)


def _units_by(rows: pd.DataFrame, columns: "pd.Series[Any]") -> pd.DataFrame:
    """Units × raters."""
    keyed = rows.assign(rater=columns)
    return keyed.pivot_table(
        index=[ITEM, "contact_id"], columns="rater", values="said", aggfunc="first", sort=True
    )


def _spread(ratings: "np.ndarray[Any, np.dtype[np.float64]]") -> float:
    """Mean difference of two inspectors, averaged within each unit first."""
    width = ratings.shape[1]
    pairs = [(i, j) for i in range(width) for j in range(i + 1, width)]
    apart = np.stack([np.abs(ratings[:, i] - ratings[:, j]) for i, j in pairs], axis=1)
    return float(np.nanmean(np.nanmean(apart, axis=1)))


def _coefficients(table: pd.DataFrame, rows: pd.DataFrame, scored: bool) -> dict[str, Any]:
    said = table.to_numpy(dtype=object)
    weights = "quadratic" if scored else None
    used = {NOT_APPLICABLE} if (rows["said"] == NOT_APPLICABLE).any() else set()
    possible = None if scored else [PASS, FAIL, *used]
    found = _named("alpha", krippendorff_alpha(said, "interval" if scored else "nominal"))
    found |= _named("ac1", gwet_ac1(said, possible, weights))
    pair = _units_by(rows, rows["inspector"])
    if pair.shape[1] == 2 and pair.notna().all(axis=None):
        kappa = cohen_kappa(pair.iloc[:, 0].to_numpy(), pair.iloc[:, 1].to_numpy(), weights)
        found |= _named("kappa", kappa)
    return found


def _named(name: str, found: Agreement) -> dict[str, float]:
    return {name: found.value, f"{name}_lower": found.lower, f"{name}_upper": found.upper}
