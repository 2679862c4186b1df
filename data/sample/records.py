"""What is recorded around a contact: ratings, inspections, messages and feedback."""

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

import yaml
from grievances import draw_grievance, draw_words
from simulate import (
    HERE,
    LEVELS,
    PLAN,
    PLANTS,
    Record,
    active,
    first_draw,
    is_weak,
    month_of,
    one_of,
    pick,
    stream,
)

TEXTS = yaml.safe_load((HERE / "texts.yml").read_text(encoding="utf-8"))
ITEMS = list(LEVELS["faults"])
PLANT_EVERY = 150  # sessions between two planted phrases


def by_month(contacts: list[Record]) -> dict[str, list[Record]]:
    """The contacts of each month."""
    months = defaultdict(list)
    for contact in contacts:
        months[month_of(contact["created_at"])].append(contact)
    return dict(months)


def complaint_level(contact: Record) -> float:
    """True chance of a complaint: by topic, and higher during the planted wave."""
    wave, topic = PLANTS["complaint_wave"], contact["topic"]
    if topic == wave["unit"]["topic"] and active(wave, contact["created_at"]):
        return wave["true_level"]
    return LEVELS["complaint_by_topic"].get(topic, LEVELS["complaint"])


def mark_complaints(contacts: list[Record], sub_seeds: Record) -> None:
    """Who complains, and which contacts are handled as complaints (some are follow-ups)."""
    wave = PLANTS["complaint_wave"]
    for month, group in by_month(contacts).items():

        def draw(rng: Random, group: list[Record] = group) -> list[bool]:
            return [rng.random() < complaint_level(contact) for contact in group]

        def accept(drawn: list[bool], group: list[Record] = group) -> bool:
            topics = [c["topic"] for c, complains in zip(group, drawn, strict=True) if complains]
            share = topics.count(wave["unit"]["topic"]) / len(topics)
            (low, high), (least, most) = wave["observed_range"], wave["observed_share"]
            return low <= len(topics) / len(group) <= high and least <= share <= most

        wanted = accept if wave["from"] <= month <= wave["to"] else bool
        complaints, sub_seeds[f"complaints {month}"] = first_draw(draw, wanted, "complaints", month)
        rng = stream("complaint scenes", month)
        for contact, complains in zip(group, complaints, strict=True):
            contact["complaint"] = complains
            if rng.random() < LEVELS["complaint_scene"][complains]:
                contact["scene"] = "投诉处理"


def draw_rating(rng: Random, contact: Record, agent: Record) -> Record:
    """Rating, recommendation and praise; those who complain are not surveyed."""
    chance = [rng.random() for _ in range(4)]
    happy = chance[0] < LEVELS["satisfied"] + agent["satisfied"]
    satisfied = "satisfied" if happy else "unsatisfied"
    stars, nps = pick(rng, LEVELS["stars"][satisfied]), pick(rng, LEVELS["nps"][satisfied])
    asked = not contact["complaint"]
    return {
        "csat": stars if asked and chance[1] < LEVELS["csat_asked"] else None,
        "nps": nps if asked and chance[2] < LEVELS["nps_asked"] else None,
        "praise": asked and happy and chance[3] < LEVELS["praise"],
    }


def csat_of(ratings: list[Record]) -> float:
    """Share of satisfied ratings."""
    stars = [r["csat"] for r in ratings if r["csat"] is not None]
    return sum(s >= 4 for s in stars) / len(stars)


def nps_of(ratings: list[Record]) -> float:
    """Promoters minus detractors, as a share."""
    answers = [r["nps"] for r in ratings if r["nps"] is not None]
    return sum((a >= 9) - (a <= 6) for a in answers) / len(answers)


def rate_contacts(contacts: list[Record], agents: dict[str, Record], sub_seeds: Record) -> None:
    """Fill in ratings; a month's draw is repeated until it fits, see ``ordinary_months``."""
    chance_month, ordinary = PLANTS["occasional"], PLAN["ordinary_months"]
    for month, group in by_month(contacts).items():
        chosen = month == chance_month["from"]
        low, high = chance_month["observed_range"] if chosen else ordinary["csat"]

        def draw(rng: Random, group: list[Record] = group) -> list[Record]:
            return [draw_rating(rng, contact, agents[contact["agent_id"]]) for contact in group]

        def accept(drawn: list[Record], low: float = low, high: float = high) -> bool:
            return low <= csat_of(drawn) <= high and nps_of(drawn) >= ordinary["nps"][0]

        wanted = accept if month <= ordinary["until"] else bool
        ratings, sub_seeds[f"ratings {month}"] = first_draw(draw, wanted, "ratings", month)
        for contact, rating in zip(group, ratings, strict=True):
            contact |= rating


