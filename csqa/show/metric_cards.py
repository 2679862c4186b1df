"""Metric cards: each metric of the month on a card of its own, with its last twelve months."""

import math
from collections.abc import Iterator
from html import escape
from operator import itemgetter
from typing import Any

import pandas as pd

from csqa import schema, words
from csqa.frames import records
from csqa.periods import kind_of, next_period
from csqa.rules.standard import Standard
from csqa.show.html import Badge, Html, badge_html, paragraph
from csqa.show.palette import HOLLOW, INK, VARIATIONS, Mark
from csqa.show.screen import badge
from csqa.show.sparkline import Spark, draw_spark

MONTHS = 12
"""Periods in a sparkline."""

WITHOUT_DATA = ("no_data", "no_source")

TEXTS = {
    "sure": ("95% 区间 {}", "95 % interval {}"),
    "key": (
        "折线为近 {} 期，虚线为目标，○ 为不完整或样本不足；▲▼ 为控制图判定的特殊原因。",
        "Line: last {} periods; dashed: target; ○ partial or too few; ▲▼ special causes.",
    ),
    "target": ("目标 {}", "Target {}"),
    "no_target": ("没有目标", "No target"),
    "watched": ("– 只监控", "– watched only"),
    "met": ("✓ 达标", "✓ met"),
    "missed": ("✗ 未达标", "✗ missed"),
    "month_change": ("较上月：{}", "vs last month: {}"),
    "change": ("较上期：{}", "vs the period before: {}"),
    "same": ("持平", "unchanged"),
    "absent": ("没有数据、未计入得分：{}。", "No data, left out of the score: {}."),
    "none": ("{} 没有可以显示的指标。", "{}: no metric to show."),
    "spark": (
        "{}近 {} 期：最低 {}（{}），最高 {}（{}），最近 {}。",
        "{}, last {} periods: lowest {} ({}), highest {} ({}), latest {}.",
    ),
}


def show_metric_cards(
    over: pd.DataFrame,
    scores: pd.DataFrame,
    standard: Standard,
    *,
    period: str,
    language: str = "zh",
) -> Html:
    """Show each metric of a period on a card: value, target, change, state, twelve months.

    Parameters
    ----------
    over : DataFrame
        From :func:`csqa.compare_vertical`, of the whole.
    scores : DataFrame
        From :func:`csqa.score`, of the whole.
    standard : Standard
        For the names, and for how many records count.
    period : str
        The month.
    language : {"zh", "en"}
        Of all texts.

    Returns
    -------
    Html
        One card per metric with data, in the order of the standard; those without are named
        below. The change is in percentage points where the metric is a rate; it is in the
        metric's own unit and in per cent where it is a time. ▲▼ only where a control chart saw
        more than chance.
    """
    now = scores[scores["period"] == period]
    absent = now.loc[now["status"].isin(WITHOUT_DATA), "metric"]
    whole = over[over["unit"] == schema.OVERALL]
    cards = [
        _Card(row, _history(whole, row["metric"], period), standard, language)
        for row in records(now[~now["status"].isin(WITHOUT_DATA)])
    ]
    if not cards:
        return paragraph(_text("none", language).format(period))
    items = "\n".join(f'<li class="metric-card">{card.html}</li>' for card in cards)
    shown = Html(
        f'<ul class="metric-cards">\n{items}\n</ul>', "\n".join(card.text for card in cards)
    )
    shown += paragraph(_text("key", language).format(MONTHS))
    if absent.empty:
        return shown
    names = words.join((standard.metric(key).name(language) for key in absent), language)
    return shown + paragraph(_text("absent", language).format(names))


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]


def _history(over: pd.DataFrame, metric: str, period: str) -> pd.DataFrame:
    """The last periods of a metric, an empty row for each that is missing."""
    rows = over[(over["metric"] == metric) & (over["period"] <= period)]
    if rows.empty:
        return rows
    periods = [rows["period"].min()]
    while periods[-1] < period:
        periods.append(next_period(periods[-1]))
    rows = rows.set_index("period").reindex(periods[-MONTHS:])
    return rows.rename_axis("period").reset_index()


