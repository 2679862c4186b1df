"""What a fishbone file rules, for the command line."""

from collections.abc import Iterator
from datetime import date

from csqa.cause_results import BONES
from csqa.rules.fishbone import Fishbone
from csqa.rules.fishbone_rules import CauseRule, Condition


def describe_fishbone(fishbone: Fishbone, day: date | None = None) -> Iterator[str]:
    """Say what causes there are, bone by bone.

    Parameters
    ----------
    fishbone : Fishbone
        From :func:`csqa.read_fishbone`.
    day : date, optional
        Causes that are looked for on it. Default: the last version of each.

    Examples
    --------
    >>> from csqa.rules.fishbone import read_fishbone
    >>> lines = list(describe_fishbone(read_fishbone()))
    >>> print(lines[0], lines[1], sep="; ")
    原因规则可用：27 个原因，例子全部通过。; 人员 people
    """
    held = fishbone.in_force(day)
    yield f"原因规则可用：{len(held)} 个原因，例子全部通过。"
    for bone in BONES:
        own = [rule for rule in held if rule.bone == bone]
        if own:
            yield f"{fishbone.name(bone)} {bone}"
        yield from (f"  {_describe(rule)}" for rule in own)
    for rule in fishbone.causes:
        if rule.effective_from is not None:
            told = "停用" if rule.retired else f"改为版本 {rule.version}"
            yield f"  {rule.effective_from} 起，{rule.id} {told}。"


def _describe(rule: CauseRule) -> str:
    counts = ((len(rule.keywords), "个词"), (len(rule.any), "条正则"), (len(rule.facts), "条事实"))
    parts = [
        " ".join(f"{count} {what}" for count, what in counts if count),
        f"版本 {rule.version}",
        f"例子 {len(rule.examples.hit)} 中 {len(rule.examples.miss)} 不中",
    ]
    return f"{rule.id} {rule.name()}：{'，'.join(parts)}"


def describe_cause(fishbone: Fishbone, id_: str) -> Iterator[str]:
    """Say all of one cause: names, words, facts, measures.

    Examples
    --------
    >>> from csqa.rules.fishbone import read_fishbone
    >>> list(describe_cause(read_fishbone(), "handover"))[2]
    '  事实：departments 至少 3（可信度 0.8）'
    """
    rule = fishbone.cause(id_)
    yield f"{rule.id} {rule.name()} / {rule.name('en')}，属于{fishbone.name(rule.bone)}"
    yield f"  词：{'、'.join(rule.keywords) or '无'}"
    for fact in rule.facts:
        told = "，且 ".join(_write_condition(one) for one in fact.conditions)
        yield f"  事实：{told}（可信度 {fact.confidence:g}）"
    for place, measure in enumerate(fishbone.measures(id_), 1):
        yield f"  措施 {place}：{measure}"
    yield f"  应命中的例子：{' / '.join(lines[0][1] for lines in rule.examples.hit) or '无'}"


def _write_condition(asked: Condition) -> str:
    if asked.flag is not None:
        return f"{asked.fact} 为 {'是' if asked.flag else '否'}"
    if asked.any_of:
        return f"{asked.fact} 是 {' 或 '.join(asked.any_of)}"
    bounds = (("至少", asked.at_least), ("至多", asked.at_most))
    return " ".join([asked.fact, *(f"{word} {one:g}" for word, one in bounds if one is not None)])
