"""The calendar: which hours of the day are peak hours."""

import re
from dataclasses import dataclass
from pathlib import Path

from csqa.errors import RuleError
from csqa.rules.files import DEFAULTS, read_yaml

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Calendar:
    """Hours that need a rule of their own."""

    peak_minutes: tuple[tuple[int, int], ...]
    """Spans in minutes of the local day, the start inside and the end outside."""
    fingerprint: str = ""


def read_calendar(path: str | Path | None = None) -> Calendar:
    """Read a calendar from YAML; without a path, the one that csqa ships.

    Raises
    ------
    RuleError
        With every span that is no ``HH:MM-HH:MM`` within one day, or if there is no list of them.

    Examples
    --------
    >>> read_calendar().peak_minutes
    ((600, 720), (1140, 1320))
    """
    chosen = Path(path) if path else DEFAULTS / "calendar.yml"
    content, fingerprint = read_yaml(chosen)
    listed = content.get("peak_hours", [])
    if not isinstance(listed, list):
        msg = f'{chosen}：peak_hours 应为一个列表，如 ["10:00-12:00"]，而不是 {listed!r}。'
        raise RuleError(msg)
    spans = {str(text): _span(str(text)) for text in listed}
    wrong = [text for text, span in spans.items() if span is None]
    if wrong:
        allowed = "“10:00-12:00” 这样、不跨零点的时段"
        msg = f"{chosen}：peak_hours 应为{allowed}，而不是 {', '.join(wrong)}。"
        raise RuleError(msg)
    return Calendar(tuple(span for span in spans.values() if span), fingerprint)


def _span(text: str) -> tuple[int, int] | None:
    matched = _SPAN.fullmatch(text)
    if not matched:
        return None
    hour, minute, last_hour, last_minute = map(int, matched.groups())
    if max(minute, last_minute) > 59:
        return None
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    return (start, end) if start < end <= 24 * 60 else None
