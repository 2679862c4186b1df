"""Intervals: how a few teams compare with what their kind of work would give."""

from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.show import across_units, canvas
from csqa.show.drawn_text import safe_text
from csqa.show.palette import FAINT_GREY, INK, TARGET_DARK, VERDICTS
from csqa.show.scale import Scale, choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TEXTS = {
    "interval": ("95% 区间", "95 % interval"),
    "same_work": ("同类工作的预期", "same kind of work"),
    "target": ("目标", "target"),
}


def intervals(
    across: pd.DataFrame,
    *,
    metric: str,
    standard: Standard | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw each unit's value with its interval, beside what its kind of work would give.

    Parameters
    ----------
    across : DataFrame
        From :func:`csqa.compare_horizontal`.
    metric, standard, language, ax
        As for :func:`csqa.show.plots.funnel`.

    Returns
    -------
    Axes
        One line per unit in the order of their names: nobody is ranked. The tick is the expected
        value; the verdict stands at the right, in a shape and in words.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> across = pd.DataFrame(
    ...     {
    ...         "unit": ["热线组", "在线组"],
    ...         "metric": "csat",
    ...         "kind": "share",
    ...         "value": [0.8, 0.92],
    ...         "lower": [0.76, 0.9],
    ...         "upper": [0.83, 0.94],
    ...         "n": [500, 900],
    ...         "expected": 0.9,
    ...         "target": 0.9,
    ...         "verdict": ["worse", "no_difference"],
    ...         "period": "2025-06",
    ...         "months": 1,
    ...     }
    ... )
    >>> ax = intervals(across, metric="csat")
    >>> [text.get_text() for text in ax.texts]
    ['● 无差异  n=900', '▼ 差于同类  n=500']
    >>> plt.close(ax.figure)
    """
    lines = across.loc[across["metric"] == metric, "unit"].nunique()
    height = 1.3 + 0.28 * max(lines, 3)
    ax, rows = across_units.begin(across, metric, standard, language, ax, height)
    if rows.empty:
        return canvas.say_no_data(ax, language)
    scale = choose_scale(rows["kind"].iloc[0], rows["upper"].fillna(rows["value"]), language)
    ax.grid(visible=False)
    _draw_intervals(ax, rows, scale, language)
    for place, row in enumerate(records(rows)):
        mark = VERDICTS[row["verdict"]]
        text = f"{mark.sign} {words.label(row['verdict'], language)}  n={row['n']:,}"
        canvas.write_right(ax, place, text)
    names = [safe_text(words.label(u, language), canvas.LABEL_WIDTH) for u in rows["unit"]]
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    canvas.set_labels(ax, scale.axis_label, "")
    canvas.put_legend(ax)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _draw_intervals(ax: "Axes", rows: pd.DataFrame, scale: Scale, language: str) -> None:
    names = ["value", "lower", "upper", "expected", "target", "target_upper"]
    shown = rows.reindex(columns=names).astype(float) * scale.factor
    places = pd.Series(range(len(rows)), index=rows.index, dtype=float)
    label = _text("interval", language)
    ax.hlines(places, shown["lower"], shown["upper"], color=FAINT_GREY, linewidth=3, label=label)
    for end in ("target", "target_upper"):
        limit = shown[end].dropna().unique()
        if len(limit) == 1:
            ax.axvline(
                limit[0],
                color=TARGET_DARK,
                linewidth=1.2,
                linestyle=(0, (5, 3)),
                zorder=1,
                label=_text("target", language) if end == "target" else None,
            )
    ax.plot(
        shown["expected"],
        places,
        linestyle="none",
        marker="|",
        markersize=13,
        markeredgewidth=1.8,
        color=INK,
        label=_text("same_work", language),
    )
    across_units.draw_units(ax, shown["value"], places, rows["verdict"], language)
    room = canvas.room_for(shown.to_numpy().ravel(), scale.kind)
    if room:
        ax.set_xlim(*room)
