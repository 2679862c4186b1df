"""From YAML to targets: a metric's limit, where another one holds, and why it may be looser."""

from typing import Any

from csqa import schema
from csqa.rules.faults import add_unknown, as_mapping, is_number, refuse_unknown
from csqa.rules.standard import BETWEEN, DIRECTIONS, Line, is_looser

CONDITIONS = ("team", "channel", "scene", "topic", "priority", "customer_type", "peak")
"""What a target may depend on. Not on the agent: one standard for all who do the job."""

NO_TARGET = Line((), float("nan"))


def read_target(place: str, target: Any, faults: list[str]) -> tuple[str | None, Line]:
    """Read ``{at_most: 30}``, ``{at_least: 0.9}`` or ``{between: [20, 60]}``.

    Parameters
    ----------
    place : str
        Where it stands, for messages.
    target : Any
        What YAML gave; None: nothing to be met.
    faults : list of str
        Gets a sentence for each fault.

    Returns
    -------
    tuple
        The direction, one of :data:`csqa.rules.standard.DIRECTIONS`, and the base line; None and
        a line without a limit where there is no target or a wrong one.

    Examples
    --------
    >>> read_target("target", {"between": [20, 60]}, [])
    ('between', Line(where=(), target=20.0, note='', upper=60.0))
    """
    if target is None:
        return None, NO_TARGET
    pairs = list(target.items()) if isinstance(target, dict) else []
    if len(pairs) == 1 and pairs[0][0] in DIRECTIONS:
        direction, limit = pairs[0]
        line = _range(limit) if direction == BETWEEN else _limit(limit)
        if line:
            return direction, line
    faults.append(
        f"{place}：应为 {{at_most: 数}}、{{at_least: 数}} 或 {{between: [下限, 上限]}}，"
        f"而不是 {target!r}。"
    )
    return None, NO_TARGET


def _limit(limit: Any) -> Line | None:
    return Line((), float(limit)) if is_number(limit) else None


def _range(ends: Any) -> Line | None:
    if not isinstance(ends, list) or len(ends) != 2 or not all(map(is_number, ends)):
        return None
    return Line((), float(ends[0]), upper=float(ends[1])) if ends[0] < ends[1] else None


def read_lines(
    place: str, body: dict[str, Any], direction: str | None, base: Line, faults: list[str]
) -> tuple[Line, ...]:
    """Read the lines of a metric's target: its exceptions, the most specific first, then the base.

    Parameters
    ----------
    place : str
        Where the metric stands, for messages.
    body : dict
        The metric, as YAML gave it.
    direction, base
        As :func:`read_target` gives them.
    faults : list of str
        Gets a sentence for each fault: an exception of another direction, without a condition,
        looser without a note; two that may hold for one contact and disagree.

    Examples
    --------
    >>> body = {"except": [{"scene": "aftersale", "target": {"at_most": 45}, "note": "复杂"}]}
    >>> [line.label for line in read_lines("metrics.a", body, "at_most", Line((), 30.0), [])]
    ['scene=aftersale', 'base']
    """
    if direction is None:
        return ()
    exceptions = body.get("except", [])
    if not isinstance(exceptions, list):
        faults.append(f"{place}.except：应为一个列表，而不是 {exceptions!r}。")
        return (base,)
    lines = [
        _exception(f"{place}.except[{number}]", entry, direction, base, faults)
        for number, entry in enumerate(exceptions)
    ]
    _refuse_rivals(place, lines, faults)
    return (*sorted(lines, key=lambda line: -len(line.where)), base)


def _exception(place: str, entry: Any, direction: str, base: Line, faults: list[str]) -> Line:
    entry = dict(as_mapping(place, entry, faults))
    if "target" not in entry:
        example = "[30, 60]" if direction == BETWEEN else "45"
        faults.append(f"{place}：缺少 target，如 {{{direction}: {example}}}。")
    found, read = read_target(f"{place}.target", entry.pop("target", None), faults)
    note = entry.pop("note", None) or ""
    where = read_conditions(place, entry, faults)
    line = Line(where, read.target, str(note).strip(), read.upper)
    if found not in (None, direction):
        faults.append(f"{place}.target：应与该指标的方向一致（{direction}），而不是 {found}。")
    if not where:
        faults.append(f"{place}：缺少适用条件，如 scene: aftersale。")
    if found == direction and is_looser(line, base, direction) and not line.note:
        faults.append(f"{place}：比基本目标放宽，需要写明 note（备注原因）。")
    return line


def _refuse_rivals(place: str, lines: list[Line], faults: list[str]) -> None:
    """Two lines equally specific that can hold for one contact, with different targets."""
    for number, line in enumerate(lines):
        for other in lines[number + 1 :]:
            mine, theirs = dict(line.where), dict(other.where)
            disjoint = any(mine[column] != theirs[column] for column in mine.keys() & theirs)
            differ = (line.target, line.upper) != (other.target, other.upper)
            rivals = len(mine) == len(theirs) and differ and not disjoint
            if rivals and not _is_settled(mine | theirs, len(mine), lines):
                faults.append(
                    f"{place}.except：“{line.label}”与“{other.label}”同样具体而目标不同，"
                    "同时满足时不知道用哪一条；请加一条更具体的。"
                )


def _is_settled(both: dict[str, Any], specific: int, lines: list[Line]) -> bool:
    """Whether a more specific line judges every contact that two rivals could judge."""
    return any(
        len(line.where) > specific and dict(line.where).items() <= both.items() for line in lines
    )


def read_conditions(place: str, where: Any, faults: list[str]) -> tuple[tuple[str, Any], ...]:
    """Read conditions on a contact, all of which must hold, in the order of :data:`CONDITIONS`.

    Examples
    --------
    >>> read_conditions("where", {"peak": True, "channel": "phone"}, [])
    (('channel', 'phone'), ('peak', True))
    """
    where = as_mapping(place, where, faults)
    refuse_unknown(place, where, CONDITIONS, faults)
    for name, value in where.items():
        allowed = _allowed_values(name)
        # 1 equals true, and would be stored beside it as another condition.
        known = any(value is one or (isinstance(one, str) and value == one) for one in allowed)
        if allowed and not known:
            add_unknown(f"{place}.{name}", value, allowed, faults)
        elif not allowed and not isinstance(value, str):
            faults.append(f"{place}.{name}：应为文字（数字等要加引号），而不是 {value!r}。")
    return tuple((name, where[name]) for name in CONDITIONS if name in where)


def _allowed_values(name: str) -> tuple[Any, ...]:
    if name == "peak":
        return (True, False)
    if name not in schema.CONTACTS.names:
        return ()
    return tuple(schema.CONTACTS.column(name).choices)
