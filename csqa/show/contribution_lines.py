"""The lines of an explained change: the largest contributions, the rest together, the sum."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.engine.rounding import round_parts
from csqa.frames import records
from csqa.rules.standard import AT_LEAST, AT_MOST, Standard
from csqa.show.differences import (
    DifferenceScale,
    change_text,
    choose_difference_scale,
    reasons_text,
    text,
)
from csqa.show.palette import PLAIN, VARIATIONS, Mark

MOST_UNITS = 12
"""Units with a line of their own."""

REST = ("其余 {} 个", "{} others")
TOTAL = ("合计", "Total")


@dataclass(frozen=True)
class Line:
    """What one unit, or several together, add to a change."""

    name: str
    mix: float
    rate: float
    """As they are shown: percentage points, minutes …; exact."""
    shown: float
    """Their sum, rounded so that all lines add up to the rounded change."""
    shown_mix: float
    shown_rate: float
    """Rounded so that both add up to ``shown``."""
    row: dict[str, Any]
    """The unit's row; empty for several."""


@dataclass(frozen=True)
class Explained:
    """An explained change, ready to be shown."""

    lines: tuple[Line, ...]
    """The largest first; the rest last."""
    total: Line
    scale: DifferenceScale
    better: int
    """Sign of a contribution that is better; 0 where none is."""

    def mark(self, shown: float) -> Mark:
        """Sign and colour of a figure as shown: ▲ better, ▼ worse, plain if it is nothing."""
        side = self.better * ((shown > 0) - (shown < 0))
        return VARIATIONS["improvement" if side > 0 else "concern"] if side else PLAIN


def explain_lines(rows: pd.DataFrame, language: str = "zh", most: int = MOST_UNITS) -> Explained:
    """Put the contributions to one metric's change into lines that add up as they are shown.

    Parameters
    ----------
    rows : DataFrame
        From :func:`csqa.explain_change`, of one metric; its change is known.
    language : {"zh", "en"}
        Of the names.
    most : int
        Units with a line of their own; one more is not gathered alone.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "kind": "share",
    ...         "direction": "at_least",
    ...         "unit_kind": "team",
    ...         "unit": ["A", "B", "C"],
    ...         "mix": [0.004, 0.0, 0.0],
    ...         "rate": [-0.02434, -0.00333, -0.00333],
    ...         "contribution": [-0.02034, -0.00333, -0.00333],
    ...         "change": -0.027,
    ...     }
    ... )
    >>> explained = explain_lines(rows, most=1)
    >>> [(line.name, line.shown) for line in (*explained.lines, explained.total)]
    [('A', -2.0), ('其余 2 个', -0.7), ('合计', -2.7)]
    """
    first = records(rows.head(1))[0]
    scale = choose_difference_scale(first["kind"], rows["contribution"], language)
    kept = len(rows) if len(rows) <= most + 1 else most
    told = [
        (_name(row, language), row["mix"], row["rate"], row) for row in records(rows.head(kept))
    ]
    if kept < len(rows):
        rest = rows.iloc[kept:]
        name = REST[words.LANGUAGES.index(language)].format(len(rest))
        told.append((name, rest["mix"].sum(), rest["rate"].sum(), {}))
    parts = [(mix + rate) * scale.factor for _, mix, rate, _ in told]
    shown, change = round_parts(parts, first["change"] * scale.factor, scale.digits)
    lines = tuple(_line(one, part, scale) for one, part in zip(told, shown, strict=True))
    better = {AT_LEAST: 1, AT_MOST: -1}.get(str(first["direction"]), 0)
    name = TOTAL[words.LANGUAGES.index(language)]
    total = _line((name, rows["mix"].sum(), rows["rate"].sum(), {}), change, scale)
    return Explained(lines, total, scale, better)


def headline(row: dict[str, Any], standard: Standard, language: str = "zh") -> list[str]:
    """What changed, by what, from when to when, by how much, how surely, and what to know of it.

    Parameters
    ----------
    row : dict
        Any row of the metric.
    standard : Standard
        For its name.
    language : {"zh", "en"}
        Of the words.
    """
    kind = words.label(row["unit_kind"], language)
    return [
        standard.metric(row["metric"]).name(language),
        f"按{kind}" if language == "zh" else f"by {kind}",
        f"{row['since']} → {row['period']}",
        _outcome(row, language) if row["change"] == row["change"] else "",
        reasons_text(row["reason"], language),
    ]


def is_significant(row: dict[str, Any]) -> bool:
    """Whether the interval of the change leaves out 0."""
    return bool(row["change_lower"] > 0 or row["change_upper"] < 0)


def _outcome(row: dict[str, Any], language: str) -> str:
    values = [words.format_value(row[name], row["kind"], language) for name in _ENDS]
    change, lower, upper = (row[name] for name in ("change", "change_lower", "change_upper"))
    said = change_text(change, lower, upper, row["kind"], language)
    sure = text("significant" if is_significant(row) else "not_significant", language)
    comma = "，" if language == "zh" else ", "
    return comma.join([" → ".join(values), said, sure])


_ENDS = ("whole_before", "whole")


def _name(row: dict[str, Any], language: str) -> str:
    return sentences.name_unit(row["unit_kind"], str(row["unit"]), language)


def _line(
    told: tuple[str, float, float, dict[str, Any]], shown: float, scale: DifferenceScale
) -> Line:
    name, mix, rate, row = told
    mix, rate = float(mix) * scale.factor, float(rate) * scale.factor
    (shown_mix, shown_rate), _ = round_parts([mix, rate], shown, scale.digits)
    return Line(name, mix, rate, shown, shown_mix, shown_rate, row)
