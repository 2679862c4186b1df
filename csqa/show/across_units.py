"""What the charts of several units in one period (horizontal) share."""

from typing import TYPE_CHECKING

import pandas as pd

from csqa import words
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.palette import VERDICTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def begin(
    across: pd.DataFrame,
    metric: str,
    standard: Standard | None,
    language: str,
    ax: "Axes | None",
    height: float = canvas.HEIGHT,
) -> "tuple[Axes, pd.DataFrame]":
    """Open axes with their title; return with them the rows to draw, by the units' names."""
    ax = canvas.open_axes(ax, language, height=height)
    rows = across[(across["metric"] == metric) & across["value"].notna()]
    rows = rows.sort_values("unit", ignore_index=True)
    name = (standard or read_standard()).metric(metric).name(language)
    canvas.set_title(ax, name, _window(rows, language))
    return ax, rows


def _window(rows: pd.DataFrame, language: str) -> str:
    if rows.empty:
        return ""
    period, months = str(rows["period"].iloc[0]), int(rows["months"].iloc[0])
    if months == 1:
        return period
    if language == "zh":
        return f"截至 {period} 的 {months} 个月"
    return f"{months} months to {period}"


def draw_units(
    ax: "Axes",
    x: "pd.Series[float]",
    y: "pd.Series[float]",
    verdicts: "pd.Series[str]",
    language: str,
) -> None:
    """Draw each unit in the shape and colour of its verdict."""
    for verdict, mark in VERDICTS.items():
        chosen = verdicts == verdict
        label = words.label(verdict, language)
        canvas.draw_marks(ax, x[chosen], y[chosen], mark, label, size=5.5)
