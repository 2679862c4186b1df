"""Where, when and by whom a metric is missed: each part of the work against the rest of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csqa import schema
from csqa.engine.differences import SUMS, difference_chances, difference_intervals
from csqa.engine.estimates import value_of
from csqa.engine.misses import worse_side
from csqa.frames import unit_columns
from csqa.periods import months_back
from csqa.rules.standard import AT_MOST
from csqa.stats import adjust_p

FALSE_DISCOVERY_RATE = 0.05
"""Of the parts named, the share that may be named by chance (Benjamini & Hochberg 1995)."""

LEAST_RECORDS = 10
"""Fewest records of a part, and of the rest, for a contrast (methods.md 4.1)."""

NEW_MONTHS = 3
"""Months from an agent's first one on in which the agent counts as new."""

NEW, EXPERIENCED, TENURE = "new_agents", "experienced_agents", "tenure"

PART_COLUMNS = (
    "part_kind",
    "part",
    "n",
    "value",
    "n_rest",
    "value_rest",
    "difference",
    "difference_lower",
    "difference_upper",
    "p",
    "q",
    "worse",
    "weight",
)
"""Of parts: ``worse`` (bool) if the gap is to the bad side and real after correction."""


def contrast_parts(
    details: Iterable[pd.DataFrame],
    problem: Mapping[str, Any],
    kinds: Sequence[str],
    periods: Iterable[str],
) -> pd.DataFrame:
    """Hold each part of a unit's work against the rest of it.

    Parameters
    ----------
    details : iterable of DataFrame
        Measures split by the unit and more columns; of each kind of part the first table that is
        split by it is taken, and all else summed up.
    problem : mapping
        A row of ``problems``.
    kinds : sequence of str
        Columns that parts are of.
    periods : iterable of str
        Pooled.

    Returns
    -------
    DataFrame, one row per part with enough records; of only two parts the worse one
        :data:`PART_COLUMNS`; the worst first: by how far from the rest on how many records.

    Notes
    -----
    Intervals and chances of differences as :mod:`csqa.engine.differences` has them; ``q`` over all
    parts of all kinds asked for (Benjamini & Hochberg 1995).
    """
    wanted, tables = set(periods), list(details)
    sides = [
        part
        for kind in kinds
        for table in [find_table(tables, problem["unit_kind"], kind)]
        if table is not None
        for part in [_sides(select_rows(table, problem, wanted), kind)]
        if len(part)
    ]
    if not sides:
        return pd.DataFrame(columns=list(PART_COLUMNS))
    return _judge(pd.concat(sides, ignore_index=True), problem)


def list_kinds(details: Iterable[pd.DataFrame], unit_kind: str, kinds: Sequence[str]) -> list[str]:
    """Kinds of parts that the details can tell of, in the order asked for."""
    tables = list(details)
    return [kind for kind in kinds if find_table(tables, unit_kind, kind) is not None]


def by_tenure(agents: pd.DataFrame) -> pd.DataFrame:
    """Split measures by whether the agent was new in that month.

    Parameters
    ----------
    agents : DataFrame
        Measures split by ``agent_id``, over all months there are.

    Returns
    -------
    DataFrame
        With the column ``tenure``: new in the first :data:`NEW_MONTHS` months with records.
        Months are left out in which nothing is known: of agents who are there in the first month
        of the data, for they may have come long before.

    Examples
    --------
    >>> agents = pd.DataFrame({"agent_id": ["A", "A", "A", "B"], "metric": "csat"})
    >>> agents["period"] = ["2025-01", "2025-03", "2025-04", "2025-04"]
    >>> by_tenure(agents)[["agent_id", "period", "tenure"]].values.tolist()
    [['A', '2025-04', 'experienced_agents'], ['B', '2025-04', 'new_agents']]
    """
    periods = agents["period"]
    months = periods.str.fullmatch(r"\d{4}-\d{2}")
    known: pd.DataFrame = agents[months & (agents["agent_id"] != schema.UNKNOWN)]
    if known.empty:
        return known.assign(tenure="")
    first = known["agent_id"].map(known.groupby("agent_id")["period"].min())
    begun = known["period"].map({one: months_back(one, NEW_MONTHS - 1) for one in set(periods)})
    new = first >= begun
    unsure = new & (first == periods.min())
    split: pd.DataFrame = known.assign(tenure=np.where(new, NEW, EXPERIENCED))
    kept: pd.DataFrame = split[~unsure]
    return kept


def find_table(tables: Sequence[pd.DataFrame], unit_kind: str, kind: str) -> pd.DataFrame | None:
    """The measures with the fewest columns that are split by a unit and a kind of part."""
    whole = unit_kind == schema.OVERALL
    fitting = (
        table
        for table in tables
        if kind in table and kind != unit_kind and (whole or unit_kind in table)
    )
    return min(fitting, key=lambda table: len(unit_columns(table)), default=None)


def select_rows(table: pd.DataFrame, problem: Mapping[str, Any], periods: set[str]) -> pd.DataFrame:
    """Rows of a problem's metric and unit in some periods."""
    chosen = (table["metric"] == problem["metric"]) & table["period"].isin(periods)
    if problem["unit_kind"] != schema.OVERALL:
        chosen &= table[problem["unit_kind"]] == problem["unit"]
    rows: pd.DataFrame = table[chosen]
    return rows


def _sides(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Sums of each part, and of the rest (``…_before``)."""
    parts = rows.groupby(kind)[list(SUMS)].sum()
    rest = parts.sum() - parts
    sides = parts.join(rest.add_suffix("_before"))
    enough = (sides["n"] >= LEAST_RECORDS) & (sides["n_before"] >= LEAST_RECORDS)
    sides = sides[enough & (sides.index != schema.UNKNOWN)]
    return sides.rename_axis("part").reset_index().assign(part_kind=kind)


def _judge(sides: pd.DataFrame, problem: Mapping[str, Any]) -> pd.DataFrame:
    kind = problem["kind"]
    sides = sides.assign(kind=kind)
    value, rest = (
        value_of(kind, sides[f"n{end}"].to_numpy(float), sides[f"total{end}"].to_numpy(float))
        for end in ("", "_before")
    )
    difference = value - rest
    lower, upper = difference_intervals(sides)
    p = difference_chances(sides, difference)
    direction, _ = worse_side(problem, problem["target"])
    bad = difference > 0 if direction == AT_MOST else difference < 0
    kept = _leave_out_mirrors(sides, bad, difference)
    q = np.full(len(sides), np.nan)
    q[kept] = adjust_p(p[kept])
    rows: pd.DataFrame = sides.assign(
        value=value,
        n_rest=sides["n_before"],
        value_rest=rest,
        difference=difference,
        difference_lower=lower,
        difference_upper=upper,
        p=p,
        q=q,
        worse=bad & (q < FALSE_DISCOVERY_RATE),
        weight=np.where(bad, np.abs(difference) * sides["n"], 0.0),
    )
    order: dict[str, Any] = {
        "by": ["weight", "part"],
        "ascending": [False, True],
        "ignore_index": True,
    }
    listed: pd.DataFrame = rows[kept].sort_values(**order)
    return listed.reindex(columns=list(PART_COLUMNS))


def _leave_out_mirrors(
    sides: pd.DataFrame, bad: NDArray[np.bool_], difference: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Of two parts that make up the whole, one mirrors the other: that is one comparison."""
    twins = sides.groupby("part_kind")["part"].transform("size").to_numpy() == 2
    first = ~sides["part_kind"].duplicated().to_numpy()
    return np.asarray(~twins | bad | ((difference == 0) & first), dtype=np.bool_)
