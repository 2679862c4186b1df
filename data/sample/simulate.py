"""The agents and their contacts: who answers what, when, how fast, and with which outcome.

Only ``Random.random`` and ``Random.gauss`` are used, because their streams are the same on every
Python that csqa supports. Each purpose has a stream of its own, so that a change of one leaves
the others alone.
"""

import math
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
PLAN = yaml.safe_load((HERE / "plan.yml").read_text(encoding="utf-8"))
PLANTS = {plant["id"]: plant for plant in PLAN["plants"]}
LEVELS = PLAN["levels"]
Record = dict[str, Any]


def stream(*names: object) -> Random:
    """A random stream of its own for each purpose, so that one change leaves the others alone."""
    return Random("|".join(str(name) for name in (PLAN["seed"], *names)))


def pick(rng: Random, weights: dict[Any, float]) -> Any:
    """One key, with probability in proportion to its weight."""
    left = rng.random() * sum(weights.values())
    for key, weight in weights.items():
        left -= weight
        if left < 0:
            return key
    return key


def one_of(rng: Random, items: list[Any]) -> Any:
    """One item, each as likely as the others."""
    return items[int(rng.random() * len(items))]


def lognormal(rng: Random, mean: float, sigma: float) -> float:
    """A lognormal number with that mean (not that median)."""
    return mean * math.exp(sigma * rng.gauss(0, 1) - sigma * sigma / 2)


def month_of(moment: date) -> str:
    """The month as in file and truth: 2025-06."""
    return f"{moment:%Y-%m}"


def active(plant: Record, moment: date) -> bool:
    """Whether the planted effect is on at that moment."""
    month = month_of(moment)
    return plant["from"] <= month and (month <= plant["to"] or plant.get("ongoing", False))


def first_draw(draw: Callable[[Random], Any], accept: Callable[[Any], bool], *names: object) -> Any:
    """The first of the sub-seeds 0, 1, 2 … whose draw is accepted, and which one it was."""
    for sub_seed in range(100_000):
        drawn = draw(stream(*names, sub_seed))
        if accept(drawn):
            return drawn, sub_seed
    message = f"no draw of {names} fits the plan"
    raise RuntimeError(message)


def make_agents() -> list[Record]:
    """All agents with their small honest differences; the new hires come last."""
    rng, agents = stream("agents"), []
    few = [plant for plant in PLAN["plants"] if plant["kind"] == "few_contacts"]
    seats = [team for team in PLAN["teams"] for _ in range(team["agents"])]
    seats += [team for plant in few for team in PLAN["teams"] if team["name"] == plant["team"]]
    for number, team in enumerate(seats, start=1001):
        limit = LEVELS["agent_limit"]
        z = {name: max(-limit, min(limit, rng.gauss(0, 1))) for name in LEVELS["agent_sd"]}
        effect = {name: sd * z[name] for name, sd in LEVELS["agent_sd"].items()}
        new = number - 1001 >= len(seats) - len(few)
        agents.append({"id": f"K{number}", "team": team, "new": new, **effect})
        weak = agents[-1]["id"] == PLANTS["weak_agent"]["unit"]["agent_id"]
        usual = 0.9 + 0.2 * rng.random()
        agents[-1]["volume"] = PLANTS["weak_agent"]["volume"] if weak else usual
    return agents


def is_weak(agent: Record, moment: datetime) -> bool:
    """Whether this is the planted agent in the planted months."""
    plant = PLANTS["weak_agent"]
    return agent["id"] == plant["unit"]["agent_id"] and active(plant, moment)


def draw_topic(rng: Random, agent: Record, moment: datetime) -> str:
    """A topic; the planted agent gets more of those it was not trained for."""
    special = PLANTS["weak_agent"]["topics"] if is_weak(agent, moment) else {}
    factors = {name: special.get(name, {}).get("factor", 1) for name in PLAN["topics"]}
    return pick(rng, {name: t["share"] * factors[name] for name, t in PLAN["topics"].items()})


