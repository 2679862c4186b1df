"""The funnel: who stands out from peers with the same kind of work, beyond chance."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from csqa import results, words
from csqa.frames import records
from csqa.rules.standard import Standard
from csqa.show import across_units, canvas
from csqa.show.drawn_text import safe_text
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, VERDICTS
from csqa.show.scale import Scale, choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SAME_EXPECTED = 1e-9
"""Expected values of units that differ by less are one and the same, but for rounding."""

LIMITS = ("lower_limit", "upper_limit", "lower_watch", "upper_watch")
NAMED = (results.BETTER, results.WORSE)
"""Verdicts whose units are named: the others are no news, and naming would accuse them."""

TEXTS = {
    "n": ("样本量（条）", "Records"),
    "expected": ("预期", "expected"),
    "action": ("99.8% 控制限", "99.8 % limits"),
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
        height is the gap to it, which the axis says. Only units outside the limits are named.

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
    (['▼ K0'], '样本量（条）')
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
    ax.set_xlim(0, float(shown["n"].max()) * 1.06 + 1)
    label = scale.difference_label(language) if gap else scale.axis_label
    canvas.set_labels(ax, _text("n", language), label)
    _name_outside(ax, shown, rows, language)
    canvas.put_legend(ax)
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
    lines = shown.sort_values("n")
    for names, key, color, dashes in [
        (LIMITS[:2], "action", NEUTRAL_GREY, "-"),
        (LIMITS[2:], "watch", NEUTRAL_GREY, (0, (2, 2))),
    ]:
        known = lines[lines[names[0]].notna()]
        for name, label in zip(names, (_text(key, language), "_"), strict=True):
            if len(known):
                ax.plot(known["n"], known[name], color=color, ls=dashes, lw=1, label=label)
    if lines["expected"].notna().any():
        label = _text("expected", language)
        ax.plot(lines["n"], lines["expected"], color=INK, linewidth=1, label=label)


def _name_outside(ax: "Axes", shown: pd.DataFrame, rows: pd.DataFrame, language: str) -> None:
    """Name the units outside in a column at the right, a thin line to each point."""
    out = rows.index[rows["verdict"].isin(NAMED)]
    far = shown["value"].sub(shown["expected"]).abs()
    out = far[out].sort_values(ascending=False, kind="stable").index
    step = canvas.line_height(ax)
    most = max(int(1 / step), 1)
    kept = list(out) if len(out) <= most else list(out[: most - 1])
    places, texts = _own_heights(ax, shown["value"][kept]), []
    for row in records(rows.loc[kept]):
        name = safe_text(words.label(row["unit"], language), canvas.LABEL_WIDTH)
        texts.append(f"{VERDICTS[row['verdict']].sign} {name}")
    if len(kept) < len(out):
        texts.append(_text("more", language).format(len(out) - len(kept)))
        places.append(0.0)
    heights = canvas.spread_out(places, step, low=0.02, high=0.98)
    points: list[tuple[float, float] | None] = [
        (shown["n"][i], place) for i, place in zip(kept, places, strict=False)
    ]
    points += [None] * (len(texts) - len(kept))
    for text, height, point in zip(texts, heights, points, strict=True):
        _write_named(ax, text, height, point)


def _own_heights(ax: "Axes", values: "pd.Series[float]") -> list[float]:
    """Heights of values as shares of the axes' height."""
    bottom, top = ax.get_ylim()
    return [float((value - bottom) / (top - bottom)) for value in values]


def _write_named(ax: "Axes", text: str, height: float, point: tuple[float, float] | None) -> None:
    """Write a name in the right margin and lead a thin line from it to its point."""
    ax.text(
        1.03,
        height,
        text,
        transform=ax.transAxes,
        va="center",
        fontsize=canvas.TEXT_SIZE,
        color=INK,
    )
    if point is not None:
        share = point[0] / ax.get_xlim()[1]
        ax.plot(
            [share, 1.02],
            [point[1], height],
            transform=ax.transAxes,
            color=FAINT_GREY,
            linewidth=0.7,
            clip_on=False,
            zorder=2,
            label="_",
        )
