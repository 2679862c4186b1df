"""The command line: ``csqa report``, ``csqa check``, ``csqa standard``.

Exit codes: 0 done, 2 wrong use, 3 data unusable, 4 report failed; 130 and 143 after Ctrl-C and
SIGTERM. Messages are sentences for the user; ``--debug`` shows the traceback too. Everything
heavy is imported by the command that needs it.
"""

import argparse
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from csqa.errors import CsqaError, DataError, RuleError

DONE, WRONG_USE, DATA_UNUSABLE, REPORT_FAILED = 0, 2, 3, 4
INTERRUPTED, TERMINATED = 130, 143  # 128 + SIGINT, 128 + SIGTERM: what shells report
_IN_CHINESE = (
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument (\S+): expected one argument", r"参数 \1 后面要跟一个值"),
    (r"argument (\S+): invalid choice: (.+) \(choose from (.+)\)", r"参数 \1 不能是 \2；可选：\3"),
    (r"argument (\S+): invalid int value: (.+)", r"参数 \1 应为整数，而不是 \2"),
)
"""What argparse says, and what we say."""
ASK_AGAIN_SECONDS = 15
"""Enough for a run that heard SIGTERM to tidy up; one that did not is told again."""

_PLACES = {"zh": ("报告：", "文件夹："), "en": ("Report: ", "Folder: ")}
"""What stands before the report's page and its folder, in the language of the report."""


class _Terminated(BaseException):
    """SIGTERM came; unwinding removes what the run had begun."""


class _Parser(argparse.ArgumentParser):
    """argparse in Chinese, and without guessing at abbreviated options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in Chinese, and stop with the exit code of wrong use."""
        for english, chinese in _IN_CHINESE:
            message = re.sub(f"^{english}$", chinese, message)
        self.exit(WRONG_USE, f"用法不对：{message}。\n查看说明：{self.prog} --help\n")

    def format_usage(self) -> str:
        """Return the usage line under a Chinese word."""
        return super().format_usage().replace("usage: ", "用法：", 1)

    def format_help(self) -> str:
        """Return the help under a Chinese word."""
        return super().format_help().replace("usage: ", "用法：", 1)


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
    _write_chinese_anywhere()
    debug = False
    try:
        previous = _listen_for_termination()
        try:
            options = _parser().parse_args(arguments)
            debug = options.debug
            code: int = options.command(options)
            sys.stdout.flush()
            return code
        finally:
            _restore_handler(previous)
    except SystemExit as exit_:  # argparse, after it has spoken
        return int(exit_.code or 0)
    except KeyboardInterrupt:
        return _say("已中断；原有的报告没有改动。", INTERRUPTED, debug)
    except _Terminated:
        return _say("收到终止信号，已停止；原有的报告没有改动。", TERMINATED, debug)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except CsqaError as error:
        return _say(str(error), _code(error), debug)
    except Exception as error:
        told = f"程序内部出错：{type(error).__name__}: {error}。加 --debug 可看详情。"
        return _say(told, REPORT_FAILED, debug)


def _parser() -> _Parser:
    parser = _Parser(prog="csqa", description="客服质量的月度诊断：从服务记录到可以转发的报告。")
    parser.add_argument("--version", action="store_true", help="显示版本")
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command=_no_command, parser=parser)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=_Parser)
    _add_report(commands.add_parser("report", help="生成报告", description="生成一份报告。"))
    _add_check(commands.add_parser("check", help="检查数据能否使用", description="检查数据。"))
    _add_standard(commands.add_parser("standard", help="查看或检查标准", description="评分标准。"))
    return parser


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", metavar="笔记本", help="monthly，或 .ipynb 文件的路径")
    parser.add_argument("--period", required=True, metavar="YYYY-MM", help="月份，例如 2025-06")
    parser.add_argument("--data", metavar="数据", help="文件夹或文件；缺省为样例数据")
    parser.add_argument("--mapping", metavar="文件", help="列名对照表（YAML）")
    parser.add_argument("--standard", metavar="文件", help="评分标准（YAML）；缺省为自带的标准")
    parser.add_argument("--out", default="reports", metavar="文件夹", help="报告放在哪里")
    parser.add_argument("--language", default="zh", choices=["zh", "en"], help="报告的语言")
    parser.add_argument("--minimum-n", default=30, type=int, metavar="N", help="作判断的最小样本")
    parser.add_argument("--quiet", action="store_true", help="不显示进度")
    _add_debug(parser)
    parser.set_defaults(command=_report)


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", metavar="数据", help="文件夹或文件")
    parser.add_argument("--mapping", metavar="文件", help="列名对照表（YAML）")
    _add_debug(parser)
    parser.set_defaults(command=_check)


