"""Databases by address: real PostgreSQL and MariaDB servers, and everything that goes wrong."""

import contextlib
import gc
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

import csqa
from csqa.engine.mysql import MysqlClient
from csqa.engine.postgresql import PostgresClient
from csqa.engine.spool import Spool
from csqa.errors import DataError
from csqa.report.parameters import hide_credentials, read_request
from tests.servers import PASSWORD, Mariadb, Postgres, Server

PLAIN = """
CREATE TABLE contacts (
    contact_id varchar(20) PRIMARY KEY, channel varchar(20), created_at varchar(30),
    team varchar(20)
);
INSERT INTO contacts VALUES
    ('C2', 'phone', '2025-06-02 09:00', '热线组'), ('C1', 'online', '2025-06-01 09:00', NULL);
"""

CLIENTS = {"postgresql": PostgresClient, "mysql": MysqlClient}


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSQA_DATABASE_PASSWORD", PASSWORD)


@pytest.fixture(params=["postgresql_server", "mariadb_server"])
def server(request: pytest.FixtureRequest) -> Server:
    return request.getfixturevalue(request.param)


@pytest.fixture
def plain(server: Server) -> Server:
    """A server whose database ``plain`` has two contacts."""
    server.create("plain")
    server.execute(PLAIN, "plain")
    return server


def rules(data: csqa.Dataset) -> list[list[object]]:
    return data.faults[["row", "column", "rule", "value"]].to_numpy().tolist()


def notes(data: csqa.Dataset) -> dict[str, str]:
    lines = data.sources[data.sources["note"] != ""]
    return dict(zip(lines["file"], lines["note"], strict=True))


# --- what is read ---


def test_the_sample_is_the_same_from_a_database(server: Server, sample: csqa.Dataset):
    given = sample.columns["contacts"]
    contacts = sample.contacts[[name for name in sample.contacts if name in given]]
    written = contacts.copy()
    for column in ("created_at", "first_response_at", "resolved_at"):
        written[column] = written[column].dt.strftime("%Y-%m-%d %H:%M:%S")
    for column in ("resolved", "reopened", "complaint", "praise"):
        written[column] = written[column].astype("Int64")
    server.create("sample")
    kinds = {
        "handle_seconds": "double precision",
        "csat": "numeric(3,1)",
        "nps": "smallint",
        "departments": "integer",
    }
    kinds |= dict.fromkeys(("created_at", "first_response_at", "resolved_at"), "timestamp")
    if server.system == "mysql":
        kinds |= dict.fromkeys(("created_at", "first_response_at", "resolved_at"), "datetime")
    kinds |= dict.fromkeys(("resolved", "reopened", "complaint", "praise"), "smallint")
    listed = ", ".join(f"{name} {kinds.get(name, 'varchar(40)')}" for name in written)
    server.execute(f"CREATE TABLE contacts ({listed}, PRIMARY KEY (contact_id))", "sample")
    server.fill("sample", "contacts", written.sample(frac=1, random_state=7))
    data = csqa.load(server.address("sample"))
    expected = sample.contacts.sort_values("contact_id", ignore_index=True)
    pd.testing.assert_frame_equal(data.contacts, expected)
    measures = [csqa.measure(one, by=["team"], every="month") for one in (data, sample)]
    shared = set(measures[0]["metric"])  # quality and feedback are in other tables
    pd.testing.assert_frame_equal(
        measures[0], measures[1][measures[1]["metric"].isin(shared)].reset_index(drop=True)
    )
    assert len(shared) > 5


