"""The commands ``csqa causes …``: check a fishbone file, try it on texts, list its causes."""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csqa.rules.fishbone import Fishbone

DONE, WRONG_USE = 0, 2


def add_causes(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Add the commands under ``csqa causes`` to its parser, and return theirs."""
    parser.set_defaults(command=_show_help, parser=parser)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=type(parser))
    told = "检查原因规则：列出全部错误和行号，试全部例子。"
    check = commands.add_parser("check", help="检查原因规则", description=told)
    check.add_argument("file", nargs="?", metavar="文件", help="YAML 文件；缺省为自带的原因")
    check.set_defaults(command=_check)
    told = "看几句话会归到哪些原因，凭哪几个字；不写文字就从标准输入逐行读。"
    tried = commands.add_parser("try", help="在几句话上试原因规则", description=told)
    tried.add_argument("texts", nargs="*", metavar="文字", help="一句或几句话，各加引号")
    _add_fishbone(tried)
    tried.set_defaults(command=_try)
    told = "列出全部原因，或一个原因的词、事实、措施和例子。"
    listed = commands.add_parser("list", help="列出原因", description=told)
    listed.add_argument("cause", nargs="?", metavar="id", help="只看一个原因")
    _add_fishbone(listed)
    listed.set_defaults(command=_list)
    told = "打印原因规则的 JSON Schema：编辑器用它补全和检查。"
    schema = commands.add_parser("schema", help="打印 JSON Schema", description=told)
    schema.set_defaults(command=_schema)
    told = "随机抽出一个月的案例，写成归因复核表：填好放回数据文件夹，报告就按它校正各原因的占比。"
    audit = commands.add_parser("audit", help="抽出要人工归因的案例", description=told)
    audit.add_argument("data", metavar="数据", help="文件夹、文件，或数据库地址")
    audit.add_argument("--period", required=True, metavar="YYYY-MM", help="月份，例如 2025-06")
    audit.add_argument("--mapping", metavar="文件", help="映射（YAML）")
    audit.add_argument("--size", type=int, default=100, metavar="N", help="抽多少例，缺省 100")
    audit.add_argument("--seed", type=int, default=0, metavar="N", help="随机种子，缺省 0")
    audit.add_argument("--out", default="归因复核.xlsx", metavar="文件", help=".xlsx 或 .csv")
    audit.add_argument("--replace", action="store_true", help="覆盖已有的文件")
    _add_fishbone(audit)
    audit.set_defaults(command=_audit)
    return [check, tried, listed, schema, audit]


def _add_fishbone(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fishbone", metavar="文件", help="YAML 文件；缺省为自带的原因")


def _show_help(options: argparse.Namespace) -> int:
    options.parser.print_help()
    return WRONG_USE


def _schema(options: argparse.Namespace) -> int:  # noqa: ARG001  (every command gets them)
    from csqa.rules.fishbone_schema import make_fishbone_schema

    print(json.dumps(make_fishbone_schema(), ensure_ascii=False, indent=2))
    return DONE


def _audit(options: argparse.Namespace) -> int:
    from csqa.case_texts import gather_facts, gather_texts
    from csqa.cause_audit import audit_causes
    from csqa.causes import tag_causes
    from csqa.errors import RuleError
    from csqa.load import load
    from csqa.show.audit_files import write_audit

    place = Path(options.out)
    if place.suffix.lower() not in (".xlsx", ".csv"):
        msg = f"--out 应是 .xlsx 或 .csv 文件，而不是 {options.out!r}。"
        raise RuleError(msg)
    if place.exists() and not options.replace:
        msg = f"{place} 已经有了；里面可能有填好的内容。换一个名字，或加 --replace。"
        raise RuleError(msg)
    fishbone, data = _read(options.fishbone), load(options.data, mapping=options.mapping)
    texts, facts = (one(data, period=options.period) for one in (gather_texts, gather_facts))
    sheet = audit_causes(
        tag_causes(texts, fishbone, facts), texts, size=options.size, seed=options.seed
    )
    write_audit(sheet, place, fishbone)
    cases = len(set(facts["case_id"]))
    print(f"{options.period} 共 {cases} 例，抽出 {len(sheet)} 例：{place}（个人信息已遮盖）。")
    return DONE


def _check(options: argparse.Namespace) -> int:
    from csqa.show.fishbone_files import describe_fishbone

    _print(describe_fishbone(_read(options.file)))
    return DONE


def _list(options: argparse.Namespace) -> int:
    from csqa.errors import check_option
    from csqa.show.fishbone_files import describe_cause, describe_fishbone

    fishbone = _read(options.fishbone)
    if options.cause is not None:
        check_option("cause", options.cause, fishbone.ids)
        _print(describe_cause(fishbone, options.cause))
        return DONE
    _print(describe_fishbone(fishbone))
    return DONE


def _try(options: argparse.Namespace) -> int:
    import sys

    fishbone = _read(options.fishbone)
    texts = options.texts or [line.rstrip("\n") for line in sys.stdin if line.strip()]
    for text in texts:
        _print(_describe_text(text, fishbone))
    return DONE


def _describe_text(text: str, fishbone: "Fishbone") -> Iterable[str]:
    """The text, and what speaks for which cause; masked, for a screen may be shared."""
    import pandas as pd

    from csqa.cause_results import NO_CAUSE
    from csqa.causes import tag_causes
    from csqa.engine.personal_outputs import mask_values

    found = tag_causes(pd.DataFrame({"case_id": ["1"], "text": [text]}), fishbone)
    yield str(mask_values(text))
    for row in found.to_dict("records"):
        names = f"{fishbone.name(row['bone'])} › {fishbone.name(row['cause'])}"
        if row["cause"] == NO_CAUSE:
            yield f"    {fishbone.name(NO_CAUSE)}"
            continue
        evidence = mask_values(str(row["evidence"]))
        yield f"    {names}：【{evidence}】（{row['rule']}，可信度 {row['confidence']:g}）"


def _read(file: str | None) -> "Fishbone":
    from csqa.rules.fishbone import read_fishbone

    return read_fishbone(None if file is None else Path(file))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print("".join(sign if sign.isprintable() else "·" for sign in line))
