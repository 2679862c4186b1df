"""The command ``csqa standard review``: what a meeting needs to decide on the targets."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from csqa.engine.dataset import Dataset
    from csqa.rules.calendar import Calendar
    from csqa.rules.standard import Standard

DONE = 0


def add_review(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
) -> argparse.ArgumentParser:
    """Add the command to those under ``csqa standard``, and return its parser."""
    told = "复核标准：每个目标近几个月达到了几次，够不着、偏难、合适还是偏松；拟议的标准会怎样。"
    parser = commands.add_parser("review", help="复核目标是否合适", description=told)
    parser.add_argument("data", metavar="数据", help="文件、文件夹或数据库地址")
    parser.add_argument("--period", required=True, metavar="YYYY-MM", help="最后一个月，如 2025-06")
    parser.add_argument("--months", default=12, type=int, metavar="N", help="看几个月，缺省 12")
    parser.add_argument("--mapping", metavar="文件", help="映射（YAML），或自带映射的名字")
    parser.add_argument("--standard", metavar="文件", help="现行标准（YAML）；缺省为自带的标准")
    parser.add_argument("--proposed", metavar="文件", help="拟议的标准（YAML）：看它会改变什么")
    parser.add_argument("--calendar", metavar="文件", help="日历（YAML）；缺省为自带的")
    parser.add_argument("--settings", metavar="文件", help="下结论的界限（YAML）；缺省为自带的")
    parser.add_argument("--out", metavar="文件", help="另存为 Excel（.xlsx），留有“决定”一列")
    parser.add_argument("--language", default="zh", choices=["zh", "en"], help="语言")
    parser.set_defaults(command=_review)
    return parser


def _review(options: argparse.Namespace) -> int:
    for line in _report(options):
        print(line)
    return DONE


def _report(options: argparse.Namespace) -> Iterator[str]:
    from csqa.load import load
    from csqa.measure import measure
    from csqa.periods import check_month
    from csqa.review_standard import review_standard
    from csqa.rules.calendar import read_calendar
    from csqa.rules.review_settings import read_review_settings
    from csqa.rules.standard_reader import read_standard
    from csqa.show.review_files import describe_review, write_review

    period, language = check_month(options.period), options.language
    standard, calendar = read_standard(options.standard), read_calendar(options.calendar)
    proposed = read_standard(options.proposed) if options.proposed else None
    settings = read_review_settings(options.settings)
    data = load(options.data, mapping=options.mapping)
    measures = measure(data, standard, until=period, calendar=calendar)
    review = review_standard(
        measures,
        standard,
        period=period,
        months=options.months,
        proposed=proposed,
        settings=settings,
        language=language,
    )
    effect = _try_out(data, standard, proposed, calendar, options) if proposed else None
    yield _describe_months(measures, standard, options)
    yield from describe_review(review, proposed or standard, effect, language=language)
    if options.out:
        write_review(review, proposed or standard, options.out, effect, language=language)
        yield f"已写出：{options.out}" if language == "zh" else f"Written: {options.out}"


def _try_out(
    data: "Dataset",
    standard: "Standard",
    proposed: "Standard",
    calendar: "Calendar",
    options: argparse.Namespace,
) -> "pd.DataFrame":
    """Effect of the proposed standard on the months, each contact measured by it anew."""
    from csqa.periods import last_day, months_back
    from csqa.restate import restate, summarise_restatement

    compared = restate(
        data,
        standard.restated(last_day(options.period)),
        until=options.period,
        calendar=calendar,
        as_if=proposed.restated(),
    )
    first = months_back(options.period, options.months - 1)
    return summarise_restatement(compared[compared["period"] >= first])


def _describe_months(
    measures: "pd.DataFrame", standard: "Standard", options: argparse.Namespace
) -> str:
    """Say which months were looked at, and by which version."""
    from csqa.periods import last_day, months_back

    first = months_back(options.period, options.months - 1)
    months = measures.loc[measures["complete"] & (measures["period"] >= first), "period"]
    day = standard.at(last_day(options.period)).effective
    if options.language == "zh":
        span = f"{months.min()} 至 {months.max()}，{months.nunique()} 个完整的月份"
        return f"标准复核：{span}；标准为 {day} 起的一版。"
    span = f"{months.min()} to {months.max()}, {months.nunique()} complete months"
    return f"Review of the standard in force from {day}: {span}."
