"""What is asked of inspectors and of rules: agreement, disputes, the quality of phrase rules."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from csqa.rules.faults import as_mapping, check_between, refuse_unknown
from csqa.rules.files import DEFAULTS, read_yaml

BUSINESS, CALENDAR = "business", "calendar"
DAY_KINDS: Final = (BUSINESS, CALENDAR)


@dataclass(frozen=True)
class AgreementSettings:
    """When inspectors are said to disagree."""

    flag_above: float
    """Mean difference of two inspectors on an item [share of its scale] from which on it is shown
    for calibration; methods.md 4.7."""
    fewest_units: int
    """Records judged by at least two, below which nothing is said of an item or an inspector."""


@dataclass(frozen=True)
class DisputeSettings:
    """How long a dispute may take."""

    file_within_days: int
    """Of the judgement; ours, no source gives one."""
    decide_within_days: int
    """Of the filing; ours."""
    days: str
    """One of :data:`DAY_KINDS`: working days of the calendar, with make-up days, or all days."""


@dataclass(frozen=True)
class RuleQualitySettings:
    """When a phrase rule is no longer worth its false hits."""

    precision_at_least: float
    """A rule that is surely below it is proposed for retirement: it is wrong more often than
    right. Ours."""
    fewest_hits: int
    """Inspected contacts with a hit, below which nothing is said of a rule."""


@dataclass(frozen=True)
class InspectionSettings:
    """The three together, as a form holds them."""

    agreement: AgreementSettings
    disputes: DisputeSettings
    rule_quality: RuleQualitySettings


PARTS: Final[Mapping[str, Any]] = {
    "agreement": AgreementSettings,
    "disputes": DisputeSettings,
    "rule_quality": RuleQualitySettings,
}
SETTINGS_KEYS: Final = tuple(PARTS)

RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "flag_above": (0, 1),
    "fewest_units": (2, 10_000),
    "file_within_days": (0, 366),
    "decide_within_days": (0, 366),
    "precision_at_least": (0, 1),
    "fewest_hits": (1, 10_000),
}
"""The least and the greatest value of each that makes sense."""

WHOLE: Final = ("fewest_units", "file_within_days", "decide_within_days", "fewest_hits")


def read_inspection_settings(
    content: Mapping[str, Any] | None = None, faults: list[str] | None = None
) -> InspectionSettings:
    """Read the settings of a form; what is left out, or is a fault, is as shipped.

    Parameters
    ----------
    content : mapping, optional
        A form as written. Default: the shipped one.
    faults : list of str, optional
        To which each fault is added.

    Examples
    --------
    >>> faults = []
    >>> content = {"agreement": {"flag_above": 20}}
    >>> read_inspection_settings(content, faults).agreement.flag_above
    0.1
    >>> faults
    ['agreement.flag_above：应为 0 到 1 的数，而不是 20。']
    """
    shipped, _ = read_yaml(DEFAULTS / "inspection.yml")
    found = faults if faults is not None else []
    return InspectionSettings(
        **{
            key: part(**shipped[key] | _read_part(key, part, (content or {}).get(key, {}), found))
            for key, part in PARTS.items()
        }
    )


def _read_part(place: str, part: Any, value: Any, faults: list[str]) -> dict[str, Any]:
    written = as_mapping(place, value, faults)
    known = [field.name for field in fields(part)]
    refuse_unknown(place, written, known, faults)
    return {
        name: written[name]
        for name in known
        if name in written and _accept(f"{place}.{name}", name, written[name], faults)
    }


def _accept(place: str, name: str, value: Any, faults: list[str]) -> bool:
    if name == "days":
        if value in DAY_KINDS:
            return True
        faults.append(f"{place}：应为 {' 或 '.join(DAY_KINDS)}，而不是 {value!r}。")
        return False
    return check_between(place, value, RANGES[name], faults, whole=name in WHOLE)