def first_contact_level(agent: Record, topic: str, moment: datetime) -> float:
    """True first-contact resolution of an agent on a topic."""
    special = PLANTS["weak_agent"]["topics"] if is_weak(agent, moment) else {}
    return special[topic]["fcr"] if topic in special else LEVELS["fcr"] + agent["fcr"]


def draw_response(rng: Random, agent: Record, channel: str, scene: str, moment: datetime) -> float:
    """Seconds until the first response."""
    peak = moment.hour in PLAN["calendar"]["peak_hours"]
    slow, level = PLANTS["slow_team_at_peak"], LEVELS["response_seconds"][channel]
    mean = level["mean"] * (1 + agent["reply"]) * LEVELS["response_factor"].get(scene, 1)
    mean *= LEVELS["response_factor"]["peak"] if peak else 1
    if peak and channel == "在线" and agent["team"]["name"] == slow["unit"]["team"]:
        mean = slow["peak_seconds"] if active(slow, moment) else mean
    return max(1, lognormal(rng, mean, level["sigma"]))


def draw_contact(
    rng: Random, agent: Record, moment: datetime, parent: Record | None = None
) -> Record:
    """One contact with its times and outcome; ``failure`` is dropped when files are written."""
    team, customer = agent["team"], f"C{int(rng.random() * PLAN['customers']):05d}"
    topic = parent["topic"] if parent else draw_topic(rng, agent, moment)
    second = rng.random() < PLAN["second_channel_share"] and not agent["new"]
    channel = parent["channel"] if parent else team["second_channel" if second else "channel"]
    scene = pick(rng, PLAN["topics"][topic]["scenes"])
    response = timedelta(seconds=round(draw_response(rng, agent, channel, scene, moment)))
    minutes = team["handle_minutes"] * (1 + agent["pace"])
    handle = max(40, round(60 * lognormal(rng, minutes, LEVELS["handle_sigma"])))
    failed = rng.random() >= first_contact_level(agent, topic, moment)
    failure = pick(rng, LEVELS["failures"]) if failed else ""
    extra = timedelta(minutes=30) if rng.random() < 0.85 else timedelta(hours=6 + 40 * rng.random())
    closed = moment + response + timedelta(seconds=handle) + extra * rng.random() ** 2
    return {
        "contact_id": "", "customer_id": parent["customer_id"] if parent else customer,
        "customer_type": parent["customer_type"] if parent else "", "channel": channel,
        "scene": scene, "topic": topic, "priority": pick(rng, PLAN["priorities"]),
        "agent_id": agent["id"], "team": team["name"], "created_at": moment,
        "first_response_at": moment + response,
        "resolved_at": None if "unresolved" in failure else closed.replace(microsecond=0),
        "handle_seconds": handle, "resolved": "unresolved" not in failure,
        "reopened": failure == "reopened", "departments": pick(rng, PLAN["departments"]),
        "csat": None, "nps": None, "complaint": False, "praise": False, "failure": failure,
    }  # fmt: skip


