"""When a target is out of reach, demanding, too easy: the settings of a review of the standard."""

from dataclasses import dataclass, fields
from pathlib import Path

from csqa.rules.faults import check_between, refuse_unknown
from csqa.rules.files import DEFAULTS, read_rules, read_yaml


@dataclass(frozen=True)
class ReviewSettings:
    """What the review of a standard goes by."""

    fewest_months: float
    """Months to be judged without which there is no verdict."""
    confidence: float
    """Of the interval of the pooled value."""
    out_of_reach_met_share: float
    """Share of months that met the target: up to this, and surely missed, it is out of reach."""
    demanding_met_share: float
    """Below this share, and surely missed, it is demanding."""
    too_easy_met_share: float
    """From this share on, and surely met with a margin, it is too easy."""
    too_easy_margin: float
    """Share of what the target allows (time, faults, misses) that is not needed."""


BOUNDS: dict[str, tuple[float, float]] = {
    "fewest_months": (1, 60),
    "confidence": (0.5, 0.999),
    "out_of_reach_met_share": (0, 1),
    "demanding_met_share": (0, 1),
    "too_easy_met_share": (0, 1),
    "too_easy_margin": (0, 1),
}
"""The least and the greatest value of each that makes sense."""


def read_review_settings(path: str | Path | None = None) -> ReviewSettings:
    """Read the settings of a review from YAML; what is left out is as shipped.

    Parameters
    ----------
    path : str or Path, optional
        A file like the shipped ``review.yml``; without it, that one.

    Returns
    -------
    ReviewSettings
        Frozen and checked.

    Raises
    ------
    RuleError
        With every fault of the file in one message.

    Examples
    --------
    >>> read_review_settings().fewest_months
    6
    """
    shipped, _ = read_yaml(DEFAULTS / "review.yml")
    if path is None:
        return ReviewSettings(**shipped)
    file = read_rules(path)
    own, faults = file.content, file.faults
    names = [field.name for field in fields(ReviewSettings)]
    refuse_unknown("文件", own, names, faults)
    for name in names:
        check_between(name, own.get(name, shipped[name]), BOUNDS[name], faults)
    file.refuse_faults()
    return ReviewSettings(**(shipped | own))
