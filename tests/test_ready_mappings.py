"""The mappings that csqa ships, on real exports and published schemas; quirks of real files.

What is expected of real files is worked out by plain pandas, not by csqa.
"""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import csqa
from csqa.engine.dataset import Dataset
from csqa.load import load
from csqa.rules.files import DEFAULTS
from tests.conftest import SHARED

DATA = SHARED / "data"
SEEDS = DATA / "dbt_zendesk_seeds"
UCI = DATA / "uci_incident" / "incident_event_log.zip"
CARS = DATA / "car_complaints"
CHATS = DATA / "jddc_raw" / "chat_0.1per.txt"

on_real_data = pytest.mark.skipif(
    not DATA.exists(), reason="the real exports lie beside the project, not in it"
)


def values(data: Dataset, column: str, table: str = "contacts") -> list[Any]:
    """A column of a table, None where missing."""
    found = data.table(table)[column].astype(object)
    return found.where(found.notna(), None).tolist()


def utc(data: Dataset, column: str) -> list[str | None]:
    """A column of times, as UTC shows them."""
    times = data.contacts[column].dt.tz_convert("UTC")
    return [None if pd.isna(at) else at.strftime("%Y-%m-%d %H:%M:%S") for at in times]


@on_real_data
def test_zendesk_seeds_are_what_plain_pandas_reads() -> None:
    data = load(SEEDS, "zendesk")
    tickets = pd.read_csv(SEEDS / "ticket_data.csv", dtype=str)
    kept = tickets[tickets["status"] != "deleted"]
    history = pd.read_csv(SEEDS / "ticket_field_history_data.csv", dtype=str)
    solved = history[(history["field_name"] == "status") & (history["value"] == "solved")]
    last = solved.groupby("ticket_id")["updated"].max()
    assert data.rows["rows_used"].tolist() == [len(kept)] == [8]
    assert values(data, "contact_id") == kept["id"].tolist()
    assert values(data, "customer_id") == kept["requester_id"].tolist()
    assert values(data, "agent_id") == kept["assignee_id"].tolist()
    assert values(data, "channel") == ["email"] * 8
    assert utc(data, "created_at") == kept["created_at"].tolist()
    assert utc(data, "resolved_at") == [last.get(ticket) for ticket in kept["id"]]
    assert utc(data, "resolved_at")[2] == "2020-11-14 11:01:27"
    assert values(data, "resolved") == [True] * 8
    note = data.sources.set_index("file").loc["ticket_data.csv", "note"]
    assert note == "按映射的 where 去掉 2 行，留下 8 行"


@on_real_data
def test_zendesk_seeds_name_no_group_and_answer_no_ticket() -> None:
    data = load(SEEDS, "zendesk")
    tickets = pd.read_csv(SEEDS / "ticket_data.csv", dtype=str)
    kept = tickets[tickets["status"] != "deleted"]
    groups = pd.read_csv(SEEDS / "group_data.csv", dtype=str)
    comments = pd.read_csv(SEEDS / "ticket_comment_data.csv", dtype=str)
    assert not set(kept["group_id"]) & set(groups["id"])  # so the team is the group's number
    assert values(data, "team") == kept["group_id"].tolist()
    assert not set(comments["ticket_id"]) & set(kept["id"])  # so nobody answered
    assert values(data, "first_response_at") == [None] * 8
    assert data.has("contacts", "first_response_at")
    looked_up = data.sources[data.sources["note"] == "不是一张表，供映射查找"]["file"].tolist()
    assert looked_up == [
        "group_data.csv",
        "ticket_comment_data.csv",
        "ticket_field_history_data.csv",
        "user_data.csv",
    ]


