"""Slopes: units between two periods; only changes beyond chance have a colour and a name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from csqa import results, schema, words
from csqa.errors import check_option
from csqa.frames import records, unit_columns
from csqa.rules.standard import Standard
from csqa.rules.standard_reader import read_standard
from csqa.show import canvas
from csqa.show.drawn_text import safe_text
from csqa.show.palette import FAINT_GREY, INK, NEUTRAL_GREY, VERDICTS, Mark
from csqa.show.scale import Scale, choose_scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COMPARISONS = ("previous", "year")

NEITHER = Mark(INK, "o", "●")
"""Of a change that is neither better nor worse."""

TOLD = {
    results.BETTER: VERDICTS[results.BETTER],
    results.WORSE: VERDICTS[results.WORSE],
    "rising": NEITHER,
    "falling": NEITHER,
}
"""Verdicts whose units are named, with their marks; other changes are within chance."""

LINE_POINTS = 14.5
"""Between two names beside the chart."""

RIGHT_END = 2.15
"""Of the axis: the periods stand at 0 and 1, the names beyond."""

TEXTS = {
    "quiet": ("变化在波动范围内（{} 个）", "change within chance ({})"),
    "few": ("样本不足或不可比（{} 个）", "too few or not comparable ({})"),
    "better": ("显著变好", "better beyond chance"),
    "worse": ("显著变差", "worse beyond chance"),
    "rising": ("显著上升", "rose beyond chance"),
    "falling": ("显著下降", "fell beyond chance"),
    "interval": ("变化的 95% 区间", "95 % interval of the change"),
    "more": ("另有 {} 个，见表", "{} more, see table"),
    "nobody": ("没有超出波动的变化", "No change beyond chance"),
}


def slope(
    changes: pd.DataFrame,
    *,
    metric: str,
    comparison: str = "previous",
    standard: Standard | None = None,
    language: str = "zh",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw units from an earlier period to this one, naming those that really changed.

    Parameters
    ----------
    changes : DataFrame
        From :func:`csqa.compare_periods`, split by units or not.
    metric : str
        Which rows of it.
    comparison : {"previous", "year"}
        The period before, or the same one a year ago.
    standard : Standard, optional
        For the metric's name. Default: the shipped one.
    language : {"zh", "en"}
        Of all texts.
    ax : Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    Axes
        Blue ▲ changed for the better, orange ▼ for the worse, both named with their values and a
        whisker of where chance could have put them; the others are grey lines, counted in the key.

    Raises
    ------
    RuleError
        If the standard has no such metric, or the comparison or the language is unknown.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> changes = pd.DataFrame({"team": ["甲", "乙"], "value": [0.9, 0.7], "before": [0.9, 0.9]})
    >>> changes = changes.assign(period="2025-06", since="2025-05", comparison="previous")
    >>> changes = changes.assign(metric="csat", kind="share", change=changes.value - changes.before)
    >>> changes = changes.assign(
    ...     change_lower=changes.change - 0.1, change_upper=changes.change + 0.1
    ... )
    >>> ax = slope(changes.assign(verdict=["no_difference", "worse"]), metric="csat")
    >>> [text.get_text() for text in ax.texts if text.get_text()]
    ['▼ 乙 90.0% → 70.0%']
    >>> plt.close(ax.figure)
    """
    check_option("language", language, words.LANGUAGES)
    check_option("comparison", comparison, COMPARISONS)
    name = (standard or read_standard()).metric(metric).name(language)
    rows = _select(changes, metric, comparison)
    ax = canvas.open_axes(ax, language, height=canvas.HEIGHT if len(rows) else canvas.LOW)
    if rows.empty:
        canvas.set_title(ax, name)
        return canvas.say_no_data(ax, language)
    since, period = str(rows["since"].iloc[0]), str(rows["period"].iloc[0])
    told = rows[rows["verdict"].isin(TOLD)]
    nobody = "" if len(told) else _text("nobody", language)
    canvas.set_title(ax, name, f"{since} → {period}", nobody)
    scale = choose_scale(rows["kind"].iloc[0], [*rows["value"], *rows["before"]], language)
    _draw(ax, rows, scale, language)
    _set_axes(ax, rows, scale, (since, period))
    canvas.put_legend(ax, columns=3)
    _name(ax, told, scale, language)
    return ax


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _select(changes: pd.DataFrame, metric: str, comparison: str) -> pd.DataFrame:
    """Rows with both values, by the units' names."""
    units = unit_columns(changes)
    names = changes[units].astype(str).agg(" / ".join, axis=1) if units else schema.OVERALL
    rows = changes.assign(unit=names)
    rows = rows[(rows["metric"] == metric) & (rows["comparison"] == comparison)]
    return rows[rows["value"].notna() & rows["before"].notna()].sort_values(
        "unit", ignore_index=True
    )


