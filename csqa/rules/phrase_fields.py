"""Reads the parts of a phrase rule: patterns, positions, exceptions, examples."""

import re
from datetime import date, datetime
from typing import Any

from csqa.rules.faults import add_unknown, as_mapping, is_number, refuse_unknown
from csqa.rules.phrase_rules import (
    ANYONE,
    FIRST,
    LAST,
    SEVERITIES,
    SPEAKERS,
    Disclosure,
    Downgrade,
    Examples,
    NotOwed,
    Patterns,
    Within,
)
from csqa.rules.regex_safety import find_pattern_fault

REACH = 24
"""Characters before and after a hit in which exceptions are looked for (text.md)."""

MOST_PATTERNS, MOST_EXAMPLES, MOST_LINES = 200, 50, 30
"""Of one list, of one rule, of one example."""

LONGEST_EXAMPLE = 500
"""Characters of a line."""

MOST_TURNS, MOST_MESSAGES, MOST_TIMES = 50, 100, 1_000

DOWNGRADE_KEYS = ("same_turn", "next_turns", "turns", "to")
DISCLOSURE_KEYS = ("trigger", "trigger_speaker", "any", "within")
NOT_OWED_KEYS = ("last_speaker", "last_turn", "fewest_messages")
COUNT_KEYS = ("min", "max")

LINE = re.compile(r"\s*(客服|客户|机器人|系统|agent|customer|bot|system)\s*[：:]\s*(.*)", re.DOTALL)
SPEAKER_WORDS = {"客服": "agent", "客户": "customer", "机器人": "bot", "系统": "system"}


def read_patterns(place: str, value: Any, faults: list[str]) -> Patterns:
    """Read a pattern or a list of them; none where nothing is written."""
    if value is None:
        return ()
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not listed:
        faults.append(f"{place}：应为正则表达式的列表，而不是 {value!r:.60}。")
        return ()
    if len(listed) > MOST_PATTERNS:
        faults.append(f"{place}：最多 {MOST_PATTERNS} 条，这里有 {len(listed)} 条。")
        return ()
    read = [_read_pattern(f"{place}[{n}]", one, faults) for n, one in enumerate(listed)]
    return tuple(one for one in read if one is not None)


def _read_pattern(place: str, value: Any, faults: list[str]) -> re.Pattern[str] | None:
    if not isinstance(value, str):
        faults.append(f"{place}：应为文字（要加引号），而不是 {value!r:.60}。")
        return None
    fault = find_pattern_fault(value)
    if fault is not None:
        faults.append(f"{place}：{value!r:.60} {fault}。")
        return None
    return re.compile(value, re.IGNORECASE)


def read_flag(place: str, value: Any, faults: list[str]) -> bool:
    """Read true or false; nothing is false."""
    if value is not None and not isinstance(value, bool):
        faults.append(f"{place}：应为 true 或 false，而不是 {value!r:.60}。")
    return value is True


def read_choice(place: str, value: Any, allowed: tuple[str, ...], faults: list[str]) -> str:
    """Read one of the words allowed; the first of them where another is written."""
    if isinstance(value, str) and value in allowed:
        return value
    add_unknown(place, value, allowed, faults)
    return allowed[0]


def read_whole(place: str, value: Any, most: int, faults: list[str], *, least: int = 1) -> int:
    """Read a whole number from ``least`` to ``most``."""
    if is_number(value) and int(value) == value and least <= value <= most:
        return int(value)
    faults.append(f"{place}：应为 {least} 到 {most} 的整数，而不是 {value!r:.60}。")
    return least


def read_date(place: str, value: Any, faults: list[str]) -> date | None:
    """Read a date; None where nothing is written."""
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    faults.append(f"{place}：应为日期，如 2025-07-01，而不是 {value!r:.60}。")
    return None


def read_downgrade(place: str, value: Any, faults: list[str]) -> Downgrade | None:
    """Read what makes a hit less severe."""
    if value is None:
        return None
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, DOWNGRADE_KEYS, faults)
    same = read_patterns(f"{place}.same_turn", entry.get("same_turn"), faults)
    later = read_patterns(f"{place}.next_turns", entry.get("next_turns"), faults)
    if entry and not (entry.get("same_turn") or entry.get("next_turns")):
        faults.append(f"{place}：要写 same_turn 或 next_turns（降低严重程度的说法）。")
    to = read_choice(f"{place}.to", entry.get("to", SEVERITIES[0]), SEVERITIES, faults)
    turns = read_whole(f"{place}.turns", entry.get("turns", 1), MOST_TURNS, faults)
    return Downgrade(to, same, later, turns)


