"""Addresses of databases: what they say, and how their passwords stay out of everything."""

import difflib
import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from csqa.errors import DataError

SYSTEMS = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
"""Scheme of an address → the system that speaks it."""

NAMES = {"postgresql": "PostgreSQL", "mysql": "MySQL/MariaDB"}
PORTS = {"postgresql": 5432, "mysql": 3306}

USER_VARIABLES = {"postgresql": ("CSQA_DATABASE_USER", "PGUSER"), "mysql": ("CSQA_DATABASE_USER",)}
PASSWORD_VARIABLE = "CSQA_DATABASE_PASSWORD"
PASSWORD_VARIABLES = {
    "postgresql": (PASSWORD_VARIABLE, "PGPASSWORD"),
    "mysql": (PASSWORD_VARIABLE, "MYSQL_PWD"),
}
"""Environment variables that hold the user and the password, first found first."""

TLS = {
    "require": "require",
    "verify": "verify",
    "verify-ca": "verify",
    "verify-full": "verify",
    "prefer": "",
}
"""What ``?ssl=`` may say, and the level it means; without it TLS is used where offered."""

OPTIONS = ("schema", "ssl", "timeout", "host", "in_place", "user", "password")
ALIASES = {"sslmode": "ssl", "connect_timeout": "timeout", "passwd": "password", "pwd": "password"}
IGNORED = ("charset", "application_name")
"""Options of other programs' addresses that change nothing here."""

CONNECT_SECONDS = 10
"""A server that has not answered by then is away."""

