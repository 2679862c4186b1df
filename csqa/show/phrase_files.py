"""What a phrase file rules, for the command line."""

from collections.abc import Iterator
from datetime import date

from csqa import words
from csqa.rules.phrase_rules import PhraseRule
from csqa.rules.phrases import Phrases


def describe_phrases(phrases: Phrases, day: date | None = None) -> Iterator[str]:
    r"""Say what rules there are, one line each.

    Parameters
    ----------
    phrases : Phrases
        From :func:`csqa.read_phrases`.
    day : date, optional
        Rules that hold on it. Default: the last version of each.

    Examples
    --------
    >>> from csqa.rules.phrases import read_phrases
    >>> lines = list(describe_phrases(read_phrases()))
    >>> print(lines[0], lines[3].strip(), sep="\n")
    话术规则可用：15 条，例子全部通过。
    dont_know 说不知道：禁用，严重，版本 1，例子 6 中 10 不中
    """
    held = phrases.in_force(day)
    yield f"话术规则可用：{len(held)} 条，例子全部通过。"
    yield from (f"  {_describe(rule)}" for rule in held)
    for rule in phrases.rules:
        if rule.effective_from is not None:
            told = "停用" if rule.retired else f"改为版本 {rule.version}"
            yield f"  {rule.effective_from} 起，{rule.id} {told}。"


def _describe(rule: PhraseRule) -> str:
    parts = [
        words.label(rule.kind) + ("（提示，不计分）" if rule.hint else ""),
        words.label(rule.severity),
        f"版本 {rule.version}",
        f"例子 {len(rule.examples.hit)} 中 {len(rule.examples.miss)} 不中",
    ]
    return f"{rule.id} {rule.name()}：{'，'.join(parts)}"
