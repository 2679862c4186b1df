"""Whether the past of a standard was rewritten: fingerprints of then against the file of now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from csqa.rules.fingerprints import fingerprint_of
from csqa.rules.standard import Standard

SETTINGS = "settings"
"""What stands instead of a date for the settings that all versions share."""


def list_fingerprints(standard: Standard) -> list[dict[str, str]]:
    """List what to keep of a standard to notice later that its past was changed.

    Parameters
    ----------
    standard : Standard
        The one in use.

    Returns
    -------
    list of dict
        ``effective`` (``settings``, then the day of each version) and ``fingerprint``, the
        SHA-256 of what it says: comments, layout and order in the file do not count.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> [entry["effective"] for entry in list_fingerprints(read_standard())]
    ['settings', '2023-01-01']
    """
    shared = replace(standard, versions=(), goals=(), process_changes=(), fingerprint="", path="")
    shared = replace(shared, pairs=None)
    named = {SETTINGS: fingerprint_of(shared)} | {
        str(version.effective): version.fingerprint for version in standard.versions
    }
    return [{"effective": day, "fingerprint": told} for day, told in named.items()]


def compare_standards(
    before: Iterable[Mapping[str, Any]], standard: Standard, *, language: str = "zh"
) -> list[str]:
    """Say what of a standard's past is no longer as it was; a new version at the end is no fault.

    Parameters
    ----------
    before : iterable of mapping
        What :func:`list_fingerprints` gave then: ``effective`` and ``fingerprint`` of each.
    standard : Standard
        As it is now.
    language : {"zh", "en"}
        Of the sentences.

    Returns
    -------
    list of str
        One sentence per kind of change; empty where past months would be scored as they were.

    Examples
    --------
    >>> from csqa.rules.standard_reader import read_standard
    >>> then = [{"effective": "2023-01-01", "fingerprint": "0" * 64}]
    >>> compare_standards(then, read_standard(), language="en")
    ['The standard of 2023-01-01 was changed after it had been used: months scored by it before \
may score differently now. Write a change as a new entry with its own date.']
    """
    then = {str(entry["effective"]): str(entry["fingerprint"]) for entry in before}
    now = {entry["effective"]: entry["fingerprint"] for entry in list_fingerprints(standard)}
    days = sorted(day for day in then if day != SETTINGS)
    found = {
        "changed": [day for day in days if day in now and now[day] != then[day]],
        "removed": [day for day in days if day not in now],
        "inserted": [day for day in sorted(now) if day not in then and days and day < days[-1]],
        SETTINGS: [SETTINGS] if then.get(SETTINGS, now[SETTINGS]) != now[SETTINGS] else [],
    }
    sign = "、" if language == "zh" else ", "
    return [
        _SENTENCES[kind][language == "en"].format(sign.join(named))
        for kind, named in found.items()
        if named
    ]


_SENTENCES = {
    "changed": (
        "{} 起的标准在用过之后又改过：以前按它评过的月份，现在得分可能不同。"
        "标准有变，请写成新的一段，注明生效日期。",
        "The standard of {} was changed after it had been used: months scored by it before may"
        " score differently now. Write a change as a new entry with its own date.",
    ),
    "removed": (
        "{} 起的标准用过之后不见了：以前按它评过的月份，现在按别的标准评。",
        "The standard of {} was used before and is gone: months scored by it are now scored by"
        " another.",
    ),
    "inserted": (
        "{} 起的标准是后来补进去的：那以后到下一段标准之前的月份，以前是按别的标准评的。",
        "The standard of {} was put in later: the months from then to the next version were scored"
        " by another before.",
    ),
    SETTINGS: (
        "标准文件的 {} 改过：它们对所有月份有效，以前的月份现在得分可能不同。",
        "The {} of the standard were changed: they hold for all months, so earlier ones may score"
        " differently now.",
    ),
}
"""What is said in Chinese and English."""
