"""What a rule file says, in short: for ``csqa standard check``, when nothing is wrong with it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from csqa import words
from csqa.frames import records
from csqa.goals import check_goals
from csqa.rules.calendar import Calendar
from csqa.rules.inspection import Form
from csqa.rules.lines import Positions
from csqa.rules.mapping import Mapping
from csqa.rules.measures import measure_of
from csqa.rules.schedule import MINUTES_PER_DAY, Hours, Spans
from csqa.rules.standard import Line, Metric, Standard, Version
from csqa.schema import OVERALL, TABLES

MOST_NAMED = 8
"""Of a list that may be long; the rest is counted."""

_WEEKDAYS = "一二三四五六日"


def printable(line: str) -> str:
    r"""Take out what would steer a terminal.

    Examples
    --------
    >>> printable("客服\x1b[2J")
    '客服·[2J'
    """
    return "".join(c if c.isprintable() else "·" for c in line)


def describe_standard(
    standard: Standard, on: date, positions: Positions | None = None
) -> Iterator[str]:
    """Say what a standard asks: its versions, targets, relaxations, goals, line by line.

    Parameters
    ----------
    standard : Standard
        As read.
    on : date
        Today: goals due before it are past.
    positions : Positions, optional
        Where its goals stand in the file.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> lines = list(describe_standard(read_standard(), date(2025, 6, 30)))
    >>> lines[0]
    '标准可用：1 个版本，11 项指标。'
    >>> next(line for line in lines if "平均处理时长" in line)
    '  平均处理时长：≤ 10 分钟'
    """
    count = len(standard.versions)
    yield f"标准可用：{count} 个版本，{len(standard.metric_keys)} 项指标。"
    before: Version | None = None
    for version in standard.versions:
        yield from _describe_version(version, before)
        before = version
    yield from _describe_relaxations(standard)
    yield from _describe_goals(standard, on, positions or Positions())


def _describe_version(version: Version, before: Version | None) -> Iterator[str]:
    same = before is not None and version.weights == before.weights
    weights = words.join(
        f"{version.dimension_name(key)} {words.format_value(weight, 'share', short=True)}"
        for key, weight in version.weights
    )
    yield f"自 {version.effective} 起" + ("，变化的是：" if same else f"，权重 {weights}：")
    old = {metric.key: metric for metric in before.metrics} if before else {}
    changed = [metric for metric in version.metrics if old.get(metric.key) != metric]
    yield from (_describe_metric(metric, old.get(metric.key)) for metric in changed)
    if not changed:
        yield "  （没有变化）"


def _describe_metric(metric: Metric, before: Metric | None) -> str:
    told = _describe_target(metric)
    was = _describe_target(before) if before else told
    change = f"{was} → {told}" if was != told else told
    extra = [f"维度内权重 {metric.weight:g}"] if metric.weight != 1 else []
    extra += (
        [f"加分：每 {metric.bonus.per:g} 加 {metric.bonus.points:g} 分"] if metric.bonus else []
    )
    return "  " + words.join_clauses([f"{metric.name()}：{change}", *extra])


def _describe_target(metric: Metric) -> str:
    if not metric.lines:
        return "只监控，不计分" if not metric.bonus else "只加分"
    *exceptions, base = metric.lines
    told = [f"{_name_where(line)} {_write(line, metric)}" for line in exceptions]
    lines = words.join_clauses([_write(base, metric), *told])
    return lines if metric.deduction else f"{lines}（达标与否，不计分）"


def _write(line: Line, metric: Metric) -> str:
    return _write_target(*line.bounds, metric.direction, metric)


def _write_target(target: float, upper: float, direction: str | None, metric: Metric) -> str:
    return words.format_target(target, direction, measure_of(metric).kind, upper=upper)


def _name_where(line: Line) -> str:
    return words.join(_name_condition(column, value) for column, value in line.where)


def _name_condition(column: str, value: Any) -> str:
    if column == "peak":
        return "高峰时段" if value else "非高峰时段"
    return words.label(str(value))


def _describe_relaxations(standard: Standard) -> Iterator[str]:
    newest = standard.versions[-1]
    relaxed = [
        f"  {metric.name()}，{_name_where(line)}：{_write(metric.lines[-1], metric)}"
        f" 放宽到 {_write(line, metric)}（{line.note or '没有写原因'}）"
        for metric in newest.metrics
        for line in metric.lines[:-1]
        if metric.relaxes(line)
    ]
    if relaxed:
        yield f"现行标准里的放宽，共 {len(relaxed)} 处："
        yield from relaxed


def _describe_goals(standard: Standard, on: date, positions: Positions) -> Iterator[str]:
    if standard.goals:
        yield f"目标，共 {len(standard.goals)} 个："
    checked = check_goals(standard, on=on)
    for goal, row in zip(standard.goals, records(checked), strict=True):
        known = goal.metric in standard.metric_keys
        name = standard.metric(goal.metric).name() if known else goal.metric or "（没有写指标）"
        unit = f"（{row['unit']}）" if row["unit"] != OVERALL else ""
        ends = row["target"], row["target_upper"], goal.direction
        value = _write_target(*ends, standard.metric(goal.metric)) if known else "–"
        by = f"，到 {goal.by}" if goal.by else ""
        yield f"  {positions.place_faults([goal.place])[0]} {name}{unit}：{value}{by}"
        if row["advice"]:
            yield f"    还不完整：{row['advice']}"


def describe_mapping(mapping: Mapping) -> Iterator[str]:
    """Say what a mapping maps, line by line.

    Examples
    --------
    >>> from csqa.rules.mapping import read_mapping
    >>> next(describe_mapping(read_mapping({"tables": {"contacts": {"columns": {"team": "组"}}}})))
    '映射可用：1 张表。'
    """
    yield f"映射可用：{len(mapping.tables)} 张表。"
    zone = mapping.time_zone or "没有写，用 Asia/Shanghai"
    yield f"月份按这个时区划分：{zone}"
    for name, table in mapping.tables.items():
        named = words.join([TABLES[name].column(key).zh for key in table.columns][:MOST_NAMED])
        rest = f" 等 {len(table.columns)} 列" if len(table.columns) > MOST_NAMED else ""
        yield f"  {TABLES[name].zh}：{named or '按表头认'}{rest}"


def describe_calendar(calendar: Calendar) -> Iterator[str]:
    """Say when a calendar is open, line by line.

    Examples
    --------
    >>> from csqa.rules.calendar import read_calendar
    >>> list(describe_calendar(read_calendar()))[:2]
    ['日历可用。', '高峰时段：10:00-12:00、19:00-22:00']
    """
    yield "日历可用。"
    yield f"高峰时段：{_write_spans(calendar.peak_minutes) or '没有'}"
    named = {0: "其他渠道"} if calendar.channels else {0: "各渠道"}
    for channel, place in calendar.channels.items():
        name = words.label(channel)
        named[place] = f"{named[place]}、{name}" if place in named else name
    for place, name in sorted(named.items()):
        yield f"{name}：{_write_hours(calendar.schedules[place].hours[-1])}"
    years = sorted(calendar.covered_years)
    span = f"{years[0]}–{years[-1]} 年" if years else "没有"
    worked = f"调休上班 {len(calendar.makeup_days)} 天"
    yield f"节假日：{span}，放假 {len(calendar.holidays)} 天，{worked}"


def _write_hours(hours: Hours) -> str:
    """The week, days with the same hours together."""
    days: dict[str, str] = {}
    for number, spans in enumerate(hours.week):
        told = _write_spans(spans) or "不营业"
        days[told] = days.get(told, "") + _WEEKDAYS[number]
    works = "节假日照常" if hours.works_on_holidays else "节假日休息"
    if len(days) == 1:
        return f"每天 {next(iter(days))}，{works}"
    return "，".join([*(f"{_name_days(names)} {told}" for told, names in days.items()), works])


def _name_days(names: str) -> str:
    """周一至周五, where three days or more follow one another."""
    follow = len(names) > 2 and names in _WEEKDAYS
    return f"周{names[0]}至周{names[-1]}" if follow else words.join(f"周{name}" for name in names)


def _write_spans(spans: Spans) -> str:
    if spans == ((0, MINUTES_PER_DAY),):
        return "24 小时"
    return words.join(f"{_write_minute(start)}-{_write_minute(end)}" for start, end in spans)


def _write_minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def describe_form(form: Form) -> Iterator[str]:
    """Say what an inspection form holds, line by line.

    Examples
    --------
    >>> from csqa.rules.inspection import read_form
    >>> next(describe_form(read_form()))
    '质检表可用：3 项。'
    """
    listed = [item for item in form.items if item.listed]
    yield f"质检表可用：{len(listed)} 项。"
    for item in listed:
        fatal = "；致命项" if item.critical else ""
        yield f"  {form.name(item.key)}：权重 {item.weight:g}{fatal}"