def zendesk() -> dict[str, pd.DataFrame]:
    """Two tickets and what happened to them, in the columns of the real export."""
    tickets = [
        ["1", "10", "g1", "c1", "open", "web", "2025-06-01 00:00:00", "high", "question"],
        ["2", "11", "g2", "c2", "closed", "voice", "2025-06-01 01:00:00", None, "incident"],
        ["3", "11", "g2", "c2", "deleted", "web", "2025-06-01 02:00:00", None, None],
    ]
    columns = ["id", "assignee_id", "group_id", "requester_id", "status", "via_channel",
               "created_at", "priority", "type"]  # fmt: skip
    comments = [
        ["91", "1", "10", "2025-06-01 00:00:00", True],  # the agent wrote the ticket himself
        ["92", "1", "10", "2025-06-01 00:05:00", False],  # an internal note
        ["93", "1", "c1", "2025-06-01 00:06:00", True],  # the customer
        ["94", "1", "12", "2025-06-01 00:07:00", True],  # an admin: the first response
        ["95", "1", "10", "2025-06-01 00:09:00", True],
    ]
    history = [
        ["status", "1", "2025-06-01 03:00:00", "open"],
        ["status", "1", "2025-06-01 04:00:00", "solved"],
        ["status", "1", "2025-06-01 05:00:00", "open"],
        ["status", "1", "2025-06-01 06:00:00", "solved"],
        ["priority", "1", "2025-06-01 07:00:00", "solved"],
        ["status", "2", "2025-06-01 04:00:00", "solved"],
        ["status", "2", "2025-06-05 04:00:00", "closed"],
    ]
    users = [["10", "agent"], ["12", "admin"], ["c1", "end-user"]]
    return {
        "ticket": pd.DataFrame(tickets, columns=columns),
        "ticket_comment": pd.DataFrame(
            comments, columns=["id", "ticket_id", "user_id", "created", "public"]
        ),
        "ticket_field_history": pd.DataFrame(
            history, columns=["field_name", "ticket_id", "updated", "value"]
        ),
        "user": pd.DataFrame(users, columns=["id", "role"]),
        "group": pd.DataFrame([["g1", "一组"]], columns=["id", "name"]),
    }


def test_zendesk_first_response_resolution_and_reopening() -> None:
    data = load(zendesk(), "zendesk")
    assert values(data, "contact_id") == ["1", "2"]
    assert utc(data, "first_response_at") == ["2025-06-01 00:07:00", None]
    assert values(data, "first_agent_id") == ["12", None]
    assert values(data, "last_agent_id") == ["10", None]
    assert utc(data, "resolved_at") == ["2025-06-01 06:00:00", "2025-06-01 04:00:00"]
    assert values(data, "reopened") == [True, False]
    assert values(data, "resolved") == [False, True]
    assert values(data, "channel") == ["online", "phone"]
    assert values(data, "team") == ["一组", "g2"]
    assert values(data, "priority") == ["high", None]


def test_zendesk_without_comments_or_history_is_less_but_not_wrong() -> None:
    data = load({"ticket": zendesk()["ticket"]}, "zendesk")
    for column in ("first_response_at", "resolved_at", "reopened", "last_agent_id"):
        assert not data.has("contacts", column)
    assert values(data, "team") == ["g1", "g2"]
    assert "没有取 reopened：" in data.sources["note"].iloc[0]


@pytest.fixture(scope="module")
def event_log() -> pd.DataFrame:
    """The log as plain pandas reads it."""
    with zipfile.ZipFile(UCI) as archive:
        (log,) = (name for name in archive.namelist() if name.endswith(".csv"))
        return pd.read_csv(archive.open(log), dtype=str, na_values="?")


@pytest.fixture(scope="module")
def incidents() -> Dataset:
    """The log by the ready mapping."""
    return load(UCI, "servicenow")


@on_real_data
@pytest.mark.slow
def test_servicenow_keeps_the_last_event_of_each_incident(
    event_log: pd.DataFrame, incidents: Dataset
) -> None:
    last = event_log.groupby("number").tail(1).set_index("number")
    found = incidents.contacts.set_index("contact_id").sort_index()
    expected = last.sort_index()
    assert len(event_log) == 141_712
    assert found.index.tolist() == expected.index.tolist()
    assert len(found) == 24_918
    for ours, theirs in (("customer_id", "caller_id"), ("team", "assignment_group"),
                         ("topic", "category")):  # fmt: skip
        assert found[ours].fillna("").tolist() == expected[theirs].fillna("").tolist(), ours
    for ours in ("opened_at", "resolved_at"):
        times = pd.to_datetime(expected[ours], format="%d/%m/%Y %H:%M", utc=True)
        name = {"opened_at": "created_at"}.get(ours, ours)
        assert (found[name].isna() == times.isna()).all()
        assert (found[name].dropna() == times.dropna()).all()
    assert found["reopened"].tolist() == (expected["reopen_count"].astype(int) > 0).tolist()
    note = incidents.sources["note"].iloc[0]
    assert f"按映射的 one_row_per 去掉 {141_712 - 24_918} 行，留下 24918 行" in note


