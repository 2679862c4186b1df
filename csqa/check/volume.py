"""Findings about how many contacts there are: drops, and files that were cut off or doubled."""

from collections.abc import Iterator

import pandas as pd

from csqa import words
from csqa.check.findings import Finding
from csqa.engine.dataset import Dataset
from csqa.engine.drops import Drop, find_drops
from csqa.engine.quality import count_daily

CAPS = {
    1_048_575: "Excel 2007+: 1,048,576 rows with the header (Excel specifications and limits)",
    1_048_576: "the same, without a header",
    65_535: "Excel 97-2003: 65,536 rows with the header",
    65_536: "the same, without a header",
}
ROUND_CAPS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
"""Limits that systems set on an export are round; so many rows exactly are hardly chance."""

ADVICE = {
    "zh": "可能是漏导出、系统停机或渠道改了名，也可能是放假停业。",
    "en": " Lost in the export, a system that was down, a channel renamed, or a holiday.",
}
"""What may be behind a drop; said with the first."""


def find_in_volume(data: Dataset, period: str, language: str) -> Iterator[Finding]:
    """Say on which days or weeks contacts are missing; those of the month first."""
    drops = find_drops(count_daily(data))
    drops.sort(key=lambda drop: not f"{drop.first:%Y-%m}".startswith(period))
    for nth, drop in enumerate(drops):
        facts = {
            "advice": ADVICE[language] if nth == 0 else "",
            "unit": words.label(drop.unit, language),
            "when": _when(drop, language),
            "n": f"{drop.n:,}",
            "expected": words.round_half_up(drop.expected, 0),
            "peers": _peers(drop, language),
            "end": _end(drop, language),
        }
        lost = drop.expected - drop.n
        day = f"{drop.first:%Y-%m-%d}"
        yield Finding("volume_drop", facts, "contacts", "", day, drop.unit, drop.n, weight=lost)


def _when(drop: Drop, language: str) -> str:
    zh = language == "zh"
    if drop.days == 1:
        return f" {drop.first:%Y-%m-%d} " if zh else f"on {drop.first:%Y-%m-%d}"
    if zh:
        return f" {drop.first:%Y-%m-%d} 至 {drop.last:%Y-%m-%d}（{drop.days} 天）"
    return f"from {drop.first:%Y-%m-%d} to {drop.last:%Y-%m-%d} ({drop.days} days)"


def _peers(drop: Drop, language: str) -> str:
    if drop.weekly:
        return "按前后各四周" if language == "zh" else "by the four weeks before and after"
    if language == "zh":
        return "按前后四周的同一星期几"
    return "by the same weekdays of the four weeks before and after"


def _end(drop: Drop, language: str) -> str:
    if not drop.to_the_end:
        return ""
    return "，直到数据结束没有恢复" if language == "zh" else ", and it lasts to the end of the data"


def find_in_files(data: Dataset, language: str) -> Iterator[Finding]:
    """Say which files are doubled, empty, or as long as an export may be."""
    used = data.sources[data.sources["table"] != ""]
    for _, same in used[used["sha256"] != ""].groupby(["sha256", "bytes"], sort=False):
        files = list(dict.fromkeys(map(_file, same["file"])))
        if len(files) > 1:
            facts = {"files": words.join(files, language)}
            yield Finding("same_file", facts, same["table"].iloc[0], value=float(len(files)))
    for row in data.rows.itertuples():
        count = int(str(row.rows_in))
        facts = {"files": str(row.file), "n": f"{count:,}"}
        if not count:
            yield Finding("empty_file", facts, str(row.table), value=0.0)
        elif (count in CAPS or count in ROUND_CAPS) and _is_export(used, str(row.file)):
            yield Finding("row_cap", facts, str(row.table), value=float(count))


def _file(label: str) -> str:
    """The file of a sheet: ``x.xlsx[Sheet1]`` is of ``x.xlsx``."""
    return label.split("[", 1)[0] if label.endswith("]") else label


def _is_export(used: pd.DataFrame, file: str) -> bool:
    """DataFrames and database tables are cut off by nobody."""
    return bool((used.loc[used["file"] == file, "sha256"].fillna("") != "").any())