class _Card:
    """One metric of one period."""

    def __init__(
        self, row: dict[str, Any], history: pd.DataFrame, standard: Standard, language: str
    ) -> None:
        self.row, self.history, self.language = row, history, language
        self.standard, self.kind = standard, row["kind"]
        self.name = standard.metric(row["metric"]).name(language)
        self.counted = row["status"] != "too_few" and not math.isnan(row["value"])

    @property
    def html(self) -> str:
        """The card, every text escaped."""
        state = " ".join(badge_html(one) for one in self._states())
        return "\n".join(
            [
                f'<p class="name"><strong>{escape(self.name)}</strong></p>',
                f'<p class="value"><b>{escape(self._value())}</b></p>',
                f'<p class="note">{escape(self._sure())}<br>n={self.row["n"]:,}</p>',
                draw_spark(self._spark(), self._alt()) if self.counted else "",
                f"<p>{escape(self._target())}<br>{escape(self._change())}</p>",
                f'<p class="states">{state}</p>',
            ]
        )

    @property
    def text(self) -> str:
        """The same in one line."""
        states = (one.text for one in self._states())
        size = f"n={self.row['n']:,}"
        parts = [self._value(), self._sure(), size, self._target(), self._change(), *states]
        return f"{self.name}  {'  '.join(parts)}"

    def _value(self) -> str:
        if not self.counted:
            return "–"
        return words.format_value(self.row["value"], self.kind, self.language)

    def _sure(self) -> str:
        if not self.counted:
            return words.label("too_few", self.language)
        bounds = self.row["lower"], self.row["upper"]
        sure = words.format_interval(*bounds, self.kind, self.language)
        return _text("sure", self.language).format(sure, self.row["n"])

    def _target(self) -> str:
        target = format_row_target(self.row, self.language)
        if target == "–":
            return _text("no_target", self.language)
        return _text("target", self.language).format(target)

    def _change(self) -> str:
        monthly = kind_of(self.row["period"]) == "month"
        key = "month_change" if monthly else "change"
        return _text(key, self.language).format(self._difference())

    def _difference(self) -> str:
        """The change since the period before, or why there is none."""
        obstacle = self._obstacle()
        if obstacle:
            return words.label(obstacle, self.language)
        before, now = self.history["value"].iloc[-2:]
        return format_change(before, now, self.kind, self.language)

    def _obstacle(self) -> str:
        pair = self.history.tail(2)
        if len(pair) < 2 or pair["value"].isna().any():
            return "no_earlier_period" if self.counted else "not_scored"
        if not pair["complete"].eq(True).all():
            return "partial_period"
        few = (pair["n"] < self.standard.count_only_below).any()
        return "not_scored" if few else ""

    def _states(self) -> Iterator[Badge]:
        """Whether on target, and whether it moved by more than chance."""
        yield self._met()
        if len(self.history) and self.history["variation"].iloc[-1] in ("concern", "improvement"):
            yield badge(self.history["variation"].iloc[-1], self.language)
        elif len(self.history) and self.history["variation"].iloc[-1] == "common":
            yield badge("common", self.language)

    def _met(self) -> Badge:
        met = self.row["met"]
        if met is not None and not pd.isna(met):
            key = "met" if met else "missed"
            return Badge(_text(key, self.language), key)
        if self.row["direction"] is None or pd.isna(self.row["direction"]):
            return Badge(_text("watched", self.language))
        label = words.label(self.row["status"], self.language)
        return Badge(f"{HOLLOW.sign} {label}", "few")

    def _spark(self) -> Spark:
        rows = self.history
        hollow = ~rows["complete"].eq(True) | ~(rows["n"] >= self.standard.count_only_below)
        variation = "" if rows.empty else str(rows["variation"].iloc[-1])
        plain = HOLLOW if len(rows) and hollow.iloc[-1] else Mark(INK, "o", "●")
        limits = [rows[name] for name in ("target", "target_upper") if name in rows]
        return Spark(
            rows["value"].astype(float).tolist(),
            [limit.astype(float).tolist() for limit in limits],
            hollow.tolist(),
            VARIATIONS.get(variation, plain),
        )

    def _alt(self) -> str:
        """What the sparkline shows."""
        known = [row for row in records(self.history) if not pd.isna(row["value"])]
        if not known:
            return ""
        low, high = (end(known, key=itemgetter("value")) for end in (min, max))
        lowest, highest, latest = (
            words.format_value(row["value"], self.kind, self.language)
            for row in (low, high, known[-1])
        )
        text = _text("spark", self.language)
        ends = (lowest, low["period"], highest, high["period"], latest)
        return text.format(self.name, len(self.history), *ends)


def format_change(before: float, now: float, kind: str, language: str = "zh") -> str:
    """Write how a metric moved: rates by percentage points, times also in per cent.

    Examples
    --------
    >>> format_change(0.80, 0.85, "share"), format_change(40.0, 36.0, "seconds")
    ('+5 个百分点', '−4 秒（−10.0%）')
    >>> format_change(0.5, 0.5, "share"), format_change(0.30, 0.25, "nps", "en")
    ('持平', '−5 points')
    """
    size = words.format_difference(now - before, kind, language)
    if now == before or size.split(" ")[0] in ("0", "0.0"):
        return _text("same", language)
    if size.startswith("<"):
        same = _text("same", language)
        return f"{same}（{size}）" if language == "zh" else f"{same} ({size})"
    sign = "+" if now > before else "−"
    if kind not in ("seconds", "number") or before <= 0:
        return sign + size
    share = f"{words.format_signed((now / before - 1) * 100)}%"
    return f"{sign}{size}（{share}）" if language == "zh" else f"{sign}{size} ({share})"


def format_row_target(row: dict[str, Any], language: str = "zh") -> str:
    """Write the target of a row of scores; of a range, both its ends."""
    upper = row.get("target_upper", math.nan)
    kind = row["kind"]
    return words.format_target(row["target"], row["direction"], kind, language, upper=upper)
