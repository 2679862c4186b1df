"""The commands ``csqa sample …``: draw a sample, audit one, read filled sheets back (G5, P7)."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from csqa.errors import DataError, RuleError

DONE, UNUSABLE = 0, 3
AUDIT, READ = "audit", "read"


def add_sample(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of the command."""
    told = "数据；或 audit 数据（检查抽样）；或 read 任务表…（读回填好的表）"
    parser.add_argument("words", nargs="+", metavar="数据", help=told)
    parser.add_argument("--rate", type=float, metavar="比例", help="一般记录抽多少，如 0.1")
    parser.add_argument("--period", metavar="时段", help="如 2025-06、2025-W23；缺省为全部数据")
    parser.add_argument("--day", metavar="日期", help="只抽一天，如 2025-06-30")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="随机种子，缺省 1")
    parser.add_argument("--rules", metavar="文件", help="抽样规则（YAML）；缺省为自带的")
    parser.add_argument("--form", metavar="文件", help="质检表（YAML）；缺省为自带的")
    parser.add_argument("--sample", metavar="文件", help="audit：抽样名单 sample.csv")
    parser.add_argument("--out", metavar="位置", help="写到哪个文件夹；read：写到哪个 .csv 文件")
    parser.add_argument("--replace", action="store_true", help="覆盖已有的文件")
    parser.add_argument("--mapping", metavar="文件", help="映射（YAML），或自带映射的名字")
    parser.add_argument("--standard", metavar="文件", help="评分标准（YAML）；缺省为自带的标准")
    parser.add_argument("--calendar", metavar="文件", help="日历（YAML）；缺省为自带的")
    parser.set_defaults(command=_sample)


def _sample(options: argparse.Namespace) -> int:
    first, *rest = options.words
    if first == READ:
        return _read(rest, options)
    source = rest if first == AUDIT else options.words
    if len(source) != 1:
        told = (
            "audit 后面要跟一处数据"
            if first == AUDIT
            else f"只能给一处数据，这里有 {len(source)} 处"
        )
        msg = f"用法不对：{told}。"
        raise RuleError(msg)
    if options.day and options.period:
        msg = "用法不对：--day 和 --period 只能给一个。"
        raise RuleError(msg)
    if options.day:
        _require_day(options.day)
    steps = _audit if first == AUDIT else _draw
    for line in steps(source[0], options):
        print("".join(c if c.isprintable() else "·" for c in line))
    return DONE


def _require_day(day: str) -> None:
    from csqa.periods import kind_of

    if kind_of(day) != "day":
        msg = f"--day 应为一天，如 2025-06-30，而不是 {day!r}。"
        raise RuleError(msg)


def _draw(source: str, options: argparse.Namespace) -> Iterator[str]:
    from csqa.engine.sampling_period import design_period
    from csqa.load import load
    from csqa.rules.calendar import read_calendar
    from csqa.rules.sampling import read_sampling
    from csqa.rules.standard_reader import read_standard
    from csqa.sample import draw_sample
    from csqa.show.sample_texts import describe_sample

    rules, period = read_sampling(options.rules), options.day or options.period
    how = {
        "rate": options.rate,
        "period": period,
        "seed": options.seed,
        "calendar": read_calendar(options.calendar),
        "standard": read_standard(options.standard),
    }
    data = load(source, mapping=options.mapping)
    picked = draw_sample(data, rules, **how)
    yield from describe_sample(picked, len(design_period(data, rules, **how)), period or "")
    if not options.out:
        yield "名单没有写出；加 --out 文件夹，写出 sample.csv 和每位质检员的任务表。"
        return
    for path in _write(data, picked, rules.inspectors, period or "", options):
        yield f"已写出：{path}"


def _write(  # type: ignore[no-untyped-def]
    data, picked, inspectors: tuple[str, ...], label: str, options: argparse.Namespace
) -> list[Path]:
    from csqa.assignments import make_assignments
    from csqa.rules.inspection import read_form
    from csqa.show.assignment_book import write_assignments
    from csqa.show.sample_files import write_sample

    folder = Path(options.out)
    if folder.exists() and not folder.is_dir():
        msg = f"--out 应为文件夹，而 {folder} 是文件。"
        raise RuleError(msg)
    old = sorted([*folder.glob("sample.csv"), *folder.glob("质检任务_*.xlsx")])
    if old and not options.replace:
        told = f"{folder} 里已有 {old[0].name} 等 {len(old)} 个文件（可能已经填过）"
        msg = f"{told}；换个文件夹，或加 --replace。"
        raise RuleError(msg)
    form = read_form(options.form)
    rows = make_assignments(picked, data, form, inspectors=inspectors)
    write_sample(picked, folder / "sample.csv")
    books = write_assignments(rows, folder, label=label, anonymous=not inspectors)
    return [folder / "sample.csv", *books]


def _audit(source: str, options: argparse.Namespace) -> Iterator[str]:
    from csqa.load import load
    from csqa.rules.calendar import read_calendar
    from csqa.rules.sampling import read_sampling
    from csqa.rules.standard_reader import read_standard
    from csqa.sample_audit import audit_sample
    from csqa.show.sample_files import read_sample, write_sample
    from csqa.show.sample_texts import describe_audit

    picked = read_sample(options.sample) if options.sample else None
    audit = audit_sample(
        picked,
        load(source, mapping=options.mapping),
        read_sampling(options.rules),
        rate=options.rate,
        period=options.day or options.period,
        calendar=read_calendar(options.calendar),
        standard=read_standard(options.standard),
    )
    yield from describe_audit(audit)
    if options.out:
        for name, table in vars(audit).items():
            path = Path(options.out) / f"audit_{name}.csv"
            write_sample(table, path)
            yield f"已写出：{path}"


def _read(files: list[str], options: argparse.Namespace) -> int:
    from csqa.assignments import read_assignments
    from csqa.rules.inspection import read_form
    from csqa.show.sample_files import write_inspections
    from csqa.show.sample_texts import describe_filled

    out = Path(options.out) if options.out else None
    if not files or out is None or out.suffix.lower() != ".csv":
        msg = "用法不对：csqa sample read 任务表或文件夹 … --out 质检记录.csv。"
        raise RuleError(msg)
    if out.exists() and not options.replace:
        msg = f"{out} 已经有了；换个名字，或加 --replace。"
        raise RuleError(msg)
    filled = read_assignments(files, read_form(options.form) if options.form else None)
    for line in describe_filled(filled):
        print("".join(c if c.isprintable() else "·" for c in line))
    if filled.inspections.empty:
        msg = "没有读到一项质检结果，没有写出。"
        raise DataError(msg)
    write_inspections(filled.inspections, out)
    print(f"已写出：{out}（{len(filled.inspections):,} 项）")
    return UNUSABLE if len(filled.faults) else DONE
