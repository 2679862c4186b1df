"""Make the sample data of csqa: the files of this folder, from plan.yml, texts.yml and one seed.

Run ``python generate.py``, or with another folder as argument. The order is: agents and contacts
(simulate.py), ratings, inspections, messages and feedback (records.py, and
what is wrong in grievances.py), the way of complaints (flow.py), then the files with their
bad rows, and last truth.yml, written from the same plan, so that it cannot drift from the data.
"""

import csv
import io
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import yaml
from flow import draw_steps, truth_of_steps
from grievances import draw_audit, truth_of_causes
from judgements import draw_disputes, judge_again, truth_of_judgements
from openpyxl import Workbook
from records import (
    TEXTS,
    draw_feedback,
    draw_messages,
    inspect_contacts,
    mark_complaints,
    mark_weak,
    rate_contacts,
)
from simulate import (
    HERE,
    LEVELS,
    PLAN,
    PLANTS,
    Record,
    draw_contacts,
    first_contact_level,
    make_agents,
    one_of,
    stream,
)

HEADERS, FILES = PLAN["headers"], PLAN["files"]
CONTACT_HEADERS, CONTACT_COLUMNS = list(HEADERS["contacts"].values()), list(HEADERS["contacts"])
REPORT_END = date(2025, 6, 30)
Row = list[object]


def as_cell(value: object, file: Record) -> str:
    """The value as the system that made this file writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        if file["times"] == "iso":
            return f"{value:%Y-%m-%d %H:%M:%S}"
        return f"{value.year}/{value.month}/{value.day} {value.hour}:{value:%M:%S}"
    return file["words"].get(value, str(value))


def spoil(row: Row, rule: str, contact: Record, rng: Random) -> Row:
    """The row with the fault that ``rule`` names."""
    created = CONTACT_HEADERS.index("创建时间")
    if rule == "unparseable_time":
        column = created + (rng.random() < 0.3)
        row[column] = one_of(rng, PLAN["bad_values"]["times"])
    elif rule == "response_before_creation":
        row[created + 1] = contact["created_at"] - timedelta(seconds=30 + int(rng.random() * 600))
    elif rule == "unknown_channel":
        row[CONTACT_HEADERS.index("渠道")] = PLAN["bad_values"]["channel"]
    elif rule == "negative_seconds":
        row[CONTACT_HEADERS.index("处理时长秒")] = -contact["handle_seconds"]
    return row


def contact_rows(file: Record, contacts: list[Record], found: Record) -> list[Row]:
    """Rows of one file, the bad ones among them; notes their ids in ``found``."""
    rng, rows = stream("rows", file["name"]), []
    for contact in contacts:
        if contact["created_at"].year != file["year"]:
            continue
        row: Row = [contact[column] for column in CONTACT_COLUMNS]
        if rule := contact.get("bad"):
            row = spoil(row, rule, contact, rng)
            found[rule].append(contact["contact_id"])
        if "unused_column" in file:
            row.append(one_of(rng, TEXTS["remarks"]) if rng.random() < 0.02 else None)
        if rule == "too_many_columns":
            row[-1:] = [TEXTS["comma_remark"], "晚上也可以"]
        rows.append(row)
    return rows


def repeat_rows(file: Record, rows: list[Row], earlier: list[Row], found: Record) -> None:
    """Put in rows that were exported twice; in 2025 they are the last ones of the year before."""
    rng, counts = stream("repeated rows", file["name"]), PLAN["bad_rows"][file["name"]]
    width = len(rows[0])
    for number in range(counts["duplicate_id"]):
        place = 200 + int(rng.random() * (len(rows) - 400))
        copy = (earlier[-3 + number] + [None])[:width] if earlier else list(rows[place])
        rows.insert(number if earlier else place + 3, copy)
        found["duplicate_id"].append(copy[0])
    if counts.get("repeated_header"):
        rows.insert(len(rows) // 2, list(CONTACT_HEADERS))
        found["repeated_header"].append("服务单号")


def write_csv(path: Path, file: Record, headers: list[str], rows: Iterable[Row]) -> None:
    """Write rows in the encoding and with the line ends of the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=file["newline"])
    writer.writerow(headers)
    writer.writerows([as_cell(value, file) for value in row] for row in rows)
    path.write_bytes(text.getvalue().encode(file["encoding"]))