def test_the_types_of_postgresql(postgresql_server: Postgres):
    postgresql_server.create("types")
    postgresql_server.execute(
        """
        CREATE TYPE ways AS ENUM ('电话', '在线');
        CREATE DOMAIN agents AS varchar(20);
        CREATE TABLE tickets (
            "工单号" bigint PRIMARY KEY, "渠道" ways, "创建时间" timestamptz,
            "解决时间" timestamp, "工号" agents, "班组" char(6), "处理时长" interval,
            "是否解决" boolean, "满意度" numeric(3,1), "NPS评分" int2, "流转部门数" bytea,
            "客户编号" uuid, "问题类型" text[]
        );
        INSERT INTO tickets VALUES
        (9007199254740993, '在线', '2025-06-02 09:00:00.25+02', '2025-06-03', 'K1', '组',
         '1 min 30.5 s', true, 4.5, 10, '\\xff', '0ead23a2-2a6a-4d4b-9f4f-6d6b1e3d2f11', '{a,b}'),
        (1, '电话', '2025-06-01 09:00:00+08', 'infinity', NULL, NULL, NULL, false, 'NaN', NULL,
         NULL, NULL, NULL),
        (2, '电话', '0044-03-15 09:00:00+08 BC', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL);
        """,
        "types",
    )
    data = csqa.load(postgresql_server.address("types"))
    (row,) = data.contacts.to_dict("records")
    assert row["contact_id"] == "9007199254740993"
    assert row["created_at"] == pd.Timestamp("2025-06-02 15:00:00.25", tz="Asia/Shanghai")
    assert row["resolved_at"] == pd.Timestamp("2025-06-03", tz="Asia/Shanghai")
    assert (row["agent_id"], row["team"], row["topic"]) == ("K1", "组", "{a,b}")
    assert (row["handle_seconds"], row["resolved"], row["csat"], row["nps"]) == (
        90.5,
        True,
        4.5,
        10,
    )
    assert row["customer_id"] == "0ead23a2-2a6a-4d4b-9f4f-6d6b1e3d2f11"
    assert [fault[:3] for fault in rules(data)] == [
        [2, "resolved_at", "out_of_range"],
        [3, "created_at", "unparseable_time"],
    ]
    assert notes(data) == {"tickets": "列 流转部门数 的类型 bytea 不能读，已略过"}


def test_the_types_of_mariadb(mariadb_server: Mariadb):
    mariadb_server.create("types")
    mariadb_server.execute(
        """
        CREATE TABLE tickets (
            `工单号` bigint unsigned PRIMARY KEY, `渠道` enum('电话', '在线'),
            `创建时间` timestamp NULL, `解决时间` datetime(3), `首次响应时间` datetime,
            `工号` varchar(20) CHARACTER SET latin1, `处理时长` time, `是否解决` tinyint(1),
            `是否重开` bit(1), `满意度` decimal(3,1), `NPS评分` tinyint unsigned, `班组` blob,
            `客户编号` uuid, `问题类型` json
        ) CHARACTER SET utf8mb4;
        SET time_zone = '+02:00', sql_mode = '';
        INSERT INTO tickets VALUES
        (18446744073709551615, '在线', '2025-06-02 09:00:00', '2025-06-03 00:00:00.5',
         '0000-00-00 00:00:00', 'Zoë', '00:01:30', 1, b'1', 4.5, 10, x'ff',
         '0ead23a2-2a6a-4d4b-9f4f-6d6b1e3d2f11', '{"a": "b"}'),
        (1, '电话', '2025-06-02 09:00:00', '2025-00-00 00:00:00', NULL, NULL, NULL, 0, b'0',
         NULL, NULL, NULL, NULL, NULL),
        (2, '', '0000-00-00 00:00:00', NULL, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL,
         NULL, NULL);
        """,
        "types",
    )
    data = csqa.load(mariadb_server.address("types"))
    (row,) = data.contacts.to_dict("records")
    assert row["contact_id"] == "18446744073709551615"
    assert row["created_at"] == pd.Timestamp("2025-06-02 15:00:00", tz="Asia/Shanghai")
    assert row["resolved_at"] == pd.Timestamp("2025-06-03 00:00:00.5", tz="Asia/Shanghai")
    assert pd.isna(row["first_response_at"])
    assert (row["agent_id"], row["topic"]) == ("Zoë", '{"a": "b"}')
    assert (row["resolved"], row["reopened"], row["csat"], row["nps"]) == (True, True, 4.5, 10)
    assert row["customer_id"] == "0ead23a2-2a6a-4d4b-9f4f-6d6b1e3d2f11"
    assert [2, "resolved_at", "unparseable_time", "2025-00-00 00:00:00.000"] in rules(data)
    assert {fault[1] for fault in rules(data) if fault[0] == 3} == {"channel", "created_at"}
    assert notes(data) == {"tickets": "列 班组 的类型 blob 不能读，已略过"}


TEXTS = ['多行\n“引号” """ , 逗号;\\ \\n', "", None, "😀\t'", "长" * 1_500_000, "NULL", "\\."]


