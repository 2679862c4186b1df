"""Each view of the workbench as a table, and the figure that it is about."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from csqa import words
from csqa.errors import check_option
from csqa.explore import charts
from csqa.explore.choice import VIEWS, Choice
from csqa.show import explore_tables
from csqa.show.html import Html

if TYPE_CHECKING:
    from csqa.explore.workbench import Workbench


def show_choice(bench: "Workbench", choice: Choice) -> Html:
    """Show the chosen figure with its interval, target and score.

    Parameters
    ----------
    bench : Workbench
        With the data.
    choice : Choice
        From :meth:`Workbench.choose`.

    Returns
    -------
    Html
        One row, or a note that there are no data.
    """
    metric = bench.standard.metric(choice.metric)
    _, unit, when, *filters = charts.title(bench, choice)
    scores = bench.summary(choice)
    return explore_tables.show_summary(
        scores[scores["n"] > 0].assign(kind=bench.kind(choice), direction=metric.direction),
        metric,
        unit=words.join([unit, *filters], choice.language),
        when=when,
        language=choice.language,
    )


def show_view(bench: "Workbench", choice: Choice, view: str) -> Html:
    """Show the table that belongs to a view's chart.

    Parameters
    ----------
    bench : Workbench
        With the data.
    choice : Choice
        From :meth:`Workbench.choose`.
    view : str
        One of :data:`csqa.explore.VIEWS`.

    Returns
    -------
    Html
        Months, units, quantiles, weekdays, or contacts with their reasons.

    Raises
    ------
    RuleError
        If the view is not one of those there are.
    """
    check_option("view", view, VIEWS)
    return _SHOWN[view](bench, choice)


def _trend(bench: "Workbench", choice: Choice) -> Html:
    return explore_tables.show_trend(bench.trend(choice), language=choice.language)


def _peers(bench: "Workbench", choice: Choice) -> Html:
    return explore_tables.show_peers(bench.peers(choice), language=choice.language)


def _distribution(bench: "Workbench", choice: Choice) -> Html:
    if not bench.spreads_by_contact(choice):
        return _peers(bench, choice)
    quantiles, kind = bench.quantiles(choice), bench.kind(choice)
    return explore_tables.show_quantiles(quantiles, kind=kind, language=choice.language)


def _hours(bench: "Workbench", choice: Choice) -> Html:
    week, kind = bench.weekdays(choice), bench.kind(choice)
    return explore_tables.show_weekdays(week, kind=kind, language=choice.language)


def _contacts(bench: "Workbench", choice: Choice) -> Html:
    contacts, kind = bench.contacts(choice), bench.kind(choice)
    return explore_tables.show_contacts(contacts, kind=kind, language=choice.language)


_SHOWN: dict[str, Callable[["Workbench", Choice], Html]] = {
    "trend": _trend,
    "peers": _peers,
    "distribution": _distribution,
    "hours": _hours,
    "contacts": _contacts,
}
