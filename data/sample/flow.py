"""The way of a complaint through its nodes: how long it stays in each, who has it, what returns."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from simulate import PLAN, Record, lognormal, month_of, pick, stream

FLOW = PLAN["steps"]
PLANT = FLOW["plant"]

Row = list[object]


def draw_steps(contacts: list[Record]) -> list[Row]:
    """Stays of the complaints of some months, in order of entry; the last ones are still open."""
    end, rows = datetime.fromisoformat(f"{FLOW['as_of']} 18:00:00"), []
    for contact in contacts:
        if contact["complaint"] and FLOW["from"] <= month_of(contact["created_at"]) <= FLOW["to"]:
            rows += _one_way(stream("steps", contact["contact_id"]), contact, end)
    return sorted(rows, key=lambda row: (row[4], row[0]))


def _one_way(rng: Random, contact: Record, end: datetime) -> list[Row]:
    entered, rows = contact["created_at"], []
    for node in _nodes(rng, contact):
        if entered > end:
            break
        hours = lognormal(rng, _mean_hours(node, contact), FLOW["sigma"])
        left = entered + timedelta(seconds=int(hours * 3600))
        handler = f"{FLOW['nodes'][node]['prefix']}{1 + int(rng.random() * 3):02d}"
        department = FLOW["nodes"][node]["department"]
        if department == "*":
            department = FLOW["business"][contact["topic"] or "账户"]
        shown = left if left <= end else None
        rows.append([contact["contact_id"], node, department, handler, entered, shown])
        entered = left
    return rows


def _nodes(rng: Random, contact: Record) -> list[str]:
    """The six nodes; some complaints were classified wrongly and go back once or twice."""
    before, after = FLOW["nodes_in_order"][:4], FLOW["nodes_in_order"][4:]
    again = FLOW["returns"].get(contact["topic"], FLOW["returns"]["*"])
    loops = pick(rng, {0: 1 - again, 1: again * 0.8, 2: again * 0.2})
    return [*before, *["分类", "处理"] * loops, *after]


def _mean_hours(node: str, contact: Record) -> float:
    hours: float = FLOW["nodes"][node]["hours"]
    if node == PLANT["node"] and month_of(contact["created_at"]) >= PLANT["from"]:
        hours = PLANT["hours"]
    return hours


def truth_of_steps(rows: list[Row]) -> Record:
    """How many, and what is planted."""
    found = defaultdict(int)
    for row in rows:
        found[row[1]] += 1
    return {"rows": len(rows), "visits": dict(found), "plant": PLANT}
