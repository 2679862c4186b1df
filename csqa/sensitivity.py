"""sensitivity: whether the order of units survives other weights, and chance.

A ranking says more than its figures hold. Before one unit is put above another, two questions:
would slightly other weights turn them round, and could luck alone? Only what survives both is
an order.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import schema
from csqa.errors import DataError, RuleError, check_option
from csqa.periods import first_day
from csqa.rules.faults import is_number
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats.order import (
    corner_weights,
    simultaneous_factor,
    subtract_intervals,
    weighted_means,
)

APART, BY_WEIGHTS, BY_CHANCE, BY_BOTH = "apart", "weights", "chance", "both"
OTHER_DIMENSIONS = "other_dimensions"
SURVIVED = {"_by_weights": (APART, BY_CHANCE), "_by_chance": (APART, BY_WEIGHTS), "": (APART,)}
"""Verdicts of orders that survive other weights, chance, and both."""

VERDICTS = (APART, BY_WEIGHTS, BY_CHANCE, BY_BOTH, OTHER_DIMENSIONS)
"""Of a pair: an order that stands; one that other weights, chance or both may turn; none."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_DIMENSIONS = 12
"""Each doubles the corners to look at; standards have three."""

SAME = 1e-9
"""Points below which two composites are equal."""

PLACE_COLUMNS = (
    "unit",
    "composite",
    "lower",
    "upper",
    "status",
    "complete",
    "place",
    "best_by_weights",
    "worst_by_weights",
    "best_by_chance",
    "worst_by_chance",
    "best",
    "worst",
    "robust",
    "not_apart_from",
)


