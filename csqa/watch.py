"""watch: days and weeks that the weeks before did not lead to expect (A6).

Not a verdict on anybody: a hint to look now, not at the end of the month. How often it cries wolf
is chosen beforehand and stated with the result.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from csqa import results
from csqa.engine.estimates import PER_HUNDRED
from csqa.engine.expectations import Outlook, Sums, limits_at, look_ahead
from csqa.engine.watched import VOLUME, by_period, list_usable, sum_series
from csqa.errors import RuleError, check_option
from csqa.frames import whole_counts
from csqa.periods import kind_of
from csqa.rules.calendar import Calendar
from csqa.rules.measures import measure_of
from csqa.rules.scoring import better_side
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard

UNUSUAL = "unusual"
"""Verdict on what is neither better nor worse."""

DEFAULT_FALSE_ALARMS = 1.0
"""A month, over all series watched."""

MOST_CHANCE = 0.05
"""Of a single false alarm: a few series alone don't use up what is allowed."""


class Rhythm(NamedTuple):
    """How often is looked, and how far back."""

    cycle: int
    """Periods after which a series repeats itself."""
    peers: int
    """Such periods looked back."""
    window: int
    """Periods in the past that tell a series' own spread."""
    last: int
    """Periods judged, unless asked otherwise."""
    per_month: float
    """Periods in a month of 365.25 / 12 days."""


RHYTHMS = {"day": Rhythm(7, 8, 56, 28, 365.25 / 12), "week": Rhythm(1, 12, 26, 8, 365.25 / 12 / 7)}


def watch(
    measures: pd.DataFrame,
    standard: Standard | None = None,
    *,
    every: str = "day",
    last: int | None = None,
    false_alarms: float = DEFAULT_FALSE_ALARMS,
    calendar: Calendar | None = None,
) -> pd.DataFrame:
    """Find the days or weeks that deviate from what the weeks before lead to expect.

    Parameters
    ----------
    measures : DataFrame
        From :func:`csqa.measure` with ``every="day"`` or ``"week"``, split by units or not.
    standard : Standard, optional
        Default: the shipped one.
    every : {"day", "week"}
        What is judged; measures by day are added up to weeks.
    last : int, optional
        Periods judged, the newest ones. Default: 28 days, 8 weeks.
    false_alarms : float
        How many a month are accepted on average where nothing is wrong, over all series together.
    calendar : Calendar, optional
        Its holidays and make-up workdays, and weeks with one, are neither judged nor compared
        with. Without one all days count.

    Returns
    -------
    DataFrame, one row per anomaly, the newest first
        :data:`csqa.results.WATCH_COLUMNS`. ``value`` [the metric's unit], of the metric
        ``contacts`` the number of records: those of the metric that counts most of them. ``n``
        records; ``expected`` and the limits that had to be left; ``p`` of so large a deviation by
        chance. Its ``attrs["watch"]`` tell what was watched: ``series``, ``judged`` (values),
        ``left_out`` (periods), ``false_alarms`` a month of this rule.

    Raises
    ------
    RuleError
        If ``every`` is unknown or not what the measures were cut in, or ``last`` or
        ``false_alarms`` is not positive.

    Notes
    -----
    Compared is with the past only: the same weekday of the eight weeks before, a week with the
    twelve before; the highest and the lowest are left out. The first and the last period of the
    measures are left out, for exports begin and end in the middle of one; so are partial ones and
    days without any record, and metrics with fewer records in a period than ``count_only_below``.
    docs/methods.md has the formulas.

    Examples
    --------
    >>> days = pd.date_range("2025-03-03", "2025-06-30").strftime("%Y-%m-%d")
    >>> n = [60 if day == "2025-06-18" else 100 for day in days]
    >>> measures = pd.DataFrame(
    ...     {"period": days, "metric": "csat", "target_line": "2023-01-01/base"}
    ... )
    >>> measures = measures.assign(n=n, total=[0.9 * count for count in n], complete=True)
    >>> found = watch(measures.assign(total_squares=measures["total"], over=0.0))
    >>> found[["period", "metric", "value", "expected", "side", "verdict"]].values.tolist()
    [['2025-06-18', 'contacts', 60.0, 100.0, 'below', 'unusual']]
    """
    standard = standard or read_standard()
    _check(measures, every, last, false_alarms)
    rhythm = RHYTHMS[every]
    judged = rhythm.last if last is None else last
    measures = by_period(measures, every)
    axis = list_usable(measures, calendar)
    history = rhythm.window + (rhythm.peers + 1) * rhythm.cycle
    axis = axis.iloc[-(judged + 1 + history) :]  # the last period itself is left out
    shown = axis.index[-(judged + 1) : -1]
    sums = sum_series(measures[measures["period"].isin(axis.index)])
    parts = [
        rows
        for part in _series(sums)
        if len(rows := _judge(part, axis, rhythm, standard).reindex(shown).dropna(subset="p"))
    ]
    rule = {
        "every": every,
        "false_alarms": false_alarms,
        "series": len(parts),
        "judged": sum(map(len, parts)),
        "left_out": int((~axis[shown]).sum()),
        "first": shown[0] if len(shown) else "",
        "last": shown[-1] if len(shown) else "",
    }
    return _pick(parts, rule, rhythm, standard)


