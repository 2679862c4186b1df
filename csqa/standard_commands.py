"""The commands ``csqa standard …``: show, check and describe rule files."""

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from csqa.history_command import add_history
from csqa.review_command import add_review
from csqa.rules.files import DEFAULTS

_SHIPPED = DEFAULTS / "standard.yml"
DONE, WRONG_USE = 0, 2


def add_standard(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Add the commands under ``csqa standard`` to its parser, and return theirs."""
    parser.set_defaults(command=_show_help, parser=parser)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=type(parser))
    own = [_add_show(commands), _add_check(commands), _add_schema(commands)]
    return [*own, add_review(commands), add_history(commands)]


_Commands = argparse._SubParsersAction  # argparse has no public name for it


def _add_show(commands: "_Commands[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    parser = commands.add_parser("show", help="打印标准", description="打印一份标准。")
    parser.add_argument("file", nargs="?", metavar="文件", help="YAML 文件；缺省为自带的标准")
    parser.set_defaults(command=_show)
    return parser


def _add_check(commands: "_Commands[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    kinds = "标准、映射、日历、话术规则、质检表、复核设置、抽样规则"
    told = f"检查规则文件（{kinds}）：列出全部错误和行号；没有错误就说它规定了什么。"
    parser = commands.add_parser("check", help="检查规则文件", description=told)
    parser.add_argument("file", nargs="?", metavar="文件", help="YAML 文件；缺省为自带的标准")
    parser.set_defaults(command=_check)
    return parser


def _add_schema(commands: "_Commands[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    told = "打印标准的 JSON Schema：编辑器用它补全和检查。"
    parser = commands.add_parser("schema", help="打印标准的 JSON Schema", description=told)
    parser.set_defaults(command=_schema)
    return parser


def _show_help(options: argparse.Namespace) -> int:
    options.parser.print_help()
    return WRONG_USE


def _show(options: argparse.Namespace) -> int:
    from csqa.rules.standard_reader import read_standard

    read_standard(options.file)
    print(Path(options.file or _SHIPPED).read_text("utf-8-sig"), end="")
    return DONE


def _schema(options: argparse.Namespace) -> int:  # noqa: ARG001  (every command gets them)
    from csqa.rules.standard_schema import make_schema

    print(json.dumps(make_schema(), ensure_ascii=False, indent=2))
    return DONE


def _check(options: argparse.Namespace) -> int:
    from csqa.rules.files import read_rules
    from csqa.rules.kinds import KINDS, detect_kind
    from csqa.show.rule_files import printable

    path = Path(options.file or _SHIPPED)
    kind = detect_kind(read_rules(path).content) or "standard"
    if kind != "standard":
        print(f"{path.name} 是{KINDS[kind].zh}，不是评分标准；按{KINDS[kind].zh}检查。", flush=True)
    for line in _DESCRIBERS[kind](path):
        print(printable(line))
    return DONE


def _describe_standard(path: Path) -> Iterator[str]:
    from csqa.rules.files import read_rules
    from csqa.rules.standard_reader import read_standard
    from csqa.show.rule_files import describe_standard

    return describe_standard(read_standard(path), date.today(), read_rules(path).positions)


def _describe_mapping(path: Path) -> Iterator[str]:
    from csqa.rules.mapping import read_mapping
    from csqa.show.rule_files import describe_mapping

    return describe_mapping(read_mapping(path))


def _describe_calendar(path: Path) -> Iterator[str]:
    from csqa.rules.calendar import read_calendar
    from csqa.show.rule_files import describe_calendar

    return describe_calendar(read_calendar(path))


def _describe_form(path: Path) -> Iterator[str]:
    from csqa.rules.inspection import read_form
    from csqa.show.rule_files import describe_form

    return describe_form(read_form(path))


def _describe_phrases(path: Path) -> Iterator[str]:
    from csqa.rules.phrases import read_phrases
    from csqa.show.phrase_files import describe_phrases

    return describe_phrases(read_phrases(path))


def _describe_review(path: Path) -> Iterator[str]:
    from csqa.rules.review_settings import read_review_settings

    told = [f"  {name}：{value:g}" for name, value in vars(read_review_settings(path)).items()]
    return iter(["复核设置可用。", *told])


def _describe_sampling(path: Path) -> Iterator[str]:
    from csqa.rules.sampling import read_sampling
    from csqa.show.sample_texts import describe_rules

    return describe_rules(read_sampling(path))


_DESCRIBERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "standard": _describe_standard,
    "mapping": _describe_mapping,
    "calendar": _describe_calendar,
    "phrases": _describe_phrases,
    "form": _describe_form,
    "review": _describe_review,
    "sampling": _describe_sampling,
}
"""Kind of rule file → what reads it and says what it rules."""