def pack_again(packed: bytes) -> bytes:
    """The same workbook with fixed dates and canonical XML: openpyxl writes the clock into both."""
    target = io.BytesIO()
    stamp = f"{PLAN['last_day'] + timedelta(days=1)}T09:00:00Z"
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", stamp, old.read(name).decode())
            member = zipfile.ZipInfo(name, (2025, 7, 8, 9, 0, 0))
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            declared = '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.canonicalize(text)
            new.writestr(member, declared.encode(), compresslevel=9)
    return target.getvalue()


def write_workbook(path: Path, headers: list[str], rows: Iterable[Row]) -> None:
    """Write one sheet, named like the file."""
    book, packed = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.title, sheet.freeze_panes = path.stem, "A2"
    sheet.append(headers)
    for row in rows:
        sheet.append(row)
    for column in sheet.iter_cols(min_row=1, max_row=1):
        sheet.column_dimensions[column[0].column_letter].width = 16
    book.save(packed)
    path.write_bytes(pack_again(packed.getvalue()))


def write_contacts(folder: Path, contacts: list[Record]) -> Record:
    """Write the three contact files; what is bad in them, by file and rule."""
    bad, earlier = {}, []
    for file in FILES:
        found: Record = defaultdict(list)
        rows = contact_rows(file, contacts, found)
        clean_end = rows[-3:]
        repeat_rows(file, rows, earlier if file["year"] == 2025 else [], found)
        earlier = clean_end
        unused = [file["unused_column"]] if "unused_column" in file else []
        write_csv(folder / file["name"], file, CONTACT_HEADERS + unused, rows)
        quarantined = sum(len(ids) for ids in found.values())
        planned = PLAN["bad_rows"][file["name"]]
        if {rule: len(ids) for rule, ids in found.items()} != planned:
            message = f"{file['name']}: planned {planned}, made {dict(found)}"
            raise RuntimeError(message)
        counts = {"rows": len(rows), "quarantined": quarantined, "used": len(rows) - quarantined}
        bad[file["name"]] = {**counts, "rules": {rule: list(ids) for rule, ids in found.items()}}
    return bad


def hostile_rows(name: str, rows: list[Row], texts: list[str]) -> list[Record]:
    """Where the hostile texts stand; the text is the last cell of a row, its id the first."""
    return [{"file": name, "id": row[0], "text": row[-1]} for row in rows if row[-1] in texts]


def true_levels(agents: list[Record]) -> Record:
    """The level each agent was simulated with, outside the plants; handle time in minutes."""
    return {
        agent["id"]: {
            "team": agent["team"]["name"],
            "first_contact_resolution": round(LEVELS["fcr"] + agent["fcr"], 4),
            "satisfied": round(LEVELS["satisfied"] + agent["satisfied"], 4),
            "handle_minutes": round(agent["team"]["handle_minutes"] * (1 + agent["pace"]), 2),
            "response_factor": round(1 + agent["reply"], 4),
        }
        for agent in agents
    }


def weak_level(agents: list[Record]) -> float:
    """The planted agent's level over its own mix of topics: must be what the plan claims."""
    plant = PLANTS["weak_agent"]
    agent = next(a for a in agents if a["id"] == plant["unit"]["agent_id"])
    shares = {
        topic: value["share"] * plant["topics"].get(topic, {"factor": 1})["factor"]
        for topic, value in PLAN["topics"].items()
    }
    moment = datetime.fromisoformat(f"{plant['from']}-15")
    solved = [share * first_contact_level(agent, t, moment) for t, share in shares.items()]
    return round(sum(solved) / sum(shares.values()), 4)


def truth_of_people(agents: list[Record]) -> Record:
    """Who is planted, who is innocent, and everybody's true level."""
    units = [plant["unit"] for plant in PLAN["plants"] if plant["unit"] != "all"]
    planted = {value for unit in units for value in unit.values()}
    few = [p["unit"]["agent_id"] for p in PLAN["plants"] if p["kind"] == "few_contacts"]
    exact = {"weak_agent": {"exact_level": weak_level(agents)}}
    return {
        "plants": [{**plant, **exact.get(plant["id"], {})} for plant in PLAN["plants"]],
        "innocent": {
            "agents": [a["id"] for a in agents if a["id"] not in planted],
            "few_contacts": few,
            "teams": [t["name"] for t in PLAN["teams"] if t["name"] not in planted],
        },
        "true_levels": true_levels(agents),
    }