def _draw(ax: "Axes", rows: pd.DataFrame, scale: Scale, language: str) -> None:
    groups = [
        ("few", ~rows["verdict"].isin([*TOLD, results.NO_DIFFERENCE]), FAINT_GREY, ":"),
        ("quiet", rows["verdict"] == results.NO_DIFFERENCE, FAINT_GREY, "-"),
        *((told, rows["verdict"] == told, mark.color, "-") for told, mark in TOLD.items()),
    ]
    for key, chosen, color, dashes in groups:
        if not chosen.any():
            continue
        ends = rows.loc[chosen, ["before", "value"]].to_numpy(dtype=float).T * scale.factor
        loud = key in TOLD
        lines = ax.plot([0, 1], ends, color=color, linestyle=dashes, linewidth=1.8 if loud else 1.0)
        if loud:
            mark = TOLD[key]
            label = _text(key, language)
            canvas.draw_marks(ax, np.ones(ends.shape[1]), ends[1], mark, label, size=5.5)
        else:
            lines[0].set_label(_text(key, language).format(int(chosen.sum())))
    _draw_whiskers(ax, rows[rows["verdict"].isin(TOLD)], scale, language)


def _draw_whiskers(ax: "Axes", told: pd.DataFrame, scale: Scale, language: str) -> None:
    """Where the value could lie if the change were at either end of its interval."""
    if told.empty:
        return
    lower, upper = (
        (told["before"] + told[name]).to_numpy(dtype=float) * scale.factor
        for name in ("change_lower", "change_upper")
    )
    places = 1 + 0.02 * np.arange(1, len(told) + 1) / len(told)
    label = _text("interval", language)
    ax.vlines(places, lower, upper, color=NEUTRAL_GREY, linewidth=1.2, label=label, zorder=2)


def _set_axes(ax: "Axes", rows: pd.DataFrame, scale: Scale, periods: tuple[str, str]) -> None:
    told = rows[rows["verdict"].isin(TOLD)]
    ends = [told["before"] + told[name] for name in ("change_lower", "change_upper")]
    every = pd.concat([rows["before"], rows["value"], *ends]).astype(float) * scale.factor
    room = canvas.room_for(every, scale.kind)
    if room:
        ax.set_ylim(*room)
    ax.set_xlim(-0.12, RIGHT_END if len(told) else 1.12)
    ax.set_xticks([0, 1], list(periods))
    for place in (0, 1):
        ax.axvline(place, color=FAINT_GREY, linewidth=0.8, zorder=1)
    canvas.set_labels(ax, "", scale.axis_label)


def _name(ax: "Axes", told: pd.DataFrame, scale: Scale, language: str) -> None:
    """Write names beside their ends, moved apart where they would touch; the largest first."""
    if told.empty:
        return
    figure = canvas.figure_of(ax)
    figure.draw_without_rendering()  # only now is the height of the axes known
    height = ax.get_window_extent().height * 72 / figure.dpi
    most = max(int(height // LINE_POINTS), 1)
    kept = told.loc[told["change"].abs().sort_values(ascending=False, kind="stable").index]
    left = len(kept) - most if len(kept) > most else 0
    kept = kept.head(most - 1 if left else most).sort_values(["value", "unit"])
    texts = [_label(row, language) for row in records(kept)]
    colors = [TOLD[verdict].color for verdict in kept["verdict"]]
    ends = list(kept["value"].astype(float) * scale.factor)
    if left:
        texts, colors = [_text("more", language).format(left + 1), *texts], [INK, *colors]
        ends = [ax.get_ylim()[0], *ends]
    points = [_points(ax, end, height) for end in ends]
    for text, color, end, place in zip(texts, colors, ends, _apart(points, height), strict=True):
        _write(ax, text, color, end, place / height)


def _label(row: dict[str, Any], language: str) -> str:
    name = safe_text(words.label(row["unit"], language), canvas.LABEL_WIDTH)
    before, value = (
        words.format_value(row[column], row["kind"], language) for column in ("before", "value")
    )
    return f"{TOLD[row['verdict']].sign} {name} {before} → {value}"


def _points(ax: "Axes", value: float, height: float) -> float:
    low, high = ax.get_ylim()
    return (value - low) / (high - low) * height


def _apart(points: Sequence[float], height: float) -> list[float]:
    """Move ascending places apart, within the axes."""
    places: list[float] = []
    for point in points:
        places.append(max(point, places[-1] + LINE_POINTS if places else LINE_POINTS / 2))
    top = height - LINE_POINTS / 2
    for index in reversed(range(len(places))):
        places[index] = min(places[index], top)
        top = places[index] - LINE_POINTS
    return places


def _write(ax: "Axes", text: str, color: str, end: float, height: float) -> None:
    beside = ax.get_xaxis_transform()
    ax.annotate(
        "",
        (1.03, end),
        xytext=(1.115, height),
        textcoords=beside,
        arrowprops={"arrowstyle": "-", "color": FAINT_GREY, "linewidth": 0.8, "shrinkA": 0},
        annotation_clip=False,
    ).set_in_layout(False)
    ax.text(
        1.12,
        height,
        text,
        transform=beside,
        va="center",
        fontsize=canvas.TEXT_SIZE,
        color=color,
    ).set_in_layout(False)