def _check(measures: pd.DataFrame, every: str, last: int | None, false_alarms: float) -> None:
    check_option("every", every, tuple(RHYTHMS))
    faults = []
    kinds = {kind_of(str(period)) for period in measures["period"].unique()}
    if not kinds <= {every, "day"}:
        faults.append(f"`measures` 应按 {every} 取数，而不是按 {'、'.join(sorted(kinds))}。")
    if last is not None and last < 1:
        faults.append(f"`last` 应为正整数，而不是 {last!r}。")
    if not 0 < false_alarms < np.inf:
        faults.append(f"`false_alarms` 应为正数，而不是 {false_alarms!r}。")
    if faults:
        raise RuleError("".join(faults))


def _series(sums: pd.DataFrame) -> Iterator[pd.DataFrame]:
    return (part for _, part in sums.groupby(["unit", "metric"], sort=True))


def _judge(
    part: pd.DataFrame, axis: "pd.Series[bool]", rhythm: Rhythm, standard: Standard
) -> pd.DataFrame:
    """How far each period of one series lies from what is expected of it."""
    metric = str(part["metric"].iloc[0])
    rows = part.set_index("period")[["n", "total", "total_squares"]].reindex(axis.index)
    rows = rows.astype(float)
    if metric == VOLUME:  # the unit exists and had no contact, while others had
        since = rows.index >= part["period"].min()
        rows.loc[rows["n"].isna() & since, :] = [1.0, 0.0, 0.0]
    else:
        rows = rows.where(rows["n"] >= standard.count_only_below)
    now = Sums(*(rows.where(axis).to_numpy().T))
    kind = "per_hundred" if metric == VOLUME else measure_of(standard.metric(metric)).kind
    outlook = look_ahead(now, kind, cycle=rhythm.cycle, peers=rhythm.peers, window=rhythm.window)
    return _table(now, outlook, axis).assign(
        unit_kind=part["unit_kind"].iloc[0], unit=part["unit"].iloc[0], metric=metric, kind=kind
    )


def _table(now: Sums, outlook: Outlook, axis: "pd.Series[bool]") -> pd.DataFrame:
    from scipy.stats import t

    before = {f"before_{name}": values for name, values in outlook.before._asdict().items()}
    chance = 2 * t.sf(np.abs(outlook.distance), outlook.freedom)
    return pd.DataFrame(
        {
            **now._asdict(),
            **before,
            "expected": outlook.expected,
            "spread": outlook.spread,
            "freedom": outlook.freedom,
            "distance": outlook.distance,
            "p": chance,
        },
        index=axis.index,
    )


def _pick(
    parts: list[pd.DataFrame], rule: dict[str, Any], rhythm: Rhythm, standard: Standard
) -> pd.DataFrame:
    """Rows beyond what the allowed false alarms leave to chance."""
    found = pd.DataFrame(columns=list(results.WATCH_COLUMNS))
    if parts:
        tests = len(parts) * rhythm.per_month
        chance = min(rule["false_alarms"] / tests, MOST_CHANCE)
        rule = rule | {"false_alarms": chance * tests}
        rows = pd.concat([part[part["p"] < chance] for part in parts])
        rows = _with_limits(rows.rename_axis("period").reset_index(), chance)
        rows = _with_verdicts(rows, standard)
        found = rows.assign(false_alarms=rule["false_alarms"])
    order = ["period", "p", "unit", "metric"]
    found = found.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
    found = found[list(results.WATCH_COLUMNS)]
    found.attrs["watch"] = rule
    return found


def _with_limits(rows: pd.DataFrame, chance: float) -> pd.DataFrame:
    from scipy.stats import t

    width = t.isf(chance / 2, rows["freedom"]) * rows["spread"]
    rows = rows.assign(lower_limit=np.nan, upper_limit=np.nan, value=rows["total"] / rows["n"])
    for kind, part in rows.groupby("kind"):
        now = Sums(*part[list(Sums._fields)].to_numpy().T)
        before = Sums(*part[[f"before_{name}" for name in Sums._fields]].to_numpy().T)
        both = limits_at(now, before, str(kind), width[part.index].to_numpy())
        rows.loc[part.index, ["lower_limit", "upper_limit"]] = np.column_stack(both)
    rows["side"] = np.where(rows["distance"] > 0, "above", "below")
    volume = rows["metric"] == VOLUME
    scaled = ["value", "expected", "lower_limit", "upper_limit"]
    rows.loc[(rows["kind"] == "per_hundred") & ~volume, scaled] *= PER_HUNDRED
    rows["n"] = whole_counts(rows["n"].mask(volume, rows["total"]))
    return rows.assign(kind=rows["kind"].mask(volume, "number"))


def _with_verdicts(rows: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Better or worse by the metric's direction; a volume is neither."""
    rows = rows.assign(direction=None, verdict=UNUSUAL)
    rows["direction"] = rows["direction"].astype(object)
    for key, part in rows[rows["metric"] != VOLUME].groupby("metric"):
        metric = standard.metric(str(key))
        if metric.direction is None:
            continue
        ends = metric.lines[-1].bounds
        good = better_side(part["value"], part["expected"], ends[0], metric.direction, ends[1])
        told = good * np.where(part["side"] == "above", 1, -1)
        rows.loc[part.index, "direction"] = metric.direction
        rows.loc[part.index, "verdict"] = np.select(
            [told > 0, told < 0], [results.BETTER, results.WORSE], UNUSUAL
        )
    return rows
