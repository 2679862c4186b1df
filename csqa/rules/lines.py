"""Where things stand in a rule file: the line of each place, and keys written twice.

PyYAML keeps the last of two equal keys and forgets all lines; both are read here from the nodes
it composes, before it makes values of them. What an alias (``*name``) or a merge (``<<``) brings
in has the line where it is written, for there it is put right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from csqa.rules.faults import WHOLE, Fault

MERGE = "tag:yaml.org,2002:merge"

_AFTER_PLACE = "：.[ （"
"""What may follow a place in a sentence: without it ``csat`` would begin ``csat_online``."""


@dataclass(frozen=True)
class Positions:
    """The lines of a file."""

    lines: Mapping[str, int] = field(default_factory=dict)
    """Place, as faults name it (``standards[0].metrics.csat``) → its line, counted from 1."""
    repeated: tuple[Fault, ...] = ()
    """The faults of keys that stand twice in one mapping."""

    def line_of(self, fault: str) -> int | None:
        """Line that a fault speaks of: its own, else that of the place, or of what holds it.

        Examples
        --------
        >>> lines = Positions({"settings": 2, "settings.judge_from": 4})
        >>> lines.line_of("settings.judge_from：应为 1 到 10000 的数，而不是 0。")
        4
        >>> lines.line_of("settings.satisfied_from：应为 1 到 5 的数。")
        2
        """
        if isinstance(fault, Fault) and fault.line:
            return fault.line
        place = fault.place if isinstance(fault, Fault) and fault.place else fault
        return self._nearest(place.removeprefix(f"{WHOLE}."))

    def _nearest(self, text: str) -> int | None:
        """Line of the longest place that the text begins with."""
        for end in range(len(text), 0, -1):
            if (end == len(text) or text[end] in _AFTER_PLACE) and text[:end] in self.lines:
                return self.lines[text[:end]]
        return None

    def place_faults(self, faults: list[str]) -> list[str]:
        """Sort faults by line and begin each with it; those without a line come first.

        Examples
        --------
        >>> Positions({"a": 7, "b": 3}).place_faults(["a：不对。", "b：不对。", "文件：空。"])
        ['文件：空。', '第 3 行 b：不对。', '第 7 行 a：不对。']
        """
        found = [(self.line_of(fault) or 0, fault) for fault in faults]
        found.sort(key=lambda pair: pair[0])
        return [f"第 {line} 行 {fault}" if line else str(fault) for line, fault in found]


def find_positions(root: yaml.Node | None, loader: yaml.SafeLoader) -> Positions:
    r"""Find the line of every place of a composed document, and keys that stand twice.

    Parameters
    ----------
    root : yaml.Node or None
        As composed, before values are made of it: that replaces merges by what they bring.
    loader : yaml.SafeLoader
        Tells which keys mean the same: ``yes`` and ``true``.

    Examples
    --------
    >>> loader = yaml.SafeLoader("a: 1\nb: [x, {c: 2}]\na: 3\n")
    >>> found = find_positions(loader.get_single_node(), loader)
    >>> found.lines["b[1].c"], found.repeated[0]
    (2, 'a：第 1 行已经写过；同一个键在一处只能写一次。')
    """
    lines: dict[str, int] = {}
    repeated: dict[int, Fault] = {}
    for place, key, earlier in _walk(root, "", loader):
        if earlier is None:
            lines.setdefault(place, _line(key))
        else:
            told = f"{place}：第 {_line(earlier)} 行已经写过；同一个键在一处只能写一次。"
            repeated.setdefault(id(key), Fault(told, place, _line(key)))
    return Positions(lines, tuple(repeated.values()))


_Step = tuple[str, yaml.Node, yaml.Node | None]
"""A place, the node where it begins, and the node of an equal key before it."""


def _walk(node: yaml.Node | None, place: str, loader: yaml.SafeLoader) -> Iterator[_Step]:
    if isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            inner = f"{place}[{number}]"
            yield inner, entry, None
            yield from _walk(entry, inner, loader)
    elif isinstance(node, yaml.MappingNode):
        yield from _walk_mapping(node, place, loader)


def _walk_mapping(node: yaml.MappingNode, place: str, loader: yaml.SafeLoader) -> Iterator[_Step]:
    """Walk its own keys first: they count before those it merges; of two equal ones the last."""
    last: dict[Any, tuple[yaml.Node, yaml.Node]] = {}
    merged: list[yaml.Node] = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue  # refused when values are made
        name = _name(key, loader)
        if name in last:
            yield _join(place, name), key, last[name][0]
        last[name] = key, value
        if key.tag == MERGE:
            merged += _list_merged(value)
    for name, (key, value) in last.items():
        yield _join(place, name), key, None
        if key.tag != MERGE:
            yield from _walk(value, _join(place, name), loader)
    for base in merged:
        yield from _walk(base, place, loader)


def _join(place: str, name: Any) -> str:
    return f"{place}.{name}" if place else str(name)


def _name(key: yaml.ScalarNode, loader: yaml.SafeLoader) -> Any:
    """What the key means; of what cannot be understood, as it is written."""
    try:
        return key.value if key.tag == MERGE else loader.construct_object(key)
    except (yaml.YAMLError, ValueError, AttributeError):
        # Left half made, it would be told as a value that contains itself.
        loader.recursive_objects.pop(key, None)
        return key.value


def _list_merged(value: yaml.Node) -> list[yaml.Node]:
    """Mappings that a merge brings in; what is none is refused when values are made."""
    bases = value.value if isinstance(value, yaml.SequenceNode) else [value]
    return [base for base in bases if isinstance(base, yaml.MappingNode)]


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
