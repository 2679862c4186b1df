"""The examples of phrase rules, run when a file is read: a rule that gets them wrong is refused."""

from collections.abc import Callable, Sequence
from time import thread_time
from typing import Any, Protocol, TypeVar

from csqa.rules.phrase_hits import Line, judge
from csqa.rules.phrase_rules import Examples

SECONDS_PER_EXAMPLE, SECONDS_IN_ALL = 0.5, 20.0
"""Of processor time. What patterns may cost is bounded before (:mod:`csqa.rules.regex_safety`)."""

EXPECTED = {"hit": "应命中，却没有命中", "miss": "不应命中，却命中了"}


class Exemplified(Protocol):
    """A rule with examples of what it finds and what not."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def retired(self) -> bool:
        """Whether it no longer holds: then its examples are not tried."""

    @property
    def examples(self) -> Examples:
        """Conversations."""


Rule = TypeVar("Rule", bound=Exemplified)
Judge = Callable[[Any, Sequence[Line]], Sequence[object]]
"""What a rule finds in a conversation."""


def check_examples(
    rules: Sequence[tuple[str, Rule]], faults: list[str], judge: Judge = judge
) -> None:
    """Run the examples of rules; add a fault for each that comes out otherwise.

    Parameters
    ----------
    rules : sequence of (str, rule)
        Place and rule.
    faults : list of str
        What is wrong is added.
    judge : callable
        Tells what a rule finds. Default: that of phrase rules.
    """
    began = thread_time()
    for place, rule in rules:
        if rule.retired:
            continue
        for expected in EXPECTED:
            for number, lines in enumerate(getattr(rule.examples, expected)):
                where = f"{place}.examples.{expected}[{number}]"
                if not _try(rule, lines, expected, where, faults, judge):
                    return
                if thread_time() - began > SECONDS_IN_ALL:
                    faults.append(f"{where}：全部例子已用 {SECONDS_IN_ALL:g} 秒，其余没有试。")
                    return


def _try(
    rule: Exemplified,
    lines: Sequence[Line],
    expected: str,
    where: str,
    faults: list[str],
    judge: Judge,
) -> bool:
    """Run one example; False if it took so long that the others are not tried."""
    began = thread_time()
    hits = judge(rule, lines)
    seconds = thread_time() - began
    if seconds > SECONDS_PER_EXAMPLE:
        faults.append(f"{where}：用了 {seconds:.1f} 秒，规则 {rule.id} 太慢；其余例子没有试。")
        return False
    if bool(hits) != (expected == "hit"):
        shown = " / ".join(text for _, text in lines)
        faults.append(f"{where}：规则 {rule.id} {EXPECTED[expected]}：“{shown:.80}”。")
    return True
