"""How records are drawn for inspection: rate, strata, over-sampling, who judges (G5, P7, A8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csqa.rules.faults import WHOLE, add_unknown, as_mapping, is_number, refuse_unknown
from csqa.rules.files import DEFAULTS, RuleFile, read_rules, read_yaml
from csqa.rules.kinds import refuse_other_kind

SAMPLING_KEYS = (
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
)
STRATA = ("peak", "customer_type", "channel", "scene", "priority")
"""What strata within an agent can be made of: closed lists, so that new data make no new ones."""

COMPLAINT, LOW, HIGH, ORDINARY = "complaint", "low_csat", "high_csat", "proportional"
GROUPS = (ORDINARY, COMPLAINT, LOW, HIGH)
"""Kinds of records, by how often they are drawn."""
OVERSAMPLED = (COMPLAINT, LOW, HIGH)
"""Kinds that can be drawn more often; a record is of the first one that fits."""

ALL = "all"
DRAW, DAY, NONE = "draw", "day", "none"
AT_LEAST_ONE = (DRAW, DAY, NONE)

MOST_INSPECTORS, LONGEST_NAME = 100, 30
LEAST_RATE, MOST_FACTOR = 0.001, 100
NUMBERS: dict[str, tuple[float, float]] = {
    "low_csat_at_most": (1, 5),
    "high_csat_at_least": (1, 5),
    "double_coded": (0, 1),
    "selective_below": (0.0001, 0.2),
    "planning_share": (0.5, 0.99),
}
"""Settings that are a number, with the least and the greatest that makes sense."""

_FORBIDDEN = set('/\\:*?"<>|[]')
"""Not in names of files or sheets."""


@dataclass(frozen=True)
class Sampling:
    """The rules of a sample."""

    rate: float
    """Share of ordinary records."""
    strata: tuple[str, ...]
    """Within each agent, of :data:`STRATA`."""
    factors: tuple[tuple[str, float], ...]
    """Kind of record → multiple of the rate; infinite is all of them."""
    low_csat_at_most: float
    high_csat_at_least: float
    at_least_one: str
    """One of :data:`AT_LEAST_ONE`."""
    double_coded: float
    """Share of the drawn records that two inspectors judge."""
    inspectors: tuple[str, ...]
    selective_below: float
    """Adjusted p below which a sample looks selected."""
    planning_share: float
    """Pass rate expected where the precision of a sample is told."""
    fingerprint: str = ""
    """SHA-256 of the file."""

    def probability(self, group: str) -> float:
        """Chance of a record of a kind to be drawn, but for the promise of one per agent.

        Examples
        --------
        >>> rules = read_sampling()
        >>> [round(rules.probability(group), 2) for group in GROUPS]
        [0.1, 1.0, 0.4, 0.2]
        """
        return min(1.0, self.rate * dict(self.factors).get(group, 1.0))


def read_sampling(path: str | Path | None = None) -> Sampling:
    """Read the rules of a sample from YAML; what is left out is as shipped.

    Parameters
    ----------
    path : str or Path, optional
        A file like the shipped ``sampling.yml``; without it, that one.

    Returns
    -------
    Sampling
        Frozen and checked.

    Raises
    ------
    RuleError
        With every fault of the file and its line in one message.

    Examples
    --------
    >>> read_sampling().strata
    ('peak', 'customer_type', 'channel')
    """
    file = read_rules(Path(path) if path else DEFAULTS / "sampling.yml")
    shipped = read_yaml(DEFAULTS / "sampling.yml")[0]
    refuse_other_kind(file, "sampling")
    refuse_unknown(WHOLE, file.content, SAMPLING_KEYS, file.faults)
    rules = _read(file, {**shipped, **file.content}, shipped)
    file.refuse_faults()
    return rules


def _read(file: RuleFile, content: Mapping[str, Any], shipped: Mapping[str, Any]) -> Sampling:
    faults = file.faults
    numbers = {name: _number(name, content, shipped, *ends) for name, ends in NUMBERS.items()}
    faults += [told for _, told in numbers.values() if told]
    rate, told = _number("rate", content, shipped, LEAST_RATE, 1)
    faults += [told] if told else []
    values = {name: value for name, (value, _) in numbers.items()}
    if values["low_csat_at_most"] >= values["high_csat_at_least"]:
        faults.append("low_csat_at_most：应小于 high_csat_at_least，否则一条记录既很低又很高。")
    if content["at_least_one"] not in AT_LEAST_ONE:
        add_unknown("at_least_one", content["at_least_one"], AT_LEAST_ONE, faults)
    return Sampling(
        rate=rate,
        strata=_strata(content["strata"], faults),
        factors=_factors(content["oversample"], shipped["oversample"], faults),
        at_least_one=str(content["at_least_one"]),
        inspectors=_inspectors(content["inspectors"], faults),
        fingerprint=file.fingerprint,
        **values,
    )


def _number(
    name: str, content: Mapping[str, Any], shipped: Mapping[str, Any], least: float, most: float
) -> tuple[float, str]:
    value = content[name]
    if is_number(value) and least <= value <= most:
        return float(value), ""
    return float(shipped[name]), f"{name}：应为 {least:g} 到 {most:g} 的数，而不是 {value!r:.80}。"


def _strata(value: Any, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        faults.append(f"strata：应为列表，如 [peak, channel]，而不是 {value!r:.80}。")
        return ()
    for name in value:
        if name not in STRATA:
            add_unknown("strata", name, STRATA, faults)
    named = tuple(name for name in value if name in STRATA)
    if len(set(named)) < len(named):
        faults.append("strata：同一项写了两次。")
    return named


def _factors(value: Any, shipped: Any, faults: list[str]) -> tuple[tuple[str, float], ...]:
    given = as_mapping("oversample", {} if value is None else value, faults)
    refuse_unknown("oversample", given, OVERSAMPLED, faults)
    factors = []
    for group in OVERSAMPLED:
        told = given.get(group, shipped[group])
        if told == ALL:
            factors.append((group, float("inf")))
        elif is_number(told) and 1 <= told <= MOST_FACTOR:
            factors.append((group, float(told)))
        else:
            allowed = f"{ALL} 或 1 到 {MOST_FACTOR} 的倍数（1 就是不多抽）"
            faults.append(f"oversample.{group}：应为 {allowed}，而不是 {told!r:.80}。")
    return tuple(factors)


def _inspectors(value: Any, faults: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        told = "应为名字的列表，如 [张三, 李四]（数字要加引号）"
        faults.append(f"inspectors：{told}，而不是 {value!r:.80}。")
        return ()
    names = tuple(name.strip() for name in value)
    if len(names) > MOST_INSPECTORS:
        faults.append(f"inspectors：最多 {MOST_INSPECTORS} 人，这里有 {len(names)} 人。")
    for name in names:
        if not 0 < len(name) <= LONGEST_NAME or set(name) & _FORBIDDEN or not name.isprintable():
            told = f"名字应有 1 到 {LONGEST_NAME} 个字，不含 / \\ : * ? 等符号"
            faults.append(f"inspectors：{told}，而不是 {name!r:.80}。")
    if len({name.lower() for name in names}) < len(names):
        faults.append("inspectors：同一个名字写了两次。")
    return names
