"""The composite score over several periods."""

from typing import TYPE_CHECKING

import pandas as pd

from csqa import schema, words
from csqa.frames import unit_columns
from csqa.periods import next_period
from csqa.show import canvas
from csqa.show.palette import HOLLOW, INK, INTERVAL_BLUE, Mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TEXTS = {
    "month": ("月份", "Month"),
    "composite": ("综合得分", "Composite score"),
    "points": ("得分（0–100）", "Score (0–100)"),
    "interval": ("95% 区间", "95 % interval"),
    "incomplete": ("不完整", "incomplete"),
}


def composite_trend(
    card: pd.DataFrame,
    *,
    unit: str = schema.OVERALL,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw the composite score month by month with its interval.

    Parameters
    ----------
    card : DataFrame
        From :func:`csqa.composite`; its column ``complete`` (bool), if there is one, tells partial
        months.
    unit : str
        Which unit of it, where it has a unit column.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        ○ months whose composite is incomplete: less than 80 % of the weights has a score, or
        the data cover a part of the month only. A month without composite is a gap; less than
        three months are no trend, and not drawn.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> card = pd.DataFrame(
    ...     {
    ...         "period": ["2025-04", "2025-05", "2025-06"],
    ...         "composite": [83.5, 84.0, 82.97],
    ...         "lower": [81.7, 82.1, 81.0],
    ...         "upper": [85.2, 86.0, 85.1],
    ...         "status": ["complete", "complete", "incomplete"],
    ...     }
    ... )
    >>> ax = composite_trend(card)
    >>> [line.get_label() for line in ax.get_lines() if line.get_marker() == "o"]
    ['综合得分', '不完整']
    >>> plt.close(ax.figure)
    """
    rows = _of_unit(card, unit)
    known = int(rows["composite"].notna().sum())
    long = known >= canvas.FEWEST_POINTS
    ax = canvas.open_axes(ax, language, height=canvas.HEIGHT if long else canvas.LOW)
    canvas.set_title(ax, _text("composite", language), words.label(unit, language))
    if not long:
        return (canvas.say_too_short if known else canvas.say_no_data)(ax, language)
    _draw_composite(ax, rows, language)
    canvas.show_months(ax, rows["period"].tolist())
    canvas.set_labels(ax, _text("month", language), _text("points", language))
    canvas.put_legend(ax)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _of_unit(card: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Rows of one unit in order of time, with an empty one for each missing period."""
    units = unit_columns(card)
    if units:
        card = card[card[units].astype(str).agg(" / ".join, axis=1) == unit]
    if card.empty:
        return card
    last = card["period"].max()
    periods = [card["period"].min()]
    while periods[-1] < last:
        periods.append(next_period(periods[-1]))
    return card.set_index("period").reindex(periods).rename_axis("period").reset_index()


def _draw_composite(ax: "Axes", rows: pd.DataFrame, language: str) -> None:
    values, lower, upper = (rows[name].astype(float) for name in ("composite", "lower", "upper"))
    if lower.notna().any():
        label = _text("interval", language)
        ax.fill_between(rows.index, lower, upper, color=INTERVAL_BLUE, linewidth=0, label=label)
    ax.plot(values, color=INK, linewidth=1.3, zorder=3)
    full = rows["status"].eq("complete")
    if "complete" in rows:
        full &= rows["complete"].eq(True)
    known = values.notna()
    for mark, key, flags in [
        (Mark(INK, "o", "●"), "composite", known & full),
        (HOLLOW, "incomplete", known & ~full),
    ]:
        canvas.draw_marks(ax, rows.index[flags], values[flags], mark, _text(key, language), size=5)
    last = values.last_valid_index()
    canvas.say_last(ax, last, values[last], words.round_half_up(values[last]))
    room = canvas.room_for([*values, *lower, *upper], "share")
    if room:
        ax.set_ylim(*room)