def test_texts_come_as_they_are(plain: Server):
    # Chinese in UTF-8: 4.5 MB in one cell, more than the engine takes of a line by default.
    plain.execute(
        "CREATE TABLE messages (contact_id varchar(20), seq int, sender varchar(9), text text)"
        if plain.system == "postgresql"
        else "CREATE TABLE messages (contact_id varchar(20), seq int, sender varchar(9),"
        " text longtext) CHARACTER SET utf8mb4",
        "plain",
    )
    rows = pd.DataFrame({"contact_id": "C1", "seq": range(len(TEXTS)), "sender": "agent"})
    quoted = rows.assign(text=TEXTS)
    if plain.system == "postgresql":  # its CSV cannot tell an empty text from none in a frame
        plain.fill("plain", "messages", quoted[quoted["text"] != ""])
        plain.execute("INSERT INTO messages VALUES ('C1', 1, 'agent', '')", "plain")
    else:
        plain.fill("plain", "messages", quoted)
    read = csqa.load(plain.address("plain")).messages.set_index("seq")["text"]
    for seq, text in enumerate(TEXTS):
        missing = text in ("", None, "NULL")
        assert pd.isna(read[seq]) if missing else read[seq] == text.strip()


def test_bytes_that_are_no_text_set_their_row_aside(mariadb_server: Mariadb):
    mariadb_server.create("nul")
    mariadb_server.execute(PLAIN, "nul")
    mariadb_server.execute("UPDATE contacts SET team = concat('a', char(0)) LIMIT 1", "nul")
    data = csqa.load(mariadb_server.address("nul"))
    assert data.rows[["rows_in", "rows_used", "rows_quarantined"]].to_numpy().tolist() == [
        [2, 1, 1]
    ]
    assert data.faults["rule"].tolist() == ["undecodable_text"]


def test_a_database_without_an_encoding_may_hold_anything(postgresql_server: Postgres):
    postgresql_server.execute("DROP DATABASE IF EXISTS anything")
    postgresql_server.execute(
        "CREATE DATABASE anything ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'"
    )
    postgresql_server.execute(PLAIN, "anything")
    postgresql_server.execute(
        r"UPDATE contacts SET team = E'\xb0\xa1' WHERE contact_id = 'C2'", "anything"
    )
    data = csqa.load(postgresql_server.address("anything"))
    assert data.contacts["contact_id"].tolist() == ["C1"]
    assert data.faults["rule"].tolist() == ["undecodable_text"]


def test_rows_have_the_order_of_the_key(plain: Server):
    first = csqa.load(plain.address("plain"))
    plain.execute("UPDATE contacts SET team = team", "plain")  # PostgreSQL moves what it updates
    plain.execute("UPDATE contacts SET channel = 'phone' WHERE contact_id = 'C1'", "plain")
    plain.execute("UPDATE contacts SET channel = 'online' WHERE contact_id = 'C1'", "plain")
    again = csqa.load(plain.address("plain"))
    assert again.contacts["contact_id"].tolist() == ["C1", "C2"]
    pd.testing.assert_frame_equal(first.sources, again.sources)
    (line,) = again.sources.to_dict("records")
    assert (line["file"], line["encoding"], line["rows"]) == ("contacts", plain.system, 2)
    assert (len(line["sha256"]), line["bytes"] > 60) == (64, True)


def test_without_a_key_rows_have_an_order_of_their_own(server: Server):
    loaded = []
    for way in ("ASC", "DESC"):
        server.create("keyless")
        server.execute(PLAIN, "keyless")
        server.execute(
            f"CREATE TABLE tickets AS SELECT * FROM contacts ORDER BY contact_id {way};"
            "DROP TABLE contacts",
            "keyless",
        )
        loaded.append(csqa.load(server.address("keyless")))
    pd.testing.assert_frame_equal(loaded[0].contacts, loaded[1].contacts)
    pd.testing.assert_frame_equal(loaded[0].sources, loaded[1].sources)
    server.execute("UPDATE tickets SET team = '别的组' WHERE contact_id = 'C1'", "keyless")
    other = csqa.load(server.address("keyless")).sources["sha256"].tolist()
    assert other != loaded[0].sources["sha256"].tolist()


# --- which tables and columns ---


