"""From YAML to one metric of a standard."""

from collections.abc import Iterable
from typing import Any

from csqa.rules.expressions import read_own_measure
from csqa.rules.faults import add_unknown, as_names, refuse_unknown
from csqa.rules.measures import MEASURES
from csqa.rules.points_reader import read_bonus, read_deduction, read_weight
from csqa.rules.standard import Metric
from csqa.rules.target_reader import read_conditions, read_lines, read_target

METRIC_KEYS = (
    "name",
    "dimension",
    "measure",
    "where",
    "target",
    "deduct",
    "bonus",
    "weight",
    "except",
    "definition",
    "source",
)


def read_metric(
    key: str, place: str, body: dict[str, Any], dimensions: Iterable[str], faults: list[str]
) -> Metric:
    """Read one metric; what is wrong with it is added to the faults.

    Parameters
    ----------
    key : str
        Its name in results.
    place : str
        Where it stands, for messages.
    body : dict
        What YAML gave.
    dimensions : iterable of str
        Those that have a weight.
    faults : list of str
        Gets a sentence for each fault.

    Examples
    --------
    >>> body = {"dimension": "quality", "measure": "csat_satisfied", "target": {"at_least": 0.9}}
    >>> read_metric("csat", "metrics.csat", body, ["quality"], []).lines
    (Line(where=(), target=0.9, note='', upper=None),)
    """
    refuse_unknown(place, body, METRIC_KEYS, faults)
    direction, base = read_target(f"{place}.target", body.get("target"), faults)
    own, given = None, body.get("measure")
    if isinstance(given, dict):
        own = read_own_measure(f"{place}.measure", given, direction, faults)
    for name, allowed in (("measure", MEASURES), ("dimension", dimensions)):
        defined = name == "measure" and isinstance(given, dict)
        if not defined and body.get(name) not in list(allowed):
            add_unknown(f"{place}.{name}", body.get(name), allowed, faults)
    return Metric(
        key=key,
        names=as_names(f"{place}.name", body.get("name", key), faults),
        dimension=str(body.get("dimension")),
        measure=own.key if own else str(given),
        where=read_conditions(f"{place}.where", body.get("where", {}), faults),
        direction=direction,
        lines=read_lines(place, body, direction, base, faults),
        deduction=read_deduction(f"{place}.deduct", body, direction, faults),
        definition=as_names(f"{place}.definition", body.get("definition", ""), faults),
        source=as_names(f"{place}.source", body.get("source", ""), faults),
        own=own,
        weight=read_weight(place, body, faults),
        bonus=read_bonus(f"{place}.bonus", body, direction, faults),
    )
