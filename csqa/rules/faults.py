"""Checks that every reader of a rule file makes: each fault is added to a list, none raised."""

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any

LEAST_LIKENESS = 0.7
"""Below it (``difflib`` ratio) a suggestion is a guess: ``customers`` is not ``tables``."""

WHOLE = "文件"
"""The place of what concerns a whole file."""


class Fault(str):
    """A fault told in a sentence, and where it stands if the sentence does not begin with that."""

    place: str
    line: int

    def __new__(cls, told: str, place: str = "", line: int = 0) -> "Fault":
        """Make a fault.

        Parameters
        ----------
        told : str
            The sentence.
        place : str
            As ``standards[0].metrics.csat``; empty where the sentence begins with it.
        line : int
            Where it is known at once, counted from 1; 0 leaves it to the place.

        Examples
        --------
        >>> fault = Fault("不认识的键 x（在 tables 里）。", "tables.x")
        >>> fault.place, fault == "不认识的键 x（在 tables 里）。"
        ('tables.x', True)
        """
        fault = super().__new__(cls, told)
        fault.place, fault.line = place, line
        return fault


def as_mapping(place: str, value: Any, faults: list[str]) -> dict[str, Any]:
    """Return a mapping with text keys, or an empty one and a fault."""
    if not isinstance(value, dict):
        faults.append(f"{place}：应为“键: 值”，而不是 {value!r}。")
        return {}
    for key in value:
        if not isinstance(key, str):
            told = f"{place}：键应为文字（数字、yes、no 等要加引号），而不是 {key!r}。"
            faults.append(Fault(told, f"{place}.{key}"))
    return {key: entry for key, entry in value.items() if isinstance(key, str)}


def refuse_unknown(
    place: str, found: Iterable[Any], allowed: Iterable[str], faults: list[str]
) -> None:
    """Add a fault for each key that is not allowed."""
    for key in found:
        if key not in allowed:
            add_unknown(place, key, allowed, faults, stands=f"{place}.{key}")


def add_unknown(
    place: str, found: Any, allowed: Iterable[Any], faults: list[str], *, stands: str = ""
) -> None:
    """Add the fault of a value that is none of those allowed, with the nearest one.

    ``stands`` is where it is, if that is not the place itself: a key in the place.

    Examples
    --------
    >>> faults = []
    >>> add_unknown("settings", "judge_form", ["judge_from"], faults)
    >>> faults
    ["settings：不认识 'judge_form'，是不是 'judge_from'？"]
    """
    options = [str(option) for option in allowed]
    near = find_nearest(found, options)
    hint = f"，是不是 {near!r}？" if near else f"；可用的有 {', '.join(options)}。"
    faults.append(Fault(f"{place}：不认识 {found!r}{hint}", stands))


def find_nearest(found: Any, allowed: Iterable[str]) -> str | None:
    """Give the allowed name that a mistyped one is meant to be, if one is near enough.

    Examples
    --------
    >>> find_nearest("timezone", ["time_zone", "tables"])
    'time_zone'
    >>> find_nearest("customers", ["time_zone", "tables"]) is None
    True
    """
    near = difflib.get_close_matches(str(found), list(allowed), n=1, cutoff=LEAST_LIKENESS)
    return near[0] if near else None


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def same_measure(before: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """Whether a later entry keeps the measure of a metric: its history must mean one thing.

    Examples
    --------
    >>> same_measure({"measure": "nps"}, {"target": {"at_least": 0.4}})
    True
    >>> same_measure({"measure": "nps"}, {"measure": "csat_satisfied"})
    False
    """
    return bool(change.get("measure", before.get("measure")) == before.get("measure"))


def as_names(place: str, value: Any, faults: list[str]) -> tuple[tuple[str, str], ...]:
    """Read a text, or a text per language, as pairs of language and text."""
    if isinstance(value, str):
        return (("zh", value), ("en", value)) if value else ()
    value = as_mapping(place, value, faults)
    refuse_unknown(place, value, ("zh", "en"), faults)
    return tuple((language, str(text)) for language, text in value.items())


def check_between(
    place: str,
    value: Any,
    bounds: tuple[float, float],
    faults: list[str],
    *,
    whole: bool = False,
) -> bool:
    """Tell whether a setting is a number within its bounds, and add a fault if it is not.

    Examples
    --------
    >>> faults = []
    >>> check_between("months", 2.5, (1, 36), faults, whole=True), faults
    (False, ['months：应为 1 到 36 的整数，而不是 2.5。'])
    """
    least, greatest = bounds
    right = is_number(value) and (isinstance(value, int) or not whole)
    if right and least <= value <= greatest:
        return True
    kind = "整数" if whole else "数"
    faults.append(f"{place}：应为 {least} 到 {greatest} 的{kind}，而不是 {value!r}。")
    return False