def test_a_view_called_like_ours_goes_before_tables_that_fit(plain: Server):
    plain.execute(
        "ALTER TABLE contacts RENAME TO tickets;"
        "CREATE TABLE tickets_2024 AS SELECT * FROM tickets WHERE contact_id = 'C2';"
        "CREATE TABLE unrelated (id int, name varchar(9));",
        "plain",
    )
    both = csqa.load(plain.address("plain"))
    assert both.sources["file"].tolist() == ["tickets", "tickets_2024"]
    assert both.faults["rule"].tolist() == ["duplicate_key"]
    plain.execute("CREATE VIEW contacts AS SELECT * FROM tickets", "plain")
    view = csqa.load(plain.address("plain"))
    assert view.sources["file"].tolist() == ["contacts"]
    assert view.faults.empty


def test_only_what_can_be_needed_is_read(plain: Server):
    huge, kind = "repeat('x', 100000)", "longtext" if plain.system == "mysql" else "text"
    plain.execute(
        f"ALTER TABLE contacts ADD note {kind}; UPDATE contacts SET note = {huge}", "plain"
    )
    (line,) = csqa.load(plain.address("plain")).sources.to_dict("records")
    assert line["unused_columns"] == "note"
    assert line["bytes"] < 200


def test_the_mapping_says_which_tables(plain: Server):
    plain.execute(
        "CREATE TABLE kefu_dan (id int PRIMARY KEY, qudao varchar(9), t timestamp, zu int);"
        "CREATE TABLE zu (id int PRIMARY KEY, mingzi varchar(9));"
        "INSERT INTO kefu_dan VALUES (7, '电话', '2025-06-01 09:00:00', 3);"
        "INSERT INTO zu VALUES (3, '热线组')",
        "plain",
    )
    mapping = {
        "tables": {
            "contacts": {
                "files": ["kefu_*"],
                "columns": {
                    "contact_id": "id",
                    "channel": "qudao",
                    "created_at": "t",
                    "team": {"from": "mingzi", "in": "zu", "on": {"id": "zu"}},
                },
            }
        }
    }
    data = csqa.load(plain.address("plain"), mapping=mapping)
    assert data.contacts[["contact_id", "team"]].to_numpy().tolist() == [["7", "热线组"]]
    assert "contacts" not in set(data.sources["file"])


def test_a_schema_is_named_in_the_address(postgresql_server: Postgres):
    postgresql_server.create("schemas")
    postgresql_server.execute(
        f"CREATE SCHEMA support; SET search_path = support; {PLAIN}", "schemas"
    )
    data = csqa.load(postgresql_server.address("schemas", options="?schema=support"))
    assert len(data.contacts) == 2
    with pytest.raises(DataError, match="没有名为 suport 的模式"):
        csqa.load(postgresql_server.address("schemas", options="?schema=suport"))
    with pytest.raises(DataError, match="里没有服务记录"):
        csqa.load(postgresql_server.address("schemas"))


def test_a_partitioned_table_is_read_once(postgresql_server: Postgres):
    postgresql_server.create("parts")
    postgresql_server.execute(
        """
        CREATE TABLE tickets (contact_id text, channel text, created_at timestamp)
            PARTITION BY RANGE (created_at);
        CREATE TABLE tickets_1 PARTITION OF tickets
            FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
        CREATE TABLE tickets_2 PARTITION OF tickets
            FOR VALUES FROM ('2025-07-01') TO ('2026-01-01');
        INSERT INTO tickets VALUES ('A', 'phone', '2025-06-01'), ('B', 'phone', '2025-08-01');
        """,
        "parts",
    )
    data = csqa.load(postgresql_server.address("parts"))
    assert data.rows[["file", "rows_in"]].to_numpy().tolist() == [["tickets", 2]]


def test_all_tables_are_of_one_moment(plain: Server, monkeypatch: pytest.MonkeyPatch):
    plain.execute(
        "CREATE TABLE messages (contact_id varchar(9), seq int, sender varchar(9));"
        "INSERT INTO messages VALUES ('C1', 1, 'agent')",
        "plain",
    )
    client = CLIENTS[plain.system]
    read = client.read

    def interrupted(self, table, columns, spool):
        read(self, table, columns, spool)
        plain.execute("DELETE FROM messages", "plain")

    monkeypatch.setattr(client, "read", interrupted)
    assert len(csqa.load(plain.address("plain")).messages) == 1
    assert plain.execute("SELECT count(*) FROM messages", "plain")[0][0] == 0