def fault_level(contact: Record, item: str) -> float:
    """True faults per 100 inspected records."""
    plant = PLANTS["measure_worked"]
    planted = contact["team"] == plant["unit"]["team"] and active(plant, contact["created_at"])
    return plant["true_level"] if planted and item == "用语规范" else LEVELS["faults"][item]


def draw_faults(rng: Random, contact: Record, item: str) -> int:
    """How many faults the inspector finds; wording faults may come several at a time."""
    counts = LEVELS["faults_per_record"] if item == "用语规范" else {1: 1.0}
    mean = sum(count * share for count, share in counts.items())
    faulty = rng.random() < fault_level(contact, item) / 100 / mean
    return pick(rng, counts) if faulty else 0


def draw_inspected(rng: Random, group: list[Record]) -> list[Record]:
    """About a tenth of each agent's contacts of a month, at least one, at random."""
    desks = defaultdict(list)
    for contact in group:
        desks[contact["agent_id"]].append((rng.random(), contact["contact_id"], contact))
    chosen = []
    for desk in desks.values():
        count = max(1, int(LEVELS["inspected_share"] * len(desk) + rng.random()))
        chosen += [contact for _, _, contact in sorted(desk, key=lambda row: row[:2])[:count]]
    return sorted(chosen, key=lambda c: c["contact_id"])


def inspect_item(rng: Random, contact: Record, item: str, inspector: str) -> list[list[object]]:
    """The rows of one item: one, or one for each fault."""
    sentences = {
        "用语规范": TEXTS["forbidden"],
        "答案准确": TEXTS["accuracy_sentences"],
        "流程合规": TEXTS["process_sentences"],
    }[item]
    start, presale = [contact["contact_id"], inspector, item], contact["scene"] == "售前咨询"
    if item == "流程合规" and presale and rng.random() < LEVELS["process_not_applicable"]:
        return [[*start, "不适用", None, None, None, None]]
    count, first = draw_faults(rng, contact, item), int(rng.random() * len(sentences))
    faults = [sentences[(first + k) % len(sentences)] for k in range(count)]
    points = {"用语规范": 2, "答案准确": 5, "流程合规": 5}[item]
    if item == "用语规范":
        contact["forbidden"] = faults
    if faults:
        return [[*start, "不合格", points, "否", None, sentence] for sentence in faults]
    weak = item == "答案准确" and contact["weak"] and contact["topic"] in TEXTS["weak_topics"]
    note = one_of(rng, TEXTS["notes"]) if rng.random() < 0.03 else None
    return [[*start, "合格", 0, "否", TEXTS["weak_note"] if weak else note, None]]


def inspect_contacts(contacts: list[Record]) -> list[list[object]]:
    """Rows of the inspections, with two that name no known contact."""
    rows = []
    for month, group in by_month(contacts).items():
        rng = stream("inspections", PLAN["inspections_sub_seed"], month)
        for contact in draw_inspected(rng, group):
            inspector = f"Q{1 + int(rng.random() * LEVELS['inspectors']):02d}"
            contact["inspected"] = True
            for item in ITEMS:
                rows += inspect_item(rng, contact, item, inspector)
    passed = ["Q01", "用语规范", "合格", 0, "否", None, None]
    unknown = [[contact_id, *passed] for contact_id in PLAN["unknown_contacts"]]
    return rows[:600] + unknown[:1] + rows[600:] + unknown[1:]


def session_texts(rng: Random, contact: Record) -> list[tuple[str, str]]:
    """Six turns: question, opening, detail, answer, reaction, closing."""
    topic = TEXTS["topics"][contact["topic"] or "账户"]
    product = one_of(rng, TEXTS["products"])
    outcome = "failed" if contact["failure"] else "resolved"
    place = int(rng.random() * 3)
    answer = topic["answer"][place] if contact["resolved"] else one_of(rng, topic["pending"])
    if contact["weak"] and contact["failure"]:
        answer = one_of(rng, TEXTS["weak_answer"])
    if "forbidden" not in contact and rng.random() < LEVELS["faults"]["用语规范"] / 100:
        contact["forbidden"] = [one_of(rng, TEXTS["forbidden"])]
    edges = {
        name: TEXTS[name + "_missing" if rng.random() < TEXTS[name + "_missing_share"] else name]
        for name in ("opening", "closing")
    }
    turns = [
        ("客户", topic["ask"][place]),
        ("客服", edges["opening"]),
        ("客户", topic["detail"][place]),
        ("客服", "".join(contact.get("forbidden", [])) + answer),
        ("客户", one_of(rng, TEXTS["reaction"]["complaint" if contact["complaint"] else outcome])),
        ("客服", edges["closing"]),
    ]
    told = {"{p}": product}
    if contact["complaint"]:
        told["{bad}"] = draw_grievance(contact, TEXTS)[1]
    return [(sender, fill(text, told)) for sender, text in turns]