@on_real_data
def test_servicenow_agent_is_the_last_one_that_is_named(
    event_log: pd.DataFrame, incidents: Dataset
) -> None:
    named = event_log.dropna(subset="assigned_to").groupby("number")["assigned_to"]
    found = incidents.contacts.set_index("contact_id")
    assert (
        found["agent_id"]
        .dropna()
        .sort_index()
        .equals(
            named.last().rename("agent_id").rename_axis("contact_id").astype("str").sort_index()
        )
    )
    assert found["first_agent_id"].dropna().sort_index().tolist() == (
        named.first().sort_index().tolist()
    )


@on_real_data
def test_servicenow_counts_and_resolution_are_those_of_plain_pandas(
    event_log: pd.DataFrame, incidents: Dataset
) -> None:
    rows = event_log.groupby("number").tail(1).copy()
    rows["opened"] = pd.to_datetime(rows["opened_at"], format="%d/%m/%Y %H:%M")
    rows["reopened"] = rows["reopen_count"].astype(int) > 0
    rows = rows.sort_values(["opened", "number"])
    key = [rows["caller_id"], rows["category"].fillna("")]
    window = pd.Timedelta(days=7)
    repeated = (rows.groupby(key)["opened"].shift(-1) - rows["opened"]) <= window
    counted = rows["caller_id"].notna() & (rows["opened"] <= rows["opened"].max() - window)
    april = rows["opened"].dt.strftime("%Y-%m") == "2016-04"
    solved = ~rows["reopened"] & ~repeated
    measures = csqa.measure(incidents).query("period == '2016-04'").set_index("metric")
    assert measures.loc["first_contact_resolution", "n"] == (april & counted).sum()
    assert measures.loc["first_contact_resolution", "total"] == (april & counted & solved).sum()
    assert (incidents.contacts["created_at"].dt.strftime("%Y-%m") == "2016-04").sum() == (
        april.sum()
    )


@on_real_data
def test_servicenow_question_marks_are_missing(incidents: Dataset) -> None:
    texts = incidents.contacts.select_dtypes("str")
    assert len(texts.columns) > 5
    assert not (texts == "?").to_numpy().any()


@on_real_data
@pytest.mark.slow
def test_servicenow_first_updates_before_opening(tmp_path: Path) -> None:
    shipped = Path(DEFAULTS, "mappings", "servicenow.yml").read_text("utf-8")
    switched = shipped.replace("# first_response_at:", "first_response_at:")
    assert switched != shipped
    (tmp_path / "mapping.yml").write_text(switched, "utf-8")
    data = load(UCI, tmp_path / "mapping.yml")
    # The steps of the two incidents that are set aside are of no contact any more.
    told = data.faults.groupby("table")["rule"].value_counts().to_dict()
    assert told == {("contacts", "response_before_creation"): 2, ("steps", "no_contact"): 12}
    assert data.rows["rows_used"].tolist() == [24_916, 141_700]


@on_real_data
def test_servicenow_state_without_a_name_is_missing_not_unsolved(event_log: pd.DataFrame) -> None:
    odd = event_log[event_log["ident_state"] == "-100"]
    assert len(odd) == 5
    frame = odd.assign(number=[f"N{i}" for i in range(5)])
    data = load({"incident_event_log": frame}, "servicenow")
    assert values(data, "resolved") == [None] * 5


def test_servicenow_takes_the_first_of_two_categories(tmp_path: Path) -> None:
    (tmp_path / "incident_event_log.csv").write_text(
        "number,sys_mod_count,caller_id,opened_at,contact_type,category,category,priority,"
        "assignment_group,assigned_to,resolved_at,ident_state,reopen_count\n"
        "I1,2,c1,1/6/2025 09:00,Phone,55,170,3,g1,?,13/6/2025 09:00,Closed,0\n"
        "I1,0,c1,1/6/2025 09:00,Phone,55,171,3,g1,K1,?,New,0\n",
        encoding="utf-8",
    )
    data = load(tmp_path, "servicenow")
    assert values(data, "topic") == ["55"]
    assert values(data, "agent_id") == ["K1"]
    assert utc(data, "created_at") == ["2025-06-01 09:00:00"]
    assert utc(data, "resolved_at") == ["2025-06-13 09:00:00"]
    assert data.tables == ["contacts"]
    (note,) = data.sources.loc[data.sources["table"] == "", "note"]
    assert "流程节点" in note
    assert "没有这个表头" in note
    assert "sys_updated_at" in note