_ADDRESS = re.compile(
    r"\s*(?:([a-z][a-z0-9+.-]*)://|((?:postgres(?:ql)?|mysql|mariadb)(?:\+\w+)?):/?)(.*?)\s*",
    re.IGNORECASE | re.DOTALL,
)
"""A slash too few makes no path of it: what cannot be found would be named, password and all."""
_PASSWORD_OPTION = re.compile(r"(?<=[?&])(?:password|passwd|pwd)=([^&]*)(?:&|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """Where a database is and how to enter it; shown to the user only as :attr:`place`."""

    system: str
    """postgresql or mysql."""
    host: str
    """A name, an address, or the path of a Unix socket."""
    port: int
    database: str
    user: str
    password: str | None = field(repr=False)
    schema: str = ""
    """Schema of the tables (PostgreSQL); empty for the user's search path."""
    tls: str = ""
    """require, verify, or empty: used where the server offers it."""
    timeout_seconds: float = CONNECT_SECONDS
    """For connecting."""
    in_place: bool = False
    """Whether the tables are read where they are, without a copy."""

    @property
    def place(self) -> str:
        """Host and database, as in messages."""
        at = self.host if self.by_socket else f"{self.host}:{self.port}"
        return f"{NAMES[self.system]} 数据库 {self.database}（{at}）"

    @property
    def by_socket(self) -> bool:
        """Whether the host is the path of a Unix socket."""
        return self.host.startswith("/")


def is_address(source: str) -> bool:
    """Whether a text is the address of a database, not a path.

    Examples
    --------
    >>> is_address("postgresql://db/qa"), is_address("exports/2025")
    (True, False)
    """
    return _ADDRESS.fullmatch(source) is not None


def strip_password(address: str) -> tuple[str, str | None]:
    """Take the password out of an address.

    Parameters
    ----------
    address : str
        A database address; anything else is given back as it is.

    Returns
    -------
    tuple of (str, str or None)
        The address without it; the password, or None if there was none. A password may hold
        ``@`` and ``/`` even if they are not percent-encoded: it ends at the last ``@``.

    Examples
    --------
    >>> strip_password("postgresql://ann:p@ss/1@db:5433/qa?schema=support")
    ('postgresql://ann@db:5433/qa?schema=support', 'p@ss/1')
    >>> strip_password("mysql://ann@db/qa")
    ('mysql://ann@db/qa', None)
    >>> strip_password("data/sample")
    ('data/sample', None)
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return address, None
    scheme, rest = found[1] or found[2], found[3]
    option = _PASSWORD_OPTION.search(rest)
    plain = _PASSWORD_OPTION.sub("", rest).rstrip("?&") if option else rest
    entry, at, place = plain.rpartition("@")
    user, _, written = entry.partition(":")
    password = written or (option[1] if option else "")
    return f"{scheme}://{user}{at}{place}", unquote(password) or None


def read_address(address: str, environment: Mapping[str, str] = os.environ) -> Address:
    """Read an address; user and password come from the environment if it has none.

    Parameters
    ----------
    address : str
        ``postgresql://`` or ``mysql://`` (also ``postgres://``, ``mariadb://``) with
        ``user@host:port/database`` and the options ``schema``, ``ssl``, ``timeout``, ``host``,
        ``in_place``.
    environment : mapping of str to str
        Of the process: ``CSQA_DATABASE_USER``, ``CSQA_DATABASE_PASSWORD``; else ``PGUSER``,
        ``PGPASSWORD`` or ``MYSQL_PWD``.

    Raises
    ------
    DataError
        If it is no address of a database that can be read; the password is never repeated.

    Examples
    --------
    >>> read_address("postgresql://ann@db/qa?ssl=require", {}).place
    'PostgreSQL 数据库 qa（db:5432）'
    >>> read_address("oracle://ann:secret@db/qa")
    Traceback (most recent call last):
        ...
    csqa.errors.DataError: 不能读 oracle:// 这种地址；可用的有 postgresql://、mysql://、mariadb://。
    """
    plain, password = strip_password(address)
    system = _system(plain)
    parts, port = _split(plain)
    options = _options(parts.query)
    host = options.get("host") or unquote(parts.hostname or "localhost")
    database = unquote(parts.path.strip("/"))
    if not database:
        msg = f"{NAMES[system]} 的地址缺少数据库名，应为 {parts.scheme}://主机/数据库名。"
        raise DataError(msg)
    if options.get("schema") and system == "mysql":
        msg = "?schema= 只用于 PostgreSQL；MySQL/MariaDB 的库名写在主机后面。"
        raise DataError(msg)
    return Address(
        system,
        host,
        port or PORTS[system],
        database,
        unquote(parts.username or "") or options.get("user") or _user(system, environment),
        password or _first(environment, PASSWORD_VARIABLES[system]),
        options.get("schema", ""),
        _tls(options.get("ssl", "prefer")),
        _timeout(options.get("timeout")),
        _in_place(options.get("in_place", "no")),
    )


def _system(plain: str) -> str:
    """The system by its scheme; what follows a + is another program's driver."""
    scheme = plain.partition("://")[0].lower()
    system = SYSTEMS.get(scheme.partition("+")[0])
    if system is None:
        msg = f"不能读 {scheme}:// 这种地址；可用的有 postgresql://、mysql://、mariadb://。"
        raise DataError(msg)
    return system


def _split(plain: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(plain)
        return parts, parts.port
    except ValueError:
        msg = (
            "数据库地址读不出来，应为 postgresql://用户@主机:端口/数据库名；"
            f"密码请放在环境变量 {PASSWORD_VARIABLE} 里。"
        )
        raise DataError(msg) from None


def _options(query: str) -> dict[str, str]:
    pairs = [(ALIASES.get(key.lower(), key.lower()), value) for key, value in parse_qsl(query)]
    options = {key: value for key, value in pairs if key not in IGNORED}
    unknown = [key for key in options if key not in OPTIONS]
    if unknown:
        near = difflib.get_close_matches(unknown[0], OPTIONS, n=1)
        hint = f"是不是 {near[0]}？" if near else "可用的有 schema、ssl、timeout、host、in_place。"
        msg = f"数据库地址里不认识的选项 {unknown[0]}，{hint}"
        raise DataError(msg)
    return options


def _tls(given: str) -> str:
    if given.lower() not in TLS:
        msg = f"数据库地址里 ssl 应为 require 或 verify，而不是 {given}。"
        raise DataError(msg)
    return TLS[given.lower()]


def _in_place(given: str) -> bool:
    if given.lower() not in ("yes", "no"):
        msg = f"数据库地址里 in_place 应为 yes 或 no，而不是 {given}。"
        raise DataError(msg)
    return given.lower() == "yes"


def _timeout(given: str | None) -> float:
    try:
        seconds = float(given or CONNECT_SECONDS)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 3600:
        msg = f"数据库地址里 timeout 应为 1 到 3600 的秒数，而不是 {given}。"
        raise DataError(msg)
    return seconds


def _user(system: str, environment: Mapping[str, str]) -> str:
    named = _first(environment, USER_VARIABLES[system])
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        msg = "不知道用哪个用户连接数据库；请写在地址里，或设置环境变量 CSQA_DATABASE_USER。"
        raise DataError(msg) from None


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environment[name] for name in names if environment.get(name)), None)
