"""Which kind of rule file it is: a standard, a mapping, a calendar, a form; told by its keys.

The keys are written once more here, so that a reader can tell another's file from a misspelt one
of its own without importing the other reader; a test holds them equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from csqa.errors import RuleError
from csqa.rules.faults import find_nearest
from csqa.rules.files import RuleFile

STANDARD_KEYS = ("settings", "standards", "goals", "process_changes", "pairs")


@dataclass(frozen=True)
class Kind:
    """One kind of rule file."""

    zh: str
    keys: tuple[str, ...]
    """Keys that may stand at its top."""
    given_by: str
    """How it is given."""


KINDS = {
    "standard": Kind("评分标准", STANDARD_KEYS, "用 --standard 指定"),
    "mapping": Kind(
        "映射",
        ("time_zone", "source_time_zone", "missing", "tables", "sources", "agent_teams"),
        "用 --mapping 指定",
    ),
    "calendar": Kind(
        "日历",
        ("peak_hours", "hours", "works_on_holidays", "changes", "exceptions", "holidays"),
        "用 --calendar 指定",
    ),
    "form": Kind(
        "质检表",
        ("scale", "other_items", "items", "agreement", "disputes", "rule_quality"),
        "用 csqa.read_form 读取",
    ),
    "phrases": Kind(
        "话术规则", ("extends", "without", "templates", "rules"), "用 csqa.read_phrases 读取"
    ),
    "fishbone": Kind(
        "鱼骨图（原因规则）",
        ("extends", "without", "bones", "words", "negation", "causes"),
        "用 csqa.read_fishbone 读取",
    ),
    "sentiment": Kind(
        "情绪词典",
        (
            "extends",
            "without",
            "settings",
            "negations",
            "degrees",
            "words",
            "risk",
            "examples",
        ),
        "用 csqa.read_sentiment 读取",
    ),
    "review": Kind(
        "复核设置",
        (
            "fewest_months",
            "confidence",
            "out_of_reach_met_share",
            "demanding_met_share",
            "too_easy_met_share",
            "too_easy_margin",
        ),
        "用 csqa standard review --settings 指定",
    ),
    "verification": Kind(
        "效果评估设置",
        (
            "before_months",
            "after_months",
            "smallest_effect",
            "others_part",
            "placebo_share",
            "placebo_places",
        ),
        "用 csqa.read_verification 读取",
    ),
    "sampling": Kind(
        "抽样规则",
        (
            "rate",
            "strata",
            "oversample",
            "low_csat_at_most",
            "high_csat_at_least",
            "at_least_one",
            "double_coded",
            "inspectors",
            "selective_below",
            "planning_share",
        ),
        "用 csqa sample --rules 指定",
    ),
    "process": Kind("流程", ("processes",), "用 csqa.read_process 读取"),
}


def detect_kind(keys: Iterable[object]) -> str | None:
    """Tell the kind of a rule file by the keys at its top; None where nothing speaks for one.

    Examples
    --------
    >>> detect_kind(["time_zone", "tables"]), detect_kind(["standard"]), detect_kind(["a"])
    ('mapping', 'standard', None)
    """
    fitting = _list_fitting(keys)
    return fitting[0] if fitting else None


def _list_fitting(keys: Iterable[object]) -> list[str]:
    """Kinds for which most of the keys speak; several where they have these in common."""
    written = [str(key) for key in keys]
    for fits in (_has_exactly, _has_nearly):
        points = {name: sum(fits(key, kind) for key in written) for name, kind in KINDS.items()}
        most = max(points.values())
        if most:
            return [name for name, count in points.items() if count == most]
    return []


def _has_exactly(key: str, kind: Kind) -> bool:
    return key in kind.keys


def _has_nearly(key: str, kind: Kind) -> bool:
    return find_nearest(key, kind.keys) is not None


def refuse_other_kind(file: RuleFile, wanted: str) -> None:
    """Refuse a file that is one of ours, but of another kind than asked for.

    Raises
    ------
    RuleError
        Saying what it is and how it is given.

    Examples
    --------
    >>> from csqa.rules.files import DEFAULTS, read_rules
    >>> refuse_other_kind(read_rules(DEFAULTS / "calendar.yml"), "calendar")
    """
    fitting = _list_fitting(file.content)
    if fitting and wanted not in fitting:
        kind = KINDS[fitting[0]]
        msg = f"{file.path}：这是{kind.zh}，不是{KINDS[wanted].zh}；请{kind.given_by}。"
        raise RuleError(msg)
