"""The sample's contacts of half a year, written as Chatwoot and osTicket would hold them.

Each ``fill_…`` gives back the same contacts as plain tables, so that what is read from the
database can be compared with what is read from files. What a system cannot hold is left out.
"""

from pathlib import Path

import numpy as np
import pandas as pd

import csqa
from tests.servers import Server

SCHEMAS = Path(__file__).parent / "schemas"
CHANNEL_TYPES = {
    "phone": "Channel::Voice",
    "online": "Channel::WebWidget",
    "email": "Channel::Email",
}
SOURCES = {"phone": "Phone", "online": "Web", "email": "Email"}
CHATWOOT_PRIORITIES = {"low": 0, "normal": 1, "high": 2, "urgent": 3}
OSTICKET_PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
TIMES = ["created_at", "first_response_at", "resolved_at"]

Frames = dict[str, pd.DataFrame]


def half_a_year(data: csqa.Dataset) -> pd.DataFrame:
    """Contacts of January to June 2025 with numbers in the place of ids."""
    contacts = data.contacts
    kept = contacts[contacts["created_at"] >= "2025-01-01"].reset_index(drop=True)
    kept["number"] = kept["contact_id"].str[1:].astype(int)
    kept["customer"] = kept["customer_id"].str[1:].astype(int) + 1
    kept["agent"] = kept["agent_id"].str[1:].astype(int)
    kept["team_number"] = kept["team"].map(_numbers(kept["team"])).astype(int)
    return kept.sort_values("number", ignore_index=True)


def fill_chatwoot(server: Server, database: str, data: csqa.Dataset) -> Frames:
    """Chatwoot's tables in PostgreSQL; gives contacts, messages and feedback."""
    server.create(database, SCHEMAS / "chatwoot.sql")
    contacts = half_a_year(data)
    utc = contacts[TIMES].apply(lambda times: times.dt.tz_convert("UTC").dt.tz_localize(None))
    inboxes = _numbers(contacts["channel"])
    _fill_names(server, database, "teams", contacts["team"], account_id=1)
    _fill_names(server, database, "inboxes", contacts["channel"], account_id=1, channel_id=1)
    for channel, number in inboxes.items():
        server.execute(
            f"UPDATE inboxes SET channel_type = '{CHANNEL_TYPES[channel]}' WHERE id = {number}",
            database,
        )
    conversations = pd.DataFrame(
        {
            "id": contacts["number"],
            "account_id": 1,
            "display_id": range(1, len(contacts) + 1),
            "inbox_id": contacts["channel"].map(inboxes),
            "status": contacts["resolved"].astype(int),
            "assignee_id": contacts["agent"],
            "contact_id": contacts["customer"],
            "team_id": contacts["team_number"],
            "priority": contacts["priority"].map(CHATWOOT_PRIORITIES).astype("Int64"),
            "cached_label_list": contacts["topic"],
            "created_at": utc["created_at"],
            "updated_at": utc["created_at"],
            "first_reply_created_at": utc["first_response_at"],
        }
    )
    # Rows come in any order; what is read has the order of the key.
    server.fill(database, "conversations", conversations.sample(frac=1, random_state=1))
    server.fill(database, "reporting_events", _events(contacts, utc))
    feedback = _fill_csat(server, database, contacts, utc)
    messages = _fill_messages(server, database, data, contacts)
    return {"contacts": _plain(contacts, feedback), "messages": messages, "feedback": feedback}


def fill_osticket(server: Server, database: str, data: csqa.Dataset) -> Frames:
    """osTicket's tables in MariaDB; gives contacts and messages."""
    server.create(database, SCHEMAS / "osticket.sql")
    contacts = half_a_year(data)
    wall = contacts[TIMES].apply(lambda times: times.dt.strftime("%Y-%m-%d %H:%M:%S"))
    topics = _numbers(contacts["topic"])
    _fill_names(server, database, "ost_team", contacts["team"], key="team_id")
    _fill_names(server, database, "ost_help_topic", contacts["topic"], "topic_id", "topic")
    tickets = pd.DataFrame(
        {
            "ticket_id": range(1, len(contacts) + 1),
            "number": contacts["contact_id"],
            "user_id": contacts["customer"],
            "status_id": np.where(contacts["resolved"], 3, 1),
            "dept_id": 1,
            "topic_id": contacts["topic"].map(topics),
            "staff_id": contacts["agent"],
            "team_id": contacts["team_number"],
            "source": contacts["channel"].map(SOURCES),
            "reopened": wall["resolved_at"].where(contacts["reopened"].fillna(False)),
            "closed": wall["resolved_at"],
            "created": wall["created_at"],
            "updated": wall["created_at"],
        }
    )
    server.fill(database, "ost_ticket", tickets.sample(frac=1, random_state=1))
    priorities = contacts["priority"].map(OSTICKET_PRIORITIES).astype("Int64").astype("str")
    cdata = pd.DataFrame({"ticket_id": tickets["ticket_id"], "priority": priorities})
    server.fill(database, "ost_ticket__cdata", cdata.where(contacts["priority"].notna(), None))
    threads = pd.DataFrame(
        {
            "id": tickets["ticket_id"] + 100_000,  # threads are numbered apart from tickets
            "object_id": tickets["ticket_id"],
            "object_type": "T",
            "created": wall["created_at"],
        }
    )
    server.fill(database, "ost_thread", threads)
    server.fill(database, "ost_thread_event", _transfers(contacts, threads["id"], wall))
    entries = _entries(contacts, threads["id"], wall)
    server.fill(database, "ost_thread_entry", entries.drop(columns="contact_id"))
    return {"contacts": _plain_tickets(contacts), "messages": _said(entries)}