def truth_of_messages(messages: list[Row], contacts: list[Record]) -> Record:
    """How many there are, and which sessions hold a forbidden or planted phrase of the agent."""
    planted = defaultdict(list)
    for contact in contacts:
        if "planted_phrase" in contact:
            planted[contact["planted_phrase"]].append(contact["contact_id"])
    forbidden = {
        row[0]
        for row in messages
        if row[3] == "客服" and any(phrase in row[4] for phrase in TEXTS["forbidden"])
    }
    return {
        "rows": len(messages),
        "sessions": len({row[0] for row in messages}),
        "sessions_with_forbidden": sorted(forbidden),
        "sessions_with_planted_phrase": {rule: planted[rule] for rule in TEXTS["planted_phrases"]},
    }


def truth_of_actions() -> Record:
    """The rows of the plan that its check must mention."""
    plan = [dict(zip(HEADERS["actions"], row, strict=True)) for row in PLAN["actions"]]
    done = [row for row in plan if row["完成状态"] == "已完成"]
    late = [row for row in plan if row not in done and row["计划完成时间"] <= REPORT_END]
    return {
        "rows": len(plan),
        "overdue": [row["措施编号"] for row in late],
        "without_owner": [row["措施编号"] for row in plan if row["责任人"] is None],
        "done_unverified": [row["措施编号"] for row in done if row["效果验证"] is None],
    }


def write_records(folder: Path, contacts: list[Record]) -> Record:
    """Write inspections, messages, feedback and the action plan; what is in them."""
    inspections = inspect_contacts(contacts)
    messages, feedback = draw_messages(contacts), draw_feedback(contacts)
    steps = draw_steps(contacts)
    second, disputes = judge_again(inspections, contacts), draw_disputes(inspections, contacts)
    plain = {"encoding": "utf-8", "times": "iso", "newline": "\n", "words": {}}
    write_csv(folder / "会话消息.csv", plain, HEADERS["messages"], messages)
    write_csv(folder / "客户反馈.csv", plain, HEADERS["feedback"], feedback)
    write_csv(folder / "流程节点.csv", plain, HEADERS["steps"], steps)
    audits = draw_audit(contacts, feedback)
    write_csv(folder / "归因复核.csv", plain, HEADERS["audits"], audits)
    write_workbook(folder / "质检记录.xlsx", HEADERS["inspections"], inspections)
    write_workbook(folder / "质检复评.xlsx", HEADERS["second_codings"], second)
    write_csv(folder / "申诉记录.csv", plain, HEADERS["disputes"], disputes)
    write_workbook(folder / "改进行动计划表.xlsx", HEADERS["actions"], PLAN["actions"])
    return {
        "inspections": {
            "rows": len(inspections),
            "records": sum("inspected" in contact for contact in contacts),
            "unknown_contacts": PLAN["unknown_contacts"],
        },
        **truth_of_judgements(second, disputes),
        "messages": truth_of_messages(messages, contacts),
        "feedback": {"rows": len(feedback), "by_source": dict(Counter(r[2] for r in feedback))},
        "causes": {**truth_of_causes(contacts), "audited": len(audits)},
        "steps": truth_of_steps(steps),
        "actions": truth_of_actions(),
        "hostile": hostile_rows("客户反馈.csv", feedback, TEXTS["hostile_feedback"])
        + hostile_rows("会话消息.csv", messages, TEXTS["hostile_messages"]),
    }


def main(folder: Path) -> None:
    """Make every file of the sample in ``folder``."""
    sub_seeds: Record = {}
    agents = make_agents()
    contacts = draw_contacts(agents, sub_seeds)
    clean = [contact for contact in contacts if not contact.get("bad")]
    named = {agent["id"]: agent for agent in agents}
    mark_weak(clean, named)
    mark_complaints(clean, sub_seeds)
    rate_contacts(clean, named, sub_seeds)
    truth = {
        "about": "由 generate.py 按 plan.yml 写出；不要手改。",
        "seed": PLAN["seed"],
        "inspections_sub_seed": PLAN["inspections_sub_seed"],
        "ordinary_months": PLAN["ordinary_months"],
        "sub_seeds": {name: number for name, number in sub_seeds.items() if number},
        "sub_seeds_note": "未列出的为 0：第一次抽取即符合条件；列出的是首个符合条件的序号。",
        "report_month": f"{REPORT_END:%Y-%m}",
        **truth_of_people(agents),
        "bad_rows": write_contacts(folder, contacts),
        "unused_columns": {f["name"]: [f["unused_column"]] for f in FILES if "unused_column" in f},
        **write_records(folder, clean),
    }
    text = yaml.safe_dump(truth, allow_unicode=True, sort_keys=False, width=100)
    (folder / "truth.yml").write_bytes(text.encode())


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    target.mkdir(parents=True, exist_ok=True)
    main(target)
