"""The commands ``csqa train …``: learn from labelled texts, used only where it beats the rules."""

import argparse
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from csqa.errors import RuleError

DONE, WRONG_USE = 0, 2
SUFFIX = ".npz"

_COLUMNS_HELP = "列名；缺省为 text / causes、label、sentiment 或常见的中文列名"


def add_train(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Add the commands under ``csqa train`` to its parser, and return theirs."""
    parser.set_defaults(command=_show_help, parser=parser)
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=type(parser))
    told = "学原因（text、causes），或自己的类别（text、label）；只在交叉验证胜过规则的地方使用。"
    causes = commands.add_parser("causes", help="学原因或自己的类别", description=told)
    causes.add_argument("--fishbone", metavar="文件", help="鱼骨规则（YAML）；缺省为自带的")
    told = "学情感（text、sentiment：-1、0、1）；只在交叉验证胜过词典时使用。"
    sentiment = commands.add_parser("sentiment", help="学情感", description=told)
    sentiment.add_argument("--lexicon", metavar="文件", help="情感词典（YAML）；缺省为自带的")
    for kind, command in (("causes", causes), ("sentiment", sentiment)):
        command.add_argument("labels", metavar="标注", help="CSV 或 Excel，一行一条文字")
        command.add_argument("--out", metavar="文件", help=f"写到哪里；缺省为 {kind}{SUFFIX}")
        command.add_argument("--text-column", metavar="列名", help=f"文本的{_COLUMNS_HELP}")
        command.add_argument("--label-column", metavar="列名", help=f"标注的{_COLUMNS_HELP}")
        command.add_argument("--seed", type=int, default=0, metavar="N", help="随机种子，缺省 0")
        command.add_argument("--replace", action="store_true", help="覆盖已有的文件")
        command.set_defaults(command=_train, kind=kind)
    return [causes, sentiment]


def _show_help(options: argparse.Namespace) -> int:
    options.parser.print_help()
    return WRONG_USE


def _train(options: argparse.Namespace) -> int:
    from csqa.learn.machine import require_scikit_learn
    from csqa.learn.store import write_tagger
    from csqa.show.training import describe_training

    require_scikit_learn()
    target = Path(options.out or f"{options.kind}{SUFFIX}")
    _check_target(target, replace=options.replace)
    training = _learn(options)
    _print(describe_training(training))
    if not training.tagger.causes:
        _print(["没有一类胜过规则：没有写文件，仍用规则。"])
        return DONE
    written = write_tagger(training.tagger, target)
    _print([f"标注器：{written}（版本 {training.tagger.version}）"])
    return DONE


def _learn(options: argparse.Namespace) -> Any:
    from csqa.learn.taggers import train_causes, train_sentiment

    asked = {
        "text_column": options.text_column,
        "label_column": options.label_column,
        "seed": options.seed,
        "trained_on": date.today().isoformat(),
    }
    if options.kind == "sentiment":
        return train_sentiment(options.labels, options.lexicon, **asked)
    return train_causes(options.labels, options.fishbone, **asked)


def _check_target(target: Path, *, replace: bool) -> None:
    """Before the work: whether its result can be put there."""
    if target.is_dir() or not target.absolute().parent.is_dir():
        msg = f"--out {target}：应为已有文件夹里的一个文件。"
        raise RuleError(msg)
    if target.exists() and not replace:
        msg = f"--out {target}：已有这个文件；要覆盖请加 --replace。"
        raise RuleError(msg)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print("".join(sign if sign.isprintable() else "·" for sign in line))
