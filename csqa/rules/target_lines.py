"""The targets of a standard one by one: each line of each metric, and its like in a proposal."""

from collections.abc import Iterator
from dataclasses import dataclass

from csqa.rules.standard import Line, Metric, Standard, Version

UNCHANGED, CHANGED, NEW, REMOVED, OTHER_MEASURE, OTHER_LINES = (
    "unchanged",
    "changed",
    "new",
    "removed",
    "other_measure",
    "other_lines",
)
"""What a proposed standard makes of a target."""


@dataclass(frozen=True)
class TargetLine:
    """One target: what it judges, and under which names measures keep those contacts."""

    metric: Metric
    line: Line
    labels: tuple[str, ...]
    """``target_line`` of all versions whose line holds for the very same contacts."""


@dataclass(frozen=True)
class Proposal:
    """What a proposed standard makes of one target."""

    status: str = ""
    metric: Metric | None = None
    """The proposed metric, where the same contacts tell how it would have done."""
    line: Line | None = None


def list_targets(standard: Standard, version: Version) -> Iterator[TargetLine]:
    """List all targets of a version, the base line of each metric first.

    Yields
    ------
    TargetLine
        Watched metrics have none.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> standard = read_standard()
    >>> targets = list_targets(standard, standard.versions[0])
    >>> [(one.metric.key, one.line.label) for one in targets][:2]
    [('first_response_online', 'base'), ('first_response_online', 'scene=aftersale')]
    """
    for metric in version.metrics:
        for line in sorted(metric.lines, key=lambda line: len(line.where)):
            labels = tuple(
                f"{other.effective}/{line.label}"
                for other in standard.versions
                for same in other.metrics
                if same.key == metric.key and divides_alike(same, metric)
            )
            yield TargetLine(metric, line, labels)


def divides_alike(one: Metric, other: Metric) -> bool:
    """Whether two metrics look at the same contacts and divide them into the same lines."""
    lines = [line.where for line in one.lines]
    return one.where == other.where and lines == [line.where for line in other.lines]


def propose(target: TargetLine, trial: Standard | None) -> Proposal:
    """Tell what the newest version of a proposed standard makes of a target.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> standard = read_standard()
    >>> target = next(list_targets(standard, standard.versions[0]))
    >>> propose(target, standard).status
    'unchanged'
    """
    if trial is None:
        return Proposal()
    metric = {one.key: one for one in trial.versions[-1].metrics}.get(target.metric.key)
    if metric is None or not metric.lines:
        return Proposal(REMOVED)
    if _measured(metric) != _measured(target.metric):
        return Proposal(OTHER_MEASURE)
    if not divides_alike(metric, target.metric):
        return Proposal(OTHER_LINES)
    line = next(line for line in metric.lines if line.where == target.line.where)
    same = _judged(metric, line) == _judged(target.metric, target.line)
    status = UNCHANGED if same else CHANGED
    return Proposal(status, metric, line)


def list_new(version: Version, trial: Standard | None) -> Iterator[TargetLine]:
    """List the targets of metrics that only the proposed standard judges."""
    judged = {metric.key for metric in version.metrics if metric.lines}
    for metric in trial.versions[-1].metrics if trial else ():
        if metric.key not in judged:
            for line in sorted(metric.lines, key=lambda line: len(line.where)):
                yield TargetLine(metric, line, ())


def _measured(metric: Metric) -> tuple[object, ...]:
    return metric.measure, metric.own, metric.where


def _judged(metric: Metric, line: Line) -> tuple[object, ...]:
    """What a value is judged by."""
    return metric.direction, line.target, line.upper, metric.deduction
