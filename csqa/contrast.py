"""contrast: what the units that stand out do differently, by metric and by part of their work.

A unit stands out in one metric. Does it differ in others too, and in which topics or channels
does it happen? Each of its parts is compared with what peers do in the same stratum: nobody is
told to improve where everybody finds it hard.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from csqa import results, schema
from csqa.engine.estimates import PER_HUNDRED, sum_lines
from csqa.engine.peer_cells import add_peers, compare_with_peers
from csqa.errors import DataError, RuleError, check_option
from csqa.frames import records, unit_columns, whole_counts
from csqa.periods import months_back
from csqa.rules.scoring import better_side
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.stats import adjust_p

OUTSTANDING = (results.BETTER, results.WORSE)

BY_METRIC = "metric"
"""Where a row is about all of a unit's work in a metric, and not about a part of it."""

SIGNIFICANT = 0.05
"""Share of a unit's differences named that may be chance (Benjamini & Hochberg 1995)."""

LEAST_FAULTS = 5.0
"""Fewest faults found or expected, for a count to be compared (methods.md 4.5)."""

COLUMNS = (
    "period",
    "unit",
    "stands_out",
    "metric",
    "kind",
    "by",
    "part",
    "value",
    "expected",
    "difference",
    "lower",
    "upper",
    "n",
    "n_peers",
    "p",
    "q",
    "share_of_gap",
    "verdict",
)
"""Of a contrast, after which the rows say what they rest on."""


def contrast_units(
    measures: pd.DataFrame,
    across: pd.DataFrame,
    standard: Standard | None = None,
    *,
    unit: str,
    period: str,
    months: int = 3,
) -> pd.DataFrame:
    """Contrast units that stand out in a horizontal comparison with their peers.

    Parameters
    ----------
    measures : DataFrame
        As :func:`csqa.measure` returns them, split by ``unit`` and by what the work may be taken
        apart by: topic, channel …
    across : DataFrame
        From :func:`csqa.compare_horizontal`, of the same units and period.
    standard : Standard, optional
        Default: the shipped one.
    unit : str
        Column whose units are contrasted.
    period : str
        The last month.
    months : int
        Months up to it that are pooled.

    Returns
    -------
    DataFrame, one row per outstanding unit, metric and part
        ``stands_out``: the unit's verdict on this metric in ``across``; ``by``: ``metric`` (all
        of its work in the metric) or the column that the part is of; ``part``; ``value`` and what
        peers do in the same strata (``expected``); ``difference`` with its 95 % interval [the
        metric's unit]; ``n``, ``n_peers``; ``p``, and ``q`` adjusted for all rows of the unit;
        ``share_of_gap``: how much of the unit's whole difference lies here (negative: here it is
        the other way round), for metrics that it stands out in; ``verdict``: ``better``,
        ``worse``, ``no_difference``, ``too_few``. Of each unit first whole metrics, the largest
        difference (in its own standard errors) first, then the parts of each column, metrics it
        stands out in first, the largest part of its gap first. Empty if nobody stands out.

    Raises
    ------
    RuleError
        If the measures are not split by ``unit`` or do not hold the period.
    DataError
        If ``across`` is not a horizontal comparison of the period.

    Notes
    -----
    The peers are all others, standardised to the part's own mix of the other strata; records
    that no peer has the like of are left out. Fewer than ``count_only_below`` records on either
    side are not judged. A unit was chosen because it stands out: that its worst part is bad is no
    second proof, it only says where to look.

    Examples
    --------
    >>> rows = [(f"K{n}", topic, 100, 90.0) for n in range(11) for topic in ("发票", "维修")]
    >>> rows[1] = ("K0", "维修", 100, 50.0)
    >>> measures = pd.DataFrame(rows, columns=["agent_id", "topic", "n", "total"])
    >>> measures = measures.assign(period="2025-06", metric="csat", over=0.0, complete=True)
    >>> measures = measures.assign(target_line="2023-01-01/base", total_squares=measures["total"])
    >>> across = pd.DataFrame({"period": ["2025-06"], "unit": ["K0"], "metric": ["csat"]})
    >>> across = across.assign(verdict="worse")
    >>> found = contrast_units(measures, across, unit="agent_id", period="2025-06")
    >>> found[["by", "part", "difference", "share_of_gap", "verdict"]].round(2).values.tolist()
    [['metric', 'all', -0.2, 1.0, 'worse'], ['topic', '维修', -0.4, 1.0, 'worse'], \
['topic', '发票', 0.0, 0.0, 'no_difference']]
    """
    standard = standard or read_standard()
    outstanding = _outstanding(across, period)
    cells = _cells(measures, standard, unit, period, months)
    cells = cells[cells[unit].isin(outstanding["unit"])]
    if cells.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pd.concat(_compare(cells, unit), ignore_index=True)
    rows = rows.merge(outstanding, on=["unit", "metric"], how="left")
    rows["stands_out"] = rows["stands_out"].fillna("").astype(object)
    rows = _judge(rows, cells, standard)
    rows = rows.assign(share_of_gap=_shares(rows), n=whole_counts(rows["n"]))
    return _in_order(rows.assign(period=period))[list(COLUMNS)]


