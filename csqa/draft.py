"""Draft a mapping: an export looked at, and a ``mapping.yml`` that says what it is unsure of.

No row of the export is copied: values only of columns with few, short ones that csqa must tell
apart, never what looks like a name, a phone number or an address.
"""

import re
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from csqa.engine.connection import open_connection
from csqa.engine.draft_columns import UNSURE, Met, draft_column, remark, scalar
from csqa.engine.guess import PARTLY, Guess, guess_columns
from csqa.engine.headers import find_table
from csqa.engine.opening import Opened, is_frame, open_frames, open_path
from csqa.engine.profile import (
    LOOKED_AT,
    Profile,
    count_repeats,
    find_markers,
    night_share,
    profile_columns,
)
from csqa.engine.scratch import scratch_folder
from csqa.engine.sources import Source
from csqa.errors import DataError, RuleError
from csqa.rules.hints import read_hints
from csqa.rules.mapping import Mapping
from csqa.schema import CONTACTS, DEFAULT_TIME_ZONE, TABLES

ALIKE = 0.6
"""Sources whose guesses are worth this share of the best one's are contacts too."""

FEW_REPEATS = 0.9
"""Share of ids that differ from which repeated ones are slips, not the events of a log."""

NIGHT = 0.2
"""Share of contacts between midnight and six from which a clock looks wrong."""

SHANGHAI_HOURS = 8
"""Hours that Asia/Shanghai is ahead of UTC."""


@dataclass(frozen=True)
class _Candidate:
    """A source, and which of its columns may be ours."""

    name: str
    source: Source
    profiles: list[Profile]
    guesses: dict[str, Guess]

    @property
    def worth(self) -> float:
        """How much the source looks like contacts."""
        return sum(guess.likeness for guess in self.guesses.values())


def draft_mapping(source: str | Path | pd.DataFrame | MappingType[str, Any]) -> str:
    """Draft a mapping file from the headers and values of an export.

    Parameters
    ----------
    source : str, Path, DataFrame or dict of str to DataFrame
        A folder, a file, or tables in memory.

    Returns
    -------
    str
        YAML with comments; every line of which the draft is unsure says ``不确定``.

    Raises
    ------
    DataError
        If there is nothing that could be read.
    RuleError
        If the source is a database or something else that cannot be drafted from.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "流水号": ["A1", "A2"],
    ...         "入口": ["小程序", "热线"],
    ...         "受理日期": ["31/05/2025", "01/06/2025"],
    ...     }
    ... )
    >>> print(draft_mapping(rows))
    # 由 csqa init --from 起草：看了 1 个来源，每个最多看前 10000 行。带“不确定”的行请核对。
    time_zone: Asia/Shanghai   # 不确定：时间不带时区，当作这个时区
    tables:
      contacts:
        only: true
        columns:
          contact_id: 流水号
          channel:
            from: 入口
            values:
              小程序: online   # 1 行
          created_at:
            from: 受理日期
            format: "%d/%m/%Y"
    <BLANKLINE>
    """
    connection = open_connection()
    with scratch_folder() as scratch:
        opened = _open(connection, source, Path(scratch))
        if not opened.sources:
            msg = "；".join(opened.faults) or f"{opened.place} 里没有能读的表。"
            raise DataError(msg)
        missing = _find_missing(connection, opened)
        chosen, others = _choose(_look(connection, opened, missing))
        return _write(connection, opened, chosen, others, missing)


def _open(connection: duckdb.DuckDBPyConnection, source: object, scratch: Path) -> Opened:
    if isinstance(source, MappingType):
        opened = open_frames(connection, source)
        return replace(opened, one_file=len(source) == 1)
    if is_frame(source):
        return replace(open_frames(connection, {CONTACTS.name: source}), one_file=True)
    if isinstance(source, str | Path) and "://" not in str(source):
        return open_path(connection, Path(source), scratch)
    msg = "起草映射要一个文件夹、文件或 DataFrame；数据库请用自带的映射，或先导出一部分。"
    raise RuleError(msg)


