"""From YAML to points: what a miss costs, and what a metric earns."""

from collections.abc import Mapping
from typing import Any

from csqa.rules.expressions import OWN_KINDS
from csqa.rules.faults import add_unknown, as_mapping, is_number, refuse_unknown
from csqa.rules.measures import MEASURES
from csqa.rules.standard import AT_MOST, BETWEEN, FULL, Bonus, Deduction

PROPORTIONAL = "proportional"
MODES = ("linear", "step", PROPORTIONAL)
DEDUCT_KEYS = ("points", "per", "mode", "floor", "cap")
BONUS_KEYS = ("points", "per", "from", "cap")


def read_deduction(
    place: str, body: Mapping[str, Any], direction: str | None, faults: list[str]
) -> Deduction | None:
    """Read what a miss costs: ``proportional``, or ``{points, per, mode, floor, cap}``.

    Parameters
    ----------
    place : str
        Where it stands, for messages.
    body : mapping
        The metric, as YAML gave it.
    direction : str or None
        Of its target.
    faults : list of str
        Gets a sentence for each fault.

    Returns
    -------
    Deduction or None
        None where there is none, or a wrong one. ``cap``, the most points that can be lost, is
        kept as the lowest score: 100 − cap. Given both ways they must say the same.

    Examples
    --------
    >>> read_deduction("deduct", {"deduct": {"points": 10, "per": 10, "cap": 40}}, "at_most", [])
    Deduction(mode='linear', points=10.0, per=10.0, floor=60.0)
    """
    deduct = body.get("deduct")
    if deduct is None:
        return None
    deduct = as_mapping(place, {"mode": deduct} if deduct == PROPORTIONAL else deduct, faults)
    refuse_unknown(place, deduct, DEDUCT_KEYS, faults)
    mode = deduct.get("mode", MODES[0])
    if mode not in MODES:
        add_unknown(f"{place}.mode", mode, MODES, faults)
    if "target" not in body:
        faults.append(f"{place}：没有 target，不知道从哪里起扣分；请写目标值，或去掉 deduct。")
    floor = _read_floor(place, deduct, faults)
    if mode == PROPORTIONAL:
        _check_proportional(place, body, deduct, direction, faults)
        return Deduction(PROPORTIONAL, floor=floor)
    points, per = (_read_positive(place, name, deduct, faults) for name in ("points", "per"))
    return Deduction(str(mode), points, per, floor) if points and per else None


def read_bonus(
    place: str, body: Mapping[str, Any], direction: str | None, faults: list[str]
) -> Bonus | None:
    """Read what a metric earns for its dimension: ``{points, per, from, cap}``.

    Parameters
    ----------
    place, body, direction, faults
        As for :func:`read_deduction`.

    Returns
    -------
    Bonus or None
        None where there is none, or a wrong one.

    Examples
    --------
    >>> read_bonus("bonus", {"bonus": {"points": 1, "per": 0.01, "from": 0.01}}, None, [])
    Bonus(points=1.0, per=0.01, start=0.01, cap=100.0)
    """
    bonus = body.get("bonus")
    if bonus is None:
        return None
    bonus = as_mapping(place, bonus, faults)
    refuse_unknown(place, bonus, BONUS_KEYS, faults)
    if body.get("deduct") is not None or body.get("weight") is not None:
        faults.append(f"{place}：加分的指标不扣分、不占权重；不能同时写 deduct 或 weight。")
    if direction in (AT_MOST, BETWEEN):
        faults.append(f"{place}：只用于越高越好的指标，而它的目标是 {direction}。")
    start = bonus.get("from", 0)
    if not is_number(start):
        faults.append(f"{place}.from：应为数，而不是 {start!r}。")
        start = 0
    points, per = (_read_positive(place, name, bonus, faults) for name in ("points", "per"))
    cap = _read_points(place, "cap", bonus, FULL, faults)
    return Bonus(points, per, float(start), cap) if points and per else None


def read_weight(place: str, body: Mapping[str, Any], faults: list[str]) -> float:
    """Read what a metric's score weighs in its dimension; 1 where nothing is said.

    Examples
    --------
    >>> read_weight("metrics.csat", {"weight": 2}, []), read_weight("metrics.csat", {}, [])
    (2.0, 1.0)
    """
    if body.get("weight") is None:
        return 1.0
    return _read_positive(place, "weight", body, faults) or 1.0


def _read_floor(place: str, deduct: Mapping[str, Any], faults: list[str]) -> float:
    cap = _read_points(place, "cap", deduct, FULL, faults)
    floor = _read_points(place, "floor", deduct, FULL - cap, faults)
    if "cap" in deduct and abs(floor + cap - FULL) > 1e-9:
        faults.append(
            f"{place}：floor（最低得分）{floor:g} 与 cap（最多扣分）{cap:g} 矛盾："
            f"最多扣 {cap:g} 分就是最低 {FULL - cap:g} 分；请只写一个。"
        )
    return floor


def _read_points(
    place: str, name: str, given: Mapping[str, Any], default: float, faults: list[str]
) -> float:
    """Read points on the 100-point scale; of a cap, 0 would be no rule at all."""
    value: Any = given.get(name, default)
    if is_number(value) and 0 <= value <= FULL and (value or name != "cap"):
        return float(value)
    least = "大于 0、不超过 100" if name == "cap" else " 0 到 100"
    faults.append(f"{place}.{name}：应为{least} 的数，而不是 {value!r}。")
    return default


def _read_positive(place: str, name: str, given: Mapping[str, Any], faults: list[str]) -> float:
    value: Any = given.get(name)
    if is_number(value) and value > 0:
        return float(value)
    faults.append(f"{place}.{name}：应为大于 0 的数，而不是 {value!r}。")
    return 0.0


def _check_proportional(
    place: str,
    body: Mapping[str, Any],
    deduct: Mapping[str, Any],
    direction: str | None,
    faults: list[str],
) -> None:
    """Only a rate is a score by itself; and a range has no end that a rate could score towards."""
    measure: Any = body.get("measure")
    known = MEASURES.get(str(measure))
    kind = known and known.kind
    if isinstance(measure, dict):
        kind = measure.get("kind") if measure.get("kind") in OWN_KINDS else None
    if kind and kind != "share":
        named = f"{kind} 的算式" if isinstance(measure, dict) else measure
        faults.append(f"{place}：proportional 只用于 0–1 的比率，{named} 不是。")
    if direction == BETWEEN:
        faults.append(f"{place}：between 的目标不能用 proportional；请写 points 和 per。")
    idle = [name for name in ("points", "per") if name in deduct]
    if idle:
        faults.append(f"{place}：proportional 按实际比例计分，不用写 {'、'.join(idle)}。")
