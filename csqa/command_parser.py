"""argparse in Chinese: what a wrong command line is told."""

import argparse
import re
from typing import Any, NoReturn

WRONG_USE = 2
"""Exit code, as of argparse itself."""

_IN_CHINESE = (
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument (\S+): expected one argument", r"参数 \1 后面要跟一个值"),
    (r"argument (\S+): invalid choice: (.+) \(choose from (.+)\)", r"参数 \1 不能是 \2；可选：\3"),
    (r"argument (\S+): invalid int value: (.+)", r"参数 \1 应为整数，而不是 \2"),
    (r"argument (\S+): invalid float value: (.+)", r"参数 \1 应为 0 到 1 之间的比例，而不是 \2"),
)
"""What argparse says, and what we say."""


class Parser(argparse.ArgumentParser):
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
