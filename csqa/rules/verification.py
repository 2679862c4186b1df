"""How measures are verified: months on either side, and how small a change does not matter (G9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csqa.rules.faults import check_between, is_number, refuse_unknown
from csqa.rules.files import DEFAULTS, read_rules, read_yaml
from csqa.rules.kinds import refuse_other_kind

BOUNDS: dict[str, tuple[float, float]] = {
    "before_months": (1, 36),
    "after_months": (1, 36),
    "others_part": (0, 1),
    "placebo_share": (0, 1),
    "placebo_places": (1, 100),
}
"""The least and the greatest value of each that makes sense."""

WHOLE = ("before_months", "after_months", "placebo_places")
EFFECTS: dict[str, float] = {
    "share": 1,
    "seconds": 10,
    "number": 10,
    "per_hundred": 100,
    "nps": 2,
}
"""Kinds of values, with the greatest smallest effect."""

RELATIVE = ("seconds", "number")
"""Kinds whose smallest effect is a part of the value before."""


VERIFICATION_KEYS = (
    "before_months",
    "after_months",
    "smallest_effect",
    "others_part",
    "placebo_share",
    "placebo_places",
)
"""Keys of such a file."""


@dataclass(frozen=True)
class Verification:
    """What a verification goes by."""

    before_months: int
    after_months: int
    others_part: float
    """Part of the own change from which on, if others reach it too, the measure proves nothing."""
    placebo_share: float
    placebo_places: int
    smallest_effect: Mapping[str, float]
    """Kind of value → change that matters; a part of the value before for :data:`RELATIVE`."""
    fingerprint: str = ""
    """SHA-256 of the file."""

    def least_change(self, kind: str, before: float) -> float:
        """Smallest change that matters, in the unit of the kind.

        Examples
        --------
        >>> settings = read_verification()
        >>> settings.least_change("share", 0.75), settings.least_change("seconds", 600.0)
        (0.02, 30.0)
        """
        least = self.smallest_effect[kind]
        return least * abs(before) if kind in RELATIVE else least


def read_verification(path: str | Path | None = None) -> Verification:
    """Read the settings of a verification from YAML; what is left out is as shipped.

    Parameters
    ----------
    path : str or Path, optional
        A file like the shipped ``verification.yml``; without it, that one.

    Returns
    -------
    Verification
        Frozen and checked.

    Raises
    ------
    RuleError
        With every fault of the file in one message.

    Examples
    --------
    >>> read_verification().before_months
    12
    """
    shipped, fingerprint = read_yaml(DEFAULTS / "verification.yml")
    if path is None:
        return Verification(**shipped, fingerprint=fingerprint)
    file = read_rules(path)
    refuse_other_kind(file, "verification")
    refuse_unknown("文件", file.content, VERIFICATION_KEYS, file.faults)
    merged = shipped | file.content
    for name, bounds in BOUNDS.items():
        check_between(name, merged[name], bounds, file.faults, whole=name in WHOLE)
    file.faults.extend(_check_effects(merged["smallest_effect"]))
    file.refuse_faults()
    merged["smallest_effect"] = shipped["smallest_effect"] | merged["smallest_effect"]
    return Verification(**merged, fingerprint=file.fingerprint)


def _check_effects(effects: Any) -> list[str]:
    if not isinstance(effects, dict):
        return [f"smallest_effect：应为“类别: 数”，而不是 {effects!r}。"]
    faults: list[str] = []
    refuse_unknown("smallest_effect", effects, list(EFFECTS), faults)
    for kind, value in effects.items():
        if kind in EFFECTS and not (is_number(value) and 0 < value <= EFFECTS[kind]):
            faults.append(
                f"smallest_effect.{kind}：应为 0 到 {EFFECTS[kind]:g} 的数，而不是 {value!r}。"
            )
    return faults