def _add_standard(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["show", "check"], metavar="show|check", help="做什么")
    parser.add_argument("file", nargs="?", metavar="文件", help="YAML 文件；缺省为自带的标准")
    _add_debug(parser)
    parser.set_defaults(command=_standard)


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
        language=options.language,
        minimum_n=options.minimum_n,
        progress=not options.quiet,
    )
    headline = json.loads((folder / "summary.json").read_text("utf-8")).get("headline")
    page, place = _PLACES[options.language]
    for line in filter(None, [headline, f"{page}{folder / 'report.html'}", f"{place}{folder}"]):
        print(line)
    return DONE


def _check(options: argparse.Namespace) -> int:
    from csqa.load import load
    from csqa.schema import TABLES

    data = load(options.data, mapping=options.mapping)
    for row in data.rows.itertuples():
        print(
            f"{row.file}（{TABLES[str(row.table)].zh}）：读入 {row.rows_in} 行，"
            f"可用 {row.rows_used} 行，隔离 {row.rows_quarantined} 行"
        )
    for line in _grouped(data.faults):
        print(f"  - {line}")
    return DONE


def _grouped(faults: Any) -> list[str]:
    """One line per reason, most frequent first, with the first row it is met in."""
    kinds = faults.groupby(["file", "reason"], sort=False)
    found = kinds["row"].agg(["size", "min"]).sort_values("size", ascending=False, kind="stable")
    return [
        f"{file}：{reason}（{count} 处，首见第 {first} 行）"
        for (file, reason), count, first in found.itertuples()
    ]


def _standard(options: argparse.Namespace) -> int:
    from csqa.rules.files import DEFAULTS
    from csqa.rules.standard_reader import read_standard

    standard = read_standard(options.file)
    if options.action == "check":
        print(f"标准可用：{len(standard.versions)} 个版本，{len(standard.metric_keys)} 项指标。")
        return DONE
    print(Path(options.file or DEFAULTS / "standard.yml").read_text("utf-8-sig"), end="")
    return DONE


def _code(error: CsqaError) -> int:
    if isinstance(error, RuleError):
        return WRONG_USE
    return DATA_UNUSABLE if isinstance(error, DataError) else REPORT_FAILED


def _say(message: str, code: int, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    print(f"csqa: {message}", file=sys.stderr)
    return code


def _write_chinese_anywhere() -> None:
    """Where a stream cannot carry Chinese (LC_ALL=C), write UTF-8; never fail on a character."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        try:
            "客服质量".encode(stream.encoding)
            reconfigure(errors="backslashreplace")
        except (UnicodeEncodeError, LookupError):
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _listen_for_termination() -> Any:
    try:
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, _terminate)
        return signal.signal(signal.SIGTERM, _terminate)
    except ValueError:  # not in the main thread
        return None


def _restore_handler(previous: Any) -> None:
    if previous is not None:
        if hasattr(signal, "SIGALRM"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGTERM, previous)


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    # Python drops what is raised inside a callback or a finaliser: ask again, should it be lost.
    if hasattr(signal, "SIGALRM"):
        signal.setitimer(signal.ITIMER_REAL, ASK_AGAIN_SECONDS)
    raise _Terminated
