"""The commands ``csqa phrases …``: check a phrase file, and try it on one's own messages."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from csqa.engine.dataset import Dataset

DONE, WRONG_USE = 0, 2

NEARBY = 12
"""Characters shown before and after what was hit."""


def add_phrases(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Add the commands under ``csqa phrases`` to its parser, and return theirs."""
    parser.set_defaults(command=_show_help, parser=parser)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=type(parser))
    told = "检查话术规则：列出全部错误和行号，试全部例子。"
    check = commands.add_parser("check", help="检查话术规则", description=told)
    check.add_argument("file", nargs="?", metavar="文件", help="YAML 文件；缺省为自带的规则")
    check.set_defaults(command=_check)
    told = "在自己的会话消息上试话术规则：每条规则命中多少，附几个打码的例子。"
    tried = commands.add_parser("try", help="在自己的数据上试规则", description=told)
    tried.add_argument("file", metavar="文件", help="YAML 文件，或 shipped（自带的规则）")
    tried.add_argument("data", metavar="数据", help="文件、文件夹或数据库地址")
    tried.add_argument("--mapping", metavar="文件", help="映射（YAML），或自带映射的名字")
    tried.add_argument("--rule", metavar="id", help="只看一条规则")
    tried.add_argument("--examples", type=int, default=3, metavar="N", help="每条规则几个例子")
    tried.set_defaults(command=_try)
    told = "打印话术规则的 JSON Schema：编辑器用它补全和检查。"
    schema = commands.add_parser("schema", help="打印 JSON Schema", description=told)
    schema.set_defaults(command=_schema)
    return [check, tried, schema]


def _show_help(options: argparse.Namespace) -> int:
    options.parser.print_help()
    return WRONG_USE


def _schema(options: argparse.Namespace) -> int:  # noqa: ARG001  (every command gets them)
    from csqa.rules.phrase_schema import make_phrase_schema

    print(json.dumps(make_phrase_schema(), ensure_ascii=False, indent=2))
    return DONE


def _check(options: argparse.Namespace) -> int:
    from csqa.rules.phrases import read_phrases
    from csqa.show.phrase_files import describe_phrases

    _print(describe_phrases(read_phrases(options.file)))
    return DONE


def _try(options: argparse.Namespace) -> int:
    from csqa.errors import check_option
    from csqa.load import load
    from csqa.review import review, summarise_findings
    from csqa.rules.dated_entries import SHIPPED
    from csqa.rules.phrases import read_phrases

    phrases = read_phrases(None if options.file == SHIPPED else Path(options.file))
    data = load(options.data, mapping=options.mapping)
    findings = review(data, phrases)
    summary = summarise_findings(findings, data, phrases)
    if options.rule is not None:
        check_option("rule", options.rule, phrases.ids)
        summary = summary[summary["rule"] == options.rule]
    shown = {rule: _sentences(findings, data, rule, options.examples) for rule in summary["rule"]}
    for row in summary.to_dict("records"):
        rate = f"每百次会话 {100 * row['rate']:.1f}" if row["n"] else "无数据"
        name = phrases.name(str(row["rule"]))
        _print([f"{row['rule']} {name}：{row['contacts']} / {row['n']} 个会话命中，{rate}"])
        _print(f"    {text}" for text in shown[row["rule"]])
    return DONE


def _sentences(findings: "pd.DataFrame", data: "Dataset", rule: str, count: int) -> list[str]:
    """A few hits with what stands around them, spread over the data, personal data masked.

    Whole conversations are masked before a message is cut: half a number would be no number to a
    mask, whether it is cut or was sent in two messages.
    """
    from csqa.engine.case_rows import fetch_of_contacts
    from csqa.engine.personal import mask_messages

    own = findings[(findings["rule"] == rule) & findings["seq"].notna()]
    if own.empty or count < 1:
        return []
    own = own.iloc[:: max(len(own) // count, 1)].head(count)
    spoken = fetch_of_contacts(data, "messages", own["contact_id"], ["contact_id", "seq"])
    told = own.merge(mask_messages(spoken), on=["contact_id", "seq"])
    pairs = zip(told["text"], told["matched"], strict=True)
    return [_cut(str(text), str(matched)) for text, matched in pairs]


def _cut(text: str, matched: str) -> str:
    """What stands around the words that were hit; nothing where the mask has taken them."""
    start = text.find(matched)
    if start < 0:
        return "【…】"
    end = start + len(matched)
    return f"{text[max(start - NEARBY, 0) : start]}【{text[start:end]}】{text[end : end + NEARBY]}"


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print("".join(sign if sign.isprintable() else "·" for sign in line))
