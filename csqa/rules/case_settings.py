"""Which cases are reviewed, and what makes one worth reading: a supervisor's settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from csqa.rules.faults import as_mapping, is_number, refuse_unknown
from csqa.rules.files import DEFAULTS, read_rules, read_yaml
from csqa.rules.phrase_rules import SEVERITIES

POINTS = (
    "critical",
    "major",
    "minor",
    "failed_item",
    "overlooked",
    "long_wait",
    "lowest_rating",
    "complaint",
)
"""What a case is given points for."""

BOUNDS: dict[str, tuple[float, float]] = {
    "low_rating": (1, 5),
    "repeated": (0, 1),
    "long_wait_seconds": (1, 86_400),
    "most_shown": (0, 20),
    "most_listed": (1, 2_000),
}
"""The least and the greatest value of each that makes sense."""

FINDING_FROM = (*SEVERITIES, "none")
MOST_POINTS = 1_000
MOST_WORDS = 50
WHOLE = ("most_shown", "most_listed")


@dataclass(frozen=True)
class CaseSettings:
    """What the review of cases goes by."""

    low_rating: float
    """Ratings [1–5] up to this make a contact a case."""
    finding_from: str
    """One of :data:`FINDING_FROM`: a finding this bad makes a case by itself."""
    repeated: float
    """Share that is left of a point for each earlier case that showed the same."""
    long_wait_seconds: float
    """From here on, time without an answer is a long wait."""
    most_shown: int
    """Cases in the report."""
    most_listed: int
    """Cases in the workbook."""
    points: Mapping[str, float] = field(default_factory=dict)
    """One of :data:`POINTS` -> what it adds."""
    complaint_sources: tuple[str, ...] = ()
    """Words in the name of a feedback's source by which it is a complaint, whatever its case."""


def read_case_settings(path: str | Path | None = None) -> CaseSettings:
    """Read the settings of the case review from YAML; what is left out is as shipped.

    Parameters
    ----------
    path : str or Path, optional
        A file like the shipped ``cases.yml``; without it, that one.

    Returns
    -------
    CaseSettings
        Frozen and checked.

    Raises
    ------
    RuleError
        With every fault of the file and its line in one message.

    Examples
    --------
    >>> read_case_settings().most_shown, read_case_settings().points["critical"]
    (5, 9)
    """
    shipped, _ = read_yaml(DEFAULTS / "cases.yml")
    if path is None:
        return _settings(shipped)
    file = read_rules(path)
    own, faults = file.content, file.faults
    named = ["finding_from", "points", "complaint_sources"]
    refuse_unknown("文件", own, [*BOUNDS, *named], faults)
    severity = own.get("finding_from", shipped["finding_from"])
    if severity not in FINDING_FROM:
        faults.append(f"finding_from：应为 {'、'.join(FINDING_FROM)} 之一，而不是 {severity!r}。")
    for name, (least, greatest) in BOUNDS.items():
        _check(name, own.get(name, shipped[name]), (least, greatest), faults)
    points = as_mapping("points", own.get("points", {}), faults)
    refuse_unknown("points", points, POINTS, faults)
    for name in points.keys() & set(POINTS):
        _check(f"points.{name}", points[name], (0, MOST_POINTS), faults)
    _check_words(own.get("complaint_sources", shipped["complaint_sources"]), faults)
    file.refuse_faults()
    return _settings({**shipped, **own, "points": {**shipped["points"], **points}})


def _settings(content: Mapping[str, Any]) -> CaseSettings:
    return CaseSettings(**{**content, "complaint_sources": tuple(content["complaint_sources"])})


def _check_words(words: Any, faults: list[str]) -> None:
    texts = isinstance(words, list) and all(isinstance(word, str) and word for word in words)
    if not texts or len(words) > MOST_WORDS:
        told = f"应为不多于 {MOST_WORDS} 个词的列表，例如 [投诉]，而不是 {words!r}。"
        faults.append(f"complaint_sources：{told}")


def _check(place: str, value: Any, bounds: tuple[float, float], faults: list[str]) -> None:
    least, greatest = bounds
    whole = place in WHOLE
    fits = is_number(value) and least <= value <= greatest and (not whole or value == int(value))
    if not fits:
        kind = "整数" if whole else "数"
        faults.append(f"{place}：应为 {least} 到 {greatest} 的{kind}，而不是 {value!r}。")