def test_nothing_can_be_written(plain: Server):
    from csqa.engine.addresses import read_address

    client = CLIENTS[plain.system](read_address(plain.address("plain")))
    with pytest.raises(DataError, match=r"(?i)read.only"):
        client._run("DELETE FROM contacts")
    client.close()


def test_names_are_never_sql(server: Server):
    server.create("names")
    mark = "`" if server.system == "mysql" else '"'
    odd = """x"; DROP TABLE 'y' -- %s :a {b} `"""
    written = mark + odd.replace(mark, mark * 2) + mark
    server.execute(
        f"CREATE TABLE {written} (contact_id varchar(9) PRIMARY KEY, channel varchar(9),"
        f" created_at timestamp NULL, {written} varchar(9));"
        f"INSERT INTO {written} VALUES ('C1', 'phone', '2025-06-01 09:00:00', '甲')",
        "names",
    )
    mapping = {"tables": {"contacts": {"columns": {"team": odd}}}}
    data = csqa.load(server.address("names"), mapping=mapping)
    assert data.contacts["team"].tolist() == ["甲"]
    assert data.sources["file"].tolist() == [odd]


# --- what goes wrong ---


def refused(address: str, mapping: object = None) -> str:
    """What is said of an address that cannot be read; no socket is left to the collector."""
    gc.collect()
    gc.disable()
    try:
        before = open_sockets()
        with pytest.raises(DataError, match=r"读不了|没有|还要安装|缺少必需的列") as caught:
            csqa.load(address, mapping=mapping)
        deadline = time.monotonic() + 5  # a server in this process hangs up a little later
        while open_sockets() - before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not open_sockets() - before
    finally:
        gc.enable()
    told = str(caught.value)
    assert PASSWORD not in told
    assert quote(PASSWORD, safe="") not in told
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return told


