"""The process: its nodes in order, who owns each, how long each may take; dated, in YAML."""

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from csqa.rules.files import DEFAULTS, read_rules
from csqa.rules.kinds import refuse_other_kind
from csqa.rules.process_reader import PROCESS_KEYS, read_versions

__all__ = ["PROCESS_KEYS", "Node", "Process", "ProcessVersion", "read_process", "spell"]

DEFAULT_LIMIT = "default"
"""Stands for every priority that is not named, and for contacts without one."""


@dataclass(frozen=True)
class Node:
    """One node of the process."""

    key: str
    names: tuple[tuple[str, str], ...]
    """Language → name."""
    aliases: tuple[str, ...]
    """How data write it, besides its key and names."""
    owners: tuple[tuple[str, str], ...]
    """Language → who answers for it; empty if nobody was named."""
    limits: tuple[tuple[str, float], ...]
    """Priority → hours a visit may take; :data:`DEFAULT_LIMIT` is every other one."""
    hours: str
    """``calendar`` or ``business``: the clock of its stays and limits."""
    paused: bool
    """Whether the contact waits for someone outside there: shown, never called a bottleneck."""
    closes: bool
    """Whether the process ends on entering it."""

    def name(self, language: str = "zh") -> str:
        """Its name; its key where it has none in that language."""
        return dict(self.names).get(language) or self.key

    def owner(self, language: str = "zh") -> str:
        """Who answers for it; empty if nobody was named."""
        return dict(self.owners).get(language, "")

    def limit_hours(self, priority: str | None) -> float | None:
        """Hours that a visit of a contact of that priority may take; None without a limit."""
        told = dict(self.limits)
        return told.get(priority or "", told.get(DEFAULT_LIMIT))


@dataclass(frozen=True)
class ProcessVersion:
    """The process as it is from a day on."""

    effective: dt.date
    hours: str
    """Clock of nodes that name none, and of the whole way."""
    warn_share: float
    """Share of a limit from which an open visit is at risk."""
    handover: str
    """What counts as one: a change of ``department``, of ``agent``, or of ``either``."""
    nodes: tuple[Node, ...]

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """How data may write a node → its key."""
        return {
            spell(written): node.key
            for node in reversed(self.nodes)
            for written in (*node.aliases, *(name for _, name in node.names), node.key)
        }

    def node(self, key: str) -> Node | None:
        """The node of that key, None if the process has none."""
        return {node.key: node for node in self.nodes}.get(key)


@dataclass(frozen=True)
class Process:
    """All versions, the oldest first; the oldest reaches back."""

    versions: tuple[ProcessVersion, ...]
    fingerprint: str
    path: str

    def at(self, day: dt.date) -> ProcessVersion:
        """The version in force on a day.

        Examples
        --------
        >>> process = read_process()
        >>> [node.name() for node in process.at(dt.date(2025, 6, 1)).nodes]
        ['接诉', '记录', '分类', '处理', '反馈', '归档']
        >>> process.at(dt.date(2025, 6, 1)).node("handled").limit_hours("urgent")
        2.0
        """
        valid = [version for version in self.versions if version.effective <= day]
        return valid[-1] if valid else self.versions[0]


def spell(written: str) -> str:
    """How a node's name is compared: without case, width and spaces at its ends.

    Examples
    --------
    >>> spell(" Ｃlosed ")
    'closed'
    """
    return unicodedata.normalize("NFKC", written).strip().casefold()


def read_process(path: str | Path | None = None) -> Process:
    """Read the process file.

    Parameters
    ----------
    path : str or Path, optional
        YAML; the shipped six nodes of handling a complaint (P2) if left out.

    Returns
    -------
    Process
        Frozen and checked.

    Raises
    ------
    RuleError
        With every fault of the file and its line in one message.

    Examples
    --------
    >>> version = read_process().versions[-1]
    >>> version.spellings["处理中"], version.node("archived").closes, version.warn_share
    ('handled', True, 0.8)
    """
    file = read_rules(path or DEFAULTS / "process.yml")
    refuse_other_kind(file, "process")
    versions = [
        ProcessVersion(**_frozen(told)) for told in read_versions(file.content, file.faults)
    ]
    file.refuse_faults()
    return Process(tuple(versions), file.fingerprint, str(file.path))


def _frozen(version: dict[str, Any]) -> dict[str, Any]:
    fields = tuple(Node.__dataclass_fields__)
    nodes = tuple(Node(**{name: node[name] for name in fields}) for node in version["nodes"])
    return {**version, "nodes": nodes}