def _outstanding(across: pd.DataFrame, period: str) -> pd.DataFrame:
    missing = [name for name in ("period", "unit", "metric", "verdict") if name not in across]
    if missing:
        msg = f"`across` 缺少列 {'、'.join(missing)}：应为 csqa.compare_horizontal(…) 的结果。"
        raise DataError(msg)
    if len(across) and period not in set(across["period"]):
        msg = f"`across` 是 {across['period'].iloc[0]} 的横向对比，不是 {period} 的。"
        raise DataError(msg)
    chosen = across[across["verdict"].isin(OUTSTANDING) & (across["unit"] != schema.UNKNOWN)]
    return chosen[["unit", "metric", "verdict"]].rename(columns={"verdict": "stands_out"})


def _cells(
    measures: pd.DataFrame, standard: Standard, unit: str, period: str, months: int
) -> pd.DataFrame:
    """Sums of each unit in each stratum, with those of its peers beside them."""
    columns = unit_columns(measures)
    check_option("unit", unit, columns)
    wanted = {months_back(period, back) for back in range(months)}
    window = measures[measures["period"].isin(wanted)]
    if period not in set(window["period"]):
        msg = f"`period`：数据里没有 {period}。"
        raise RuleError(msg)
    strata = [column for column in columns if column != unit]
    fine = sum_lines(window, standard, [unit, *strata, "metric"])
    return add_peers(fine[fine["direction"].notna() & (fine["n"] > 0)], strata)


def _compare(cells: pd.DataFrame, unit: str) -> Iterator[pd.DataFrame]:
    """Compare whole metrics, then the parts of each column."""
    for kind, of_kind in cells.groupby("kind"):
        for by in (BY_METRIC, *(name for name in unit_columns(cells) if name != unit)):
            keys = [unit, "metric"] if by == BY_METRIC else [unit, "metric", by]
            found = compare_with_peers(of_kind, str(kind), keys)
            if by != BY_METRIC:  # where all its work is one part, the part says nothing new
                found = found[found.groupby([unit, "metric"])["n"].transform("size") > 1]
            part = schema.OVERALL if by == BY_METRIC else found[by].astype(str)
            told = found.rename(columns={unit: "unit"}).assign(kind=kind, by=by, part=part)
            yield told[[name for name in COLUMNS if name in told]]


def _judge(rows: pd.DataFrame, cells: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    least = standard.count_only_below
    known = (rows["n"] >= least) & (rows["n_peers"] >= least) & rows["p"].notna()
    faults = rows[["value", "expected"]].max(axis=1) * rows["n"] / PER_HUNDRED
    known &= (rows["kind"] != "per_hundred") | (faults >= LEAST_FAULTS)
    rows = rows.assign(p=rows["p"].where(known))
    rows["q"] = rows.groupby("unit")["p"].transform(lambda p: adjust_p(p.to_numpy(dtype=float)))
    rows["good"] = _improvement(rows, cells)
    sure = rows["q"] < SIGNIFICANT
    rows["verdict"] = np.select(
        [~known, sure & (rows["good"] > 0), sure & (rows["good"] < 0)],
        [results.TOO_FEW, results.BETTER, results.WORSE],
        results.NO_DIFFERENCE,
    )
    return rows


def _improvement(rows: pd.DataFrame, cells: pd.DataFrame) -> pd.Series:
    """Sign of each difference: above 0 is better, whichever way the metric goes."""
    aims = cells.groupby("metric")[["direction", "target", "target_upper"]].first()
    signs = pd.Series(0.0, index=rows.index)
    for metric, part in rows.groupby("metric"):
        aim = records(aims.loc[[metric]])[0]
        side = better_side(
            part["value"], part["expected"], aim["target"], aim["direction"], aim["target_upper"]
        )
        signs[part.index] = np.sign(part["difference"].to_numpy(dtype=float)) * side
    return signs


def _shares(rows: pd.DataFrame) -> pd.Series:
    """Part of the unit's gap that lies in each row; all parts of a column add up to 1."""
    weighed = rows["difference"] * rows["n"]
    whole = weighed.groupby([rows["unit"], rows["metric"], rows["by"]]).transform("sum")
    share = weighed / whole.where(whole.abs() > 0)
    return share.where(rows["stands_out"] != "") + 0.0  # a share of −0 reads oddly


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort by unit: whole metrics by distance; parts by column, metric and share of the gap."""
    width = (rows["upper"] - rows["lower"]).where(lambda w: w > 0)
    distance = (rows["difference"].abs() / width).fillna(0.0)
    by_metric = rows["by"] == BY_METRIC
    weight = (rows["difference"] * rows["n"]).abs().where(~by_metric, distance)
    order = rows.assign(
        whole=~by_metric,
        first=rows["by"].where(~by_metric, ""),
        apart=(rows["stands_out"] == "").where(~by_metric, other=False),
        of=rows["metric"].where(~by_metric, ""),
        weight=-weight.round(12),
    )
    keys = ["unit", "whole", "first", "apart", "of", "weight", "metric", "part"]
    return order.sort_values(keys, ignore_index=True, kind="stable")