def chatwoot() -> dict[str, pd.DataFrame]:
    """Rows of Chatwoot's tables, with the columns that matter, typed as PostgreSQL has them."""

    def at(text: str) -> pd.Timestamp:
        return pd.Timestamp(f"2025-06-01 {text}")

    conversations = pd.DataFrame(
        {
            "id": [1, 2, 3],
            "inbox_id": [7, 8, 7],
            "status": [1, 0, 2],
            "assignee_id": pd.array([5, None, 6], dtype="Int64"),
            "created_at": [at("01:00"), at("02:00"), at("03:00")],
            "contact_id": [101, 102, 101],
            "team_id": pd.array([1, None, 2], dtype="Int64"),
            "priority": pd.array([3, None, 0], dtype="Int64"),
            "first_reply_created_at": [at("01:01"), at("02:30"), pd.NaT],
            "cached_label_list": ["billing", None, ""],
        }
    )
    events = pd.DataFrame(
        {
            "name": ["first_response", "conversation_resolved", "conversation_resolved",
                     "first_response", "reply_time"],
            "value": [60.0, 600.0, 3600.0, 10.0, 5.0],
            "conversation_id": [1, 1, 1, 3, 3],
            "user_id": pd.array([5, 5, 6, 6, 6], dtype="Int64"),
            "event_end_time": [at("01:01"), at("01:10"), at("02:00"), at("03:10"), at("03:20")],
        }
    )  # fmt: skip
    messages = pd.DataFrame(
        {
            "id": range(1, 7),
            "conversation_id": [1, 1, 1, 1, 2, 2],
            "content": ["hi", "hello", "note", "assigned", "bot", "rate us"],
            "message_type": [0, 1, 1, 2, 1, 3],
            "private": [False, False, True, False, False, False],
            "sender_type": ["Contact", "User", "User", None, "AgentBot", None],
            "created_at": [at("01:00")] * 6,
        }
    )
    survey = pd.DataFrame(
        {
            "id": [1, 2], "conversation_id": [1, 1], "rating": [2, 5],
            "feedback_message": [None, "好"], "created_at": [at("04:00"), at("05:00")],
        }
    )  # fmt: skip
    return {
        "conversations": conversations,
        "reporting_events": events,
        "messages": messages,
        "csat_survey_responses": survey,
        "inboxes": pd.DataFrame(
            {"id": [7, 8], "channel_type": ["Channel::WebWidget", "Channel::Email"]}
        ),
        "teams": pd.DataFrame({"id": [1, 2], "name": ["售前", "售后"]}),
    }


def test_chatwoot() -> None:
    data = load(chatwoot(), "chatwoot")
    assert values(data, "channel") == ["online", "email", "online"]
    assert values(data, "agent_id") == ["5", None, "6"]
    assert values(data, "last_agent_id") == ["6", None, None]
    assert values(data, "team") == ["售前", None, "售后"]
    assert values(data, "priority") == ["urgent", None, "low"]
    assert utc(data, "first_response_at") == [
        "2025-06-01 01:01:00", "2025-06-01 02:30:00", "2025-06-01 03:10:00",
    ]  # fmt: skip
    assert utc(data, "resolved_at") == ["2025-06-01 02:00:00", None, None]
    assert values(data, "resolved") == [True, False, False]
    assert values(data, "reopened") == [True, False, False]
    assert values(data, "csat") == [5, None, None]
    assert values(data, "sender", "messages") == ["customer", "agent", "bot", "bot"]
    assert values(data, "rating", "feedback") == [2, 5]
    assert not len(data.faults)
    assert data.contacts["created_at"].iloc[0] == pd.Timestamp("2025-06-01 01:00", tz="UTC")


