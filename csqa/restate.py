"""restate: each month by the standard in force then and by today's, side by side.

A month is judged by the standard of its time (G2). To compare months across a change of the
standard, all of them are judged once more by one yardstick. Both are shown, neither is hidden.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from csqa.composite import composite
from csqa.engine.dataset import Dataset, as_dataset
from csqa.errors import DataError
from csqa.frames import unit_columns
from csqa.measure import measure
from csqa.periods import last_day
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.score import score

COMPOSITE = "composite"
"""Stands as ``metric`` in the rows of the composite."""

JUDGED = ("value", "target", "target_upper", "met", "score")
"""What another standard may judge otherwise: each stands twice."""

COLUMNS = (
    "metric",
    "dimension",
    "kind",
    "direction",
    "n",
    "value",
    "value_restated",
    "target",
    "target_restated",
    "target_upper",
    "target_upper_restated",
    "met",
    "met_restated",
    "score",
    "score_restated",
    "changed",
    "complete",
)
"""Of a restatement, after ``period`` and the unit columns."""


def compare_standards_scores(
    in_force: pd.DataFrame,
    restated: pd.DataFrame,
    *,
    card: pd.DataFrame | None = None,
    card_restated: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Put scores of the same data by two standards side by side.

    Parameters
    ----------
    in_force, restated : DataFrame
        From :func:`csqa.score`, split by the same units: by the standard in force (or today's),
        and by the other one (today's, or a proposed one).
    card, card_restated : DataFrame, optional
        Their composites, from :func:`csqa.composite`.

    Returns
    -------
    DataFrame, one row per period, unit and metric of either standard
        ``period``, the unit columns, ``metric`` (``composite`` for the composite, if given),
        ``dimension``, ``kind``, ``direction``, ``n``; ``value``, ``target``, ``target_upper``,
        ``met`` and ``score``, each beside its restated one; ``changed``: whether target or
        score differ; ``complete``.

    Raises
    ------
    DataError
        If the two tables are not split by the same units.

    Examples
    --------
    >>> by = {"period": "2025-06", "metric": "csat", "dimension": "experience", "kind": "share"}
    >>> by |= {"direction": "at_least", "n": 200, "value": 0.88, "target_upper": float("nan")}
    >>> old = pd.DataFrame([by | {"target": 0.85, "met": True, "score": 100.0, "complete": True}])
    >>> new = pd.DataFrame([by | {"target": 0.90, "met": False, "score": 88.0, "complete": True}])
    >>> both = compare_standards_scores(old, new)
    >>> both[["target", "target_restated", "score", "score_restated"]].values.tolist()
    [[0.85, 0.9, 100.0, 88.0]]
    """
    units = unit_columns(in_force)
    if units != unit_columns(restated):
        told = ["、".join(found) or "整体" for found in (units, unit_columns(restated))]
        msg = f"两张得分表的划分应相同，而现在一张按 {told[0]}，一张按 {told[1]}。"
        raise DataError(msg)
    keys = ["period", *units, "metric"]
    tables = [_with_composite(in_force, card), _with_composite(restated, card_restated)]
    order = list(dict.fromkeys([*tables[0]["metric"], *tables[1]["metric"]]))
    both = tables[0].merge(tables[1], on=keys, how="outer", suffixes=("", "_restated"))
    for column in ("dimension", "kind", "direction", "n", "complete"):
        both[column] = both[column].where(both[column].notna(), both[f"{column}_restated"])
    same = [_equal(both[name], both[f"{name}_restated"]) for name in JUDGED[1:]]
    both["changed"] = ~pd.concat(same, axis=1).all(axis=1)
    both = both.assign(position=both["metric"].map({key: n for n, key in enumerate(order)}))
    both = both.sort_values(["period", *units, "position"], ignore_index=True)
    return both[["period", *units, *COLUMNS]]


