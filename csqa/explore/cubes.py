"""Measures kept by unit, channel and scene: every choice is a sum of a few of their rows."""

from collections.abc import Iterable

import pandas as pd

from csqa.engine.dataset import Dataset
from csqa.explore.choice import FILTERS, Choice
from csqa.measure import measure
from csqa.rules.calendar import Calendar
from csqa.rules.standard import Standard
from csqa.schema import OVERALL


class Cubes:
    """What was measured of some data, by one kind of unit after the other, each once.

    Names are kept as codes: 200 agents on three channels in three scenes over two years are
    300,000 rows, 130 MB as texts.
    """

    def __init__(self, data: Dataset, standard: Standard, calendar: Calendar) -> None:
        """Remember what to measure; nothing is measured yet."""
        self._data, self._standard, self._calendar = data, standard, calendar
        self._kept: dict[str, pd.DataFrame] = {}

    def of(self, unit_kind: str) -> pd.DataFrame:
        """All measures by one kind of unit, channel and scene; names as codes."""
        if unit_kind not in self._kept:
            measures = measure(
                self._data, self._standard, by=grouping(unit_kind), calendar=self._calendar
            )
            names = ["period", "metric", "target_line", *grouping(unit_kind)]
            self._kept[unit_kind] = measures.astype(dict.fromkeys(names, "category"))
        return self._kept[unit_kind]

    def values(self, unit_kind: str, column: str) -> list[str]:
        """Names that occur in a column, in their order."""
        return list(self.of(unit_kind)[column].cat.categories)

    def select(
        self, choice: Choice, *, metric: str | None = None, periods: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Measures of the chosen channel and scene, names as texts again.

        Parameters
        ----------
        choice : Choice
            Which unit kind and filters. With a unit, only its rows.
        metric : str, optional
            Only this one.
        periods : iterable of str, optional
            Only these.
        """
        cube = self.of(choice.unit_kind)
        wanted: dict[str, Iterable[str]] = {name: [value] for name, value in choice.filters.items()}
        if metric is not None:
            wanted["metric"] = [metric]
        if periods is not None:
            wanted["period"] = list(periods)
        keep = pd.Series(data=True, index=cube.index)
        for column, values in wanted.items():
            keep &= cube[column].isin(list(values))
        if choice.unit != OVERALL:
            keep &= cube[choice.unit_kind] == choice.unit
        rows = cube[keep].reset_index(drop=True)
        return rows.astype(dict.fromkeys(rows.columns[rows.dtypes == "category"], "str"))


def grouping(unit_kind: str) -> list[str]:
    """Columns that the units of a kind are measured by.

    Examples
    --------
    >>> grouping("team"), grouping("scene")
    (['team', 'channel', 'scene'], ['scene', 'channel'])
    """
    return list(dict.fromkeys([unit_kind, *FILTERS]))