def write_folder(frames: Frames, folder: Path) -> Path:
    """The plain tables as CSV files, as another system would export them."""
    folder.mkdir()
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%d %H:%M:%S")
    return folder


def _numbers(values: pd.Series) -> dict[str, int]:
    return {value: number for number, value in enumerate(sorted(values.dropna().unique()), 1)}


def _fill_names(
    server: Server,
    database: str,
    table: str,
    values: pd.Series,
    key: str = "id",
    name: str = "name",
    **same: int,
) -> None:
    numbers = _numbers(values)
    rows = pd.DataFrame({key: list(numbers.values()), name: list(numbers), **same})
    server.fill(database, table, rows)


def _events(contacts: pd.DataFrame, utc: pd.DataFrame) -> pd.DataFrame:
    """Chatwoot's events: replies, resolutions, and the opening between two resolutions."""
    halfway = (utc["created_at"] + (utc["resolved_at"] - utc["created_at"]) / 2).dt.floor("s")
    again = contacts["reopened"].fillna(False).astype(bool)
    kinds = {
        "first_response": utc["first_response_at"],
        "conversation_resolved": utc["resolved_at"],
        "conversation_resolved ": halfway.where(again),
        "conversation_opened": (halfway + pd.Timedelta(seconds=30)).where(again),
    }
    parts = [
        pd.DataFrame(
            {
                "name": name.strip(),
                "value": (ended - utc["created_at"]).dt.total_seconds(),
                "account_id": 1,
                "user_id": contacts["agent"],
                "conversation_id": contacts["number"],
                "created_at": ended,
                "updated_at": ended,
                "event_start_time": utc["created_at"],
                "event_end_time": ended,
            }
        )[ended.notna()]
        for name, ended in kinds.items()
    ]
    return pd.concat(parts, ignore_index=True).sample(frac=1, random_state=1)


def _fill_csat(
    server: Server, database: str, contacts: pd.DataFrame, utc: pd.DataFrame
) -> pd.DataFrame:
    asked = contacts[contacts["csat"].notna()]
    at = utc.loc[asked.index, "resolved_at"].fillna(utc["created_at"]) + pd.Timedelta(hours=1)
    rows = pd.DataFrame(
        {
            "id": range(1, len(asked) + 1),
            "account_id": 1,
            "conversation_id": asked["number"],
            "message_id": range(1, len(asked) + 1),
            "rating": asked["csat"].astype(int),
            "feedback_message": "客服“很好”,\n谢谢",
            "contact_id": asked["customer"],
            "assigned_agent_id": asked["agent"],
            "created_at": at,
            "updated_at": at,
        }
    )
    server.fill(database, "csat_survey_responses", rows)
    plain = rows[["id", "conversation_id", "created_at", "rating", "feedback_message"]].copy()
    plain.columns = ["feedback_id", "contact_id", "at", "rating", "text"]
    plain["at"] = _shanghai(plain["at"])
    plain.insert(2, "source", "会话评价")
    return plain


