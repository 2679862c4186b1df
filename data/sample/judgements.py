"""What happens to judged records afterwards: blind second judgements, and disputes over items."""

from datetime import datetime, timedelta

from simulate import PLAN, Record, one_of, stream

SECOND, DISPUTES = PLAN["second_codings"], PLAN["disputes"]
CONTACT, INSPECTOR, ITEM, RESULT = range(4)
"""Places in a row of the inspections."""

Row = list[object]


def judge_again(inspections: list[Row], contacts: list[Record]) -> list[Row]:
    """Blind second judgements of a share of the records, by another inspector, item by item."""
    created = {contact["contact_id"]: contact["created_at"] for contact in contacts}
    rng, rows = stream("second codings"), []
    for contact_id, items in _by_contact(inspections).items():
        chosen = rng.random() < SECOND["share"]
        month = f"{created[contact_id]:%Y-%m}" if contact_id in created else ""
        if not (chosen and SECOND["from"] <= month <= SECOND["to"]):
            continue
        others = [name for name in SECOND["inspectors"] if name != items[0][INSPECTOR]]
        inspector = one_of(rng, others)
        for item in dict.fromkeys(row[ITEM] for row in items):
            first = next(row[RESULT] for row in items if row[ITEM] == item)
            result = _second_result(first, inspector, item, rng.random())
            rows.append([contact_id, inspector, item, result, None, "否", None, None, "是"])
    return rows


def _by_contact(inspections: list[Row]) -> dict[object, list[Row]]:
    found: dict[object, list[Row]] = {}
    for row in inspections:
        found.setdefault(row[CONTACT], []).append(row)
    return found


def _second_result(first: object, inspector: object, item: object, chance: float) -> object:
    """The same as the first, but for slips, and for the strict inspector's item."""
    strict = SECOND["strict"]
    if first == "不适用":
        return first
    if (inspector, item) == (strict["inspector"], strict["item"]) and first == "合格":
        return "不合格" if chance < strict["extra"] else first
    if chance < SECOND["slips"]:
        return "不合格" if first == "合格" else "合格"
    return first


def draw_disputes(inspections: list[Row], contacts: list[Record]) -> list[Row]:
    """Disputes over failed items: when filed, when and how decided; the last ones are open."""
    agents = {contact["contact_id"]: contact for contact in contacts}
    rng, rows, last = (
        stream("disputes"),
        [],
        datetime.fromisoformat(f"{DISPUTES['as_of']} 18:00:00"),
    )
    failed = [row for row in inspections if row[RESULT] == "不合格" and row[CONTACT] in agents]
    once = {(row[CONTACT], row[ITEM]): row for row in failed}
    for (contact_id, item), row in once.items():
        chances = [rng.random() for _ in range(6)]
        if chances[0] >= DISPUTES["share"]:
            continue
        contact, reason = agents[contact_id], one_of(rng, DISPUTES["reasons"])
        judged = contact["created_at"] + timedelta(days=1 + 2 * chances[1])
        filed = judged + timedelta(hours=4 + 80 * chances[2])
        decided = filed + timedelta(hours=6 + 150 * chances[3])
        if filed > last:
            continue
        people = [contact_id, item, row[INSPECTOR], contact["agent_id"]]
        if decided > last:
            rows.append([*people, judged, filed, None, "待裁定", None, reason])
            continue
        overturned = chances[4] < DISPUTES["overturned"].get(row[INSPECTOR], DISPUTES["usual"])
        outcome = ("改判", "合格") if overturned else ("维持", None)
        rows.append([*people, judged, filed, decided, *outcome, reason])
    rows.sort(key=lambda row: (row[5], row[0]))
    for row in rows[-DISPUTES["open"] :]:
        row[6:9] = [None, "待裁定", None]
    return [[f"D{number:04d}", *row] for number, row in enumerate(rows, start=1)]


def truth_of_judgements(second: list[Row], disputes: list[Row]) -> Record:
    """How many there are, and what is planted in them."""
    outcomes = [str(row[8]) for row in disputes]
    return {
        "second_codings": {
            "rows": len(second),
            "records": len({row[CONTACT] for row in second}),
            "strict": SECOND["strict"],
        },
        "disputes": {
            "rows": len(disputes),
            "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
            "often_overturned": DISPUTES["overturned"],
        },
    }