def restate(
    data: Dataset | pd.DataFrame,
    standard: Standard | None = None,
    *,
    by: Sequence[str] | str = (),
    every: str = "month",
    until: str | None = None,
    calendar: Calendar | None = None,
    form: Form | None = None,
    on: date | None = None,
    as_if: Standard | None = None,
) -> pd.DataFrame:
    """Score each period by the standard in force and by today's, and combine both.

    Parameters
    ----------
    data, standard, by, every, until, calendar, form
        As for :func:`csqa.measure`.
    on : date, optional
        The day whose standard is today's. Default: the last day of the last period.
    as_if : Standard, optional
        Restate by this one instead, such as a proposed one.

    Returns
    -------
    DataFrame, one row per period, unit and metric, and one for each composite
        As :func:`compare_standards_scores`.

    Raises
    ------
    RuleError
        If an argument is not one of those allowed.
    DataError
        If there is nothing to score.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": [str(number) for number in range(40)],
    ...         "channel": "online",
    ...         "created_at": "2025-06-02 09:00:00",
    ...         "first_response_at": "2025-06-02 09:00:35",
    ...     }
    ... )
    >>> both = restate(contacts).set_index("metric")
    >>> both.loc["first_response_online", ["score", "score_restated"]].tolist()
    [95.0, 95.0]
    """
    standard = standard or read_standard()
    dataset = as_dataset(data)
    asked: dict[str, Any] = {"by": by, "every": every, "until": until}
    asked |= {"calendar": calendar, "form": form}
    measures = measure(dataset, standard, **asked)
    in_force = score(measures, standard)
    today = as_if or standard.restated(on or last_day(str(measures["period"].max())))
    anew = measure(dataset, today, **asked)
    restated = score(anew, today)
    cards = composite(in_force, standard), composite(restated, today)
    return compare_standards_scores(in_force, restated, card=cards[0], card_restated=cards[1])


def _with_composite(scores: pd.DataFrame, card: pd.DataFrame | None) -> pd.DataFrame:
    """Rows of the composite below those of its metrics."""
    if card is None:
        return scores
    rows = card[["period", *unit_columns(card)]].assign(
        metric=COMPOSITE, kind="points", score=card["composite"], complete=card["complete"]
    )
    return pd.concat([scores, rows], ignore_index=True)


def _equal(one: "pd.Series[float]", other: "pd.Series[float]") -> "pd.Series[bool]":
    """Whether two columns say the same; nothing on both sides is the same."""
    return (one == other) | (one.isna() & other.isna())


def summarise_restatement(compared: pd.DataFrame) -> pd.DataFrame:
    """Sum up what another standard makes of complete periods: means of scores, periods met.

    Parameters
    ----------
    compared : DataFrame
        From :func:`compare_standards_scores`, of one unit.

    Returns
    -------
    DataFrame, one row per metric, in its order
        ``metric``, ``dimension``; ``periods`` and ``periods_restated`` judged, ``met`` and
        ``met_restated`` of them (for the composite those that have one, none met);
        ``mean_score``, ``mean_score_restated`` [0–100] of those scored; ``periods_changed``:
        where target or score differ.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2025-05", "2025-06"], "metric": "csat"})
    >>> rows = rows.assign(dimension="experience", complete=True, met=[True, True])
    >>> rows = rows.assign(met_restated=[True, False], score=100.0, changed=[False, True])
    >>> found = summarise_restatement(rows.assign(score_restated=[100.0, 88.0])).iloc[0]
    >>> int(found.met), int(found.met_restated), float(found.mean_score_restated)
    (2, 1, 94.0)
    """
    rows = compared[compared["complete"].eq(True)]
    judged = rows.assign(
        periods=rows["score"].notna() | rows["met"].notna(),
        periods_restated=rows["score_restated"].notna() | rows["met_restated"].notna(),
        met=rows["met"].eq(True),
        met_restated=rows["met_restated"].eq(True),
    )
    counted = ["periods", "periods_restated", "met", "met_restated", "changed"]
    grouped = judged.groupby("metric", sort=False)
    found = grouped[counted].sum().astype("int64").rename(columns={"changed": "periods_changed"})
    found.insert(0, "dimension", grouped["dimension"].first())
    for name in ("score", "score_restated"):
        found[f"mean_{name}"] = grouped[name].mean()
    return found.reset_index()