def compare_order(
    card: pd.DataFrame,
    standard: Standard | None = None,
    *,
    unit: str = "team",
    period: str,
    points: float = 10,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare each two units of a period, and say what may turn their order.

    Parameters
    ----------
    card : DataFrame
        From :func:`csqa.composite`, split by the unit alone.
    standard : Standard, optional
        Its weights. Default: the shipped one.
    unit : str
        Unit column.
    period : str
        The period.
    points : float
        How far each dimension's weight may move up or down [percentage points]; weights stay
        ≥ 0 and are scaled to add up to 1.
    confidence : float
        That of the intervals of ``card``; of all the pairs together.

    Returns
    -------
    DataFrame, one row per pair of units that have a composite
        ``above``, ``below``: the one with the higher composite first (by name if equal);
        ``gap`` [points]; ``gap_least``, ``gap_most``: over all weights allowed; ``gap_lower``,
        ``gap_upper``: its interval; ``verdict``: ``apart`` (neither turns the order),
        ``weights`` (other weights may), ``chance`` (chance may), ``both``,
        ``other_dimensions`` (not scored on the same dimensions: not compared).

    Raises
    ------
    RuleError
        If an argument is not one of those allowed.
    DataError
        If the table is not split by the unit alone, or has no row of the period.

    Notes
    -----
    For given weights the gap is a ratio of two linear functions of them: its extremes over all
    weights allowed are at the corners, which are all looked at. The interval is made of those of
    the two composites by square-and-add (MOVER: Zou & Donner 2008, Statistics in Medicine
    27:1693-1702), widened for the number of pairs (Bonferroni, on the normal scale).

    Examples
    --------
    >>> card = pd.DataFrame(
    ...     {
    ...         "period": "2025-06",
    ...         "team": ["A", "B"],
    ...         "composite": [91.0, 89.0],
    ...         "lower": [90.8, 88.8],
    ...         "upper": [91.2, 89.2],
    ...         "efficiency": [80.0, 90.0],
    ...         "quality": [100.0, 90.0],
    ...         "experience": [85.0, 85.0],
    ...     }
    ... )
    >>> pair = compare_order(card, period="2025-06").iloc[0]
    >>> float(pair.gap_least), round(float(pair.gap_most), 2), pair.verdict
    (0.0, 4.44, 'weights')
    """
    version = (standard or read_standard()).at(first_day(period))
    weights = {name: weight for name, weight in version.weights if name in card}
    _check(weights, points, confidence)
    rows = _rows_of(card, unit, period)
    scores = rows[list(weights)].to_numpy(dtype=float)
    first, second = np.triu_indices(len(rows), 1)
    composites = rows["composite"].to_numpy(dtype=float)
    turned = composites[first] < composites[second]
    high, low = np.where(turned, second, first), np.where(turned, first, second)
    same = (np.isnan(scores[high]) == np.isnan(scores[low])).all(axis=1)
    corners = weighted_means(scores, corner_weights(list(weights.values()), points / 100))
    gaps = np.where(same, corners[:, high] - corners[:, low], np.nan)
    bounds = rows[["composite", "lower", "upper"]].to_numpy(dtype=float).T
    wide = np.where(same, simultaneous_factor(int(same.sum()), confidence), np.nan)
    lower, upper = subtract_intervals(bounds[:, high], bounds[:, low], wide)
    found = {
        "above": rows["unit"].to_numpy()[high],
        "below": rows["unit"].to_numpy()[low],
        "gap": composites[high] - composites[low],
        "gap_least": _extreme(np.fmin, gaps),
        "gap_most": _extreme(np.fmax, gaps),
        "gap_lower": lower,
        "gap_upper": upper,
    }
    return pd.DataFrame(found).assign(
        verdict=_verdicts(found["gap_least"] > SAME, lower > SAME, same)
    )


def order_sensitivity(
    card: pd.DataFrame,
    standard: Standard | None = None,
    *,
    unit: str = "team",
    period: str,
    points: float = 10,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give each unit the places it may have: by other weights, by chance, by both.

    Parameters
    ----------
    card, standard, unit, period, points, confidence
        As for :func:`compare_order`.

    Returns
    -------
    DataFrame, one row per unit of the period, by name: this is no ranking
        ``unit``; ``composite`` with ``lower``, ``upper``, ``status``, ``complete``; ``place``
        (1 is highest; equals share one); ``best_by_weights`` … ``worst_by_chance``: the places
        that other weights alone, and chance alone, leave open; ``best``, ``worst``: both
        together; ``robust``: told apart from every other unit; ``not_apart_from``: those it is
        not told apart from. Units without composite have no place.

    Raises
    ------
    RuleError, DataError
        As for :func:`compare_order`.

    Notes
    -----
    A unit is placed below those surely above it and above those surely below it; all others may
    stand on either side. Each pair may really turn, but not all of them need to turn for the
    same weights: the places are bounds.

    Examples
    --------
    >>> card = pd.DataFrame(
    ...     {
    ...         "period": "2025-06",
    ...         "team": ["A", "B", "C"],
    ...         "composite": [95.0, 94.0, 60.0],
    ...         "lower": [92.0, 91.0, 58.0],
    ...         "upper": [97.0, 96.0, 62.0],
    ...         "quality": [95.0, 94.0, 60.0],
    ...     }
    ... )
    >>> places = order_sensitivity(card, period="2025-06")
    >>> places[["unit", "place", "best", "worst", "not_apart_from"]].values.tolist()
    [['A', 1, 1, 2, 'B'], ['B', 2, 1, 2, 'A'], ['C', 3, 3, 3, '']]
    """
    pairs = compare_order(
        card, standard, unit=unit, period=period, points=points, confidence=confidence
    )
    rows = _rows_of(card, unit, period, scored=False)
    places = _places(_rows_of(card, unit, period), pairs)
    found = rows[["unit"]].merge(places, on="unit", how="left")
    counted = [name for name in PLACE_COLUMNS if name.startswith(("place", "best", "worst"))]
    found[counted] = found[counted].astype("Int64")
    found["robust"] = found["robust"].astype(object).where(found["place"].notna(), None)
    found["not_apart_from"] = found["not_apart_from"].where(found["place"].notna(), "")
    own = rows.reindex(columns=list(PLACE_COLUMNS[:6]))
    return own.merge(found, on="unit")[list(PLACE_COLUMNS)]


def _check(weights: dict[str, float], points: float, confidence: float) -> None:
    faults = []
    if not is_number(points) or not 0 <= points <= 100:
        faults.append(f"`points` 应为 0 到 100 的百分点，而不是 {points!r}。")
    if not is_number(confidence) or not 0 < confidence < 1:
        faults.append(f"`confidence` 应在 0 与 1 之间，而不是 {confidence!r}。")
    if len(weights) > MOST_DIMENSIONS:
        faults.append(f"标准有 {len(weights)} 个维度；权重敏感性最多算 {MOST_DIMENSIONS} 个。")
    if faults:
        raise RuleError("\n".join(faults))


def _rows_of(card: pd.DataFrame, unit: str, period: str, *, scored: bool = True) -> pd.DataFrame:
    """Rows of the units of a period, by name; what has no unit is none."""
    check_option("unit", unit, schema.UNITS)
    if "composite" not in card:
        msg = "`card` 没有“composite”列：应为 csqa.composite(…) 的结果。"
        raise DataError(msg)
    if unit not in card:
        msg = f"`card` 没有“{unit}”列：先用 by={unit!r} 计量、评分、合成。"
        raise DataError(msg)
    rows = card[(card["period"] == period) & (card[unit] != schema.UNKNOWN)]
    twice = rows[unit].duplicated()
    if twice.any():
        msg = (
            f"`card` 在 {period} 有两行“{rows.loc[twice, unit].iloc[0]}”：只能按 {unit} 一列划分。"
        )
        raise DataError(msg)
    if period not in set(card["period"]):
        msg = (
            f"`card` 没有 {period} 的行；有的是 {card['period'].min()} 至 {card['period'].max()}。"
        )
        raise DataError(msg)
    named = rows.assign(unit=rows[unit].astype(str)).sort_values("unit", ignore_index=True)
    return named[named["composite"].notna()].reset_index(drop=True) if scored else named


def _extreme(of: np.ufunc, gaps: Floats) -> Floats:
    """Least or greatest over the corners; one with no weight on what is scored has no gap."""
    return np.asarray(of.reduce(gaps, axis=0), dtype=np.float64)


def _verdicts(by_weights: Flags, by_chance: Flags, same: Flags) -> NDArray[np.object_]:
    """Name what each order survives; an unknown interval survives nothing."""
    survived = np.select(
        [~same, by_weights & by_chance, by_weights, by_chance],
        [OTHER_DIMENSIONS, APART, BY_CHANCE, BY_WEIGHTS],
        BY_BOTH,
    )
    return survived.astype(object)


def _places(rows: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Places of the units that have a composite, by what is surely above and below each."""
    names = rows["unit"]

    def count(side: str, told: "pd.Series[bool]") -> "pd.Series[int]":
        return names.map(pairs.loc[told, side].value_counts()).fillna(0).astype("int64")

    verdict, places = pairs["verdict"], {"place": 1 + count("below", pairs["gap"] > SAME)}
    for suffix, survived in SURVIVED.items():
        sure = verdict.isin(survived)
        places[f"best{suffix}"] = 1 + count("below", sure)
        places[f"worst{suffix}"] = len(rows) - count("above", sure)
    unsure = pairs[verdict != APART]
    both = [unsure.set_axis(["unit", "other"], axis=1) for unsure in _both_ways(unsure)]
    others = pd.concat(both).sort_values("other").groupby("unit")["other"].agg("、".join).to_dict()
    told = pd.Series([others.get(name, "") for name in names], index=names.index, dtype=object)
    return pd.DataFrame({"unit": names, **places, "robust": told == "", "not_apart_from": told})


def _both_ways(pairs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pairs[["above", "below"]], pairs[["below", "above"]]
