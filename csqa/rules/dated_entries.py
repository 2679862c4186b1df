"""Lists of dated entries that a file of one's own may build on: what the kinds have in common.

``extends: shipped`` puts the entries of a shipped file before those of the file, ``without`` names
those that shall not hold; entries of one id are versions of it, each since its day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from csqa.rules.faults import Fault, as_mapping
from csqa.rules.files import DEFAULTS, RuleFile, read_rules

SHIPPED = "shipped"
"""What a file extends if it builds on what csqa ships."""


class Dated(Protocol):
    """One version of an entry."""

    @property
    def id(self) -> str:
        """Which entry it is a version of."""

    @property
    def effective_from(self) -> date | None:
        """None: ever since."""

    @property
    def retired(self) -> bool:
        """From its date on the entry does not hold."""


D = TypeVar("D", bound=Dated)


def read_extends(file: RuleFile, shipped: str) -> dict[str, Any]:
    """Content of the shipped file that a file builds on; empty if it builds on nothing.

    Parameters
    ----------
    file : RuleFile
        Gets a fault if it extends anything but :data:`SHIPPED`.
    shipped : str
        Name of the shipped file.
    """
    extends = file.content.get("extends")
    if extends is None:
        return {}
    if extends != SHIPPED:
        file.faults.append(f"extends：只能写 {SHIPPED}（自带的规则），而不是 {extends!r:.60}。")
        return {}
    return read_rules(DEFAULTS / shipped).content


def list_entries(
    file: RuleFile, shipped: dict[str, Any], key: str, most: int
) -> list[tuple[str, Any]]:
    """Place and content of the entries of a list, those of the shipped file first.

    Parameters
    ----------
    file : RuleFile
        Gets a fault if it has no list there, or too long a one.
    shipped : dict
        From :func:`read_extends`.
    key : str
        Of the list.
    most : int
        Entries that it may have.
    """
    own = file.content.get(key, [])
    if not isinstance(own, list) or len(own) > most:
        file.faults.append(f"{key}：应为规则的列表，最多 {most} 条，而不是 {own!r:.60}。")
        own = []
    before = [(f"{SHIPPED}.{key}[{at}]", entry) for at, entry in enumerate(shipped.get(key, []))]
    return [*before, *((f"{key}[{at}]", entry) for at, entry in enumerate(own))]


def read_without(value: Any, ids: Sequence[Any], faults: list[str]) -> set[str]:
    """Read the ids that shall not hold.

    Examples
    --------
    >>> faults = []
    >>> read_without(["praise", "x"], ["praise"], faults) == {"praise", "x"}, faults
    (True, ["without[1]：没有 id 是 'x' 的规则。"])
    """
    if value is None:
        return set()
    if not isinstance(value, list):
        faults.append(f"without：应为规则 id 的列表，而不是 {value!r:.60}。")
        return set()
    for place, one in enumerate(value):
        if one not in ids:
            faults.append(f"without[{place}]：没有 id 是 {one!r:.60} 的规则。")
    return {str(one) for one in value}


def merge_entries(
    entries: list[tuple[str, Any]], faults: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    """Fill each later entry of an id with what its earlier entry says.

    Parameters
    ----------
    entries : list of (str, any)
        Place and what is written there, in the order of the file.
    faults : list of str
        What is wrong is added.
    """
    known: dict[str, dict[str, Any]] = {}
    merged = []
    for place, written in entries:
        entry = as_mapping(place, written, faults)
        key = str(entry.get("id"))
        earlier = {k: v for k, v in known.get(key, {}).items() if k != "retired"}
        whole = {**earlier, **entry}
        if key in known and "version" not in entry and "effective_from" in entry:
            whole["version"] = str(entry["effective_from"])
        known[key] = whole
        merged.append((place, whole))
    return merged


def sort_versions(placed: Sequence[tuple[str, D]], faults: list[str]) -> list[tuple[str, D]]:
    """Sort the versions of each entry by date; one of an own file stands for the shipped one.

    Parameters
    ----------
    placed : sequence of (str, entry)
        Place and version, in the order of the files.
    faults : list of str
        Gets one for each version that has the day of another of the same file.
    """
    kept: dict[tuple[str, date], tuple[str, D]] = {}
    for place, entry in placed:
        key = entry.id, entry.effective_from or date.min
        if key in kept and not kept[key][0].startswith(SHIPPED):
            told = f"{place}：规则 {entry.id} 在同一天已有一条（{kept[key][0]}）。"
            faults.append(Fault(told, place))
        kept[key] = place, entry
    order = {id_: place for place, id_ in enumerate(dict.fromkeys(id_ for id_, _ in kept))}
    return [kept[key] for key in sorted(kept, key=lambda key: (order[key[0]], key[1]))]


def find_in_force(entries: Sequence[D], day: date | None) -> tuple[D, ...]:
    """Of each entry the version that holds on a day; without a day the last one."""
    begun: dict[str, D] = {}
    for entry in entries:
        if day is None or entry.effective_from is None or entry.effective_from <= day:
            begun[entry.id] = entry
    return tuple(entry for entry in begun.values() if not entry.retired)