def osticket() -> dict[str, pd.DataFrame]:
    """Rows of osTicket's tables, with the columns that matter."""
    tickets = pd.DataFrame(
        {
            "ticket_id": [1, 2, 3],
            "number": ["100001", "100002", "100003"],
            "user_id": [11, 12, 0],
            "status_id": [3, 1, 5],
            "dept_id": [1, 2, 1],
            "topic_id": [1, 2, 1],
            "staff_id": [21, 0, 21],
            "team_id": [0, 4, 0],
            "source": ["Web", "Phone", "Email"],
            "reopened": ["2025-06-02 09:00:00", None, None],
            "closed": ["2025-06-03 09:00:00", None, None],
            "created": ["2025-06-01 09:00:00", "2025-06-01 10:00:00", "2025-06-01 11:00:00"],
        }
    )
    entries = pd.DataFrame(
        {
            "id": [1, 2, 3, 4, 5],
            "thread_id": [51, 51, 51, 51, 52],
            "staff_id": [0, 21, 22, 21, 0],
            "type": ["M", "N", "R", "R", "M"],
            "body": ["help", "note", "reply", "again", "call"],
            "created": ["2025-06-01 09:00:00", "2025-06-01 09:01:00", "2025-06-01 09:05:00",
                        "2025-06-01 09:09:00", "2025-06-01 10:00:00"],
        }
    )  # fmt: skip
    return {
        "ost_ticket": tickets,
        "ost_ticket_status": pd.DataFrame(
            {"id": [1, 3, 5], "state": ["open", "closed", "deleted"]}
        ),
        "ost_thread": pd.DataFrame(
            {"id": [51, 52, 53], "object_id": [1, 2, 2], "object_type": ["T", "T", "A"]}
        ),
        "ost_thread_entry": entries,
        "ost_ticket__cdata": pd.DataFrame({"ticket_id": [1, 2], "priority": ["4", "2"]}),
        "ost_ticket_priority": pd.DataFrame(
            {"priority_id": [1, 2, 3, 4], "priority": ["low", "normal", "high", "emergency"]}
        ),
        "ost_department": pd.DataFrame({"id": [1, 2], "name": ["支持部", "销售部"]}),
        "ost_team": pd.DataFrame({"team_id": [4], "name": ["二线"]}),
        "ost_help_topic": pd.DataFrame({"topic_id": [1, 2], "topic": ["退款", "咨询"]}),
    }


def test_osticket() -> None:
    data = load(osticket(), "osticket")
    assert values(data, "contact_id") == ["100001", "100002"]
    assert values(data, "channel") == ["online", "phone"]
    assert values(data, "topic") == ["退款", "咨询"]
    assert values(data, "priority") == ["urgent", "normal"]
    assert values(data, "agent_id") == ["21", None]
    assert values(data, "first_agent_id") == ["22", None]
    assert values(data, "last_agent_id") == ["21", None]
    assert values(data, "team") == ["支持部", "二线"]
    assert values(data, "resolved") == [True, False]
    assert values(data, "reopened") == [True, False]
    shanghai = data.contacts["first_response_at"].iloc[0]
    assert shanghai == pd.Timestamp("2025-06-01 09:05", tz="Asia/Shanghai")
    assert values(data, "sender", "messages") == ["customer", "agent", "agent", "customer"]
    assert not len(data.faults)


CHINESE = """工单编号,会员号,受理渠道,客服工号,技能组,受理时间,应答时间,办结时间,\
通话时长,是否解决,客户评价,是否投诉
W1,H1,热线,K01,一线,2025/6/1 9:00,2025/6/1 9:00,2025/6/1 9:30,00:03:25,已解决,非常满意,否
W2,H2,微信公众号,K02,二线,2025/6/1 10:00,,,3分25秒,未解决,未评价,是
W3,H3,门店,K02,未知,2025/6/1 11:00,,,90,跟进中,不满意,无
"""


def test_chinese(tmp_path: Path) -> None:
    (tmp_path / "六月.csv").write_bytes(CHINESE.encode("gb18030"))
    data = load(tmp_path, "chinese")
    assert values(data, "contact_id") == ["W1", "W2", "W3"]
    assert values(data, "channel") == ["phone", "online", "other"]
    assert values(data, "agent_id") == ["K01", "K02", "K02"]
    assert values(data, "team") == ["一线", "二线", None]
    assert values(data, "handle_seconds") == [205, 205, 90]
    assert values(data, "resolved") == [True, False, False]
    assert values(data, "csat") == [5, None, 2]
    assert values(data, "complaint") == [False, True, False]
    assert not len(data.faults)