def draw_moment(rng: Random, day: date) -> datetime:
    """A time of that day by the daily rhythm."""
    hour = pick(rng, PLAN["calendar"]["hours"])
    second = int(rng.random() * 3600)
    moment = datetime(day.year, day.month, day.day, hour, second // 60, second % 60)
    return min(moment, datetime.fromisoformat(f"{day} {PLAN['last_second']}"))


def draw_repeats(rng: Random, agents: list[Record], contacts: list[Record]) -> None:
    """Append the further contacts, 1–6 days later, that failed contacts lead to."""
    desks = {
        channel: [a for a in agents if a["team"]["channel"] == channel and not a["new"]]
        for channel in LEVELS["response_seconds"]
    }
    for contact in contacts:  # grows while we read it: a repeat may fail too
        if contact["failure"] not in ("repeated", "unresolved_followed"):
            continue
        day = contact["created_at"].date() + timedelta(days=1 + int(rng.random() * 6))
        if day <= PLAN["last_day"]:
            agent = one_of(rng, desks[contact["channel"]])
            contacts.append(draw_contact(rng, agent, draw_moment(rng, day), contact))


def draw_new_hire(plant: Record, agent: Record) -> tuple[list[Record], int]:
    """The few contacts of one new hire, at the ordinary level, as luck would have them."""
    june, july = plant["contacts"], plant["july_contacts"]

    def draw(rng: Random) -> list[Record]:
        days = [plant["first_day"] + timedelta(days=int(rng.random() * 15)) for _ in range(june)]
        days += [date(2025, 7, 1) + timedelta(days=int(rng.random() * 6)) for _ in range(july)]
        return [draw_contact(rng, agent, draw_moment(rng, day)) for day in days]

    def accept(contacts: list[Record]) -> bool:
        minutes = sum(c["handle_seconds"] for c in contacts[:june]) / june / 60
        solved = sum(not c["failure"] for c in contacts[:june]) / june
        value = minutes if plant["metric"] == "handle_time" else solved
        return plant["observed_range"][0] <= value <= plant["observed_range"][1]

    return first_draw(draw, accept, plant["id"])


def draw_contacts(agents: list[Record], sub_seeds: Record) -> list[Record]:
    """All contacts in order of time, numbered, with who is new and what is missing."""
    rng, calendar, contacts = stream("contacts"), PLAN["calendar"], []
    seats = {i: a["volume"] for i, a in enumerate(agents) if not a["new"]}
    day = PLAN["first_day"]
    while day <= PLAN["last_day"]:
        mean = PLAN["contacts_per_day"] * calendar["weekdays"][day.weekday()]
        mean *= calendar["months"][day.month - 1]
        for _ in range(round(mean + math.sqrt(mean) * rng.gauss(0, 1))):
            contacts.append(draw_contact(rng, agents[pick(rng, seats)], draw_moment(rng, day)))
        day += timedelta(days=1)
    for plant in (p for p in PLAN["plants"] if p["kind"] == "few_contacts"):
        agent = next(a for a in agents if a["id"] == plant["unit"]["agent_id"])
        drawn, sub_seeds[plant["id"]] = draw_new_hire(plant, agent)
        contacts += drawn
    draw_repeats(stream("repeats"), agents, contacts)
    contacts += draw_bad_contacts(agents)
    contacts.sort(key=lambda c: c["created_at"])
    last = next(c for c in reversed(contacts) if not c.get("bad"))
    end = datetime.fromisoformat(f"{PLAN['last_day']} 22:58:30")
    later = end - last["created_at"]
    for column in ("created_at", "first_response_at", "resolved_at"):
        last[column] = last[column] and last[column] + later
    finish_contacts(contacts)
    return contacts


def finish_contacts(contacts: list[Record]) -> None:
    """Number the contacts, say who is new, and leave some cells empty."""
    rng, known, serial = stream("finish"), set(), Counter()
    for contact in contacts:
        month = f"{contact['created_at']:%y%m}"
        serial[month] += 1
        contact["contact_id"] = f"S{month}{serial[month]:04d}"
        customer, new = contact["customer_id"], rng.random() < PLAN["new_customer_share"]
        contact["customer_type"] = "新客户" if new and customer not in known else "老客户"
        known.add(customer)
        contact["answered_at"] = contact["first_response_at"]
        for column, share in PLAN["missing"].items():
            if rng.random() < share and not contact.get("bad"):
                contact[column] = None


def draw_bad_contacts(agents: list[Record]) -> list[Record]:
    """Extra contacts that become bad rows; without them the data are what was simulated."""
    rng, contacts = stream("bad"), []
    for file in PLAN["files"]:
        rules = PLAN["bad_rows"][file["name"]].items()
        for rule in (r for r, count in rules for _ in range(count)):
            if rule in ("duplicate_id", "repeated_header"):
                continue
            last = 180 if file["year"] == 2025 else 365
            first = max(PLAN["first_day"], date(file["year"], 1, 1))
            days = (date(file["year"], 1, 1) + timedelta(days=last) - first).days
            moment = draw_moment(rng, first + timedelta(days=int(rng.random() * days)))
            bad = draw_contact(rng, one_of(rng, agents[:38]), moment)
            contacts.append(bad | {"customer_id": f"C{99000 + len(contacts)}", "bad": rule})
    return contacts
