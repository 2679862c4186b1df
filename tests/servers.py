"""Real database servers for tests: started in a folder of their own, stopped and removed after.

They listen on loopback at a free port and on a Unix socket, take passwords only, and never run
as root: whoever is root hands them to the user that the package made, or to nobody.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest

START_SECONDS = 60
PASSWORD = "s3cret/Zeichen@密码"
"""Hard to keep out of messages: separators of an address, and no ASCII."""


@dataclass
class Server:
    """A running server; its databases are made by tests."""

    system: str
    port: int
    socket: Path
    folder: Path
    process: subprocess.Popen
    user: str = "owner"
    password: str = PASSWORD
    stop_signal: signal.Signals = signal.SIGQUIT

    def address(self, database: str, *, options: str = "", password: bool = False) -> str:
        """Address of a database, without the password unless asked for."""
        secret = f":{quote(self.password, safe='')}" if password else ""
        return f"{self.system}://{self.user}{secret}@127.0.0.1:{self.port}/{database}{options}"

    def execute(self, sql: str, database: str = "") -> list[Any]:
        """Run statements, and give the rows of the last one."""
        raise NotImplementedError

    def create(self, database: str, *schemas: Path) -> str:
        """Make a database afresh, run the schemas in it, and give its name."""
        raise NotImplementedError

    def load_sql(self, path: Path, database: str) -> None:
        """Run the statements of a file."""
        self.execute(path.read_text("utf-8"), database)

    def fill(self, database: str, table: str, rows: pd.DataFrame) -> None:
        """Append the rows of a frame to a table, whose columns it names."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop at once; the folder is going to be removed."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        self.process.wait(30)


class Postgres(Server):
    """A PostgreSQL server with TLS by a certificate that nobody vouches for."""

    def execute(self, sql: str, database: str = "") -> list[Any]:
        import pg8000.native

        with self._connect(pg8000.native, database or "postgres") as connection:
            return connection.run(sql) or []

    def create(self, database: str, *schemas: Path) -> str:
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self.execute(f"CREATE DATABASE {database}")
        for schema in schemas:
            self.load_sql(schema, database)
        return database

    def fill(self, database: str, table: str, rows: pd.DataFrame) -> None:
        import pg8000.native

        columns = ", ".join(f'"{column}"' for column in rows)
        text = rows.to_csv(index=False, header=False, date_format="%Y-%m-%d %H:%M:%S.%f")
        with self._connect(pg8000.native, database) as connection:
            connection.run(
                f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)", stream=[text.encode()]
            )

    def _connect(self, driver: Any, database: str) -> Any:
        return driver.Connection(
            self.user,
            host="127.0.0.1",
            port=self.port,
            database=database,
            password=self.password,
            ssl_context=False,
            startup_params={"client_encoding": "UTF8"},
        )


class Mariadb(Server):
    """A MariaDB server without TLS."""

    def execute(self, sql: str, database: str = "") -> list[Any]:
        import pymysql
        from pymysql.constants import CLIENT

        with self._connect(pymysql, database, CLIENT.MULTI_STATEMENTS) as connection:
            cursor = connection.cursor()
            cursor.execute(sql)
            rows = list(cursor.fetchall())
            while cursor.nextset():
                rows = list(cursor.fetchall())
            return rows

    def create(self, database: str, *schemas: Path) -> str:
        self.execute(f"DROP DATABASE IF EXISTS {database}")
        self.execute(f"CREATE DATABASE {database} CHARACTER SET utf8mb4")
        for schema in schemas:
            self.load_sql(schema, database)
        return database

    def fill(self, database: str, table: str, rows: pd.DataFrame) -> None:
        import pymysql

        columns = ", ".join(f"`{column}`" for column in rows)
        marks = ", ".join(["%s"] * rows.shape[1])
        plain = rows.astype(object).where(rows.notna(), None)
        with self._connect(pymysql, database) as connection:
            cursor = connection.cursor()
            cursor.max_stmt_length = 8_000_000
            cursor.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                list(plain.itertuples(index=False, name=None)),
            )

    def _connect(self, driver: Any, database: str, flags: int = 0) -> Any:
        return driver.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.user,
            password=self.password.encode(),
            database=database or None,
            client_flag=flags,
            autocommit=True,
            charset="utf8mb4",
            ssl_disabled=True,
        )