def _find_missing(connection: duckdb.DuckDBPyConnection, opened: Opened) -> tuple[str, ...]:
    words = read_hints().missing
    found = [find_markers(connection, source, words) for _, source in opened.sources]
    return tuple(word for word in words if any(word in each for each in found))


def _look(
    connection: duckdb.DuckDBPyConnection, opened: Opened, missing: tuple[str, ...]
) -> list[_Candidate]:
    looked = [(*named, profile_columns(connection, named[1], missing)) for named in opened.sources]
    return [
        _Candidate(name, source, profiles, guess_columns(CONTACTS, profiles, read_hints()))
        for name, source, profiles in looked
    ]


def _choose(candidates: list[_Candidate]) -> tuple[list[_Candidate], list[_Candidate]]:
    """The sources that are contacts: known as such, or else those that look most like them."""
    tables = [find_table(Path(c.name).stem, c.source.headers, Mapping()) for c in candidates]
    known = [match is not None and not match.lacking for match in tables]
    ours = [
        c
        for c, match, sure in zip(candidates, tables, known, strict=True)
        if sure and match is not None and match.table is CONTACTS
    ]
    if not ours:
        free = [c for c, sure in zip(candidates, known, strict=True) if not sure]
        free = [c for c in free if "created_at" in c.guesses] or free or candidates
        best = max(candidate.worth for candidate in free)
        ours = [c for c in free if c.worth >= ALIKE * best]
    return ours, [c for c in candidates if c not in ours]


def _write(
    connection: duckdb.DuckDBPyConnection,
    opened: Opened,
    chosen: list[_Candidate],
    others: list[_Candidate],
    missing: tuple[str, ...],
) -> str:
    count = len(opened.sources)
    lines = [
        f"# 由 csqa init --from 起草：看了 {count} 个来源，每个最多看前 {LOOKED_AT} 行。"
        f"带“不确定”的行请核对。",
        *(f"# 没能读：{remark(fault)}" for fault in opened.faults),
        *_zone_lines(connection, chosen),
    ]
    if missing:
        lines.append(f"missing: [{', '.join(map(scalar, missing))}]   # {UNSURE}这些当作空")
    lines += ["tables:", "  contacts:"]
    if not opened.one_file:
        lines.append(f"    files: [{', '.join(_patterns(chosen, others))}]")
    lines += ["    only: true", *_repeat_lines(connection, chosen), "    columns:"]
    lines += _column_lines(connection, chosen, missing)
    lines += [line for other in others if (line := _describe_other(other))]
    return "\n".join(lines) + "\n"


def _zone_lines(connection: duckdb.DuckDBPyConnection, chosen: list[_Candidate]) -> list[str]:
    """The zone, and whether the clock of the export looks like that of UTC."""
    guess = chosen[0].guesses.get("created_at")
    plain = f"time_zone: {DEFAULT_TIME_ZONE}"
    if guess is None:
        return [plain]
    if guess.profile.offsets or guess.profile.type.endswith("TIME ZONE"):
        return [f"{plain}   # 时间自带时区；月份按这个时区划分"]
    lines = [f"{plain}   # {UNSURE}时间不带时区，当作这个时区"]
    if guess.profile.ambiguous or guess.profile.mostly(guess.profile.days):
        return lines
    shares = [
        night_share(connection, chosen[0].source, guess.profile.header, hours)
        for hours in (0, SHANGHAI_HOURS)
    ]
    if shares[0] >= NIGHT > 2 * shares[1]:
        told = f"{shares[0]:.0%} 的记录在零点到六点；若导出的是 UTC，去掉行首的 #"
        lines.append(f"# source_time_zone: Etc/UTC   # {UNSURE}{told}")
    return lines