def fill(text: str, told: dict[str, str]) -> str:
    """A template with its places filled."""
    for place, word in told.items():
        text = text.replace(place, word)
    return text


def draw_messages(contacts: list[Record]) -> list[list[object]]:
    """Six messages for every online session of the last three months."""
    rng, rows = stream("messages"), []
    sessions = [
        c for c in contacts
        if c["channel"] == "在线"
        and PLAN["messages_from"] <= c["created_at"].date() <= PLAN["messages_to"]
    ]  # fmt: skip
    for number, contact in enumerate(sessions):
        turns = session_texts(rng, contact)
        if number % PLANT_EVERY == PLANT_EVERY // 2 and "forbidden" not in contact:
            rules = list(TEXTS["planted_phrases"])
            contact["planted_phrase"] = rules[number // PLANT_EVERY % len(rules)]
            turns[3] = ("客服", TEXTS["planted_phrases"][contact["planted_phrase"]])
        if number % 250 == 120:
            turns[2] = ("客户", TEXTS["hostile_messages"][number // 250 % 5])
        seconds = contact["handle_seconds"] or 400
        times = [contact["created_at"]] + [
            contact["answered_at"] + timedelta(seconds=int(seconds * share))
            for share in (0, 0.15, 0.4, 0.65, 0.95)
        ]
        for seq, (moment, (sender, text)) in enumerate(zip(times, turns, strict=True), start=1):
            rows.append([contact["contact_id"], seq, moment, sender, text])
    return rows


def feedback_text(rng: Random, rating: int, topic: str | None) -> str:
    """Words that fit a rating of 3 or better and the topic."""
    words = TEXTS["neutral"] if rating == 3 else TEXTS["topics"][topic or "账户"]["good"]
    return one_of(rng, words).replace("{p}", one_of(rng, TEXTS["products"]))


def contact_feedback(rng: Random, contact: Record) -> list[object] | None:
    """The survey answer or complaint that belongs to a contact, for some of them."""
    shares, later = PLAN["feedback"], timedelta(seconds=int(3600 + rng.random() * 40 * 3600))
    survey = contact["csat"] is not None and rng.random() < shares["survey"]
    complained = contact["complaint"] and rng.random() < shares["complaint"]
    if not survey and not complained:
        return None
    rating = contact["csat"] if survey else 1 + int(rng.random() * 2)
    moment = contact["created_at"] + later
    unhappy = rating < 3
    told = draw_grievance(contact, TEXTS)[1] if unhappy else None
    text = told or feedback_text(rng, rating, contact["topic"])
    source = "满意度回访" if survey else "投诉平台"
    return [contact["contact_id"], source, moment, rating, text]


def public_feedback(rng: Random, contacts: list[Record]) -> list[list[object]]:
    """App reviews and posts: they name no contact, but speak of the same topics."""
    rows = []
    for source, key in (("应用商店评价", "app"), ("社交媒体", "social")):
        for _ in range(PLAN["feedback"][key]):
            rating = pick(rng, {5: 0.45, 4: 0.2, 3: 0.15, 2: 0.08, 1: 0.12})
            subject = one_of(rng, contacts)
            moment = subject["created_at"] + timedelta(seconds=int(rng.random() * 7200))
            shown = rating if key == "app" else None
            about = {"topic": subject["topic"], "created_at": subject["created_at"]}
            unhappy = rating < 3
            told = draw_words(rng, about, TEXTS)[1] if unhappy else None
            rows.append(
                [None, source, moment, shown, told or feedback_text(rng, rating, subject["topic"])]
            )
    return rows


def draw_feedback(contacts: list[Record]) -> list[list[object]]:
    """All feedback in order of time, with the hostile texts among it."""
    rng = stream("feedback")
    rows = [row for contact in contacts if (row := contact_feedback(rng, contact))]
    rows += public_feedback(rng, contacts)
    end = datetime.fromisoformat(f"{PLAN['last_day']} 23:59:59")
    rows = sorted((row for row in rows if row[2] <= end), key=lambda row: (row[2], row[4]))
    free = [row for row in rows if row[0] is None]
    for number, text in enumerate(TEXTS["hostile_feedback"]):
        free[-5 - 9 * number][4] = text
    return [[f"F{number:05d}", *row] for number, row in enumerate(rows, start=1)]


def mark_weak(contacts: list[Record], agents: dict[str, Record]) -> None:
    """Note which contacts the planted agent had while weak."""
    for contact in contacts:
        contact["weak"] = is_weak(agents[contact["agent_id"]], contact["created_at"])
