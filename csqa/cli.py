"""The command line: ``csqa report``, ``csqa check``, ``csqa standard``.

Exit codes: 0 done, 2 wrong use, 3 data unusable, 4 report failed; 130 and 143 after Ctrl-C and
SIGTERM. Messages are sentences for the user; ``--debug`` shows the traceback too. Everything
heavy is imported by the command that needs it.
"""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence

from csqa import workspace
from csqa.causes_command import add_causes
from csqa.command_parser import WRONG_USE, Parser
from csqa.errors import CsqaError, DataError, RuleError
from csqa.phrases_command import add_phrases
from csqa.process import (
    Terminated,
    listen_for_termination,
    restore_handler,
    write_chinese_anywhere,
)
from csqa.sample_command import add_sample
from csqa.standard_commands import add_standard
from csqa.train_command import add_train
from csqa.watch_command import add_watch

DONE, DATA_UNUSABLE, REPORT_FAILED = 0, 3, 4
INTERRUPTED, TERMINATED = 130, 143  # 128 + SIGINT, 128 + SIGTERM: what shells report
_PLACES = {
    "zh": ("报告：", "文件夹：", "隔离的行："),
    "en": ("Report: ", "Folder: ", "Rows set aside: "),
}
"""What stands before the report's page, its folder and the rows set aside, by its language."""


