"""The workbench: data loaded once, then a table or a chart for every choice, at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from csqa import results, words
from csqa.engine.contact_rows import (
    count_values,
    fetch_messages,
    keep_contact_rows,
    list_contacts,
    sum_by_hour,
)
from csqa.engine.dataset import Dataset, as_dataset
from csqa.engine.estimates import value_of
from csqa.engine.periods import complete_periods
from csqa.engine.personal import mask_messages
from csqa.errors import check_option
from csqa.explore.choice import FILTERS, MONTHS, VIEWS, Choice, check_choice
from csqa.explore.cubes import Cubes, grouping
from csqa.explore.memory import remembered
from csqa.explore.reasons import add_reasons
from csqa.horizontal import compare_horizontal
from csqa.rules.calendar import Calendar, read_calendar
from csqa.rules.measures import measure_of
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.schema import OVERALL, UNITS
from csqa.score import score
from csqa.show.explore_distribution import quantiles_of_counts
from csqa.vertical import compare_vertical

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_CONTACTS = 200
"""Rows of a list of contacts."""

SPREAD_BY_CONTACT = ("seconds", "number")
"""Kinds whose single values spread; of the others a contact is yes or no, and units spread."""

PROBABILITIES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.99)
"""Of the quantiles that are listed."""


class Workbench:
    """Answers to choices, from data loaded once.

    Parameters
    ----------
    data : Dataset or DataFrame
        From :func:`csqa.load`; a DataFrame is taken as the table ``contacts``.
    standard : Standard, optional
        Default: the shipped one.
    calendar : Calendar, optional
        Peak hours. Default: the shipped ones.

    Notes
    -----
    Making one measures all metrics by every kind of unit, channel and scene; afterwards a choice
    is a sum of a few of these rows, or one scan of the contacts' facts.

    Examples
    --------
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "contact_id": ["1", "2"],
    ...         "channel": "online",
    ...         "team": "A",
    ...         "created_at": ["2025-06-02 09:00:00", "2025-06-03 09:00:00"],
    ...         "first_response_at": ["2025-06-02 09:00:20", "2025-06-03 09:00:40"],
    ...     }
    ... )
    >>> bench = Workbench(contacts)
    >>> choice = bench.choose(metric="first_response_online", unit="A")
    >>> bench.contacts(choice)[["contact_id", "value", "reason"]].values.tolist()
    [['2', 40.0, '超过目标 30 秒，多 10 秒'], ['1', 20.0, '在目标内']]
    """

    def __init__(
        self,
        data: Dataset | pd.DataFrame,
        standard: Standard | None = None,
        calendar: Calendar | None = None,
    ) -> None:
        """Measure everything that a choice may ask for."""
        self.data = as_dataset(data)
        self.standard, self.calendar = standard or read_standard(), calendar or read_calendar()
        keep_contact_rows(self.data, self.standard, self.calendar)
        self.periods: list[str] = complete_periods(self.data, "month")["period"].tolist()
        """Months of the data, oldest first."""
        told = {"team"} if self.data.has("agent_teams") else set()
        given = {"peak", "channel", *told, *self.data.columns["contacts"]}
        self.unit_kinds = [name for name in UNITS if name in given]
        """Kinds of unit that the data tell apart."""
        self._cubes = Cubes(self.data, self.standard, self.calendar)
        for unit_kind in self.unit_kinds:
            self._cubes.of(unit_kind)
        self.answers: dict[tuple[Any, ...], pd.DataFrame] = {}

    @property
    def metrics(self) -> list[str]:
        """Metrics with data, in the standard's order."""
        found = set(self._cubes.values("channel", "metric"))
        return [key for key in self.standard.metric_keys if key in found]

    def units(self, unit_kind: str) -> list[str]:
        """Units of a kind, ``all`` first."""
        return [OVERALL, *self._cubes.values(unit_kind, unit_kind)]

    def choose(self, **fields: Any) -> Choice:
        """Make a choice, checked; what is left out is the newest month, and the first of each.

        Raises
        ------
        RuleError
            Every field that is not one of those that the data hold.
        """
        first = {"period": self.periods[-1], "metric": self.metrics[0]}
        kind = {} if "team" in self.unit_kinds else {"unit_kind": self.unit_kinds[0]}
        return self.check(Choice(**{**first, **kind, **fields}))

    def check(self, choice: Choice) -> Choice:
        """Return the choice if the data hold what it asks for.

        Raises
        ------
        RuleError
            As for :meth:`choose`.
        """
        allowed: dict[str, Sequence[object]] = {
            "period": self.periods,
            "metric": self.metrics,
            "unit_kind": self.unit_kinds,
            "months": MONTHS,
            "language": words.LANGUAGES,
            **{name: self.units(name) for name in FILTERS if name in self.unit_kinds},
        }
        if choice.unit_kind in self.unit_kinds:
            allowed["unit"] = self.units(choice.unit_kind)
        return check_choice(choice, {name: tuple(values) for name, values in allowed.items()})

    @remembered
    def summary(self, choice: Choice) -> pd.DataFrame:
        """Score the chosen figure: one row of :func:`csqa.score`, or none without records."""
        choice = _smallest(choice)
        rows = self._cubes.select(choice, metric=choice.metric, periods=choice.periods)
        if rows.empty:
            return pd.DataFrame(columns=["period", *results.SCORE_COLUMNS])
        rows = rows.drop(columns=grouping(choice.unit_kind)).assign(period=choice.period)
        scores = score(rows, self.standard, language=choice.language)
        return scores[scores["metric"] == choice.metric].reset_index(drop=True)

    @remembered
    def trend(self, choice: Choice) -> pd.DataFrame:
        """Compare the chosen unit, or ``all``, over the months: :func:`csqa.compare_vertical`."""
        choice = _smallest(choice)
        upto = [period for period in self.periods if period <= choice.period]
        rows = self._cubes.select(choice, metric=choice.metric, periods=upto)
        if rows.empty:
            return pd.DataFrame(columns=list(results.VERTICAL_COLUMNS))
        kept = [] if choice.unit == OVERALL else [choice.unit_kind]
        spare = [name for name in grouping(choice.unit_kind) if name not in kept]
        return compare_vertical(rows.drop(columns=spare), self.standard)

    @remembered
    def peers(self, choice: Choice) -> pd.DataFrame:
        """Compare all units of the chosen kind, given their mix of channels and scenes.

        Returns
        -------
        DataFrame
            Of :func:`csqa.compare_horizontal`, the chosen metric: ``q`` is adjusted for its
            units, not for the metrics looked at before.
        """
        whole = replace(choice, unit=OVERALL)
        rows = self._cubes.select(whole, metric=choice.metric, periods=choice.periods)
        if choice.period not in set(rows["period"]):
            return pd.DataFrame(columns=list(results.HORIZONTAL_COLUMNS))
        return compare_horizontal(
            rows,
            self.standard,
            unit=choice.unit_kind,
            period=choice.period,
            months=choice.months,
            minimum_n=choice.minimum_n,
        )

    @remembered
    def values(self, choice: Choice) -> pd.DataFrame:
        """Count how often each value occurs among the chosen contacts: ``value``, ``n``."""
        if self._is_empty(choice):
            return pd.DataFrame({"value": pd.Series(dtype=float), "n": pd.Series(dtype="int64")})
        return count_values(self.data, self.standard, choice.metric, choice.where)

    @remembered
    def hours(self, choice: Choice) -> pd.DataFrame:
        """Value of the metric by weekday (0 is Monday) and hour of arrival.

        With ``contacts``, ``n`` and ``total``; NaN where ``n`` is below ``count_only_below``.
        """
        if self._is_empty(choice):
            names = ["weekday", "hour", "contacts", "n", "total", "value"]
            return pd.DataFrame(columns=names, dtype=float)
        found = sum_by_hour(self.data, self.standard, choice.metric, choice.where)
        return self._with_value(found, choice)

    def quantiles(self, choice: Choice) -> pd.DataFrame:
        """Quantiles of the chosen contacts' values: ``probability``, ``value``."""
        probabilities = list(PROBABILITIES)
        found = quantiles_of_counts(self.values(choice), probabilities)
        return pd.DataFrame({"probability": probabilities, "value": found})

    def weekdays(self, choice: Choice) -> pd.DataFrame:
        """Value of the metric by weekday of arrival: ``weekday contacts n value``."""
        hours = self.hours(choice)
        week = hours.groupby("weekday", as_index=False)[["contacts", "n", "total"]].sum()
        return self._with_value(week, choice)

    @remembered
    def contacts(self, choice: Choice, *, limit: int = MOST_CONTACTS) -> pd.DataFrame:
        """List the chosen contacts, those that miss the target first, each with the reason.

        Returns
        -------
        DataFrame
            As of :func:`csqa.engine.contact_rows.list_contacts`, and ``reason``.
        """
        limit = 0 if self._is_empty(choice) else limit
        where = {"period": choice.periods} if not limit else choice.where
        rows = list_contacts(self.data, self.standard, choice.metric, where, limit)
        return add_reasons(rows, self.standard.metric(choice.metric), choice.language)

    def messages(self, contact_id: str) -> pd.DataFrame:
        """Messages of a contact; what names a person is masked."""
        return mask_messages(fetch_messages(self.data, contact_id))

    def targets(self, choice: Choice) -> list[float]:
        """Targets that judge the chosen contacts, each once."""
        choice = _smallest(choice)
        rows = self._cubes.select(choice, metric=choice.metric, periods=choice.periods)
        used = set(rows["target_line"])
        bounds = [
            bound
            for version in self.standard.versions
            for metric in version.metrics
            for line in metric.lines
            if metric.key == choice.metric and f"{version.effective}/{line.label}" in used
            for bound in line.bounds
        ]
        return sorted({bound for bound in bounds if not np.isnan(bound)})

    def kind(self, choice: Choice) -> str:
        """Kind of the metric's values, one of :data:`csqa.results.KINDS`."""
        return measure_of(self.standard.metric(choice.metric)).kind

    def spreads_by_contact(self, choice: Choice) -> bool:
        """Whether single values of the metric spread; else a contact is yes or no."""
        return self.kind(choice) in SPREAD_BY_CONTACT

    def draw(self, choice: Choice, view: str = "trend", ax: "Axes | None" = None) -> "Axes":
        """Draw a choice.

        Parameters
        ----------
        choice : Choice
            From :meth:`choose`.
        view : str
            One of :data:`csqa.explore.VIEWS`; a list of contacts is seen by its spread.
        ax : Axes, optional
            Where to draw; a new figure if left out.

        Raises
        ------
        RuleError
            If the view or the choice is not one of those there are.
        """
        from csqa.explore import charts

        check_option("view", view, VIEWS)
        return charts.DRAWN[view](self, self.check(choice), ax)

    def _with_value(self, sums: pd.DataFrame, choice: Choice) -> pd.DataFrame:
        n, total = sums["n"].to_numpy(dtype=float), sums["total"].to_numpy(dtype=float)
        value = value_of(self.kind(choice), n, total)
        return sums.assign(value=np.where(n >= self.standard.count_only_below, value, np.nan))

    def _is_empty(self, choice: Choice) -> bool:
        """Whether filters contradict the unit: a team named by a channel that it is not."""
        return not all(choice.where.values())


def _smallest(choice: Choice) -> Choice:
    """The same contacts by the units with the fewest rows: the whole is the same by any."""
    return replace(choice, unit_kind="channel") if choice.unit == OVERALL else choice
