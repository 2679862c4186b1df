"""What is wrong when a customer is not satisfied: one planted cause each, told in words."""

from random import Random

from simulate import PLAN, PLANTS, Record, active, month_of, one_of, pick, stream

CAUSES = PLAN["causes"]

UNHAPPY = 2
"""Ratings up to this are bad."""

TOLD: dict[str, str] = {}
"""Words → the cause that they were drawn for."""

Told = tuple[str, str]
"""A cause, and what the customer says of it."""


def draw_grievance(contact: Record, texts: Record) -> Told:
    """The cause and the customer's words; the same whenever it is asked of a contact."""
    if "grievance" not in contact:
        rng = stream("grievance", contact["contact_id"])
        cause, words = draw_words(rng, contact, texts)
        contact["threat"] = rng.random() < CAUSES["threat"]
        contact["grievance"] = cause, words + one_of(rng, texts["threats"]) * contact["threat"]
    told: Told = contact["grievance"]
    return told


def draw_words(rng: Random, contact: Record, texts: Record) -> Told:
    """A cause by the shares of the topic, and a sentence of that cause."""
    topic = contact["topic"] or "账户"
    words = texts["topics"][topic]
    shares = _shares(contact, topic)
    cause = pick(rng, shares)
    sentences = words.get("weak_bad", {}).get(cause) or words["bad"][cause]
    said = one_of(rng, sentences).replace("{p}", one_of(rng, texts["products"]))
    TOLD[said] = cause
    return cause, said


def _shares(contact: Record, topic: str) -> dict[str, float]:
    wave, shares = PLANTS["complaint_wave"], CAUSES["usual"][topic]
    if topic == wave["unit"]["topic"] and active(wave, contact["created_at"]):
        shares = CAUSES["wave"]
    if contact.get("weak") and topic in CAUSES["weak"]:
        shares = CAUSES["weak"][topic]
    found: dict[str, float] = shares
    return found


def draw_audit(contacts: list[Record], feedback: list[list[object]]) -> list[list[object]]:
    """What a reader of the cases of a month wrote: the planted cause of each that was drawn.

    Cases are complaints, ratings of 1–2, and such feedback that names no contact.
    """
    chosen = CAUSES["audited"]
    rng, rows = stream("audit", chosen["sub_seed"]), []
    for contact in contacts:
        low = contact["complaint"] or (contact["csat"] or 5) <= UNHAPPY
        if low and month_of(contact["created_at"]) == chosen["month"]:
            cause, words = contact.get("grievance", ("none", ""))
            rows.append([contact["contact_id"], cause if words else "none"])
    for row in feedback:
        if row[1] is None and month_of(row[3]) == chosen["month"] and (row[4] or 5) <= UNHAPPY:
            rows.append([row[0], TOLD[row[5]]])
    drawn = [row for row in rows if rng.random() < chosen["share"]]
    return [[case, "无" if cause == "none" else cause] for case, cause in drawn]


def truth_of_causes(contacts: list[Record]) -> Record:
    """Which contact told which planted cause, by month, and which threatened with more."""
    found: Record = {month: {} for month in CAUSES["told_in"]}
    threats = []
    for contact in contacts:
        month = month_of(contact["created_at"])
        if "grievance" in contact and month in found:
            found[month][contact["contact_id"]] = contact["grievance"][0]
            threats += [contact["contact_id"]] * contact["threat"]
    return {"told": found, "threats": threats}
