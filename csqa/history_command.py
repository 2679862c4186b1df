"""The command ``csqa standard history``: each month by the standard then and by the newest one."""

import argparse
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from csqa.rules.standard import Standard

DONE = 0

HEADERS = {
    "zh": ("月份", "实际值", "当时的目标", "当时得分", "最新的目标", "重算得分"),
    "en": ("Month", "Value", "Target then", "Score then", "Newest target", "Restated"),
}
_COMPOSITE = {"zh": "综合得分", "en": "Composite"}
_PARTIAL = {"zh": "（不完整）", "en": " (partial)"}


def add_history(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """Add the command to those under ``csqa standard``, and return its parser."""
    told = "逐月对照：当时生效的标准怎样评，按最新一版标准重算又怎样；只列有差别的指标。"
    parser = commands.add_parser("history", help="新旧标准逐月对照", description=told)
    parser.add_argument("data", metavar="数据", help="文件、文件夹或数据库地址")
    parser.add_argument("--standard", metavar="文件", help="标准（YAML）；缺省为自带的标准")
    parser.add_argument("--until", metavar="YYYY-MM", help="最后一个月；缺省到数据的末尾")
    parser.add_argument("--months", default=12, type=int, metavar="N", help="看几个月，缺省 12")
    parser.add_argument("--metric", metavar="指标", help="只看这一项，写标准里的键")
    parser.add_argument("--mapping", metavar="文件", help="映射（YAML），或自带映射的名字")
    parser.add_argument("--calendar", metavar="文件", help="日历（YAML）；缺省为自带的")
    parser.add_argument("--language", default="zh", choices=["zh", "en"], help="语言")
    parser.set_defaults(command=_history)
    return parser


def _history(options: argparse.Namespace) -> int:
    from csqa.load import load
    from csqa.periods import check_month
    from csqa.restate import restate
    from csqa.rules.calendar import read_calendar
    from csqa.rules.standard_reader import read_standard

    standard, calendar = read_standard(options.standard), read_calendar(options.calendar)
    until = check_month(options.until) if options.until else None
    if options.metric:
        standard.metric(options.metric)  # refused if there is none
    data = load(options.data, mapping=options.mapping)
    newest = standard.restated()
    compared = restate(data, standard, until=until, calendar=calendar, as_if=newest)
    for line in describe_history(
        compared, standard, months=options.months, metric=options.metric, language=options.language
    ):
        print(line)
    return DONE


def describe_history(
    compared: "pd.DataFrame",
    standard: "Standard",
    *,
    months: int = 12,
    metric: str | None = None,
    language: str = "zh",
) -> Iterator[str]:
    """Say month by month what the standard then and the newest one make of each metric.

    Parameters
    ----------
    compared : DataFrame
        From :func:`csqa.restate`, of one unit.
    standard : Standard
        For names, and the date of its newest version.
    months : int
        The last so many of the periods.
    metric : str, optional
        Only this one; without it those that differ, and the composite.
    language : {"zh", "en"}

    Yields
    ------
    str
        A line; columns are aligned for a terminal.

    Examples
    --------
    >>> import pandas as pd
    >>> from csqa.rules.standard_reader import read_standard
    >>> row = {"period": "2025-06", "metric": "csat", "kind": "share", "direction": "at_least"}
    >>> row |= {"value": 0.88, "target": 0.85, "score": 100.0, "changed": True, "complete": True}
    >>> row |= {"target_restated": 0.9, "score_restated": 88.0, "target_upper": float("nan")}
    >>> compared = pd.DataFrame([row | {"target_upper_restated": float("nan")}])
    >>> list(describe_history(compared, read_standard()))[-1]
    '2025-06  88.0%   ≥ 85%       100.0     ≥ 90%       88.0'
    """
    from csqa.frames import records

    day, zh = standard.versions[-1].effective, language == "zh"
    periods = sorted(compared["period"].unique())[-months:]
    shown = compared[compared["period"].isin(periods)]
    keys = [metric] if metric else list(dict.fromkeys(shown.loc[shown["changed"], "metric"]))
    if not keys:
        yield "新旧标准没有差别。" if zh else "Both standards say the same."
        return
    newest = f"最新一版自 {day} 起生效。" if zh else f"The newest version is in force from {day}."
    yield newest
    for key in keys:
        rows = records(shown[shown["metric"] == key])
        yield from _describe_metric(key, list(rows), standard, language)


def _describe_metric(
    key: str, rows: list[dict[str, Any]], standard: "Standard", language: str
) -> Iterator[str]:
    """Its name and its months; the composite has neither value nor target."""
    from csqa.restate import COMPOSITE
    from csqa.show.rule_files import printable

    whole = key == COMPOSITE
    name = _COMPOSITE[language] if whole else standard.metric(key).name(language)
    columns = (0, 3, 5) if whole else range(len(HEADERS[language]))
    table = [HEADERS[language], *(_cells(row, language) for row in rows)]
    yield ""
    yield printable(name)
    yield from _align([[row[column] for column in columns] for row in table])


def _cells(row: dict[str, Any], language: str) -> tuple[str, ...]:
    from csqa import words

    def target(suffix: str) -> str:
        limit, upper = row[f"target{suffix}"], row[f"target_upper{suffix}"]
        return words.format_target(limit, row["direction"], row["kind"], language, upper=upper)

    partial = "" if row["complete"] else _PARTIAL[language]
    value = words.format_value(row["value"], row["kind"], language)
    scores = [words.format_points(row[name]) for name in ("score", "score_restated")]
    return row["period"] + partial, value, target(""), scores[0], target("_restated"), scores[1]


def _align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines with their columns below one another: a Chinese character takes two places."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        ]
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