def _fill_messages(
    server: Server, database: str, data: csqa.Dataset, contacts: pd.DataFrame
) -> pd.DataFrame:
    said = data.messages.merge(contacts[["contact_id", "number", "agent", "customer"]])
    by_agent = said["sender"] == "agent"
    sent = said["sent_at"].dt.tz_convert("UTC").dt.tz_localize(None)
    rows = pd.DataFrame(
        {
            "id": range(1, len(said) + 1),
            "content": said["text"],
            "account_id": 1,
            "inbox_id": 1,
            "conversation_id": said["number"],
            "message_type": by_agent.astype(int),
            "sender_type": np.where(by_agent, "User", "Contact"),
            "sender_id": np.where(by_agent, said["agent"], said["customer"]),
            "private": False,
            "created_at": sent,
            "updated_at": sent,
        }
    )
    unseen = rows.head(20).assign(
        id=range(len(rows) + 1, len(rows) + 21),
        private=[True] * 10 + [False] * 10,
        message_type=[1] * 10 + [2] * 10,
        content="内部备注，或系统动态",
    )
    server.fill(database, "messages", pd.concat([rows, unseen]))
    plain = rows[["conversation_id", "id", "created_at", "sender_type", "content"]].copy()
    plain.columns = ["contact_id", "seq", "sent_at", "sender", "text"]
    plain["sent_at"] = _shanghai(plain["sent_at"])
    plain["sender"] = plain["sender"].map({"User": "agent", "Contact": "customer"})
    return plain


def _shanghai(utc: pd.Series) -> pd.Series:
    return utc.dt.tz_localize("UTC").dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)


def _plain(contacts: pd.DataFrame, feedback: pd.DataFrame) -> pd.DataFrame:
    """What Chatwoot can hold of the contacts."""
    wall = contacts[TIMES].apply(lambda times: times.dt.tz_localize(None))
    held = ["channel", "topic", "priority", "team", "resolved", "reopened"]
    ratings = dict(zip(feedback["contact_id"], feedback["rating"], strict=True))
    return pd.DataFrame(
        {
            "contact_id": contacts["number"],
            "customer_id": contacts["customer"],
            **contacts[held],
            "agent_id": contacts["agent"],
            "first_agent_id": contacts["agent"].where(wall["first_response_at"].notna()),
            "last_agent_id": contacts["agent"].where(wall["resolved_at"].notna()),
            **wall,
            "csat": contacts["number"].map(ratings),
        }
    ).astype({"first_agent_id": "Int64", "last_agent_id": "Int64"})


def _transfers(contacts: pd.DataFrame, threads: pd.Series, wall: pd.DataFrame) -> pd.DataFrame:
    """One event for the ticket's creation, one for each department after the first."""
    times = contacts["departments"].fillna(1).astype(int)
    rows = pd.DataFrame({"thread_id": threads, "timestamp": wall["created_at"]})
    rows = rows.loc[rows.index.repeat(times)]
    first = ~rows.index.duplicated()
    rows["event_id"] = np.where(first, 1, 6)
    undone = rows[~first].head(5).assign(annulled=1)
    return pd.concat([rows.assign(annulled=0), undone]).assign(thread_type="T")


def _entries(contacts: pd.DataFrame, threads: pd.Series, wall: pd.DataFrame) -> pd.DataFrame:
    """What customers wrote (M), agents replied (R) and noted for themselves (N)."""
    base = pd.DataFrame({"contact_id": contacts["contact_id"], "thread_id": threads})
    asked = base.assign(type="M", staff_id=0, created=wall["created_at"], body="<p>“您好”</p>")
    noted = asked.head(50).assign(type="N", staff_id=contacts["agent"], body="内部备注")
    reply = {"type": "R", "staff_id": contacts["agent"], "body": "已处理,\n请查收\\"}
    answered = base.assign(**reply, created=wall["first_response_at"])
    closed = answered.assign(created=wall["resolved_at"])[wall["first_response_at"].notna()]
    said = pd.concat([asked, noted, answered, closed], ignore_index=True)
    said = said[said["created"].notna()].sort_values("created", kind="stable", ignore_index=True)
    return said.assign(id=range(1, len(said) + 1))


def _said(entries: pd.DataFrame) -> pd.DataFrame:
    kept = entries[entries["type"] != "N"]
    plain = kept[["contact_id", "id", "created", "type", "body"]].copy()
    plain.columns = ["contact_id", "seq", "sent_at", "sender", "text"]
    plain["sender"] = plain["sender"].map({"M": "customer", "R": "agent"})
    return plain


def _plain_tickets(contacts: pd.DataFrame) -> pd.DataFrame:
    """What osTicket can hold of the contacts."""
    wall = contacts[TIMES].apply(lambda times: times.dt.tz_localize(None))
    held = ["channel", "topic", "priority", "team", "resolved", "reopened"]
    replied = contacts["agent"].where(wall["first_response_at"].notna()).astype("Int64")
    return pd.DataFrame(
        {
            "contact_id": contacts["contact_id"],
            "customer_id": contacts["customer"],
            **contacts[held],
            "agent_id": contacts["agent"],
            "first_agent_id": replied,
            "last_agent_id": replied,
            **wall,
            "departments": contacts["departments"].fillna(1),
        }
    )
