"""The settings that all versions of a standard share: numbers, choices, limits."""

from collections.abc import Mapping
from typing import Any

from csqa import schema
from csqa.rules.faults import add_unknown, as_mapping, check_between, is_number, refuse_unknown
from csqa.rules.standard import ATTRIBUTIONS

NUMBERS: dict[str, tuple[float, float]] = {
    "repeat_contact_days": (0, 366),
    "satisfied_from": (1, 5),
    "count_only_below": (1, 10_000),
    "judge_from": (1, 10_000),
    "persistent_months": (1, 24),
    "repeat_complaint_days": (0, 366),
    "transferred_from": (1, 1000),
    "response_limit_seconds": (0, 366 * 86_400),
    "at_risk_share": (0, 1),
    "service_level_seconds": (0, 86_400),
    "short_abandon_seconds": (0, 86_400),
}
"""Settings that are a number, with the least and the greatest value that makes sense."""

ATTRIBUTION, LIMITS = "attribution", "resolution_limit_hours"

LONGEST_LIMIT_HOURS = 24.0 * 366


def read_settings(content: Mapping[str, Any], faults: list[str]) -> dict[str, Any]:
    """Read the settings of a standard.

    Parameters
    ----------
    content : mapping
        What stands under ``settings``.
    faults : list of str
        Gets a sentence for each fault.

    Returns
    -------
    dict
        Setting → value, as :class:`~csqa.rules.standard.Standard` takes them; only those given.

    Examples
    --------
    >>> faults = []
    >>> read_settings({"attribution": "last", "judge_from": 0}, faults)
    {'judge_from': 0, 'attribution': 'last'}
    >>> faults
    ['settings.judge_from：应为 1 到 10000 的数，而不是 0。']
    """
    settings = as_mapping("settings", content, faults)
    refuse_unknown("settings", settings, (*NUMBERS, ATTRIBUTION, LIMITS), faults)
    for name, bounds in NUMBERS.items():
        check_between(f"settings.{name}", settings.get(name, bounds[0]), bounds, faults)
    read = {name: settings[name] for name in NUMBERS if name in settings}
    if ATTRIBUTION in settings:
        if settings[ATTRIBUTION] not in ATTRIBUTIONS:
            add_unknown(f"settings.{ATTRIBUTION}", settings[ATTRIBUTION], ATTRIBUTIONS, faults)
        read[ATTRIBUTION] = settings[ATTRIBUTION]
    if LIMITS in settings:
        read[LIMITS] = _read_limits(settings[LIMITS], faults)
    return read


def _read_limits(content: Any, faults: list[str]) -> tuple[tuple[str, float], ...]:
    place = f"settings.{LIMITS}"
    limits = as_mapping(place, content, faults)
    refuse_unknown(place, limits, schema.CONTACTS.column("priority").choices, faults)
    for priority, hours in limits.items():
        if not is_number(hours) or not 0 < hours <= LONGEST_LIMIT_HOURS:
            faults.append(f"{place}.{priority}：应为大于 0 的小时数，而不是 {hours!r}。")
    return tuple(limits.items())