def open_sockets() -> set[str]:
    """Of this process, as the kernel names them."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").exists() else []:
        with contextlib.suppress(OSError):  # the folder's own descriptor is gone by now
            found.add(str(entry.readlink()))
    return {place for place in found if place.startswith("socket:")}


def test_a_wrong_password(plain: Server, monkeypatch: pytest.MonkeyPatch):
    place = f"数据库 plain（127.0.0.1:{plain.port}）"
    monkeypatch.setenv("CSQA_DATABASE_PASSWORD", "wrong")
    told = refused(plain.address("plain"))
    assert told.endswith(f"{place}：用户 owner 的密码不对，或没有这个用户。")
    monkeypatch.delenv("CSQA_DATABASE_PASSWORD")
    assert "没有给密码；请设置环境变量 CSQA_DATABASE_PASSWORD" in refused(plain.address("plain"))


def test_a_password_in_the_address_goes_first(plain: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CSQA_DATABASE_PASSWORD", "wrong")
    assert len(csqa.load(plain.address("plain", password=True)).contacts) == 2


def test_no_such_database(server: Server):
    assert "数据库 nowhere（" in refused(server.address("nowhere"))
    assert "没有这个数据库" in refused(server.address("nowhere"))


def test_no_such_table(plain: Server):
    mapping = {"tables": {"contacts": {"files": ["conversations"]}}}
    told = refused(plain.address("plain"), mapping)
    assert "里没有映射所写的表 conversations（或没有读它的权限）；有的表：contacts。" in told


def test_nothing_like_contacts(server: Server):
    server.create("other")
    told = refused(server.address("other"))
    assert "里没有服务记录（contacts）" in told
    server.execute("CREATE TABLE tickets (工单号 int, 时间 timestamp NULL)", "other")
    told = refused(server.address("other"))
    assert "tickets（服务记录）：缺少必需的列“渠道”" in told


def test_empty_tables(plain: Server):
    plain.execute(
        "CREATE TABLE messages (contact_id varchar(9), seq int, sender varchar(9))", "plain"
    )
    data = csqa.load(plain.address("plain"))
    assert data.rows[["file", "rows_in"]].to_numpy().tolist() == [["contacts", 2], ["messages", 0]]
    plain.execute("DELETE FROM contacts", "plain")
    with pytest.raises(DataError, match="contacts 只有表头，没有数据行"):
        csqa.load(plain.address("plain"))


def test_a_column_that_the_mapping_names_and_nobody_can_read(plain: Server):
    kind = "bytea" if plain.system == "postgresql" else "blob"
    plain.execute(f"ALTER TABLE contacts ADD photo {kind}", "plain")
    assert notes(csqa.load(plain.address("plain"))) == {
        "contacts": f"列 photo 的类型 {kind} 不能读，已略过"
    }
    mapping = {"tables": {"contacts": {"columns": {"team": "photo"}}}}
    with pytest.raises(DataError, match=r"里没有服务记录|不能读"):
        csqa.load(plain.address("plain"), mapping=mapping)
    mapping["tables"]["contacts"]["files"] = ["contacts"]
    with pytest.raises(DataError, match=f"contacts 的列 photo 的类型 {kind} 不能读"):
        csqa.load(plain.address("plain"), mapping=mapping)


def test_no_permission(plain: Server, monkeypatch: pytest.MonkeyPatch):
    plain.execute("CREATE TABLE feedback (feedback_id int, at timestamp NULL)", "plain")
    if plain.system == "postgresql":
        plain.execute("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
        plain.execute("GRANT SELECT ON contacts TO clerk", "plain")
    else:
        plain.execute("CREATE OR REPLACE USER clerk IDENTIFIED BY 'clerk'")
        plain.execute("GRANT SELECT ON plain.contacts TO clerk")
    monkeypatch.setenv("CSQA_DATABASE_PASSWORD", "clerk")
    address = plain.address("plain").replace("owner@", "clerk@")
    assert csqa.load(address).tables == ["contacts"]
    mapping = {"tables": {"contacts": {}, "feedback": {"files": ["feedback"]}}}
    mapping["tables"]["contacts"]["files"] = ["contacts"]
    told = refused(address, mapping)
    assert "feedback" in told
    assert "权限" in told
    if plain.system == "postgresql":
        plain.execute("REVOKE ALL ON contacts FROM clerk; DROP ROLE clerk", "plain")


def test_a_table_whose_columns_may_not_be_read(plain: Server, monkeypatch: pytest.MonkeyPatch):
    if plain.system == "mysql":
        pytest.skip("MariaDB does not list columns that a user may not read")
    plain.execute("DROP ROLE IF EXISTS clerk; CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
    plain.execute("GRANT SELECT (contact_id) ON contacts TO clerk", "plain")
    monkeypatch.setenv("CSQA_DATABASE_PASSWORD", "clerk")
    told = refused(plain.address("plain").replace("owner@", "clerk@"))
    assert "用户 clerk 没有权限读表 contacts" in told
    plain.execute("REVOKE ALL ON contacts FROM clerk; DROP ROLE clerk", "plain")


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_nobody_there(scheme: str):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = refused(f"{scheme}://ann@127.0.0.1:{port}/qa")
    assert "那里没有数据库在运行，或端口不对" in told
    assert "找不到这台主机" in refused(f"{scheme}://ann@nowhere.invalid/qa")
    assert "没有这个套接字文件" in refused(f"{scheme}:///qa?host=/nowhere")


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_nobody_answers(scheme: str):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"{scheme}://ann@127.0.0.1:{mute.getsockname()[1]}/qa?timeout=0.3"
        assert "0.3 秒内没有回应（可用 ?timeout= 放宽）" in refused(address)


@pytest.fixture
def web_server() -> Iterator[int]:
    """The port of something that is no database."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        thread = threading.Thread(target=_answer_as_web, args=(listening,))
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def _answer_as_web(listening: socket.socket) -> None:
    visitor, _ = listening.accept()
    with visitor:
        visitor.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 20)
        visitor.settimeout(10)
        while visitor.recv(10_000):
            pass


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_something_else_answers(scheme: str, web_server: int):
    told = refused(f"{scheme}://ann@127.0.0.1:{web_server}/qa?timeout=2")
    assert f"（127.0.0.1:{web_server}）：" in told