def _patterns(chosen: list[_Candidate], others: list[_Candidate]) -> list[str]:
    """Names of the files, numbers in them free for next month's, unless others then fit too."""
    free = [re.sub(r"\d+", "*", candidate.name) for candidate in chosen]
    clash = {re.sub(r"\d+", "*", other.name) for other in others}
    found = [
        pattern if pattern not in clash else candidate.name
        for pattern, candidate in zip(free, chosen, strict=True)
    ]
    return [scalar(pattern) for pattern in dict.fromkeys(found)]


def _repeat_lines(connection: duckdb.DuckDBPyConnection, chosen: list[_Candidate]) -> list[str]:
    """What to do where an id stands in several rows."""
    guess = chosen[0].guesses.get("contact_id")
    if guess is None:
        return []
    header = guess.profile.header
    filled, distinct = count_repeats(connection, chosen[0].source, header)
    if distinct > FEW_REPEATS * filled:
        return []
    told = f"{filled} 行里只有 {distinct} 个编号；若是事件日志、每个取最后一行，去掉行首的 #"
    return [f"    # one_row_per: {{column: {scalar(header)}, keep: last}}   # {UNSURE}{told}"]


def _column_lines(
    connection: duckdb.DuckDBPyConnection, chosen: list[_Candidate], missing: tuple[str, ...]
) -> list[str]:
    lines: list[str] = []
    used: set[str] = set()
    for name in CONTACTS.names:
        met = [(c.source, c.guesses[name]) for c in chosen if name in c.guesses]
        if not met:
            lines += _lacking(name)
            continue
        clock = _clock(chosen[0], name)
        drafted = draft_column(Met(connection, met, len(chosen), read_hints(), missing), clock)
        lines += drafted
        if not drafted[0].lstrip().startswith("#"):
            used |= {guess.profile.header for _, guess in met} | ({clock} if clock else set())
        elif CONTACTS.column(name).required:
            lines += _lacking(name)
    rest = [
        remark(profile.header)
        for candidate in chosen
        for profile in candidate.profiles
        if profile.header and profile.header not in used
    ]
    if rest:
        lines.append(f"      # 没有用到的表头：{'、'.join(dict.fromkeys(rest))}")
    return lines


def _lacking(name: str) -> list[str]:
    """Lines for a required column that was not met."""
    if name == "contact_id":
        return [f"      contact_id: {{row_number: true}}   # {UNSURE}没有像编号的列，用行号"]
    if name == "channel":
        return [f"      channel: {{constant: other}}   # {UNSURE}没有像渠道的列，全部当作其他"]
    if name == "created_at":
        return ["      # created_at:   # 没有像创建时间的列；补上它，数据才能用"]
    return []


def _clock(candidate: _Candidate, name: str) -> str | None:
    """The time of the day that stands in a column of its own right after the date."""
    guess = candidate.guesses.get(name)
    if guess is None or name != "created_at":
        return None
    dated = guess.profile.days or (guess.profile.ambiguous and ":" not in guess.profile.shape)
    headers = [profile.header for profile in candidate.profiles]
    following = headers.index(guess.profile.header) + 1
    if not dated or following >= len(headers):
        return None
    after = candidate.profiles[following]
    taken = {other.profile.header for other in candidate.guesses.values()}
    free = after.header not in taken
    return after.header if free and after.mostly(after.clocks) else None


def _describe_other(candidate: _Candidate) -> str:
    """What is said of a source that is not the contacts."""
    match = find_table(Path(candidate.name).stem, candidate.source.headers, Mapping())
    label = remark(candidate.source.label)
    if match is not None and not match.lacking:
        return f"# {label}：按表头认得是{TABLES[match.table.name].zh}，不用写"
    known = [guess.column.zh for guess in candidate.guesses.values() if guess.likeness >= PARTLY]
    seen = f"，其中像{'、'.join(known[:5])}的列可以用 in 和 on 查过来" if known else ""
    return f"# {label}：没有用到{seen}"