def read_within(place: str, value: Any, faults: list[str]) -> Within | None:
    """Read where in a conversation a rule looks."""
    if value is None:
        return None
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, (FIRST, LAST), faults)
    ends = [end for end in (FIRST, LAST) if end in entry]
    if len(ends) != 1:
        faults.append(f"{place}：写 first 或 last 其中一个，如 {{first: 2}}。")
        return None
    return Within(ends[0], read_whole(f"{place}.{ends[0]}", entry[ends[0]], MOST_MESSAGES, faults))


def read_disclosure(place: str, value: Any, faults: list[str]) -> Disclosure | None:
    """Read what must be told once something was asked."""
    if value is None:
        return None
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, DISCLOSURE_KEYS, faults)
    for key in ("trigger", "any", "within"):
        if entry and key not in entry:
            faults.append(f"{place}：缺少 {key}。")
    speaker = read_choice(
        f"{place}.trigger_speaker", entry.get("trigger_speaker", "customer"), _ASKING, faults
    )
    return Disclosure(
        read_patterns(f"{place}.trigger", entry.get("trigger"), faults),
        read_patterns(f"{place}.any", entry.get("any"), faults),
        read_whole(f"{place}.within", entry.get("within", 1), MOST_TURNS, faults),
        speaker,
    )


_ASKING = ("customer", "agent", ANYONE)


def read_not_owed(place: str, value: Any, faults: list[str]) -> NotOwed | None:
    """Read when nothing is owed."""
    if value is None:
        return None
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, NOT_OWED_KEYS, faults)
    speaker = entry.get("last_speaker")
    if speaker is not None:
        speaker = read_choice(f"{place}.last_speaker", speaker, SPEAKERS[:3], faults)
    last = read_patterns(f"{place}.last_turn", entry.get("last_turn"), faults)
    fewest = entry.get("fewest_messages", 1)
    fewest = read_whole(f"{place}.fewest_messages", fewest, MOST_MESSAGES, faults, least=0)
    return NotOwed(speaker, last, fewest)


def read_count(place: str, value: Any, faults: list[str]) -> tuple[int | None, int | None]:
    """Read how often a wording is owed, and how often it may stand."""
    if value is None:
        return None, None
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, COUNT_KEYS, faults)
    least, most = (
        read_whole(f"{place}.{key}", entry[key], MOST_TIMES, faults) if key in entry else None
        for key in COUNT_KEYS
    )
    if least is not None and most is not None and least > most:
        faults.append(f"{place}：min {least} 大于 max {most}。")
    return least, most


def read_examples(place: str, value: Any, speaker: str, faults: list[str]) -> Examples:
    """Read the examples of a rule: messages, or lists of lines that say who speaks."""
    if value is None:
        return Examples()
    entry = as_mapping(place, value, faults)
    refuse_unknown(place, entry, ("hit", "miss"), faults)
    hit, miss = (
        _read_conversations(f"{place}.{key}", entry.get(key), speaker, faults)
        for key in ("hit", "miss")
    )
    return Examples(hit, miss)


def _read_conversations(
    place: str, value: Any, speaker: str, faults: list[str]
) -> tuple[tuple[tuple[str, str], ...], ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_EXAMPLES:
        faults.append(f"{place}：应为例子的列表，最多 {MOST_EXAMPLES} 个，而不是 {value!r:.60}。")
        return ()
    return tuple(
        _read_conversation(f"{place}[{n}]", one, speaker, faults) for n, one in enumerate(value)
    )


def _read_conversation(
    place: str, value: Any, speaker: str, faults: list[str]
) -> tuple[tuple[str, str], ...]:
    lines = [value] if isinstance(value, str) else value
    whole = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    if not whole or not 0 < len(lines) <= MOST_LINES or max(map(len, lines)) > LONGEST_EXAMPLE:
        most = f"最多 {MOST_LINES} 行、每行 {LONGEST_EXAMPLE} 字"
        told = f"应为一句话，或“客服：…”“客户：…”的列表（{most}）"
        faults.append(f"{place}：{told}，而不是 {value!r:.60}。")
        return ()
    return tuple(_read_line(line, speaker) for line in lines)


def _read_line(line: str, speaker: str) -> tuple[str, str]:
    found = LINE.fullmatch(line)
    if found is None:
        return ("agent" if speaker == ANYONE else speaker), line
    return SPEAKER_WORDS.get(found[1], found[1]), found[2]
