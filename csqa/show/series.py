"""One metric of one unit over time: its line, its marks, its limits."""

from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.periods import kind_of
from csqa.show import canvas
from csqa.show.palette import (
    BAND_GREY,
    FAINT_GREY,
    HOLLOW,
    INK,
    NEUTRAL_GREY,
    TARGET_DARK,
    VARIATIONS,
    Mark,
)
from csqa.show.scale import Scale, choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALL_SIZE, FULL_SIZE = 3.5, 5.0
"""Points across a mark in a grid of charts, and in a chart alone."""

NEWS_MONTHS = 6
"""Months back to which an improvement is marked, unless a concern has followed it. A centre line
over all months gives way to a deterioration, and all the ordinary months before it then look like
an improvement."""

TEXTS = {
    "value": ("各月实际值", "monthly value"),
    "value_of": ("各期实际值", "value"),
    "center": ("中心线", "centre line"),
    "limits": ("控制限", "control limits"),
    "target": ("目标", "target"),
    "hollow": ("不完整或样本不足", "partial or too few"),
}


def draw_series(
    ax: "Axes",
    rows: pd.DataFrame,
    least: int,
    language: str,
    *,
    small: bool = False,
    scale: Scale | None = None,
) -> Scale:
    """Draw limits, target, line and marks, in shown units.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    rows : DataFrame
        Of a vertical comparison: one metric and unit, in order of time.
    least : int
        Records below which a month is hollow.
    language : {"zh", "en"}
        Of all texts.
    small : bool
        Whether it is one of a grid: smaller marks, and the last value without its unit.
    scale : Scale, optional
        That of all charts of a grid. Default: the one that fits these values.

    Returns
    -------
    Scale
        From values as they are kept to the axis.
    """
    size, shared = SMALL_SIZE if small else FULL_SIZE, scale is not None
    numeric = ["value", "target", "target_upper", "center", "lower_limit", "upper_limit"]
    known = rows[numeric].astype(float)
    scale = scale or choose_scale(rows["kind"].iloc[0], known["value"], language)
    shown = known * scale.factor
    _draw_limits(ax, shown, language)
    ax.plot(shown["value"], color=INK, linewidth=1.3, zorder=3)
    for mark, label, flags in _groups(rows, least, language):
        canvas.draw_marks(ax, shown.index[flags], shown["value"][flags], mark, label, size=size)
    last = shown["value"].last_valid_index()
    text = scale.text(known["value"][last])
    text = text.split()[0] if small else text
    canvas.say_last(ax, last, shown["value"][last], text.rstrip("%") if shared else text)
    room = canvas.room_for(shown.to_numpy().ravel().tolist(), scale.kind)
    if room:
        ax.set_ylim(*room)
    return scale


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _draw_limits(ax: "Axes", shown: pd.DataFrame, language: str) -> None:
    if shown["lower_limit"].notna().any():
        bounds = shown.index, shown["lower_limit"], shown["upper_limit"]
        ax.fill_between(
            *bounds, step="mid", color=BAND_GREY, linewidth=0, label=_text("limits", language)
        )
        for bound in bounds[1:]:
            ax.step(shown.index, bound, where="mid", color=FAINT_GREY, linewidth=0.9)
    if shown["center"].notna().any():
        ax.step(
            shown.index,
            shown["center"],
            where="mid",
            color=NEUTRAL_GREY,
            linewidth=1,
            label=_text("center", language),
        )
    for end in ("target", "target_upper"):
        if shown[end].notna().any():
            ax.step(
                shown.index,
                shown[end],
                where="mid",
                color=TARGET_DARK,
                linewidth=1.2,
                linestyle=(0, (5, 3)),
                label=_text("target", language) if end == "target" else None,
            )


def _groups(
    rows: pd.DataFrame, least: int, language: str
) -> "list[tuple[Mark, str, pd.Series[bool]]]":
    """Points by what they mean: each drawn once, what cannot be judged first."""
    known = rows["value"].notna()
    full = rows["complete"].eq(True) & (rows["n"] >= least)
    told = _told(rows)
    named = "value" if kind_of(rows["period"].iloc[-1]) == "month" else "value_of"
    return [
        (Mark(INK, "o", "●"), _text(named, language), known & full & told.isna()),
        (HOLLOW, _text("hollow", language), known & ~full),
        *(
            (mark, words.label(name, language), known & full & (told == name))
            for name, mark in VARIATIONS.items()
        ),
    ]


def _told(rows: pd.DataFrame) -> "pd.Series[str]":
    """Which special cause to mark; none where there is none, or where it is no news."""
    variation = rows["variation"]
    concern = variation == "concern"
    recent = rows.index > max([rows.index.max() - NEWS_MONTHS, *rows.index[concern]])
    return variation.where(concern | (variation == "improvement") & recent)
