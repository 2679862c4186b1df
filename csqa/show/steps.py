"""The steps of a bridge: from the table of what changed to what stands on its lines."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from csqa import schema, words
from csqa.frames import records, unit_columns
from csqa.rules.standard import Standard

MOST_STEPS = 9
"""Lines between start and end; with more, the smallest share the last one."""

SMALLEST_SHOWN = 0.05
"""Points that round to 0.1: below it a step has nothing to show."""

TEXTS = {
    "target": ("{}（新目标）", "{} (new target)"),
    "weight": ("权重调整（{} 项指标）", "new weights ({} metrics)"),
    "coverage": ("计分项（{}）", "metrics scored ({})"),
    "appeared": ("增 {}", "+ {}"),
    "vanished": ("减 {}", "− {}"),
    "rest": ("其他 {} 项", "{} others"),
}

WHOLE_PARTS = ("weight", "coverage")
"""Parts that move all shares at once: one step each, for no metric causes them alone."""


@dataclass(frozen=True)
class Step:
    """One line of a bridge."""

    name: str
    points: float
    """Points of the composite, exact."""
    shown: float
    """The same, rounded so that all of them add up to the rounded change."""


def of_unit(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Rows of one unit; of a table that is not split by units, all rows.

    Examples
    --------
    >>> table = pd.DataFrame({"team": ["A", "B"], "points": [1.0, 2.0]})
    >>> of_unit(table, "B")["points"].tolist()
    [2.0]
    """
    units = unit_columns(table)
    if not units:
        return table if unit == schema.OVERALL else table.iloc[:0]
    names = table[units].astype(str).agg(" / ".join, axis=1)
    return table[names == unit]


def list_steps(changes: pd.DataFrame, standard: Standard, language: str = "zh") -> list[Step]:
    """Put what changed into steps, the largest first, the small ones gathered last.

    Parameters
    ----------
    changes : DataFrame
        From :func:`csqa.decompose_change`, of one period and unit: ``metric part points shown``.
    standard : Standard
        For the metrics' names.
    language : {"zh", "en"}
        Of the names.

    Returns
    -------
    list of Step
        One per metric whose score moved, one per metric with a new target, one for new weights
        and one for a change of the metrics that are scored.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> changes = pd.DataFrame(
    ...     {
    ...         "metric": ["csat", "nps", "handle_time"],
    ...         "part": "score",
    ...         "points": [0.52, -1.34, 0.01],
    ...         "shown": [0.5, -1.3, 0.0],
    ...     }
    ... )
    >>> [(step.name, step.shown) for step in list_steps(changes, read_standard())]
    [('净推荐值 NPS', -1.3), ('客户满意度', 0.5), ('平均处理时长', 0.0)]
    """
    whole = changes["part"].isin(WHOLE_PARTS)
    gathered = changes.assign(caused=changes["metric"].mask(whole, ""))
    added = gathered.groupby(["part", "caused"], sort=False)
    sums = added[["points", "shown"]].sum().assign(count=added.size()).reset_index()
    sums["size"] = sums["points"].abs()
    sums = sums.sort_values(["size", "part", "caused"], ascending=[False, True, True])
    names = _Names(changes, standard, language)
    kept, rest = _split(sums)
    steps = [Step(names.of(row), row["points"], row["shown"]) for row in records(kept)]
    return [*steps, _gather(rest, language)] if len(rest) else steps


def _split(sums: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps with a line of their own, and those gathered; one alone is not gathered."""
    visible = sums[sums["size"] >= SMALLEST_SHOWN]
    whole = len(sums) <= MOST_STEPS and len(sums) - len(visible) < 2
    kept = sums if whole else visible.head(MOST_STEPS - 1)
    rest = sums.drop(kept.index)
    # One step alone is named: that takes no more room than “1 other”.
    return (sums, rest.iloc[:0]) if len(rest) == 1 else (kept, rest)


def _gather(rest: pd.DataFrame, language: str) -> Step:
    name = _text("rest", language).format(len(rest))
    return Step(name, float(rest["points"].sum()), float(rest["shown"].sum()))


@dataclass(frozen=True)
class _Names:
    """What steps are called."""

    changes: pd.DataFrame
    standard: Standard
    language: str

    def of(self, row: dict[str, Any]) -> str:
        """Name of one step."""
        if row["part"] == "weight":
            return _text("weight", self.language).format(row["count"])
        if row["part"] == "coverage":
            return _text("coverage", self.language).format(self._scored(row))
        name = self._metric(row["caused"])
        return _text("target", self.language).format(name) if row["part"] == "target" else name

    def _metric(self, key: str) -> str:
        return self.standard.metric(key).name(self.language)

    def _scored(self, row: dict[str, Any]) -> str:
        """Which metrics are newly scored, and which no longer."""
        told = self.changes[self.changes["part"] == "coverage"]
        listed = [
            _text(change["presence"], self.language).format(self._metric(change["metric"]))
            for change in records(told)
            if change.get("presence", "both") != "both"
        ]
        return words.join(listed, self.language) or str(row["count"])


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]
