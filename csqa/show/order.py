"""The places that units may have: shown by name, for most orders don't stand."""

from typing import Any

import pandas as pd

from csqa import sentences, words
from csqa.frames import records
from csqa.show.html import Html, paragraph, table

TEXTS = {
    "headers": (
        ("对象", "综合得分（95% 区间）", "换权重", "凭运气", "两者合计", "分不出高下的"),
        ("Unit", "Composite (95 %)", "By weights", "By chance", "By both", "Not told apart from"),
    ),
    "none": ("没有可以比较的对象。", "There are no units to compare."),
    "nobody": (
        "没有任何两个对象分得出高下：不要排名。",
        "No two units are told apart: do not rank them.",
    ),
    "all": ("每两个对象都分得出高下。", "Each two units are told apart."),
    "some": (
        "只有 {} 个对象与其他对象都分得出高下；其余的名次可能只是运气或权重使然。",
        "Only {} of the units are told apart from all others; the places of the rest may be due "
        "to luck or to the weights.",
    ),
    "note": (
        "各列是名次的可能范围：各维度权重上下各移动 {} 个百分点；凭运气，即本期样本的随机波动"
        "（95%，所有对象一并考虑）。",
        "Columns give the places that are possible: with each weight moved by up to {} points; by "
        "chance, at 95 % for all units together.",
    ),
}


def show_order(
    places: pd.DataFrame, *, unit_kind: str, points: float = 10, language: str = "zh"
) -> Html:
    """Show which places each unit may have, by name, and whether any order stands.

    Parameters
    ----------
    places : DataFrame
        From :func:`csqa.order_sensitivity`.
    unit_kind : str
        What the units are.
    points : float
        How far the weights were moved [percentage points].
    language : {"zh", "en"}
        Of the words.

    Examples
    --------
    >>> row = {"composite": 91.0, "lower": 88.0, "upper": 93.0, "robust": False}
    >>> row |= {"best_by_weights": 1, "worst_by_weights": 1, "not_apart_from": "B"}
    >>> row |= {"best_by_chance": 1, "worst_by_chance": 2, "best": 1, "worst": 2}
    >>> rows = [row | {"unit": "A"}, row | {"unit": "B", "not_apart_from": "A"}]
    >>> print(show_order(pd.DataFrame(rows), unit_kind="team").text.splitlines()[2])
    A  91.0（88.0–93.0）  1  1–2  1–2  B
    """
    placed = places[places["composite"].notna()]
    if len(placed) < 2:
        return paragraph(_text("none", language), "verdict")
    rows = [_row(row, unit_kind, language) for row in records(placed)]
    note = _text("note", language).format(words.round_short(points))
    said = paragraph(_verdict(placed, language), "verdict")
    return said + table(_text("headers", language), rows) + paragraph(note)


def _text(key: str, language: str) -> Any:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _verdict(placed: pd.DataFrame, language: str) -> str:
    if (placed["robust"] == True).all():  # noqa: E712 - a column of objects
        return str(_text("all", language))
    if (placed["best"] == 1).all() and (placed["worst"] == len(placed)).all():
        return str(_text("nobody", language))
    return str(_text("some", language).format(int((placed["robust"] == True).sum())))  # noqa: E712


def _row(row: dict[str, Any], unit_kind: str, language: str) -> list[str]:
    score = words.format_points(row["composite"])
    sure = words.format_points_interval(row["lower"], row["upper"])
    ranges = [(row[f"best{way}"], row[f"worst{way}"]) for way in ("_by_weights", "_by_chance", "")]
    return [
        sentences.name_unit(unit_kind, row["unit"], language),
        f"{score}（{sure}）" if language == "zh" else f"{score} ({sure})",
        *(f"{best}" if best == worst else f"{best}–{worst}" for best, worst in ranges),
        row["not_apart_from"] or "–",
    ]