def test_the_connection_is_lost_midway(plain: Server, monkeypatch: pytest.MonkeyPatch):
    """The server ends the session while rows are on their way."""
    cells = "'phone', '2025-06-01', repeat('x', 20)"
    numbers = {
        "postgresql": f"SELECT n, {cells} FROM generate_series(10, 300000) AS n",
        "mysql": f"SELECT seq, {cells} FROM seq_10_to_300000",
    }
    plain.execute(f"INSERT INTO contacts {numbers[plain.system]}", "plain")
    flush = Spool.flush

    def cut(spool: Spool) -> None:
        flush(spool)
        end_sessions(plain)

    monkeypatch.setattr(Spool, "flush", cut)
    told = refused(plain.address("plain"))
    assert told.endswith(("连接断开了。", "它中途关闭了。"))


def end_sessions(server: Server) -> None:
    """End what csqa runs on the server."""
    if server.system == "postgresql":
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'csqa'"
        )
        return
    sleeping = "SELECT id FROM information_schema.processlist WHERE db = 'plain'"
    for (number,) in server.execute(sleeping):
        server.execute(f"KILL {number}")


def test_a_limit_of_the_server(plain: Server):
    if plain.system == "mysql":
        plain.execute("SET GLOBAL max_statement_time = 0.2")
        slow, told = "sleep(1)", "查询超过了服务器的时限 max_statement_time"
    else:
        plain.execute("ALTER ROLE owner SET statement_timeout = '200ms'")
        slow, told = "pg_sleep(1)::text", "查询被服务器中止（可能超过了服务器的 statement_timeout）"
    try:
        plain.execute(
            "ALTER TABLE contacts RENAME TO t; CREATE VIEW contacts AS SELECT contact_id,"
            f" channel, created_at, {slow} AS team FROM t",
            "plain",
        )
        assert told in refused(plain.address("plain"))
    finally:
        if plain.system == "mysql":
            plain.execute("SET GLOBAL max_statement_time = 0")
        else:
            plain.execute("ALTER ROLE owner RESET statement_timeout")


def test_a_row_that_the_server_does_not_send(mariadb_server: Mariadb):
    mariadb_server.create("wide")
    mariadb_server.execute(PLAIN, "wide")
    half = "repeat('x', 9000000)"
    mariadb_server.execute(
        "ALTER TABLE contacts ADD topic longtext, ADD scene longtext;"
        f"UPDATE contacts SET topic = {half}, scene = {half} LIMIT 1",
        "wide",
    )
    told = refused(mariadb_server.address("wide"))
    assert "表 contacts 有一行超过了服务器的 max_allowed_packet" in told


def test_encryption(postgresql_server: Postgres, mariadb_server: Mariadb):
    for server in (postgresql_server, mariadb_server):
        server.create("plain")
        server.execute(PLAIN, "plain")
    tls = postgresql_server.execute("SHOW ssl")[0][0] == "on"
    with_tls = postgresql_server.address("plain", options="?ssl=require")
    if tls:
        assert len(csqa.load(with_tls).contacts) == 2
        verified = postgresql_server.address("plain", options="?ssl=verify")
        assert "它的证书没有通过验证（?ssl=verify）" in refused(verified)
    assert "它不支持加密连接" in refused(mariadb_server.address("plain", options="?ssl=require"))


def test_a_unix_socket(plain: Server):
    place = plain.folder if plain.system == "postgresql" else plain.socket
    port = f"127.0.0.1:{plain.port}" if plain.system == "postgresql" else ""
    address = f"{plain.system}://owner@{port}/plain?host={place}"
    assert len(csqa.load(address).contacts) == 2


@pytest.mark.parametrize(("scheme", "driver"), [("postgresql", "pg8000"), ("mysql", "pymysql")])
def test_without_a_driver(scheme: str, driver: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, driver, None)
    told = refused(f"{scheme}://ann@db/qa")
    assert told == f'读数据库还要安装 {driver}：pip install "csqa[databases]"。'


def test_a_disk_that_is_full(plain: Server, monkeypatch: pytest.MonkeyPatch):
    def full(_spool: Spool) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "flush", full)
    assert "表 contacts 存不下来" in refused(plain.address("plain"))


# --- secrets ---


