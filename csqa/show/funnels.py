"""The funnel: who stands out from peers with the same kind of work, beyond chance."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from csqa import results, words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.show import across_units, canvas
from csqa.show.drawn_text import safe_text
from csqa.show.labels import Label, put_labels
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, VERDICTS
from csqa.show.scale import Scale, choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SAME_EXPECTED = 1e-9
"""Expected values of units that differ by less are one and the same, but for rounding."""

LOG_FROM = 20
"""Times the fewest records that the most are: from here on the small units need a log axis."""

SMOOTH = 0.05
"""Of the typical width between limits: as much may they widen from a unit to a larger one and
still be drawn as one line. Units with their own limits would make it a zigzag."""

LIMITS = ("lower_limit", "upper_limit", "lower_watch", "upper_watch")
NAMED = (results.BETTER, results.WORSE)
"""Verdicts whose units are named: the others are no news, and naming would accuse them."""

TEXTS = {
    "n": ("样本量（条）", "Records"),
    "expected": ("预期", "expected"),
    "action": ("99.8% 控制限", "99.8 % limits"),
    "own": ("各自的 99.8% 控制限", "each one's 99.8 % limits"),
    "watch": ("95% 警戒限", "95 % limits"),
    "more": ("另有 {} 个，见表", "{} more, see table"),
}


def funnel(
    across: pd.DataFrame,
    *,
    metric: str,
    standard: Standard | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw units by their number of records, between the limits that chance allows.

    Parameters
    ----------
    across : DataFrame
        From :func:`csqa.compare_horizontal`: :data:`csqa.results.HORIZONTAL_COLUMNS`.
    metric : str
        Which rows of it.
    standard : Standard, optional
        For the metric's name. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        Where units do different kinds of work and so have each its own expected value, the
        height is the gap to it, which the axis says, and each has a whisker of its own limits
        instead of one line for all. Only units outside the limits are named, beside their mark.
        The axis of records is logarithmic where they range over more than 20 times.

    Raises
    ------
    RuleError
        If the standard has no such metric or the language is unknown.

    Notes
    -----
    Spiegelhalter 2005, Statistics in Medicine 24:1185-1202.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from csqa import compare_horizontal
    >>> agents = [f"K{number}" for number in range(12)]
    >>> measures = pd.DataFrame(
    ...     {
    ...         "period": "2025-06",
    ...         "agent_id": agents,
    ...         "metric": "csat",
    ...         "target_line": "2023-01-01/base",
    ...         "n": 100,
    ...         "total": [60.0] + [92.0] * 11,
    ...         "total_squares": [60.0] + [92.0] * 11,
    ...         "over": 0.0,
    ...         "complete": True,
    ...     }
    ... )
    >>> ax = funnel(compare_horizontal(measures, unit="agent_id", period="2025-06"), metric="csat")
    >>> [text.get_text() for text in ax.texts], ax.get_xlabel()
    (['K0'], '样本量（条）')
    >>> plt.close(ax.figure)
    """
    ax, rows = across_units.begin(across, metric, standard, language, ax)
    if rows.empty:
        return canvas.say_no_data(ax, language)
    scale = choose_scale(rows["kind"].iloc[0], rows["value"], language)
    gap = float(np.ptp(rows["expected"].dropna())) > SAME_EXPECTED if _has_expected(rows) else False
    shown = _shown(rows, scale, gap=gap)
    _draw_funnel(ax, shown, language)
    across_units.draw_units(ax, shown["n"], shown["value"], rows["verdict"], language)
    room = canvas.room_for(shown.drop(columns="n").to_numpy().ravel(), "nps" if gap else scale.kind)
    if room:
        ax.set_ylim(*room)
    _set_records_axis(ax, shown["n"])
    label = scale.difference_label(language) if gap else scale.axis_label
    canvas.set_labels(ax, _text("n", language), label)
    canvas.put_legend(ax)
    _name_outside(ax, shown, rows, language)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _has_expected(rows: pd.DataFrame) -> bool:
    return bool(rows["expected"].notna().any())


def _shown(rows: pd.DataFrame, scale: Scale, *, gap: bool) -> pd.DataFrame:
    """Values, expected and limits in shown units; less the unit's own expected value if asked."""
    names = ["value", "expected", *LIMITS]
    shown = rows[names].astype(float)
    if gap:
        shown = shown.sub(rows["expected"].astype(float), axis=0)
    return (shown * scale.factor).assign(n=rows["n"].astype(float))


def _draw_funnel(ax: "Axes", shown: pd.DataFrame, language: str) -> None:
    lines = shown.sort_values("n", kind="stable")
    known = lines[lines[LIMITS[0]].notna()]
    if _is_smooth(known):
        _draw_limit_lines(ax, known, language)
    else:
        label = _text("own", language)
        bounds = known["lower_limit"], known["upper_limit"]
        ax.vlines(known["n"], *bounds, color=FAINT_GREY, linewidth=1.6, zorder=1, label=label)
    if lines["expected"].notna().any():
        label = _text("expected", language)
        ax.plot(lines["n"], lines["expected"], color=INK, linewidth=1, label=label)


def _is_smooth(known: pd.DataFrame) -> bool:
    """Whether limits only narrow from small units to large ones, as one line does."""
    width = known["upper_limit"] - known["lower_limit"]
    widened = [
        *width.diff().dropna(),
        *known["upper_limit"].diff().dropna(),
        *-known["lower_limit"].diff().dropna(),
    ]
    return all(step <= SMOOTH * width.median() for step in widened)


def _draw_limit_lines(ax: "Axes", known: pd.DataFrame, language: str) -> None:
    for names, key, dashes in [
        (LIMITS[:2], "action", "-"),
        (LIMITS[2:], "watch", (0, (2, 2))),
    ]:
        for name, label in zip(names, (_text(key, language), "_"), strict=True):
            if len(known):
                ax.plot(known["n"], known[name], color=NEUTRAL_GREY, ls=dashes, lw=1, label=label)


def _set_records_axis(ax: "Axes", n: "pd.Series[float]") -> None:
    least, most = float(n.min()), float(n.max())
    if least <= 0 or most / least <= LOG_FROM:
        ax.set_xlim(0, most * 1.06 + 1)
        return
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlim(least / 1.25, most * 1.25)


def _name_outside(ax: "Axes", shown: pd.DataFrame, rows: pd.DataFrame, language: str) -> None:
    """Name the units outside beside their marks, the farthest first while there is room."""
    far = shown["value"].sub(shown["expected"]).abs()
    out = far[rows["verdict"].isin(NAMED)].sort_values(ascending=False, kind="stable").index
    labels = [
        Label(
            safe_text(words.label(row["unit"], language), canvas.LABEL_WIDTH),
            (float(shown["n"][i]), float(shown["value"][i])),
            VERDICTS[row["verdict"]].color,
        )
        for i, row in zip(out, records(rows.loc[out]), strict=True)
    ]
    points = list(zip(shown["n"], shown["value"], strict=True))
    put_labels(ax, labels, points, more=_text("more", language))