@on_real_data
def test_car_complaints_in_two_languages_of_headers() -> None:
    columns = {
        "contact_id": "id",
        "channel": {"constant": "other"},
        "created_at": {"first_of": ["datetime", "投诉时间"], "optional": True},
        "topic": {"first_of": ["problem", "典型问题"], "optional": True},
    }
    table = {"files": ["car_complain_*.csv"], "only": True, "columns": columns}
    data = load(CARS, {"tables": {"contacts": table}})
    frames = [
        pd.read_csv(path, encoding="gb18030", dtype=str) for path in sorted(CARS.glob("*.csv"))
    ]
    ids = pd.concat([frame["id"] for frame in frames])
    assert frames[1]["id"].duplicated().sum() == 330
    assert data.sources["encoding"].str.contains("gb").all()
    assert data.rows["rows_in"].tolist() == [600, 630]
    assert data.rows["rows_used"].sum() == ids.nunique()
    assert set(data.faults["rule"]) == {"duplicate_key"}
    assert len(data.faults) == ids.duplicated().sum() >= 330
    codes = data.contacts.set_index("contact_id")["topic"]
    assert codes["482028"] == "H93,H15,"  # a comma inside quotation marks ends no field


@on_real_data
def test_jddc_messages_without_header(tmp_path: Path) -> None:
    shutil.copy(CHATS, tmp_path / "chat.txt")
    chats = pd.read_csv(CHATS, sep="\t", header=None, quoting=3, dtype=str)
    sessions = pd.DataFrame(
        {"服务单号": chats[0].unique(), "渠道": "在线", "创建时间": "2025-06-01"}
    )
    sessions.to_csv(tmp_path / "服务记录.csv", index=False)
    columns = {
        "contact_id": 1,
        "seq": {"row_number": True},
        "sender": {"from": 3, "values": {"0": "customer", "1": "agent"}},
        "text": 7,
    }
    table = {"files": ["chat.txt"], "header": False, "only": True, "columns": columns}
    data = load(tmp_path, {"tables": {"messages": table}})
    assert len(chats) == 12_136
    assert data.rows.set_index("table")["rows_used"].to_dict() == {
        "contacts": 994, "messages": 12_136,
    }  # fmt: skip
    assert values(data, "contact_id", "messages") == chats[0].tolist()
    senders = pd.Series(values(data, "sender", "messages")).value_counts().to_dict()
    assert senders == {"customer": (chats[2] == "0").sum(), "agent": (chats[2] == "1").sum()}
    assert data.messages["text"].iloc[0].startswith("人工客服")


@on_real_data
def test_jddc_duplicate_rows_are_kept_unless_the_mapping_says_otherwise(tmp_path: Path) -> None:
    shutil.copy(CHATS, tmp_path / "chat.txt")
    chats = pd.read_csv(CHATS, sep="\t", header=None, quoting=3, dtype=str, keep_default_na=False)
    same = chats.apply(lambda column: column.str.strip()).duplicated().sum()
    assert (chats.duplicated().sum(), same) == (145, 152)  # seven differ in blanks at an end
    columns = {
        "contact_id": {"row_number": True},
        "channel": {"constant": "online"},
        "created_at": {"constant": "2025-06-01"},
        "topic": 7,
    }
    table = {"header": False, "only": True, "columns": columns}
    every = load(tmp_path / "chat.txt", {"tables": {"contacts": table}})
    assert every.rows["rows_used"].tolist() == [12_136]
    table["one_row_per"] = {"column": list(range(1, 8)), "keep": "first"}
    once = load(tmp_path / "chat.txt", {"tables": {"contacts": table}})
    assert once.rows["rows_used"].tolist() == [12_136 - 152]
    assert "按映射的 one_row_per 去掉 152 行，留下 11984 行" in once.sources["note"].iloc[0]


@on_real_data
def test_jddc_sku_nan_is_missing(tmp_path: Path) -> None:
    shutil.copy(CHATS, tmp_path / "chat.txt")
    chats = pd.read_csv(CHATS, sep="\t", header=None, quoting=3, dtype=str, keep_default_na=False)
    times = {"created_at": {"constant": "2025-06-01"}, "channel": {"constant": "online"}}
    columns = {"contact_id": 1, "topic": 6, **times}
    table = {"header": False, "only": True, "columns": columns,
             "one_row_per": {"column": 1, "keep": "first"}}  # fmt: skip
    data = load(tmp_path / "chat.txt", {"tables": {"contacts": table}})
    first = chats.groupby(0, sort=False)[5].first()
    assert values(data, "contact_id") == first.index.tolist()
    assert values(data, "topic") == [None if sku == "nan" else sku for sku in first]