def test_a_report_is_asked_for_without_the_password():
    given = {"source": "postgresql://ann:secret@db/qa?schema=s", "mapping": "chatwoot"}
    request = read_request("monthly_diagnostic", "2025-06", "zh", 30, given)
    assert request.parameters["source"] == "postgresql://ann@db/qa?schema=s"
    assert request.secrets == {"CSQA_DATABASE_PASSWORD": "secret"}
    assert "secret" not in repr(request)
    shown = hide_credentials(f"source = {request.parameters['source']!r}")
    assert shown == "source = 'postgresql://***@db/qa?schema=s'"
    assert hide_credentials("见 https://x.com，联系a@b.com") == "见 https://x.com，联系a@b.com"


def run_csqa(*arguments: str, folder: Path) -> subprocess.CompletedProcess:
    """Run the command with its temporary files in a folder that can be searched."""
    (folder / "tmp").mkdir(exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k != "CSQA_DATABASE_PASSWORD"}
    return subprocess.run(
        [sys.executable, "-m", "csqa", *arguments],
        capture_output=True,
        env={**environment, "TMPDIR": str(folder / "tmp")},
        cwd=folder,
    )


def holds_password(text: bytes) -> bool:
    ways: list[Callable[[str], str]] = [str, quote, lambda s: quote(s, safe="")]
    return any(way(PASSWORD).encode() in text for way in ways) or b"s3cret" in text


def list_files(folder: Path) -> list[Path]:
    """Files, while the kernel of a killed run may still be tidying up after itself."""
    found = [Path(top, name) for top, _, names in os.walk(folder) for name in names]
    return [path for path in found if path.is_file()]  # not a socket


def read_if_there(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def assert_no_password(folder: Path, *outputs: bytes) -> int:
    """Search every file and output; gives the number of files."""
    files = list_files(folder)
    assert [path for path in files if holds_password(read_if_there(path))] == []
    assert not any(map(holds_password, outputs))
    return len(files)


@pytest.mark.slow
def test_a_password_in_the_address_reaches_no_file(plain: Server, tmp_path: Path):
    plain.execute("ALTER TABLE contacts ADD resolved int, ADD csat int", "plain")
    plain.execute("UPDATE contacts SET resolved = 1, csat = 5", "plain")
    plain.execute("UPDATE contacts SET channel = '传真' WHERE contact_id = 'C2'", "plain")
    address = plain.address("plain", password=True)
    report = ["report", "monthly", "--period", "2025-06", "--out", "reports"]
    done = run_csqa(*report, "--data", address, folder=tmp_path)
    assert done.returncode == 3, done.stderr  # half of the rows were set aside
    plain.execute("UPDATE contacts SET channel = 'email' WHERE contact_id = 'C2'", "plain")
    done = run_csqa(*report, "--data", address, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert assert_no_password(tmp_path, done.stdout, done.stderr) > 10
    manifest = (tmp_path / "reports/monthly_diagnostic-2025-06/manifest.json").read_text("utf-8")
    assert f"{plain.system}://***@127.0.0.1:{plain.port}/plain" in manifest


@pytest.mark.slow
def test_a_killed_run_leaves_no_password(tmp_path: Path):
    """What a run keeps on disk on its way: nobody has cleaned up after SIGKILL."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        secret = quote(PASSWORD, safe="")
        address = f"mysql://ann:{secret}@127.0.0.1:{mute.getsockname()[1]}/qa?timeout=60"
        given = ["report", "monthly", "--period", "2025-06", "--data", address, "--out", "out"]
        (tmp_path / "tmp").mkdir()
        with subprocess.Popen(
            [sys.executable, "-m", "csqa", *given],
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
            stderr=subprocess.DEVNULL,
        ) as run:
            mute.settimeout(60)
            visitor, _ = mute.accept()  # the notebook is loading the data
            run.kill()
    visitor.close()
    written = [path.name for path in list_files(tmp_path)]
    assert "partial.ipynb" in written
    assert_no_password(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "report"])
def test_a_failing_command_keeps_the_password_to_itself(
    plain: Server, command: str, tmp_path: Path
):
    address = plain.address("nowhere", password=True)
    given = ["check", address]
    if command == "report":
        given = ["report", "monthly", "--period", "2025-06", "--data", address, "--out", "out"]
    done = run_csqa(*given, "--debug", folder=tmp_path)
    assert done.returncode == 3
    assert "没有这个数据库" in done.stderr.decode()
    assert_no_password(tmp_path, done.stdout, done.stderr)
