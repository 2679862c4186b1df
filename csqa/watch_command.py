"""The command ``csqa watch``: odd days and weeks, and how often the rule cries wolf (A6)."""

import argparse

from csqa.errors import DataError

DONE = 0


def add_watch(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of the command."""
    parser.add_argument("data", metavar="数据", help="文件、文件夹或数据库地址")
    parser.add_argument("--every", default="day", choices=["day", "week"], help="按日还是按周")
    parser.add_argument("--last", type=int, metavar="N", help="看最近几日（周），缺省 28 日或 8 周")
    parser.add_argument(
        "--by",
        default="team",
        choices=["team", "channel", "scene", "none"],
        help="整体之外再按什么",
    )
    allowed = "平均每月允许误报几次，缺省 1"
    parser.add_argument("--false-alarms", default=1.0, type=float, metavar="次", help=allowed)
    parser.add_argument("--mapping", metavar="文件", help="映射（YAML），或自带映射的名字")
    parser.add_argument("--standard", metavar="文件", help="评分标准（YAML）；缺省为自带的标准")
    parser.add_argument("--calendar", metavar="文件", help="日历（YAML）；缺省为自带的")
    parser.add_argument("--language", default="zh", choices=["zh", "en"], help="语言")
    parser.set_defaults(command=_watch)


def _watch(options: argparse.Namespace) -> int:
    import pandas as pd

    from csqa import schema
    from csqa.load import load
    from csqa.measure import measure
    from csqa.rules.calendar import read_calendar
    from csqa.rules.standard_reader import read_standard
    from csqa.show.watch_tables import show_watch
    from csqa.watch import watch

    standard, calendar = read_standard(options.standard), read_calendar(options.calendar)
    data = load(options.data, mapping=options.mapping)
    asked = {"every": options.every, "calendar": calendar}
    measures = measure(data, standard, **asked)
    if measures.empty:
        msg = "没有可以监看的指标：数据里缺少各指标要用的列（见 csqa check）。"
        raise DataError(msg)
    if options.by != "none":
        parts = measure(data, standard, by=options.by, **asked)
        measures = pd.concat([measures.assign(**{options.by: schema.OVERALL}), parts])
    allowed = {"last": options.last, "false_alarms": options.false_alarms}
    found = watch(measures, standard, **asked, **allowed)
    told = show_watch(found, standard, language=options.language).text
    for line in told.splitlines():
        print("".join(c if c.isprintable() else "·" for c in line))
    return DONE
