"""What every Pareto chart has: bars by meaning, ticks of before, the running share, the cut."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from csqa.engine.pareto import VITAL_SHARE
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, TARGET_DARK, TRENDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VITAL_PERCENT = round(VITAL_SHARE * 100)
"""The line of Pareto's rule; the bars before it are the vital few."""

COLORS = {name: mark.color for name, mark in TRENDS.items()}
COLORS |= {"vital": NEUTRAL_GREY, "minor": FAINT_GREY}
"""Meaning of a bar → its colour."""


def tell_meaning(rows: pd.DataFrame) -> "pd.Series[str]":
    """Meaning of each bar: a trend where there is one, else whether it is one of the vital few."""
    trend = rows["verdict"].where(rows["verdict"].isin(list(TRENDS)))
    meaning: pd.Series[str] = trend.fillna(rows["vital"].map({True: "vital", False: "minor"}))
    return meaning


def draw_bars(
    ax: "Axes",
    shares: "pd.Series[float]",
    meaning: "pd.Series[str]",
    labels: Mapping[str, str],
    *,
    hatched: str = "",
) -> None:
    """Draw a bar per share, one key per meaning that occurs; one meaning may be hatched."""
    for name, label in labels.items():
        own = shares[meaning == name] * 100
        look: dict[str, Any] = {"color": COLORS.get(name, FAINT_GREY)}
        if name == hatched:
            look |= {"hatch": "///", "edgecolor": "white"}
        if len(own):
            ax.barh(own.index, own, height=0.62, label=label, **look)


def draw_before(ax: "Axes", shares: "pd.Series[float]", label: str) -> None:
    """Draw a tick where each share was before; nothing where that is not known."""
    if shares.isna().all():
        return
    ax.plot(
        shares * 100,
        shares.index,
        linestyle="none",
        marker="|",
        markersize=13,
        markeredgewidth=1.6,
        color=INK,
        label=label,
    )


def draw_cumulative(ax: "Axes", shares: "pd.Series[float]", label: str) -> None:
    """Draw the running share and the cut, on an axis of per cent."""
    ax.plot(
        shares * 100,
        shares.index,
        color=INK,
        linewidth=1.2,
        marker="o",
        markersize=3,
        label=label,
    )
    ax.axvline(
        VITAL_PERCENT,
        color=TARGET_DARK,
        linewidth=1,
        linestyle=(0, (5, 3)),
        label=f"{VITAL_PERCENT}%",
    )
    ax.set_xlim(0, 104)
    ax.set_xticks([0, 20, 40, 60, VITAL_PERCENT, 100])