SOURCES = "文件、文件夹，或 postgresql://、mysql://、sc:// 地址"
RULE_FILES = {
    "form": "质检表（YAML）；缺省为自带的",
    "phrases": "话术规则（YAML）；缺省为自带的",
    "fishbone": "鱼骨图：原因规则（YAML）；缺省为自带的",
    "lexicon": "情绪词典（YAML）；缺省为自带的",
    "process": "流程：节点与时限（YAML）；缺省为自带的",
    "tagger": "训练好的原因标注器（csqa train causes 写出的文件）；缺省不用",
    "audit": "填好的归因复核表（csqa.write_audit 写出的）；缺省用数据里的",
}
"""Options that name a file for a notebook, and what it is."""
OWN_PARAMETERS = ("agents", "pseudonymise", *RULE_FILES)
"""Options that are passed on to notebooks that declare such a parameter."""
NOTEBOOKS_HELP = (
    "monthly（月度诊断）、causes（根因专题）、inspection（质检专题）、agents（一对一辅导表），"
    "或 .ipynb 的路径"
)
MAPPING_HELP = "映射（YAML），或自带映射的名字：zendesk、servicenow、chatwoot、osticket、chinese"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        As typed after ``csqa``; those of the process if left out.

    Returns
    -------
    int
        The exit code.

    Examples
    --------
    >>> main(["report", "monthly", "--period", "2025-13"])
    2
    """
    write_chinese_anywhere()
    debug = keep = False
    try:
        previous = listen_for_termination()
        try:
            options = _parser().parse_args(arguments)
            debug, keep = options.debug, getattr(options, "keep_personal", False)
            code: int = options.command(options)
            sys.stdout.flush()
            return code
        finally:
            restore_handler(previous)
    except SystemExit as exit_:  # argparse, after it has spoken
        return int(exit_.code or 0)
    except KeyboardInterrupt:
        return _stop("已中断；原有的报告没有改动。", INTERRUPTED, debug)
    except Terminated:
        return _stop("收到终止信号，已停止；原有的报告没有改动。", TERMINATED, debug)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except CsqaError as error:
        return _say(_masked(str(error), keep), _code(error), debug)
    except Exception as error:
        told = f"程序内部出错：{type(error).__name__}: {error}。加 --debug 可看详情。"
        return _say(_masked(told, keep), REPORT_FAILED, debug)


def _parser() -> Parser:
    parser = Parser(prog="csqa", description="客服质量的月度诊断：从服务记录到可以转发的报告。")
    parser.add_argument("--version", action="store_true", help="显示版本")
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command=_no_command, parser=parser)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=Parser)
    _add_report(commands.add_parser("report", help="生成报告", description="生成一份报告。"))
    _add_check(commands.add_parser("check", help="检查数据能否使用", description="检查数据。"))
    watching = "看最近哪些天或周不寻常，并说明按此规则平均每月误报几次。"
    watched = commands.add_parser("watch", help="监看最近的异常", description=watching)
    add_watch(watched)
    _add_debug(watched)
    sampling = "抽取要质检的记录，写出每位质检员的任务表；检查抽样；读回填好的表。"
    sampled = commands.add_parser("sample", help="质检抽样", description=sampling)
    add_sample(sampled)
    _add_debug(sampled)
    standard = commands.add_parser("standard", help="查看或检查标准", description="评分标准。")
    for parser_of_action in add_standard(standard):
        _add_debug(parser_of_action)
    phrases = commands.add_parser("phrases", help="检查或试用话术规则", description="话术规则。")
    for parser_of_action in add_phrases(phrases):
        _add_debug(parser_of_action)
    causes = commands.add_parser("causes", help="检查或试用原因规则", description="原因规则。")
    for parser_of_action in add_causes(causes):
        _add_debug(parser_of_action)
    trained = commands.add_parser("train", help="训练标注器", description="用标注好的文字训练。")
    for parser_of_action in add_train(trained):
        _add_debug(parser_of_action)
    workspace.add_init(
        commands.add_parser("init", help="建立工作文件夹", description="建立工作文件夹，起草映射。")
    )
    return parser


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="笔记本", help=NOTEBOOKS_HELP)
    parser.add_argument("--period", required=True, metavar="YYYY-MM", help="月份，例如 2025-06")
    parser.add_argument("--data", metavar="数据", help=f"{SOURCES}；缺省为样例数据")
    parser.add_argument("--mapping", metavar="文件", help=MAPPING_HELP)
    parser.add_argument("--standard", metavar="文件", help="评分标准（YAML）；缺省为自带的标准")
    parser.add_argument(
        "--calendar", metavar="文件", help="日历（YAML）：营业时间、节假日；缺省为自带的"
    )
    for name, told in RULE_FILES.items():
        parser.add_argument(f"--{name}", metavar="文件", help=told)
    parser.add_argument("--out", default="reports", metavar="文件夹", help="报告放在哪里")
    parser.add_argument("--language", default="zh", choices=["zh", "en"], help="报告的语言")
    parser.add_argument("--minimum-n", default=30, type=int, metavar="N", help="作判断的最小样本")
    parser.add_argument("--agents", metavar="工号", help="一对一辅导表：哪些人，用逗号分隔")
    parser.add_argument(
        "--pseudonymise",
        action="store_const",
        const=True,
        help="用化名代替工号；密钥取自环境变量 CSQA_PSEUDONYM_KEY",
    )
    _add_limit(parser)
    parser.add_argument("--quiet", action="store_true", help="不显示进度")
    _add_keep(parser)
    _add_debug(parser)
    parser.set_defaults(command=_report)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", metavar="数据", help=SOURCES)
    parser.add_argument("--mapping", metavar="文件", help=MAPPING_HELP)
    parser.add_argument("--standard", metavar="文件", help="评分标准（YAML）；缺省为自带的标准")
    parser.add_argument("--quarantine", metavar="文件夹", help="把隔离的行连同原因写到这里")
    _add_limit(parser)
    _add_keep(parser)
    _add_debug(parser)
    parser.set_defaults(command=_check)


def _add_limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-quarantined",
        default=0.05,
        type=float,
        metavar="比例",
        help="最多可隔离多大比例的行，缺省 0.05（5%%）；超过即以退出码 3 结束",
    )


def _add_keep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep-personal", action="store_true", help="不遮盖个人信息（缺省遮盖；报告清单里会注明）"
    )


def _add_debug(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="出错时显示详情"
    )


def _no_command(options: argparse.Namespace) -> int:
    if options.version:
        from csqa.report.files import csqa_version

        print(f"csqa {csqa_version()}")
        return DONE
    options.parser.print_help()
    return WRONG_USE


def _report(options: argparse.Namespace) -> int:
    import json

    from csqa import _fastimport  # noqa: F401  (saves most of a second; see there)
    from csqa.report import run_report

    folder = run_report(
        options.notebook,
        period=options.period,
        source=options.data,
        out=options.out,
        mapping=options.mapping,
        standard=options.standard,
        calendar=options.calendar,
        language=options.language,
        minimum_n=options.minimum_n,
        max_quarantined=options.max_quarantined,
        parameters={name: getattr(options, name) for name in OWN_PARAMETERS},
        progress=not options.quiet,
        keep_personal=options.keep_personal,
    )
    headline = json.loads((folder / "summary.json").read_text("utf-8")).get("headline")
    page, place, aside = _PLACES[options.language]
    told = [headline, f"{page}{folder / 'report.html'}", f"{place}{folder}"]
    if (folder / "quarantine").is_dir():
        told.append(f"{aside}{folder / 'quarantine'}")
    print(*filter(None, told), sep="\n")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from csqa.check import check, check_share, require_usable
    from csqa.load import load
    from csqa.report.quarantine import check_place, write_quarantine
    from csqa.rules.standard_reader import read_standard
    from csqa.show.terminal import describe_quality

    check_share(options.max_quarantined)
    check_place(options.quarantine, options.data)
    standard = read_standard(options.standard)
    data = load(options.data, mapping=options.mapping)
    found = check(data, standard)
    for line in describe_quality(data, found, keep_personal=options.keep_personal):
        print(line)
    aside = write_quarantine(data, options.quarantine)
    if aside:
        print("隔离的行按原样写出，可能含个人信息，请勿转发。")
    for path in aside:
        print(f"隔离的行：{path}")
    sys.stdout.flush()  # what follows goes to stderr
    require_usable(data, options.max_quarantined)
    return DONE


def _masked(message: str, keep: bool) -> str:
    """What is told of an error goes into logs: what was found is told without personal data."""
    from csqa.engine.personal_outputs import mask_values

    return message if keep else str(mask_values(message))


def _code(error: CsqaError) -> int:
    if isinstance(error, RuleError):
        return WRONG_USE
    return DATA_UNUSABLE if isinstance(error, DataError) else REPORT_FAILED


def _stop(message: str, code: int, debug: bool) -> int:
    """Say that a run was stopped; what its tasks say of it at exit is no news."""
    logging.getLogger("asyncio").disabled = not debug
    return _say(message, code, debug)


def _say(message: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(f"csqa: {message}", file=sys.stderr)
    return code
