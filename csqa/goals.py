"""goals: what each goal of a standard lacks to be specific, measurable … (SMART, T1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from csqa import words
from csqa.rules.faults import find_nearest
from csqa.rules.goals import Goal
from csqa.rules.measures import measure_of
from csqa.rules.scoring import excess
from csqa.rules.standard import AT_LEAST, AT_MOST, Line, Metric, Standard, is_looser
from csqa.rules.standard_reader import read_standard
from csqa.schema import OVERALL

SPECIFIC, MEASURABLE, ATTAINABLE = "specific", "measurable", "attainable"
RELEVANT, TIME_BOUND = "relevant", "time_bound"
SMART = (SPECIFIC, MEASURABLE, ATTAINABLE, RELEVANT, TIME_BOUND)
"""What a goal should be."""


@dataclass(frozen=True)
class _Finding:
    aspect: str
    """One of :data:`SMART`."""
    fault: str
    zh: str
    en: str


def check_goals(
    standard: Standard | None = None, *, on: date | None = None, language: str = "zh"
) -> pd.DataFrame:
    """Check the goals of a standard: what each lacks of the five parts of SMART, and what to write.

    Parameters
    ----------
    standard : Standard, optional
        Its ``goals`` are checked, against its metrics and targets. Default: the shipped one,
        which has none.
    on : date, optional
        The day on which it is asked; a goal due before it is past. Left out: no goal is.
    language : {"zh", "en"}
        Of ``advice``.

    Returns
    -------
    DataFrame, one row per goal, in the order of the file
        ``goal`` (its place: ``goals[0]``); ``metric``; ``unit`` (``team=在线一组``, or ``all``);
        ``direction``, ``target``, ``target_upper`` (in the metric's own unit); ``by``;
        ``start``, ``start_date``; ``owner``; ``note``; ``missing``: which of :data:`SMART` it
        lacks, and ``fault``: why, both joined by spaces and "" where all is well; ``advice``.

        Faults: ``no_metric``, ``unknown_metric``, ``repeated`` (specific); ``no_target``,
        ``wrong_direction``, ``out_of_range`` (measurable); ``no_start``, ``already_met``
        (attainable); ``looser`` than the target in force when it is due (relevant); ``no_date``,
        ``past``, ``before_start`` (time-bound).

    Examples
    --------
    >>> from dataclasses import replace
    >>> goal = Goal("goals[0]", "csat", "at_least", 0.92, start_value=0.88)
    >>> row = check_goals(replace(read_standard(), goals=(goal,))).iloc[0]
    >>> row.missing, row.advice
    ('time_bound', '没有期限：写 by: 2025-12-31。')
    """
    standard = standard or read_standard()
    side = "zh" if language == "zh" else "en"
    rows = []
    for goal in standard.goals:
        found = list(_find(goal, standard, on))
        aspects = {finding.aspect for finding in found}
        rows.append(
            _describe(goal)
            | {
                "missing": " ".join(aspect for aspect in SMART if aspect in aspects),
                "fault": " ".join(finding.fault for finding in found),
                "advice": words.join_sentences([getattr(one, side) for one in found], language),
            }
        )
    return pd.DataFrame(rows, columns=GOAL_COLUMNS).astype(_TYPES)


_TYPES = {
    "target": "float64",
    "target_upper": "float64",
    "start": "float64",
    "by": "datetime64[us]",
    "start_date": "datetime64[us]",
}

GOAL_COLUMNS = (
    "goal",
    "metric",
    "unit",
    "direction",
    "target",
    "target_upper",
    "by",
    "start",
    "start_date",
    "owner",
    "note",
    "missing",
    "fault",
    "advice",
)
"""Of the table that :func:`check_goals` gives."""


def _describe(goal: Goal) -> dict[str, object]:
    return {
        "goal": goal.place,
        "metric": goal.metric,
        "unit": " ".join(f"{column}={value}" for column, value in goal.unit) or OVERALL,
        "direction": goal.direction or "",
        "target": goal.target,
        "target_upper": goal.upper,
        "by": goal.by,
        "start": goal.start_value,
        "start_date": goal.start_day,
        "owner": goal.owner,
        "note": goal.note,
    }


def _find(goal: Goal, standard: Standard, on: date | None) -> Iterator[_Finding]:
    metric = (
        standard.metric_on(goal.metric, goal.by or date.max) if _is_known(goal, standard) else None
    )
    yield from _check_metric(goal, standard)
    yield from _check_target(goal, metric)
    yield from _check_start(goal, metric)
    if metric:
        yield from _check_standard(goal, metric)
    yield from _check_date(goal, on)


def _is_known(goal: Goal, standard: Standard) -> bool:
    return goal.metric in standard.metric_keys


def _check_metric(goal: Goal, standard: Standard) -> Iterator[_Finding]:
    keys = standard.metric_keys
    if not goal.metric:
        zh, en = f"没有指标：写 metric: {keys[0]}。", f"No metric: write metric: {keys[0]}."
        yield _Finding(SPECIFIC, "no_metric", zh, en)
    elif goal.metric not in keys:
        near = find_nearest(goal.metric, keys)
        zh = f"标准里没有指标 {goal.metric!r}" + (f"，是不是 {near}？" if near else "。")
        en = f"The standard has no metric {goal.metric!r}" + (f"; {near}?" if near else ".")
        yield _Finding(SPECIFIC, "unknown_metric", zh, en)
    earlier = _find_equal(goal, standard)
    if earlier:
        zh = f"与 {earlier} 的指标、对象和期限都相同：只留一个。"
        en = f"Same metric, unit and date as {earlier}: keep one."
        yield _Finding(SPECIFIC, "repeated", zh, en)


def _find_equal(goal: Goal, standard: Standard) -> str | None:
    """Place of an earlier goal for the same metric, unit and date."""
    for earlier in standard.goals:
        if earlier is goal:
            return None
        if (earlier.metric, earlier.unit, earlier.by) == (goal.metric, goal.unit, goal.by):
            return earlier.place
    return None


def _check_target(goal: Goal, metric: Metric | None) -> Iterator[_Finding]:
    direction = (metric and metric.direction) or AT_LEAST
    if goal.target is None:
        example = _write_target(metric)
        zh, en = f"没有目标值：写 target: {example}。", f"No value: write target: {example}."
        yield _Finding(MEASURABLE, "no_target", zh, en)
    elif metric and metric.direction in (AT_MOST, AT_LEAST) and goal.direction != direction:
        zh = f"方向与标准不同：该指标的目标是 {direction}，这里写的是 {goal.direction}。"
        en = f"The standard's target is {direction}, the goal says {goal.direction}."
        yield _Finding(MEASURABLE, "wrong_direction", zh, en)
    if metric and _is_out_of_range(goal, metric):
        zh, en = "比率写 0 到 1 之间：90% 写 0.90。", "Write shares between 0 and 1: 90% is 0.90."
        yield _Finding(MEASURABLE, "out_of_range", zh, en)


def _write_target(metric: Metric | None) -> str:
    """A target as it is written in the file: the metric's own, else an example."""
    if metric and metric.lines and metric.direction in (AT_MOST, AT_LEAST):
        return f"{{{metric.direction}: {metric.lines[-1].target:g}}}"
    return "{at_least: 0.9}"


def _is_out_of_range(goal: Goal, metric: Metric) -> bool:
    least = {"share": 0.0, "nps": -1.0}.get(measure_of(metric).kind)
    values = [value for value in (goal.target, goal.upper, goal.start_value) if value is not None]
    return least is not None and not all(least <= value <= 1 for value in values)


def _check_start(goal: Goal, metric: Metric | None) -> Iterator[_Finding]:
    if goal.start_value is None:
        zh = "没有起点，看不出够不够得着：写 from: {value: 现在的值, date: 2025-06-30}。"
        en = "No start to judge the step by: write from: {value: today's, date: 2025-06-30}."
        yield _Finding(ATTAINABLE, "no_start", zh, en)
    elif goal.target is not None and goal.direction and metric and _is_met(goal):
        value = words.format_value(goal.start_value, measure_of(metric).kind, short=True)
        zh = f"起点 {value} 已经达到目标：写一个还没有达到的值。"
        value = words.format_value(goal.start_value, measure_of(metric).kind, "en", short=True)
        en = f"The start, {value}, meets the goal already: set one that is not met yet."
        yield _Finding(ATTAINABLE, "already_met", zh, en)


def _is_met(goal: Goal) -> bool:
    if goal.start_value is None or goal.target is None:
        return False
    if goal.upper is not None:
        return goal.target <= goal.start_value <= goal.upper
    return excess(goal.start_value, goal.target, str(goal.direction)).item() == 0


def _check_standard(goal: Goal, metric: Metric) -> Iterator[_Finding]:
    """A goal that asks less than the standard does leads nowhere."""
    same = goal.direction == metric.direction and goal.target is not None
    if not same or not metric.lines or not metric.direction:
        return
    line = _line_for(goal, metric)
    aimed = Line((), goal.target or 0.0, upper=goal.upper)
    if is_looser(aimed, line, metric.direction):
        target, upper = line.bounds
        kind = measure_of(metric).kind
        texts = [
            words.format_target(target, metric.direction, kind, language, upper=upper)
            for language in ("zh", "en")
        ]
        zh = f"比到期时生效的标准（{texts[0]}）宽：达到了也不达标。"
        en = f"Looser than the standard in force by then ({texts[1]}): reached, it still misses."
        yield _Finding(RELEVANT, "looser", zh, en)


def _line_for(goal: Goal, metric: Metric) -> Line:
    """The most specific line that holds for all contacts of the goal's unit."""
    unit = dict(goal.unit).items()
    return next(line for line in metric.lines if dict(line.where).items() <= unit)


def _check_date(goal: Goal, on: date | None) -> Iterator[_Finding]:
    if goal.by is None:
        example = (on or date(2025, 1, 1)).replace(month=12, day=31)
        zh, en = f"没有期限：写 by: {example}。", f"No date: write by: {example}."
        yield _Finding(TIME_BOUND, "no_date", zh, en)
    elif on and goal.by < on:
        zh = f"期限 {goal.by} 已过（今天 {on}）：验证结果，再立新目标。"
        en = f"It was due on {goal.by} (today {on}): verify it, then set a new one."
        yield _Finding(TIME_BOUND, "past", zh, en)
    if goal.by and goal.start_day and goal.by <= goal.start_day:
        zh = f"期限 {goal.by} 不晚于起点 {goal.start_day}。"
        en = f"It is due on {goal.by}, not after its start on {goal.start_day}."
        yield _Finding(TIME_BOUND, "before_start", zh, en)
