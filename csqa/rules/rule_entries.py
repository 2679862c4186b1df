"""Entries of a rule file with ids and dates: what is built on, left out, restated from a day on."""

from datetime import date
from typing import Any, Protocol, TypeVar

from csqa.rules.faults import Fault, as_mapping
from csqa.rules.files import DEFAULTS, read_rules

SHIPPED = "shipped"
"""What a file extends if it builds on the shipped rules."""


class Dated(Protocol):
    """What has an id and a first day."""

    @property
    def id(self) -> str:
        """Same for all versions of a rule."""

    @property
    def effective_from(self) -> date | None:
        """None: ever since."""


Rule = TypeVar("Rule", bound=Dated)


def list_shipped(
    content: dict[str, Any], file: str, key: str, faults: list[str]
) -> list[tuple[str, Any]]:
    """Shipped entries, with their places, if a file builds on them.

    Parameters
    ----------
    content : dict
        Of the file that may extend them.
    file, key : str
        Name of the shipped file, and under which key its entries stand.
    faults : list of str
        What is wrong is added.
    """
    extends = content.get("extends")
    if extends is None:
        return []
    if extends != SHIPPED:
        faults.append(f"extends：只能写 {SHIPPED}（自带的规则），而不是 {extends!r:.60}。")
        return []
    entries = read_rules(DEFAULTS / file).content[key]
    return [(f"{SHIPPED}[{place}]", entry) for place, entry in enumerate(entries)]


def read_without(value: Any, ids: list[Any], faults: list[str]) -> set[str]:
    """Read the ids that shall not hold."""
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


def keep_last_of_a_day(rules: list[tuple[str, Rule]], faults: list[str]) -> list[tuple[str, Rule]]:
    """Sort the versions of each rule by date; one of an own file stands for the shipped one."""
    kept: dict[tuple[str, date], tuple[str, Rule]] = {}
    for place, rule in rules:
        key = rule.id, rule.effective_from or date.min
        if key in kept and not kept[key][0].startswith(SHIPPED):
            told = f"{place}：规则 {rule.id} 在同一天已有一条（{kept[key][0]}）。"
            faults.append(Fault(told, place))
        kept[key] = place, rule
    order = {id_: place for place, id_ in enumerate(dict.fromkeys(id_ for id_, _ in kept))}
    return [kept[key] for key in sorted(kept, key=lambda key: (order[key[0]], key[1]))]
