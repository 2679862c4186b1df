"""The lanes of a standard's timeline: which limit was in force from when to when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from csqa import words
from csqa.rules.measures import measure_of
from csqa.rules.standard import Line, Metric, Standard, Version, is_looser

Where = tuple[tuple[str, Any], ...]
"""Conditions of a line; none for the base line."""

TEXTS = {
    "tightened": ("收紧", "tighter"),
    "relaxed": ("放宽", "looser"),
    "changed": ("调整", "changed"),
    "added": ("新增 {}", "new: {}"),
}


@dataclass(frozen=True)
class Span:
    """A limit from the day it came into force."""

    start: date
    end: date | None
    """Day from which it no longer holds; None: still in force."""
    texts: tuple[str, ...]
    """What to write, the fullest first: the one is taken that has room."""
    lead: str = ""
    """What stands before the note, when there is one."""
    note: str = ""
    """Why a relaxation is allowed; as much of it is written as there is room for."""
    turn: str = ""
    """``tightened``, ``relaxed``, ``changed``, ``added``; "" where the limit was not moved."""


@dataclass(frozen=True)
class Lane:
    """One line of a target through time."""

    metric: str
    name: str
    base: bool
    """Whether it holds for all contacts; else for those of its conditions."""
    spans: tuple[Span, ...]


def list_lanes(
    standard: Standard, metrics: Sequence[str] | None = None, language: str = "zh"
) -> list[Lane]:
    """List the targets of a standard through all its versions.

    Parameters
    ----------
    standard : Standard
        All versions count.
    metrics : sequence of str, optional
        Default: all that ever had a target, in the standard's order.
    language : {"zh", "en"}
        Of names and texts.

    Returns
    -------
    list of Lane
        Per metric its base line, then its exceptions. A limit that stays is one span however many
        versions there are.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> [lane.name for lane in list_lanes(read_standard(), ["first_response_phone"])]
    ['平均响应时长（电话）', '高峰时段']
    >>> list_lanes(read_standard(), ["csat"])[0].spans[0].texts
    ('≥ 90%', '90%')
    """
    keys = standard.metric_keys if metrics is None else metrics
    return [lane for key in keys for lane in _lanes_of(standard, key, language)]


def _lanes_of(standard: Standard, key: str, language: str) -> Iterator[Lane]:
    newest = standard.metric(key)
    known = [(version, _metric_of(version, key)) for version in standard.versions]
    places = dict.fromkeys(
        line.where for _, metric in reversed(known) if metric for line in reversed(metric.lines)
    )
    for where in places:
        name = _conditions(where, language) if where else newest.name(language)
        yield Lane(key, name, not where, tuple(_spans(known, where, language)))


def _metric_of(version: Version, key: str) -> Metric | None:
    return next((metric for metric in version.metrics if metric.key == key), None)


def _conditions(where: Where, language: str) -> str:
    """Name an exception by its conditions: ``scene=aftersale`` is 售后."""
    peak = {True: "peak", False: "off_peak"}
    keys = (peak[bool(value)] if column == "peak" else value for column, value in where)
    return words.join((words.label(key, language) for key in keys), language)


def _spans(
    known: Sequence[tuple[Version, Metric | None]], where: Where, language: str
) -> Iterator[Span]:
    """Join the versions in which a line is the same."""
    runs: list[tuple[date, Metric | None, Line | None]] = []
    for version, metric in known:
        line = next((one for one in metric.lines if one.where == where), None) if metric else None
        if not runs or runs[-1][2] != line:
            runs.append((version.effective, metric, line))
    ends = [start for start, _, _ in runs[1:]]
    before = None
    for (start, metric, line), end in zip(runs, [*ends, None], strict=True):
        if metric and line:
            first = start == known[0][0].effective
            turn = "" if first else _turn(line, before, metric)
            texts = _texts(line, before, metric, turn, language)
            note = line.note if language == "zh" else ""  # written by a supervisor, in Chinese
            yield Span(start, end, texts, _lead(texts, turn, language), note, turn)
        before = line


def _turn(line: Line, before: Line | None, metric: Metric) -> str:
    """Which way a limit moved; a range can move both ways at once."""
    if before is None:
        return "added"
    if (line.target, line.upper) == (before.target, before.upper):
        return ""  # only the note is another one
    direction = str(metric.direction)
    looser, tighter = is_looser(line, before, direction), is_looser(before, line, direction)
    return "changed" if looser == tighter else ("relaxed" if looser else "tightened")


def _texts(
    line: Line, before: Line | None, metric: Metric, turn: str, language: str
) -> tuple[str, ...]:
    bare, whole = limit_text(line, metric, language), _with_sign(line, metric, language)
    if turn in ("", "added"):
        full = _text("added", language).format(whole) if turn else whole
        return tuple(dict.fromkeys((full, bare)))
    then = limit_text(before, metric, language) if before else ""
    moved, way = f"{then} → {bare}", _text(turn, language)
    said = f"{moved}（{way}）" if language == "zh" else f"{moved} ({way})"
    return said, moved, f"→ {bare}", bare


def _lead(texts: tuple[str, ...], turn: str, language: str) -> str:
    """Up to where the note begins: ``45 秒 → 60 秒（放宽，``."""
    if turn in ("", "added"):
        return f"{texts[0]}（"
    return f"{texts[1]}（{_text(turn, language)}，"


def limit_text(line: Line, metric: Metric, language: str = "zh") -> str:
    """Write a limit without its sign; of a range, both ends.

    Examples
    --------
    >>> metric = Metric("csat", (), "experience", "csat_satisfied", direction="between")
    >>> limit_text(Line((), 0.8, upper=0.9), metric)
    '80%–90%'
    """
    return _with_sign(line, metric, language).removeprefix("≤ ").removeprefix("≥ ")


def _with_sign(line: Line, metric: Metric, language: str) -> str:
    target, upper = line.bounds
    kind = measure_of(metric).kind
    return words.format_target(target, metric.direction, kind, language, upper=upper)


def _text(key: str, language: str) -> str:
    return TEXTS[key][words.LANGUAGES.index(language)]
