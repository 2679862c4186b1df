"""Addresses of databases: what they say, and that no password survives."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.engine.addresses import is_address, read_address, strip_password
from csqa.errors import DataError

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20)
schemes = st.sampled_from(["postgresql", "postgres", "mysql", "mariadb", "MySQL+pymysql"])


@given(schemes, words, words)
def test_a_password_is_given_back_and_gone(scheme: str, user: str, password: str):
    written = f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@db:15/qa?schema=s"
    stripped, found = strip_password(written)
    assert found == password
    assert stripped == f"{scheme}://{quote(user, safe='')}@db:15/qa?schema=s"
    assert read_address(stripped.replace("?schema=s", ""), {}).user == user


@pytest.mark.parametrize("password", ["p@ss", "a/b", "a:b", "x?y", "#1", "a@b@c", "50%"])
def test_a_password_need_not_be_encoded(password: str):
    stripped, found = strip_password(f"postgresql://ann:{password}@db/qa")
    assert (stripped, found) == ("postgresql://ann@db/qa", password)


@pytest.mark.parametrize(
    ("address", "stripped"),
    [
        ("mysql://ann@db/qa?password=secret", "mysql://ann@db/qa"),
        ("mysql://db/qa?user=ann&pwd=secret&ssl=require", "mysql://db/qa?user=ann&ssl=require"),
        ("postgresql://db/qa?passwd=secret&schema=s", "postgresql://db/qa?schema=s"),
        ("oracle://ann:secret@db/qa", "oracle://ann@db/qa"),
    ],
)
def test_a_password_is_found_wherever_it_stands(address: str, stripped: str):
    assert strip_password(address) == (stripped, "secret")


@pytest.mark.parametrize(
    "typed",
    [" postgresql://ann:secret@db/qa ", "postgresql:/ann:secret@db/qa", "MySQL:ann:secret@db/qa"],
)
def test_a_slip_of_the_pen_makes_no_path_of_it(typed: str):
    assert is_address(typed)
    stripped, password = strip_password(typed)
    assert password == "secret"
    assert stripped.endswith("://ann@db/qa")


@pytest.mark.parametrize("path", ["data/sample", "C:\\exports", "导出 2025.csv", "a@b:c.csv"])
def test_paths_are_no_addresses(path: str):
    assert not is_address(path)
    assert strip_password(path) == (path, None)


def test_what_is_not_said_has_a_default():
    address = read_address("mariadb://db/qa", {"CSQA_DATABASE_USER": "ann"})
    assert (address.system, address.host, address.port) == ("mysql", "db", 3306)
    assert (address.user, address.password, address.tls) == ("ann", None, "")
    assert address.timeout_seconds == 10


def test_what_is_said_is_heeded():
    address = read_address(
        "postgres://ann@[::1]:5433/%E5%AE%A2%E6%9C%8D?schema=support&sslmode=verify-full&timeout=2",
        {"CSQA_DATABASE_USER": "bob"},
    )
    assert (address.host, address.port, address.database) == ("::1", 5433, "客服")
    assert (address.user, address.schema, address.tls) == ("ann", "support", "verify")
    assert address.timeout_seconds == 2


def test_a_socket_is_named_by_its_path():
    address = read_address("postgresql:///qa?host=/var/run/postgresql", {"PGUSER": "ann"})
    assert address.by_socket
    assert address.place == "PostgreSQL 数据库 qa（/var/run/postgresql）"


@pytest.mark.parametrize(
    ("address", "environment", "password"),
    [
        ("postgresql://a@h/d", {"PGPASSWORD": "pg"}, "pg"),
        ("postgresql://a@h/d", {"PGPASSWORD": "pg", "CSQA_DATABASE_PASSWORD": "own"}, "own"),
        ("postgresql://a@h/d", {"MYSQL_PWD": "my"}, None),
        ("mysql://a@h/d", {"MYSQL_PWD": "my", "PGPASSWORD": "pg"}, "my"),
        ("mysql://a:here@h/d", {"CSQA_DATABASE_PASSWORD": "own"}, "here"),
    ],
)
def test_passwords_come_from_the_environment(address, environment, password):
    assert read_address(address, environment).password == password


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("oracle://ann:secret@db/qa", "不能读 oracle:// 这种地址；可用的有 postgresql://"),
        ("postgresql://ann:secret@db", "缺少数据库名"),
        ("postgresql://ann:secret", "地址读不出来，应为 postgresql://用户@主机"),
        ("postgresql://ann:secret@db:port/qa", "地址读不出来"),
        ("mysql://ann:secret@[db/qa", "地址读不出来"),
        ("mysql://ann:secret@db/qa?schma=x", "不认识的选项 schma，是不是 schema？"),
        ("mysql://ann:secret@db/qa?schema=x", r"\?schema= 只用于 PostgreSQL"),
        ("mysql://ann:secret@db/qa?ssl=no", "ssl 应为 require 或 verify，而不是 no"),
        ("mysql://ann:secret@db/qa?timeout=soon", "timeout 应为 1 到 3600 的秒数，而不是 soon"),
        ("mysql://ann:secret@db/qa?timeout=0", "timeout 应为 1 到 3600"),
    ],
)
def test_a_wrong_address_is_explained_without_its_password(address: str, said: str):
    with pytest.raises(DataError, match=said) as caught:
        read_address(address, {})
    assert "secret" not in str(caught.value)


def test_an_address_does_not_show_its_password():
    address = read_address("mysql://ann:secret@db/qa", {})
    assert address.password == "secret"
    assert "secret" not in f"{address!r} {address} {address.place}"
