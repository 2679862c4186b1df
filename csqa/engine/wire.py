"""What reading a database needs whatever its system: a socket that notices a dead server."""

import socket
import ssl
from contextlib import suppress
from typing import NoReturn, Protocol

from csqa.engine.addresses import PASSWORD_VARIABLE, Address
from csqa.engine.spool import DatabaseColumn, DatabaseTable, Spool
from csqa.errors import DataError

KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 6}
"""Seconds of silence, then between probes, and how many: a dead peer is noticed in two minutes,
however long the server may think about a query."""


class Client(Protocol):
    """A connection inside one read-only transaction that sees one moment of the database."""

    address: Address

    def tables(self) -> list[DatabaseTable]:
        """Tables and views, by name."""

    def read(self, table: DatabaseTable, columns: tuple[DatabaseColumn, ...], spool: Spool) -> None:
        """Write a table's rows as CSV, in the order of its key."""

    def close(self) -> None:
        """Leave, whatever state the connection is in."""


def open_socket(address: Address) -> socket.socket:
    """Connect to the server within the time limit.

    Raises
    ------
    DataError
        Saying why it cannot be reached.
    """
    try:
        if address.by_socket:
            return _open_unix_socket(address)
        opened = socket.create_connection((address.host, address.port), address.timeout_seconds)
    except (OSError, UnicodeError) as error:
        refuse(address, explain_socket_error(error, address))
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            opened.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return opened


def hang_up(opened: socket.socket) -> None:
    """Close a socket at once, even if a driver still holds a file made of it."""
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        socket.close(opened.detach())


def tls_context(address: Address) -> ssl.SSLContext:
    """How to encrypt; the certificate counts only where the address asks for it."""
    context = ssl.create_default_context()
    if address.tls != "verify":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def explain_socket_error(error: Exception, address: Address) -> str:
    """Why a server cannot be reached, or was lost, as a clause."""
    if isinstance(error, TimeoutError) and error.errno is None:  # ours, not the network's
        return f"{address.timeout_seconds:g} 秒内没有回应（可用 ?timeout= 放宽）"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "找不到这台主机"
    if isinstance(error, ConnectionRefusedError):
        return "那里没有数据库在运行，或端口不对"
    if isinstance(error, FileNotFoundError):
        return "没有这个套接字文件"
    if isinstance(error, PermissionError):
        return "没有权限打开这个套接字"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "它的证书没有通过验证（?ssl=verify）"
    if isinstance(error, ssl.SSLError):
        return "加密连接没有建立起来"
    lost = isinstance(error, ConnectionError | TimeoutError)
    return "连接断开了" if lost else "网络不通"


def explain_wrong_password(address: Address) -> str:
    """What to say of a user who was turned away."""
    if address.password is None:
        return (
            f"用户 {address.user} 没有给密码；请设置环境变量 {PASSWORD_VARIABLE}"
            "（用户名可放在 CSQA_DATABASE_USER）"
        )
    return f"用户 {address.user} 的密码不对，或没有这个用户"


def refuse(address: Address, why: str) -> NoReturn:
    """Raise that a database cannot be read.

    Raises
    ------
    DataError
        Always: which database, where, and why; nothing secret.
    """
    msg = f"读不了 {address.place}：{why}。"
    raise DataError(msg) from None


def _open_unix_socket(address: Address) -> socket.socket:
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.settimeout(address.timeout_seconds)
        opened.connect(_socket_path(address))
    except OSError:
        opened.close()
        raise
    return opened


def _socket_path(address: Address) -> str:
    """A folder means PostgreSQL's socket in it."""
    name = f".s.PGSQL.{address.port}"
    if address.system == "mysql" or address.host.endswith(name):
        return address.host
    return f"{address.host.rstrip('/')}/{name}"