@contextlib.contextmanager
def run_postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL server.

    Raises
    ------
    FileNotFoundError
        If none is installed.
    """
    programs = _postgres_programs()
    with _folder("postgres") as (folder, owner):
        secret, port = folder / "password", _free_port()
        secret.write_text(PASSWORD, "utf-8")
        data = folder / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "owner", f"--pwfile={secret}"]
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
        _run([*initdb, *options], owner, folder)
        certified = _make_certificate(folder)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "off",
            "ssl": "on" if certified else "off",
            "ssl_cert_file": folder / "server.crt",
            "ssl_key_file": folder / "server.key",
        }
        listed = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = _start([programs / "postgres", "-D", data, *listed], owner, folder)
        server = Postgres("postgresql", port, folder / f".s.PGSQL.{port}", folder, process)
        with _stopping(server):
            yield server


@contextlib.contextmanager
def run_mariadb() -> Iterator[Mariadb]:
    """Run a MariaDB server.

    Raises
    ------
    FileNotFoundError
        If none is installed.
    """
    install, daemon = _program("mariadb-install-db"), _program("mariadbd")
    with _folder("mysql") as (folder, owner):
        data, port = folder / "data", _free_port()
        own = ["--no-defaults", f"--datadir={data}"]
        _run([install, *own, "--auth-root-authentication-method=normal"], owner, folder)
        first = folder / "first.sql"
        statements = [
            "SET NAMES utf8mb4",
            "DROP USER IF EXISTS ''@localhost",  # who would take our user's place on loopback
            "DROP USER IF EXISTS root@localhost",
            f"CREATE USER owner@'%' IDENTIFIED BY '{PASSWORD}'",
            "GRANT ALL ON *.* TO owner@'%' WITH GRANT OPTION",
        ]
        first.write_text("".join(f"{statement};\n" for statement in statements), "utf-8")
        listed = [
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={folder / 'mysql.sock'}",
            f"--pid-file={folder / 'mysql.pid'}",
            f"--tmpdir={folder}",  # a server that starts empties the shared one of another
            f"--init-file={first}",
            "--character-set-server=utf8mb4",
            "--skip-log-bin",
            "--innodb-flush-log-at-trx-commit=0",
        ]
        process = _start([daemon, *own, *listed], owner, folder)
        server = Mariadb("mysql", port, folder / "mysql.sock", folder, process)
        server.stop_signal = signal.SIGKILL
        with _stopping(server):
            yield server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Postgres]:
    """A PostgreSQL server for the session, or a reason to skip."""
    yield from _or_skip(run_postgres, "PostgreSQL")


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Mariadb]:
    """A MariaDB server for the session, or a reason to skip."""
    yield from _or_skip(run_mariadb, "MariaDB")


def _or_skip(run: Any, name: str) -> Iterator[Any]:
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(run())
        except FileNotFoundError as error:
            pytest.skip(f"no {name} server on this machine: {error}")
        yield server


def _postgres_programs() -> Path:
    """Folder of the server's programs; Debian keeps them off the PATH."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not on_path and not known:
        msg = "initdb"
        raise FileNotFoundError(msg)
    return Path(on_path).resolve().parent if on_path else known[-1].parent


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise FileNotFoundError(name)
    return found


@contextlib.contextmanager
def _folder(user: str) -> Iterator[tuple[Path, pwd.struct_passwd | None]]:
    """A folder for one server, and whom to run it as; None is whoever runs the tests."""
    # Not pytest's own: nobody else may enter that, and its name is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="csqa-server-"))
    try:
        owner = None
        if os.geteuid() == 0:
            owner = _first_user(user, "nobody")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        yield folder, owner
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _first_user(*names: str) -> pwd.struct_passwd:
    for name in names[:-1]:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return pwd.getpwnam(names[-1])


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _run(command: Sequence[Any], owner: pwd.struct_passwd | None, folder: Path) -> None:
    done = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, **_as(owner)
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


def _start(
    command: Sequence[Any], owner: pwd.struct_passwd | None, folder: Path
) -> subprocess.Popen:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            list(map(str, command)), cwd=folder, stdout=log, stderr=log, **_as(owner)
        )


@contextlib.contextmanager
def _stopping(server: Server) -> Iterator[None]:
    try:
        _wait_for(server)
        yield
    finally:
        server.stop()


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(server):
        log = (server.folder / "log").read_text("utf-8", "replace")[-3000:]
        assert server.process.poll() is None, f"the server ended: {log}"
        assert time.monotonic() < deadline, f"the server does not answer: {log}"
        time.sleep(0.05)


def _answers(server: Server) -> bool:
    try:
        return bool(server.execute("SELECT 1"))
    except Exception:  # refused, reset, starting up, …
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def _make_certificate(folder: Path) -> bool:
    """A certificate signed by itself; False where nothing can make one."""
    if not ssl.HAS_TLSv1_2 or shutil.which("openssl") is None:
        return False
    key, certificate = folder / "server.key", folder / "server.crt"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"]
    subprocess.run([*made, *files], check=True, capture_output=True)
    owner = folder.stat()
    for file in (key, certificate):
        file.chmod(0o600)
        os.chown(file, owner.st_uid, owner.st_gid)
    return True
