"""measure_severity: who judges strictly, by what others judged too."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.engine.judgements import fetch_shared, sum_by_inspector
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.inspection import Form, read_form
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import adjust_p, t_interval, t_test_p, welch_difference

ITEM, POINTS = "item", 100.0

SEVERITY_COLUMNS = (
    "inspector",
    "n",
    "n_judgements",
    "severity_points",
    "lower",
    "upper",
    "p",
    "q",
    "verdict",
    "n_all",
    "score_all",
    "difference_all",
    "difference_lower",
    "difference_upper",
)

STRICTER, MORE_LENIENT, NO_DIFFERENCE, TOO_FEW = (
    "stricter",
    "more_lenient",
    "no_difference",
    "too_few",
)
FALSE_DISCOVERIES = 0.05
"""Of the inspectors called stricter or more lenient, at most this share wrongly."""


def measure_severity(
    data: Dataset,
    form: Form | None = None,
    *,
    period: str | None = None,
    standard: Standard | None = None,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Measure how strictly each inspector judges, by what others judged too.

    Parameters
    ----------
    data, form, period, standard, calendar
        As for :func:`csqa.measure_agreement`.

    Returns
    -------
    DataFrame, one row per inspector who judged, sorted by name: this is no ranking
        ``inspector``; ``n`` contacts judged together with others, ``n_judgements`` items on them;
        ``severity_points`` [of 100]: his mean difference from the mean of all who judged the same,
        negative is stricter, with its 95 % t interval over contacts; ``p``, and ``q`` adjusted
        for the number of inspectors; ``verdict``: ``stricter``, ``more_lenient``,
        ``no_difference``, ``too_few``. Besides, of **everything** he judged, shared or not:
        ``n_all`` records, ``score_all`` their mean score (critical items aside), and
        ``difference_all`` from what the others gave, with Welch's interval. That compares
        different records: who is given harder cases looks stricter.

    Raises
    ------
    DataError
        If there are no inspections.
    RuleError
        If ``period`` is none.

    Notes
    -----
    methods.md 4.7: the mean residual from the mean of the unit, at least ``fewest_units`` common
    contacts. The items of a contact are averaged first: they are no independent evidence. The mean
    of a unit holds the inspector himself, so that of two inspectors each gets half their
    difference. A verdict needs ``q`` up to 0.05: Benjamini & Hochberg (1995).

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": list("12345"),
    ...         "channel": "online",
    ...         "created_at": "2025-06-02 09:00:00",
    ...     }
    ... )
    >>> strict = pd.DataFrame({"contact_id": list("12345"), "inspector": "甲", "item": "语气"})
    >>> strict["result"] = ["fail", "fail", "fail", "fail", "pass"]
    >>> judged = pd.concat([strict, strict.assign(inspector="乙", result="pass")])
    >>> data = Dataset.from_frames({"contacts": contacts, "inspections": judged})
    >>> measure_severity(data)[["inspector", "n", "severity_points", "verdict"]].values.tolist()
    [['乙', 5, 40.0, 'more_lenient'], ['甲', 5, -40.0, 'stricter']]
    """
    form = form or read_form()
    rules, hours = standard or read_standard(), calendar or read_calendar()
    shared = fetch_shared(data, rules, hours, form, (), period)
    everyone = sum_by_inspector(data, rules, hours, form, period)
    fewest = form.settings.agreement.fewest_units
    names = sorted({*shared["inspector"], *everyone["inspector"]})
    found = _severities(shared, fewest).reindex(names)
    found = found.join(_on_everything(everyone, fewest)).rename_axis("inspector").reset_index()
    counts = ["n", "n_judgements", "n_all"]
    found[counts] = found[counts].fillna(0).astype("int64")
    found["q"] = adjust_p(found["p"].to_numpy(dtype=float)) if len(found) else found["p"]
    surely = found["q"] <= FALSE_DISCOVERIES
    found["verdict"] = np.select(
        [
            found["n"] < fewest,
            surely & (found["severity_points"] < 0),
            surely & (found["severity_points"] > 0),
        ],
        [TOO_FEW, STRICTER, MORE_LENIENT],
        NO_DIFFERENCE,
    )
    return found[list(SEVERITY_COLUMNS)].astype({"inspector": "str", "verdict": "str"})


def _severities(shared: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Mean residual of each inspector over contacts."""
    rated = shared.dropna(subset="rating")
    unit = rated.groupby([ITEM, "contact_id"])["rating"]
    rated = rated.assign(residual=POINTS * (rated["rating"] - unit.transform("mean")))
    rated = rated[unit.transform("size") >= 2]
    contacts = rated.groupby(["inspector", "contact_id"], as_index=False).agg(
        residual=("residual", "mean"), items=("residual", "size")
    )
    contacts["square"] = contacts["residual"] ** 2
    found = contacts.groupby("inspector").agg(
        n=("residual", "size"),
        n_judgements=("items", "sum"),
        total=("residual", "sum"),
        squares=("square", "sum"),
    )
    sums = (found["n"].to_numpy(float), found["total"].to_numpy(), found["squares"].to_numpy())
    lower, upper = t_interval(*sums)
    found = found.assign(
        severity_points=found["total"] / found["n"], lower=lower, upper=upper, p=t_test_p(*sums)
    )
    told = ["severity_points", "lower", "upper", "p"]
    found.loc[found["n"] < fewest, told] = np.nan
    return found[["n", "n_judgements", *told]]


def _on_everything(everyone: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Mean score of all that an inspector judged, against what the others gave."""
    sums = everyone.set_index("inspector")[["n", "total", "total_squares"]].astype(float)
    others = sums.sum() - sums
    enough = (sums["n"] >= fewest) & (others["n"] >= fewest)
    found = pd.DataFrame({"n_all": sums["n"]}, index=sums.index)
    found["score_all"] = (sums["total"] / sums["n"]).where(sums["n"] >= fewest)
    found["difference_all"] = (found["score_all"] - others["total"] / others["n"]).where(enough)
    lower, upper = _welch(sums[enough], others[enough])
    found.loc[enough, "difference_lower"] = lower
    found.loc[enough, "difference_upper"] = upper
    return found.reindex(
        columns=["n_all", "score_all", "difference_all", "difference_lower", "difference_upper"]
    )


def _welch(sums: pd.DataFrame, others: pd.DataFrame) -> tuple[Any, Any]:
    sides: Iterator[Any] = (
        side[name].to_numpy() for side in (sums, others) for name in ("n", "total", "total_squares")
    )
    return welch_difference(*sides)
